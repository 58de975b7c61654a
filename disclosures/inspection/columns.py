"""Columns by their last update: what the inspection form lists, and which columns fall under which indicator.

A column shows what stands in the columns beneath it too, so it is as fresh as the freshest of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery

from disclosures.lights import Light
from disclosures.models import Category, ColumnKind, Item

LEAST_WARNING = 3  # calendar days before the last day on which a column turns yellow


@dataclass(frozen=True)
class ColumnState:
    """A column on a day. ``last`` is its newest public item; ``limit`` and ``left`` in calendar days."""

    column: Category
    last: date | None
    blank: bool
    this_year: int
    limit: int | None
    left: int | None
    light: Light

    @property
    def due_on(self) -> date | None:
        """The last day on which an update is in time."""
        return self.last + timedelta(days=self.limit) if self.last and self.limit else None

    @property
    def stale(self) -> bool:
        """Past its limit. An empty column is not: the notice counts a fault once."""
        return self.left is not None and self.left < 0

    @property
    def words(self) -> str:
        """What to say of it where something is to be done."""
        if self.blank:
            return "没有内容"
        if self.stale and self.limit is not None and self.left is not None:
            return f"已{self.limit - self.left}天没有更新（期限{self.limit}天）"
        return self.light.words


def light_of(left: int | None, limit: int | None, *, blank: bool = False) -> Light:
    """Red past the limit and on its last day; yellow in the last tenth of it, three days at least."""
    if blank:
        return Light("空白", "late")
    if limit is None:
        return Light("不要求更新", "fine")
    if left is None:
        return Light("待定", "unknown")
    if left < 0:
        return Light(f"已超期{-left}天", "late")
    if left == 0:
        return Light("今日到期", "late")
    return Light(f"还有{left}天", "soon" if left <= max(LEAST_WARNING, limit // 10) else "fine")


def states(columns: QuerySet[Category], day: date, *, with_numbers: bool = False) -> list[ColumnState]:
    """``columns`` (whole trees) as they stand on ``day``, each under its parent; one query, one more for the numbers.

    What is dated later than ``day`` is no update yet.
    """
    public = Item.objects.public().filter(category=OuterRef("pk")).order_by("-published_on")
    newest = Subquery(public.filter(published_on__lte=day).values("published_on")[:1])
    found = list(columns.select_related("agency").annotate(newest=newest, filled=Exists(public)))
    numbers = _numbers(columns, day) if with_numbers else {}
    last: dict[str, date] = {}
    filled: set[str] = set()
    total: dict[str, int] = defaultdict(int)
    for column in found:
        for key in _upwards(column):
            if column.newest:
                last[key] = max(last.get(key, column.newest), column.newest)
            if column.filled:
                filled.add(key)
            total[key] += numbers.get(column.pk, 0)
    places = {str(column.pk): (column.agency_id, column.position, column.pk) for column in found}
    found.sort(key=lambda column: [places.get(key, ()) for key in _upwards(column)])
    return [_state(column, last, filled, total, day) for column in found]


def _state(column: Any, last: Any, filled: Any, total: Any, day: date) -> ColumnState:
    key = str(column.pk)
    newest, blank, limit = last.get(key), key not in filled, column.limit
    left = limit - (day - newest).days if newest and limit is not None else None
    return ColumnState(column, newest, blank, total[key], limit, left, light_of(left, limit, blank=blank))


def _upwards(column: Category) -> list[str]:
    """Keys of the column and of those above it."""
    return column.path.rstrip("/").split("/")


def _numbers(columns: QuerySet[Category], day: date) -> dict[int, int]:
    """Public items first published this year up to ``day``, by column."""
    this_year = Item.objects.public().filter(published_on__range=(date(day.year, 1, 1), day))
    rows = this_year.filter(category__in=columns.order_by()).order_by().values_list("category").annotate(Count("pk"))
    return dict(rows)


def in_veto_of_news(state: ColumnState) -> bool:
    """动态、要闻类栏目, and 一级栏目 of 通知公告、政策文件类. Read here as: only the latter must be first-level."""
    kind = state.column.kind
    return kind == ColumnKind.NEWS or (kind == ColumnKind.NOTICES and state.column.depth == 0)


UNDER = {
    "news_stale": lambda state: state.stale and in_veto_of_news(state),
    "other_stale": lambda state: state.stale and not in_veto_of_news(state),
    "empty": lambda state: state.blank,
    "required_empty": lambda state: state.blank and state.column.must_not_be_empty,
}


def under(code: str, found: Iterable[ColumnState]) -> list[ColumnState]:
    """The columns that an indicator counts."""
    return [state for state in found if UNDER[code](state)]


def wanting(columns: QuerySet[Category], day: date) -> list[ColumnState]:
    """Columns that are empty or past their limit, the longest overdue first; for the 工作台. One query."""
    found = [state for state in states(columns, day) if state.blank or state.stale]
    return sorted(found, key=lambda state: (not state.blank, state.left or 0))
