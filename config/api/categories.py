"""栏目: the columns of the portals, a tree in each agency."""

from typing import Any

from rest_framework import serializers

from config.api.asked import OfAgency, one_of
from config.api.base import Listed, One, public_rows
from config.api.fields import ADDRESS, WHOLE, Coded, Derived, page, text, whole, yes_no
from disclosures.models import Category, ColumnKind
from disclosures.models.catalogue import PUBLICATION_DUTIES


class Duties:
    """条例 Art. 20 and 21 as one enumeration."""

    choices = [duty for _, duties in PUBLICATION_DUTIES for duty in duties]


class CategorySerializer(serializers.Serializer):
    id = whole("栏目编号")
    agency = text("机关代码", source="agency.code")
    name = text("栏目名称")
    parent: Any = Derived("上级栏目编号", lambda row: row.parent_id, WHOLE, "第一级栏目为null", nullable=True)
    article_20 = Coded("对应的法定公开内容", Duties, "条例第二十条、第二十一条；可能为空", allow_blank=True)
    kind = Coded("栏目类型", ColumnKind)
    is_rules = yes_no("列入政府信息公开制度")
    url = Derived("栏目页地址", lambda row: f"{page('portal:items', row.agency.code)}?column={row.pk}", ADDRESS)


class CategoryFilters(OfAgency):
    article_20 = one_of(Duties, "对应的法定公开内容")
    kind = one_of(ColumnKind, "栏目类型")


class _Categories:
    queryset: Any = public_rows(Category.objects.select_related("agency"))
    serializer_class: Any = CategorySerializer


class Categories(_Categories, Listed):
    """专栏的栏目。"""

    filterset_class = CategoryFilters


class OneCategory(_Categories, One):
    """一个栏目。"""
