"""The publishing desk: the list of items, the page of an item, its steps, the release gate and the review."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST
from django_prose_editor.widgets import AdminProseEditorWidget
from unfold.decorators import display
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminTextareaWidget

from disclosures import access, actions, alike, history, publication_clock, publication_days
from disclosures.admin import event_pages
from disclosures.admin.item_filters import CategoryFilter, PublicationDue, PublishedIn, Reevaluation, WaitingForMe
from disclosures.areas import Action, Area
from disclosures.back_office.base import (
    BackOfficeAdmin,
    BackOfficeInline,
    CheckedForm,
    FirstComeForm,
)
from disclosures.dates import told_moment
from disclosures.gate import clearing
from disclosures.inspection.filters import FindingFilter
from disclosures.models import (
    Attachment,
    Autosave,
    Channel,
    ChannelKind,
    Item,
    ItemState,
    Openness,
    Publication,
)
from disclosures.people import name_of
from disclosures.portal.items import show_item
from disclosures.rich_text import EDITOR, sanitise

AUTOSAVED = ("title", "document_number", "office", "subject", "keywords", "summary", "body")
AUTOSAVE_LONGEST = 500_000  # characters of one field


class PublicationForm(CheckedForm):
    def clean_published_on(self) -> Any:
        day = self.cleaned_data["published_on"]
        today = timezone.localdate()
        if day and day > today and self.instance.item_id and self.instance.item.state == ItemState.PUBLISHED:
            raise ValidationError("发布日期晚于今天，请在发布之后再填")
        return day

    def clean(self) -> Any:
        cleaned = super().clean()
        if cleaned and cleaned.get("channel") and cleaned.get("published_on"):
            day, kind = cleaned["published_on"], cleaned["channel"].kind
            if fault := publication_days.fault_of(day, today=timezone.localdate(), kind=kind):
                self.add_error("published_on", fault)
        return cleaned

    def has_changed(self) -> bool:
        # The row that a new item begins with is meant as it stands.
        return bool(self.initial and not self.instance.pk) or super().has_changed()


class PublicationInline(BackOfficeInline):
    model = Publication
    form = PublicationForm
    fields = ["channel", "published_on", "url"]
    verbose_name_plural = "发布渠道（一个渠道一行；网站的日期填以后的某一天，审核通过后到那一天自动发布）"

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj else 1


class AttachmentForm(CheckedForm):
    """The display name is the file's own unless another is given; a file that cannot be examined is refused."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:
            self.fields["name"].required = False
            self.fields["name"].help_text = "不填则用原文件名"

    def clean(self) -> Any:
        from disclosures.gate import attachments  # its readers are slow to load

        cleaned = super().clean()
        if cleaned and not cleaned.get("name") and cleaned.get("file"):
            cleaned["name"] = cleaned["file"].name[:200]
        if cleaned and "file" in self.changed_data and cleaned.get("file"):
            try:
                attachments.refuse_unreadable(cleaned["file"], cleaned["file"].name)
            except ValidationError as fault:
                self.add_error("file", fault)
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if "file" in self.changed_data or "name" in self.changed_data:
            self.instance.scanned_by = ""
        return super().save(commit)


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
    verbose_name_plural = "附件（可以把文件拖到选择框上；保存后逐个检查个人信息和隐藏内容）"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # The file's own address leads outside the web root; who only reads has the link beside the name.
        fields = super().get_fields(request, obj)
        return fields if self.has_change_permission(request, obj) else [name for name in fields if name != "file"]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "file":
            kwargs["widget"] = UploadOnly
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description="下载")
    def download(self, obj: Attachment) -> str:
        if obj.pk is None:
            return "—"
        return format_html(
            '<a class="in-text" href="{}">下载</a>', reverse("admin:disclosures_item_attachment", args=[obj.pk])
        )


# Steps


@dataclass(frozen=True)
class Step:
    """What can be done with an item: the verb, the action, and what it asks for."""

    label: str
    take: Callable[..., Item]
    power: Action = Action.REVIEW
    reason: bool = False
    answers: bool = False


STEPS = {
    "submit": Step("提交审核", actions.submit, Action.CHANGE),
    "recall": Step("撤回修改", actions.recall, Action.CHANGE),
    "approve": Step("审核通过", actions.approve, answers=True),
    "send_back": Step("退回修改", actions.send_back, reason=True),
    "withdraw": Step("撤下", actions.withdraw, reason=True),
    "open_up": Step("转为主动公开", actions.open_up, reason=True),
    "keep_closed": Step("评估后维持不公开", actions.keep_closed, reason=True),
}
QUESTIONS = {
    "facts": "事实、文字和格式无误",
    "secrecy": "已作保密审查，不涉及国家秘密等不得公开的内容（条例第十四条、第十七条）",
    "privacy": "不含个人隐私、商业秘密，个人信息已作处理（条例第十五条）",
}
BULK = ("submit", "approve", "send_back", "withdraw")


def offered_steps(item: Item, user: Any) -> list[str]:
    """The steps that the person may take on the item now; ``actions`` asks again."""
    found = []
    if item.state in actions.EDITABLE and actions.may_edit(item=item, by=user):
        found.append("submit")
    if item.state == ItemState.SUBMITTED:
        found += ["approve", "send_back"] if actions.may_review(item=item, by=user) else []
        found += ["recall"] if actions.wrote(item=item, by=user) else []
    if item.state == ItemState.APPROVED and actions.may_review(item=item, by=user):
        found.append("send_back")
    reviews = access.can(user, Action.REVIEW, Area.PUBLISHING, item.agency)
    if item.openness != Openness.PROACTIVE and reviews and item.state == ItemState.PUBLISHED:
        found += ["keep_closed", "open_up"]
    if item.state == ItemState.PUBLISHED and reviews:
        found.append("withdraw")
    return found


def standing(item: Item) -> str:
    """Where the item is after a step, and what comes next."""
    if item.state == ItemState.APPROVED and item.release_at:
        return f"将于{told_moment(item.release_at)}自动发布"
    comes_next = {
        ItemState.SUBMITTED: "现在待审核，由审核员办理",
        ItemState.RETURNED: "已退给录入人，改好后重新提交",
        ItemState.PUBLISHED: "现在已发布",
        ItemState.WITHDRAWN: "公众不再能看到；要重新公开的，改好后重新提交审核",
        ItemState.DRAFT: "现在是草稿，可以修改",
    }
    return comes_next.get(ItemState(item.state), f"现在是“{item.get_state_display()}”")


def asked_for(name: str, request: HttpRequest) -> dict[str, Any]:
    """What the step needs from the form that was sent. Raises ``ValidationError``."""
    step, sent = STEPS[name], request.POST
    given: dict[str, Any] = {"reason": sent.get("reason", "")} if step.reason else {}
    if step.answers:
        answers = actions.Answers(**{question: question in sent for question in QUESTIONS})
        given |= {"answers": answers, "note": sent.get("note", ""), "release_at": _moment(sent.get("release_at", ""))}
    if name == "keep_closed":
        given["until"] = _day(sent.get("until", ""))
    return given


def _moment(text: str) -> Any:
    if not text.strip():
        return None
    field = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])
    try:
        return field.clean(text.strip())
    except ValidationError:
        raise ValidationError("定时发布的时间请写成 2026-12-01 09:00 这样，立即发布则不填") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValidationError("请填写下次评估的日期，例如：2027-12-01") from None


def bulk_step(name: str) -> Any:
    step = STEPS[name]

    @admin.action(description=step.label)
    def take(self: "ItemAdmin", request: HttpRequest, queryset: Any) -> HttpResponse | None:
        if (step.reason or step.answers) and "confirmed" not in request.POST:
            return self.ask_first(request, queryset, name)
        try:
            given = asked_for(name, request)
        except ValidationError as error:
            return self.ask_first(request, queryset, name, "；".join(error.messages))
        if step.reason and not given["reason"].strip():
            return self.ask_first(request, queryset, name, "请填写原因，方便录入人修改")
        if step.answers and not given["answers"].all_yes:
            return self.ask_first(request, queryset, name, "三项都确认以后才能通过；有问题的请退回修改")
        done = 0
        for item in queryset:
            try:
                step.take(item=item, by=request.user, **given)
                done += 1
            except ValidationError as error:
                self.message_user(request, "；".join(error.messages), messages.ERROR)
        if done:
            self.message_user(request, f"已{step.label}{done}条", messages.SUCCESS)
        return None

    take.__name__ = f"{name}_items"
    return take


class ItemForm(FirstComeForm):
    what = "这条信息"


@admin.register(Item)
class ItemAdmin(BackOfficeAdmin):
    form = ItemForm
    list_display = ["title", "category", "index_number", "published_on", "due", "openness", "badge", "author"]
    list_filter = [
        WaitingForMe,
        FindingFilter,
        "state",
        PublicationDue,
        "openness",
        Reevaluation,
        CategoryFilter,
        PublishedIn,
    ]
    search_fields = ["title", "index_number", "document_number"]
    list_select_related = ["category", "created_by"]
    inlines = [PublicationInline, AttachmentInline]
    readonly_fields = ["badge", "review_note", "author", "reviewer", "text"]
    actions = [bulk_step(name) for name in BULK]
    change_form_outer_before_template = "admin/disclosures/item.html"
    list_before_template = "admin/disclosures/items_above.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "agency",
                    "category",
                    "title",
                    "index_number",
                    "document_number",
                    "formed_on",
                    "office",
                    "seen_version",
                ]
            },
        ),
        ("内容", {"fields": ["summary", "body", "subject", "keywords"]}),
        ("公开", {"fields": ["openness", "not_open_ground", "reevaluate_on", "validity"]}),
        ("审核", {"fields": ["badge", "review_note", "author", "reviewer"]}),
    ]

    class Media:
        css = {"all": ["disclosures/items.css"]}
        js = ["disclosures/items.js"]

    def get_urls(self) -> list[Any]:
        view, name = self.admin_site.admin_view, "disclosures_item"
        return [
            path("<int:pk>/step/<slug:name>/", view(require_POST(self.step)), name=f"{name}_step"),
            path("<int:pk>/preview/", view(self.preview), name=f"{name}_preview"),
            path("<int:pk>/gate/", view(require_POST(self.gate)), name=f"{name}_gate"),
            path("log/", view(partial(event_pages.log, site=self.admin_site)), name=f"{name}_log"),
            path("autosave/", view(require_POST(self.autosave)), name=f"{name}_autosave"),
            path("alike/", view(self.alike), name=f"{name}_alike"),
            path("attachments/<int:pk>/", view(self.attachment), name=f"{name}_attachment"),
            path("attachments/<int:pk>/original/", view(self.original), name=f"{name}_original"),
            *super().get_urls(),
        ]

    # The list

    @display(
        description="状态",
        ordering="state",
        label={
            "草稿": "",
            "待审核": "warning",
            "已退回": "danger",
            "待发布": "info",
            "已发布": "success",
            "已撤下": "info",
        },
    )
    def badge(self, obj: Item) -> str:
        return obj.get_state_display()

    @display(
        description="发布期限",
        label={"late": "danger", "soon": "warning", "fine": "success", "unknown": "", "none": ""},
    )
    def due(self, obj: Item) -> tuple[str, str]:
        found = publication_clock.light_of(obj, timezone.localdate())
        return (found.tone, found.words) if found else ("none", "—")

    @admin.display(description="录入人")
    def author(self, obj: Item) -> str:
        return name_of(obj.created_by) or "—"

    @admin.display(description="审核人")
    def reviewer(self, obj: Item) -> str:
        return (name_of(obj.reviewed_by) or "—") + ("（本人审核）" if obj.self_reviewed else "")

    # The page

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "body":
            kwargs["widget"] = AdminProseEditorWidget(config=EDITOR, preset="configurable")
        if db_field.name == "summary":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        sets = super().get_fieldsets(request, obj)[: None if obj else -1]
        if obj is None or self.has_change_permission(request, obj):
            return sets
        # Who reads only reads the text, not its marks.
        return [
            (name, {**options, "fields": ["text" if field == "body" else field for field in options["fields"]]})
            for name, options in sets
        ]

    @admin.display(description="正文")
    def text(self, obj: Item) -> str:
        return mark_safe(f'<div class="reading">{sanitise(obj.body)}</div>') if obj.body else "—"

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs = super().get_formset_kwargs(request, obj, inline, prefix)
        if isinstance(inline, PublicationInline) and request.method == "GET" and not (obj and obj.pk):
            kwargs["initial"] = [{"channel": self._website(request), "published_on": timezone.localdate()}]
        return kwargs

    def _website(self, request: HttpRequest) -> int | None:
        """The website of the agency that the form begins with."""
        home = access.home_agency(request.user, Action.ADD, Area.PUBLISHING)
        sites = Channel.objects.filter(kind=ChannelKind.WEBSITE).order_by("pk").values_list("pk", flat=True)
        return sites.filter(agency=home).first() if home else None

    def has_change_permission(self, request: HttpRequest, obj: Item | None = None) -> bool:
        if obj is not None and obj.pk and not actions.may_edit(item=obj, by=request.user):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Item, form: Any, change: bool) -> None:
        if change:
            obj.version += 1
        else:
            obj.created_on = timezone.localdate()
        super().save_model(request, obj, form, change)
        _autosaves(request, obj.pk if change else 0).delete()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        clearing.findings(form.instance)  # files are read once, now, and not when somebody waits for a list

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        item = self.get_object(request, object_id)
        context = self._desk(request, item) if item else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        context = {"may_log": access.can(request.user, Action.IMPORT, Area.PUBLISHING)}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        context = {"autosave": self._autosaved(request, 0), "autosave_item": 0}
        return super().add_view(request, form_url, {**(extra_context or {}), **context})

    def _desk(self, request: HttpRequest, item: Item) -> dict[str, Any]:
        offered = [(name, STEPS[name]) for name in offered_steps(item, request.user)]
        editable = actions.may_edit(item=item, by=request.user)
        watched = item.state not in (ItemState.PUBLISHED, ItemState.WITHDRAWN)
        public = item.state == ItemState.PUBLISHED and item.openness == Openness.PROACTIVE
        return {
            "item": item,
            "offered": offered,
            "questions": QUESTIONS,
            "light": publication_clock.light_of(item, timezone.localdate()),
            "due_on": publication_clock.due_of(item),
            "decided": clearing.decided(item) if watched else [],
            "may_decide": editable,
            "alone": actions.reviews_alone(item=item, by=request.user),
            "alike": alike.of(item) if watched else [],
            "documents": [*item.documents.all(), *item.interpreted_documents.all()],
            "reviews": item.reviews.all(),
            "trail": history.entries_of(item),
            "public_page": reverse("portal:item", args=[item.agency.code, item.pk]) if public else "",
            "next_look": timezone.localdate() + actions.REEVALUATED_AFTER,
            "autosave": self._autosaved(request, item.pk) if editable else None,
            "autosave_item": item.pk if editable else None,
        }

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The item exactly as the public will see it."""
        item = get_object_or_404(self.get_queryset(request), pk=pk)
        return show_item(request, item, preview=True)

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        item = get_object_or_404(self.get_queryset(request), pk=pk)
        if name not in STEPS:
            raise Http404
        try:
            done = STEPS[name].take(item=item, by=request.user, **asked_for(name, request))
            self.message_user(request, f"已{STEPS[name].label}，{standing(done)}", messages.SUCCESS)
        except ValidationError as error:
            self.message_user(request, "；".join(error.messages), messages.ERROR)
        return redirect("admin:disclosures_item_change", item.pk)

    def ask_first(self, request: HttpRequest, queryset: Any, name: str, problem: str = "") -> HttpResponse:
        """The page between a step on several items and what it asks for."""
        context = {
            **self.admin_site.each_context(request),
            "title": STEPS[name].label,
            "opts": self.opts,
            "items": queryset,
            "step": STEPS[name],
            "questions": QUESTIONS,
            "action": f"{name}_items",
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
            "problem": problem,
        }
        return TemplateResponse(request, "admin/disclosures/ask_first.html", context)

    def get_actions(self, request: HttpRequest) -> Any:
        offered = super().get_actions(request)
        for name in BULK:
            if not access.can(request.user, STEPS[name].power, Area.PUBLISHING):
                offered.pop(f"{name}_items", None)
        return offered

    # The release gate

    def gate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Masks, cleans, or asks to let pass one finding."""
        item = get_object_or_404(self.get_queryset(request), pk=pk)
        if not actions.may_edit(item=item, by=request.user):
            raise PermissionDenied
        try:
            with transaction.atomic():
                self.message_user(request, self._decide(request, item), messages.SUCCESS)
        except ValidationError as error:
            self.message_user(request, "；".join(error.messages), messages.ERROR)
        return redirect(f"{reverse('admin:disclosures_item_change', args=[item.pk])}#gate")

    def _decide(self, request: HttpRequest, item: Item) -> str:
        from disclosures.gate import attachments  # its readers are slow to load

        item = Item.objects.select_for_update(of=("self",)).select_related("agency").get(pk=item.pk)
        key, what = request.POST.get("finding", ""), request.POST.get("do", "")
        finding = next((found for found in clearing.findings(item) if found.key == key), None)
        if finding is None:
            raise ValidationError("这一处已经改过，请刷新页面后再看")
        if what == "pass":
            clearing.let_pass(item=item, key=key, by=request.user, reason=request.POST.get("reason", ""))
            history.record(
                item,
                by=request.user,
                step="let_pass",
                what=f"申请放行：{finding.label}",
                reason=request.POST["reason"].strip(),
            )
            return f"已记下“{finding.label}”的放行理由，审核员通过时确认"
        if what != finding.remedy:
            raise ValidationError("这一处不能这样处理，请改好原稿后重新上传")
        if finding.attachment is not None:
            attachment = item.attachments.get(pk=finding.attachment)
            (attachments.mask if what == "mask" else attachments.clean)(attachment)
        else:
            setattr(item, finding.field, clearing.masked_field(item, finding.field))
            item.version += 1
            item.save(update_fields=[finding.field, "version", "updated_at"])
        said = "遮盖" if what == "mask" else "清除"
        history.record(item, by=request.user, step=what, what=f"{said}：{finding.label}")
        left = sum(not each.clearance for each in clearing.decided(item))
        rest = f"还有{left}项要处理" if left else "各项都已处理"
        return f"已{said}：{finding.label}；{rest}"

    # What the page's script asks for

    def autosave(self, request: HttpRequest) -> HttpResponse:
        """Keeps what has been typed so far, for this person; the record itself is not touched."""
        number = request.POST.get("item", "")
        if not (number.isascii() and number.isdigit() and len(number) < 15):
            return JsonResponse({"ok": False}, status=400)
        if int(number) and not actions.may_edit(
            item=get_object_or_404(self.get_queryset(request), pk=int(number)), by=request.user
        ):
            raise PermissionDenied
        if not access.can(request.user, Action.CHANGE, Area.PUBLISHING):
            raise PermissionDenied
        if "discard" in request.POST:
            _autosaves(request, int(number)).delete()
            return JsonResponse({"ok": True})
        fields = {name: request.POST[name][:AUTOSAVE_LONGEST] for name in AUTOSAVED if name in request.POST}
        kept, _ = _autosaves(request, int(number)).update_or_create(
            user=request.user, item_id=int(number), defaults={"fields": fields}
        )
        return JsonResponse({"ok": True, "at": timezone.localtime(kept.at).strftime("%H:%M")})

    def _autosaved(self, request: HttpRequest, number: int) -> Autosave | None:
        return _autosaves(request, number).first()

    def alike(self, request: HttpRequest) -> HttpResponse:
        """Items that may be the one being typed."""
        seen = access.visible_to(request.user, Item.objects.all())
        found = alike.to_title(seen, request.GET.get("title", "")[:200], request.GET.get("number", "")[:60])
        return JsonResponse(
            {
                "alike": [
                    {
                        "title": item.title,
                        "state": item.get_state_display(),
                        "url": reverse("admin:disclosures_item_change", args=[item.pk]),
                    }
                    for item in found
                ]
            }
        )

    # Files

    def attachment(self, request: HttpRequest, pk: int) -> FileResponse:
        """A stored file, for those who may see its item."""
        found = get_object_or_404(access.visible_to(request.user, Attachment.objects.all()), pk=pk)
        return _served(found.file, found.name)

    def original(self, request: HttpRequest, pk: int) -> FileResponse:
        """What was uploaded, before it was masked or cleaned: for those who enter and review."""
        found = get_object_or_404(access.visible_to(request.user, Attachment.objects.all(), Action.CHANGE), pk=pk)
        if not found.original:
            raise Http404
        return _served(found.original, f"原件-{found.name}")


def _autosaves(request: HttpRequest, number: int) -> Any:
    """Of this person, of one item; 0 for one that is being entered."""
    return Autosave.objects.filter(user=request.user, item_id=number)  # type: ignore[misc]


def _served(file: Any, name: str) -> FileResponse:
    try:
        response = FileResponse(file.open("rb"), as_attachment=True, filename=name)
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "no-store"
    return response
