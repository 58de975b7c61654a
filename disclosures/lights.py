"""Deadline lights: words and a tone, never a colour alone; and the cases under each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from disclosures import calendars
from disclosures.working_days import PUBLISHED, Calendar, CalendarNotCovered

SOON, WEEK = 3, 7  # working days


@dataclass(frozen=True)
class Band:
    """A group of open cases by the time left; the bands share all open cases among them."""

    key: str
    words: str
    tone: str


BANDS = (
    Band("late", "已超期", "late"),
    Band("today", "今日到期", "late"),
    Band("soon", "三个工作日内到期", "soon"),
    Band("week", "七个工作日内到期", "fine"),
    Band("later", "七个工作日以后到期", "fine"),
    Band("unknown", "等待对方或者待定", "unknown"),
)


@dataclass(frozen=True)
class Light:
    """``tone``: late, soon, fine or unknown."""

    words: str
    tone: str


def light(due_on: date | None, day: date, *, calendar: Calendar | None = None) -> Light:
    """已超期, 今日到期, or how many working days are left after ``day``, the last day included."""
    if due_on is None:
        return Light("待定", "unknown")
    if due_on < day:
        return Light("已超期", "late")
    if due_on == day:
        return Light("今日到期", "late")
    try:
        left = len((calendar or PUBLISHED).between(day, due_on))
    except CalendarNotCovered:
        return Light(f"还有{(due_on - day).days}天", "fine")
    return Light(f"还有{left}个工作日", "soon" if left <= SOON else "fine")


def after_working_days(day: date, n: int, *, calendar: Calendar | None = None) -> date:
    """The ``n``-th working day after ``day``. Beyond the notices: that many calendar days."""
    try:
        return (calendar or PUBLISHED).after(day, n)
    except CalendarNotCovered:
        return date.fromordinal(day.toordinal() + n)


def soon_until(day: date, *, calendar: Calendar | None = None) -> date:
    """The last day that counts as soon."""
    return after_working_days(day, SOON, calendar=calendar)


def band(key: str, day: date, *, due: str = "due_on", calendar: Calendar | None = None) -> Q | None:
    """The rows (with the last day in the column ``due``) of a band on ``day``; None for an unknown band."""
    soon, week = (after_working_days(day, n, calendar=calendar) for n in (SOON, WEEK))
    return {
        "late": Q(**{f"{due}__lt": day}),
        "today": Q(**{due: day}),
        "soon": Q(**{f"{due}__gt": day, f"{due}__lte": soon}),
        "week": Q(**{f"{due}__gt": soon, f"{due}__lte": week}),
        "later": Q(**{f"{due}__gt": week}),
        "unknown": Q(**{f"{due}__isnull": True}),
    }.get(key)


def due_within(cases: Any, what: str | None, day: date) -> Any:
    """The unanswered ``cases`` (rows with ``answered_on`` and ``due_on``) in a band; none for an unknown one."""
    return under_light(cases.filter(answered_on=None), what, day)


def under_light(waiting: Any, what: str | None, day: date, *, due: str = "due_on") -> Any:
    """Those of the rows ``waiting`` whose last day (the column ``due``) is in a band; none for an unknown one."""
    if what == "open":
        return waiting
    found = band(str(what), day, due=due, calendar=calendars.current())
    return waiting.none() if found is None else waiting.filter(found)
