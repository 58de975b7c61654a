"""The clocks of a dispute, both ways: our answer's last day, and what remains open to the applicant."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from disclosures import calendars
from disclosures.dates import told
from disclosures.working_days import PUBLISHED, Calendar, CalendarNotCovered
from requests_app import clocks
from requests_app.enums import CALENDAR_MISSING, DisputeKind, EventKind, ReviewProcedure
from requests_app.models import DisclosureRequest, Dispute
from requests_app.outcomes import Outcome, RemedyMode, remedy_mode

LINKS = ("agency", "request", "prior", "prior__request")


@dataclass(frozen=True)
class Term:
    """A last day (none while it cannot be known) and a sentence saying why."""

    name: str
    due_on: date | None
    why: str


# Our answer


def answer_term(dispute: Dispute, calendar: Calendar | None = None) -> Term:
    """Our last day to answer the review organ (行政复议法 Art. 48, 54) or the court (行政诉讼法 Art. 67)."""
    copy = dispute.copy_received_on
    name = "提交答复书" if dispute.kind == DisputeKind.REVIEW else "提交答辩状"
    if copy is None:
        return Term(name, None, "填写收到副本日期后计算")
    calendar = calendar or PUBLISHED
    try:
        if dispute.kind == DisputeKind.REVIEW:
            return Term(name, *_review_answer(copy, dispute.procedure, calendar))
        due = clocks.suit_answer_due(copy, calendar=calendar)
        nominal = copy + timedelta(days=clocks.SUIT_ANSWER_DAYS)
        why = f"{told(copy)}收到起诉状副本，十五日内提交答辩状和证据（行政诉讼法第六十七条）"
        return Term(name, due, why + rolled(nominal, due))
    except CalendarNotCovered as missing:
        return Term(name, None, f"待定：{missing.year}{CALENDAR_MISSING}")


def _review_answer(copy: date, procedure: str, calendar: Calendar) -> tuple[date, str]:
    """While the procedure is not known, the shorter term: an earlier day is the safe reading."""
    if procedure == ReviewProcedure.ORDINARY:
        due = clocks.review_answer_due(copy, simplified=False, calendar=calendar)
        return due, f"{told(copy)}收到副本，普通程序十个工作日内答复（行政复议法第四十八条）"
    due = clocks.review_answer_due(copy, simplified=True, calendar=calendar)
    why = f"{told(copy)}收到副本，简易程序五个工作日内答复（行政复议法第五十四条）"
    return due, why if procedure else f"{why}；还没有填复议程序，先按较短的期限提醒"


def derive(dispute: Dispute, calendar: Calendar | None = None) -> None:
    """The stored last day, in step with the dates; the only place that sets it."""
    dispute.answer_due_on = answer_term(dispute, calendar or calendars.current()).due_on


# What remains open to the applicant


def applicant_terms(dispute: Dispute) -> list[Term]:
    """The applicant's last days after our answer and after the review decision, as far as the case knows the days."""
    request = dispute.request or (dispute.prior.request if dispute.prior else None)
    terms = _after_answer(request) if request else []
    review = dispute if dispute.kind == DisputeKind.REVIEW else dispute.prior
    return [*terms, _after_review(review)] if review else terms


def _after_answer(request: DisclosureRequest) -> list[Term]:
    delivered = request.events.filter(kind=EventKind.DELIVERED).order_by("on").values_list("on", flat=True).last()
    review, suit = "申请行政复议", "直接提起行政诉讼"
    if delivered is None:
        unknown = "申请中登记答复的送达日期后计算"
        return [Term(review, None, unknown), Term(suit, None, unknown)]
    opening = f"答复于{told(delivered)}送达"
    terms = [
        _term(
            review,
            clocks.review_due,
            delivered,
            delivered + timedelta(days=clocks.REVIEW_DAYS),
            f"{opening}，六十日内可以申请复议（行政复议法第二十条）",
        )
    ]
    if needs_review_first(request):
        return [*terms, Term(suit, None, f"不能直接起诉：{_first(request)}须先行申请行政复议（行政复议法第二十三条）")]
    nominal = delivered + relativedelta(months=clocks.DIRECT_SUIT_MONTHS)
    why = f"{opening}，六个月内可以直接起诉（行政诉讼法第四十六条）"
    return [*terms, _term(suit, clocks.direct_suit_due, delivered, nominal, why)]


def _after_review(review: Dispute) -> Term:
    name, served = "复议后提起行政诉讼", review.served_on
    if served is None:
        return Term(name, None, "复议案件填写决定送达日期后计算")
    nominal = served + timedelta(days=clocks.SUIT_AFTER_REVIEW_DAYS)
    why = f"复议决定书于{told(served)}送达，不服的十五日内可以起诉（行政诉讼法第四十五条）"
    return _term(name, clocks.suit_due_after_review, served, nominal, why)


def _term(name: str, clock: Callable[..., date], served: date, nominal: date, why: str) -> Term:
    try:
        due = clock(served, calendar=calendars.current())
    except CalendarNotCovered as missing:
        return Term(name, None, f"{why}；待定：{missing.year}{CALENDAR_MISSING}")
    return Term(name, due, why + rolled(nominal, due))


def rolled(nominal: date, due: date) -> str:
    """The last day was not worked (民事诉讼法 Art. 85)."""
    return "" if nominal == due else f"；{told(nominal)}是休息日，顺延至{told(due)}（民事诉讼法第八十五条）"


# What deserves a second look, without being wrong


def needs_review_first(request: DisclosureRequest) -> bool:
    """Was it refused under Art. 14–16, wholly or in part, since review must come before a suit?"""
    if not request.outcome or request.answered_on is None:
        return False
    return remedy_mode(Outcome(request.outcome), request.answered_on) == RemedyMode.REVIEW_FIRST


def _first(request: DisclosureRequest) -> str:
    return "其中不予公开的部分" if request.outcome == Outcome.PARTIAL else "不予公开的决定"


def warnings(dispute: Dispute) -> list[str]:
    """Sentences for the page and the list; none of them refuses the case."""
    found = []
    request = dispute.request
    if dispute.kind == DisputeKind.LITIGATION_DIRECT and request is not None and needs_review_first(request):
        found.append(
            f"复议前置：这件申请的结果是“{request.get_outcome_display()}”，对{_first(request)}须先行申请行政复议，"
            "未经复议直接起诉的，答辩时可以请求法院不予受理或者驳回起诉"
            "（行政复议法第二十三条；法释〔2025〕8号第一条）。请核对案件类型"
        )
    if dispute.kind == DisputeKind.LITIGATION_AFTER_REVIEW and dispute.prior_id is None:
        found.append("复议后起诉：请选择此前的复议；复议案件还没有登记的，先登记")
    return found
