"""Open cases follow the calendar: counted anew in batches, only what changed is written."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch

from disclosures.calendars import Moved
from disclosures.working_days import Calendar
from requests_app import disputes, proposals
from requests_app.enums import CALENDAR_MISSING
from requests_app.models import DisclosureRequest, Dispute, Proposal, ProposalTerm, RequestEvent
from requests_app.standing import state_and_due

BATCH = 1000


def redate(calendar: Calendar, *, store: bool = True) -> list[Moved]:
    """Every open request, proposal and dispute by ``calendar``; returns those whose last day is another one now.

    Without ``store`` nothing is written. The caller holds the transaction.
    """
    return [*_requests(calendar, store), *_proposals(calendar, store), *_disputes(calendar, store)]


def _requests(calendar: Calendar, store: bool) -> Iterator[Moved]:
    events = Prefetch("events", RequestEvent.objects.select_related("answers"))
    fields = ("number", "agency_id", "received_on", "answered_on", "due_on", "due_note")

    def count(batch: list[Any]) -> None:
        for case in batch:
            _, case.due_on, case.due_note = state_and_due(
                received_on=case.received_on, answered_on=None, events=case.events.all(), calendar=calendar
            )

    cases = DisclosureRequest.objects.open().only(*fields).prefetch_related(events)
    for case, old in _counted(cases, count, ("due_on", "due_note"), store):
        yield _moved(case, old, case.due_on, case.due_note)


def _proposals(calendar: Calendar, store: bool) -> Iterator[Moved]:
    def count(batch: list[Any]) -> None:
        terms: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
        for term in ProposalTerm.objects.filter(agency__in={case.agency_id for case in batch}):
            terms[term.agency_id][term.kind, term.role] = term.months
        for case in batch:
            proposals.derive(case, terms[case.agency_id], calendar)

    cases = (Proposal.objects.open() | Proposal.objects.awaiting_publication()).defer("reply")
    for case, old in _counted(cases, count, ("due_on", "publish_due_on"), store):
        yield _moved(case, old, case.due_on, "" if case.due_on else f"待定：到期日所在{CALENDAR_MISSING}")


def _disputes(calendar: Calendar, store: bool) -> Iterator[Moved]:
    def count(batch: list[Any]) -> None:
        for case in batch:
            disputes.derive(case, calendar)

    for case, old in _counted(Dispute.objects.awaiting_answer(), count, ("answer_due_on",), store):
        note = "" if case.answer_due_on else f"待定：到期日所在{CALENDAR_MISSING}"
        yield _moved(case, old, case.answer_due_on, note)


def _counted(cases: Any, count: Any, columns: tuple[str, ...], store: bool) -> Iterator[tuple[Any, Any]]:
    """(case, its old last day) of those whose first column moved; writes the ``columns`` of all that changed.

    ``update`` by group leaves an officer's open form valid, which ``bulk_update`` of whole rows would as well, slower.
    """
    for batch in _batches(cases):
        before = {case.pk: tuple(getattr(case, name) for name in columns) for case in batch}
        count(batch)
        changed: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for case in batch:
            now = tuple(getattr(case, name) for name in columns)
            if now != before[case.pk]:
                changed[now].append(case.pk)
            if now[0] != before[case.pk][0]:
                yield case, before[case.pk][0]
        if store:
            for values, keys in changed.items():
                cases.model.objects.filter(pk__in=keys).update(**dict(zip(columns, values, strict=True)))


def _moved(case: Any, old: Any, new: Any, note: str) -> Moved:
    return Moved(str(case), old, new, note, type(case).access_area, case.agency_id)


def _batches(cases: Any) -> Iterator[list[Any]]:
    """All rows in the order of their keys, never more than ``BATCH`` in memory."""
    last = 0
    while batch := list(cases.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
