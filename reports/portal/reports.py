"""The published annual reports of an agency, for anyone."""

import logging
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from disclosures.dates import told
from disclosures.models import Agency
from disclosures.portal import heads
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.sitemaps import Place, Section
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from reports import document, kept_files
from reports.downloads import file_response, files_of
from reports.models import AnnualReport
from reports.portal import comparison, years
from reports.rendering.html import context

logger = logging.getLogger(__name__)
PLAIN = "text/plain; charset=utf-8"
DAMAGED = "这份报告的数据与定稿时不一致，暂时不能查阅，请与本机关联系"


@require_safe
def report_list(request: HttpRequest, agency: str) -> HttpResponse:
    """Every year's report in its formats, and the last five years side by side."""
    found = agency_or_404(agency)
    published = AnnualReport.objects.of(found).published().defer("frozen").prefetch_related("files")
    newest = years.newest_versions(published)
    compared = comparison.of(found, max(newest)) if newest else []
    context = {
        "agency": found,
        "here": "reports",
        "head": head_of_list(found),
        "reports": [(report, files_of(report)) for report in newest.values()],
        "compared": compared,
        "rows": comparison.rows(compared),
        "charts": comparison.charts(compared),
    }
    return render(request, "reports/report_list.html", context)


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
        "head": head_of(report),
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


def head_of_list(agency: Agency) -> heads.Head:
    about = "历年政府信息公开工作年度报告，依照《中华人民共和国政府信息公开条例》第五十条编制。"
    return heads.listing(agency, "政府信息公开年报", about, "信息公开年报", reverse("reports:list", args=[agency.code]))


def head_of(report: AnnualReport) -> heads.Head:
    """The newest version's address stands for the year; only the day of publication is known, so 00:00."""
    agency, within = report.agency, head_of_list(report.agency)
    day = report.published_on or report.issued_on
    assert day is not None
    article = heads.Article(
        title=str(report),
        published=heads.midnight(day),
        source=agency.name,
        description=f"{agency.name}{report.year}年政府信息公开工作年度报告，{told(day)}发布。",
        modified=report.updated_at,
        keywords=("政府信息公开", "年度报告", f"{report.year}年"),
    )
    path = reverse("reports:detail", args=[agency.code, report.year])
    return heads.Head(path=path, agency=agency, column=within.column, article=article, feed=within.feed)


def _places(rows: QuerySet[Any]) -> Iterator[Place]:
    for code, year, changed in rows.values_list("agency__code", "year", "updated_at"):
        yield reverse("reports:detail", args=[code, year]), changed


SITEMAP = Section(lambda: AnnualReport.objects.published().filter(agency__has_portal=True, version=1), _places)
