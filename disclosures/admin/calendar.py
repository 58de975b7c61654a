"""节假日安排 in the back office: the years, a page to load one, and what each change moved.

Everyone on the staff may look: their cases are counted by it. Who may change it, ``access.keeps_calendar`` says.
"""

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
from django.utils.html import format_html

from disclosures import access, calendars
from disclosures.areas import Action
from disclosures.back_office.base import SafePage
from disclosures.calendar_entry import Entry, as_text, from_text, from_workbook
from disclosures.calendars import Moved
from disclosures.ledger import UnusableFile, read
from disclosures.models import CalendarChange, CalendarNotice, DayKind
from disclosures.models.calendar import FIRST_YEAR, LAST_YEAR

SHOWN = 500  # cases that moved, on one page
SHOWN_FAULTS = 100


class CalendarForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    number = forms.CharField(label="通知文号", max_length=60, required=False, help_text="例如：国办发明电〔2025〕7号")
    issued_on = forms.DateField(
        label="成文日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    source = forms.URLField(
        label="出处网址",
        required=False,
        max_length=200,
        assume_scheme="https",
        help_text="中国政府网上这份通知的网址",
    )
    lines = forms.CharField(
        label="放假和调休上班日期",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="一行一个日期或一段日期，写全这一年。例如：2026-01-01至2026-01-03 放假 元旦；"
        "调休上班的日期这样写：2026-01-04 调休上班",
    )
    file = forms.FileField(
        label="或者上传工作簿（.xlsx）", required=False, help_text="三列：日期、类型（放假或调休上班）、名称"
    )
    version = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        field = "file" if cleaned.get("file") else "lines"
        if field == "file" and cleaned.get("lines"):
            self.add_error("file", "日期已经写在上面，又上传了工作簿；请只用其中一种")
            return cleaned
        entry = self._read(cleaned)
        faults = entry.faults_with(calendars.faults_of(cleaned["year"], entry.days, whole=not entry.faults))
        if len(faults) > SHOWN_FAULTS:
            faults = [*faults[:SHOWN_FAULTS], f"另有{len(faults) - SHOWN_FAULTS}处，请先改正以上问题"]
        if faults:
            self.add_error(field, [*faults])
        return {**cleaned, "days": entry.days}

    @staticmethod
    def _read(cleaned: dict[str, Any]) -> Entry:
        if not cleaned.get("file"):
            return from_text(cleaned["lines"])
        try:
            return from_workbook(read(cleaned["file"]))
        except UnusableFile as fault:
            return Entry(faults=[str(fault)])


def seen_by(user: Any, moved: list[Moved]) -> tuple[list[Moved], int]:
    """The moved cases that the person may see, and how many more there are."""
    reach = {
        area: set(access.agencies_for(user, Action.VIEW, area).values_list("pk", flat=True))
        for area in {case.area for case in moved}
    }
    seen = [case for case in moved if case.agency in reach[case.area]]
    return seen[:SHOWN], len(moved) - len(seen[:SHOWN])


@admin.register(CalendarNotice)
class CalendarNoticeAdmin(SafePage):
    list_display = ["year_told", "number", "rest_days", "make_up_days", "updated_at", "by"]
    list_select_related = ["by"]
    fields = ["year", "number", "issued_on", "source_link", "by", "updated_at", "arrangement", "changes"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.is_staff_member(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return access.is_staff_member(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return access.keeps_calendar(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a year is loaded as a whole

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return access.keeps_calendar(request.user)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*self.fields, *(["correct"] if access.keeps_calendar(request.user) else [])]

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        offered.pop("delete_selected", None)
        return offered

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .annotate(
                rest=Count("days", filter=Q(days__kind=DayKind.REST)),
                work=Count("days", filter=Q(days__kind=DayKind.WORK)),
            )
        )

    @admin.display(description="年度", ordering="year")
    def year_told(self, obj: CalendarNotice) -> str:
        return f"{obj.year}年"

    @admin.display(description="放假天数", ordering="rest")
    def rest_days(self, obj: Any) -> str:
        return f"{obj.rest}天"

    @admin.display(description="调休上班天数", ordering="work")
    def make_up_days(self, obj: Any) -> str:
        return f"{obj.work}天"

    @admin.display(description="出处网址")
    def source_link(self, obj: CalendarNotice) -> str:
        return format_html('<a class="in-text" href="{0}">{0}</a>', obj.source) if obj.source else "—"

    @admin.display(description="放假和调休上班日期")
    def arrangement(self, obj: CalendarNotice) -> str:
        return render_to_string("admin/disclosures/calendar_days.html", {"days": obj.days.all()})  # type: ignore[attr-defined]

    @admin.display(description="安排有误")
    def correct(self, obj: CalendarNotice) -> str:
        page = reverse("admin:disclosures_calendarnotice_add")
        return format_html('<a class="in-text" href="{}?year={}">更正这一年的安排</a>', page, obj.year)

    @admin.display(description="变更记录")
    def changes(self, obj: CalendarNotice) -> str:
        made = CalendarChange.objects.filter(year=obj.year).select_related("by")[:20]
        return render_to_string("admin/disclosures/calendar_changes.html", {"changes": made})

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.change_page)
        return [path("changes/<int:pk>/", page, name="disclosures_calendarchange"), *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """载入一年的安排: filled in, checked with what would move, then confirmed."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = CalendarForm(request.POST, request.FILES) if request.method == "POST" else self._form_of_year(request)
        context: dict[str, Any] = {"form": form}
        if request.method == "POST" and form.is_valid():
            if "confirm" in request.POST:
                if change := self._store(request, form):
                    messages.success(request, f"已保存{change.year}年的安排，未办结案件的期限已重新计算")
                    return redirect("admin:disclosures_calendarchange", pk=change.pk)
            else:
                context |= self._preview(request, form)
        context |= {**self.admin_site.each_context(request), "title": "载入一年的节假日安排", "opts": self.opts}
        return TemplateResponse(request, "admin/disclosures/calendar_load.html", context)

    def _form_of_year(self, request: HttpRequest) -> CalendarForm:
        asked = request.GET.get("year", "")
        known = asked.isascii() and asked.isdigit() and len(asked) == 4
        notice = CalendarNotice.objects.filter(year=int(asked)).first() if known else None
        if notice is None:
            return CalendarForm(initial={"year": asked if known else None})
        told = {name: getattr(notice, name) for name in ("year", "number", "issued_on", "source")}
        return CalendarForm(initial={**told, "lines": as_text(calendars.days_of(notice.year))})

    def _preview(self, request: HttpRequest, form: CalendarForm) -> dict[str, Any]:
        given = form.cleaned_data
        moved = calendars.preview_year(year=given["year"], days=given["days"])
        seen, more = seen_by(request.user, moved)
        version = calendars.version_of(given["year"])
        again = {**{name: given[name] or "" for name in ("year", "number", "issued_on", "source")}, "version": version}
        return {
            "again": {**again, "lines": as_text(given["days"])},
            "known": bool(version),
            "days": sorted(given["days"], key=lambda day: day.day),
            "rest": sum(day.kind == DayKind.REST for day in given["days"]),
            "work": sum(day.kind == DayKind.WORK for day in given["days"]),
            "moved": seen,
            "more": more,
            "total": len(moved),
        }

    def _store(self, request: HttpRequest, form: CalendarForm) -> CalendarChange | None:
        given = form.cleaned_data
        try:
            change = calendars.replace_year(
                **{name: given[name] for name in ("year", "days", "number", "issued_on", "source", "version")},
                by=request.user,
            )
        except ValidationError as fault:
            form.add_error(None, fault)
            return None
        notice = CalendarNotice.objects.get(year=given["year"])
        self.log_change(request, notice, f"{change.what}，{len(change.moved)}件案件的期限变动")
        return change

    def change_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What a change moved: the person's own part of it."""
        change = get_object_or_404(CalendarChange.objects.select_related("by"), pk=pk)
        moved = calendars.moved_of(change)
        seen, more = seen_by(request.user, moved)
        context = {"change": change, "moved": seen, "more": more, "total": len(moved), "opts": self.opts}
        context |= {**self.admin_site.each_context(request), "title": f"{change.year}年：{change.what}"}
        return TemplateResponse(request, "admin/disclosures/calendar_change.html", context)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        notice = self.get_object(request, object_id)
        try:
            if notice is not None and self.has_delete_permission(request):
                calendars.refuse_removal(notice.year)
            return super().delete_view(request, object_id, extra_context)
        except ValidationError as fault:
            messages.error(request, fault.messages[0])
            return redirect("admin:disclosures_calendarnotice_change", object_id)

    def delete_model(self, request: HttpRequest, obj: CalendarNotice) -> None:
        calendars.remove_year(year=obj.year, by=request.user)
