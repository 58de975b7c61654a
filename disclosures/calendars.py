"""The working-day calendar that the rows make, and its changes.

The pure rules keep the calendar they were written with as their default; whoever works on stored cases passes
``current()``. What hangs on the calendar registers with ``depends_on_calendar``: this module knows nobody above.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from disclosures.areas import Area
from disclosures.dates import told
from disclosures.models import CalendarChange, CalendarDay, CalendarNotice, DayKind
from disclosures.models.calendar import FIRST_YEAR, LAST_YEAR, belongs_to
from disclosures.state_council_notices import Notice
from disclosures.working_days import SATURDAY, Calendar

WEEKDAYS = "一二三四五六日"
# 全国年节及纪念日放假办法 Art. 2 (since 1999): off in every year, whatever is exchanged around them.
ALWAYS_OFF = ((1, 1, "元旦"), (5, 1, "劳动节"), (10, 1, "国庆节"), (10, 2, "国庆节"), (10, 3, "国庆节"))
NAMED = 3  # cases named in a refusal

Stamp = tuple[tuple[int, datetime], ...]


@dataclass(frozen=True)
class Day:
    """A day off or a make-up day as entered; ``place``: its line or row, for the message."""

    day: date
    kind: str
    name: str = ""
    place: int | None = None


@dataclass(frozen=True)
class Moved:
    """A case with another last day; ``note`` says why there is none. ``area`` and ``agency``: who may see it."""

    label: str
    old: date | None
    new: date | None
    note: str
    area: Area
    agency: int


class Dependant(Protocol):
    def __call__(self, calendar: Calendar, *, store: bool) -> list[Moved]:
        """Counts everything open by ``calendar``; stores it unless only asked what would move."""


_dependants: list[Dependant] = []


def depends_on_calendar(dependant: Dependant) -> None:
    """Called from ``ready`` of the floor that keeps dates counted by the calendar."""
    if dependant not in _dependants:
        _dependants.append(dependant)


# The calendar of the rows

_made: tuple[Stamp, Calendar] | None = None
_held: ContextVar[list[Calendar] | None] = ContextVar("held_calendar", default=None)


def current() -> Calendar:
    """The calendar as stored now: one small query a call, none after the first inside ``held``."""
    holder = _held.get()
    if holder:
        return holder[0]
    calendar = _of(_stamp())
    if holder is not None:
        holder.append(calendar)
    return calendar


def current_for_writing() -> Calendar:
    """The calendar to store dates by: it does not change before the transaction ends.

    Ask before locking a case: a change of the calendar also locks the calendar first and then its cases.
    """
    if connection.vendor == "postgresql":
        # SQLite has one writer at a time. Here a changed calendar waits for us, or we for it.
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT year FROM {CalendarNotice._meta.db_table} FOR SHARE")
    return _of(_stamp())


@contextmanager
def held(*, for_writing: bool = False) -> Iterator[None]:
    """One calendar for all of a page or a batch, so that a list of a hundred lights asks once."""
    token = _held.set([current_for_writing()] if for_writing else [])
    try:
        yield
    finally:
        _held.reset(token)


def _stamp() -> Stamp:
    return tuple(CalendarNotice.objects.order_by("year").values_list("year", "updated_at"))


def _of(stamp: Stamp) -> Calendar:
    global _made
    made = _made
    if made is None or made[0] != stamp:
        made = _made = (stamp, Calendar(_notices(year for year, _ in stamp)))
    return made[1]


def _notices(years: Iterable[int]) -> list[Notice]:
    rows = defaultdict(list)
    for row in CalendarDay.objects.values_list("notice_id", "day", "kind", "name"):
        rows[row[0]].append(Day(*row[1:]))
    return [notice_of(year, rows[year]) for year in years]


def notice_of(year: int, days: Iterable[Day], number: str = "") -> Notice:
    days = list(days)
    holidays = tuple((day.name, day.day, day.day) for day in days if day.kind == DayKind.REST)
    return Notice(year, number, holidays, tuple(day.day for day in days if day.kind == DayKind.WORK))


def _with(year: int, days: Iterable[Day] | None) -> Calendar:
    """The stored calendar with the year replaced by ``days``, or without it."""
    others = CalendarNotice.objects.exclude(year=year).order_by("year").values_list("year", flat=True)
    notices = _notices(list(others))
    return Calendar(notices if days is None else [*notices, notice_of(year, days)])


# Changing it


def faults_of(year: int, days: Iterable[Day], *, whole: bool = True) -> list[str]:
    """Why ``days`` cannot be the arrangement of ``year``, each with its line; one query.

    Unless they are the ``whole`` of it, nothing is missed.
    """
    days = list(days)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return [f"年度{year}不合理，请核对"]
    if whole and not days:
        return ["没有任何日期，请填写这一年的放假和调休上班日期"]
    taken = CalendarDay.objects.exclude(notice=year).filter(day__in=[day.day for day in days])
    elsewhere = dict(taken.values_list("day", "notice_id"))
    found: list[str] = []
    seen: dict[date, Day] = {}
    for day in days:
        reason = _fault(year, day)
        if not reason and day.day in elsewhere:
            reason = f"已列在{elsewhere[day.day]}年的安排中"
        if not reason and day.day in seen:
            first = seen[day.day].place
            reason = f"与第{first}行重复" if first else "重复"
        seen.setdefault(day.day, day)
        if reason:
            found.append(f"{f'第{day.place}行：' if day.place else ''}{told(day.day)}{reason}")
    return found or (_missing(year, days) if whole else [])


def _fault(year: int, day: Day) -> str:
    if day.kind not in DayKind.values:
        return "的类型应为“放假”或“调休上班”"
    if not belongs_to(day.day, year):
        return f"不在{year}年（可以从上一年12月开始），请核对年份"
    if day.kind == DayKind.WORK and day.day.weekday() < SATURDAY:
        return f"是星期{WEEKDAYS[day.day.weekday()]}，调休上班只能是星期六或星期日"
    if day.kind == DayKind.REST and not day.name:
        return "放假须写节日名称"
    return "的名称超过20个字" if len(day.name) > 20 else ""


def _missing(year: int, days: list[Day]) -> list[str]:
    off = {day.day for day in days if day.kind == DayKind.REST}
    return [
        f"缺少{month}月{number}日（{name}）放假，安排不完整，请核对（《全国年节及纪念日放假办法》第二条）"
        for month, number, name in ALWAYS_OFF
        if date(year, month, number) not in off
    ]


def preview_year(*, year: int, days: Iterable[Day]) -> list[Moved]:
    """What ``replace_year`` would move; writes nothing. Raises ``ValidationError``."""
    days = list(days)
    if faults := faults_of(year, days):
        raise ValidationError(faults)
    return _count_anew(_with(year, days), store=False)


@transaction.atomic
def replace_year(
    *,
    year: int,
    days: Iterable[Day],
    number: str,
    by: Any,
    source: str = "",
    issued_on: date | None = None,
    version: str | None = None,
) -> CalendarChange:
    """Stores the whole arrangement of a year and dates everything that hangs on it anew; all of it or nothing.

    ``version`` is ``version_of`` the year as the person saw it. Returns the entry of the trail, with what moved. Raises
    ``ValidationError`` with every fault.
    """
    days = list(days)
    _lock()
    if version is not None and version != version_of(year):
        raise ValidationError(f"{year}年的安排刚刚被别人改过，没有保存，请核对后重新检查")
    if faults := faults_of(year, days):
        raise ValidationError(faults)
    known = CalendarNotice.objects.filter(year=year).exists()
    notice = CalendarNotice(year=year, number=number, source=source, issued_on=issued_on, by=by)
    notice.full_clean(exclude=["by"], validate_unique=False)
    notice.save()
    notice.days.all().delete()  # type: ignore[attr-defined]
    CalendarDay.objects.bulk_create(CalendarDay(notice=notice, day=d.day, kind=d.kind, name=d.name) for d in days)
    return _changed(year, "更正这一年的安排" if known else "载入这一年的安排", by)


@transaction.atomic
def remove_year(*, year: int, by: Any) -> None:
    """Forgets a year that no open case needs. Raises ``ValidationError`` where one does."""
    _lock()
    refuse_removal(year)
    CalendarNotice.objects.filter(year=year).delete()
    _changed(year, "删除这一年的安排", by)


def refuse_removal(year: int) -> None:
    """Raises ``ValidationError`` naming the open cases whose last day would be lost without the year."""
    if needed := [moved for moved in _count_anew(_with(year, None), store=False) if moved.new is None]:
        names = "、".join(moved.label for moved in needed[:NAMED])
        raise ValidationError(
            f"{len(needed)}件未办结的案件要用{year}年的安排计算期限（{names}{'等' if len(needed) > NAMED else ''}），"
            "不能删除。安排有误的，请重新载入这一年"
        )


def _lock() -> None:
    """Changes of the calendar wait for one another, and for whoever is storing dates by it."""
    list(CalendarNotice.objects.select_for_update().values_list("year"))


def version_of(year: int) -> str:
    """Another one after each change of the year; empty before the first."""
    notice = CalendarNotice.objects.filter(year=year).first()
    return notice.updated_at.isoformat() if notice else ""


def days_of(year: int) -> list[Day]:
    return [Day(*row) for row in CalendarDay.objects.filter(notice=year).values_list("day", "kind", "name")]


def _changed(year: int, what: str, by: Any) -> CalendarChange:
    if (holder := _held.get()) is not None:
        holder.clear()
    moved = _count_anew(_of(_stamp()), store=True)
    return CalendarChange.objects.create(year=year, what=what, by=by, moved=[_as_json(case) for case in moved])


def _count_anew(calendar: Calendar, *, store: bool) -> list[Moved]:
    return [moved for dependant in _dependants for moved in dependant(calendar, store=store)]


def _as_json(moved: Moved) -> dict[str, Any]:
    days = {name: day.isoformat() if day else None for name, day in (("old", moved.old), ("new", moved.new))}
    return {**asdict(moved), **days, "area": str(moved.area)}


def moved_of(change: CalendarChange) -> list[Moved]:
    return [
        Moved(
            **{
                **row,
                "old": date.fromisoformat(row["old"]) if row["old"] else None,
                "new": date.fromisoformat(row["new"]) if row["new"] else None,
                "area": Area(row["area"]),
            }
        )
        for row in change.moved
    ]
