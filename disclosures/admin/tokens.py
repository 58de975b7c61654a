"""接口令牌: managers of the agency make them, see when they were used, and revoke them."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access, history, tokens
from disclosures.admin.people import people
from disclosures.areas import Action
from disclosures.back_office.base import BackOfficeAdmin, CheckedForm
from disclosures.models import ApiToken
from disclosures.people import name_of

USUAL_LIFE = timedelta(days=365)


class TokenForm(CheckedForm):
    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if {"agency", "owner", "expires_on"} <= cleaned.keys():
            known = {name: cleaned[name] for name in ("agency", "owner", "expires_on")}
            for field, fault in tokens.fault_of(**known, today=timezone.localdate()).items():
                self.add_error(field, fault)
        return cleaned


@admin.register(ApiToken)
class ApiTokenAdmin(BackOfficeAdmin):
    form = TokenForm
    list_display = ["name", "agency", "owner_name", "expires_on", "standing", "last_used_at"]
    list_select_related = ["agency", "owner"]
    search_fields = ["name", "agency__name"]
    fields = ["agency", "name", "owner", "expires_on"]
    autocomplete_fields = ["owner"]
    empty_hint = "网站后台、微信工具要自动推送信息时，在这里新建令牌，交给它们的维护人员。"
    change_form_outer_after_template = "admin/disclosures/token.html"

    @admin.display(description="录入人")
    def owner_name(self, obj: ApiToken) -> str:
        return name_of(obj.owner)

    @admin.display(description="状态")
    def standing(self, obj: ApiToken) -> str:
        return tokens.standing(obj, timezone.now())

    def get_urls(self) -> list[Any]:
        revoke = self.admin_site.admin_view(require_POST(self.revoke))
        return [path("<int:pk>/revoke/", revoke, name="disclosures_apitoken_revoke"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # What a token may do is fixed when it is made; for something else another is made.
        return [*self.fields, "standing", "created_at", "last_used_at"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_readonly_fields(request, obj) or self.fields

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was used stays in the list; it is revoked."""
        return False

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"expires_on": timezone.localdate() + USUAL_LIFE, **super().get_changeform_initial_data(request)}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "owner":
            kwargs["queryset"] = people(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        made, text = tokens.issue(
            agency=obj.agency, name=obj.name, owner=obj.owner, expires_on=obj.expires_on, by=request.user
        )
        obj.__dict__.update(made.__dict__)
        request.token_text = text  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: Any = None) -> HttpResponse:
        """The page that shows the token, this once."""
        context = {
            **self.admin_site.each_context(request),
            "title": "令牌已新建",
            "opts": self.opts,
            "token": obj,
            "text": request.token_text,  # type: ignore[attr-defined]
        }
        response = TemplateResponse(request, "admin/disclosures/token_made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        token = self.get_object(request, object_id)
        context = {
            "token": token,
            "trail": history.entries_of(token) if token else [],
            "may_revoke": token and not token.revoked_at and self._may_revoke(request, token),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    @staticmethod
    def _may_revoke(request: HttpRequest, token: ApiToken) -> bool:
        return access.can(request.user, Action.CHANGE, ApiToken.access_area, token.agency)

    def revoke(self, request: HttpRequest, pk: int) -> HttpResponse:
        token = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            tokens.revoke(token=token, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, f"已停用令牌“{token.name}”，用它推送不再有效")
        except ValidationError as fault:
            messages.error(request, "；".join(fault.messages))
        return redirect("admin:disclosures_apitoken_change", token.pk)
