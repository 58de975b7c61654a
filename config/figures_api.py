"""/api/v1/figures/: the cells of published reports one by one, for programs that compare agencies and years.

Read from what was frozen when the report was issued; of the versions of a report only the newest published one.
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from reports.cells import CELLS, label_of
from reports.checks import sheet_of
from reports.document import is_unchanged
from reports.models import AnnualReport

PAGE = 200  # figures
PLACE = re.compile(r"(\d{1,18})\.(\d{1,4})")
CODES = list(CELLS)


def newest_published() -> QuerySet[AnnualReport]:
    """Published reports on a portal that no later published version corrects."""
    published = AnnualReport.objects.published().filter(agency__has_portal=True)
    later = AnnualReport.objects.published().filter(
        agency=OuterRef("agency"), year=OuterRef("year"), version__gt=OuterRef("version")
    )
    return published.filter(~Exists(later))


class Figures(generics.GenericAPIView):
    """``agency`` a code, ``year``, ``cell`` a code or how it begins (``requests.new``); each may be left out."""

    def get(self, request: Request) -> Response:
        codes, reports = _codes(request), _reports(request)
        report_from, code_from = _place(request)
        if report_from is not None:
            reports = reports.filter(pk__lte=report_from)
        rows: list[dict[str, Any]] = []
        for report in filter(is_unchanged, reports.order_by("-pk").select_related("agency").iterator(chunk_size=20)):
            start = code_from if report.pk == report_from else 0
            for place, row in _figures(report, codes, start):
                if len(rows) == PAGE:
                    return Response({"next": _next(request, report.pk, place), "results": rows})
                rows.append(row)
        return Response({"next": None, "results": rows})


def _figures(report: AnnualReport, codes: list[str], start: int) -> Iterator[tuple[int, dict[str, Any]]]:
    sheet = sheet_of(report.frozen)
    for place, code in enumerate(codes[start:], start=start):
        yield (
            place,
            {
                "agency": report.agency.code,
                "year": report.year,
                "version": report.version,
                "cell": code,
                "label": label_of(code),
                "unit": CELLS[code].unit,
                "value": sheet.raw(code),
            },
        )


def _codes(request: Request) -> list[str]:
    asked = request.query_params.get("cell", "")
    codes = [code for code in CODES if not asked or code == asked or code.startswith(f"{asked}.")]
    if not codes:
        raise ValidationError({"cell": "没有这个单元格，代码见开放报告格式，例如 requests.new.total 或者 requests.new"})
    return codes


def _reports(request: Request) -> QuerySet[AnnualReport]:
    reports = newest_published()
    if agency := request.query_params.get("agency"):
        if "\0" in agency:
            raise ValidationError({"agency": "机关代码里有不能用的字符"})
        reports = reports.filter(agency__code=agency)
    if year := request.query_params.get("year"):
        if not re.fullmatch(r"[0-9]{4}", year):
            raise ValidationError({"year": "年度写四位数字，例如 2022"})
        reports = reports.filter(year=int(year))
    return reports


def _place(request: Request) -> tuple[int | None, int]:
    """The report and the place among the asked cells that a page begins with."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, 0
    try:
        found = PLACE.fullmatch(urlsafe_b64decode(cursor.encode()).decode())
    except (Error, ValueError):
        found = None
    if found is None:
        raise ValidationError({"cursor": "翻页标记不对，请使用上一页结果里的 next"})
    return int(found[1]), int(found[2])


def _next(request: Request, report: int, place: int) -> str:
    cursor = urlsafe_b64encode(f"{report}.{place}".encode()).decode()
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)
