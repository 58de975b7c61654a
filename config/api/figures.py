"""/api/v1/figures/: the cells of published reports one by one, for programs that compare agencies and years.

Read from what was frozen when the report was issued; of the versions of a report only the newest published one.
"""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.asked import Code, Year
from config.api.base import Endpoint, public_rows
from config.api.cursors import CURSOR_TOLD, address_of
from config.api.fields import Derived, text, whole
from reports.cells import CELLS, label_of
from reports.checks import sheet_of
from reports.document import is_unchanged
from reports.models import AnnualReport

PAGE = 200  # figures
PLACE = "[1-9][0-9]{0,17}c(?:0|[1-9][0-9]{0,2})"  # the report and the place of a cell
CODES = list(CELLS)
BEGINNINGS = {code[:place] for code in CODES for place in (*(m.start() for m in re.finditer(r"\.", code)), len(code))}


class FigureSerializer(serializers.Serializer):
    agency = text("机关代码")
    year = whole("年度")
    version = whole("报告版本")
    cell = text("单元格代码", "例如 requests.new.total，见开放报告格式")
    label = text("单元格名称")  # type: ignore[assignment]
    unit = text("单位")
    value = Derived(
        "数值",
        lambda row: row["value"],
        {"oneOf": [{"type": "integer"}, {"type": "string"}]},
        "件数为整数，金额为文字写的小数；报告没有填写的为null",
        nullable=True,
    )


def newest_published() -> QuerySet[AnnualReport]:
    """Published reports on a portal that no later published version corrects."""
    later = AnnualReport.objects.published().filter(
        agency=OuterRef("agency"), year=OuterRef("year"), version__gt=OuterRef("version")
    )
    return public_rows(AnnualReport.objects.published()).filter(~Exists(later))


class Figures(Endpoint):
    """已发布报告的数值，一个单元格一条，有更正的取最新版本。

    每页200条；cell 可以写完整代码，也可以写开头，例如 requests.new 给出这一行的全部数值。
    """

    parameters = ("agency", "year", "cell", "cursor")

    @extend_schema(
        parameters=[
            OpenApiParameter("agency", Code.schema, description="机关代码，例如 wendeng-zfj"),
            OpenApiParameter("year", Year.schema, description="报告年度"),
            OpenApiParameter(
                "cell", {"type": "string", "enum": sorted(BEGINNINGS)}, description="单元格代码或者它的开头"
            ),
            OpenApiParameter("cursor", {"type": "string", "pattern": f"^{PLACE}$"}, description=CURSOR_TOLD),
        ],
        responses=inline_serializer(
            "FigurePage",
            {
                "next": serializers.URLField(allow_null=True, help_text="下一页的地址；没有下一页时为null"),
                "results": FigureSerializer(many=True, help_text="数值，一个单元格一条"),
            },
        ),
    )
    def get(self, request: Request) -> Response:
        codes, reports = _codes(request), _reports(request)
        report_from, code_from = _place(request)
        if report_from is not None:
            reports = reports.filter(pk__lte=report_from)
        rows: list[dict[str, Any]] = []
        for report in filter(is_unchanged, reports.order_by("-pk").select_related("agency").iterator(chunk_size=20)):
            start = code_from if report.pk == report_from else 0
            for place, row in figures_of(report, codes, start):
                if len(rows) == PAGE:
                    return Response({"next": address_of(request, _cursor(report.pk, place)), "results": rows})
                rows.append(row)
        return Response({"next": None, "results": rows})


class OneFigure(Endpoint):
    """一个机关一年报告中的一个数值。"""

    @extend_schema(responses=FigureSerializer)
    def get(self, request: Request, agency: str, year: int, cell: str) -> Response:
        report = newest_published().filter(agency__code=agency, year=year).select_related("agency").first()
        if report is None or cell not in CELLS or not is_unchanged(report):
            raise NotFound
        return Response(next(figures_of(report, [cell]))[1])


def figures_of(report: AnnualReport, codes: list[str], start: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    """(place among ``codes``, figure) of a report, from the place ``start`` on."""
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
        fault = "没有这个单元格，代码见开放报告格式，例如 requests.new.total 或者 requests.new"
        raise ValidationError({"cell": [fault]})
    return codes


def _reports(request: Request) -> QuerySet[AnnualReport]:
    reports = newest_published()
    if agency := request.query_params.get("agency"):
        reports = reports.filter(agency__code=_read(Code, "agency", agency))
    if year := request.query_params.get("year"):
        reports = reports.filter(year=_read(Year, "year", year))
    return reports


def _read(kind: Any, name: str, text: str) -> Any:
    try:
        return kind.read(text)
    except ValueError:
        raise ValidationError({name: [kind.fault]}) from None


def _place(request: Request) -> tuple[int | None, int]:
    """The report and the place among the asked cells that a page begins with."""
    cursor = request.query_params.get("cursor")
    if cursor is None:
        return None, 0
    if not re.fullmatch(PLACE, cursor):
        raise ValidationError({"cursor": ["翻页标记不对，请使用上一页结果里的 next"]})
    report, _, place = cursor.partition("c")
    return int(report), int(place)


def _cursor(report: int, place: int) -> str:
    return f"{report}c{place}"
