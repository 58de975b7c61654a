"""The published annual reports of an agency, for anyone."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosures.views import agency_or_404
from reports import document
from reports.downloads import file_response
from reports.models import AnnualReport
from reports.rendering.html import context


@require_safe
def report_list(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    newest = AnnualReport.objects.of(found).published().order_by("-year", "-version")
    return render(
        request, "reports/report_list.html", {"agency": found, "here": "reports", "reports": _one_a_year(newest)}
    )


@require_safe
def report_detail(request: HttpRequest, agency: str, year: int, version: int | None = None) -> HttpResponse:
    """The newest version, or the one asked for; each tells of the others."""
    versions = _versions(agency, year)
    report = versions[0] if version is None else next((each for each in versions if each.version == version), None)
    if report is None:
        raise Http404("没有这一版报告")
    shown = {
        "agency": report.agency,
        "here": "reports",
        "report": report,
        "newest": versions[0],
        "others": [each for each in versions if each != report],
        **context(document.of(report)),
    }
    return render(request, "reports/report_detail.html", shown)


@require_safe
def report_pdf(request: HttpRequest, agency: str, year: int) -> HttpResponse:
    return file_response(_versions(agency, year)[0], "pdf")


def _versions(agency: str, year: int) -> list[AnnualReport]:
    """Published versions, the newest first; at least one. Raises ``Http404``."""
    found = AnnualReport.objects.of(agency_or_404(agency)).published().filter(year=year)
    versions = list(found.select_related("agency").newest_first())
    if not versions:
        raise Http404("没有这一年度的报告")
    return versions


def _one_a_year(reports: object) -> list[AnnualReport]:
    by_year: dict[int, AnnualReport] = {}
    for report in reports:  # type: ignore[attr-defined]
        by_year.setdefault(report.year, report)
    return list(by_year.values())
