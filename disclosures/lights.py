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
    waiting, soon = cases.filter(answered_on=None), soon_until(day, calendar=calendars.current())
    return {
        "open": waiting,
        "late": waiting.filter(due_on__lt=day),
        "today": waiting.filter(due_on=day),
        "soon": waiting.filter(due_on__gt=day, due_on__lte=soon),
        "later": waiting.filter(due_on__gt=soon),
        "unknown": waiting.filter(due_on=None),
    }.get(str(what), cases.none())
