"""Published annual reports in the open format (docs/report-format.md)."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.asked import OfAgency, Year
from config.api.base import Endpoint, Listed, public_rows
from config.api.fields import Derived, several
from reports import document
from reports.models import AnnualReport
from reports.schema import FILE as REPORT_SCHEMA
from reports.sealing.digests import OPEN_FORMAT

ANY: dict[str, Any] = {"type": "object", "additionalProperties": True}
TOLD: dict[str, tuple[str, dict[str, Any], str]] = {
    "schema": ("格式", {"type": "string"}, "annual-report/1"),
    "format": ("依据", {"type": "string"}, "国办公开办函〔2021〕30号"),
    "agency": ("机关", ANY, "代码code、全称name、层级level"),
    "year": ("年度", {"type": "integer"}, ""),
    "version": ("版本", {"type": "integer"}, "更正一次加1"),
    "status": ("状态", {"type": "string"}, "这里总是published"),
    "issued_on": ("定稿日期", {"type": "string", "format": "date"}, ""),
    "tables": ("三张表", ANY, "proactive、requests、disputes，见 reports/schema.json"),
    "counts": ("其他数量", ANY, "信息条数、建议提案等"),
    "narrative": ("文字部分", ANY, "overview、problems、other"),
    "checks": ("核对结果", several(ANY), "每条勾稽关系是否成立"),
    "sealed": ("未公开部分的校验码", {"type": "string"}, ""),
    "digest": ("校验码", {"type": "string"}, "定稿内容的SHA-256"),
}


def _member(name: str) -> Any:
    return lambda report: report.state if name == "status" else report.frozen.get(name)


class _Declared(serializers.SerializerMetaclass):
    """A field for each member of the open format, in its order."""

    def __new__(cls, name: str, bases: Any, attrs: dict[str, Any]) -> Any:
        fields = {
            member: Derived(TOLD[member][0], _member(member), TOLD[member][1], TOLD[member][2], nullable=True)
            for member in OPEN_FORMAT
        }
        return super().__new__(cls, name, bases, {**fields, **attrs})


class ReportSerializer(serializers.Serializer, metaclass=_Declared):
    """What was frozen says issued; the status is the one part that moves on."""


class ReportFilters(OfAgency):
    year = Year("报告年度")


def published_reports() -> Any:
    return public_rows(AnnualReport.objects.published()).select_related("agency")


class Reports(Listed):
    """已经发布的政府信息公开工作年度报告，各个版本都列出，按编号从新到旧。

    每份报告是一个开放格式的文件，可以凭 digest 自行验证；格式见 reports/schema.json。
    """

    queryset = published_reports()
    serializer_class = ReportSerializer
    filterset_class = ReportFilters

    def paginate_queryset(self, queryset: Any) -> Any:
        # What is not what was signed is told to nobody as the report.
        return [report for report in super().paginate_queryset(queryset) or () if document.is_unchanged(report)]


class OneReport(Endpoint):
    """一个机关一年的报告；有更正的，给最新版本。"""

    serializer_class = ReportSerializer
    report: AnnualReport | None = None

    def last_modified(self) -> datetime | None:
        return self.report.updated_at if self.report else None

    @extend_schema(responses=ReportSerializer)
    def get(self, request: Request, agency: str, year: int, version: int | None = None) -> Response:
        found = published_reports().filter(agency__code=agency, year=year)
        if version is not None:
            self.report = get_object_or_404(found, version=version)
        else:
            self.report = found.order_by("-version").first()
        if self.report is None or not document.is_unchanged(self.report):
            raise NotFound
        return Response(ReportSerializer(self.report).data)


class OneVersion(OneReport):
    """一个机关一年报告的一个版本。"""


class ReportSchema(Endpoint):
    """开放报告格式的JSON Schema，供程序在发送或者读取以前检查。"""

    @extend_schema(responses={(200, "application/schema+json"): OpenApiResponse(ANY, description="JSON Schema")})
    def get(self, request: Request) -> HttpResponseBase:
        return HttpResponse(REPORT_SCHEMA.read_bytes(), content_type="application/schema+json")
