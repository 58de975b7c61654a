"""报告提纲 in the back office: the sub-items of an agency's report, by ready sets or one by one."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminSelectWidget

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, CheckedForm
from disclosures.models import Agency
from reports.models import OutlineSection
from reports.text import blocks, outline, placeholders
from reports.text.parts import OUTLINE, SECTIONS

PREFIXES = {"一": "overview", "五": "problems", "六": "other"}


class OutlineForm(CheckedForm):
    replaces = forms.ChoiceField(
        label="这一项",
        required=False,
        widget=UnfoldAdminSelectWidget,
        choices=[
            ("", "新增一个小标题"),
            *(
                (f"{part.number}、{part.heading}", [(one.key, f"替换：{one.heading}") for one in part.sections])
                for part in OUTLINE
                if part.sections
            ),
        ],
        help_text="替换通用提纲的一项（改名称、顺序，或不列入报告），或者新增一个小标题",
    )

    class Meta:
        model = OutlineSection
        fields = ["agency", "replaces", "part", "heading", "default", "position", "is_shown"]

    def clean_default(self) -> str:
        text = str(self.cleaned_data["default"]).replace("\r\n", "\n")
        faults = [f"不认识的数据名称：{{{name}}}" for name in placeholders.unknown_placeholders(text)]
        if faults := [*faults, *blocks.faults(text)]:
            raise ValidationError(faults)
        return text

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.instance.pk and not self.errors:
            replaced = self.cleaned_data["replaces"]
            self.instance.key = replaced or self._own_key()
            if replaced and "position" not in self.changed_data:
                self.cleaned_data["position"] = outline.usual_position(replaced)
        return self.cleaned_data if cleaned is None else cleaned

    def _own_key(self) -> str:
        """The next free one, ``other.own_3``: what is written under it is found by it."""
        prefix = PREFIXES[self.cleaned_data["part"]]
        taken = set(OutlineSection.objects.filter(key__startswith=f"{prefix}.own_").values_list("key", flat=True))
        return next(key for number in range(1, len(taken) + 2) if (key := f"{prefix}.own_{number}") not in taken)


@admin.register(OutlineSection)
class OutlineSectionAdmin(BackOfficeAdmin):
    form = OutlineForm
    list_display = ["heading", "part", "position", "is_shown", "agency"]
    list_filter = ["part", "is_shown"]
    list_select_related = ["agency"]
    search_fields = ["heading"]
    list_before_template = "admin/reports/outline_sets.html"
    fields = ["agency", "replaces", "part", "heading", "default", "position", "is_shown"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # What an entry stands for is settled when it is made; texts are kept under it.
        return [name for name in self.fields or [] if not (obj and name == "replaces")]

    def get_urls(self) -> list[Any]:
        adopt = self.admin_site.admin_view(require_POST(self.adopt))
        return [path("adopt/", adopt, name="reports_outlinesection_adopt"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        agencies = list(access.agencies_for(request.user, Action.CHANGE, Area.REPORTS)[:200])
        known = {section.key: section.heading for section in SECTIONS.values()}
        shown = [
            (
                f"{part.number}、{part.heading}",
                [(one.heading, known.get(one.key) != one.heading) for one in part.sections],
            )
            for part in (outline.of(agencies[0]).parts if len(agencies) == 1 else ())
            if not part.table
        ]
        context = {"agencies": agencies, "ready_sets": outline.READY_SETS.items(), "outline": shown}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def adopt(self, request: HttpRequest) -> HttpResponse:
        """A ready set becomes the agency's part six; one click."""
        reach = access.agencies_for(request.user, Action.CHANGE, Area.REPORTS)
        chosen, name = request.POST.get("agency", ""), request.POST.get("set", "")
        if not reach.exists():
            raise PermissionDenied
        if not (chosen.isascii() and chosen.isdigit()) or name not in outline.READY_SETS:
            self.message_user(request, "请选择机关和提纲", messages.ERROR)
            return redirect("admin:reports_outlinesection_changelist")
        agency = get_object_or_404(Agency.objects.filter(pk__in=reach.values("pk")), pk=int(chosen[:18]))
        title = outline.READY_SETS[name].title
        for row in outline.adopt(agency, name):
            history.record(row, by=request.user, step="adopt", what=f"采用{title}")
        told = f"{agency.name}已采用{title}。已经写好的文字都保留，不再列入的项目也不会丢失。"
        self.message_user(request, told, messages.SUCCESS)
        return redirect("admin:reports_outlinesection_changelist")
