"""Accounts and the roles of the people behind them."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.db.models import Q
from django.http import HttpRequest
from django_tasks_db.models import DBTaskResult
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, BackOfficeInline, SafePage
from disclosures.models import Membership
from disclosures.people import name_of

User = get_user_model()


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
    field_help = {
        "user": "先由系统管理员开设账号，再在这里分配岗位",
        "role": "录入员录入和导入；审核员审核发布；经办人办理申请和复议诉讼；年报编制人编制年度报告；监督员只查看；"
        "负责人管理本机关的栏目、岗位和全部业务",
    }

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


# Rights come from memberships, so Django's groups have nothing to do here.
admin.site.unregister(Group)
admin.site.unregister(User)
# The queue of work behind the page is shown where the work was asked for.
admin.site.unregister(DBTaskResult)


class RolesInline(BackOfficeInline):
    model = Membership
    fields = ["agency", "role"]
    verbose_name_plural = "岗位"


def _edit(form: Any, name: str) -> str:
    before, after = (history.plain(value) or "（空）" for value in (form.initial.get(name), form.cleaned_data[name]))
    return f"{form.fields[name].label}：{before} 改为 {after}"


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

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> str:  # type: ignore[override]
        """Accounts belong to no agency and have no trail of their own: their history says from what to what."""
        told = [] if add else [_edit(form, name) for name in form.changed_data if name != "password"]
        for formset in formsets or ():
            told += [f"新增{role}" for role in formset.new_objects]
            told += [f"修改{role}" for role, _ in formset.changed_objects]
            told += [f"删除{role}" for role in formset.deleted_objects]
        return "；".join(["开设账号"] * add + told) or "没有修改"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(pk__in=people(request.user))

    def _superuser_only(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    has_add_permission = has_change_permission = has_delete_permission = _superuser_only
    has_module_permission = _superuser_only

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser) or access.can(request.user, Action.CHANGE, Area.PEOPLE)
