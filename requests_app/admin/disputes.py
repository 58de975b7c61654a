from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from unfold.decorators import display

from disclosures import calendars
from disclosures.back_office.base import BackOfficeAdmin
from disclosures.dates import told
from requests_app import disputes
from requests_app.admin.due import TONES, AnswerFilter, light_of_answer
from requests_app.models import Dispute


class DisputeOpen(admin.SimpleListFilter):
    title, parameter_name = "审结", "closed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "尚未审结"), ("yes", "已审结")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(closed_on__isnull=self.value() == "no") if self.value() else queryset


class ReviewSkipped(admin.SimpleListFilter):
    title, parameter_name = "复议前置", "skipped"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "应先复议而直接起诉")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.review_skipped() if self.value() == "yes" else queryset


@admin.register(Dispute)
class DisputeAdmin(BackOfficeAdmin):
    list_display = ["kind", "case_number", "request", "accepted_on", "answer_due_on", "light"]
    list_display += ["result", "closed_on", "attention"]
    list_filter = [AnswerFilter, "kind", "result", DisputeOpen, ReviewSkipped]
    search_fields = ["case_number", "organ"]
    list_select_related = ["request", "prior"]
    autocomplete_fields = ["request", "prior"]
    readonly_fields = ["answer_due", "applicant_terms", "attention_told"]
    fieldsets = [
        (None, {"fields": ["agency", "kind", "case_number", "organ", "procedure", "stage", "attention_told"]}),
        ("由来", {"fields": ["request", "prior"]}),
        ("本机关答复（答辩）", {"fields": ["accepted_on", "copy_received_on", "answer_due", "answered_on"]}),
        ("决定（裁判）和审结", {"fields": ["decided_on", "served_on", "result", "closed_on"]}),
        ("申请人还可以做什么", {"fields": ["applicant_terms"]}),
    ]

    @display(description="提醒", label=TONES)
    def light(self, obj: Dispute) -> tuple[str, str]:
        return light_of_answer(obj, timezone.localdate())

    @display(description="核对", label=TONES)
    def attention(self, obj: Dispute) -> tuple[str, str] | str:
        """Names the first warning by its heading; the page tells it whole."""
        found = disputes.warnings(obj)
        return ("soon", found[0].partition("：")[0]) if found else ""

    @admin.display(description="请核对")
    def attention_told(self, obj: Dispute) -> str:
        return "；".join(disputes.warnings(obj)) or "—"

    @admin.display(description="答复（答辩）期限")
    def answer_due(self, obj: Dispute) -> str:
        term, words = disputes.answer_term(obj, calendars.current()), light_of_answer(obj, timezone.localdate())[1]
        return f"{told(term.due_on)}（{words}）：{term.why}" if term.due_on else term.why

    @admin.display(description="申请人的期限")
    def applicant_terms(self, obj: Dispute) -> str:
        terms = disputes.applicant_terms(obj) if obj.pk else []
        return render_to_string("admin/requests_app/terms.html", {"terms": terms}) if terms else "—"

    def save_model(self, request: HttpRequest, obj: Dispute, form: Any, change: bool) -> None:
        disputes.derive(obj)
        super().save_model(request, obj, form, change)
        for warning in disputes.warnings(obj):
            self.message_user(request, warning, messages.WARNING)
