"""Open cases follow the calendar: counted anew in batches, only what changed is written."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch

from disclosures.calendars import Moved
from disclosures.working_days import Calendar
from requests_app import actions
from requests_app.enums import CALENDAR_MISSING
from requests_app.models import DisclosureRequest, Proposal, RequestEvent

BATCH = 1000


def redate(calendar: Calendar, *, store: bool = True) -> list[Moved]:
    """Every open request and proposal by ``calendar``; returns those whose last day is another one now.

    Without ``store`` nothing is written. The caller holds the transaction.
    """
    return [*_requests(calendar, store), *_proposals(calendar, store)]


def _requests(calendar: Calendar, store: bool) -> Iterator[Moved]:
    events = Prefetch("events", RequestEvent.objects.select_related("answers"))
    fields = ("number", "agency_id", "received_on", "answered_on", "due_on", "due_note")
    for batch in _batches(DisclosureRequest.objects.open().only(*fields).prefetch_related(events)):
        changed: dict[tuple[date | None, str], list[int]] = defaultdict(list)
        for case in batch:
            _, due, note = actions.state_and_due(
                received_on=case.received_on, answered_on=None, events=case.events.all(), calendar=calendar
            )
            if (due, note) != (case.due_on, case.due_note):
                changed[due, note].append(case.pk)
            if due != case.due_on:
                yield _moved(case, due, note)
        if store:
            for (due, note), keys in changed.items():
                DisclosureRequest.objects.filter(pk__in=keys).update(due_on=due, due_note=note)


def _proposals(calendar: Calendar, store: bool) -> Iterator[Moved]:
    fields = ("kind", "number", "agency_id", "assigned_on", "due_on")
    for batch in _batches(Proposal.objects.open().only(*fields)):
        changed: dict[date | None, list[int]] = defaultdict(list)
        for case in batch:
            due = actions.proposal_due_or_none(case.assigned_on, calendar=calendar)
            if due != case.due_on:
                changed[due].append(case.pk)
                yield _moved(case, due, "" if due else f"待定：到期日所在{CALENDAR_MISSING}")
        if store:
            for day, keys in changed.items():
                Proposal.objects.filter(pk__in=keys).update(due_on=day)


def _moved(case: Any, due: date | None, note: str) -> Moved:
    return Moved(str(case), case.due_on, due, note, type(case).access_area, case.agency_id)


def _batches(cases: Any) -> Iterator[list[Any]]:
    """All rows in the order of their keys, never more than ``BATCH`` in memory."""
    last = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
