from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminFileFieldWidget

from disclosures import access, actions
from disclosures.admin_base import SHOWN_CHOICES, BackOfficeAdmin, BackOfficeInline, CheckedForm, SafePage, YearFilter
from disclosures.areas import Action, Area
from disclosures.calendar_admin import CalendarNoticeAdmin as CalendarNoticeAdmin  # registers itself
from disclosures.catalogue import found_catalogue
from disclosures.decisions_admin import AdministrativeDecisionAdmin as AdministrativeDecisionAdmin  # likewise
from disclosures.documents_admin import NormativeDocumentAdmin as NormativeDocumentAdmin  # likewise
from disclosures.models import (
    Agency,
    Attachment,
    Category,
    Channel,
    Item,
    ItemState,
    Membership,
    Publication,
)
from disclosures.people import name_of
from disclosures.years import year_of

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


class PublicationForm(CheckedForm):
    def clean_published_on(self) -> Any:
        day = self.cleaned_data["published_on"]
        if day and day > timezone.localdate():
            raise ValidationError("发布日期晚于今天，请在发布之后再填")
        return day


class PublicationInline(BackOfficeInline):
    model = Publication
    form = PublicationForm
    fields = ["channel", "published_on", "url"]
    verbose_name_plural = "发布记录（一个渠道一行，审核前至少一行）"


class AttachmentForm(CheckedForm):
    """The display name is the file's own unless another is given."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False
            self.fields["name"].help_text = "不填则用原文件名"

    def clean(self) -> Any:
        cleaned = super().clean()
        if cleaned and not cleaned.get("name") and cleaned.get("file"):
            cleaned["name"] = cleaned["file"].name[:200]
        return cleaned


class UploadOnly(UnfoldAdminFileFieldWidget):
    """Files lie outside the web root: a stored one is fetched by its own link, not by the widget's."""

    def is_initial(self, value: Any) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> Any:
        return super().get_context(name, None, attrs)


class AttachmentInline(BackOfficeInline):
    model = Attachment
    form = AttachmentForm
    fields = ["file", "name", "download"]
    readonly_fields = ["download"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "file":
            kwargs["widget"] = UploadOnly
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="下载")
    def download(self, obj: Attachment) -> str:
        if obj.pk is None:
            return "—"
        return format_html('<a href="{}">下载</a>', reverse("admin:disclosures_item_attachment", args=[obj.pk]))


class WaitingForMe(admin.SimpleListFilter):
    title, parameter_name = "待我处理", "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("review", "待我审核"), ("returned", "被退回，待我修改")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return actions.waiting_for(request.user, queryset, self.value()) if self.value() else queryset


class CategoryFilter(admin.SimpleListFilter):
    """Named, not numbered: the same column of several agencies is one choice."""

    title, parameter_name = "栏目", "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = access.visible_to(request.user, Category.objects.order_by("position", "name"))
        found = list(dict.fromkeys(names.values_list("name", flat=True)[:500]))
        return [(name, name) for name in found[:SHOWN_CHOICES]]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(category__name=self.value()) if self.value() else queryset


class PublishedIn(YearFilter):
    title = "首次发布年度"

    def of_year(self, queryset: Any, year: int) -> Any:
        return queryset.filter(published_on__range=year_of(year))


# Name in the address → (what to do, verb, whether it needs a reason).
STEPS: dict[str, tuple[Callable[..., Item], str, bool]] = {
    "submit": (actions.submit, "提交审核", False),
    "publish": (actions.publish, "审核通过并发布", False),
    "send_back": (actions.send_back, "退回修改", True),
    "withdraw": (actions.withdraw, "撤下", True),
}


def offered_steps(item: Item, user: Any) -> list[str]:
    """The steps that the person may take on the item now; ``actions`` asks again."""
    if item.state in actions.EDITABLE:
        return ["submit"] if actions.may_edit(item=item, by=user) else []
    if item.state == ItemState.SUBMITTED:
        return ["publish", "send_back"] if actions.may_review(item=item, by=user) else []
    return ["withdraw"] if access.can(user, Action.REVIEW, Area.PUBLISHING, item.agency) else []


def bulk_step(name: str) -> Any:
    step, label, needs_reason = STEPS[name]

    @admin.action(description=label)
    def take(self: "ItemAdmin", request: HttpRequest, queryset: Any) -> HttpResponse | None:
        reason = request.POST.get("reason", "").strip()
        if needs_reason and not reason:
            return self.ask_reason(request, queryset, name)
        details = {"reason": reason} if needs_reason else {}
        done = 0
        for item in queryset:
            try:
                step(item=item, by=request.user, **details)
                done += 1
            except ValidationError as error:
                self.message_user(request, "；".join(error.messages), messages.ERROR)
        if done:
            self.message_user(request, f"已{label}{done}条", messages.SUCCESS)
        return None

    take.__name__ = f"{name}_items"
    return take


@admin.register(Item)
class ItemAdmin(BackOfficeAdmin):
    list_display = ["title", "category", "index_number", "published_on", "openness", "badge", "author"]
    list_filter = [WaitingForMe, "state", "openness", CategoryFilter, PublishedIn]
    search_fields = ["title", "index_number", "document_number"]
    list_select_related = ["category", "created_by"]
    inlines = [PublicationInline, AttachmentInline]
    readonly_fields = ["badge", "review_note", "author", "reviewer"]
    actions = [bulk_step(name) for name in STEPS]
    change_form_outer_before_template = "admin/disclosures/steps.html"
    fieldsets = [
        (None, {"fields": ["agency", "category", "title", "index_number", "document_number", "formed_on", "office"]}),
        ("公开", {"fields": ["openness", "validity"]}),
        ("内容", {"fields": ["summary", "body"]}),
        ("审核", {"fields": ["badge", "review_note", "author", "reviewer"]}),
    ]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/step/<slug:name>/", view(require_POST(self.step)), name="disclosures_item_step"),
            path("attachments/<int:pk>/", view(self.attachment), name="disclosures_item_attachment"),
            *super().get_urls(),
        ]

    @display(
        description="状态",
        ordering="state",
        label={"草稿": "", "待审核": "warning", "已退回": "danger", "已发布": "success", "已撤下": "info"},
    )
    def badge(self, obj: Item) -> str:
        return obj.get_state_display()

    @admin.display(description="录入人")
    def author(self, obj: Item) -> str:
        return name_of(obj.created_by) or "—"

    @admin.display(description="审核人")
    def reviewer(self, obj: Item) -> str:
        return name_of(obj.reviewed_by) or "—"

    def has_change_permission(self, request: HttpRequest, obj: Item | None = None) -> bool:
        if obj is not None and obj.pk and not actions.may_edit(item=obj, by=request.user):
            return False
        return super().has_change_permission(request, obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        steps = [
            {"address": reverse("admin:disclosures_item_step", args=[item.pk, name]), "label": STEPS[name][1]}
            | {"reason": STEPS[name][2], "name": name}
            for name in (offered_steps(item, request.user) if item else [])
        ]
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "steps": steps})

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        item = get_object_or_404(self.get_queryset(request), pk=pk)
        if name not in STEPS:
            raise Http404
        take, label, needs_reason = STEPS[name]
        try:
            take(item=item, by=request.user, **({"reason": request.POST.get("reason", "")} if needs_reason else {}))
            self.message_user(request, f"已{label}", messages.SUCCESS)
        except ValidationError as error:
            self.message_user(request, "；".join(error.messages), messages.ERROR)
        return redirect("admin:disclosures_item_change", item.pk)

    def ask_reason(self, request: HttpRequest, queryset: Any, name: str) -> HttpResponse:
        """The page between a bulk step that needs a reason and the step itself."""
        context = {
            **self.admin_site.each_context(request),
            "title": STEPS[name][1],
            "opts": self.opts,
            "items": queryset,
            "action": f"{name}_items",
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
            "missing": "reason" in request.POST,
        }
        return TemplateResponse(request, "admin/disclosures/ask_reason.html", context)

    def attachment(self, request: HttpRequest, pk: int) -> FileResponse:
        """A stored file, for those who may see its item."""
        found = get_object_or_404(access.visible_to(request.user, Attachment.objects.all()), pk=pk)
        try:
            return FileResponse(found.file.open("rb"), as_attachment=True, filename=found.name)
        except FileNotFoundError:
            raise Http404 from None

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        powers = {"submit_items": Action.CHANGE}
        for name in (f"{step}_items" for step in STEPS):
            if not access.can(request.user, powers.get(name, Action.REVIEW), Area.PUBLISHING):
                offered.pop(name, None)
        return offered


# Rights come from memberships, so Django's groups have nothing to do here.
admin.site.unregister(Group)
admin.site.unregister(User)


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
