"""更新监测 in the back office: the self-check of one agency on a page, to print and to take away as a workbook."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.inspection.check import Finding, inspect
from disclosures.inspection.filters import PARAMETER, agencies_of, value_of
from disclosures.inspection.indicators import Subject, Weight
from disclosures.inspection.workbook import write
from disclosures.models import Agency

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Row:
    """A finding and the list its figure leads to; empty where there is nothing to list."""

    finding: Finding
    address: str


def page(request: HttpRequest, site: Any) -> HttpResponse:
    seen = list(agencies_of(request.user))
    agency = _chosen(seen, request.GET.get("agency"))
    inspection = inspect(agency, timezone.localdate())
    rows = [Row(finding, address_of(finding, agency)) for finding in inspection.findings]
    groups = [(weight, [row for row in rows if row.finding.indicator.weight is weight]) for weight in Weight]
    context = {
        **site.each_context(request),
        "title": "更新监测",
        "inspection": inspection,
        "groups": [(weight.value, found) for weight, found in groups if found],
        "agencies": seen if len(seen) > 1 else [],
        "agency": agency,
        "may_set": access.can(request.user, Action.CHANGE, Area.SETUP, agency),
    }
    return TemplateResponse(request, "admin/inspection/page.html", context)


def download(request: HttpRequest) -> HttpResponse:
    agency = _chosen(list(agencies_of(request.user)), request.GET.get("agency"))
    day = timezone.localdate()
    buffer = BytesIO()
    write(buffer, inspect(agency, day))
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    name = quote(f"{agency.name}信息公开专栏自查表{day:%Y%m%d}.xlsx")
    response["Content-Disposition"] = f"attachment; filename=\"self-check.xlsx\"; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response


def address_of(finding: Finding, agency: Agency) -> str:
    """The list of exactly what the finding counts."""
    if not finding.count or finding.indicator.subject is Subject.AGENCY:
        return ""
    page = reverse(f"admin:disclosures_{finding.indicator.subject.value}_changelist")
    return f"{page}?{PARAMETER}={value_of(finding.indicator, agency)}"


def _chosen(seen: list[Agency], key: str | None) -> Agency:
    """The agency of the address, or the first. What is not the person's is not there."""
    if not seen:
        raise PermissionDenied
    if key is None:
        return seen[0]
    found = next((agency for agency in seen if str(agency.pk) == key), None)
    if found is None:
        raise Http404
    return found
