"""行政决定 that are published for publicity and stand; a natural person's name is masked."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from config.api.asked import Day, OfAgency, Text, Year, one_of
from config.api.base import Listed, One, public_rows
from config.api.fields import ADDRESS, Coded, Derived, day, page, text, whole
from disclosures import parties
from disclosures.models import AdministrativeDecision, Annulment, DecisionKind
from disclosures.years import year_of


class DecisionSerializer(serializers.Serializer):
    id = whole("决定编号")
    agency = text("机关代码", source="agency.code")
    kind = Coded("决定类别", DecisionKind)
    number = text("决定书文号", "可能为空")
    decided_on = day("决定日期")
    party = Derived("相对人", lambda row: parties.shown(row.party), {"type": "string"}, "自然人的姓名已遮盖；可能为空")
    published_on = day("公示日期")
    publicity_url = text("公示链接", "可能为空")
    annulled_on = day("撤销、变更日期", "没有撤销、变更的为null", allow_null=True)
    annulment = Coded("撤销、变更的情形", Annulment, "可能为空", allow_blank=True)
    url = Derived("网页地址", lambda row: page("portal:decision", row.agency.code, row.pk), ADDRESS)


class DecisionFilters(OfAgency):
    kind = one_of(DecisionKind, "决定类别")
    year = Year("决定年度", method="in_year")
    decided_from = Day("决定日期不早于", field_name="decided_on", lookup_expr="gte")
    decided_to = Day("决定日期不晚于", field_name="decided_on", lookup_expr="lte")
    number = Text("决定书文号，与原文完全相同")

    def in_year(self, rows: QuerySet[Any], name: str, year: int) -> QuerySet[Any]:
        return rows.filter(decided_on__range=year_of(year))


class _Decisions:
    serializer_class: Any = DecisionSerializer
    queryset: Any = public_rows(AdministrativeDecision.objects.public()).select_related("agency")


class Decisions(_Decisions, Listed):
    """已经公示、没有撤回的行政决定，从新到旧；汇总登记的总数不在其中。

    指定了机关的，按决定日期排列；没有指定的，按决定编号排列。
    """

    filterset_class = DecisionFilters
    newest_by, narrowing = "decided_on", ("agency",)


class OneDecision(_Decisions, One):
    """一件行政决定。"""
