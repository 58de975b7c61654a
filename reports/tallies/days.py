"""Days from receipt to answer, from how often each pair of days occurs; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from disclosures.working_days import Calendar, CalendarNotCovered
from reports.money import decimal_text
from reports.tallies.base import Row, Scope


def days_taken(rows: Iterable[Row], scope: Scope) -> dict[int, dict[str, str | None]]:
    """By year of the answer, in calendar and in working days: from the day after receipt to the day of the answer.

    Time that the periods leave out (correction, opinions, payment) is in it. ``rows``: (received, answered), how often.
    Working days are None for a year that needs a calendar which is not loaded.
    """
    calendar_days: dict[int, Counter[int]] = {year: Counter() for year in scope.years}
    working_days: dict[int, Counter[int | None]] = {year: Counter() for year in scope.years}
    for row in rows:
        received, answered = (date.fromisoformat(str(day)) for day in row.keys[:2])
        calendar_days[answered.year][(answered - received).days] += row.number
        working_days[answered.year][_worked(received, answered, scope.calendar)] += row.number
    return {
        year: {
            **_middle("calendar_days", calendar_days[year]),
            **_middle("working_days", Counter() if None in working_days[year] else working_days[year]),
        }
        for year in scope.years
    }


def _worked(received: date, answered: date, calendar: Calendar) -> int | None:
    try:
        return len(calendar.between(received, answered))
    except CalendarNotCovered:
        return None


def _middle(unit: str, counted: Counter) -> dict[str, str | None]:  # type: ignore[type-arg]
    """Mean, to one decimal, and median of how often each number of days occurs; None where there is nothing."""
    number = sum(counted.values())
    if not number:
        return {f"mean_{unit}": None, f"median_{unit}": None}
    mean = Decimal(sum(days * times for days, times in counted.items())) / number
    middle = Decimal(_nth(counted, (number - 1) // 2) + _nth(counted, number // 2)) / 2
    return {
        f"mean_{unit}": decimal_text(mean.quantize(Decimal("0.1"))),
        f"median_{unit}": decimal_text(middle),
    }


def _nth(counted: Counter, place: int) -> int:  # type: ignore[type-arg]
    for days in sorted(counted):
        place -= counted[days]
        if place < 0:
            return int(days)
    raise IndexError(place)
