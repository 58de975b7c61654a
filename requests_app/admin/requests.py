"""The request desk: the list by light, the page of a case, its registration."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet

from disclosures import access, history
from disclosures.areas import Action, Area, roles_with
from disclosures.back_office.base import BackOfficeAdmin, BackOfficeInline, CheckedForm, FirstComeForm, YearFilter
from disclosures.dates import told
from disclosures.ledger.sheets import IMPORTED
from disclosures.people import name_of
from requests_app import actions
from requests_app.admin import case_pages
from requests_app.admin.due import TONES, DueFilter, light_of
from requests_app.desk import mine
from requests_app.enums import EventKind, RequestChannel
from requests_app.models import ApplicantMessage, DisclosureRequest, MessageKind, RequestEvent
from requests_app.standing import pair_opinions

HIDDEN = "（已隐藏，仅经办人可见）"
ONCE = {EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED, EventKind.EXTENDED}


class ReceivedIn(YearFilter):
    title, question = "收到年度", "received_in"


class MineFilter(admin.SimpleListFilter):
    title, parameter_name = "经办", "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "我的（含还没有经办人的）"), ("none", "还没有经办人")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return mine(request.user, queryset)
        return queryset.filter(handler=None) if self.value() == "none" else queryset


class UnconfirmedFilter(admin.SimpleListFilter):
    title, parameter_name = "收到日期", "unconfirmed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("online", "网络申请，尚未确认"), ("all", "尚未确认")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "online":
            return queryset.unconfirmed().filter(channel=RequestChannel.ONLINE)
        return queryset.unconfirmed() if self.value() == "all" else queryset


class SpamFilter(admin.SimpleListFilter):
    """What the portal noted; such cases are handled as any other."""

    title, parameter_name = "疑似垃圾信息", "spam"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "疑似"), ("no", "其余")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "yes":
            return queryset.exclude(spam_signs="")
        return queryset.filter(spam_signs="") if self.value() == "no" else queryset


class OnlineFilter(admin.SimpleListFilter):
    """The 工作台 counts with the same question."""

    title, parameter_name = "申请人网上提交", "online"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(kind.value), f"{kind.label}，待处理") for kind in MessageKind]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return (
            queryset.filter(pk__in=ApplicantMessage.objects.cases_waiting(str(self.value())))
            if self.value()
            else queryset
        )


# Steps taken before the case was entered here


class EventForm(CheckedForm):
    def _get_validation_exclusions(self) -> Any:
        # An opinion that names no consultation is given one by the formset, which sees them all.
        given = self.cleaned_data
        unpaired = given.get("kind") == EventKind.CONSULTATION_RETURNED and not given.get("answers")
        return super()._get_validation_exclusions() | ({"answers"} if unpaired else set())


class EventFormSet(PaginationInlineFormSet):
    def clean(self) -> None:
        super().clean()
        given = [
            form
            for form in self.forms
            if not self._should_delete_form(form) and form.instance.on and form.instance.kind
        ]
        seen: set[str] = set()
        for form in given:
            event = form.instance
            if event.kind in ONCE and event.kind in seen:
                form.add_error("kind", f"“{event.get_kind_display()}”只能有一次（条例第三十条、第三十三条）")
            seen.add(event.kind)
            if event.kind == EventKind.EXTENDED and event.days is None:
                # The database takes an unknown number for a lawful one.
                form.add_error("days", "延长答复期限须填1至20个工作日（条例第三十三条）")
            if event.on > timezone.localdate():
                form.add_error("on", "日期不能晚于今天")
            if self.instance.received_on and event.on < self.instance.received_on:
                form.add_error("on", "早于收到日期")
            self._check_correction(form, given)
        try:
            pair_opinions(form.instance for form in given)
        except ValidationError as fault:
            opinion = next(form for form in given if form.instance.kind == EventKind.CONSULTATION_RETURNED)
            opinion.add_error("kind", fault)

    @staticmethod
    def _check_correction(form: Any, given: list[Any]) -> None:
        if form.instance.kind != EventKind.CORRECTION_RECEIVED:
            return
        asked = [other.instance.on for other in given if other.instance.kind == EventKind.CORRECTION_ASKED]
        if not asked:
            form.add_error("kind", "填了收到补正，须先填告知补正")
        elif form.instance.on < min(asked):
            form.add_error("on", "早于告知补正的日期")


class PastSteps(BackOfficeInline):
    model = RequestEvent
    form, formset = EventForm, EventFormSet
    fk_name = "request"
    verbose_name_plural = "登记之前已经办过的步骤（补录，没有的不填）"
    fields = ["kind", "on", "days", "until", "amount", "note"]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            closing = {EventKind.ANSWERED, EventKind.DELIVERED, EventKind.WITHDRAWN}
            kwargs["choices"] = [("", "—"), *[choice for choice in EventKind.choices if choice[0] not in closing]]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


class RequestForm(FirstComeForm):
    what = "这件申请"

    def clean(self) -> Any:
        cleaned = super().clean()
        if {"received_on", "arrived_on"}.isdisjoint(self.errors) and not (
            self.cleaned_data.get("received_on") or self.cleaned_data.get("arrived_on")
        ):
            self._tell("received_on", "收到日期和送达日期至少填写一个")
        for name in ("received_on", "arrived_on"):
            if (day := self.cleaned_data.get(name)) and day > timezone.localdate():
                self._tell(name, "日期不能晚于今天")
        return cleaned

    def _tell(self, name: str, message: str) -> None:
        self.add_error(name if name in self.fields else None, message)


@admin.register(DisclosureRequest)
class DisclosureRequestAdmin(case_pages.CasePages, BackOfficeAdmin):
    form = RequestForm
    list_display = [
        "number",
        "applicant",
        "applicant_kind",
        "received_on",
        "due",
        "light",
        "state",
        "handled_by",
        "outcome",
        "spam",
    ]
    list_filter = [
        DueFilter,
        MineFilter,
        UnconfirmedFilter,
        SpamFilter,
        OnlineFilter,
        "state",
        "applicant_kind",
        "outcome",
        "channel",
        ReceivedIn,
    ]
    search_fields = ["number", "description"]
    search_help_text = "登记编号、申请内容或者申请人名称"
    list_select_related = ["agency", "handler"]
    inlines = [PastSteps]
    actions = ["take_over", "lapse_correction", "lapse_payment"]
    change_form_outer_before_template = "admin/requests_app/case.html"
    fieldsets = [
        (None, {"fields": ["agency", "number", "handler", "seen_version"]}),
        (
            "申请人",
            {"fields": ["applicant_kind", "applicant_name", "identity_proof", "id_number", "contact"]},
        ),
        (
            "申请",
            {
                "fields": [
                    "channel",
                    "arrived_on",
                    "received_on",
                    "description",
                    "wanted_form",
                    "wanted_delivery",
                ]
            },
        ),
    ]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "requests_app_disclosurerequest"
        return [
            path("<int:pk>/step/<slug:name>/", view(self.step), name=f"{name}_step"),
            path("<int:pk>/letter/<slug:code>/", view(self.free_letter), name=f"{name}_letter"),
            path("<int:pk>/sheet/<slug:code>/", view(self.sheet), name=f"{name}_sheet"),
            path("<int:pk>/messages/<int:message>/decline/", view(self.decline), name=f"{name}_decline"),
            path("<int:pk>/undo/", view(self.undo), name=f"{name}_undo"),
            path("<int:pk>/summary/", view(self.summary), name=f"{name}_summary"),
            path("<int:pk>/summary/withdraw/", view(self.withdraw_summary), name=f"{name}_withdraw_summary"),
            path("<int:pk>/files/", view(self.add_file), name=f"{name}_files"),
            path("<int:pk>/files/<int:file>/", view(self.file), name=f"{name}_file"),
            *super().get_urls(),
        ]

    # The list

    @admin.display(description="申请人")
    def applicant(self, obj: DisclosureRequest) -> str:
        return HIDDEN

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        user = request.user

        @admin.display(description="申请人")
        def applicant(obj: DisclosureRequest) -> str:
            return obj.applicant_name if access.sees_identity(user, obj.agency) else HIDDEN

        return [applicant if name == "applicant" else name for name in super().get_list_display(request)]

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By name too, among the cases whose applicants the person may know: elsewhere a hit would tell."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        if not search_term.strip():
            return found, may_repeat
        known = access.limit(queryset, request.user, Action.REVEAL, Area.CASES, "agency")
        return found | known.filter(applicant_name__icontains=search_term.strip()), may_repeat

    @admin.display(description="答复期限", ordering="due_on")
    def due(self, obj: DisclosureRequest) -> str:
        return told(obj.due_on) or obj.due_note or "—"

    @display(description="提醒", label=TONES)
    def light(self, obj: DisclosureRequest) -> tuple[str, str]:
        return light_of(obj, timezone.localdate())

    @admin.display(description="经办人", ordering="handler")
    def handled_by(self, obj: DisclosureRequest) -> str:
        return name_of(obj.handler) or "—"

    @admin.display(description="提示")
    def spam(self, obj: DisclosureRequest) -> str:
        return "疑似垃圾信息" if obj.spam_signs else ""

    # The registration

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        # Once registered, a case moves on by its steps.
        return [] if obj else self.inlines

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        fixed = ["number"] if obj is not None else []  # given once
        return [*super().get_readonly_fields(request, obj), *fixed, "hidden_identity"]

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

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "handler":
            kwargs["queryset"] = handlers_for(request.user)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "handler":
            field.label_from_instance = name_of
        return field

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"handler": request.user.pk, **super().get_changeform_initial_data(request)}

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A case that has letters or a trail stays: 条例 Art. 45 asks that it be archived.
        if obj is not None and obj.pk and history.entries_of(obj).exclude(step=IMPORTED).exists():
            return False
        return super().has_delete_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: DisclosureRequest, form: Any, change: bool) -> None:
        if not change:
            actions.register(request=obj, by=request.user)
            return
        before = DisclosureRequest.objects.get(pk=obj.pk)
        actions.save(request=obj)
        self._record_edits(
            request, obj, history.edits(before, obj, [n for n in form.changed_data if n != "seen_version"])
        )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not RequestEvent:
            super().save_formset(request, form, formset, change)
            return
        # An opinion names the consultation it answers, which must be stored first.
        for event in sorted(
            formset.save(commit=False), key=lambda event: event.kind == EventKind.CONSULTATION_RETURNED
        ):
            event.answers = event.answers
            event.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.refresh(request=form.instance)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        if "_addanother" in request.POST:
            return super().response_add(request, obj, post_url_continue)
        self.message_user(request, f"已登记，登记编号{obj.number}", messages.SUCCESS)
        return redirect("admin:requests_app_disclosurerequest_change", obj.pk)

    # Several at once

    @admin.action(description="由我经办")
    def take_over(self, request: HttpRequest, queryset: Any) -> None:
        self._each(
            request, queryset, "由您经办", lambda case: actions.assign(request=case, by=request.user, to=request.user)
        )

    @admin.action(description="逾期不补正，结案")
    def lapse_correction(self, request: HttpRequest, queryset: Any) -> None:
        self._close_each(request, queryset, actions.lapse_correction)

    @admin.action(description="逾期未缴费，结案")
    def lapse_payment(self, request: HttpRequest, queryset: Any) -> None:
        self._close_each(request, queryset, actions.lapse_payment)

    def _close_each(self, request: HttpRequest, queryset: Any, close: Any) -> None:
        day = timezone.localdate()
        self._each(request, queryset, "结案", lambda case: close(request=case, by=request.user, on=day, today=day))

    def _each(self, request: HttpRequest, queryset: Any, done: str, take: Any) -> None:
        """Each case is a transaction of its own: those that cannot be are named with the reason."""
        taken = 0
        for case in queryset.select_related("agency"):
            try:
                take(case)
                taken += 1
            except ValidationError as fault:
                self.message_user(request, f"{case.number}：{'；'.join(fault.messages)}", messages.ERROR)
        if taken:
            self.message_user(request, f"{taken}件已{done}", messages.SUCCESS)

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        if not access.can(request.user, Action.CHANGE, Area.CASES):
            for name in self.actions:
                offered.pop(str(name), None)
        return offered

    def case(self, request: HttpRequest, pk: int, action: Action = Action.CHANGE) -> DisclosureRequest:
        """Of the person's agencies, or not there; steps are for those who answer cases."""
        found = get_object_or_404(self.get_queryset(request).select_related("agency", "handler"), pk=pk)
        if not access.can(request.user, action, Area.CASES, found.agency):
            raise Http404
        return found


def handlers_for(user: Any) -> Any:
    """The people who may answer cases of the person's agencies."""
    agencies = access.agencies_for(user, Action.CHANGE, Area.CASES)
    roles = roles_with(Action.CHANGE, Area.CASES)
    return (
        get_user_model()
        .objects.filter(is_active=True, memberships__agency__in=agencies, memberships__role__in=roles)
        .distinct()
        .order_by("username")
    )
