"""The published annual reports of an agency, for anyone."""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from disclosures.portal.agencies import agency_or_404
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from reports import document, kept_files
from reports.downloads import file_response, files_of
from reports.models import AnnualReport
from reports.rendering.html import context

logger = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"
DAMAGED = "这份报告的数据与定稿时不一致，暂时不能查阅，请与本机关联系"


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
    if not document.is_unchanged(report):
        return HttpResponse(DAMAGED, status=503, content_type=PLAIN)
    shown = {
        "agency": report.agency,
        "here": "reports",
        "report": report,
        "newest": versions[0],
        "files": files_of(report),
        "others": [each for each in versions if each != report],
        **context(document.of(report)),
    }
    return render(request, "reports/report_detail.html", shown)


@require_safe
def report_pdf(request: HttpRequest, agency: str, year: int) -> HttpResponse:
    return _given(_versions(agency, year)[0], "pdf")


@require_safe
def report_file(request: HttpRequest, agency: str, year: int, version: int, key: str) -> HttpResponse:
    """A file that was made on issuing, or anew from what was frozen where none was kept."""
    report = next((each for each in _versions(agency, year) if each.version == version), None)
    if report is None or key not in {form.key for form, _ in files_of(report)}:
        raise Http404("没有这个文件")
    return _given(report, key)


def _given(report: AnnualReport, key: str) -> HttpResponse:
    try:
        return file_response(report, key)
    except (kept_files.DamagedFile, RenderingFailed, FontsMissing):
        logger.exception("no file of a report: report %s, %s", report.pk, key)
        return HttpResponse("文件暂时不能下载，请稍后再试，或者与本机关联系", status=503, content_type=PLAIN)


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
