"""Which items a list shows; each filter asks the question that a count elsewhere asked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from disclosures import access, actions, publication_clock
from disclosures.back_office.base import SHOWN_CHOICES, YearFilter
from disclosures.lights import BANDS
from disclosures.models import Category
from disclosures.years import year_of


class WaitingForMe(admin.SimpleListFilter):
    title, parameter_name = "待我处理", "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("review", "待我审核"), ("returned", "被退回，待我修改")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return actions.waiting_for(request.user, queryset, self.value()) if self.value() else queryset


class CategoryFilter(admin.SimpleListFilter):
    """Named, not numbered: the same column of several agencies is one choice."""

    title, parameter_name = "栏目", "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = access.visible_to(request.user, Category.objects.order_by("position", "name"))
        found = list(dict.fromkeys(names.values_list("name", flat=True)[:500]))
        return [(name, name) for name in found[:SHOWN_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(category__name=self.value()) if self.value() else queryset


class PublishedIn(YearFilter):
    title = "首次发布年度"

    def of_year(self, queryset: Any, year: int) -> Any:
        return queryset.filter(published_on__range=year_of(year))


class PublicationDue(admin.SimpleListFilter):
    """条例 Art. 26: within 20 working days from the day it was made."""

    title, parameter_name = "发布期限", "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "尚未发布"), *((each.key, each.words) for each in BANDS if each.key != "unknown")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return publication_clock.under_light(queryset, self.value(), timezone.localdate()) if self.value() else queryset


class Reevaluation(admin.SimpleListFilter):
    title, parameter_name = "重新评估", "reevaluation"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("due", "已到重新评估的日期")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.to_be_reevaluated(timezone.localdate()) if self.value() else queryset
