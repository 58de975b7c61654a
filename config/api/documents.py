"""规章、行政规范性文件 with their validity, their full text and what interprets them."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from rest_framework import serializers

from config.api.asked import Day, OfAgency, Text, Year, one_of
from config.api.base import Listed, One, public_rows
from config.api.fields import ADDRESS, WHOLE, Coded, Derived, codes_of, day, page, several, text, whole
from config.api.items import public_items
from disclosures.models import DocumentKind, Item, ItemState, NormativeDocument, Openness, Validity
from disclosures.models.documents import stands_as
from disclosures.years import year_of


def is_public(item: Item | None) -> bool:
    """As ``Item.objects.public`` asks it of the rows; ``agency`` is at hand."""
    return item is not None and (
        item.state == ItemState.PUBLISHED and item.openness == Openness.PROACTIVE and item.agency.has_portal
    )


def _full_text(document: NormativeDocument) -> int | None:
    return document.item_id if is_public(document.item) else None


class DocumentSerializer(serializers.Serializer):
    id = whole("文件编号")
    agency = text("机关代码", source="agency.code")
    kind = Coded("文件类别", DocumentKind)
    title = text("标题")
    number = text("发文字号")
    issued_on = day("制发日期")
    published_on = day("公布日期", "没有单独登记的为null", allow_null=True)
    effective_on = day("施行日期", "没有单独登记的为null", allow_null=True)
    amended_on = day("修改日期", "最近一次修改施行的日期；没有修改过的为null", allow_null=True)
    repealed_on = day("废止日期", "不再有效的第一天；没有废止的为null", allow_null=True)
    lapsed_on = day("失效日期", "有效期届满后的第一天；长期有效的为null", allow_null=True)
    validity = Derived(
        "有效性",
        lambda document: document.validity_on(timezone.localdate()),
        codes_of(Validity),
        "今天的有效性",
    )
    drafting_office = text("起草科室", "可能为空")
    full_text = Derived("全文的信息编号", _full_text, WHOLE, "全文在items中的编号；没有公开的为null", nullable=True)
    interpretations = Derived(
        "政策解读的信息编号",
        lambda document: [item.pk for item in document.interpretations.all()],
        several(WHOLE),
        "解读在items中的编号",
    )
    url = Derived("网页地址", lambda row: page("portal:document", row.agency.code, row.pk), ADDRESS)


class DocumentFilters(OfAgency):
    kind = one_of(DocumentKind, "文件类别")
    validity = one_of(Validity, "今天的有效性", method="with_validity")
    year = Year("制发年度", method="in_year")
    issued_from = Day("制发日期不早于", field_name="issued_on", lookup_expr="gte")
    issued_to = Day("制发日期不晚于", field_name="issued_on", lookup_expr="lte")
    number = Text("发文字号，与原文完全相同")

    def with_validity(self, rows: QuerySet[Any], name: str, validity: str) -> QuerySet[Any]:
        return rows.filter(stands_as(Validity(validity), timezone.localdate()))

    def in_year(self, rows: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return rows.filter(issued_on__range=year_of(year))


class _Documents:
    queryset: Any = public_rows(NormativeDocument.objects.select_related("agency", "item__agency")).prefetch_related(
        Prefetch("interpretations", public_items().order_by("pk").only("pk"))
    )
    serializer_class: Any = DocumentSerializer


class Documents(_Documents, Listed):
    """规章、行政规范性文件，按文件编号从新到旧。"""

    filterset_class = DocumentFilters


class OneDocument(_Documents, One):
    """一份文件。"""
