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
from requests_app.enums import CALENDAR_MISSING, EventKind, RequestState

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
BEGIN_ANEW = (EventKind.CORRECTION_RECEIVED, EventKind.FEE_PAID)


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
        events = [event for event in self.events if not (without_extension and event.kind == EventKind.EXTENDED)]
        return state_and_due(received_on=self.received_on, answered_on=None, events=events, calendar=self.calendar)[1]


def state_and_due(
    *, received_on: date | None, answered_on: date | None, events: Iterable[Any], calendar: Calendar | None = None
) -> tuple[RequestState, date | None, str]:
    """State, last day for the answer, and why there is none (waiting, suspended, not received, calendar missing).

    A wait that begins when the period is over gives it no new life: the case stays overdue.
    """
    events = sorted(events, key=lambda event: event.on)
    waits = _waits(events)
    state = RequestState.CLOSED if answered_on else waits[0].state if waits else RequestState.HANDLING
    if received_on is None:
        return state, None, "尚未确认收到日期，期限未起算"
    arguments = clock_arguments(events)
    due_on, note = None, ""
    try:
        due_on = clocks.answer_due(received_on, calendar=calendar, **arguments)
    except CalendarNotCovered as missing:
        note = f"待定：{missing.year}{CALENDAR_MISSING}"
    except ValueError as wrong:
        note = f"待定：{wrong}"
    for wait in waits:
        if due_on is None or wait.stops(due_on, postponed="postponed_to" in arguments):
            return state, None, "" if answered_on else wait.why
    return state, due_on, note


def clock_arguments(events: Iterable[Any]) -> dict[str, Any]:
    """The events as ``clocks.answer_due`` and ``clocks.explain`` take them.

    A day set under Art. 35 falls with the period it belonged to: correction (Art. 30) and payment (国办函〔2020〕109号
    Art. 6) on a later day begin a new one.
    """
    arguments: dict[str, Any] = {}
    consultations: list[clocks.Consultation] = []
    events = sorted(events, key=lambda event: event.on)
    anew_on = max((event.on for event in events if event.kind in BEGIN_ANEW), default=date.min)
    for event in events:
        if event.kind == EventKind.CORRECTION_RECEIVED:
            arguments["corrected_on"] = event.on
        elif event.kind == EventKind.FEE_PAID:
            arguments["paid_on"] = event.on
        elif event.kind == EventKind.EXTENDED:
            arguments["extension"] = event.days or 0
        elif event.kind == EventKind.POSTPONED and event.on >= anew_on:
            arguments["postponed_to"] = event.until
        elif event.kind == EventKind.CONSULTATION_RETURNED and event.answers is not None:
            consultations.append((event.answers.on, event.on))
    return {**arguments, "consultations": consultations}


@dataclass(frozen=True)
class Wait:
    """Something asked of others on ``since`` that has not come yet."""

    since: date
    state: RequestState
    why: str

    def stops(self, due_on: date, *, postponed: bool) -> bool:
        """Whether it keeps ``due_on``, the last day without it, from being the last day.

        条例 Art. 33 ¶3 leaves out of the periods of its ¶2, not of a day set under Art. 35, the days after the letter.
        """
        if self.state == RequestState.CONSULTATION:
            return not postponed and self.since < due_on
        return self.since <= due_on


def _waits(events: list[Any]) -> list[Wait]:
    """What the case waits for. 缴清费用 settles every notice given by that day; an opinion, the letter it answers."""
    answered = [event.answers for event in events if event.answers is not None]
    waits = []
    for opens, ends, state, why in WAITS:
        asked = [event for event in events if event.kind == opens]
        if state == RequestState.CONSULTATION:
            unanswered = [event.on for event in asked if event not in answered]
        else:
            settled = max((event.on for event in events if event.kind == ends), default=date.min)
            unanswered = [event.on for event in asked if event.on > settled]
        if unanswered:
            waits.append(Wait(min(unanswered), state, why))
    return waits


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
