"""工作台: what waits for the person, by light; a fixed number of queries, and only what they may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from disclosures import access, calendars, charts, duties, publication_clock
from disclosures.actions import waiting_for
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.inspection.columns import ColumnState, wanting
from disclosures.lights import BANDS, Light, band
from disclosures.models import AdministrativeDecision, Category, Complaint, Item, ItemState, NormativeDocument
from disclosures.models.decisions import TO_WITHDRAW, UNPUBLISHED
from disclosures.models.documents import lapses_soon, owes_interpretation
from disclosures.models.items import ON_THE_WAY, to_be_reevaluated
from disclosures.terms import LAPSE_NOTICE
from disclosures.working_days import CalendarNotCovered
from reports.models import AnnualReport
from requests_app import clocks
from requests_app.desk import due_work, mine
from requests_app.enums import RequestChannel
from requests_app.models import (
    ApplicantMessage,
    DisclosureRequest,
    Dispute,
    Letter,
    LetterState,
    MessageKind,
    Proposal,
)

CALENDAR_ENDS_SOON = 60  # days
NEXT = 10  # cases named on the page
URGENT = tuple(each for each in BANDS if each.key in ("late", "today", "soon"))


@dataclass(frozen=True)
class Task:
    """``tone``: late, soon, fine; never told by colour alone."""

    label: str
    count: int
    tone: str
    address: str


@dataclass(frozen=True)
class Case:
    """A case that is due next."""

    name: str
    due_on: date | None
    light: Light
    address: str


MINE, AGENCY = "mine", "agency"


def scope_of(user: Any, asked: str) -> str:
    """我的 or 本机关: whoever answers no cases has only the second."""
    return AGENCY if asked == AGENCY or not access.can(user, Action.CHANGE, Area.CASES) else MINE


def tasks(user: Any, day: date, scope: str = AGENCY) -> list[Task]:
    found: list[Task] = []
    if access.can(user, Action.VIEW, Area.CASES):
        found += _requests(user, day, scope)
    if access.can(user, Action.VIEW, Area.PUBLISHING):
        found += _items(user, day)
        found += [task for task in (*_duties(user, day), *_complaints(user, day)) if task.count]
    if access.can(user, Action.VIEW, Area.PROPOSALS):
        seen = access.visible_to(user, Proposal.objects.filter(answered_on=None))
        counts = seen.aggregate(**_bands(day))
        found += [task for task in _by_light("建议提案", counts, "proposal", "") if task.count]
    return found


def _list(page: str, query: str) -> str:
    return f"{reverse(f'admin:{page}_changelist')}?{query}"


def _requests(user: Any, day: date, scope: str) -> list[Task]:
    requests = DisclosureRequest.objects.all()
    own = scope == MINE
    seen: Any = mine(user, requests) if own else access.visible_to(user, requests)
    narrowed = "&mine=yes" if own else ""
    disputes = access.visible_to(user, Dispute.objects.filter(closed_on=None)).aggregate(
        pending=Count("pk"), ours=Count("pk", filter=Q(pk__in=Dispute.objects.awaiting_answer()))
    )
    fresh = seen.unconfirmed().filter(channel=RequestChannel.ONLINE)
    online = {kind: Count("pk", filter=Q(pk__in=ApplicantMessage.objects.cases_waiting(kind))) for kind in MessageKind}
    counts = seen.open().aggregate(fresh=Count("pk", filter=Q(pk__in=fresh)), **online, **_bands(day))
    page = "requests_app_disclosurerequest"
    # A drafted letter has no effect: one that was forgotten is as bad as none.
    unsent = access.visible_to(user, Letter.objects.filter(state=LetterState.DRAFT)).count()
    return [
        Task("文书已起草、待发出", unsent, "soon", _list("requests_app_letter", "state__exact=draft")),
        Task("网上提交的申请待确认收到日期", counts["fresh"], "soon", _list(page, f"unconfirmed=online{narrowed}")),
        *(
            Task(f"申请人在网上{kind.label}，待处理", counts[kind], "soon", _list(page, f"online={kind}{narrowed}"))
            for kind in MessageKind
            if counts[kind]
        ),
        *_by_light("申请", counts, "disclosurerequest", narrowed),
        Task("复议诉讼待我方答复", disputes["ours"], "soon", _list("requests_app_dispute", "due=open")),
        Task("复议诉讼尚未审结", disputes["pending"], "fine", _list("requests_app_dispute", "closed=no")),
    ]


def _bands(day: date) -> dict[str, Any]:
    calendar = calendars.current()
    return {each.key: Count("pk", filter=band(each.key, day, calendar=calendar)) for each in BANDS}


def _by_light(name: str, counts: dict[str, int], model: str, narrowed: str) -> list[Task]:
    return [
        Task(
            f"{name}{each.words}",
            counts[each.key],
            each.tone,
            _list(f"requests_app_{model}", f"due={each.key}{narrowed}"),
        )
        for each in BANDS
    ]


@dataclass(frozen=True)
class Month:
    """This month's intake and answers beside last month's."""

    sentence: str
    chart: SafeString


def month(user: Any, day: date) -> Month | None:
    """Of the agencies whose cases the person sees; one query."""
    if not access.can(user, Action.VIEW, Area.CASES):
        return None
    first = day.replace(day=1)
    before = first - relativedelta(months=1)
    counts = access.visible_to(user, DisclosureRequest.objects.all()).aggregate(
        received=Count("pk", filter=Q(received_on__range=(first, day))),
        answered=Count("pk", filter=Q(answered_on__range=(first, day))),
        received_before=Count("pk", filter=Q(received_on__gte=before, received_on__lt=first)),
        answered_before=Count("pk", filter=Q(answered_on__gte=before, answered_on__lt=first)),
    )
    now = f"本月新收{counts['received']}件、答复{counts['answered']}件"
    past = f"上月新收{counts['received_before']}件、答复{counts['answered_before']}件"
    bars = [
        ("本月新收", counts["received"]),
        ("本月答复", counts["answered"]),
        ("上月新收", counts["received_before"]),
        ("上月答复", counts["answered_before"]),
    ]
    drawn = charts.bar_chart("申请的新收和答复", bars, unit="件", key="month")
    return Month(f"{now}；{past}。", mark_safe(drawn))  # every text in it was escaped where it was drawn


def _items(user: Any, day: date) -> list[Task]:
    seen = access.visible_to(user, Item.objects.all())
    waiting = {each.key: publication_clock.band(each.key, day) for each in BANDS if each.tone in ("late", "soon")}
    counts = seen.aggregate(
        submitted=Count("pk", filter=Q(state=ItemState.SUBMITTED)),
        draft=Count("pk", filter=Q(state=ItemState.DRAFT)),
        approved=Count("pk", filter=Q(state=ItemState.APPROVED)),
        reevaluate=Count("pk", filter=to_be_reevaluated(day)),
        **{key: Count("pk", filter=ON_THE_WAY & found) for key, found in waiting.items() if found is not None},
    )
    page = "disclosures_item"
    found = [
        *(
            Task(f"信息发布{each.words}", counts[each.key], each.tone, _list(page, f"due={each.key}"))
            for each in BANDS
            if each.key in waiting
        ),
        Task("信息被退回待我修改", waiting_for(user, seen, "returned").count(), "soon", _list(page, "mine=returned")),
        Task("信息待审核", counts["submitted"], "fine", _list(page, "state__exact=submitted")),
        Task("信息待发布", counts["approved"], "fine", _list(page, "state__exact=approved")),
        Task("信息草稿", counts["draft"], "fine", _list(page, "state__exact=draft")),
        Task("不公开信息该重新评估", counts["reevaluate"], "soon", _list(page, "reevaluation=due")),
    ]
    if access.can(user, Action.REVIEW, Area.PUBLISHING):
        mine = waiting_for(user, seen, "review").count()
        found.insert(0, Task("信息待我审核", mine, "soon", _list(page, "mine=review")))
    return found


def _duties(user: Any, day: date) -> list[Task]:
    """Interpretations, publicity and withdrawals owed, by light, and documents about to lapse."""
    used = duties.terms_in_use()
    documents, decisions = "disclosures_normativedocument", "disclosures_administrativedecision"
    owed: tuple[tuple[str, str, str, Any, Any], ...] = (
        (documents, "interpret", "政策解读", owes_interpretation(day), duties.interpretations_in),
        (decisions, "publicity", "行政决定公示", UNPUBLISHED, duties.publicity_in),
        (decisions, "withdraw", "撤回行政决定公示", TO_WITHDRAW, duties.withdrawals_in),
    )
    seen: dict[str, Any] = {
        documents: access.visible_to(user, NormativeDocument.objects.with_interpretation()),
        decisions: access.visible_to(user, AdministrativeDecision.objects.with_term()),
    }
    asked: dict[str, dict[str, Any]] = {documents: {"lapse": Count("pk", filter=lapses_soon(day))}, decisions: {}}
    for page, name, _, owing, within in owed:
        for each in URGENT:
            asked[page][f"{name}_{each.key}"] = Count("pk", filter=owing & within(each.key, day, used))
    counts = {page: seen[page].aggregate(**questions) for page, questions in asked.items()}
    found = [
        Task(f"{label}{each.words}", counts[page][f"{name}_{each.key}"], each.tone, _list(page, f"{name}={each.key}"))
        for page, name, label, _, _ in owed
        for each in URGENT
    ]
    lapsing = counts[documents]["lapse"]
    return [*found, Task(f"规范性文件{LAPSE_NOTICE}日内失效", lapsing, "soon", _list(documents, "lapse=soon"))]


def _complaints(user: Any, day: date) -> list[Task]:
    """我要纠错: those about to be late by light, and how many wait in all."""
    seen = access.visible_to(user, Complaint.objects.open())
    counts = seen.aggregate(open=Count("pk"), **_bands(day))
    page = "disclosures_complaint"
    urgent = [
        Task(f"网民纠错{each.words}", counts[each.key], each.tone, _list(page, f"due={each.key}")) for each in URGENT
    ]
    return [*urgent, Task("网民纠错待答复", counts["open"], "fine", _list(page, "due=open"))]


def due_next(user: Any, day: date) -> list[Case]:
    """The person's own open cases with the nearest last days."""
    return [
        Case(due.name, due.due_on, due.light, reverse(f"admin:requests_app_{due.kind}_change", args=[due.pk]))
        for due in due_work(user, day, most=NEXT)
    ]


def stale_columns(user: Any, day: date) -> list[ColumnState]:
    """Columns of the person's agencies that are empty or overdue for an update, as 更新监测 judges them."""
    if not access.can(user, Action.VIEW, Area.PUBLISHING):
        return []
    agencies = access.agencies_for(user, Action.VIEW, Area.PUBLISHING).with_portal()  # type: ignore[attr-defined]
    return wanting(Category.objects.filter(agency__in=agencies), day)[:NEXT]


@dataclass(frozen=True)
class Alarm:
    """What to do and where."""

    words: str
    link: str
    address: str


def calendar_alarm(user: Any, day: date) -> Alarm | None:
    """While open cases wait for a year's notice, or the loaded years end within ``CALENDAR_ENDS_SOON`` days."""
    years, waiting = [], 0
    if access.can(user, Action.VIEW, Area.CASES):
        requests: Any = access.visible_to(user, DisclosureRequest.objects.awaiting_calendar())
        years, waiting = requests.missing_years(), requests.count()
    if access.can(user, Action.VIEW, Area.PROPOSALS):
        waiting += access.visible_to(user, Proposal.objects.awaiting_calendar()).count()
    missing = years[0] if years else calendars.current().first_missing(day)
    if not waiting and (date(missing, 1, 1) - day).days > CALENDAR_ENDS_SOON:
        return None
    why = f"有{waiting}件未办结案件因缺少节假日安排，期限待定。" if waiting else ""
    if not access.keeps_calendar(user):
        words = f"{why}{missing}年的节假日安排尚未载入，请联系最上级机关的负责人或系统管理员载入"
        return Alarm(words, "查看已载入的年度", reverse("admin:disclosures_calendarnotice_changelist"))
    words = f"{why}{missing}年的节假日安排尚未载入，国务院办公厅公布通知后请即载入，系统会重新计算未办结案件的期限"
    return Alarm(words, f"载入{missing}年的安排", f"{reverse('admin:disclosures_calendarnotice_add')}?year={missing}")


def report_notice(user: Any, day: date) -> str:
    """When the next annual report is due, and where it stands."""
    if not access.can(user, Action.VIEW, Area.REPORTS):
        return ""
    year = day.year - 1 if day.month < 7 else day.year
    report = access.visible_to(user, AnnualReport.objects.filter(year=year)).order_by("-version").first()
    stands = report.get_state_display() if report else "尚未开始"
    try:
        last = told(clocks.annual_report_due(year, calendar=calendars.current()))
    except CalendarNotCovered:
        last = f"{year + 1}年1月31日（遇休息日提前）"
    return f"{year}年度报告：{stands}，应于{last}前提交并公布（条例第四十九条）"
