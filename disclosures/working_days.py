"""Working days 工作日 by the State Council's yearly notices, make-up Saturdays and Sundays included; pure.

A year without a notice is never guessed: ``CalendarNotCovered``. Counting starts on the day after the given one
(民事诉讼法 Art. 85: the day on which a period begins is not counted).
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from disclosures.state_council_notices import NOTICES, Notice

SATURDAY = 5


class CalendarNotCovered(LookupError):
    """A day of a year whose notice is not loaded."""

    def __init__(self, year: int) -> None:
        self.year = year
        super().__init__(f"尚未载入{year}年的节假日安排，无法计算；国务院办公厅公布通知后请在系统中补充")


class Calendar:
    """Which days are worked in the years covered by the notices it was made of."""

    def __init__(self, notices: Iterable[Notice]) -> None:
        notices = tuple(notices)
        self.years = frozenset(notice.year for notice in notices)
        self._holidays: dict[date, str] = {}
        self._make_up_days: frozenset[date] = frozenset(day for notice in notices for day in notice.make_up_days)
        for notice in notices:
            for name, first, last in notice.holidays:
                for offset in range((last - first).days + 1):
                    self._holidays[first + timedelta(days=offset)] = name
        # Every working day in order: any count is a search in this list.
        self._working = [day for year in sorted(self.years) for day in _days_of(year) if self._is_worked(day)]

    def _is_worked(self, day: date) -> bool:
        return day in self._make_up_days or (day.weekday() < SATURDAY and day not in self._holidays)

    def first_missing(self, day: date) -> int:
        """The first year from that of ``day`` on whose notice is not there."""
        year = day.year
        while year in self.years:
            year += 1
        return year

    def is_working_day(self, day: date) -> bool:
        self._cover(day)
        return self._is_worked(day)

    def name_of_rest(self, day: date) -> str:
        """Why a day is not worked: the holiday's name, or 周末; empty for a working day."""
        return "" if self.is_working_day(day) else self._holidays.get(day, "周末")

    def is_make_up_day(self, day: date) -> bool:
        """A Saturday or Sunday worked in exchange for a holiday (调休上班)."""
        return day in self._make_up_days

    def after(self, day: date, n: int) -> date:
        """The ``n``-th working day after ``day``; ``day`` itself for 0."""
        self._cover(day)
        if n < 0:
            raise ValueError("工作日天数不能为负数")
        if n == 0:
            return day
        place = bisect_right(self._working, day) + n - 1
        last = self._working[place] if place < len(self._working) else None
        # A gap between the covered years would be skipped silently: every year on the way must be covered.
        for year in range(day.year, (last.year if last else max(self.years) + 1) + 1):
            self._cover(date(year, 1, 1))
        assert last is not None
        return last

    def on_or_before(self, day: date) -> date:
        self._cover(day)
        place = bisect_right(self._working, day) - 1
        if place < 0 or self._working[place].year < day.year - 1:
            raise CalendarNotCovered(day.year - 1)
        self._cover(self._working[place])
        return self._working[place]

    def on_or_after(self, day: date) -> date:
        return day if self.is_working_day(day) else self.after(day, 1)

    def between(self, after: date, until: date) -> list[date]:
        """The working days later than ``after``, up to and including ``until``."""
        for year in range(after.year, until.year + 1):
            self._cover(date(year, 1, 1))
        return self._working[bisect_right(self._working, after) : bisect_right(self._working, until)]

    def number_of(self, day: date) -> int:
        """How many working days are known up to and including ``day``.

        The numbers of two days differ by what ``between`` lists, where every year between them is covered.
        """
        self._cover(day)
        return bisect_right(self._working, day)

    def back(self, day: date, n: int) -> date:
        """The ``n``-th working day counted backwards from ``day``, ``day`` included, among the years that are known.

        The first day of time where fewer than ``n`` are known.
        """
        place = bisect_right(self._working, day) - n
        return self._working[place] if place >= 0 else date.min

    def _cover(self, day: date) -> None:
        if isinstance(day, datetime):
            raise TypeError("a working day is a date, not a moment")
        if day.year not in self.years:
            raise CalendarNotCovered(day.year)


def _days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]


PUBLISHED = Calendar(NOTICES)


def is_working_day(day: date, *, calendar: Calendar | None = None) -> bool:
    """Is the office at work on ``day``? Raises ``CalendarNotCovered``."""
    return (calendar or PUBLISHED).is_working_day(day)


def add_working_days(day: date, n: int, *, calendar: Calendar | None = None) -> date:
    """The ``n``-th working day after ``day`` (day 0, not counted). Raises ``CalendarNotCovered``, ``ValueError``."""
    return (calendar or PUBLISHED).after(day, n)


def last_working_day_on_or_before(day: date, *, calendar: Calendar | None = None) -> date:
    """``day`` if it is worked, else the last working day before it. Raises ``CalendarNotCovered``."""
    return (calendar or PUBLISHED).on_or_before(day)


def next_working_day_on_or_after(day: date, *, calendar: Calendar | None = None) -> date:
    """``day`` if it is worked, else the next working day (民事诉讼法 Art. 85). Raises ``CalendarNotCovered``."""
    return (calendar or PUBLISHED).on_or_after(day)
