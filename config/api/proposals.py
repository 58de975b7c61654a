"""建议、提案 whose answer is public: what it is about and where the answer stands, never the letter itself."""

from typing import Any

from django.db.models import Q, QuerySet
from rest_framework import serializers

from config.api.asked import Day, OfAgency, Text, Year, one_of
from config.api.base import Listed, One, public_rows
from config.api.fields import ADDRESS, WHOLE, Coded, Derived, day, page, text, whole
from disclosures.models import ItemState, Openness
from disclosures.years import year_of
from requests_app.enums import ProposalKind, ProposalRole, Publicity
from requests_app.models import Proposal


def _address(proposal: Proposal) -> str | None:
    return page("portal:item", proposal.agency.code, proposal.item_id) if proposal.item_id else None


class ProposalSerializer(serializers.Serializer):
    id = whole("建议提案编号", "本接口中的编号")
    agency = text("机关代码", source="agency.code")
    kind = Coded("类别", ProposalKind)
    session = text("届次", "可能为空")
    number = text("编号", "人大、政协的编号")
    title = text("标题")
    role = Coded("办理方式", ProposalRole)
    lead_organ = text("主办单位", "协办的才有；可能为空")
    assigned_on = day("交办日期")
    answered_on = day("答复日期", "没有登记的为null", allow_null=True)
    result_class = text("办理结果类别", "各地含义不同；可能为空")
    publicity = Coded("公开方式", Publicity, "可能为空", allow_blank=True)
    item = Derived(
        "公开的答复的信息编号",
        lambda row: row.item_id,
        WHOLE,
        "答复在items中的编号；在别处公开的为null",
        nullable=True,
    )
    url = Derived("答复的网页地址", _address, ADDRESS, "在别处公开的为null", nullable=True)


class ProposalFilters(OfAgency):
    kind = one_of(ProposalKind, "类别")
    role = one_of(ProposalRole, "办理方式")
    year = Year("交办年度", method="in_year")
    assigned_from = Day("交办日期不早于", field_name="assigned_on", lookup_expr="gte")
    assigned_to = Day("交办日期不晚于", field_name="assigned_on", lookup_expr="lte")
    number = Text("编号，与原文完全相同")

    def in_year(self, rows: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return rows.filter(assigned_on__range=year_of(year))


class _Proposals:
    # An answer whose page was taken down is public no more, whatever was ticked when it was put up.
    queryset: Any = (
        public_rows(Proposal.objects.filter(is_public=True))
        .filter(Q(item=None) | Q(item__state=ItemState.PUBLISHED, item__openness=Openness.PROACTIVE))
        .select_related("agency")
        .defer("reply")
    )
    serializer_class: Any = ProposalSerializer


class Proposals(_Proposals, Listed):
    """答复已经公开的人大代表建议、政协提案，从新到旧。

    指定了机关的，按交办日期排列；没有指定的，按编号排列。
    """

    filterset_class = ProposalFilters
    newest_by, narrowing = "assigned_on", ("agency",)


class OneProposal(_Proposals, One):
    """一件建议或者提案。"""
