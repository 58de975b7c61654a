"""The clocks of interpretation, publicity and withdrawal, and the day of a lapse: each row with its source."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosures import terms
from disclosures.working_days import PUBLISHED, CalendarNotCovered

SAME_DAY = "国办发〔2016〕80号：同步发布"
WITHIN_THREE = "国办发〔2016〕19号：三个工作日内"
ARTICLE_48 = "行政处罚法第四十八条、第八十五条"
PUBLICITY = "信用信息公示：常用七个工作日"


@pytest.mark.parametrize(
    "published, days, due, source",
    [
        (date(2026, 3, 9), 0, date(2026, 3, 9), SAME_DAY),
        (date(2026, 3, 7), 0, date(2026, 3, 7), SAME_DAY),  # a Saturday: the same day all the same
        (date(2026, 3, 9), 3, date(2026, 3, 12), WITHIN_THREE),
        (date(2026, 3, 6), 1, date(2026, 3, 9), WITHIN_THREE),  # a Friday
        (date(2026, 2, 12), 3, date(2026, 2, 24), WITHIN_THREE),  # 14 February is worked, 15 to 23 are the festival
        (date(2025, 12, 30), 3, date(2026, 1, 5), WITHIN_THREE),  # Sunday 4 January is a make-up day
    ],
)
def test_interpretation_is_due(published, days, due, source):
    assert terms.interpretation_due(published, days) == due, source


@pytest.mark.parametrize("days", [-1, 4, 20])
def test_interpretation_has_a_hard_limit(days):
    """国办发〔2016〕19号: three working days at most."""
    with pytest.raises(ValueError, match="3个工作日"):
        terms.interpretation_due(date(2026, 3, 9), days)


@pytest.mark.parametrize(
    "decided, days, due, source",
    [
        (date(2026, 3, 9), 7, date(2026, 3, 18), PUBLICITY),
        (date(2026, 3, 9), 5, date(2026, 3, 16), "an agency's own term"),
        (date(2026, 9, 28), 7, date(2026, 10, 13), PUBLICITY),  # over the National Day; 10 October is worked
    ],
)
def test_publicity_is_due(decided, days, due, source):
    assert terms.publicity_due(decided, days) == due, source


@pytest.mark.parametrize("days", [0, 21])
def test_publicity_stays_within_article_26(days):
    """条例 Art. 26: twenty working days at most."""
    with pytest.raises(ValueError, match="20个工作日"):
        terms.publicity_due(date(2026, 3, 9), days)


@pytest.mark.parametrize(
    "annulled, due",
    [
        (date(2026, 3, 9), date(2026, 3, 12)),
        (date(2026, 3, 5), date(2026, 3, 10)),  # 三日 are working days (Art. 85): the weekend does not count
        (date(2026, 4, 30), date(2026, 5, 8)),  # Labour Day until 5 May
    ],
)
def test_annulled_decision_is_taken_down_within_three_working_days(annulled, due):
    assert terms.withdrawal_due(annulled) == due, ARTICLE_48


def test_no_year_is_guessed():
    with pytest.raises(CalendarNotCovered):
        terms.publicity_due(date(2026, 12, 30))


@given(day=st.dates(date(2021, 3, 1), date(2026, 11, 1)), days=st.integers(0, 20), start=st.integers(-60, 5))
def test_rows_found_by_their_start_are_those_whose_last_day_has_come(day, days, start):
    """``latest_start`` is the mirror of ``due_of``; lists ask the one, pages show the other."""
    began = day + timedelta(days=start)

    by_then = terms.due_of(began, days, calendar=PUBLISHED) <= day

    assert (began <= terms.latest_start(day, days, calendar=PUBLISHED)) == by_then


def test_beyond_the_notices_starts_are_counted_in_calendar_days():
    assert terms.latest_start(date(2030, 3, 10), 7) == date(2030, 3, 3)


@pytest.mark.parametrize(
    "effective, years, lapsed",
    [
        (date(2022, 2, 1), 5, date(2027, 2, 1)),  # in force until 31 January 2027
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
        (date(2024, 2, 29), 5, date(2029, 3, 1)),  # no 29 February: it ends with the month
        (date(2022, 12, 31), 2, date(2024, 12, 31)),
    ],
)
def test_lapse_is_the_first_day_without_force(effective, years, lapsed):
    assert terms.lapse_day(effective, years) == lapsed
