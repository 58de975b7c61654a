"""条例 Art. 26: 主动公开 information is public within 20 working days from the day it was made or changed.

The last day is computed where it is shown. Lists ask for the days of making that lead to a last day instead: the later
it was made, the later it is due.
"""

from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from disclosures import calendars
from disclosures.lights import SOON, WEEK, Light, after_working_days, light
from disclosures.models import Item, ItemState, Openness
from disclosures.terms import PUBLICATION, publication_due
from disclosures.working_days import Calendar, CalendarNotCovered


def formed_before(day: date, *, calendar: Calendar) -> date:
    """What was made before this day is due on ``day`` or earlier; what was made on it or later, after ``day``."""
    return calendar.back(day, PUBLICATION)


def due_of(item: Item) -> date | None:
    """None for what is not on its way to the public, and where the calendar of the year is missing."""
    if not is_waiting(item) or item.formed_on is None:
        return None
    try:
        return publication_due(item.formed_on, calendar=calendars.current())
    except CalendarNotCovered as missing:
        # A document of long ago is overdue, whether or not the calendar of its year is known.
        known = calendars.current().years
        return item.formed_on if known and missing.year < min(known) else None


def is_waiting(item: Item) -> bool:
    """``models.items.ON_THE_WAY`` for one item, without the database."""
    gone = (ItemState.PUBLISHED, ItemState.WITHDRAWN)
    return item.openness == Openness.PROACTIVE and item.state not in gone and item.formed_on is not None


def light_of(item: Item, day: date) -> Light | None:
    return light(due_of(item), day, calendar=calendars.current()) if is_waiting(item) else None


def band(key: str, day: date, *, calendar: Calendar | None = None) -> Q | None:
    """The waiting items of a band of ``lights.BANDS`` on ``day``; None for an unknown band."""
    calendar = calendar or calendars.current()

    def due_by(last: date) -> date:
        return formed_before(last, calendar=calendar)

    late, today = due_by(day - timedelta(days=1)), due_by(day)
    soon, week = (due_by(after_working_days(day, n, calendar=calendar)) for n in (SOON, WEEK))
    end = due_by(date.max)
    return {
        "late": Q(formed_on__lt=late),
        "today": Q(formed_on__gte=late, formed_on__lt=today),
        "soon": Q(formed_on__gte=today, formed_on__lt=soon),
        "week": Q(formed_on__gte=soon, formed_on__lt=week),
        "later": Q(formed_on__gte=week, formed_on__lt=end),
        "unknown": Q(formed_on__gte=end),
    }.get(key)


def under_light(items: Any, what: str | None, day: date) -> QuerySet[Item]:
    """The unpublished of ``items`` in a band, ``open`` for all of them; none for an unknown band."""
    waiting = items.unpublished()
    if what == "open":
        return waiting
    found = band(str(what), day)
    return waiting.none() if found is None else waiting.filter(found)
