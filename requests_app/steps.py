"""What may lawfully be done next with a case, and why not where it may not; pure.

A step says when it is open to the officer at all (``refusal``: "" means it is). What a step's own dates and numbers
must hold is asked by the ``check_`` functions; what may be done all the same with a recorded reason is ``Overridable``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from disclosures.dates import told
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks
from requests_app.enums import EventKind, RequestState
from requests_app.outcomes import Outcome
from requests_app.standing import Case

BACKDATING = 5  # working days; further back a reason is asked for (house rule)


@dataclass(frozen=True)
class Step:
    """``refusal`` takes the case and today."""

    name: str
    label: str
    article: str
    help: str
    refusal: Callable[[Case, date], str]


class Overridable(ValueError):
    """Against the rule, and possible where a reason is recorded."""


CLOSED = "本件已办结"
NOT_RECEIVED = "尚未确认收到日期，请先确认（条例第三十一条）"


def _open(case: Case) -> str:
    return CLOSED if case.is_closed else ""


def _running(case: Case) -> str:
    """The answering period runs: received, not closed, not waiting for the applicant."""
    if case.is_closed:
        return CLOSED
    if case.received_on is None:
        return NOT_RECEIVED
    if case.state == RequestState.CORRECTION:
        return "正在等待申请人补正，收到补正或者逾期后再办理"
    if case.state == RequestState.PAYMENT:
        return "正在等待申请人缴费，缴清或者逾期后再办理"
    return ""


def _confirm_receipt(case: Case, day: date) -> str:
    return _open(case) or ("收到日期已确认" if case.received_on else "")


def _ask_correction(case: Case, day: date) -> str:
    if case.has(EventKind.CORRECTION_ASKED):
        return "补正只能告知一次，本件已告知过（条例第三十条）"
    return _running(case)


def _receive_correction(case: Case, day: date) -> str:
    if not case.has(EventKind.CORRECTION_ASKED):
        return "还没有告知补正"
    return _open(case) or ("补正材料已收到" if case.has(EventKind.CORRECTION_RECEIVED) else "")


def _consult(case: Case, day: date) -> str:
    return _running(case)


def _receive_opinion(case: Case, day: date) -> str:
    return _open(case) or ("" if case.unanswered_consultations else "没有等待反馈的征求意见")


def _extend(case: Case, day: date) -> str:
    if case.has(EventKind.EXTENDED):
        return "答复期限只能延长一次，本件已延长过（条例第三十三条）"
    if case.has(EventKind.POSTPONED):
        return "已依照条例第三十五条确定延迟答复的日期"
    if refusal := _running(case):
        return refusal
    due = case.due()
    if due is None:
        return "答复期限暂停计算或者待定，收到反馈意见后再办理延长"
    if day > due:
        return "答复期限已届满，不能再延长（条例第三十三条：延长须在期限届满前告知）"
    return ""


def _ask_reasons(case: Case, day: date) -> str:
    if case.has(EventKind.REASONS_ASKED):
        return "已要求申请人说明理由"
    return _running(case)


def _receive_reasons(case: Case, day: date) -> str:
    if not case.has(EventKind.REASONS_ASKED):
        return "还没有要求申请人说明理由"
    return _open(case) or ("申请人的说明已收到" if case.has(EventKind.REASONS_RECEIVED) else "")


def _postpone(case: Case, day: date) -> str:
    if not case.has(EventKind.REASONS_ASKED):
        return "只有数量、频次明显超过合理范围并已要求说明理由的申请，才能延迟答复（条例第三十五条）"
    if not case.has(EventKind.REASONS_RECEIVED):
        return "还没有收到申请人的说明，收到并认为合理后才能确定延迟答复日期（条例第三十五条）"
    if case.has(EventKind.POSTPONED):
        return "延迟答复的日期已经确定并告知"
    return _running(case)


def _notify_fee(case: Case, day: date) -> str:
    if case.has(EventKind.FEE_NOTICE):
        return "收费通知只能发出一次，按件、按量只能选择一种（国办函〔2020〕109号第三条）"
    if refusal := _running(case):
        return refusal
    due = case.due()
    return (
        "答复期限已届满，收费通知须在期限内发出（国办函〔2020〕109号第六条）" if due is not None and day > due else ""
    )


def _receive_payment(case: Case, day: date) -> str:
    if not case.has(EventKind.FEE_NOTICE):
        return "还没有发出收费通知"
    return _open(case) or ("费用已缴清" if case.has(EventKind.FEE_PAID) else "")


def _answer(case: Case, day: date) -> str:
    return _running(case)


def _withdraw(case: Case, day: date) -> str:
    return _open(case) or ("" if case.received_on else NOT_RECEIVED)


def _lapsed(case: Case, day: date, opens: EventKind, ends: EventKind, what: str) -> str:
    notice = case.first(opens)
    if case.is_closed:
        return CLOSED
    if notice is None:
        return f"还没有发出{opens.label}"
    if case.has(ends):
        return f"已{ends.label}"
    if notice.until is not None and day <= notice.until:
        return f"{what}期限到{told(notice.until)}为止，尚未届满"
    return ""


def _lapse_correction(case: Case, day: date) -> str:
    return _lapsed(case, day, EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED, "补正")


def _lapse_payment(case: Case, day: date) -> str:
    return _lapsed(case, day, EventKind.FEE_NOTICE, EventKind.FEE_PAID, "缴费")


STEPS = (
    Step(
        "confirm_receipt",
        "确认收到日期",
        "第三十一条",
        "平常信函、网络和传真提交的申请，以与申请人双方确认之日为收到之日，期限从次日起算",
        _confirm_receipt,
    ),
    Step("answer", "起草答复", "第三十六条", "选定办理结果，系统按结果给出文书、依据和救济告知；发出后办结", _answer),
    Step(
        "ask_correction",
        "告知补正",
        "第三十条",
        "收到之日起7个工作日内一次性告知，写明需要补正的事项和合理期限",
        _ask_correction,
    ),
    Step(
        "receive_correction",
        "收到补正",
        "第三十条",
        "答复期限自收到补正后的申请之日起重新计算",
        _receive_correction,
    ),
    Step(
        "consult",
        "征求意见",
        "第三十二条、第三十四条",
        "征求第三方、共同制作机关或者其他机关的意见，所需时间不计入答复期限",
        _consult,
    ),
    Step(
        "receive_opinion",
        "收到反馈意见",
        "第三十三条第三款",
        "意见到达（或者逾期）之日起恢复计算期限",
        _receive_opinion,
    ),
    Step(
        "extend",
        "延长答复期限",
        "第三十三条第二款",
        "一次，最多20个工作日，期限届满前由公开工作机构负责人批准并告知申请人",
        _extend,
    ),
    Step(
        "ask_reasons",
        "要求说明理由",
        "第三十五条",
        "申请的数量、频次明显超过合理范围时，可以要求申请人说明理由",
        _ask_reasons,
    ),
    Step("receive_reasons", "收到说明", "第三十五条", "记录申请人说明理由的日期", _receive_reasons),
    Step(
        "postpone",
        "确定延迟答复日期",
        "第三十五条",
        "理由合理但无法按期答复时，确定合理的延迟答复日期并告知申请人",
        _postpone,
    ),
    Step(
        "notify_fee",
        "发出收费通知",
        "第四十二条",
        "按件或者按量只选一种，系统按累进标准计算；缴清后重新计算答复期限",
        _notify_fee,
    ),
    Step("receive_payment", "缴清费用", "第四十二条", "答复期限自缴清之日的次日起重新计算", _receive_payment),
    Step("withdraw", "申请人撤回", "", "申请人书面撤回申请，按“其他处理—其他”办结", _withdraw),
    Step(
        "lapse_correction",
        "逾期不补正，结案",
        "第三十条",
        "申请人无正当理由逾期不补正，视为放弃申请",
        _lapse_correction,
    ),
    Step(
        "lapse_payment",
        "逾期未缴费，结案",
        "第四十二条",
        "申请人逾期未按收费通知缴费，视为放弃申请",
        _lapse_payment,
    ),
    Step(
        "record_answer",
        "补录线下答复",
        "第三十三条",
        "答复书已在系统之外制发的，补录其文号、办理结果和发出日期，办结本件",
        _answer,
    ),
)
BY_NAME = {step.name: step for step in STEPS}


def offered(case: Case, day: date) -> list[Step]:
    """The steps that the law allows on ``day``."""
    return [step for step in STEPS if not step.refusal(case, day)]


def refused(case: Case, day: date) -> list[tuple[Step, str]]:
    """The others, each with the reason."""
    return [(step, why) for step in STEPS if (why := step.refusal(case, day))]


# What a step's own dates must hold


def check_day(case: Case, on: date, today: date, *, reason: str = "") -> None:
    """Not in the future, not before receipt, not far in the past without a reason. Raises ``ValueError``."""
    if on > today:
        raise ValueError("日期不能晚于今天")
    if case.received_on is not None and on < case.received_on:
        raise ValueError(f"日期早于收到日期（{told(case.received_on)}）")
    if not reason and on < today:
        try:
            passed = len(case.calendar.between(on, today))
        except CalendarNotCovered:
            passed = (today - on).days
        if passed > BACKDATING:
            raise Overridable(f"补填{BACKDATING}个工作日以前的日期，请写明理由")


def check_correction_notice(case: Case, on: date, *, reason: str = "") -> None:
    """条例 Art. 30: within 7 working days of receipt. Later only with a recorded reason."""
    assert case.received_on is not None
    # Counted up to the day itself, so that a year not yet loaded does not matter before it comes.
    if len(case.calendar.between(case.received_on, on)) > clocks.CORRECTION_NOTICE and not reason:
        last = clocks.correction_notice_due(case.received_on, calendar=case.calendar)
        raise Overridable(f"已超过告知补正的期限（{told(last)}，收到之日起7个工作日）；确需告知的，请写明理由")


def check_extension(case: Case, on: date, days: int, approved_by: str) -> None:
    """条例 Art. 33 ¶2: 1 to 20 working days, told before the base period ends, approved by the head of the office."""
    if not 1 <= days <= clocks.LONGEST_EXTENSION:
        raise ValueError(f"延长期限须为1至{clocks.LONGEST_EXTENSION}个工作日（条例第三十三条）")
    if not approved_by.strip():
        raise ValueError("须填写批准延长的政府信息公开工作机构负责人姓名（条例第三十三条）")
    due = case.due(without_extension=True)
    if due is not None and on > due:
        raise ValueError(f"答复期限已于{told(due)}届满，不能再延长（条例第三十三条）")


def check_postponement(case: Case, on: date, until: date) -> None:
    """条例 Art. 35: a reasonable later day, told to the applicant; not before the present last day."""
    due = case.due()
    if until <= on or (due is not None and until <= due):
        raise ValueError("延迟答复的日期须晚于原答复期限")


def check_after_steps(case: Case, on: date) -> None:
    """An answer is not dated before the steps that led to it."""
    if case.events and on < case.events[-1].on:
        last = case.events[-1]
        raise ValueError(f"早于最近一步的日期（{EventKind(last.kind).label}，{told(last.on)}）")


def check_promised_day(case: Case, days: int, promised: object) -> None:
    """The letter promises the day that the case now has; a consultation meanwhile has moved it."""
    until = clocks.add_to_due(case.due(without_extension=True), days, calendar=case.calendar)
    if until is not None and promised not in (None, "", until, until.isoformat()):
        raise ValueError(f"期限在起草后有变动，应为{told(until)}，请作废后重新起草")


def refusal_of_outcome(case: Case, outcome: Outcome, day: date) -> str:
    """Why the case's steps do not allow this outcome on ``day``; "" where they do."""
    if outcome == Outcome.NOTHELD:
        return "请区分是“政府信息不存在”还是“不属于本机关负责公开”，两者依据不同（条例第三十六条第（四）、（五）项）"
    if outcome == Outcome.UNCLEAR and not case.has(EventKind.CORRECTION_RECEIVED):
        return "须先告知补正，并收到补正后的申请（条例第三十条）"
    if outcome == Outcome.REJECT_EXCESS:
        asked = case.first(EventKind.REASONS_ASKED)
        if asked is None:
            return "须先要求申请人说明理由（条例第三十五条）"
        if not case.has(EventKind.REASONS_RECEIVED) and (asked.until is None or day <= asked.until):
            return "申请人说明理由的期限还没有届满（条例第三十五条）"
    if outcome in {Outcome.CLOSE_NOCORRECTION, Outcome.CLOSE_NOPAY, Outcome.CLOSE_WITHDRAWN}:
        return "请使用页面上对应的步骤结案"
    return ""
