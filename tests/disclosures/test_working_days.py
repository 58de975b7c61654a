"""The State Council's calendar, day by day against an independent library."""

from datetime import date, datetime, timedelta

import chinese_calendar
import pytest

from disclosures.working_days import (
    PUBLISHED,
    Calendar,
    CalendarNotCovered,
    add_working_days,
    is_working_day,
    last_working_day_on_or_before,
    next_working_day_on_or_after,
)

# Notices of the State Council: working days in the year.
WORKING_DAYS = {2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}


@pytest.mark.parametrize("year", WORKING_DAYS)
def test_every_day_agrees_with_an_independent_calendar(year):
    day, end, worked = date(year, 1, 1), date(year, 12, 31), 0
    while day <= end:
        assert is_working_day(day) == chinese_calendar.is_workday(day), day
        worked += is_working_day(day)
        day += timedelta(days=1)

    assert worked == WORKING_DAYS[year]


def test_make_up_sunday_is_worked_and_holiday_monday_is_not():
    assert is_working_day(date(2022, 1, 30))
    assert not is_working_day(date(2022, 1, 31))
    assert PUBLISHED.name_of_rest(date(2022, 1, 31)) == "春节"
    assert PUBLISHED.is_make_up_day(date(2022, 1, 30))


def test_counting_starts_on_the_next_working_day():
    assert add_working_days(date(2024, 9, 30), 0) == date(2024, 9, 30)
    assert add_working_days(date(2024, 9, 30), 1) == date(2024, 10, 8)


def test_nearest_working_days():
    assert last_working_day_on_or_before(date(2022, 1, 31)) == date(2022, 1, 30)
    assert next_working_day_on_or_after(date(2025, 10, 3)) == date(2025, 10, 9)
    assert next_working_day_on_or_after(date(2026, 2, 28)) == date(2026, 2, 28)


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2027, 1, 4)])
def test_year_without_notice_raises(day):
    for ask in (is_working_day, last_working_day_on_or_before, next_working_day_on_or_after):
        with pytest.raises(CalendarNotCovered, match=f"{day.year}年"):
            ask(day)
    with pytest.raises(CalendarNotCovered):
        add_working_days(day, 1)


def test_gap_between_years_is_not_jumped():
    from disclosures.state_council_notices import NOTICES

    patchy = Calendar(notice for notice in NOTICES if notice.year != 2023)

    with pytest.raises(CalendarNotCovered, match="2023年"):
        add_working_days(date(2022, 12, 30), 5, calendar=patchy)


def test_moment_is_not_a_day():
    with pytest.raises(TypeError):
        is_working_day(datetime(2022, 1, 4, 9, 0))


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="不能为负数"):
        add_working_days(date(2022, 1, 4), -1)
