"""Steps on one case. Each is atomic; the due date is computed here and nowhere else."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import calendars, counters
from disclosures.working_days import Calendar, CalendarNotCovered
from requests_app import clocks
from requests_app.enums import CALENDAR_MISSING, EventKind, RequestState
from requests_app.models import DisclosureRequest, RequestEvent

NUMBER_FAMILY = "request"
OWN_NUMBER = re.compile(r"(\d{4})-(\d{4,9})")

# The step that opens a wait, the step that ends it, what the case is called meanwhile, and why no last day is known.
WAITS = (
    (
        EventKind.CORRECTION_ASKED,
        EventKind.CORRECTION_RECEIVED,
        RequestState.CORRECTION,
        "等待申请人补正，收到补正后重新计算期限",
    ),
    (
        EventKind.CONSULTATION_SENT,
        EventKind.CONSULTATION_RETURNED,
        RequestState.CONSULTATION,
        "征求意见中，期限暂停计算",
    ),
    (EventKind.FEE_NOTICE, EventKind.FEE_PAID, RequestState.PAYMENT, "等待申请人缴费，缴清后重新计算期限"),
)


def number_for(year: int, serial: int) -> str:
    """登记编号: 2022-0007."""
    return f"{year}-{serial:04d}"


@transaction.atomic
def register(*, request: DisclosureRequest, by: Any) -> DisclosureRequest:
    """Stores a new request, under the next number of its year unless it brings one.

    Raises ``ValidationError`` when no day tells the year.
    """
    day = request.received_on or request.arrived_on
    if day is None:
        raise ValidationError("收到日期和送达日期至少填写一个")
    request.created_by = by
    if not request.number:
        request.number = number_for(day.year, counters.take(request.agency, NUMBER_FAMILY, day.year)[0])
    return save(request=request)


@transaction.atomic
def save(*, request: DisclosureRequest) -> DisclosureRequest:
    """Stores the whole request with state and due date as its dates and steps make them."""
    if given := OWN_NUMBER.fullmatch(request.number):
        # A number written by hand is not given to another request.
        counters.seen(request.agency, NUMBER_FAMILY, int(given[1]), int(given[2]))
    _derive(request)
    request.save()
    return request


@transaction.atomic
def refresh(*, request: DisclosureRequest) -> DisclosureRequest:
    """Brings state and due date in step with the request's dates and events."""
    _derive(request)
    request.save(update_fields=["state", "due_on", "due_note", "updated_at"])
    return request


def _derive(request: DisclosureRequest) -> None:
    request.state, request.due_on, request.due_note = state_and_due(
        received_on=request.received_on,
        answered_on=request.answered_on,
        events=events_of(request),
        calendar=calendars.current_for_writing(),
    )


def events_of(request: DisclosureRequest) -> list[RequestEvent]:
    return list(request.events.select_related("answers")) if request.pk else []


def state_and_due(
    *,
    received_on: date | None,
    answered_on: date | None,
    events: Iterable[RequestEvent],
    calendar: Calendar | None = None,
) -> tuple[RequestState, date | None, str]:
    """State, last day for the answer, and why there is none (waiting, suspended, not received, calendar missing)."""
    events = sorted(events, key=lambda event: event.on)
    waiting = _waiting(events)
    state = RequestState.CLOSED if answered_on else waiting[0] if waiting else RequestState.HANDLING
    if received_on is None:
        return state, None, "尚未确认收到日期，期限未起算"
    if waiting:
        return state, None, "" if answered_on else waiting[1]
    try:
        return state, clocks.answer_due(received_on, calendar=calendar, **clock_arguments(events)), ""
    except CalendarNotCovered as missing:
        return state, None, f"待定：{missing.year}{CALENDAR_MISSING}"
    except ValueError as wrong:
        return state, None, f"待定：{wrong}"


def clock_arguments(events: Iterable[RequestEvent]) -> dict[str, Any]:
    """The events as ``clocks.answer_due`` and ``clocks.explain`` take them."""
    arguments: dict[str, Any] = {}
    consultations: list[clocks.Consultation] = []
    for event in sorted(events, key=lambda event: event.on):
        if event.kind == EventKind.CORRECTION_RECEIVED:
            arguments["corrected_on"] = event.on
        elif event.kind == EventKind.FEE_PAID:
            arguments["paid_on"] = event.on
        elif event.kind == EventKind.EXTENDED:
            arguments["extension"] = event.days or 0
        elif event.kind == EventKind.POSTPONED:
            arguments["postponed_to"] = event.until
        elif event.kind == EventKind.CONSULTATION_RETURNED and event.answers is not None:
            consultations.append((event.answers.on, event.on))
    return {**arguments, "consultations": consultations}


def _waiting(events: list[RequestEvent]) -> tuple[RequestState, str] | None:
    kinds = [event.kind for event in events]
    for opens, ends, state, why in WAITS:
        if kinds.count(opens) > kinds.count(ends):
            return state, why
    return None


def pair_opinions(events: Iterable[RequestEvent]) -> None:
    """Gives every opinion without one the earliest consultation still waiting that was sent by its day.

    Raises ``ValidationError`` where there is none.
    """
    steps = sorted(events, key=lambda event: event.on)
    replies = [event for event in steps if event.kind == EventKind.CONSULTATION_RETURNED]
    answered = [reply.answers for reply in replies if reply.answers is not None]
    waiting = [event for event in steps if event.kind == EventKind.CONSULTATION_SENT and event not in answered]
    for reply in replies:
        if reply.answers is None:
            match = next((sent for sent in waiting if sent.on <= reply.on), None)
            if match is None:
                raise ValidationError("收到反馈意见之前没有发出过对应的征求意见，请先补填“发出征求意见”")
            waiting.remove(match)
            reply.answers = match


def proposal_due_or_none(assigned_on: date, *, calendar: Calendar | None = None) -> date | None:
    """The 3-month day, or None while the calendar does not reach it."""
    try:
        return clocks.proposal_due(assigned_on, calendar=calendar)
    except CalendarNotCovered:
        return None
