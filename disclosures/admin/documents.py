"""规范性文件 in the back office: force, interpretation, the stock on a day, and 清理 as one step."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST
from unfold.decorators import display

from disclosures import access, cleanup, duties, stock
from disclosures.admin.public_words import PublicWordsForm
from disclosures.areas import Action, Area
from disclosures.asked import agency_asked, day_asked, workbook_response
from disclosures.back_office.base import BackOfficeAdmin, YearFilter
from disclosures.back_office.pages import TONES, DutyFilter, LinkedPages
from disclosures.dates import told
from disclosures.inspection.filters import FindingFilter
from disclosures.models import CleanUp, CleanUpResult, DutyTerm, NormativeDocument
from disclosures.people import name_of
from disclosures.terms import LAPSE_NOTICE, lapse_day

MOST = 200  # documents of one clean-up: what a form may post


class DocumentsIssuedIn(YearFilter):
    title, question = "制发年度", "issued_in"


class InForce(admin.SimpleListFilter):
    title, parameter_name = "效力", "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "现行有效"), ("no", "已废止、失效")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        standing = NormativeDocument.objects.in_force_on(timezone.localdate())
        return queryset.filter(pk__in=standing) if self.value() == "yes" else queryset.exclude(pk__in=standing)


class Lapsing(admin.SimpleListFilter):
    title, parameter_name = "临近失效", "lapse"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("soon", f"{LAPSE_NOTICE}日内失效")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.lapsing(timezone.localdate()) if self.value() else queryset


class InterpretationFilter(DutyFilter):
    title, parameter_name, open_words = "政策解读", "interpret", "应当解读、尚未解读"

    def owing(self, queryset: Any, day: date) -> Any:
        return queryset.without_interpretation(day)

    def band(self, key: str, day: date, used: dict[str, set[int]]) -> Q | None:
        return duties.interpretations_in(key, day, used)


class DocumentForm(PublicWordsForm):
    """A term in years suggests 失效日期 where none is given."""

    public_words = ("title", "number", "drafting_office")
    suggested: date | None = None

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        start, years = cleaned.get("effective_on") or cleaned.get("issued_on"), cleaned.get("valid_years")
        if start and years and not cleaned.get("lapsed_on") and "lapsed_on" in self.fields:
            self.suggested = cleaned["lapsed_on"] = lapse_day(start, years)
        return cleaned


@admin.register(NormativeDocument)
class NormativeDocumentAdmin(LinkedPages, BackOfficeAdmin):
    form = DocumentForm
    list_display = ["title", "number", "kind", "issued_on", "validity", "lapsed_on"]
    list_display += ["interpretation", "drafting_office"]
    list_filter = [FindingFilter, "kind", InForce, Lapsing, InterpretationFilter, DocumentsIssuedIn]
    search_fields = ["title", "number"]
    autocomplete_fields = ["item", "interpretations", "amended_by"]
    readonly_fields = ["validity", "interpretation_told", "clean_ups"]
    actions = ["clean_up"]
    fieldsets = [
        (None, {"fields": ["agency", "kind", "title", "number", "issued_on", "drafting_office", "item"]}),
        (
            "效力",
            {
                "fields": [
                    "validity", "effective_on", "valid_years", "lapsed_on", "repealed_on", "declared_lapsed",
                    "amended_on", "amended_by",
                ]
            },
        ),
        (
            "政策解读（谁起草、谁解读）",
            {"fields": ["interpretation_told", "published_on", "interpretations", "interpretation_waived"]},
        ),
        ("清理", {"fields": ["clean_ups"]}),
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_interpretation()

    def pages(self, request: HttpRequest) -> list[tuple[str, str]]:
        return [
            ("某一天的现行有效文件", reverse("admin:disclosures_normativedocument_stock")),
            ("历次清理", reverse("admin:disclosures_cleanup_changelist")),
        ]

    @display(description="效力", label={"有效": "success", "失效": "", "废止": "", "已修改": "info"})
    def validity(self, obj: NormativeDocument) -> str:
        return obj.validity_on(timezone.localdate()).label if obj.pk else "—"

    @display(description="政策解读", label=TONES)
    def interpretation(self, obj: NormativeDocument) -> tuple[str, str]:
        found = duties.interpretation_standing(obj, timezone.localdate())
        return found.tone, found.words

    @admin.display(description="解读情况")
    def interpretation_told(self, obj: NormativeDocument) -> str:
        if obj.pk is None:
            return "保存后显示"
        found = duties.interpretation_standing(obj, timezone.localdate())
        links = format_html_join(
            "",
            '<br><a class="in-text" href="{}">{}</a>（{}）',
            (
                (reverse("admin:disclosures_item_change", args=[item.pk]), item, item.get_state_display())
                for item in obj.interpretations.all()
            ),
        )
        return format_html("{}{}{}", found.words, f"：{found.why}" if found.why else "", links)

    @admin.display(description="历次清理")
    def clean_ups(self, obj: NormativeDocument) -> str:
        entries = obj.clean_up_entries.select_related("clean_up") if obj.pk else []  # type: ignore[attr-defined]
        return (
            format_html_join(
                "",
                '<p><a class="in-text" href="{}">{}</a>　{}　{}{}{}</p>',
                (
                    (
                        reverse("admin:disclosures_cleanup_change", args=[entry.clean_up_id]),
                        entry.clean_up,
                        entry.get_result_display(),
                        told(entry.on),
                        f"　{entry.note}" if entry.note else "",
                        "（已撤销）" if entry.clean_up.undone_at else "",
                    )
                    for entry in entries
                ),
            )
            or "—"
        )

    @admin.action(description="清理：保留、修改、废止、宣布失效")
    def clean_up(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        chosen = list(queryset.order_by("pk").values_list("pk", "agency_id")[: MOST + 1])
        if len(chosen) > MOST:
            self.message_user(request, f"一次最多清理{MOST}份文件，请分批选择", messages.ERROR)
        elif len({agency for _, agency in chosen}) > 1:
            self.message_user(request, "一次清理只能是同一个机关的文件，请先按机关筛选", messages.ERROR)
        else:
            keys = ",".join(str(pk) for pk, _ in chosen)
            return redirect(f"{reverse('admin:disclosures_cleanup_add')}?documents={keys}")
        return None

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        if not access.can(request.user, Action.CHANGE, Area.PUBLISHING):
            offered.pop("clean_up", None)
        return offered

    def save_model(self, request: HttpRequest, obj: NormativeDocument, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if form.suggested:
            said = f"已按有效期{obj.valid_years}年填入失效日期{told(form.suggested)}，请与文件核对"
            self.message_user(request, said, messages.WARNING)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("stock/", view(self.stock_page), name="disclosures_normativedocument_stock"),
            path("stock/download/", view(self.stock_download), name="disclosures_normativedocument_stock_download"),
            *super().get_urls(),
        ]

    def stock_page(self, request: HttpRequest) -> HttpResponse:
        """现行有效规范性文件 on any day."""
        agency, agencies = agency_asked(request, Action.VIEW, Area.PUBLISHING)
        if agency is None:
            raise PermissionDenied
        day, fault = day_asked(request)
        context = {
            **self.admin_site.each_context(request),
            "title": stock.TITLE,
            "opts": self.opts,
            "agency": agency,
            "agencies": agencies,
            "day": day,
            "fault": fault,
            "rows": stock.on(agency, day),
        }
        return TemplateResponse(request, "admin/disclosures/stock.html", context)

    def stock_download(self, request: HttpRequest) -> HttpResponse:
        agency, _ = agency_asked(request, Action.VIEW, Area.PUBLISHING)
        if agency is None:
            raise PermissionDenied
        day, _ = day_asked(request)
        return workbook_response(stock.workbook(agency, day, stock.on(agency, day)), stock.file_name(agency, day))


# 清理


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class HeadForm(forms.Form):
    basis = forms.CharField(label="清理决定文号", max_length=60, help_text="例如：文政发〔2026〕3号")
    on = forms.DateField(label="日期", widget=day_input(), help_text="各份文件没有另填日期的，都用这一天")
    result = forms.ChoiceField(
        label="结果",
        required=False,
        choices=[("", "逐份选择"), *CleanUpResult.choices],
        help_text="各份文件没有另选结果的，都用这一项",
    )


class RowForm(forms.Form):
    document = forms.IntegerField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label="结果", required=False, choices=[("", "同上"), *CleanUpResult.choices])
    on = forms.DateField(label="日期", required=False, widget=day_input())
    note = forms.CharField(label="说明", required=False, max_length=200)


Rows = forms.formset_factory(RowForm, extra=0, max_num=MOST, absolute_max=MOST)


class CleanUpPage:
    """The page of one clean-up as filled in: its choices, and what stands against them."""

    def __init__(self, data: Any, documents: dict[int, NormativeDocument]) -> None:
        initial = [{"document": pk} for pk in documents]
        self.head = HeadForm(data, initial={"on": timezone.localdate()})
        self.rows = Rows(data, initial=initial)
        self.documents = documents
        for place, row in enumerate(self.rows, start=1):
            for field in row.visible_fields():
                field.field.widget.attrs["aria-label"] = f"第{place}份的{field.label}"

    def is_valid(self) -> bool:
        valid = self.head.is_valid() & self.rows.is_valid()
        if len(self.lines()) < len(self.rows.forms):
            self.head.add_error(None, "有的文件不属于您能清理的机关或者已被删除，请回到列表重新选择")
            return False
        return valid and not [row for row in self.rows if self._refused(row)]

    def _refused(self, row: Any) -> bool:
        choice = self.choice_of(row)
        if not choice:
            row.add_error("result", "请选择清理结果")
        elif why := cleanup.refusal(self.documents[choice.document], choice.result, choice.on):
            row.add_error(None, why)
        return bool(row.errors)

    def choice_of(self, row: Any) -> cleanup.Choice | None:
        head, own = self.head.cleaned_data, row.cleaned_data
        result = own["result"] or head["result"]
        if not result:
            return None
        return cleanup.Choice(own["document"], CleanUpResult(result), own["on"] or head["on"], own["note"])

    def choices(self) -> list[cleanup.Choice]:
        return [choice for row in self.rows if (choice := self.choice_of(row))]

    def lines(self) -> list[dict[str, Any]]:
        """Each row with its document and, once it is checked, what the decision says of it."""
        day, checked = timezone.localdate(), self.rows.is_bound and self.rows.is_valid() and self.head.is_valid()
        return [
            {
                "form": row,
                "document": document,
                "validity": document.validity_on(day).label,
                "choice": self.choice_of(row) if checked else None,
            }
            for row in self.rows
            if (document := self.documents.get(_key(row["document"].value())))
        ]


def _key(text: Any) -> int:
    return int(text) if str(text).isascii() and str(text).isdigit() and len(str(text)) < 15 else 0


@admin.register(CleanUp)
class CleanUpAdmin(BackOfficeAdmin):
    list_display = ["basis", "agency", "made_at", "person", "number", "stands"]
    search_fields = ["basis"]
    list_select_related = ["agency", "by"]
    empty_hint = "请在规章、规范性文件列表中勾选同一个机关的文件，再选择操作“清理”。"
    offers_add_when_empty = False
    fields = ("basis", "agency", "made_at", "person", "stands", "results")
    change_form_outer_before_template = "admin/disclosures/steps.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.can(request.user, Action.CHANGE, Area.PUBLISHING)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is carried out and undone as a whole

    has_delete_permission = has_change_permission

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).annotate(size=Count("entries"))

    def get_urls(self) -> list[Any]:
        undo = self.admin_site.admin_view(require_POST(self.undo))
        return [path("<int:pk>/undo/", undo, name="disclosures_cleanup_undo"), *super().get_urls()]

    @admin.display(description="登记人")
    def person(self, obj: CleanUp) -> str:
        return name_of(obj.by) or "—"

    @admin.display(description="文件数", ordering="size")
    def number(self, obj: Any) -> str:
        return f"{obj.size}份"

    @display(description="状态", label={"已登记": "success", "已撤销": ""})
    def stands(self, obj: CleanUp) -> str:
        return "已撤销" if obj.undone_at else "已登记"

    @admin.display(description="清理结果")
    def results(self, obj: CleanUp) -> str:
        entries = obj.entries.select_related("document")  # type: ignore[attr-defined]
        return render_to_string("admin/disclosures/clean_up_results.html", {"entries": entries, "clean_up": obj})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """清理: chosen in the list, filled in, previewed, then confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        documents = self._chosen(request)
        page = CleanUpPage(request.POST or None, documents)
        context: dict[str, Any] = {"page": page, "documents": documents, "most": MOST}
        if request.method == "POST" and documents and page.is_valid():
            if "confirm" in request.POST:
                if made := self._carry_out(request, page):
                    return redirect("admin:disclosures_cleanup_change", made.pk)
            else:
                context["checked"] = "back" not in request.POST
        context |= {**self.admin_site.each_context(request), "title": "清理规范性文件", "opts": self.opts}
        return TemplateResponse(request, "admin/disclosures/clean_up.html", context)

    def _chosen(self, request: HttpRequest) -> dict[int, NormativeDocument]:
        """The documents of the address or the form, of one agency for which the person may act."""
        posted = [str(value) for name, value in request.POST.items() if name.endswith("-document")]
        asked = posted if request.method == "POST" else request.GET.get("documents", "").split(",")
        keys = [key for text in asked[:MOST] if (key := _key(text))]
        rows = access.visible_to(request.user, NormativeDocument.objects.filter(pk__in=keys), Action.CHANGE)
        found = {document.pk: document for document in rows.select_related("agency").order_by("issued_on", "pk")}
        one_agency = len({document.agency_id for document in found.values()}) == 1
        return found if one_agency else {}

    def _carry_out(self, request: HttpRequest, page: CleanUpPage) -> CleanUp | None:
        agency = next(iter(page.documents.values())).agency
        try:
            made = cleanup.carry_out(
                agency=agency, basis=page.head.cleaned_data["basis"], choices=page.choices(), by=request.user
            )
        except ValidationError as fault:
            page.head.add_error(None, fault)
            return None
        self.log_addition(request, made, f"清理{len(page.documents)}份文件")
        messages.success(request, f"已登记{len(page.documents)}份文件的清理结果")
        return made

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        steps = []
        if found and not cleanup.refusal_to_undo(found, request.user):
            address = reverse("admin:disclosures_cleanup_undo", args=[found.pk])
            steps = [{"address": address, "label": "撤销这次清理", "reason": True, "name": "undo"}]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "steps": steps})

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            cleanup.undo(clean_up=found, by=request.user, reason=request.POST.get("reason", ""))
            self.message_user(request, "已撤销，各份文件恢复为清理以前的效力", messages.SUCCESS)
        except ValidationError as fault:
            self.message_user(request, "；".join(fault.messages), messages.ERROR)
        return redirect("admin:disclosures_cleanup_change", pk)


@admin.register(DutyTerm)
class DutyTermAdmin(BackOfficeAdmin):
    list_display = ["kind", "days", "since", "agency"]
    empty_hint = "没有另行设置的，政策解读与文件同步，行政决定公示按7个工作日提醒；当地另有规定的在这里设置。"
    list_filter = ["kind"]
    list_select_related = ["agency"]
