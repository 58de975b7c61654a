from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from disclosures import access
from disclosures.admin_base import BackOfficeAdmin, BackOfficeInline
from disclosures.working_days import PUBLISHED, CalendarNotCovered
from requests_app import actions, clocks
from requests_app.enums import RequestState
from requests_app.models import DisclosureRequest, Dispute, Letter, Proposal, RequestEvent

HIDDEN = "（已隐藏，仅经办人可见）"


class RequestEventInline(BackOfficeInline):
    model = RequestEvent
    fk_name = "request"
    fields = ["kind", "on", "answers", "days", "until", "amount", "note"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "answers":
            kwargs["queryset"] = RequestEvent.objects.filter(request=self.parent, kind="consultation_sent")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(BackOfficeAdmin):
    list_display = ["number", "applicant_kind", "received_on", "due", "light", "state", "outcome"]
    list_filter = ["state", "applicant_kind", "outcome", "channel"]
    search_fields = ["number", "description"]
    inlines = [RequestEventInline]
    fieldsets = [
        (None, {"fields": ["agency", "number", "state", "due", "light"]}),
        ("申请人", {"fields": ["applicant_kind", "applicant_name", "id_number", "contact"]}),
        ("申请", {"fields": ["channel", "arrived_on", "received_on", "description"]}),
        ("办理结果", {"fields": ["outcome", "answered_on"]}),
        ("期限是怎样算出来的", {"fields": ["explanation"]}),
    ]
    identity = ("applicant_name", "id_number", "contact")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["state", "due", "light", "explanation", "hidden_identity"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or access.sees_identity(request.user, obj.agency):
            return self.fieldsets
        return [
            (title, {"fields": ["applicant_kind", "hidden_identity"]} if title == "申请人" else options)
            for title, options in self.fieldsets
        ]

    @admin.display(description="申请人身份信息")
    def hidden_identity(self, obj: DisclosureRequest) -> str:
        return HIDDEN

    @admin.display(description="答复期限", ordering="due_on")
    def due(self, obj: DisclosureRequest) -> str:
        if obj.due_on is None:
            return obj.due_note or "—"
        return f"{obj.due_on.year}年{obj.due_on.month}月{obj.due_on.day}日"

    @admin.display(description="提醒")
    def light(self, obj: DisclosureRequest) -> str:
        return light_of(obj, timezone.localdate())

    @admin.display(description="逐日计算")
    def explanation(self, obj: DisclosureRequest) -> str:
        if obj.pk is None or obj.received_on is None:
            return "填写收到日期并保存后显示"
        arguments = actions.clock_arguments(obj.events.all())
        if arguments is None:
            return "征求意见中，期限暂停计算"
        try:
            steps = clocks.explain(obj.received_on, **arguments)
        except (CalendarNotCovered, ValueError) as error:
            return str(error)
        return render_to_string("admin/requests_app/explanation.html", {"steps": steps})

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: DisclosureRequest, form: Any, change: bool) -> None:
        if not change:
            actions.register(request=obj, by=request.user)
            return
        obj.state = RequestState.CLOSED if obj.answered_on else RequestState.HANDLING
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.refresh(request=form.instance)


def light_of(request: DisclosureRequest, day: Any) -> str:
    """已超期 / 今日到期 / N个工作日 / 待定, in words."""
    if request.answered_on:
        return "已办结"
    if request.due_on is None:
        return "待定"
    if request.due_on < day:
        return "已超期"
    if request.due_on == day:
        return "今日到期"
    try:
        return f"还有{len(PUBLISHED.between(day, request.due_on))}个工作日"
    except CalendarNotCovered:
        return "待定"


@admin.register(Dispute)
class DisputeAdmin(BackOfficeAdmin):
    list_display = ["kind", "case_number", "request", "accepted_on", "result", "closed_on"]
    list_filter = ["kind", "result"]
    search_fields = ["case_number"]
    list_select_related = ["request"]
    autocomplete_fields = ["request", "prior"]


@admin.register(Proposal)
class ProposalAdmin(BackOfficeAdmin):
    list_display = [
        "kind",
        "number",
        "title",
        "role",
        "assigned_on",
        "due_on",
        "answered_on",
        "satisfaction",
        "is_public",
    ]
    list_filter = ["kind", "role", "satisfaction", "is_public"]
    search_fields = ["number", "title"]
    autocomplete_fields = ["item"]

    def save_model(self, request: HttpRequest, obj: Proposal, form: Any, change: bool) -> None:
        obj.due_on = actions.proposal_due_or_none(obj.assigned_on)
        super().save_model(request, obj, form, change)


@admin.register(Letter)
class LetterAdmin(BackOfficeAdmin):
    list_display = ["number", "title", "request", "dated_on", "sent_on", "delivered_on"]
    search_fields = ["number", "title"]
    list_select_related = ["request"]
    autocomplete_fields = ["request"]
