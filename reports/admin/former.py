"""以前年度报告: last year's numbers of an office that has just begun with this system, from a file or typed."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, choices
from disclosures.models import Agency
from disclosures.people import name_of
from reports import opening
from reports.back_office.checking import KINDS, ReportField
from reports.back_office.read_tables import marked_tables
from reports.cells import label_of
from reports.checks import Sheet
from reports.models import FIRST_YEAR, FormerReport
from reports.reading import Reading

GROUPS = (
    ("结转下年度继续办理的申请", opening.CARRIED_OUT, "年度报告表三最后一行，没有的填0"),
    ("尚未审结的复议、诉讼", opening.PENDING, "年度报告表四各组的“尚未审结”"),
    ("现行有效的文件", opening.IN_FORCE, "年度报告表二的“现行有效件数”"),
)
CHANNELS = ("全年发布信息（用于图表的上年对比，可以不填）", opening.CHANNELS, "")


def field_name(code: str) -> str:
    return code.replace(".", "__")


class FormerForm(forms.Form):
    """Agency and year are asked only when a report is entered."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="机关")
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=2100, help_text="报告哪一年的工作")
    file = ReportField(label="年度报告文件", required=False, max_length=200, help_text=KINDS)
    source = forms.CharField(
        label="来源",
        max_length=200,
        required=False,
        help_text="数据出自哪里，例如：区政府网站公布的年度报告；上传文件的可以不填",
    )

    def __init__(self, *args: Any, user: Any, stored: FormerReport | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sheet = Sheet(stored.document["tables"]) if stored else None
        counts = opening.channel_counts(stored.document) if stored else {}
        for code in opening.CARRYING:
            self._number(field_name(code), _label(code), sheet.number(code) if sheet else None)
        for kind, label in opening.CHANNELS.items():
            self._number(kind, label, counts.get(kind))
        self.stored = stored
        if stored:
            del self.fields["agency"], self.fields["year"]
            self.fields["source"].initial = stored.source
            self.fields["file"].help_text = f"重新上传将替换全部数字。{KINDS}"
            return
        found = choices(user, FormerReport, Agency.objects.all(), Action.CHANGE)
        self.fields["agency"].queryset = found  # type: ignore[attr-defined]
        sole = list(found[:2])
        self.fields["agency"].initial = sole[0].pk if len(sole) == 1 else None
        self.fields["year"].initial = timezone.localdate().year - 2

    def _number(self, name: str, label: str, initial: int | None) -> None:
        self.fields[name] = forms.IntegerField(
            label=label, required=False, min_value=0, max_value=opening.LARGEST - 1, initial=initial
        )

    @property
    def first(self) -> list[Any]:
        return [self[name] for name in ("agency", "year", "file", "source") if name in self.fields]

    @property
    def groups(self) -> list[tuple[str, list[Any], str]]:
        found = [(title, [self[field_name(code)] for code in codes], told) for title, codes, told in GROUPS]
        return [*found, (CHANNELS[0], [self[kind] for kind in CHANNELS[1]], CHANNELS[2])]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        reading, year = cleaned.get("file"), cleaned.get("year") or (self.stored and self.stored.year)
        if isinstance(reading, Reading) and reading.year and year and reading.year != year:
            self.add_error("file", f"文件是{reading.year}年度的报告，不是{year}年度的，请核对")
        return cleaned

    def document(self) -> dict[str, Any]:
        """The file's numbers, and over them those that were typed."""
        cleaned = self.cleaned_data
        reading = cleaned.get("file")
        base = opening.document_of(reading) if reading else self.stored.document if self.stored else None
        wanted = [code for code in opening.CARRYING if self._counts(field_name(code), bool(reading))]
        kinds = [kind for kind in opening.CHANNELS if self._counts(kind, bool(reading))]
        return opening.typed(
            {code: cleaned[field_name(code)] for code in wanted}, {kind: cleaned[kind] for kind in kinds}, base
        )

    def _counts(self, name: str, with_file: bool) -> bool:
        """Beside a file only a number that was just typed; without one also a number that was just taken out."""
        return name in self.changed_data and (not with_file or self.cleaned_data[name] is not None)


def _label(code: str) -> str:
    if code.startswith("requests."):
        return label_of(code).partition("·")[2]
    return label_of(code).replace("·现行有效件数", "") if code.startswith("proactive.") else label_of(code)


@admin.register(FormerReport)
class FormerReportAdmin(BackOfficeAdmin):
    list_display = ["agency", "year", "source", "entered_by", "entered_at"]
    list_filter = ["year"]
    search_fields = ["agency__name"]
    list_select_related = ["agency", "entered_by"]
    fields = ["agency", "year", "source"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        if not access.can(request.user, Action.CHANGE, Area.REPORTS):
            raise PermissionDenied
        return self._page(request, None)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        stored = self.get_object(request, object_id)
        if stored is None:
            raise Http404
        return self._page(request, stored)

    def _page(self, request: HttpRequest, stored: FormerReport | None) -> HttpResponse:
        may_edit = stored is None or access.can(request.user, Action.CHANGE, Area.REPORTS, stored.agency)
        if request.method == "POST" and not may_edit:
            raise PermissionDenied
        form = FormerForm(request.POST or None, request.FILES or None, user=request.user, stored=stored)
        if request.method == "POST" and form.is_valid():
            saved = self._saved(request, form, stored)
            if saved is not None:
                return redirect(reverse("admin:reports_formerreport_change", args=[saved.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": str(stored) if stored else "录入以前年度报告",
            "opts": self.opts,
            "stored": stored,
            "entered_by": name_of(stored.entered_by) if stored else "",
            "form": form,
            "may_edit": may_edit,
            "read_tables": marked_tables(stored.document["tables"]) if stored else [],
        }
        return TemplateResponse(request, "admin/reports/former.html", context)

    def _saved(self, request: HttpRequest, form: FormerForm, stored: FormerReport | None) -> FormerReport | None:
        cleaned = form.cleaned_data
        reading = cleaned.get("file")
        agency, year = (stored.agency, stored.year) if stored else (cleaned["agency"], cleaned["year"])
        named = PurePath(str(getattr(request.FILES["file"], "name", ""))).name if reading else ""
        try:
            saved = opening.enter(
                agency=agency,
                year=year,
                document=form.document(),
                source=(cleaned["source"] or named)[:200],
                by=request.user,
                form=reading.form if reading else "",
            )
        except ValidationError as fault:
            form.add_error(None, fault) if not hasattr(fault, "error_dict") else _tell(form, fault)
            return None
        self.message_user(request, f"已保存{agency}{year}年度报告的数据", messages.SUCCESS)
        self._say_of(request, reading, agency)
        return saved

    def _say_of(self, request: HttpRequest, reading: Reading | None, agency: Agency) -> None:
        if reading is None:
            return
        if reading.agency and reading.agency != agency.name:
            told = f"文件写的机关是“{reading.agency}”，请核对是不是{agency}的报告"
            self.message_user(request, told, messages.WARNING)
        blank = len(reading.unread)
        if blank:
            told = "；".join(note.message for note in list(reading.unread.values())[:3])
            self.message_user(
                request, f"有{blank}个单元格没有数字，已留空：{told}{'等' if blank > 3 else ''}", messages.WARNING
            )
        for note in [note for note in reading.notes if note.kind in ("table", "form")][:5]:
            self.message_user(request, note.message, messages.WARNING)


def _tell(form: FormerForm, fault: ValidationError) -> None:
    """A fault of a field that the form does not ask for stands above it."""
    for name, errors in fault.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
