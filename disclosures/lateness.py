"""Rows that were done within, or after, so many working days from a day: as a question to the database.

The last day is a step of the calendar, so a year's last days are one ``CASE`` of as many branches as days are worked.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.db.models import Case, DateField, F, Q, Value, When

from disclosures.terms import due_of
from disclosures.working_days import Calendar, CalendarNotCovered

MARGIN = 92  # calendar days; no period of 20 working days is as long
DAY = timedelta(days=1)


def standing(what: str, start: str, done: str, days: int, year: int, *, calendar: Calendar) -> Q:
    """Rows ``in_time``, ``late`` or ``undated`` whose ``done`` is in ``year`` or whose ``start`` is.

    ``start``, ``done``: fields, the latter never null; ``days``: working days, 20 at most. ``undated``: without a
    start, or the calendar does not reach to the last day.
    """
    dated = Q(pk__in=[])
    for first, last in _dated(days, calendar):
        dated |= Q(**{f"{start}__range": (first, last)})
    if what == "undated":
        return Q(**{f"{start}__isnull": True}) | ~dated
    due = F(start) if not days else _last_day(start, days, year, calendar)
    return dated & Q(**{f"{done}__gt" if what == "late" else f"{done}__lte": due})


def _dated(days: int, calendar: Calendar) -> Iterator[tuple[date, date]]:
    """The ranges of starts whose last day is known, both ends included: runs of years with a calendar."""
    for year in sorted(calendar.years):
        if year - 1 in calendar.years:
            continue
        end = year
        while end + 1 in calendar.years:
            end += 1
        last = date(end, 12, 31)
        while _due(last, days, calendar) is None:
            last -= DAY
        yield date(year, 1, 1), last


def _last_day(start: str, days: int, year: int, calendar: Calendar) -> Any:
    """The last day of each start of the year and of the months before; of what is older, a day before the year."""
    day = date(year, 1, 1) - timedelta(days=MARGIN)
    whens = [When(**{f"{start}__lt": day}, then=Value(day))]
    while day <= date(year, 12, 31):
        until, due = day, _due(day, days, calendar)
        while until < date(year, 12, 31) and _due(until + DAY, days, calendar) == due:
            until += DAY
        if due is not None:
            whens.append(When(**{f"{start}__lte": until}, then=Value(due)))
        day = until + DAY
    return Case(*whens, default=Value(date.max), output_field=DateField())


def _due(day: date, days: int, calendar: Calendar) -> date | None:
    try:
        return due_of(day, days, calendar=calendar)
    except CalendarNotCovered:
        return None
