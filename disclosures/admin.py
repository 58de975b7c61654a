from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from disclosures import access
from disclosures.admin_base import BackOfficeAdmin, BackOfficeInline, SafePage
from disclosures.areas import Action, Area
from disclosures.calendar_admin import CalendarNoticeAdmin as CalendarNoticeAdmin  # registers itself
from disclosures.catalogue import found_catalogue
from disclosures.decisions_admin import AdministrativeDecisionAdmin as AdministrativeDecisionAdmin  # likewise
from disclosures.documents_admin import NormativeDocumentAdmin as NormativeDocumentAdmin  # likewise
from disclosures.inspection.filters import FindingFilter
from disclosures.items_admin import ItemAdmin as ItemAdmin  # registers itself
from disclosures.models import (
    Agency,
    Category,
    Channel,
    InspectionSetting,
    Membership,
)
from disclosures.people import name_of

User = get_user_model()


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
        ("信息发布", {"fields": ["index_pattern", "one_person_office"]}),
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


def people(user: Any) -> Any:
    """Whom the person may give a role: the staff of the agencies they manage, and accounts without any role yet."""
    if user.is_superuser:
        return User.objects.all()
    managed = access.agencies_for(user, Action.CHANGE, Area.PEOPLE)
    new = Q(memberships=None, is_superuser=False, is_active=True)
    return User.objects.filter(Q(memberships__agency__in=managed) | new).distinct() if managed else User.objects.none()


@admin.register(Membership)
class MembershipAdmin(BackOfficeAdmin):
    list_display = ["user", "full_name", "agency", "role"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__last_name", "agency__name"]
    list_select_related = ["user", "agency"]
    autocomplete_fields = ["user"]

    @admin.display(description="姓名")
    def full_name(self, obj: Membership) -> str:
        return name_of(obj.user)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "user":
            kwargs["queryset"] = people(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Another person or another agency is another 岗位.
        return ["user", "agency"] if obj else []


@admin.register(Category)
class CategoryAdmin(BackOfficeAdmin):
    list_display = ["name", "agency", "owner", "article_20", "kind", "freshness_limit", "must_not_be_empty", "position"]
    list_filter = [FindingFilter, "kind", "article_20"]
    search_fields = ["name"]
    list_select_related = ["agency"]


@admin.register(Channel)
class ChannelAdmin(BackOfficeAdmin):
    list_display = ["name", "kind", "agency"]
    list_filter = ["kind"]
    search_fields = ["name"]
    list_select_related = ["agency"]


@admin.register(InspectionSetting)
class InspectionSettingAdmin(BackOfficeAdmin):
    list_display = ["indicator", "agency", "watched", "threshold", "note"]
    list_select_related = ["agency"]


# Rights come from memberships, so Django's groups have nothing to do here.
admin.site.unregister(Group)
admin.site.unregister(User)
# The queue of work behind the page is shown where the work was asked for.
admin.site.unregister(DBTaskResult)


class RolesInline(BackOfficeInline):
    model = Membership
    fields = ["agency", "role"]
    verbose_name_plural = "岗位"


@admin.register(User)
class UserAdmin(DjangoUserAdmin, SafePage):  # type: ignore[misc]
    """Accounts; what they may do is in their memberships."""

    form, add_form, change_password_form = UserChangeForm, UserCreationForm, AdminPasswordChangeForm
    list_display = ["username", "full_name", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active"]
    search_fields = ["username", "last_name", "first_name"]
    filter_horizontal = ()
    inlines = [RolesInline]
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        ("姓名", {"fields": ["last_name", "first_name", "email"]}),
        ("状态", {"fields": ["is_active", "is_superuser", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["username", "last_name", "first_name", "password1", "password2"]})]
    readonly_fields = ["last_login", "date_joined"]

    @admin.display(description="姓名", ordering="last_name")
    def full_name(self, obj: Any) -> str:
        return name_of(obj)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(pk__in=people(request.user))

    def _superuser_only(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission = _superuser_only
    has_module_permission = _superuser_only

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) or access.can(request.user, Action.CHANGE, Area.PEOPLE)
