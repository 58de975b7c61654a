"""One choice binds article, row of Table B, remedy and letter."""

from datetime import date

import pytest

from reports.cells import OUTCOME_ROWS, REQUEST_ROWS
from requests_app.outcomes import RULES, Outcome, RemedyMode, first_review_needed, outcomes_in_row, parse, remedy_mode

# Rules (c) of the domain notes: outcome, article of the 条例, row, review first since 2024.
TABLE = [
    ("GRANT_PUBLISHED", "第三十六条第（一）项", "granted", False),
    ("GRANT", "第三十六条第（二）项", "granted", False),
    ("PARTIAL", "第三十七条", "partial", True),
    ("DENY_SECRET", "第十四条", "state_secret", True),
    ("DENY_LAW", "第十四条", "prohibited_by_law", True),
    ("DENY_SECURITY", "第十四条", "security_stability", True),
    ("DENY_THIRD_PARTY", "第十五条、第三十二条", "third_party", True),
    ("DENY_INTERNAL", "第十六条第一款", "internal_affairs", True),
    ("DENY_PROCESS", "第十六条第二款", "process_information", True),
    ("DENY_CASEFILE", "第十六条第二款", "enforcement_file", True),
    ("DENY_REGISTRY", "第三十六条第（七）项", "administrative_query", False),
    ("NOTHELD_NONE", "第三十六条第（四）项", "not_held", False),
    ("NOTHELD_OTHER", "第三十六条第（五）项", "not_held", False),
    ("NEED_CREATE", "第三十八条", "needs_creation", False),
    ("UNCLEAR", "第三十条", "still_unclear", False),
    ("REJECT_PETITION", "第三十九条第一款", "petition", False),
    ("REJECT_REPEAT", "第三十六条第（六）项", "repeated", False),
    ("REJECT_PUBLICATION", "第三十九条第二款", "publication", False),
    ("REJECT_EXCESS", "第三十五条", "excessive", False),
    ("REJECT_CONFIRM", "第二条、第三十八条", "reconfirmation", False),
    ("CLOSE_NOCORRECTION", "第三十条", "correction_lapsed", False),
    ("CLOSE_NOPAY", "第四十二条", "fee_lapsed", False),
    ("CLOSE_OTHER", "", "other_handling", False),
]


@pytest.mark.parametrize(("name", "article", "row", "review_first"), TABLE)
def test_outcome_binds_article_row_and_remedy(name, article, row, review_first):
    outcome = Outcome[name]

    assert (RULES[outcome].article, RULES[outcome].row) == (article, row)
    assert first_review_needed(outcome) is review_first


def test_every_outcome_has_a_rule_and_every_row_an_outcome():
    assert set(RULES) == set(Outcome)
    assert {rule.row for rule in RULES.values()} == set(OUTCOME_ROWS)
    assert all(outcomes_in_row(row) for row in OUTCOME_ROWS)


def test_review_first_began_in_2024():
    """行政复议法 (2023) Art. 23, in force 2024-01-01."""
    assert remedy_mode(Outcome.DENY_SECRET, date(2023, 12, 31)) == RemedyMode.FREE_CHOICE
    assert remedy_mode(Outcome.DENY_SECRET, date(2024, 1, 1)) == RemedyMode.REVIEW_FIRST
    assert remedy_mode(Outcome.NOTHELD_NONE, date(2024, 1, 1)) == RemedyMode.FREE_CHOICE


@pytest.mark.parametrize("outcome", Outcome)
def test_label_names_its_outcome(outcome):
    """The export writes the label; the import must find the same outcome."""
    assert parse(outcome.label) == outcome
    assert parse(outcome.name) == outcome


@pytest.mark.parametrize("row", [row for row in REQUEST_ROWS if row.key in OUTCOME_ROWS], ids=lambda row: row.key)
def test_printed_row_text_names_an_outcome_of_its_row(row):
    printed = row.label

    for text in (printed, printed.replace("（", "(").replace("）", ")"), f" {printed} "):
        assert RULES[parse(text)].row == row.key


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("予以公开", Outcome.GRANT),
        ("（一）予以公开", Outcome.GRANT),
        ('危及"三安全一稳定"', Outcome.DENY_SECURITY),
        ("不存在", Outcome.NOTHELD_NONE),
        ("逾期未缴费", Outcome.CLOSE_NOPAY),
        ("其他", Outcome.CLOSE_OTHER),
        ("3.其他", Outcome.CLOSE_OTHER),
    ],
)
def test_ways_of_writing_an_outcome(text, outcome):
    assert parse(text) == outcome


def test_unknown_outcome_says_what_is_allowed():
    with pytest.raises(ValueError, match="“已处理”不是办理结果.*予以公开"):
        parse("已处理")
