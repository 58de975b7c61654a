from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from disclosures import calendars
from disclosures.admin_base import BackOfficeAdmin, YearFilter
from requests_app import actions
from requests_app.admin.due import TONES, DueFilter, light_of
from requests_app.models import Proposal


class AssignedIn(YearFilter):
    title, question = "交办年度", "assigned_in"


@admin.register(Proposal)
class ProposalAdmin(BackOfficeAdmin):
    list_display = ["kind", "number", "title", "role", "assigned_on", "due_on", "light", "satisfaction", "is_public"]
    list_filter = [DueFilter, "kind", "role", "satisfaction", "is_public", AssignedIn]
    search_fields = ["number", "title"]
    autocomplete_fields = ["item"]
    fieldsets = [
        (None, {"fields": ["agency", "kind", "session", "number", "title", "role"]}),
        ("办理", {"fields": ["assigned_on", "due_on", "answered_on", "result_class", "satisfaction"]}),
        ("公开", {"fields": ["is_public", "item"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*super().get_readonly_fields(request, obj), "due_on"]

    @display(description="提醒", label=TONES)
    def light(self, obj: Proposal) -> tuple[str, str]:
        return light_of(obj, timezone.localdate())

    def save_model(self, request: HttpRequest, obj: Proposal, form: Any, change: bool) -> None:
        obj.due_on = actions.proposal_due_or_none(obj.assigned_on, calendar=calendars.current_for_writing())
        super().save_model(request, obj, form, change)
