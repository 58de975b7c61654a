"""What the 工作台 says of reports that go from agency to agency: owed, returned, or waiting to be accepted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count
from django.urls import reverse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.models import Agency, Membership
from reports.models import AnnualReport, Delivery, DeliveryState, ReportState
from reports.rollup.deliveries import REPLACED
from reports.rollup.hierarchy import makes_reports
from reports.rollup.standings import due_on, time_left

IN_THE_OFFICE = (ReportState.SUBMITTED, ReportState.RETURNED)
SEASON = 7  # until the end of this month the report of the year before is collected
MOST = 5  # own agencies that are told of one by one


@dataclass(frozen=True)
class Reminder:
    """``tone``: late, soon or fine; the words say the same. ``link`` tells what the address is for."""

    words: str
    tone: str
    link: str
    address: str


def reminders(user: Any, day: date) -> list[Reminder]:
    """What waits for the person: to be signed, to be mended, to be handed in or taken in.

    The report of last year is asked for until July; what was returned is told all year. Nine queries at most.
    """
    if not access.can(user, Action.VIEW, Area.REPORTS):
        return []
    found = [*_in_the_office(user)]
    if not access.can(user, Action.CHANGE, Area.REPORTS):
        return found
    year = day.year - 1
    if own := _own(user):
        found += _returned(own)
        found += _owed(own, year, day) if day.month <= SEASON else []
    waiting = access.visible_to(user, Delivery.objects.filter(state=DeliveryState.DELIVERED), Action.CHANGE)
    for each in waiting.order_by("year").values("year").annotate(number=Count("pk"))[:MOST]:
        address = f"{reverse('admin:reports_rollup')}?year={each['year']}&state=waiting"
        words = f"下级报送的{each['year']}年度报告有{each['number']}份待接收"
        found.append(Reminder(words, "soon", "查看下级年报", address))
    return found


def _in_the_office(user: Any) -> list[Reminder]:
    """Reports that wait for a signature or came back from the person who signs. One query."""
    waiting = access.visible_to(user, AnnualReport.objects.filter(state__in=IN_THE_OFFICE)).select_related("agency")
    found = []
    for report in waiting.defer("frozen").order_by("-year")[: 2 * MOST]:
        signs = report.state == ReportState.SUBMITTED
        power = Action.REVIEW if signs else Action.CHANGE
        if access.can(user, power, Area.REPORTS, report.agency):
            words = f"{report.agency}{report.year}年度报告{'待审签' if signs else '被负责人退回，请修改'}"
            address = reverse("admin:reports_annualreport_change", args=[report.pk])
            found.append(Reminder(words, "soon" if signs else "late", "查看报告", address))
    return found


def _returned(own: list[Agency]) -> list[Reminder]:
    """Reports that the agency above returned and that no newer one has followed. One query."""
    handed = Delivery.objects.filter(agency__in=own).exclude(comment=REPLACED)
    rows = handed.defer("document").select_related("agency", "to_agency").order_by("id")
    last = {(each.agency_id, each.year): each for each in rows}
    return [
        Reminder(
            f"{_named(each.agency, own)}{each.year}年度报告被{each.to_agency}退回：{each.comment}",
            "late",
            "查看年度报告",
            _reports_of(each.agency, each.year),
        )
        for each in last.values()
        if each.state == DeliveryState.RETURNED
    ]


def _own(user: Any) -> list[Agency]:
    """The agencies in which the person holds a post, with those above them; not all that lie beneath. One query."""
    posts = Membership.objects.filter(user_id=user.pk).select_related("agency__parent")
    agencies = {post.agency_id: post.agency for post in posts}
    return [
        agency
        for agency in agencies.values()
        if makes_reports(agency) and agency.parent and access.can(user, Action.CHANGE, Area.REPORTS, agency)
    ][:MOST]


def _owed(own: list[Agency], year: int, day: date) -> list[Reminder]:
    handed = Delivery.objects.filter(agency__in=own, year=year).exclude(comment=REPLACED)
    last = {each.agency_id: each for each in handed.defer("document").select_related("to_agency").order_by("id")}
    above = AnnualReport.objects.filter(agency__in=[agency.parent_id for agency in own], year=year)
    set_by: dict[int | None, date | None] = dict(
        above.order_by("version").values_list("agency_id", "children_due_on")  # type: ignore[arg-type]
    )
    found = []
    for agency in own:
        delivery, address = last.get(agency.pk), _reports_of(agency, year)
        who = _named(agency, own)
        if not delivery:
            due = due_on(agency, year, set_by.get(agency.parent_id))
            left = time_left(due, day)
            words = f"{who}{year}年度报告尚未报送{agency.parent}，应于{told(due)}前报送，{left.words}"
            found.append(Reminder(words, left.tone, "查看年度报告", address))
    return found


def _named(agency: Agency, own: list[Agency]) -> str:
    return agency.name if len(own) > 1 else "本机关"


def _reports_of(agency: Agency, year: int) -> str:
    return f"{reverse('admin:reports_annualreport_changelist')}?year={year}&q={agency.name}"
