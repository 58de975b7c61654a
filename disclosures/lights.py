"""Deadline lights: words and a tone, never a colour alone; and the cases under each."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosures import calendars
from disclosures.working_days import PUBLISHED, Calendar, CalendarNotCovered

SOON = 3  # working days


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


def soon_until(day: date, *, calendar: Calendar | None = None) -> date:
    """The last day that counts as soon. Beyond the notices: that many calendar days."""
    try:
        return (calendar or PUBLISHED).after(day, SOON)
    except CalendarNotCovered:
        return date.fromordinal(day.toordinal() + SOON)


def due_within(cases: Any, what: str | None, day: date) -> Any:
    """The unanswered ``cases`` (rows with ``answered_on`` and ``due_on``) under a light; none for an unknown one."""
    return under_light(cases.filter(answered_on=None), what, day)


def under_light(waiting: Any, what: str | None, day: date, *, due: str = "due_on") -> Any:
    """Those of the rows ``waiting`` whose last day (the column ``due``) is under a light; none for an unknown one."""
    soon = soon_until(day, calendar=calendars.current())
    return {
        "open": waiting,
        "late": waiting.filter(**{f"{due}__lt": day}),
        "today": waiting.filter(**{due: day}),
        "soon": waiting.filter(**{f"{due}__gt": day, f"{due}__lte": soon}),
        "later": waiting.filter(**{f"{due}__gt": soon}),
        "unknown": waiting.filter(**{f"{due}__isnull": True}),
    }.get(str(what), waiting.none())
