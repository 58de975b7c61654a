"""The letters of a case: drafted, made anew while they wait, checked and frozen when sent, recorded when delivered.

A draft has no effect in law. Sending it takes the step that it tells of, on the day it goes out: the posting day counts
(国办公开办函〔2016〕235号).
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F

from disclosures import calendars, counters, history
from disclosures.dates import told
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from requests_app import actions, clocks, steps
from requests_app.enums import ApplicantKind, ConsultedParty, EventKind
from requests_app.letters import checks, printing
from requests_app.letters.compose import compose, kind_of, remedy_of
from requests_app.letters.document import LetterText, Row
from requests_app.letters.kinds import Addressee, Facts, LetterKind
from requests_app.letters.remedy import Organs, OrgansMissing
from requests_app.models import CaseFile, DeliveryMethod, DisclosureRequest, Letter, LetterState, RequestEvent
from requests_app.outcomes import Outcome
from requests_app.standing import Case

# Which letter asks whom (条例 Art. 32, 34, 11, 17 ¶3).
CONSULTATION_LETTERS = {
    ConsultedParty.THIRD_PARTY: "P7",
    ConsultedParty.JOINT_PRODUCER: "P11",
    ConsultedParty.OTHER_ORGAN: "P12",
    ConsultedParty.AUTHORITY: "P13",
}
# The event that sending a letter of this kind records.
EVENT_OF = {
    "P3": EventKind.CORRECTION_ASKED,
    "P4": EventKind.REASONS_ASKED,
    "P5": EventKind.EXTENDED,
    "P6": EventKind.POSTPONED,
    "P14": EventKind.FEE_NOTICE,
    **dict.fromkeys(CONSULTATION_LETTERS.values(), EventKind.CONSULTATION_SENT),
}
STEP_OF = {
    EventKind.CORRECTION_ASKED: "ask_correction",
    EventKind.REASONS_ASKED: "ask_reasons",
    EventKind.EXTENDED: "extend",
    EventKind.POSTPONED: "postpone",
    EventKind.FEE_NOTICE: "notify_fee",
    EventKind.CONSULTATION_SENT: "consult",
}


@dataclass(frozen=True)
class Plan:
    """A letter to be: which, to whom, what the officer filled in, and the event that sending it records."""

    code: str
    values: dict[str, Any]
    outcome: Outcome | None = None
    addressee: str = ""
    event: dict[str, Any] | None = None

    @property
    def kind(self) -> LetterKind:
        return kind_of(self.code, self.outcome)


# Facts


def facts_of(request: DisclosureRequest, case: Case, on: date, plan: Plan, enclosures: Any = ()) -> Facts:
    corrected = case.first(EventKind.CORRECTION_RECEIVED)
    registered = (
        Row("申请人", request.applicant_name),
        Row("申请人类型", request.get_applicant_kind_display()),
        Row("身份证明", f"{request.get_identity_proof_display()} {request.id_number}".strip()),
        Row("联系方式", request.contact),
        Row("申请渠道", request.get_channel_display()),
        Row("送达日期", told(request.arrived_on) if request.arrived_on else ""),
        Row("收到日期", told(request.received_on) if request.received_on else "尚未确认"),
        Row("答复期限", told(due) if (due := case.due()) else request.due_note),
        Row("要求的提供形式", request.get_wanted_form_display()),
        Row("要求的获取方式", request.get_wanted_delivery_display()),
    )
    agency = request.agency
    contact = "，".join(
        part
        for part in (
            f"联系部门：{agency.office}" if agency.office else "",
            f"联系电话：{agency.phone}" if agency.phone else "",
            f"地址：{agency.address}" if agency.address else "",
        )
        if part
    )
    return Facts(
        agency=agency.name,
        number=request.number,
        applicant=request.applicant_name,
        description=request.description,
        on=on,
        received_on=request.received_on,
        channel=request.get_channel_display(),
        due_on=case.due(),
        is_person=request.applicant_kind == ApplicantKind.NATURAL_PERSON,
        corrected_on=corrected.on if corrected else None,
        contact=f"{contact}。" if contact else "",
        enclosures=tuple((file.name, file.pages) for file in enclosures),
        registered=registered,
        values=plan.values,
    )


def organs_of(request: DisclosureRequest, *, online: bool) -> Organs:
    agency = request.agency
    return Organs(agency.review_organ, agency.court, agency.review_online_url if online else "")


def identity_of(request: DisclosureRequest) -> tuple[str, ...]:
    """What must not appear in letters to others."""
    contacts = re.split(r"[\s,，;；、]+", request.contact)
    return tuple(part for part in (request.applicant_name, request.id_number, *contacts) if len(part) > 1)


def text_of(
    request: DisclosureRequest, case: Case, plan: Plan, on: date, *, number: str, enclosures: Any = ()
) -> LetterText:
    """Raises ``ValidationError`` where the agency has not said who hears reviews and suits."""
    kind = plan.kind
    addressee = plan.addressee if kind.addressed == Addressee.CONSULTED else request.applicant_name
    online = request.wanted_delivery == DeliveryMethod.ONLINE
    try:
        return compose(
            kind,
            facts_of(request, case, on, plan, enclosures),
            organs=organs_of(request, online=online),
            number=number,
            addressee=addressee,
            outcome=plan.outcome,
        )
    except OrgansMissing as missing:
        raise ValidationError(str(missing)) from None


def sheet(*, request: DisclosureRequest, code: str, values: dict[str, Any], on: date) -> LetterText:
    """A sheet for the file (登记表, 回执, 送达回证, 邮寄凭证存根): printed, not numbered, not kept."""
    return text_of(request, actions.case_of(request), Plan(code, values), on, number="")


# Drafting


def draft(
    *,
    request: DisclosureRequest,
    by: Any,
    plan: Plan,
    on: date,
    today: date,
    reason: str = "",
    version: int | None = None,
) -> Letter:
    """A numbered letter that waits to be sent. Raises ``ValidationError``; then no number is taken."""
    with transaction.atomic():
        current = actions.locked(request)
        actions.require_power(current, by)
        actions.require_version(current, version)
        case = actions.case_of(current)
        require_lawful_plan(case, plan, on, today, reason)
        waiting = Letter.objects.filter(request=current, state=LetterState.DRAFT, addressee=plan.addressee)
        # A second click, or a second answer beside the first.
        same = waiting.exclude(outcome="") if plan.outcome else waiting.filter(code=plan.code)
        if same.exists():
            raise ValidationError(f"已有一份待发出的{plan.kind.title}，请先发出或者作废")
        if plan.outcome and current.letters.filter(state=LetterState.SENT).exclude(outcome="").exists():
            raise ValidationError("本件的答复已经发出")
        letter = Letter(
            agency=current.agency,
            request=current,
            code=plan.code,
            number=_number(current, plan.kind, on),
            title=plan.kind.title,
            outcome=plan.outcome or "",
            addressee=plan.addressee,
            dated_on=on,
            planned=_plain(plan.event or {}),
            values=_plain(plan.values),
            created_by=by,
        )
        letter.content = text_of(current, case, plan, on, number=letter.number).as_json()
        letter.full_clean(exclude=["request", "event", "created_by", "planned", "values", "content"])
        letter.save()
        _touch(current)
        history.record(current, by=by, step="draft", what=f"起草{letter.title} {letter.number}", reason=reason)
    return letter


def require_lawful_plan(case: Case, plan: Plan, on: date, today: date, reason: str) -> None:
    """Asked when drafting and again when sending: between the two the case may have moved."""
    if plan.outcome and case.is_closed:
        # Only the letter that tells of a closing by record.
        if plan.outcome != case.outcome or not plan.outcome.value.startswith("close_"):
            raise ValidationError("本件已办结，不能再发出答复")
    elif plan.outcome:
        actions.require_lawful("answer", case, today)
        if refusal := steps.refusal_of_outcome(case, plan.outcome, on):
            raise ValidationError({"outcome": refusal})
        with actions.faults_of("on"):
            steps.check_after_steps(case, on)
    elif kind := EVENT_OF.get(plan.code):
        # Asked of its own day: posted in time and entered the day after is in time.
        actions.require_lawful(STEP_OF[kind], case, on)
    with actions.faults_of("on"):
        steps.check_day(case, on, today, reason=reason)
    event = plan.event or {}
    if plan.code == "P3":
        with actions.faults_of("on"):
            steps.check_correction_notice(case, on, reason=reason)
        if event["until"] <= on:
            raise ValidationError({"until": "补正期限须晚于告知日期"})
    elif plan.code == "P5":
        with actions.faults_of("days"):
            steps.check_extension(case, on, event["days"], event["approved_by"])
            steps.check_promised_day(case, event["days"], plan.values.get("until"))
    elif plan.code == "P6":
        with actions.faults_of("until"):
            steps.check_postponement(case, on, event["until"])


def _number(request: DisclosureRequest, kind: LetterKind, on: date) -> str:
    """{机关代字}公开复〔2026〕1号: a counter to each family, agency and year; void numbers are not given again."""
    serial = counters.take(request.agency, f"letter-{kind.family}", on.year)[0]
    return f"{request.agency.document_mark}公开{kind.family}〔{on.year}〕{serial}号"


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.isoformat() if isinstance(value, date) else _number_or_text(value) for name, value in values.items()
    }


def _number_or_text(value: Any) -> Any:
    return value if isinstance(value, (int, str, bool)) or value is None else str(value)


def plan_of(letter: Letter) -> Plan:
    event = dict(letter.planned)
    for name in ("until", "served_on"):
        if event.get(name):
            event[name] = date.fromisoformat(event[name])
    outcome = Outcome(letter.outcome) if letter.outcome else None
    return Plan(letter.code, dict(letter.values), outcome, letter.addressee, event or None)


@transaction.atomic
def redraft(
    *,
    letter: Letter,
    by: Any,
    values: dict[str, Any],
    on: date,
    today: date,
    reason: str = "",
    version: int | None = None,
) -> Letter:
    """The text anew under the same number. Raises ``ValidationError`` once it was sent."""
    letter, request = _locked(letter, by)
    actions.require_version(request, version)
    plan = plan_of(letter)
    plan = Plan(plan.code, {**plan.values, **values}, plan.outcome, plan.addressee, plan.event)
    case = actions.case_of(request)
    require_lawful_plan(case, plan, on, today, reason)
    letter.values, letter.dated_on = _plain(plan.values), on
    enclosures = letter.files.all()
    letter.content = text_of(request, case, plan, on, number=letter.number, enclosures=enclosures).as_json()
    letter.save()
    _touch(request)
    history.record(request, by=by, step="redraft", what=f"修改{letter.title} {letter.number}")
    return letter


@transaction.atomic
def enclose(*, letter: Letter, by: Any, files: list[CaseFile]) -> Letter:
    """Which files go with the letter; its list of enclosures follows."""
    letter, request = _locked(letter, by)
    CaseFile.objects.filter(letter=letter).update(letter=None)
    CaseFile.objects.filter(request=request, pk__in=[file.pk for file in files]).update(letter=letter)
    enclosed = letter.files.all()
    plan = plan_of(letter)
    case = actions.case_of(request)
    letter.content = text_of(request, case, plan, letter.dated_on, number=letter.number, enclosures=enclosed).as_json()
    letter.save()
    _touch(request)
    return letter


@transaction.atomic
def discard(*, letter: Letter, by: Any, reason: str) -> None:
    """作废: the number stays used. Raises ``ValidationError`` for a letter that was sent."""
    letter, request = _locked(letter, by)
    if not reason.strip():
        raise ValidationError({"reason": "请写明作废的理由"})
    letter.state = LetterState.VOID
    letter.save()
    _touch(request)
    history.record(request, by=by, step="discard", what=f"作废{letter.title} {letter.number}", reason=reason.strip())


def _touch(request: DisclosureRequest) -> None:
    """Whoever has the case or its letter open is told before they act on what has changed."""
    DisclosureRequest.objects.filter(pk=request.pk).update(version=F("version") + 1)


def _locked(letter: Letter, by: Any) -> tuple[Letter, DisclosureRequest]:
    assert letter.request is not None
    request = actions.locked(letter.request)
    actions.require_power(request, by)
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.state != LetterState.DRAFT:
        raise ValidationError(f"{letter.title}{letter.get_state_display()}，不能再修改")
    return letter, request


# Sending


def findings_of(letter: Letter, on: date, method: str) -> list[checks.Finding]:
    """What does not hold if the letter goes out on ``on`` by ``method``."""
    request = letter.request
    assert request is not None
    plan = plan_of(letter)
    case = actions.case_of(request)
    text = LetterText.from_json(letter.content)
    facts = facts_of(request, case, on, plan)
    sending = checks.Sending(
        kind=plan.kind,
        text=text,
        case=_with_planned(case, plan, on),
        on=on,
        values=plan.values,
        remedy=remedy_of(plan.kind, plan.outcome, facts),
        outcome=plan.outcome,
        identity=identity_of(request),
        enclosures_without_pages=letter.files.filter(pages=None).count(),
        is_online=method == DeliveryMethod.ONLINE,
    )
    return checks.findings(sending)


def _with_planned(case: Case, plan: Plan, on: date) -> Case:
    """The case as it will be once the letter's own step is taken; the answering time aside."""
    if plan.code != "P5" or plan.event is None:
        return case
    extended = RequestEvent(
        kind=EventKind.EXTENDED, on=on, days=plan.event["days"], approved_by=plan.event["approved_by"]
    )
    return Case(case.received_on, case.answered_on, case.outcome, (*case.events, extended), case.calendar)


def send(
    *,
    letter: Letter,
    by: Any,
    on: date,
    method: DeliveryMethod,
    today: date,
    waybill: str = "",
    exception_reason: str = "",
    version: int | None = None,
) -> Letter:
    """Out of the house on ``on``: the letter is frozen, its step taken, an answer closes the case.

    Raises ``ValidationError``: a check fails without a reason, the step is no longer lawful, or it cannot be printed.
    """
    assert letter.request is not None
    pdf = _print(letter)  # before the lock: it takes a second
    plan = plan_of(letter)
    what = f"发出{letter.title} {letter.number}（{method.label}）：{told(on)}"
    with actions.taking(
        "send", request=letter.request, by=by, what=what, reason=exception_reason, version=version
    ) as step:
        current = Letter.objects.select_for_update(of=("self",)).select_related("request__agency").get(pk=letter.pk)
        if current.state != LetterState.DRAFT:
            raise ValidationError(f"这份文书{current.get_state_display()}")
        if current.content != letter.content:
            raise ValidationError("这份文书刚刚被修改，请刷新页面，核对后再发出")
        require_lawful_plan(step.case, plan, on, today, exception_reason)
        if on < current.dated_on:
            raise ValidationError({"on": f"发出日期早于落款日期（{told(current.dated_on)}）"})
        if method == DeliveryMethod.MAIL and not waybill.strip():
            raise ValidationError({"waybill": "邮寄须填写邮件单号（交邮之日为送出之日，由邮政企业寄送）"})
        if failed := findings_of(current, on, method):
            if not exception_reason.strip():
                raise ValidationError({"exception_reason": ["核对未通过：" + finding.text for finding in failed]})
            current.exception_reason = exception_reason.strip()
        if plan.event is not None:
            event = step.add_event(EVENT_OF[plan.code], on, **plan.event)
            current.event = event
        if plan.outcome and not step.case.is_closed:
            step.close(plan.outcome, on)
        current.state, current.sent_on, current.delivery_method = LetterState.SENT, on, method
        current.waybill = waybill.strip()
        current.digest = hashlib.sha256(pdf).hexdigest()
        current.printed.save("letter.pdf", ContentFile(pdf), save=False)
        current.full_clean(exclude=["request", "event", "created_by", "planned", "values", "content"])
        current.save()
        step.sent.append(current.pk)
    letter.refresh_from_db()
    return letter


def _print(letter: Letter) -> bytes:
    try:
        return printing.pdf(LetterText.from_json(letter.content))
    except (RenderingFailed, FontsMissing) as failed:
        raise ValidationError(str(failed)) from None


@transaction.atomic
def record_delivery(*, letter: Letter, by: Any, on: date, today: date, receiver: str = "") -> Letter:
    """送达: the day from which the addressee's terms run. Raises ``ValidationError``."""
    assert letter.request is not None
    request = actions.locked(letter.request)
    actions.require_power(request, by)
    letter = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if letter.state != LetterState.SENT or letter.sent_on is None:
        raise ValidationError("文书还没有发出，不能登记送达")
    if on > today:
        raise ValidationError({"on": "送达日期不能晚于今天"})
    if on < letter.sent_on:
        raise ValidationError({"on": f"送达日期早于发出日期（{told(letter.sent_on)}）"})
    letter.delivered_on, letter.receiver = on, receiver.strip()
    letter.save(update_fields=["delivered_on", "receiver"])
    if letter.event_id and letter.event is not None and letter.event.kind == EventKind.CONSULTATION_SENT:
        letter.event.served_on = on
        letter.event.save(update_fields=["served_on"])
    if letter.event_id and letter.event is not None and letter.event.kind == EventKind.FEE_NOTICE:
        # 国办函〔2020〕109号 Art. 6: from the day after the notice was received.
        with actions.faults_of("on"):
            letter.event.until = clocks.payment_due(on, calendar=calendars.current())
        letter.event.save(update_fields=["until"])
    if letter.outcome:
        # 行政复议法 Art. 20: the applicant's terms run from here.
        RequestEvent.objects.update_or_create(request=request, kind=EventKind.DELIVERED, defaults={"on": on})
    history.record(request, by=by, step="deliver", what=f"{letter.title} {letter.number} 送达：{told(on)}")
    return letter


def kept_pdf(letter: Letter) -> bytes:
    """Of a sent letter the very bytes that went out; of a draft, marked 草稿, as it would go out now."""
    if letter.printed:
        with letter.printed.open("rb") as file:
            return file.read()
    return printing.pdf(LetterText.from_json(letter.content), draft=letter.state != LetterState.SENT)
