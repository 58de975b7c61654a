"""Agencies with a portal."""

from typing import Any

from rest_framework import serializers

from config.api.asked import Code, Filters, one_of
from config.api.base import Listed, One
from config.api.fields import ADDRESS, TEXT, Coded, Derived, page, text
from disclosures.models import Agency, AgencyLevel


def _parent(agency: Agency) -> str | None:
    return agency.parent.code if isinstance(agency.parent, Agency) and agency.parent.has_portal else None


class AgencySerializer(serializers.Serializer):
    code = text("机关代码", "用在网址中，不会改变")
    name = text("机关全称")
    short_name = text("简称", "可能为空")
    level = Coded("层级", AgencyLevel)
    parent: Any = Derived("上级机关代码", _parent, TEXT, "没有上级，或者上级没有开设专栏的，为null", nullable=True)
    credit_code = text("统一社会信用代码", "可能为空")
    office = text("公开工作机构", "可能为空")
    address = text("办公地址", "可能为空")
    postcode = text("邮政编码", "可能为空")
    phone = text("联系电话", "可能为空")
    fax = text("传真", "可能为空")
    email = text("电子邮箱", "可能为空")
    office_hours = text("办公时间", "可能为空")
    website_name = text("网站名称", "可能为空")
    website_url = text("网站地址", "可能为空")
    url = Derived("专栏地址", lambda agency: page("portal:home", agency.code), ADDRESS)


class AgencyFilters(Filters):
    level = one_of(AgencyLevel, "层级")
    parent = Code("上级机关代码", field_name="parent__code")


class _Agencies:
    queryset: Any = Agency.objects.with_portal().select_related("parent")
    serializer_class: Any = AgencySerializer


class Agencies(_Agencies, Listed):
    """开设专栏的机关。"""

    filterset_class = AgencyFilters


class OneAgency(_Agencies, One):
    """一个机关。"""

    lookup_field = "code"
