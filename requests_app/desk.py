"""Whose work a case is, and what of it waits: the 工作台, the daily mail and the calendar feed ask the same."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosures import access, calendars
from disclosures.areas import Action, Area
from disclosures.lights import WEEK, Light, after_working_days, light
from requests_app.models import DisclosureRequest, Proposal


def mine(user: Any, requests: Any) -> Any:
    """Of ``requests`` those this person handles, and those nobody does yet in agencies whose cases they answer."""
    return access.visible_to(user, requests.for_officer(user), Action.CHANGE)


@dataclass(frozen=True)
class Due:
    """Something that is due. Its name holds the number only, never an applicant."""

    name: str
    due_on: date
    light: Light
    kind: str  # "disclosurerequest" or "proposal"
    pk: int


def due_work(user: Any, day: date, *, until: date | None = None, most: int | None = None) -> list[Due]:
    """The person's open work with a last day, the earliest first, up to ``until`` (included); two queries."""
    calendar = calendars.current()
    works: list[Any] = []
    if access.can(user, Action.CHANGE, Area.CASES):
        works.append(mine(user, DisclosureRequest.objects.open()).only("number", "due_on"))
    if access.can(user, Action.CHANGE, Area.PROPOSALS):
        works.append(access.visible_to(user, Proposal.objects.open(), Action.CHANGE).only("kind", "number", "due_on"))
    found = []
    for work in works:
        dated = work.filter(due_on__isnull=False)
        for case in (dated.filter(due_on__lte=until) if until else dated).order_by("due_on", "pk")[:most]:
            shown = light(case.due_on, day, calendar=calendar)
            found.append(Due(str(case), case.due_on, shown, case._meta.model_name, case.pk))
    return sorted(found, key=lambda each: each.due_on)[:most]


def coming(user: Any, day: date) -> list[Due]:
    """What is overdue or due within seven working days."""
    return due_work(user, day, until=after_working_days(day, WEEK, calendar=calendars.current()))
