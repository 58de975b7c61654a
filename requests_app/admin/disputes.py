from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from disclosures.admin_base import BackOfficeAdmin
from requests_app.models import Dispute


class DisputeOpen(admin.SimpleListFilter):
    title, parameter_name = "审结", "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "尚未审结"), ("yes", "已审结")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_on__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Dispute)
class DisputeAdmin(BackOfficeAdmin):
    list_display = ["kind", "case_number", "request", "accepted_on", "result", "closed_on"]
    list_filter = ["kind", "result", DisputeOpen]
    search_fields = ["case_number"]
    list_select_related = ["request"]
    autocomplete_fields = ["request", "prior"]
