"""Days from receipt to answer, from how often each pair of days occurs; pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from disclosures.working_days import Calendar
from reports.money import decimal_text
from reports.tallies.base import Row, Scope


def days_taken(rows: Iterable[Row], scope: Scope) -> dict[int, dict[str, str | None]]:
    """By year of the answer, in calendar and in working days: from the day after receipt to the day of the answer.

    Time that the periods leave out (correction, opinions, payment) is in it. ``rows``: (answered, received), how often.
    Working days are None for a year that needs a calendar which is not loaded.
    """
    calendar_days: dict[int, Counter[int]] = {year: Counter() for year in scope.years}
    working_days: dict[int, Counter[int | None]] = {year: Counter() for year in scope.years}
    known = _Days(scope.calendar)
    for _, keys, number, _ in rows:
        answered, received = known[keys[0]], known[keys[1]]
        calendar_days[answered.year][answered.ordinal - received.ordinal] += number
        working_days[answered.year][_worked(received, answered, scope.calendar)] += number
    return {
        year: {
            **_middle("calendar_days", calendar_days[year]),
            **_middle("working_days", Counter() if None in working_days[year] else working_days[year]),
        }
        for year in scope.years
    }


class _Day(NamedTuple):
    year: int
    ordinal: int
    worked: int | None


class _Days(dict[str, _Day]):
    """Every day read once: hundreds of them make many thousands of pairs."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__()
        self._calendar = calendar

    def __missing__(self, text: str) -> _Day:
        day = date.fromisoformat(text)
        worked = self._calendar.number_of(day) if day.year in self._calendar.years else None
        self[text] = _Day(day.year, day.toordinal(), worked)
        return self[text]


def _worked(received: _Day, answered: _Day, calendar: Calendar) -> int | None:
    """None where a year between the two has no calendar."""
    if received.worked is None or answered.worked is None:
        return None
    if received.year != answered.year and not calendar.years.issuperset(range(received.year, answered.year)):
        return None
    return answered.worked - received.worked


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
