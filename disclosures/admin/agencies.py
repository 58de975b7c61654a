from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from disclosures.back_office.base import BackOfficeAdmin
from disclosures.catalogue import found_catalogue
from disclosures.models import Agency


@admin.register(Agency)
class AgencyAdmin(BackOfficeAdmin):
    list_display = ["name", "code", "level", "parent", "has_portal"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    list_select_related = ["parent"]
    fieldsets = [
        (None, {"fields": ["name", "code", "short_name", "level", "parent", "credit_code", "has_portal"]}),
        (
            "联系方式（印在报告和公开指南上）",
            {"fields": ["office", "address", "postcode", "phone", "fax", "email", "office_hours"]},
        ),
        ("网站", {"fields": ["website_name", "website_url"]}),
        ("信息发布", {"fields": ["index_pattern", "one_person_office"]}),
        ("救济途径（印在答复书上）", {"fields": ["review_organ", "court"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            found_catalogue(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if request.user.is_superuser else ["code", "level", "parent"]
