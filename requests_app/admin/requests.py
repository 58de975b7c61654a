from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from disclosures import access, calendars
from disclosures.admin_base import BackOfficeAdmin, BackOfficeInline, CheckedForm, YearFilter
from disclosures.working_days import CalendarNotCovered
from requests_app import actions, clocks
from requests_app.admin.due import TONES, DueFilter, light_of, told
from requests_app.enums import EventKind
from requests_app.models import DisclosureRequest, Letter, RequestEvent

HIDDEN = "（已隐藏，仅经办人可见）"
ONCE = {EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED, EventKind.EXTENDED}


class ReceivedIn(YearFilter):
    title, question = "收到年度", "received_in"


class EventForm(CheckedForm):
    def _get_validation_exclusions(self) -> Any:
        # An opinion that names no consultation is given one by the formset, which sees them all.
        given = self.cleaned_data
        unpaired = given.get("kind") == EventKind.CONSULTATION_RETURNED and not given.get("answers")
        return super()._get_validation_exclusions() | ({"answers"} if unpaired else set())


class EventFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        forms = [
            form
            for form in self.forms
            if not self._should_delete_form(form) and form.instance.on and form.instance.kind
        ]
        seen: set[str] = set()
        for form in forms:
            event = form.instance
            if event.kind in ONCE and event.kind in seen:
                form.add_error("kind", f"“{event.get_kind_display()}”只能有一次（条例第三十条、第三十三条）")
            seen.add(event.kind)
            if event.kind == EventKind.EXTENDED and event.days is None:
                # The database takes an unknown number for a lawful one.
                form.add_error("days", "延长答复期限须填1至20个工作日（条例第三十三条）")
            if self.instance.received_on and event.on < self.instance.received_on:
                form.add_error("on", "早于收到日期")
        try:
            actions.pair_opinions(form.instance for form in forms)
        except ValidationError as fault:
            opinion = next(form for form in forms if form.instance.kind == EventKind.CONSULTATION_RETURNED)
            opinion.add_error("kind", fault)


class RequestEventInline(BackOfficeInline):
    model = RequestEvent
    form, formset = EventForm, EventFormSet
    fk_name = "request"
    fields = ["kind", "on", "days", "until", "amount", "note", "answers"]

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.parent = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "answers":
            sent = RequestEvent.objects.filter(kind=EventKind.CONSULTATION_SENT)
            kwargs["queryset"] = sent.filter(request=self.parent) if self.parent else sent.none()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class RequestForm(CheckedForm):
    def clean(self) -> Any:
        cleaned = super().clean()
        if {"received_on", "arrived_on"}.isdisjoint(self.errors) and not (
            self.cleaned_data.get("received_on") or self.cleaned_data.get("arrived_on")
        ):
            self.add_error("received_on", "收到日期和送达日期至少填写一个")
        return cleaned


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(BackOfficeAdmin):
    form = RequestForm
    list_display = ["number", "applicant", "applicant_kind", "received_on", "due", "light", "state", "outcome"]
    list_filter = [DueFilter, "state", "applicant_kind", "outcome", "channel", ReceivedIn]
    search_fields = ["number", "description"]
    list_select_related = ["agency"]
    inlines = [RequestEventInline]
    fieldsets = [
        (None, {"fields": ["agency", "number", "state", "due", "reminder"]}),
        ("申请人", {"fields": ["applicant_kind", "applicant_name", "id_number", "contact"]}),
        ("申请", {"fields": ["channel", "arrived_on", "received_on", "description"]}),
        ("办理结果", {"fields": ["outcome", "answered_on"]}),
        ("期限是怎样算出来的", {"fields": ["explanation"]}),
    ]

    @admin.display(description="申请人")
    def applicant(self, obj: DisclosureRequest) -> str:
        return HIDDEN

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        user = request.user

        @admin.display(description="申请人")
        def applicant(obj: DisclosureRequest) -> str:
            return obj.applicant_name if access.sees_identity(user, obj.agency) else HIDDEN

        return [applicant if name == "applicant" else name for name in super().get_list_display(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        computed = ["state", "due", "reminder", "explanation", "hidden_identity"]
        return [*super().get_readonly_fields(request, obj), *computed]

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
        return told(obj.due_on) or obj.due_note or "—"

    @display(description="提醒", label=TONES)
    def light(self, obj: DisclosureRequest) -> tuple[str, str]:
        return light_of(obj, timezone.localdate())

    @admin.display(description="提醒")
    def reminder(self, obj: DisclosureRequest) -> str:
        return light_of(obj, timezone.localdate())[1] if obj.pk else "—"

    @admin.display(description="逐日计算")
    def explanation(self, obj: DisclosureRequest) -> str:
        if obj.pk is None or obj.received_on is None:
            return "填写收到日期并保存后显示"
        if obj.due_on is None:
            return obj.due_note or "—"
        try:
            arguments = actions.clock_arguments(actions.events_of(obj))
            steps = clocks.explain(obj.received_on, calendar=calendars.current(), **arguments)
        except (CalendarNotCovered, ValueError) as error:
            return str(error)
        return render_to_string("admin/requests_app/explanation.html", {"steps": steps})

    def save_model(self, request: HttpRequest, obj: DisclosureRequest, form: Any, change: bool) -> None:
        if change:
            actions.save(request=obj)
        else:
            actions.register(request=obj, by=request.user)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not RequestEvent:
            super().save_formset(request, form, formset, change)
            return
        events = formset.save(commit=False)
        for event in formset.deleted_objects:
            event.delete()
        # An opinion names the consultation it answers, which must be stored first.
        for event in sorted(events, key=lambda event: event.kind == EventKind.CONSULTATION_RETURNED):
            event.answers = event.answers
            event.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.refresh(request=form.instance)


@admin.register(Letter)
class LetterAdmin(BackOfficeAdmin):
    list_display = ["number", "title", "request", "dated_on", "sent_on", "delivered_on"]
    search_fields = ["number", "title"]
    list_select_related = ["request"]
    autocomplete_fields = ["request"]
