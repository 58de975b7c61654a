"""The district's January: where each agency beneath stands with its report of a year, and how long it still has."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils import timezone

from disclosures import calendars
from disclosures.lights import Light, light
from disclosures.models import Agency, AgencyLevel
from disclosures.working_days import CalendarNotCovered
from reports.models import FINAL, AnnualReport, Delivery, DeliveryState, ReportState
from reports.rollup.deliveries import REPLACED
from reports.rollup.hierarchy import in_order, makes_reports, parents_among
from requests_app import clocks

GOVERNMENTS = (AgencyLevel.COUNTY, AgencyLevel.CITY, AgencyLevel.PROVINCE)


class State(TextChoices):
    NOTHING = "nothing", "未开始"
    DRAFTING = "drafting", "编制中"
    SUBMITTED = "submitted", "待审签"
    ISSUED = "issued", "已定稿未报送"
    DELIVERED = "delivered", "已报送"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已接收"


OWING = (State.NOTHING, State.DRAFTING, State.SUBMITTED, State.ISSUED, State.RETURNED)
_OF_REPORT = {
    ReportState.DRAFT: State.DRAFTING,
    ReportState.RETURNED: State.DRAFTING,
    ReportState.SUBMITTED: State.SUBMITTED,
    ReportState.ISSUED: State.ISSUED,
    ReportState.PUBLISHED: State.ISSUED,
}


@dataclass(frozen=True)
class Handed:
    """A delivery without its document."""

    pk: int
    to: int
    state: str
    digest: str
    failures: list[dict[str, Any]]
    comment: str
    on: date
    report: int | None


@dataclass(frozen=True)
class Standing:
    """An agency's line. ``report``: its newest report here; ``last``: what it handed in last; ``due_on`` included."""

    agency: Agency
    state: State
    due_on: date
    light: Light
    note: str = ""
    report: int | None = None
    last: Handed | None = None

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [each for each in self.failures if each["level"] == "error"]

    @property
    def warnings(self) -> list[dict[str, Any]]:
        return [each for each in self.failures if each["level"] == "warning"]

    @property
    def failures(self) -> list[dict[str, Any]]:
        return self.last.failures if self.last else []

    @property
    def waits(self) -> bool:
        """For the parent to accept or return it."""
        return self.last is not None and self.last.state == DeliveryState.DELIVERED

    @property
    def may_return(self) -> bool:
        return self.last is not None and self.last.state != DeliveryState.RETURNED


@dataclass(frozen=True)
class Standings:
    """All lines in the order of the tree, and how many stand where."""

    parent: Agency
    year: int
    rows: list[Standing]
    counts: Counter[str]

    @property
    def late(self) -> int:
        return sum(row.state in OWING and row.light.tone == "late" for row in self.rows)

    @property
    def waiting(self) -> int:
        return sum(row.waits for row in self.rows)


def standings(parent: Agency, year: int, day: date, *, everyone: bool = False) -> Standings:
    """Of those who report to ``parent``, or of ``everyone`` beneath it. Four queries at any number.

    An institution without a portal stands in the list once it has handed in something.
    """
    beneath = in_order(Agency.objects.within(parent))
    reports_to = parents_among(beneath)
    handed = _handed(parent, year)
    reports = _newest_reports(parent, year)
    due = _Due(parent, year, day)
    rows = [
        _standing(agency, reports.get(agency.pk), handed.get(agency.pk, []), due)
        for agency in beneath
        if agency.pk != parent.pk
        and (makes_reports(agency) or agency.pk in handed)
        and (everyone or reports_to[agency.pk] == parent.pk)
    ]
    return Standings(parent, year, rows, Counter(row.state.value for row in rows))


def due_on(agency: Agency, year: int, set_by_parent: date | None) -> date:
    """The day that the parent set, else that of 条例 Art. 49 ¶1 (31 January) or, for a government, ¶2 (31 March).

    In a year without a notice the day itself: it may have to be earlier.
    """
    if set_by_parent:
        return set_by_parent
    government = agency.level in GOVERNMENTS
    try:
        return clocks.annual_report_due(year, government=government, calendar=calendars.current())
    except CalendarNotCovered:
        return date(year + 1, 3, 31) if government else date(year + 1, 1, 31)


def time_left(due: date, day: date) -> Light:
    """Of a report still owed: calendar days, since the last day is one; the tone by working days."""
    if due < day:
        return Light(f"逾期{(day - due).days}天", "late")
    if due == day:
        return Light("今天截止", "late")
    return Light(f"还有{(due - day).days}天", light(due, day, calendar=calendars.current()).tone)


class _Due:
    """Last days by level: two look-ups of the calendar for two thousand agencies."""

    def __init__(self, parent: Agency, year: int, day: date) -> None:
        self.year, self.day = year, day
        self._set = set_day(parent, year)
        self._by_level: dict[str, date] = {}

    def on(self, agency: Agency) -> date:
        if agency.level not in self._by_level:
            self._by_level[agency.level] = due_on(agency, self.year, self._set)
        return self._by_level[agency.level]

    def light(self, due: date, state: State, last: Handed | None) -> Light:
        if state in OWING or last is None:
            return time_left(due, self.day)
        late = (last.on - due).days
        return Light(f"迟报{late}天", "soon") if late > 0 else Light("按时报送", "fine")


def set_day(parent: Agency, year: int) -> date | None:
    """下级报送截止日期, as the newest version of the parent's own report sets it."""
    return (
        AnnualReport.objects.of(parent)
        .filter(year=year)
        .order_by("-version")
        .values_list("children_due_on", flat=True)
        .first()
    )


def _standing(agency: Agency, report: "_Report | None", handed: list[Handed], due: _Due) -> Standing:
    state, note = _state(report, handed)
    last = handed[-1] if handed else None
    day = due.on(agency)
    return Standing(agency, state, day, due.light(day, state, last), note, report.pk if report else None, last)


def _state(report: "_Report | None", handed: list[Handed]) -> tuple[State, str]:
    """Where it stands, and what the parent should know beside it."""
    if not handed:
        return (_OF_REPORT[ReportState(report.state)] if report else State.NOTHING), ""
    last = handed[-1]
    undelivered = report is not None and report.state in FINAL and report.digest not in {each.digest for each in handed}
    accepted = any(each.state == DeliveryState.ACCEPTED for each in handed)
    if accepted and last.state == DeliveryState.DELIVERED:
        return State.ACCEPTED, "有更正版待接收"
    if accepted:
        correction = "更正版已退回" if last.state == DeliveryState.RETURNED else ""
        return State.ACCEPTED, "下级有更正版，尚未报送" if undelivered else correction
    if last.state == DeliveryState.RETURNED:
        return State.RETURNED, "已更正，尚未报送" if undelivered else ""
    return State.DELIVERED, "更正版" if any(each.comment == REPLACED for each in handed) else ""


@dataclass(frozen=True)
class _Report:
    pk: int
    state: str
    digest: str


def _newest_reports(parent: Agency, year: int) -> dict[int, _Report]:
    """Key of the agency → its newest version, final ones before any draft that corrects them."""
    found: dict[int, _Report] = {}
    rows = AnnualReport.objects.filter(agency__path__startswith=parent.path, year=year).order_by("version")
    for agency, pk, state, digest in rows.values_list("agency_id", "pk", "state", "digest"):
        if agency not in found or state in FINAL:
            found[agency] = _Report(pk, state, digest)
    return found


def _handed(parent: Agency, year: int) -> dict[int, list[Handed]]:
    """Key of the agency → what it handed in, oldest first."""
    found: dict[int, list[Handed]] = {}
    rows = Delivery.objects.filter(to_agency__path__startswith=parent.path, year=year).order_by("id")
    names = ("agency_id", "pk", "to_agency_id", "state", "digest", "failures", "comment", "delivered_at", "report_id")
    for agency, pk, to, state, digest, failures, comment, at, report in rows.values_list(*names):
        handed = Handed(pk, to, state, digest, failures, comment, timezone.localdate(at), report)
        found.setdefault(agency, []).append(handed)
    return found


def narrowed(rows: Iterable[Standing], *, state: str = "", find: str = "", failing: str = "") -> list[Standing]:
    """By state (or ``owing``, ``late``, ``waiting``), part of a name or code, and level of the rules that fail."""
    find = find.strip().lower()
    return [
        row
        for row in rows
        if _is(row, state)
        and (not find or find in row.agency.name.lower() or find in row.agency.code)
        and (not failing or (bool(row.errors) if failing == "error" else bool(row.failures)))
    ]


def _is(row: Standing, state: str) -> bool:
    if state == "owing":
        return row.state in OWING
    if state == "late":
        return row.state in OWING and row.light.tone == "late"
    if state == "waiting":
        return row.waits
    return not state or row.state == state


def sentence(found: Standings) -> str:
    """Of all that owe a report: 应报42个：已接收30个，待接收2个，未报送9个（其中逾期4个），退回1个。"""
    counts = found.counts
    missing = sum(counts[state] for state in (State.NOTHING, State.DRAFTING, State.SUBMITTED, State.ISSUED))
    parts = [f"已接收{counts[State.ACCEPTED]}个", f"待接收{found.waiting}个", f"未报送{missing}个"]
    if counts[State.RETURNED]:
        parts.append(f"已退回、待重新报送{counts[State.RETURNED]}个")
    late = f"。其中逾期未报{found.late}个" if found.late else ""
    return f"应报送{len(found.rows)}个：{'，'.join(parts)}{late}。"
