from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.urls import path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget

from disclosures import access, calendars
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, CheckedForm, YearFilter
from disclosures.dates import told
from requests_app import proposals
from requests_app.admin.due import TONES, DueFilter, PublicationFilter, light_of_proposal, light_of_publication
from requests_app.clocks import PROPOSAL_MONTHS
from requests_app.models import Proposal, ProposalTerm, ResultClass


class AssignedIn(YearFilter):
    title, question = "交办年度", "assigned_in"


class Suggesting(UnfoldAdminTextInputWidget):
    """A text with a list to choose from; what the list lacks may be written all the same."""

    offered: list[tuple[str, str]] = []

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        field = super().render(name, value, {**(attrs or {}), "list": f"offered-{name}"}, renderer)
        options = format_html_join("", '<option value="{}">{}</option>', self.offered)
        return format_html('{}<datalist id="offered-{}">{}</datalist>', field, name, options)


class ProposalForm(CheckedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "months" in self.fields:
            self.fields["months"].required = False
        if "result_class" in self.fields:
            self._offer_classes()

    def _offer_classes(self) -> None:
        if self.instance.pk:
            classes = ResultClass.objects.filter(agency=self.instance.agency_id)
        else:
            agencies = access.agencies_for(self.user, Action.ADD, Area.PROPOSALS)
            classes = ResultClass.objects.filter(agency__in=agencies)
        widget: Any = self.fields["result_class"].widget
        widget.offered = [(found.code, str(found)) for found in classes[:60]]

    def clean_months(self) -> int:
        """Left out, it is the usual case."""
        return self.cleaned_data["months"] or PROPOSAL_MONTHS


@admin.register(Proposal)
class ProposalAdmin(BackOfficeAdmin):
    form = ProposalForm
    list_display = ["kind", "number", "title", "role", "assigned_on", "due_on", "light", "satisfaction"]
    list_display += ["publication_light"]
    list_filter = [DueFilter, PublicationFilter, "kind", "role", "satisfaction", "is_public", AssignedIn]
    search_fields = ["number", "title"]
    autocomplete_fields = ["item"]
    readonly_fields = ["due", "redo_from", "publication", "class_meaning", "history"]
    change_form_outer_before_template = "admin/requests_app/proposal_steps.html"
    fieldsets = [
        (None, {"fields": ["agency", "kind", "session", "number", "title"]}),
        (
            "办理",
            {
                "fields": [
                    "role", "lead_organ", "assigned_on", "months", "months_reason", "redo_from", "due", "answered_on",
                    "result_class", "class_meaning", "satisfaction",
                ]
            },
        ),
        ("答复", {"fields": ["reply"]}),
        (
            "公开",
            {"fields": ["concerns_public", "publicity", "publicity_reason", "is_public", "item", "publication"]},
        ),
        ("此前的答复（反馈不满意）", {"fields": ["history"]}),
    ]  # fmt: skip

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        step = view(require_POST(self.step))
        return [path("<int:pk>/step/<slug:name>/", step, name="requests_app_proposal_step"), *super().get_urls()]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "result_class":
            kwargs["widget"] = Suggesting
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="提醒", label=TONES)
    def light(self, obj: Proposal) -> tuple[str, str]:
        return light_of_proposal(obj, timezone.localdate())

    @display(description="公开", ordering="publish_due_on", label=TONES)
    def publication_light(self, obj: Proposal) -> tuple[str, str]:
        return light_of_publication(obj, timezone.localdate())

    @admin.display(description="答复期限")
    def due(self, obj: Proposal) -> str:
        if obj.pk is None:
            return "填写交办日期并保存后显示"
        term = proposals.answer_term(obj, proposals.terms_of(obj.agency), calendars.current())
        words = light_of_proposal(obj, timezone.localdate())[1]
        return f"{told(term.due_on)}（{words}）：{term.why}" if term.due_on else term.why

    @admin.display(description="类别的含义")
    def class_meaning(self, obj: Proposal) -> str:
        if not obj.pk or not obj.result_class:
            return "—"
        found = ResultClass.objects.filter(agency=obj.agency_id, code=obj.result_class).first()
        return found.meaning if found else "本机关还没有写明这一类别的含义"

    @admin.display(description="公开进度")
    def publication(self, obj: Proposal) -> str:
        if obj.pk is None:
            return "—"
        words = light_of_publication(obj, timezone.localdate())[1]
        said = proposals.publication_told(obj)
        return f"{told(obj.publish_due_on)}（{words}）：{said}" if obj.publish_due_on and words != "—" else said

    @admin.display(description="各次答复")
    def history(self, obj: Proposal) -> str:
        rounds = obj.rounds.select_related("item") if obj.pk else []
        return render_to_string("admin/requests_app/rounds.html", {"rounds": rounds}) if rounds else "—"

    def save_model(self, request: HttpRequest, obj: Proposal, form: Any, change: bool) -> None:
        proposals.derive(obj)
        super().save_model(request, obj, form, change)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        proposal = self.get_object(request, object_id)
        steps = offered_steps(proposal, request.user) if proposal else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "steps": steps})

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        proposal = get_object_or_404(self.get_queryset(request), pk=pk)
        if name not in STEPS:
            raise Http404
        try:
            return redirect(*STEPS[name](self, request, proposal))
        except ValidationError as error:
            self.message_user(request, "；".join(error.messages), messages.ERROR)
        return redirect("admin:requests_app_proposal_change", pk)

    def redo(self, request: HttpRequest, proposal: Proposal) -> tuple[Any, ...]:
        found = proposals.redo(proposal=proposal, by=request.user, on=_day(request.POST.get("on", "")))
        self.message_user(request, f"已登记重办，请在{told(found.due_on) or '期限'}前再次答复", messages.SUCCESS)
        return "admin:requests_app_proposal_change", proposal.pk

    def undo_redo(self, request: HttpRequest, proposal: Proposal) -> tuple[Any, ...]:
        proposals.undo_redo(proposal=proposal, by=request.user, reason=request.POST.get("reason", ""))
        self.message_user(request, "已撤销重办，恢复为上一次答复", messages.SUCCESS)
        return "admin:requests_app_proposal_change", proposal.pk

    def draft(self, request: HttpRequest, proposal: Proposal) -> tuple[Any, ...]:
        item, removed = proposals.draft_item(proposal=proposal, by=request.user)
        gone = f"已删去联系方式{len(removed)}处：{'；'.join(removed)}" if removed else "没有发现联系方式"
        self.message_user(request, f"已生成公开草稿，{gone}。请通读一遍，再选择栏目、提交审核", messages.SUCCESS)
        return "admin:disclosures_item_change", item.pk


STEPS: dict[str, Any] = {
    "redo": ProposalAdmin.redo,
    "undo-redo": ProposalAdmin.undo_redo,
    "draft": ProposalAdmin.draft,
}


def offered_steps(proposal: Proposal, user: Any) -> list[dict[str, str]]:
    """The steps that the person may take now; ``proposals`` asks again."""
    if not access.can(user, Action.CHANGE, Area.PROPOSALS, proposal.agency):
        return []
    found = []
    if proposals.may_draft(proposal) and access.can(user, Action.ADD, Area.PUBLISHING, proposal.agency):
        found.append({"name": "draft", "label": "生成公开草稿"})
    if proposals.may_redo(proposal):
        found.append({"name": "redo", "label": "登记重办", "asks": "on", "words": "不满意的意见表寄回日期"})
    if proposals.may_undo_redo(proposal):
        found.append({"name": "undo-redo", "label": "撤销重办", "asks": "reason", "words": "撤销的原因"})
    return [
        {**step, "address": reverse("admin:requests_app_proposal_step", args=[proposal.pk, step["name"]])}
        for step in found
    ]


def _day(text: str) -> date:
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError("请填写意见表寄回的日期，例如 2026-03-02")
    if day > timezone.localdate():
        raise ValidationError("意见表寄回的日期晚于今天，请核对")
    return day


@admin.register(ResultClass)
class ResultClassAdmin(BackOfficeAdmin):
    list_display = ["code", "meaning", "agency"]
    search_fields = ["code", "meaning"]
    list_select_related = ["agency"]


@admin.register(ProposalTerm)
class ProposalTermAdmin(BackOfficeAdmin):
    """Changing a term re-dates the agency's open cases."""

    list_display = ["kind", "role", "months", "agency"]
    list_filter = ["kind", "role"]
    list_select_related = ["agency"]

    def save_model(self, request: HttpRequest, obj: ProposalTerm, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        self._redate(request, obj)

    def delete_model(self, request: HttpRequest, obj: ProposalTerm) -> None:
        super().delete_model(request, obj)
        self._redate(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        for term in queryset.select_related("agency"):
            self.delete_model(request, term)

    def _redate(self, request: HttpRequest, term: ProposalTerm) -> None:
        moved = proposals.redate(agency=term.agency)
        if moved:
            self.message_user(request, f"已重新计算{len(moved)}件未办结建议提案的期限", messages.SUCCESS)
