"""The invariants on good and broken tables, by the IDs of the worked examples."""

import copy
import json

import pytest
from django.core.management import CommandError, call_command

from reports import checks
from reports.cells import OUTCOME_ROWS, REQUEST_COLUMNS, REQUEST_ROWS
from tests.reports.builders import CASES, tables_of_case

COLUMNS = [column.key for column in REQUEST_COLUMNS]

# G1: a prefecture-level city, 2025; every row of Table B, and Table C.
G1_ROWS = [
    [13612, 252, 0, 45, 128, 32, 14069],
    [535, 6, 0, 1, 18, 0, 560],
    [5345, 129, 0, 41, 19, 14, 5548],
    [2120, 39, 0, 1, 6, 2, 2168],
    [13, 0, 0, 0, 0, 0, 13],
    [30, 0, 0, 0, 0, 0, 30],
    [11, 0, 0, 0, 0, 0, 11],
    [49, 2, 0, 0, 0, 0, 51],
    [103, 1, 0, 0, 0, 0, 104],
    [84, 1, 0, 0, 0, 0, 85],
    [282, 4, 0, 0, 0, 0, 286],
    [147, 0, 0, 0, 1, 2, 150],
    [3075, 50, 0, 0, 89, 8, 3222],
    [177, 3, 0, 0, 0, 0, 180],
    [19, 0, 0, 0, 0, 0, 19],
    [199, 1, 0, 0, 3, 0, 203],
    [147, 1, 0, 0, 0, 0, 148],
    [0, 0, 0, 0, 0, 0, 0],
    [100, 1, 0, 0, 0, 0, 101],
    [5, 0, 0, 0, 0, 0, 5],
    [315, 3, 0, 0, 0, 0, 318],
    [202, 0, 0, 1, 0, 0, 203],
    [941, 17, 0, 1, 3, 3, 965],
    [13364, 252, 0, 44, 121, 29, 13810],
    [783, 6, 0, 2, 25, 3, 819],
]
G1_DISPUTES = [[376, 97, 196, 121, 790], [16, 1, 12, 27, 56], [74, 1, 30, 51, 156]]


def tables(**requests):
    """All zero, but for ``row={column: n}``; the totals are left to the case."""
    blank = {row.key: dict.fromkeys(COLUMNS, 0) for row in REQUEST_ROWS}
    for row, cells in requests.items():
        blank[row].update(cells)
    results = dict.fromkeys(["upheld", "corrected", "other", "pending", "total"], 0)
    return {
        "proactive": {
            "regulations": {"issued": 0, "repealed": 0, "in_force": 0},
            "normative_documents": {"issued": 0, "repealed": 0, "in_force": 0},
            "licensing": 0,
            "penalties": 0,
            "coercion": 0,
            "fees_wan_yuan": "0",
        },
        "requests": blank,
        "disputes": {group: dict(results) for group in ("review", "litigation_direct", "litigation_after_review")},
    }


def of_person(number):
    return {"natural_person": number, "total": number}


def broken(figures, previous=None, **options):
    """(ID, level, cell) of every rule that does not hold."""
    return {
        (result.id, result.level, result.cell) for result in checks.failures(checks.run(figures, previous, **options))
    }


def ids(figures, previous=None, **options):
    return {rule for rule, _, _ in broken(figures, previous, **options)}


def test_g1_holds_in_every_rule():
    given = tables()
    for row, values in zip(REQUEST_ROWS, G1_ROWS, strict=True):
        given["requests"][row.key] = dict(zip(COLUMNS, values, strict=True))
    for group, values in zip(given["disputes"], G1_DISPUTES, strict=True):
        given["disputes"][group] = dict(zip(given["disputes"][group], values, strict=True))

    assert ids({"year": 2025, "tables": given}, agency_level="city") == {"C-GATE"}  # direct suits: worth a second look


def test_g2_all_zero_holds_when_the_text_says_so():
    report = {"year": 2022, "tables": tables(), "narrative": {"overview": "2022年，我局未收到政府信息公开申请。"}}

    assert broken(report) == set()
    report["narrative"] = {"overview": "我局认真办理政府信息公开申请。"}
    assert broken(report) == {("N-ZERO", "warning", "requests.new.total")}


def test_g3_seven_equals_seven():
    given = tables(
        new=of_person(5),
        carried_in=of_person(2),
        granted=of_person(3),
        partial=of_person(1),
        not_held=of_person(1),
        answered_total=of_person(5),
        carried_out=of_person(2),
    )

    assert ids(given) == set()


def test_g4_stock_flows():
    before, now = tables(), tables()
    before["proactive"]["normative_documents"]["in_force"] = 21
    now["proactive"]["normative_documents"] = {"issued": 5, "repealed": 1, "in_force": 25}

    assert ids(now, before) == set()


def test_b1_new_and_total_differ_by_one():
    given = tables(new=of_person(60), granted=of_person(61), answered_total=of_person(61))

    results = checks.failures(checks.run(given))

    assert {result.id for result in results} == {"B-BAL"}
    assert any("相差 -1" in result.message for result in results)


def test_b2_partial_counted_twice():
    given = tables(new=of_person(1), partial=of_person(1), third_party=of_person(1), answered_total=of_person(2))

    assert ids(given) == {"B-BAL"}


def test_b3_columns_must_balance_one_by_one():
    given = tables(
        new={"natural_person": 10, "total": 10},
        granted={"natural_person": 9, "commercial_enterprise": 1, "total": 10},
        answered_total={"natural_person": 9, "commercial_enterprise": 1, "total": 10},
    )

    assert broken(given) == {
        ("B-BAL", "error", "requests.carried_out.natural_person"),
        ("B-BAL", "error", "requests.carried_out.commercial_enterprise"),
    }


def test_b4_carried_over_is_an_error_in_total_and_a_warning_by_column():
    before = tables(new=of_person(3), carried_out=of_person(3))
    now = tables(carried_in=of_person(2), carried_out=of_person(2))

    assert broken(now, before) == {
        ("B-CARRY", "error", "requests.carried_in.total"),
        ("B-CARRY", "warning", "requests.carried_in.natural_person"),
    }


def test_b5_text_and_table_disagree():
    report = {
        "year": 2023,
        "tables": tables(new=of_person(3), granted=of_person(3), answered_total=of_person(3)),
        "narrative": {"overview": "2023年，我局共受理政府信息公开申请2件，均已按期答复。"},
    }

    assert broken(report) == {("N-TEXT", "error", "requests.new.total")}


def test_b6_row_does_not_add_up():
    given = tables(new={"natural_person": 4, "commercial_enterprise": 1, "total": 4})

    assert ("B-ROW", "error", "requests.new.total") in broken(given)


@pytest.mark.parametrize("written", ["/", None, "", -1, 1.5, "3", True])
def test_b7_blanks_and_strokes(written):
    given = tables()
    given["requests"]["granted"]["other"] = written

    assert ("B-NONNEG", "error", "requests.granted.other") in broken(given)
    # What needs the missing number does not apply, rather than taking it for 0.
    row = next(r for r in checks.run(given) if r.id == "B-ROW" and r.cell == "requests.granted.total")
    assert row.holds is (False if written == -1 else None)


@pytest.mark.parametrize(
    ("level", "holds"), [("township", False), ("department", False), ("county", False), ("city", None)]
)
def test_b8_rules_made_without_the_power_to(level, holds):
    given = tables()
    given["proactive"]["regulations"]["in_force"] = 6

    assert ("A-RULE" in ids(given, agency_level=level)) is (holds is False)


def test_b9_dispute_group_does_not_add_up():
    given = tables()
    given["disputes"]["review"] = {"upheld": 1, "corrected": 0, "other": 1, "pending": 0, "total": 3}

    assert broken(given) == {("C-SUM", "error", "disputes.review.total")}


def test_b10_pending_cases_vanish():
    before, now = tables(), tables()
    before["disputes"]["review"].update(pending=4, total=4)
    now["disputes"]["review"].update(upheld=2, total=2)

    assert broken(now, before) == {("C-PEND", "warning", "disputes.review.total")}


@pytest.mark.parametrize(("level", "found"), [("department", {"A-FEE"}), ("city", set())])
def test_b11_fee_probably_in_yuan(level, found):
    given = tables()
    given["proactive"]["fees_wan_yuan"] = "316441"

    assert ids(given, agency_level=level) == found


def test_b12_refusal_sued_without_review():
    given = tables(third_party=of_person(1), new=of_person(1), answered_total=of_person(1))
    given["disputes"]["litigation_direct"].update(pending=1, total=1)

    assert ids({"year": 2026, "tables": given}) == {"C-GATE"}
    assert ids({"year": 2023, "tables": given}) == set()


def test_b13_stock_that_does_not_flow_is_a_warning():
    before, now = tables(), tables()
    before["proactive"]["normative_documents"]["in_force"] = 20
    now["proactive"]["normative_documents"] = {"issued": 2, "repealed": 1, "in_force": 20}

    assert broken(now, before) == {("A-FLOW", "warning", "proactive.normative_documents.in_force")}


def test_b14_subtotal_row_is_not_of_the_form():
    given = tables()
    given["requests"]["refused_subtotal"] = dict.fromkeys(COLUMNS, 730)

    assert ids(given) == {"STRUCT"}


def test_fee_with_more_than_six_decimals():
    given = tables()
    given["proactive"]["fees_wan_yuan"] = "1.1234567"

    assert ids(given) == {"A-FEE"}


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_published_reports_hold(path):
    year, level, given = tables_of_case(path)

    assert not [f for f in broken({"year": year, "tables": given}, agency_level=level) if f[1] == "error"]


@pytest.mark.parametrize("row", OUTCOME_ROWS)
def test_no_cell_can_be_changed_unnoticed(row):
    _, _, given = tables_of_case(CASES[0])
    for column in COLUMNS:
        changed = copy.deepcopy(given)
        changed["requests"][row][column] += 1

        assert {"B-ROW", "B-SUM"} & ids(changed, agency_level="city")


def test_command_reads_any_report(tmp_path, capsys):
    path = tmp_path / "report.json"
    report = {"agency": {"level": "township"}, "year": 2023, "tables": tables(new=of_person(1))}
    path.write_text(json.dumps(report), "utf-8")

    with pytest.raises(SystemExit) as ended:
        call_command("check_report", str(path))

    assert ended.value.code == 1
    assert "B-BAL 错误 requests.carried_out.total 总计列：新收1 + 上年结转0 = 1" in capsys.readouterr().out
    report["tables"] = tables()
    path.write_text(json.dumps(report), "utf-8")
    with pytest.raises(SystemExit) as ended:
        call_command("check_report", str(path))
    assert ended.value.code == 0


@pytest.mark.parametrize("content", ["not json", "[1]", '{"tables": 3}', "[" * 100_000])
def test_command_says_what_it_cannot_read(tmp_path, content):
    path = tmp_path / "report.json"
    path.write_text(content, "utf-8")

    with pytest.raises(CommandError) as ended:
        call_command("check_report", str(path))

    assert ended.value.returncode == 2


# N-TEXT and N-ZERO: sentences as bureaus write them, with 8 received, 1 carried in, 7 answered, 2 carried out,
# 1 review and no suit; True where the sentence is at odds with that.
SENTENCES = [
    ("全年共收到政府信息公开申请8件，上年结转1件，已办结7件，结转下年度继续办理2件。", False),
    ("全年共收到政府信息公开申请9件。", False),  # with the one carried in
    ("全年共收到政府信息公开申请6件。", True),
    ("2022年，本机关新收政府信息公开申请 8 件，其中自然人申请7件，企业申请1件。", False),
    ("2021年收到申请5件，2022年收到申请8件。", False),
    ("与去年收到申请5件相比有所增长。", False),
    ("办结申请6件。", True),
    ("予以公开3件、部分公开1件、不予公开1件、无法提供2件。", False),
    ("予以公开4件、部分公开1件。", False),  # 予以公开 with the partial ones, as some tell it
    ("不予公开3件。", True),
    ("结转下年度3件。", True),
    ("本年度未收到政府信息公开申请。", True),
    ("被申请行政复议1件，未发生行政诉讼。", False),
    ("被申请行政复议2件。", True),
    ("本年度未发生因政府信息公开被申请行政复议、提起行政诉讼的情况。", True),
    ("未经复议直接起诉的案件0件。", False),
    ("全年发布信息113条，其中机构职能2条、业务动态55条、其他56条。", False),
    ("全年发布信息113条，其中机构职能2条、业务动态55条、其他50条。", True),
    ("全年发布信息113条，其中重点领域19条。", False),
    ("全年发布信息１１３条，其中机构职能100条、业务动态55条。", True),
    ("全年主动公开信息1,113条，其中网站1,000条、微信113条。", False),
]


@pytest.mark.parametrize(("sentence", "at_odds"), SENTENCES)
def test_sentences_against_the_tables(sentence, at_odds):
    given = tables(
        new=of_person(8),
        carried_in=of_person(1),
        granted=of_person(3),
        partial=of_person(1),
        state_secret=of_person(1),
        not_held=of_person(2),
        answered_total=of_person(7),
        carried_out=of_person(2),
    )
    given["disputes"]["review"].update(upheld=1, total=1)

    found = ids({"year": 2022, "tables": given, "narrative": {"overview": sentence}})

    assert bool(found & {"N-TEXT", "N-ZERO"}) is at_odds, found


@pytest.mark.parametrize("amount", ["1E+1000000", "1E-1000000", "NaN", "Infinity"])
def test_amount_nobody_can_write_out_is_none(amount):
    tables = {"proactive": {"fees_wan_yuan": amount}}

    faults = [result for result in checks.run(tables) if result.cell == "proactive.fees_wan_yuan"]

    assert [(fault.id, fault.holds) for fault in faults] == [("B-NONNEG", False), ("A-FEE", None)]
