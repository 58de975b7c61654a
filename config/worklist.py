"""工作台: what waits for the person, by light; a fixed number of queries, and only what they may see."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.models import Item, ItemState
from disclosures.working_days import CalendarNotCovered
from reports.models import AnnualReport
from requests_app import clocks
from requests_app.models import DisclosureRequest, Dispute, Proposal

SOON = timedelta(days=5)


@dataclass(frozen=True)
class Task:
    """``tone``: late, soon, fine; never told by colour alone."""

    label: str
    count: int
    tone: str
    address: str


def tasks(user: Any, day: date) -> list[Task]:
    found: list[Task] = []
    if access.can(user, Action.VIEW, Area.CASES):
        found += _cases(user, day)
    if access.can(user, Action.VIEW, Area.PUBLISHING):
        found += _items(user)
    if access.can(user, Action.VIEW, Area.PROPOSALS):
        found += _proposals(user, day)
    return found


def _cases(user: Any, day: date) -> list[Task]:
    page = reverse("admin:requests_app_disclosurerequest_changelist")
    counts = access.visible_to(user, DisclosureRequest.objects.open()).aggregate(
        late=Count("pk", filter=Q(due_on__lt=day)),
        today=Count("pk", filter=Q(due_on=day)),
        soon=Count("pk", filter=Q(due_on__gt=day, due_on__lte=day + SOON)),
        unsettled=Count("pk", filter=Q(due_on=None)),
        rest=Count("pk", filter=Q(due_on__gt=day + SOON)),
    )
    still_open, after = "answered_on__isnull=True", day + SOON
    pending = access.visible_to(user, Dispute.objects.filter(closed_on=None)).count()
    return [
        Task("申请已超期", counts["late"], "late", f"{page}?{still_open}&due_on__lt={day}"),
        Task("申请今日到期", counts["today"], "soon", f"{page}?{still_open}&due_on={day}"),
        Task("申请五日内到期", counts["soon"], "soon", f"{page}?{still_open}&due_on__gt={day}&due_on__lte={after}"),
        Task("申请期限暂停或待定", counts["unsettled"], "fine", f"{page}?{still_open}&due_on__isnull=True"),
        Task("申请正常办理中", counts["rest"], "fine", f"{page}?{still_open}&due_on__gt={after}"),
        Task(
            "复议诉讼尚未审结",
            pending,
            "fine",
            reverse("admin:requests_app_dispute_changelist") + "?closed_on__isnull=True",
        ),
    ]


def _items(user: Any) -> list[Task]:
    page = reverse("admin:disclosures_item_changelist")
    counts = access.visible_to(user, Item.objects.all()).aggregate(
        submitted=Count("pk", filter=Q(state=ItemState.SUBMITTED)),
        returned=Count("pk", filter=Q(state=ItemState.RETURNED)),
        draft=Count("pk", filter=Q(state=ItemState.DRAFT)),
    )
    return [
        Task("信息待审核", counts["submitted"], "soon", f"{page}?state__exact=submitted"),
        Task("信息被退回", counts["returned"], "soon", f"{page}?state__exact=returned"),
        Task("信息草稿", counts["draft"], "fine", f"{page}?state__exact=draft"),
    ]


def _proposals(user: Any, day: date) -> list[Task]:
    page = reverse("admin:requests_app_proposal_changelist")
    counts = access.visible_to(user, Proposal.objects.filter(answered_on=None)).aggregate(
        late=Count("pk", filter=Q(due_on__lt=day)), waiting=Count("pk", filter=Q(due_on__gte=day))
    )
    unanswered = "answered_on__isnull=True"
    return [
        Task("建议提案已超期", counts["late"], "late", f"{page}?{unanswered}&due_on__lt={day}"),
        Task("建议提案办理中", counts["waiting"], "fine", f"{page}?{unanswered}&due_on__gte={day}"),
    ]


def report_notice(user: Any, day: date) -> str:
    """When the next annual report is due, and where it stands."""
    if not access.can(user, Action.VIEW, Area.REPORTS):
        return ""
    year = day.year - 1 if day.month < 7 else day.year
    report = access.visible_to(user, AnnualReport.objects.filter(year=year)).order_by("-version").first()
    stands = report.get_state_display() if report else "尚未开始"
    try:
        due = clocks.annual_report_due(year)
        told = f"{due.year}年{due.month}月{due.day}日"
    except CalendarNotCovered:
        told = f"{year + 1}年1月31日（遇休息日提前）"
    return f"{year}年度报告：{stands}，应于{told}前提交并公布（条例第四十九条）"
