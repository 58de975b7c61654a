"""What every page of the back office shares: rows and choices limited by ``access``, and safe filtering by address."""

import re
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.db import IntegrityError
from django.http import HttpRequest
from django.shortcuts import redirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import UnfoldAdminTextInputWidget

from disclosures import access
from disclosures.areas import Action
from disclosures.encryption import EncryptedTextField
from disclosures.models import Agency

REGEX_LOOKUP = re.compile(r"__i?regex$")


class Limited:
    """Rows and choices of the person's own agencies; the permission questions go to ``access`` by way of Django."""

    def get_queryset(self, request: HttpRequest) -> Any:
        return access.visible_to(request.user, super().get_queryset(request))  # type: ignore[misc]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        related = db_field.related_model
        if hasattr(related, "access_area") and "queryset" not in kwargs:
            # An agency is chosen to enter records of this model for it; any other row only to point at it.
            own_area = self.model.access_area  # type: ignore[attr-defined]
            kwargs["queryset"] = (
                access.agencies_for(request.user, Action.ADD, own_area)
                if related is Agency
                else access.visible_to(request.user, related._default_manager.all())
            )
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]
        if related is Agency and field is not None and "queryset" in kwargs:
            only = kwargs["queryset"][:2]
            if len(only) == 1:
                field.initial = only[0].pk
        return field


class BackOfficeAdmin(Limited, ModelAdmin):
    """The base of every page. Saving checks the agency; nothing can be deleted without the power to."""

    list_per_page = 50
    show_full_result_count = False
    warn_unsaved_form = True
    list_fullwidth = True
    formfield_overrides = {EncryptedTextField: {"widget": UnfoldAdminTextInputWidget}}

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        if REGEX_LOOKUP.search(lookup):
            return False
        field = lookup.split("__")[0]
        if any(isinstance(found, EncryptedTextField) and found.name == field for found in self.model._meta.fields):
            return False
        return super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        try:
            return super().changelist_view(request, extra_context)
        except (SuspiciousOperation, IncorrectLookupParameters):
            raise
        except (ValueError, OverflowError, ValidationError):
            # A year 99999 or a broken date in the address: the list without it, rather than an error page.
            return redirect(request.path)

    def get_actions(self, request: HttpRequest) -> Any:
        actions = super().get_actions(request)
        if not access.can(request.user, Action.DELETE, self.model.access_area):
            actions.pop("delete_selected", None)
        return actions

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change and hasattr(obj, "created_by_id"):
            obj.created_by = request.user
        super().save_model(request, obj, form, change)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        admin, user = self, request.user

        class Checked(form):  # type: ignore[misc, valid-type]
            def clean(self) -> Any:
                cleaned = super().clean()
                agency = cleaned.get("agency") if cleaned else None
                action = Action.CHANGE if self.instance.pk else Action.ADD
                if agency and not access.can(user, action, admin.model.access_area, agency):
                    raise ValidationError({"agency": "您不能为这个机关录入，请选择本机关"})
                return cleaned

        return Checked

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        try:
            response = super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            self.message_user(request, "保存失败：与刚刚保存的另一条记录冲突，请核对后重试", level="error")
            response = redirect(request.path)
        response.headers["Cache-Control"] = "no-store"
        return response


class BackOfficeInline(Limited, TabularInline):
    extra = 0
    show_change_link = False
