"""What every page of the back office shares: rows, choices and powers limited by ``access``, safe look-ups."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import ShowFacets, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, SuspiciousOperation, ValidationError
from django.db import IntegrityError, models
from django.forms import ModelForm
from django.http import Http404, HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office.trail import Trailed
from disclosures.dates import told
from disclosures.encryption import EncryptedTextField
from disclosures.models import Agency

CONFLICT = "与刚刚保存的另一条记录冲突（编号、文号等不能重复），没有保存，请核对后再试"
LINKED_LOOK_UPS = {"", "exact", "isnull", "lt", "lte", "gt", "gte"}
SHOWN_CHOICES = 60  # of a filter


def choices(user: Any, source: type[models.Model], rows: Any, action: Action) -> Any:
    """Those of ``rows`` that a record of ``source`` may point to: seen by the person, of an agency they act for."""
    area: Area = source.access_area  # type: ignore[attr-defined]
    if rows.model is Agency:
        return access.limit(rows, user, action, area, "")
    return access.limit(access.visible_to(user, rows), user, action, area, access.agency_path(rows.model))


class CheckedForm(ModelForm):
    """Asks every rule of the row, and tells it beside a field where the form has that field."""

    user: Any

    def _get_validation_exclusions(self) -> Any:
        # What the form shows but does not ask for is known all the same: a number must be unique in its agency.
        rules = self._meta.model._meta.constraints
        known = {name for rule in rules for name in getattr(rule, "fields", ()) if name not in self.fields}
        return super()._get_validation_exclusions() - known  # type: ignore[misc]

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            self._check_agency()

    def _agency(self) -> Agency | None:
        """Of the record, or of the parent that is being entered together with it."""
        found = access.agency_of(self.instance)
        parent = getattr(self.instance, access.agency_path(type(self.instance)).split("__")[0] or "pk", None)
        return access.agency_of(parent) if found is None and isinstance(parent, models.Model) else found

    def _check_agency(self) -> None:
        agency = self._agency()
        action = Action.CHANGE if self.instance.pk else Action.ADD
        if agency and not access.can(self.user, action, self._meta.model.access_area, agency):
            self.add_error("agency" if "agency" in self.fields else None, "您不能为这个机关录入，请选择本机关")
        for name in self.fields:
            chosen = self.cleaned_data.get(name)
            if not isinstance(chosen, models.Model) or isinstance(chosen, Agency) or not hasattr(chosen, "access_area"):
                continue
            owner = access.agency_of(chosen)
            if agency and owner and owner != agency:
                self.add_error(name, "这一项属于别的机关，请选择本机关的")

    def add_error(self, field: str | None, error: Any) -> None:
        """A row rule names its field; where the form does not ask for that field, the message stands above the form."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            for name, messages in error.error_dict.items():
                super().add_error(name if name in self.fields or name == NON_FIELD_ERRORS else None, messages)
        else:
            super().add_error(field, error)


class FirstComeForm(CheckedForm):
    """Of two people who change one record the second is refused, and shown what the first has made of it.

    The model counts its changes in ``version``; ``what`` names the record in the message.
    """

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    what = "这条记录"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "seen_version" in self.fields:
            self.fields["seen_version"].initial = self.instance.version

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.instance.pk and not self.errors:
            self._check_nobody_was_faster()
        return cleaned

    def _check_nobody_was_faster(self) -> None:
        current = self._meta.model.objects.select_for_update(of=("self",)).get(pk=self.instance.pk)
        seen = self.cleaned_data.get("seen_version")
        if seen is None or seen == current.version:
            return
        compared = [
            f"“{self.fields[name].label}”您填写“{shown(self.cleaned_data[name])}”，现已保存“{shown(stored)}”"
            for name in self.changed_data
            if name in self.cleaned_data
            and name != "seen_version"
            and (stored := getattr(current, name)) != self.cleaned_data[name]
        ]
        self.add_error(None, f"{self.what}刚刚被他人修改，没有保存。{'；'.join(compared)}。请刷新页面，核对后再修改")


def shown(value: Any) -> str:
    text = told(value) if hasattr(value, "year") else str(value if value not in (None, "") else "空")
    return text if len(text) <= 100 else f"{text[:100]}……"


class Prompted:
    """An autocompleting field says what to do; an empty one would have no name for a screen reader."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {**super().build_attrs(*args, **kwargs), "data-placeholder": "输入关键词选择"}  # type: ignore[misc]


class ChooseOne(Prompted, AutocompleteSelect):
    pass


class ChooseSeveral(Prompted, AutocompleteSelectMultiple):
    pass


class Limited:
    """Rows and choices of the person's own agencies; the permission questions go to ``access`` by way of Django."""

    form = CheckedForm
    field_help: ClassVar[dict[str, str]] = {}  # what to write, where the model says nothing of it

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.field_help:
            kwargs.setdefault("help_text", self.field_help[db_field.name])
        field = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        wrapper: Any = getattr(field, "widget", None)
        if hasattr(wrapper, "can_view_related"):
            # A choice is no place to change or delete what is chosen; the menu beside it would stand empty.
            wrapper.can_change_related = wrapper.can_delete_related = False
            wrapper.can_view_related &= db_field.name in self.get_autocomplete_fields(request)  # type: ignore[attr-defined]
            wrapper.can_add_related = wrapper.can_add_related and db_field.name != "agency"
        return field

    formfield_overrides = {EncryptedTextField: {"widget": UnfoldAdminTextInputWidget}}

    def get_queryset(self, request: HttpRequest) -> Any:
        return access.visible_to(request.user, super().get_queryset(request))  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit(db_field, request, kwargs, ChooseOne)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        self._limit(db_field, request, kwargs, ChooseSeveral)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def _limit(self, db_field: Any, request: HttpRequest, kwargs: dict[str, Any], widget: Any) -> None:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]
            kwargs["widget"] = widget(db_field, self.admin_site)  # type: ignore[attr-defined]
        if "queryset" not in kwargs and hasattr(db_field.related_model, "access_area"):
            # An agency is chosen when a record is entered; what else a record points to may change later.
            action = Action.ADD if db_field.name == "agency" else Action.CHANGE
            rows = db_field.related_model._default_manager.all()
            kwargs["queryset"] = choices(request.user, self.model, rows, action)  # type: ignore[attr-defined]


class Choices(AutocompleteJsonView):
    """Offers what the form would accept, no more."""

    def get_queryset(self) -> Any:
        rows, source = super().get_queryset(), self.source_field.model
        limited = hasattr(source, "access_area") and hasattr(rows.model, "access_area")
        return choices(self.request.user, source, rows, Action.CHANGE) if limited else rows


class SafePage(ModelAdmin):
    """A page whose address cannot be made to tell more than it shows, or to fail."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True
    list_fullwidth = True
    # Fields, besides those of the filters, that links of our own pages filter by (``due_on__lt=…``).
    linked_fields: tuple[str, ...] = ()
    # What an empty list says beside "还没有…"; and whether records are entered from it at all.
    empty_hint = ""
    offers_add_when_empty = True
    empty_value_display = "—"

    class Media:
        css = {"all": ["disclosures/back_office.css"]}
        js = ["disclosures/back_office.js"]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what a filter or a link of ours asks: by trial and error any other would read a hidden field."""
        for entry in self.get_list_filter(request):
            if isinstance(entry, str):
                if lookup in {entry, f"{entry}__exact", f"{entry}__isnull"}:
                    return True
            elif lookup == entry.parameter_name:
                return True
        field, _, look_up = lookup.partition("__")
        return field in self.linked_fields and look_up in LINKED_LOOK_UPS

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if any("\0" in value for values in request.GET.lists() for value in values[1]):
            return redirect(request.path)  # PostgreSQL has no such character
        try:
            return super().changelist_view(request, extra_context)
        except (SuspiciousOperation, IncorrectLookupParameters):
            raise
        except (ValueError, OverflowError, ValidationError):
            # A year 99999 or a broken date in the address: the list without it, rather than an error page.
            return redirect(request.path)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.user = request.user
        fault: ValidationError | None = getattr(request, "save_fault", None)
        if fault is None:
            return form

        class Refused(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                super().clean()
                raise fault  # type: ignore[misc]

        return Refused

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            request.save_fault = ValidationError(CONFLICT)  # type: ignore[attr-defined]
        except ValidationError as fault:
            request.save_fault = fault  # type: ignore[attr-defined]
        # Once more, to show the form as it was filled in, with the fault.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if context.get("errors") and request.FILES:
            names = "、".join(str(file.name) for _, files in request.FILES.lists() for file in files)
            messages.warning(request, f"没有保存。浏览器不保留选好的文件，改正后请重新选择：{names}")
        return super().render_change_form(request, context, *args, **kwargs)

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: Any) -> Any:
        # What is not the person's is not there: the same answer for both.
        raise Http404


class AgencyFilter(SimpleListFilter):
    """Shown to those who see more than one agency."""

    title, parameter_name = "机关", "agency"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        seen = access.agencies_for(request.user, Action.VIEW, model_admin.model.access_area)
        found = list(seen.values_list("pk", "name")[:SHOWN_CHOICES])
        return [(str(pk), name) for pk, name in found] if len(found) > 1 else []

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        known = value in dict(self.lookup_choices)
        return queryset.filter(**{access.agency_path(queryset.model): int(value)}) if known else queryset.none()


class YearFilter(SimpleListFilter):
    """A subclass names the queryset method that a year is asked with."""

    title, parameter_name = "年度", "year"
    question: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        this = timezone.localdate().year
        return [(str(year), f"{year}年") for year in range(this, this - 6, -1)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = self.value()
        if year is None:
            return queryset
        known = len(year) == 4 and year.isascii() and year.isdigit() and int(year) > 0
        return self.of_year(queryset, int(year)) if known else queryset.none()

    def of_year(self, queryset: Any, year: int) -> Any:
        return getattr(queryset, self.question)(year)


def has_power(action: str) -> Any:
    """Django's permission question, asked of the record's own agency."""

    def answer(self: Any, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{action}_{self.opts.model_name}", obj)

    return answer


class BackOfficeAdmin(Trailed, Limited, SafePage):
    """A page of records. Every power is asked of the record's agency; a record does not change agency."""

    has_view_permission = has_power("view")
    has_change_permission = has_power("change")
    has_delete_permission = has_power("delete")

    def get_list_filter(self, request: Any) -> list[Any]:
        filters = list(super().get_list_filter(request))
        return [*filters, AgencyFilter] if access.agency_path(self.model) else filters

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        if not access.can(request.user, Action.DELETE, self.model.access_area):
            offered.pop("delete_selected", None)
        return offered

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        home = access.home_agency(request.user, Action.ADD, self.model.access_area)
        return {**({"agency": home.pk} if home else {}), **super().get_changeform_initial_data(request)}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = [*super().get_readonly_fields(request, obj)]
        has_agency = any(field.name == "agency" for field in self.model._meta.fields)
        return [*fixed, "agency"] if obj is not None and has_agency else fixed

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # The form has asked already; a form that somehow did not must not decide.
        agency = access.agency_of(obj)
        power = Action.CHANGE if change else Action.ADD
        if agency and agency.pk and not access.can(request.user, power, self.model.access_area, agency):
            raise PermissionDenied
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)


class BackOfficeInline(Limited, TabularInline):
    """Rows of a record: whoever may enter or change the record may do so with its rows."""

    extra = 0
    show_change_link = False
    hide_title = True  # the row says the same in its cells

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Action.VIEW, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Action.CHANGE if obj is not None and obj.pk else Action.ADD, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Action.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Action.CHANGE, obj)

    def _may(self, request: HttpRequest, action: Action, obj: Any) -> bool:
        agency = access.agency_of(obj) if obj is not None and obj.pk else None
        return access.can(request.user, action, self.model.access_area, agency)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            # A cell of the table has no label of its own.
            widget = getattr(field.widget, "widget", field.widget)
            widget.attrs["aria-label"] = str(db_field.verbose_name)
        return field

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.user = request.user
        return formset
