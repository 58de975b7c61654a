from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from disclosures import access, actions
from disclosures.admin_base import BackOfficeAdmin, BackOfficeInline
from disclosures.areas import Action, Area
from disclosures.catalogue import found_catalogue
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    Attachment,
    Category,
    Channel,
    FeeCollection,
    Item,
    ItemState,
    Membership,
    NormativeDocument,
    Publication,
)


@admin.register(Agency)
class AgencyAdmin(BackOfficeAdmin):
    list_display = ["name", "code", "level", "parent", "has_portal"]
    list_filter = ["level"]
    search_fields = ["name", "code"]
    list_select_related = ["parent"]
    fieldsets = [
        (None, {"fields": ["name", "code", "short_name", "level", "parent", "credit_code", "has_portal"]}),
        (
            "联系方式（印在报告和公开指南上）",
            {"fields": ["office", "address", "postcode", "phone", "fax", "email", "office_hours"]},
        ),
        ("网站", {"fields": ["website_name", "website_url"]}),
        ("救济途径（印在答复书上）", {"fields": ["review_organ", "court"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Agency, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            found_catalogue(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [] if request.user.is_superuser else ["code", "level", "parent"]


@admin.register(Membership)
class MembershipAdmin(BackOfficeAdmin):
    list_display = ["user", "agency", "role"]
    list_filter = ["role"]
    search_fields = ["user__username", "agency__name"]
    list_select_related = ["user", "agency"]
    autocomplete_fields = ["user"]


@admin.register(Category)
class CategoryAdmin(BackOfficeAdmin):
    list_display = ["name", "agency", "article_20", "freshness_limit", "position"]
    list_filter = ["article_20"]
    search_fields = ["name"]
    list_select_related = ["agency"]


@admin.register(Channel)
class ChannelAdmin(BackOfficeAdmin):
    list_display = ["name", "kind", "agency"]
    list_filter = ["kind"]
    search_fields = ["name"]
    list_select_related = ["agency"]


class PublicationInline(BackOfficeInline):
    model = Publication
    fields = ["channel", "published_on", "url"]


class AttachmentInline(BackOfficeInline):
    model = Attachment
    fields = ["file", "name"]


@admin.register(Item)
class ItemAdmin(BackOfficeAdmin):
    list_display = ["title", "category", "index_number", "published_on", "openness", "state"]
    list_filter = ["state", "openness", "category"]
    search_fields = ["title", "index_number", "document_number"]
    list_select_related = ["category"]
    inlines = [PublicationInline, AttachmentInline]
    readonly_fields = ["state", "review_note", "created_by", "reviewed_by"]
    actions = ["submit_items", "publish_items", "send_back_items", "withdraw_items"]
    fieldsets = [
        (None, {"fields": ["agency", "category", "title", "index_number", "document_number", "formed_on", "office"]}),
        ("公开", {"fields": ["openness", "validity"]}),
        ("内容", {"fields": ["summary", "body"]}),
        ("审核", {"fields": ["state", "review_note", "created_by", "reviewed_by"]}),
    ]

    def has_change_permission(self, request: HttpRequest, obj: Item | None = None) -> bool:
        # What is public is changed by withdrawing it first, so that nothing changes unreviewed.
        if obj is not None and obj.state == ItemState.PUBLISHED:
            return False
        return super().has_change_permission(request, obj)

    @admin.action(description="提交审核")
    def submit_items(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, actions.submit, "提交")

    @admin.action(description="审核通过并发布")
    def publish_items(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, actions.publish, "发布")

    @admin.action(description="退回修改")
    def send_back_items(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, actions.send_back, "退回", reason="请修改后重新提交")

    @admin.action(description="撤下")
    def withdraw_items(self, request: HttpRequest, queryset: Any) -> None:
        self._each(request, queryset, actions.withdraw, "撤下", reason="后台撤下")

    def _each(self, request: HttpRequest, queryset: Any, step: Any, verb: str, **details: Any) -> None:
        done = 0
        for item in queryset:
            try:
                step(item=item, by=request.user, **details)
                done += 1
            except ValidationError as error:
                self.message_user(request, "；".join(error.messages), messages.ERROR)
        if done:
            self.message_user(request, f"已{verb}{done}条", messages.SUCCESS)

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        if not access.can(request.user, Action.REVIEW, Area.PUBLISHING):
            for name in ("publish_items", "send_back_items", "withdraw_items"):
                offered.pop(name, None)
        return offered


@admin.register(NormativeDocument)
class NormativeDocumentAdmin(BackOfficeAdmin):
    list_display = ["title", "number", "kind", "issued_on", "repealed_on", "lapsed_on"]
    list_filter = ["kind"]
    search_fields = ["title", "number"]
    autocomplete_fields = ["item", "interpretations"]


@admin.register(AdministrativeDecision)
class AdministrativeDecisionAdmin(BackOfficeAdmin):
    list_display = ["kind", "number", "party", "decided_on", "quantity"]
    list_filter = ["kind"]
    search_fields = ["number", "party"]


@admin.register(FeeCollection)
class FeeCollectionAdmin(BackOfficeAdmin):
    list_display = ["name", "collected_on", "amount", "receipt_number"]
    search_fields = ["name", "receipt_number"]


# Rights come from memberships, so Django's groups have nothing to do here.
admin.site.unregister(Group)
admin.site.unregister(get_user_model())


@admin.register(get_user_model())
class UserAdmin(DjangoUserAdmin, ModelAdmin):
    """Accounts; what they may do is in their memberships."""

    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ["username", "last_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active"]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("姓名", {"fields": ["last_name", "first_name", "email"]}),
        ("状态", {"fields": ["is_active", "is_superuser"]}),
    ]
    readonly_fields = ["last_login", "date_joined"]

    def get_queryset(self, request: HttpRequest) -> Any:
        users = super().get_queryset(request)
        if request.user.is_superuser:
            return users
        # A manager picks whom to give a role from the people of their agencies and those without any.
        agencies = access.agencies_for(request.user, Action.CHANGE, Area.PEOPLE)
        return users.filter(memberships__agency__in=agencies).distinct() if agencies else users.none()

    def _superuser_only(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission = _superuser_only
    has_module_permission = _superuser_only

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) or access.can(request.user, Action.CHANGE, Area.PEOPLE)
