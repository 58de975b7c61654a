"""Where a case stands by its dated steps: what it waits for, its state, its last day; pure.

A step is anything with the attributes of ``RequestEvent``; none is stored or read here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError

from disclosures.working_days import PUBLISHED, Calendar, CalendarNotCovered
from requests_app import clocks
from requests_app.enums import EventKind, RequestState

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


@dataclass(frozen=True)
class Case:
    """A case as the law looks at it. ``events`` in the order of their days."""

    received_on: date | None
    answered_on: date | None = None
    outcome: str = ""
    events: tuple[Any, ...] = ()
    calendar: Calendar = PUBLISHED

    @classmethod
    def of(cls, request: Any, events: Iterable[Any], calendar: Calendar | None = None) -> "Case":
        in_order = tuple(sorted(events, key=lambda event: event.on))
        return cls(request.received_on, request.answered_on, request.outcome, in_order, calendar or PUBLISHED)

    def first(self, kind: EventKind) -> Any | None:
        return next((event for event in self.events if event.kind == kind), None)

    def has(self, kind: EventKind) -> bool:
        return self.first(kind) is not None

    @property
    def is_closed(self) -> bool:
        return self.answered_on is not None

    @property
    def state(self) -> RequestState:
        return state_and_due(
            received_on=self.received_on, answered_on=self.answered_on, events=self.events, calendar=self.calendar
        )[0]

    @property
    def unanswered_consultations(self) -> list[Any]:
        answered = [event.answers for event in self.events if event.answers is not None]
        sent = (event for event in self.events if event.kind == EventKind.CONSULTATION_SENT)
        return [event for event in sent if event not in answered]

    def due(self, *, without_extension: bool = False) -> date | None:
        """The last day for the answer; None while it is not known."""
        if self.received_on is None:
            return None
        events = [event for event in self.events if not (without_extension and event.kind == EventKind.EXTENDED)]
        if _waiting(events):
            return None
        try:
            return clocks.answer_due(self.received_on, calendar=self.calendar, **clock_arguments(events))
        except (CalendarNotCovered, ValueError):
            return None


def state_and_due(
    *, received_on: date | None, answered_on: date | None, events: Iterable[Any], calendar: Calendar | None = None
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
        return state, None, f"待定：{missing.year}年节假日安排尚未载入"
    except ValueError as wrong:
        return state, None, f"待定：{wrong}"


def clock_arguments(events: Iterable[Any]) -> dict[str, Any]:
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


def _waiting(events: Iterable[Any]) -> tuple[RequestState, str] | None:
    kinds = [event.kind for event in events]
    for opens, ends, state, why in WAITS:
        if kinds.count(opens) > kinds.count(ends):
            return state, why
    return None


def pair_opinions(events: Iterable[Any]) -> None:
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
