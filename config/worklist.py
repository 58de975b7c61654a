"""工作台: what waits for the person, by light; a fixed number of queries, and only what they may see."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from disclosures import access, calendars
from disclosures.actions import waiting_for
from disclosures.areas import Action, Area
from disclosures.catalogue import stale
from disclosures.lights import Light, due_within, light, soon_until
from disclosures.models import Category, Item, ItemState
from disclosures.working_days import CalendarNotCovered
from reports.models import AnnualReport
from requests_app import clocks
from requests_app.models import DisclosureRequest, Dispute, Proposal

CALENDAR_ENDS_SOON = 60  # days
NEXT = 10  # cases named on the page
# Value of the list's filter, its words, and the tone; counted with the filter's own method.
LIGHTS = (
    ("late", "已超期", "late"),
    ("today", "今日到期", "late"),
    ("soon", "三个工作日内到期", "soon"),
    ("later", "正常办理中", "fine"),
    ("unknown", "期限暂停或待定", "fine"),
)


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


def tasks(user: Any, day: date) -> list[Task]:
    found: list[Task] = []
    if access.can(user, Action.VIEW, Area.CASES):
        found += _by_light("申请", user, DisclosureRequest, day)
        pending = access.visible_to(user, Dispute.objects.filter(closed_on=None)).count()
        found.append(Task("复议诉讼尚未审结", pending, "fine", _list("requests_app_dispute", "closed=no")))
    if access.can(user, Action.VIEW, Area.PUBLISHING):
        found += _items(user)
    if access.can(user, Action.VIEW, Area.PROPOSALS):
        found += _by_light("建议提案", user, Proposal, day)
    return found


def _list(page: str, query: str) -> str:
    return f"{reverse(f'admin:{page}_changelist')}?{query}"


def _by_light(name: str, user: Any, model: Any, day: date) -> list[Task]:
    seen, page = access.visible_to(user, model.objects.all()), f"requests_app_{model._meta.model_name}"
    soon = soon_until(day, calendar=calendars.current())
    counts = seen.filter(answered_on=None).aggregate(
        late=Count("pk", filter=Q(due_on__lt=day)),
        today=Count("pk", filter=Q(due_on=day)),
        soon=Count("pk", filter=Q(due_on__gt=day, due_on__lte=soon)),
        later=Count("pk", filter=Q(due_on__gt=soon)),
        unknown=Count("pk", filter=Q(due_on=None)),
    )
    return [Task(f"{name}{words}", counts[value], tone, _list(page, f"due={value}")) for value, words, tone in LIGHTS]


def _items(user: Any) -> list[Task]:
    seen = access.visible_to(user, Item.objects.all())
    counts = seen.aggregate(
        submitted=Count("pk", filter=Q(state=ItemState.SUBMITTED)), draft=Count("pk", filter=Q(state=ItemState.DRAFT))
    )
    page = "disclosures_item"
    found = [
        Task("信息被退回待我修改", waiting_for(user, seen, "returned").count(), "soon", _list(page, "mine=returned")),
        Task("信息待审核", counts["submitted"], "fine", _list(page, "state__exact=submitted")),
        Task("信息草稿", counts["draft"], "fine", _list(page, "state__exact=draft")),
    ]
    if access.can(user, Action.REVIEW, Area.PUBLISHING):
        mine = waiting_for(user, seen, "review").count()
        found.insert(0, Task("信息待我审核", mine, "soon", _list(page, "mine=review")))
    return found


def due_next(user: Any, day: date) -> list[Case]:
    """The open cases with the nearest last days."""
    found, calendar = list[Case](), calendars.current()
    for area, model in ((Area.CASES, DisclosureRequest), (Area.PROPOSALS, Proposal)):
        if access.can(user, Action.VIEW, area):
            dated = due_within(access.visible_to(user, model.objects.all()), "open", day).filter(due_on__isnull=False)
            for case in dated.order_by("due_on", "pk")[:NEXT]:
                address = reverse(f"admin:requests_app_{model._meta.model_name}_change", args=[case.pk])
                found.append(Case(str(case), case.due_on, light(case.due_on, day, calendar=calendar), address))
    return sorted(found, key=lambda case: case.due_on or date.max)[:NEXT]


def stale_columns(user: Any, day: date) -> list[tuple[Category, str]]:
    """Columns of the person's agencies that are overdue for an update."""
    if not access.can(user, Action.VIEW, Area.PUBLISHING):
        return []
    return stale(access.visible_to(user, Category.objects.all()).filter(agency__has_portal=True), day)[:NEXT]


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
        due = clocks.annual_report_due(year, calendar=calendars.current())
        told = f"{due.year}年{due.month}月{due.day}日"
    except CalendarNotCovered:
        told = f"{year + 1}年1月31日（遇休息日提前）"
    return f"{year}年度报告：{stands}，应于{told}前提交并公布（条例第四十九条）"
