"""网民纠错: the list by light, what was written, and the reply."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from disclosures import access, complaints
from disclosures.admin.public_words import PublicWordsForm
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, FirstComeForm, YearFilter
from disclosures.back_office.pages import TONES
from disclosures.dates import told
from disclosures.lights import BANDS, under_light
from disclosures.models import Complaint

HIDDEN = "（已隐藏，仅办理答复的人可见）"


class ReceivedIn(YearFilter):
    title = "收到年度"

    def of_year(self, queryset: Any, year: int) -> Any:
        return queryset.filter(received_on__year=year)


class ReplyDue(admin.SimpleListFilter):
    """The lights as filters; the 工作台 counts with the same question."""

    title, parameter_name = "答复期限", "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "待答复"), *((each.key, each.words) for each in BANDS)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return under_light(queryset.open(), self.value(), timezone.localdate()) if self.value() else queryset


class ComplaintForm(PublicWordsForm, FirstComeForm):
    what = "这条纠错"
    public_words = ("reply",)

    def clean_reply(self) -> str:
        reply = self.cleaned_data["reply"].strip()
        if self.instance.reply and not reply:
            raise forms.ValidationError("答复已经发出，可以更正，不能删去")
        return reply

    def _post_clean(self) -> None:
        """The row's rules ask for reply and day at once; a page with faults tells of no day."""
        is_first = self.instance.replied_on is None
        if is_first and self.cleaned_data.get("reply"):
            self.instance.replied_on = timezone.localdate()
        super()._post_clean()
        if is_first and self.errors:
            self.instance.replied_on = None

    class Meta:
        widgets = {"reply": UnfoldAdminTextareaWidget}


@admin.register(Complaint)
class ComplaintAdmin(BackOfficeAdmin):
    form = ComplaintForm
    list_display = ["number", "kind", "beginning", "received_on", "due", "light"]
    list_filter = [ReplyDue, "kind", "is_spam", ReceivedIn]
    search_fields = ["number", "text"]
    offers_add_when_empty = False
    empty_hint = "网民在网页底部点“我要纠错”提交的，会列在这里"
    readonly_fields = [
        "number",
        "kind",
        "received_on",
        "due",
        "standing",
        "text",
        "page_shown",
        "contact_told",
        "contact_hidden",
        "replied_on",
    ]
    field_help = {
        "reply": "网民凭编号和查询码看到这段话；不写个人信息。例如：您反映的附件已重新上传，请刷新后再试",
        "is_spam": "广告、乱码等勾选此项，不再计算答复期限；记录保留，不删除",
    }
    fieldsets = [
        (None, {"fields": ["agency", "number", "received_on", "due", "standing", "seen_version"]}),
        ("网民反映", {"fields": ["kind", "page_shown", "text", "contact_told", "contact_hidden"]}),
        ("办理", {"fields": ["reply", "replied_on", "is_spam"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # lodged on the portal

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # marked, not deleted

    @admin.display(description="内容")
    def beginning(self, obj: Complaint) -> str:
        return obj.text if len(obj.text) <= 40 else f"{obj.text[:40]}……"

    @admin.display(description="答复期限", ordering="due_on")
    def due(self, obj: Complaint) -> str:
        return told(obj.due_on) or complaints.UNDATED

    @display(description="提醒", label=TONES)
    def light(self, obj: Complaint) -> tuple[str, str]:
        return complaints.standing(obj, timezone.localdate())

    @admin.display(description="办理情况")
    def standing(self, obj: Complaint) -> str:
        return complaints.standing(obj, timezone.localdate())[1]

    @admin.display(description="网页")
    def page_shown(self, obj: Complaint) -> str:
        return format_html('<a class="in-text" href="{0}">{0}</a>', obj.page) if obj.page else "没有指明"

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who only reads is not told whom to call."""
        may = obj is not None and access.can(request.user, Action.CHANGE, Area.PUBLISHING, obj.agency)
        hide = {"contact_hidden"} if may else {"contact_told"}
        return [
            (title, {"fields": [n for n in options["fields"] if n not in hide]}) for title, options in self.fieldsets
        ]

    @admin.display(description="联系方式")
    def contact_told(self, obj: Complaint) -> str:
        return obj.contact or "没有留"

    @admin.display(description="联系方式")
    def contact_hidden(self, obj: Complaint) -> str:
        return HIDDEN

    def save_model(self, request: HttpRequest, obj: Complaint, form: Any, change: bool) -> None:
        complaints.settle(complaint=obj, by=request.user, on=timezone.localdate(), reply=obj.reply, is_spam=obj.is_spam)
