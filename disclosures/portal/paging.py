"""Long lists by pages and by months: a page costs the same wherever it lies and however long the list is.

How many rows a list has on which day is read from a covering index; of a long list it is remembered for some minutes.
A page far back begins at its day, not at the first row of the list, and only its own rows are fetched.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from itertools import accumulate
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.core.paginator import EmptyPage, Page, Paginator
from django.db.models import Count, QuerySet
from django.http import Http404

LIVE = 10_000  # rows that are counted anew at every visit
KEPT = 300  # seconds for which the count of a longer list is remembered
PER_PAGE = 20
PER_SHEET = 100
FRONT = 1_000  # rows from the first that are always as they are now


def remembered(rows: QuerySet, answer: Callable[[], Iterable[Any]], through: int | None = None) -> list[Any]:
    """What ``answer()`` gives, remembered for a while where it took looking through many rows.

    ``rows``: the question that it answers. ``through``: how many rows had to be looked through; where it is not given,
    the numbers at the ends of the answer add up to it.
    """
    try:
        question = repr(rows.query.sql_with_params())
    except EmptyResultSet:  # it asks for the items of no column at all
        return list(answer())
    key = "counted:" + sha256(question.encode()).hexdigest()
    found = cache.get(key)
    if found is None:
        found = list(answer())
        if (sum(number for *_, number in found) if through is None else through) > LIVE:
            cache.set(key, found, KEPT)
    return found


@dataclass
class Days:
    """How many rows fall on which day, the newest first."""

    counted: list[tuple[date, int]]

    @classmethod
    def of(cls, rows: QuerySet, day: str = "published_on", through: int | None = None) -> "Days":
        question = rows.filter(**{f"{day}__isnull": False}).order_by(f"-{day}").values_list(day).annotate(Count("pk"))
        return cls(remembered(question, lambda: question, through))

    def in_year(self, year: int) -> "Days":
        return Days([(day, number) for day, number in self.counted if day.year == year])

    @cached_property
    def total(self) -> int:
        return sum(number for _, number in self.counted)

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(number for _, number in self.counted))

    def day_of(self, place: int) -> tuple[date, int]:
        """The day on which the row at ``place`` falls, the last for one beyond; and the rows before it."""
        index = min(bisect_right(self._ends, place), len(self.counted) - 1)
        return self.counted[index][0], self._ends[index] - self.counted[index][1]

    def years(self) -> dict[int, int]:
        """Rows by year, the newest first."""
        return dict(self._folded(lambda day: day.year))

    def months(self) -> dict[int, list[int]]:
        """Months that have any rows by year, the newest year first, January before December."""
        found: dict[int, list[int]] = {}
        for year, month in self._folded(lambda day: (day.year, day.month)):
            found.setdefault(year, []).insert(0, month)
        return found

    def _folded(self, by: Any) -> Counter:
        folded: Counter = Counter()
        for day, number in self.counted:
            folded[by(day)] += number
        return folded


def keys(rows: QuerySet, days: Days, start: int, stop: int) -> list[int]:
    """Keys of the rows from ``start`` to ``stop``, the latter not included; rows ordered by day, the newest first."""
    if start >= days.total:
        return []
    last, _ = days.day_of(stop + PER_PAGE)  # a few withdrawn since the days were counted leave the page full
    rows = rows.filter(published_on__gte=last)
    if start >= FRONT:
        first, before = days.day_of(start)
        rows, start, stop = rows.filter(published_on__lte=first), start - before, stop - before
    return list(rows.values_list("pk", flat=True)[start:stop])


def in_order(rows: QuerySet, chosen: Sequence[int]) -> list[Any]:
    """The rows of these keys, in this order."""
    found = rows.in_bulk(chosen)
    return [found[key] for key in chosen if key in found]


def page_of(rows: QuerySet, asked: str | None, full: QuerySet, days: Days | None = None) -> Page:
    """A page of ``rows``, the newest day first; ``full``: the same model with what the page shows of each row.

    What ``asked`` says of no page means the first one, beyond the last the last.
    """
    days = days or Days.of(rows)
    page = Paginator(range(days.total), PER_PAGE).get_page(asked)
    start, stop = _places(page)
    page.object_list = in_order(full, keys(rows, days, start, stop))
    return page


def plain_page(rows: QuerySet, asked: str | None, full: QuerySet, per_page: int = PER_PAGE) -> Page:
    """A page of ``rows`` in whatever order they have: for what is never long."""
    page = Paginator(range(counted(rows)), per_page).get_page(asked)
    return _filled(page, rows, full)


def page_of_keys(found: Sequence[int], asked: str | None, full: QuerySet) -> Page:
    """A page of the few rows that have these keys, in this order."""
    page = Paginator(range(len(found)), PER_PAGE).get_page(asked)
    page.object_list = in_order(full, found[slice(*_places(page))])
    return page


def sheet_of(rows: QuerySet, number: int, full: QuerySet) -> Page:
    """A sheet of ``PER_SHEET`` rows of a month or a year, which stay where they are when the time is over.

    Raises ``Http404`` for a sheet that is not there, the first of nothing too.
    """
    try:
        page = Paginator(range(rows.count()), PER_SHEET, allow_empty_first_page=False).page(number)
    except EmptyPage:
        raise Http404("这里没有信息") from None
    return _filled(page, rows, full)


def counted(rows: QuerySet) -> int:
    return remembered(rows, lambda: [("rows", rows.count())])[0][1]


def _filled(page: Page, rows: QuerySet, full: QuerySet) -> Page:
    page.object_list = in_order(full, list(rows.values_list("pk", flat=True)[slice(*_places(page))]))
    return page


def _places(page: Page) -> tuple[int, int]:
    """The places of the page's rows in the list, the first and the one after the last."""
    start = (page.number - 1) * page.paginator.per_page
    return start, start + page.paginator.per_page
