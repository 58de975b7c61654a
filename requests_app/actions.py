"""Steps on one case. Each is atomic; the due date is computed here and nowhere else."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from disclosures import counters
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks
from requests_app.enums import EventKind, RequestState
from requests_app.models import DisclosureRequest, RequestEvent

NUMBER_FAMILY = "request"

# The step that opens a wait, the step that ends it, and what the case is called meanwhile.
WAITS = (
    (EventKind.CONSULTATION_SENT, EventKind.CONSULTATION_RETURNED, RequestState.CONSULTATION),
    (EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED, RequestState.CORRECTION),
    (EventKind.FEE_NOTICE, EventKind.FEE_PAID, RequestState.PAYMENT),
)


def number_for(year: int, serial: int) -> str:
    """登记编号: 2022-0007."""
    return f"{year}-{serial:04d}"


@transaction.atomic
def register(*, request: DisclosureRequest, by: Any) -> DisclosureRequest:
    """Stores a new request, under the next number of its year unless it brings one."""
    request.created_by = by
    if not request.number:
        day = request.received_on or request.arrived_on
        if day is None:
            raise ValueError("收到日期和送达日期至少填写一个")
        request.number = number_for(day.year, counters.take(request.agency, NUMBER_FAMILY, day.year)[0])
    request.state, request.due_on, request.due_note = state_and_due(
        received_on=request.received_on, answered_on=request.answered_on, events=()
    )
    request.save()
    return request


@transaction.atomic
def refresh(*, request: DisclosureRequest) -> DisclosureRequest:
    """Brings state and due date in step with the request's dates and events."""
    request.state, request.due_on, request.due_note = state_and_due(
        received_on=request.received_on, answered_on=request.answered_on, events=list(request.events.all())
    )
    request.save(update_fields=["state", "due_on", "due_note", "updated_at"])
    return request


def state_and_due(
    *, received_on: date | None, answered_on: date | None, events: Iterable[RequestEvent]
) -> tuple[RequestState, date | None, str]:
    """State, last day for the answer, and why there is none (suspended, not received, calendar missing)."""
    events = list(events)
    state = RequestState.CLOSED if answered_on else _waiting(events)
    if received_on is None:
        return state, None, "尚未确认收到日期，期限未起算"
    arguments = clock_arguments(events)
    if arguments is None:
        return state, None, "" if answered_on else "征求意见中，期限暂停计算"
    try:
        return state, clocks.answer_due(received_on, **arguments), ""
    except CalendarNotCovered as missing:
        return state, None, f"待定：{missing.year}年节假日安排尚未载入"
    except ValueError as wrong:
        return state, None, f"待定：{wrong}"


def clock_arguments(events: Iterable[RequestEvent]) -> dict[str, Any] | None:
    """The events as ``clocks.answer_due`` takes them; None while a consultation is out (the clock stands still)."""
    arguments: dict[str, Any] = {}
    sent: list[RequestEvent] = []
    consultations: list[clocks.Consultation] = []
    for event in events:
        if event.kind == EventKind.CORRECTION_RECEIVED:
            arguments["corrected_on"] = event.on
        elif event.kind == EventKind.FEE_PAID:
            arguments["paid_on"] = event.on
        elif event.kind == EventKind.EXTENDED:
            arguments["extension"] = event.days
        elif event.kind == EventKind.POSTPONED:
            arguments["postponed_to"] = event.until
        elif event.kind == EventKind.CONSULTATION_SENT:
            sent.append(event)
        elif event.kind == EventKind.CONSULTATION_RETURNED and event.answers is not None:
            consultations.append((event.answers.on, event.on))
    if len(sent) > len(consultations):
        return None
    return {**arguments, "consultations": consultations}


def _waiting(events: list[RequestEvent]) -> RequestState:
    kinds = [event.kind for event in events]
    for opens, ends, state in WAITS:
        if kinds.count(opens) > kinds.count(ends):
            return state
    return RequestState.HANDLING


def proposal_due_or_none(assigned_on: date) -> date | None:
    """The 3-month day, or None while the calendar does not reach it."""
    try:
        return clocks.proposal_due(assigned_on)
    except CalendarNotCovered:
        return None
