"""A case as its applicant follows it: the dated steps in their words, where it stands, what comes next; pure.

Nobody who was consulted is named, and nothing is told that the office wrote for itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from disclosures.dates import told
from disclosures.lights import light
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks
from requests_app.enums import EventKind, RequestState
from requests_app.letters.remedy import is_partial
from requests_app.outcomes import Outcome, RemedyMode
from requests_app.standing import Case, state_and_due

DONE, CURRENT, COMING = "done", "current", "coming"
NOT_RECEIVED = (
    "提交不等于收到：网上提交的申请，以双方确认之日为收到之日（条例第三十一条）。"
    "本机关会与您联系确认，20个工作日的答复期限从确认的次日起计算"
)
# What a step of the office means to the applicant.
WORDS: dict[EventKind, tuple[str, str]] = {
    EventKind.CORRECTION_ASKED: ("请您补正", "申请的内容不够明确，需要补正的事项见告知书"),
    EventKind.CORRECTION_RECEIVED: ("收到补正", "答复期限从次日起重新计算"),
    EventKind.CONSULTATION_SENT: ("征求意见", "答复前须征求有关方面的意见，所需时间不计入答复期限"),
    EventKind.CONSULTATION_RETURNED: ("收到反馈意见", "答复期限继续计算"),
    EventKind.EXTENDED: ("延长答复期限", "延长的理由见告知书"),
    EventKind.POSTPONED: ("延迟答复", "延迟的理由见告知书"),
    EventKind.FEE_NOTICE: ("请您缴费", "收费的依据和缴费方式见通知书"),
    EventKind.FEE_PAID: ("费用缴清", "答复期限从次日起重新计算"),
    EventKind.REASONS_ASKED: ("请您说明理由", "申请的数量、频次较多，需要说明的事项见告知书"),
    EventKind.REASONS_RECEIVED: ("收到您的说明", ""),
    EventKind.WITHDRAWN: ("撤回申请", "按您的要求不再办理"),
    EventKind.DELIVERED: ("答复已送达", "申请复议、提起诉讼的期限从次日起计算"),
}
WAITING: dict[RequestState, tuple[str, str]] = {
    RequestState.HANDLING: ("办理中", "本机关正在查找、审查您申请的信息"),
    RequestState.CORRECTION: ("等待您补正", "收到补正以后继续办理"),
    RequestState.CONSULTATION: ("正在征求意见", "收到反馈意见以后继续办理"),
    RequestState.PAYMENT: ("等待您缴费", "缴清以后继续办理"),
}
# What an answer comes to, without the words of the statutory form.
OUTCOMES: dict[Outcome, str] = {
    Outcome.GRANT_PUBLISHED: "您要的信息已经公开，答复书写明了在哪里可以看到",
    Outcome.GRANT: "向您提供所申请的信息",
    Outcome.PARTIAL: "提供一部分信息，其余部分不公开，理由见答复书",
    Outcome.NOTHELD: "本机关没有您要的信息",
    Outcome.NOTHELD_NONE: "经检索，没有您要的信息",
    Outcome.NOTHELD_OTHER: "您要的信息不由本机关负责公开，告知书写明了可以向谁申请",
    Outcome.NEED_CREATE: "没有现成的信息，需要另行加工制作，不能提供",
    Outcome.UNCLEAR: "补正以后仍然看不出需要什么信息，无法提供",
    Outcome.DENY_REGISTRY: "请按查询登记资料的规定，到登记部门查询",
    Outcome.REJECT_PETITION: "反映的事项请通过信访、投诉、举报的渠道提出",
    Outcome.REJECT_REPEAT: "与以前答复过的申请相同，不再重复办理",
    Outcome.REJECT_PUBLICATION: "您要的是公开出版物，告知书写明了怎样获取",
    Outcome.REJECT_EXCESS: "申请的数量、频次超过合理范围，不予办理",
    Outcome.REJECT_CONFIRM: "要求确认或者重新出具已经取得的信息，不予办理",
    Outcome.CLOSE_NOCORRECTION: "期限内没有补正，不再办理",
    Outcome.CLOSE_NOPAY: "期限内没有缴费，不再办理",
    Outcome.CLOSE_WITHDRAWN: "您已撤回申请，不再办理",
    Outcome.CLOSE_OTHER: "申请已经终止办理，理由见告知书",
}


def outcome_told(outcome: str) -> str:
    """In one plain sentence; the letter has the reasons."""
    found = Outcome(outcome)
    return OUTCOMES.get(found) or f"不予公开：{found.label}"


@dataclass(frozen=True)
class Stage:
    """``state``: done, current or coming. ``on`` is None for what has no day yet."""

    label: str
    on: date | None
    words: str
    state: str = DONE


def stages(case: Case, *, arrived_on: date | None, number: str) -> list[Stage]:
    """From submission to delivery, in order; exactly one is current."""
    steps = [_stage(event) for event in case.events if event.kind != EventKind.ANSWERED]
    found = [*_begun(case, arrived_on, number), *dict.fromkeys(steps)]
    if case.is_closed:
        end = Stage(_ended(case), case.answered_on, outcome_told(case.outcome))
        # Delivery comes after; whatever else was entered of the same day, before.
        place = -1 if case.has(EventKind.DELIVERED) else len(found)
        found.insert(place, end)
        return [*found[:-1], replace(found[-1], state=CURRENT)]
    if case.received_on is not None:
        label, words = WAITING[case.state]
        found.append(Stage(label, None, words, CURRENT))
    return [*found, Stage("答复", None, "", COMING)]


def _ended(case: Case) -> str:
    """A case that was withdrawn or lapsed is closed without an answer."""
    return "已办结" if case.outcome.startswith("close_") else "已答复"


def _begun(case: Case, arrived_on: date | None, number: str) -> Iterator[Stage]:
    yield Stage("已提交", arrived_on or case.received_on, "")
    yield Stage("已登记", arrived_on or case.received_on, f"登记编号{number}")
    if case.received_on is None:
        yield Stage("等待确认收到日期", None, "本机关会与您联系，双方确认之日为收到之日", CURRENT)
    else:
        yield Stage("确认收到日期", case.received_on, "答复期限从次日起计算")


def _stage(event: object) -> Stage:
    kind = EventKind(event.kind)  # type: ignore[attr-defined]
    label, words = WORDS[kind]
    until, days = event.until, event.days  # type: ignore[attr-defined]
    if kind == EventKind.EXTENDED and days:
        words = f"延长{days}个工作日，理由见告知书"
    elif until and kind == EventKind.POSTPONED:
        words = f"延迟至{told(until)}，理由见告知书"
    elif until:
        words = f"{words}；最后一日为{told(until)}"
    return Stage(label, event.on, words)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Deadline:
    """``tone`` of a light, or done; ``words`` in a few signs, ``why`` in one sentence."""

    tone: str
    words: str
    why: str


def deadline(case: Case, day: date) -> Deadline:
    """What comes next, by when, and why then."""
    if case.is_closed:
        return Deadline("done", f"{told(case.answered_on)}{_ended(case)}", outcome_told(case.outcome))
    if case.received_on is None:
        return Deadline("unknown", "答复期限还没有开始计算", NOT_RECEIVED)
    state, due, note = state_and_due(
        received_on=case.received_on, answered_on=None, events=case.events, calendar=case.calendar
    )
    if state in (RequestState.CORRECTION, RequestState.PAYMENT) and due is None:
        return _yours(case, state, day)
    if due is None:
        why = "征求意见所需时间不计入答复期限（条例第三十三条），收到反馈意见以后继续计算"
        if state != RequestState.CONSULTATION:
            why = f"{note}；安排公布以后，这里会显示最后一日"
        return Deadline("unknown", "答复的最后一日待定", why)
    found = light(due, day, calendar=case.calendar)
    if due < day:
        return Deadline(
            found.tone,
            f"答复的最后一日是{told(due)}，已超过",
            "您可以电话询问本机关，也可以依照条例第五十一条投诉、举报，或者依法申请行政复议",
        )
    return Deadline(found.tone, f"答复的最后一日：{told(due)}（{found.words}）", _why(case))


def _yours(case: Case, state: RequestState, day: date) -> Deadline:
    """The applicant's turn."""
    correction = state == RequestState.CORRECTION
    notice = case.first(EventKind.CORRECTION_ASKED if correction else EventKind.FEE_NOTICE)
    what, article = ("补正", "条例第三十条") if correction else ("缴费", "国办函〔2020〕109号第六条")
    if notice is None or notice.until is None:
        return Deadline("soon", f"请您{what}", f"期限见告知书；{what}以后重新计算答复期限（{article}）")
    if day > notice.until:
        why = f"没有正当理由逾期不{what}的，视为放弃申请（{article}）；有正当理由的，请尽快联系本机关"
        return Deadline("late", f"{what}的最后一日是{told(notice.until)}，已超过", why)
    found = light(notice.until, day, calendar=case.calendar)
    why = f"{what}以后，20个工作日的答复期限重新计算；逾期不{what}的，视为放弃申请（{article}）"
    return Deadline(found.tone, f"请您{what}，最后一日：{told(notice.until)}（{found.words}）", why)


def _why(case: Case) -> str:
    assert case.received_on is not None
    if case.has(EventKind.POSTPONED):
        return "申请的数量、频次较多，本机关依照条例第三十五条确定了延迟答复的日期"
    corrected, paid = case.first(EventKind.CORRECTION_RECEIVED), case.first(EventKind.FEE_PAID)
    starts = [
        (case.received_on, "收到申请"),
        *((e.on, w) for e, w in ((corrected, "收到补正"), (paid, "缴清费用")) if e),
    ]
    start, opening = max(reversed(starts), key=lambda each: each[0])  # of one day, the later step
    extended = case.first(EventKind.EXTENDED)
    longer = f"，加上延长的{extended.days}个工作日" if extended else ""
    consulted = "，征求意见所用的时间不算" if case.has(EventKind.CONSULTATION_SENT) else ""
    return (
        f"从{told(start)}{opening}的次日起{clocks.ANSWER}个工作日{longer}{consulted}，"
        "周末和法定节假日不算（条例第三十三条）"
    )


@dataclass(frozen=True)
class Remedy:
    """``clause``: the letter's own words. ``lines``: the last days; why there are none where there are none."""

    clause: str
    lines: tuple[str, ...]


def remedy(case: Case, mode: RemedyMode, clause: str, served_on: date | None) -> Remedy:
    """What the answer tells of review and suit, with the real last days once it is served.

    60 calendar days (行政复议法 Art. 20) and 6 months (行政诉讼法 Art. 46) from the day after ``served_on``.
    """
    if mode == RemedyMode.NONE or not clause:
        return Remedy("", ())
    if served_on is None:
        return Remedy(clause, ("期限从您收到答复的次日起计算；本机关登记送达以后，这里会显示最后一日",))
    first = mode == RemedyMode.REVIEW_FIRST
    free = not first or (case.outcome and is_partial(Outcome(case.outcome)))
    lines = [f"答复于{told(served_on)}送达", _last_day("申请行政复议", clocks.review_due, served_on, case)]
    if free:
        lines.append(_last_day("直接提起行政诉讼", clocks.direct_suit_due, served_on, case))
    return Remedy(clause, tuple(lines))


def _last_day(what: str, due: object, served_on: date, case: Case) -> str:
    try:
        return f"{what}的最后一日：{told(due(served_on, calendar=case.calendar))}"  # type: ignore[operator]
    except CalendarNotCovered as missing:
        return f"{what}的最后一日待定：{missing.year}年的节假日安排还没有公布"
