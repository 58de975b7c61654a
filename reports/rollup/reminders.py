"""What the 工作台 says of reports that go from agency to agency: owed, returned, or waiting to be accepted."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.models import Agency, Membership
from reports.models import AnnualReport, Delivery, DeliveryState
from reports.rollup.deliveries import REPLACED
from reports.rollup.hierarchy import makes_reports
from reports.rollup.standings import due_on, time_left

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
    """Of last year's report, for whoever may draw it up. Five queries at most; none from August on."""
    if day.month > SEASON or not access.can(user, Action.CHANGE, Area.REPORTS):
        return []
    year = day.year - 1
    own = _own(user)
    found = [*_owed(own, year, day)] if own else []
    waiting = access.visible_to(user, Delivery.objects.filter(year=year, state=DeliveryState.DELIVERED), Action.CHANGE)
    if number := waiting.count():
        address = f"{reverse('admin:reports_rollup')}?year={year}&state=waiting"
        found.append(Reminder(f"下级报送的{year}年度报告有{number}份待接收", "soon", "查看下级年报", address))
    return found


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
        who = agency.name if len(own) > 1 else "本机关"
        if delivery and delivery.state == DeliveryState.RETURNED:
            words = f"{who}{year}年度报告被{delivery.to_agency}退回：{delivery.comment}"
            found.append(Reminder(words, "late", "查看年度报告", address))
        elif not delivery:
            due = due_on(agency, year, set_by.get(agency.parent_id))
            left = time_left(due, day)
            words = f"{who}{year}年度报告尚未报送{agency.parent}，应于{told(due)}前报送，{left.words}"
            found.append(Reminder(words, left.tone, "查看年度报告", address))
    return found


def _reports_of(agency: Agency, year: int) -> str:
    return f"{reverse('admin:reports_annualreport_changelist')}?year={year}&q={agency.name}"
