"""申请办理登记: closed requests as the office summarised them. Only the columns named here are ever read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosures import calendars
from disclosures.asked import choice_asked, year_asked
from disclosures.models import Agency
from disclosures.portal import heads, paging
from disclosures.portal.agencies import agency_or_404
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks
from requests_app.models import DisclosureRequest, RequestEvent
from requests_app.outcomes import Outcome
from requests_app.standing import clock_arguments

NAME = "申请办理登记"
OF_A_REQUEST = ("number", "received_on", "answered_on", "public_summary", "outcome")
# Of a step, what the count needs: neither whose opinion was asked nor any remark.
OF_A_STEP = ("request_id", "kind", "on", "days", "until", "answers__on")


@dataclass(frozen=True)
class Entry:
    number: str
    received_on: date
    answered_on: date
    summary: str
    outcome: str
    taken: str


@require_safe
def register(request: HttpRequest, agency: str) -> HttpResponse:
    """The register, the newest answers first; not there where the agency keeps none."""
    found = _agency(agency)
    year, outcome = year_asked(request), choice_asked(request, "outcome", Outcome)
    listed = rows = DisclosureRequest.objects.of(found).in_register()
    if year:
        listed = listed.answered_in(year)
    if outcome:
        listed = listed.filter(outcome=outcome)
    years = paging.Days.of(rows, "answered_on").years()
    page = paging.plain_page(listed, request.GET.get("page"), _rows())
    context = {
        **_shown(found, page),
        "head": head_of(found),
        "years": years,
        "year_choices": sorted({*years, *filter(None, [year])}, reverse=True),
        "year": year,
        "outcomes": Outcome,
        "outcome": outcome,
        "query": urlencode({name: value for name, value in (("year", year), ("outcome", outcome)) if value}),
    }
    return render(request, "requests_app/portal/register.html", context)


@require_safe
def register_of_year(request: HttpRequest, agency: str, year: int, sheet: int = 1) -> HttpResponse:
    """Those answered in a year, for reading in order."""
    found = _agency(agency)
    listed = DisclosureRequest.objects.of(found).in_register().answered_in(year)
    context = {
        **_shown(found, paging.sheet_of(listed, sheet, _rows())),
        "head": heads.sheet(head_of(found), f"{year}年答复", request.path),
        "year": year,
        "base": reverse("register:of_year", args=[found.code, year]),
    }
    return render(request, "requests_app/portal/register_year.html", context)


def _agency(code: str) -> Agency:
    found = agency_or_404(code)
    if not found.shows_request_register:
        raise Http404("本机关没有公布申请办理登记")
    return found


def _rows() -> QuerySet[DisclosureRequest]:
    return DisclosureRequest.objects.only(*OF_A_REQUEST)


def _shown(agency: Agency, page: paging.Page) -> dict[str, Any]:
    return {"agency": agency, "here": "ask", "page": page, "entries": entries(page)}


def entries(page: Iterable[DisclosureRequest]) -> list[Entry]:
    """The requests of a page with the time each took; one query more for their steps, and one for the calendar."""
    requests = list(page)
    steps: dict[int, list[RequestEvent]] = defaultdict(list)
    for step in _steps([request.pk for request in requests]):
        steps[step.request_id].append(step)
    return [_entry(request, steps[request.pk]) for request in requests]


def _entry(request: DisclosureRequest, steps: list[RequestEvent]) -> Entry:
    received, answered = request.received_on, request.answered_on
    assert received is not None and answered is not None  # of a closed request both are there
    return Entry(
        request.number,
        received,
        answered,
        request.public_summary,
        Outcome(request.outcome).label,
        taken(received, answered, steps),
    )


def _steps(requests: list[int]) -> QuerySet[RequestEvent]:
    return RequestEvent.objects.filter(request_id__in=requests).select_related("answers").only(*OF_A_STEP)


def taken(received_on: date, answered_on: date, steps: list[RequestEvent]) -> str:
    """In working days as the period of 条例 Art. 33 runs; in calendar days where a year has no calendar."""
    arguments = clock_arguments(steps)
    about = {name: arguments.get(name) for name in ("corrected_on", "paid_on")}
    try:
        days = clocks.days_used(
            received_on,
            answered_on,
            consultations=arguments["consultations"],
            calendar=calendars.current(),
            **about,
        )
    except (CalendarNotCovered, ValueError):
        return f"{(answered_on - received_on).days}天（自然日）"
    return f"{days}个工作日"


def head_of(agency: Agency) -> heads.Head:
    path = reverse("register:list", args=[agency.code])
    return heads.listing(
        agency, NAME, "办结的政府信息公开申请：编号、日期、内容提要、办理结果和用时。", "依申请公开", path
    )
