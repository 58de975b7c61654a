"""主动公开 items, with their channels and files."""

from pathlib import PurePath
from typing import Any

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request

from config.api.asked import Day, Key, Moment, OfAgency, Text, Year, one_of
from config.api.base import Listed, One
from config.api.fields import ADDRESS, Derived, codes_of, day, moment, page, text, whole
from disclosures.models import Agency, Attachment, Category, Item, NormativeDocument, Publication, Validity
from disclosures.rich_text import sanitise
from disclosures.years import year_of


def _size(attachment: Attachment) -> int | None:
    try:
        return attachment.file.size
    except OSError:
        return None


def _file_address(attachment: Attachment) -> str:
    item = attachment.item
    return page("portal:attachment", item.agency.code, item.pk, attachment.pk)


class AttachmentSerializer(serializers.Serializer):
    name = text("文件名")
    type = Derived(
        "文件类型", lambda row: PurePath(row.file.name).suffix.lower().lstrip("."), {"type": "string"}, "例如 pdf"
    )
    size = Derived("大小", _size, {"type": "integer"}, "字节；文件暂时读不到时为null", nullable=True)
    url = Derived("下载地址", _file_address, ADDRESS)


class PublicationSerializer(serializers.Serializer):
    channel = text("渠道", source="channel.name")
    published_on = day("发布日期")
    url = text("链接", "可能为空")


def _validity(item: Item) -> str:
    """The full text of a document has the document's force, whatever was written beside the item."""
    documents = list(item.documents.all())
    return documents[0].validity_on(timezone.localdate()) if documents else item.validity


class ItemSerializer(serializers.Serializer):
    id = whole("信息编号")
    agency = text("机关代码", source="agency.code")
    category = text("栏目名称", source="category.name")
    category_id = whole("栏目编号")
    title = text("标题")
    index_number = text("索引号", "可能为空")
    document_number = text("发文字号", "可能为空")
    formed_on = day("成文日期", "可能为null", allow_null=True)
    published_on = day("发布日期", "首次发布的日期")
    validity = Derived(
        "有效性",
        _validity,
        codes_of(Validity),
        "规范性文件的全文，按文件今天的有效性",
    )
    office = text("责任科室", "可能为空")
    subject = text("主题分类", "可能为空")
    keywords = text("关键词", "用顿号分开；可能为空")
    summary = text("内容概述", "可能为空")
    body = Derived("正文", lambda item: sanitise(item.body), {"type": "string"}, "HTML片段；可能为空")
    publications = PublicationSerializer(many=True, read_only=True, label="发布渠道", help_text="在哪些渠道发布过")
    attachments = AttachmentSerializer(many=True, read_only=True, label="附件", help_text="文件和下载地址")
    url = Derived("网页地址", lambda item: page("portal:item", item.agency.code, item.pk), ADDRESS)
    updated_at = moment("更新时间")


class ItemFilters(OfAgency):
    column = Key("栏目编号，含它的下级栏目", method="in_column")
    year = Year("发布年度", method="in_year")
    published_from = Day("发布日期不早于", field_name="published_on", lookup_expr="gte")
    published_to = Day("发布日期不晚于", field_name="published_on", lookup_expr="lte")
    formed_from = Day("成文日期不早于", field_name="formed_on", lookup_expr="gte")
    formed_to = Day("成文日期不晚于", field_name="formed_on", lookup_expr="lte")
    validity = one_of(Validity, "有效性", method="with_validity")
    document_number = Text("发文字号，与原文完全相同")
    index_number = Text("索引号，与原文完全相同")
    updated_since = Moment("更新时间不早于，用来接着上次继续取", field_name="updated_at", lookup_expr="gte")

    def in_year(self, rows: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return rows.filter(published_on__range=year_of(year))

    def in_column(self, rows: QuerySet[Any], name: str, key: int) -> QuerySet[Any]:
        column = Category.objects.filter(pk=key).first()
        if column is None:
            return rows.none()
        within = list(Category.objects.filter(path__startswith=column.path).values_list("pk", flat=True))
        if len(within) == 1:
            return rows.filter(category_id=key)
        # Of several columns the agency's own order is walked: an index on one column has no order for many.
        return rows.filter(agency_id=column.agency_id).alias(column=F("category_id") + 0).filter(column__in=within)

    def with_validity(self, rows: QuerySet[Any], name: str, validity: str) -> QuerySet[Any]:
        """As ``_validity`` tells it."""
        documents = NormativeDocument.objects.with_validity(timezone.localdate()).order_by()
        standing = documents.filter(validity=validity, item__isnull=False).values("item")
        # What an index tells first: of the others no document is looked for.
        rows = rows.filter(Q(validity=validity) | Q(pk__in=standing))
        first = documents.filter(item=OuterRef("pk")).order_by("-issued_on", "-pk").values("validity")[:1]
        return rows.alias(force=Coalesce(Subquery(first), F("validity"))).filter(force=validity)


def public_items() -> QuerySet[Any]:
    # Nothing is joined, nor is an index of agencies to be used: beside a handful of agencies SQLite would begin with
    # those, and sort all the items.
    portals = Agency.objects.with_portal().order_by().values("pk")
    public = Item.objects.public().filter(published_on__isnull=False)
    return public.alias(publisher=F("agency_id") + 0).filter(publisher__in=portals)


class _Items:
    queryset: Any = public_items().prefetch_related(
        "agency",
        "category",
        "attachments",
        Prefetch("publications", Publication.objects.select_related("channel")),
        "documents",
    )
    serializer_class: Any = ItemSerializer


class Items(_Items, Listed):
    """主动公开的信息，按发布日期从新到旧。"""

    filterset_class = ItemFilters
    newest_by = "published_on"

    def sorted_by(self, request: Request) -> str | None:
        """However it is narrowed: of one agency, a column or all of them an index has the days."""
        return self.newest_by


class OneItem(_Items, One):
    """一条信息。"""
