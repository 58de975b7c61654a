"""Steps on one case. Each is atomic, asked of the law (``steps``), written into the trail, and can be undone.

A step that is told by letter has its effect when the letter is sent: see ``correspondence``. The due date is computed
here, by ``standing`` and ``clocks``, and nowhere else.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from disclosures import access, calendars, counters, history
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.people import name_of
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks, steps
from requests_app.enums import EventKind, Opinion
from requests_app.letters.compose import kind_of
from requests_app.models import (
    ApplicantMessage,
    DisclosureRequest,
    Letter,
    LetterState,
    MessageKind,
    RequestEvent,
)
from requests_app.outcomes import Outcome
from requests_app.standing import Case, clock_arguments, pair_opinions, state_and_due

__all__ = ["clock_arguments", "pair_opinions", "state_and_due"]

NUMBER_FAMILY = "request"
OWN_NUMBER = re.compile(r"(\d{4})-(\d{4,9})")
OWN_LETTER_NUMBER = re.compile(r"公开(告|复|函)〔(\d{4})〕(\d{1,6})号$")
REFUSED = "您没有办理这件申请的权限"


def number_for(year: int, serial: int) -> str:
    """登记编号: 2022-0007."""
    return f"{year}-{serial:04d}"


# A case and its dates


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
    save(request=request)
    history.record(request, by=by, step="register", what=f"登记（{request.get_channel_display()}）")
    return request


@transaction.atomic
def save(*, request: DisclosureRequest) -> DisclosureRequest:
    """Stores the whole request with state and due date as its dates and steps make them."""
    if given := OWN_NUMBER.fullmatch(request.number):
        # A number written by hand is not given to another request.
        counters.seen(request.agency, NUMBER_FAMILY, int(given[1]), int(given[2]))
    _derive(request)
    request.version = (request.version or 0) + 1
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


def case_of(request: DisclosureRequest) -> Case:
    return Case.of(request, events_of(request), calendars.current())


# Taking a step


@dataclass
class Taking:
    """A step being taken: what it changes is noted, so that it can be told and undone."""

    request: DisclosureRequest
    case: Case
    by: Any
    changes: dict[str, list[Any]] = field(default_factory=dict)
    events: list[int] = field(default_factory=list)
    letters: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)
    messages: list[int] = field(default_factory=list)

    def change(self, name: str, value: Any) -> None:
        self.changes[name] = [_plain(getattr(self.request, name)), _plain(value)]
        setattr(self.request, name, value)

    def add_event(self, kind: EventKind, on: date, **details: Any) -> RequestEvent:
        event = RequestEvent(request=self.request, kind=kind, on=on, **details)
        event.full_clean(exclude=["request"])
        event.save()
        self.events.append(event.pk)
        return event

    def settle_messages(self, **which: Any) -> list[int]:
        """What the applicant sent on the portal waits no longer: this step answers it."""
        waiting = ApplicantMessage.objects.waiting().filter(request=self.request, **which)
        found = list(waiting.values_list("pk", flat=True))
        ApplicantMessage.objects.filter(pk__in=found).update(handled_at=timezone.now(), handled_by=self.by)
        self.messages += found
        return found

    def close(self, outcome: Outcome, on: date) -> None:
        self.change("outcome", outcome.value)
        self.change("answered_on", on)
        self.add_event(EventKind.ANSWERED, on)
        self.settle_messages()

    @property
    def details(self) -> dict[str, Any]:
        names = ("changes", "events", "letters", "sent", "messages")
        return {name: getattr(self, name) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def locked(request: DisclosureRequest) -> DisclosureRequest:
    calendars.current_for_writing()  # first the calendar, then its cases: a change of it locks in the same order
    return DisclosureRequest.objects.select_for_update(of=("self",)).select_related("agency").get(pk=request.pk)


@contextmanager
def taking(
    name: str, *, request: DisclosureRequest, by: Any, what: str, reason: str = "", version: int | None = None
) -> Iterator[Taking]:
    """Locks the case, asks for the power and that nobody was faster, stores what the step changed, writes the trail.

    Raises ``ValidationError``; then nothing is stored.
    """
    with transaction.atomic():
        current = locked(request)
        require_power(current, by)
        require_version(current, version)
        step = Taking(current, case_of(current), by)
        yield step
        _derive(current)
        current.version = F("version") + 1  # type: ignore[assignment]
        current.full_clean(exclude=["version", "agency", "created_by", "handler", "id_number", "contact"])
        current.save()
        history.record(current, by=by, step=name, what=what, reason=reason, details=step.details)
    request.refresh_from_db()


def require_power(request: DisclosureRequest, by: Any) -> None:
    if not access.can(by, Action.CHANGE, Area.CASES, request.agency):
        raise ValidationError(REFUSED)


def require_version(request: DisclosureRequest, version: int | None) -> None:
    """``version`` is what the officer had before them; None where nobody looked (commands, tests)."""
    if version is None or version == request.version:
        return
    done = [f"{entry.by_name}“{entry.what}”" for entry in history.entries_of(request).reverse()[:3]]
    raise ValidationError(
        "这件申请刚刚被修改，没有保存您的操作。最近的办理："
        + ("；".join(done) or "有人修改了登记信息")
        + "。请刷新页面，核对后再办理"
    )


def require_lawful(name: str, case: Case, today: date) -> None:
    if refusal := steps.BY_NAME[name].refusal(case, today):
        raise ValidationError(refusal)


@contextmanager
def faults_of(name: str) -> Iterator[None]:
    """A rule's ``ValueError`` becomes the fault of the form's field ``name``."""
    try:
        yield
    except steps.Overridable as fault:
        raise ValidationError({"reason": str(fault)}) from None
    except CalendarNotCovered as fault:
        raise ValidationError({name: str(fault)}) from None
    except ValueError as fault:
        raise ValidationError({name: str(fault)}) from None


def confirm_receipt(
    *, request: DisclosureRequest, by: Any, on: date, today: date, reason: str = "", version: int | None = None
) -> None:
    """条例 Art. 31: the day both sides confirm."""
    with taking(
        "confirm_receipt",
        request=request,
        by=by,
        what=f"确认收到日期：{told(on)}",
        reason=reason,
        version=version,
    ) as step:
        require_lawful("confirm_receipt", step.case, today)
        with faults_of("on"):
            steps.check_day(step.case, on, today, reason=reason)
            if step.request.arrived_on and on < step.request.arrived_on:
                raise ValueError(f"早于送达日期（{told(step.request.arrived_on)}）")
        step.change("received_on", on)


def receive(
    kind: EventKind,
    name: str,
    *,
    request: DisclosureRequest,
    by: Any,
    on: date,
    today: date,
    reason: str = "",
    version: int | None = None,
    **details: Any,
) -> None:
    """What comes back from the applicant: corrected request (Art. 30), reasons (Art. 35), payment (Art. 42)."""
    with taking(name, request=request, by=by, what=f"{kind.label}：{told(on)}", reason=reason, version=version) as step:
        require_lawful(name, step.case, today)
        opens = {
            EventKind.CORRECTION_RECEIVED: EventKind.CORRECTION_ASKED,
            EventKind.REASONS_RECEIVED: EventKind.REASONS_ASKED,
            EventKind.FEE_PAID: EventKind.FEE_NOTICE,
        }[kind]
        notice = step.case.first(opens)
        assert notice is not None
        with faults_of("on"):
            steps.check_day(step.case, on, today, reason=reason)
            if on < notice.on:
                raise ValueError(f"早于{opens.label}的日期（{told(notice.on)}）")
            if notice.until and on > notice.until and not reason:
                raise steps.Overridable(
                    f"已超过期限（{told(notice.until)}）；有正当理由仍予受理的，请写明，否则请办理逾期结案"
                )
        step.add_event(kind, on, note=reason[:200], **details)
        if kind == EventKind.CORRECTION_RECEIVED:
            step.settle_messages(kind=MessageKind.CORRECTION)


def receive_correction(**given: Any) -> None:
    receive(EventKind.CORRECTION_RECEIVED, "receive_correction", **given)


def receive_reasons(**given: Any) -> None:
    receive(EventKind.REASONS_RECEIVED, "receive_reasons", **given)


def receive_payment(*, request: DisclosureRequest, **given: Any) -> None:
    notice = request.events.filter(kind=EventKind.FEE_NOTICE).first()
    amount = notice.amount if notice else None
    receive(EventKind.FEE_PAID, "receive_payment", request=request, amount=amount, **given)


def receive_opinion(
    *,
    request: DisclosureRequest,
    by: Any,
    consultation: RequestEvent,
    opinion: Opinion,
    on: date,
    today: date,
    note: str = "",
    served_on: date | None = None,
    reason: str = "",
    version: int | None = None,
) -> None:
    """条例 Art. 32–34. ``SILENT``: ``on`` is the day the consulted party's time ran out; the clock goes on after it."""
    with taking(
        "receive_opinion",
        request=request,
        by=by,
        reason=reason,
        version=version,
        what=f"{consultation.get_party_display() or '被征求方'}{opinion.label}：{told(on)}",
    ) as step:
        require_lawful("receive_opinion", step.case, today)
        if consultation not in step.case.unanswered_consultations:
            raise ValidationError({"consultation": "这次征求意见已经收到反馈"})
        with faults_of("on"):
            steps.check_day(step.case, on, today, reason=reason)
            if on < consultation.on:
                raise ValueError(f"早于征求意见的发出日期（{told(consultation.on)}）")
            if opinion == Opinion.SILENT:
                served = served_on or consultation.served_on
                if served is None:
                    raise ValidationError({"served_on": "请填写对方收到征求意见书的日期，15个工作日从次日起算"})
                last = clocks.third_party_due(served, calendar=step.case.calendar)
                if on < last:
                    raise ValueError(f"对方的答复期限到{told(last)}届满，届满前不能按逾期未回复登记")
                on = last  # the clock goes on from there, whenever it is entered
        if served_on:
            RequestEvent.objects.filter(pk=consultation.pk).update(served_on=served_on)
        step.add_event(
            EventKind.CONSULTATION_RETURNED,
            on,
            answers=consultation,
            opinion=opinion,
            note=note[:200],
            counterpart=consultation.counterpart,
            party=consultation.party,
        )


def close(
    name: str,
    outcome: Outcome,
    *,
    request: DisclosureRequest,
    by: Any,
    on: date,
    today: date,
    reason: str = "",
    version: int | None = None,
) -> None:
    """Part （六） of Table B: closed by a record; the letter is good practice and can be drafted after."""
    label = steps.BY_NAME[name].label
    with taking(name, request=request, by=by, what=f"{label}：{told(on)}", reason=reason, version=version) as step:
        require_lawful(name, step.case, on)
        with faults_of("on"):
            steps.check_day(step.case, on, today, reason=reason)
        if not _notice_has_end(step.case, name) and not reason:
            raise ValidationError({"reason": "告知书没有登记截止日期，请写明期限为何已经届满"})
        if name == "lapse_correction" and (sent := _correction_waiting(step.request)):
            raise ValidationError(
                f"申请人{told(timezone.localdate(sent.sent_at))}在网上提交了补正，请先登记收到补正，或者写明不作为补正处理"
            )
        if name == "lapse_payment" and not reason and _notice_undelivered(step.request):
            raise ValidationError(
                {"reason": "收费通知还没有登记送达，缴费期限自收到通知的次日起算；确已届满的，请写明理由"}
            )
        if outcome == Outcome.CLOSE_WITHDRAWN:
            step.add_event(EventKind.WITHDRAWN, on, note=reason[:200])
        step.close(outcome, on)


def _correction_waiting(request: DisclosureRequest) -> ApplicantMessage | None:
    return ApplicantMessage.objects.waiting().filter(request=request, kind=MessageKind.CORRECTION).first()


def _notice_undelivered(request: DisclosureRequest) -> bool:
    return request.letters.filter(event__kind=EventKind.FEE_NOTICE, delivered_on__isnull=True).exists()


def _notice_has_end(case: Case, name: str) -> bool:
    kind = {"lapse_correction": EventKind.CORRECTION_ASKED, "lapse_payment": EventKind.FEE_NOTICE}.get(name)
    notice = case.first(kind) if kind else None
    return notice is None or notice.until is not None


def lapse_correction(**given: Any) -> None:
    close("lapse_correction", Outcome.CLOSE_NOCORRECTION, **given)


def lapse_payment(**given: Any) -> None:
    close("lapse_payment", Outcome.CLOSE_NOPAY, **given)


def withdraw(**given: Any) -> None:
    close("withdraw", Outcome.CLOSE_WITHDRAWN, **given)


def record_answer(
    *,
    request: DisclosureRequest,
    by: Any,
    outcome: Outcome,
    letter_number: str,
    on: date,
    today: date,
    reason: str = "",
    version: int | None = None,
) -> None:
    """An answer that was made outside the system: no case closes without the number of its letter."""
    with taking(
        "record_answer",
        request=request,
        by=by,
        reason=reason,
        version=version,
        what=f"补录答复：{outcome.label}，{letter_number}，{told(on)}",
    ) as step:
        require_lawful("record_answer", step.case, today)
        if refusal := steps.refusal_of_outcome(step.case, outcome, on):
            raise ValidationError({"outcome": refusal})
        with faults_of("on"):
            steps.check_day(step.case, on, today, reason=reason)
            steps.check_after_steps(step.case, on)
        kind = kind_of("", outcome)
        letter = Letter(
            agency=step.request.agency,
            request=step.request,
            code=kind.code,
            number=letter_number.strip(),
            title=kind.title,
            outcome=outcome,
            state=LetterState.SENT,
            dated_on=on,
            sent_on=on,
            created_by=by,
        )
        if given := OWN_LETTER_NUMBER.search(letter.number):
            counters.seen(letter.agency, f"letter-{given[1]}", int(given[2]), int(given[3]))
        letter.full_clean(exclude=["request", "event", "created_by"])
        letter.save()
        step.letters.append(letter.pk)
        step.close(outcome, on)


# Undoing


def last_step(request: DisclosureRequest) -> Any | None:
    """The trail's last entry that can be undone: the newest step that was not, registration aside."""
    for entry in history.entries_of(request).order_by("-id"):
        if "events" in entry.details and not entry.undoes_id and not hasattr(entry, "undone_by"):
            return entry
    return None


def refusal_to_undo(entry: Any, by: Any) -> str:
    if entry is None:
        return "没有可以撤销的步骤"
    if entry.by_id != by.pk:
        return f"上一步由{entry.by_name}办理，只能由本人撤销"
    return ""


def undo(*, request: DisclosureRequest, by: Any, reason: str, version: int | None = None) -> None:
    """Takes back the last step, by whoever took it; both stay in the trail. Raises ``ValidationError``."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明撤销的理由"})
    with transaction.atomic():
        current = locked(request)
        require_power(current, by)
        require_version(current, version)
        entry = last_step(current)
        if refusal := refusal_to_undo(entry, by):
            raise ValidationError(refusal)
        assert entry is not None
        details = entry.details
        events = RequestEvent.objects.filter(request=current, pk__in=details["events"])
        _require_undoable(current, details)
        # What went out stays as it was, with its number and print: whoever writes anew writes another letter.
        Letter.objects.filter(request=current, pk__in=details["sent"]).update(
            state=LetterState.VOID, sent_on=None, event=None
        )
        Letter.objects.filter(request=current, pk__in=details["letters"]).update(
            state=LetterState.VOID, sent_on=None, event=None
        )
        events.delete()
        ApplicantMessage.objects.filter(request=current, pk__in=details.get("messages", ())).update(
            handled_at=None, handled_by=None
        )
        for name, (before, _) in details["changes"].items():
            setattr(current, name, _read(current, name, before))
        _derive(current)
        current.version += 1
        current.full_clean(exclude=["agency", "created_by", "handler", "id_number", "contact"])
        current.save()
        history.record(current, by=by, step="undo", what=f"撤销“{entry.what}”", reason=reason.strip(), undoes=entry)
    request.refresh_from_db()


def _require_undoable(request: DisclosureRequest, details: dict[str, Any]) -> None:
    if Letter.objects.filter(pk__in=details["sent"], delivered_on__isnull=False).exists():
        raise ValidationError("文书已经送达，不能撤销")
    if "outcome" in details["changes"] and request.disputes.exists():
        raise ValidationError("本件已有复议诉讼，不能撤销答复")
    if "outcome" in details["changes"] and request.summary_released_on:
        raise ValidationError("本件的内容提要已经公布，请先撤下，再撤销答复")
    if any(_plain(getattr(request, name)) != after for name, (_, after) in details["changes"].items()):
        raise ValidationError("这一步之后登记信息又被修改过（例如台账导入），不能撤销")


def _read(request: DisclosureRequest, name: str, value: Any) -> Any:
    found: Any = request._meta.get_field(name)
    return found.to_python(value)


def assign(*, request: DisclosureRequest, by: Any, to: Any) -> None:
    """Who handles the case."""
    with taking("assign", request=request, by=by, what=f"由{name_of(to)}经办") as step:
        step.change("handler_id", to.pk if to else None)
