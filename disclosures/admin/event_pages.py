"""The page on which WeChat posts and press events are logged."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from disclosures import access, event_log, ledger
from disclosures.areas import Action, Area
from disclosures.models import Category, Channel

SHOWN_FAULTS = 200


class LogForm(forms.Form):
    """Events that were published elsewhere: one channel and column for all of them."""

    channel = forms.ModelChoiceField(Channel.objects.none(), label="渠道")
    category = forms.ModelChoiceField(Category.objects.none(), label="栏目")
    lines = forms.CharField(
        label="每行一条：日期、标题、链接（链接可不填）",
        required=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="例如：2026年11月3日 普法进社区 https://mp.weixin.qq.com/s/abc",
    )
    file = forms.FileField(
        label="或者上传平台导出的清单",
        required=False,
        help_text="微信公众号后台等导出的Excel、CSV，须有标题和发布时间两列",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("channel", Channel), ("category", Category)):
            rows = model.objects.select_related("agency")
            chosen = access.limit(rows, user, Action.IMPORT, Area.PUBLISHING, "agency")
            self.fields[name].queryset = chosen  # type: ignore[attr-defined]
            self.fields[name].empty_label = "请选择"  # type: ignore[attr-defined]
            several = chosen.order_by().values("agency").distinct()[:2].count() > 1
            if several:
                self.fields[name].label_from_instance = lambda row: f"{row}（{row.agency}）"  # type: ignore[attr-defined]

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or {}
        channel, category = cleaned.get("channel"), cleaned.get("category")
        if channel and category and channel.agency_id != category.agency_id:
            self.add_error("category", "栏目和渠道不是同一个机关的，请重新选择")
        if not self.errors and not cleaned.get("lines", "").strip() and not cleaned.get("file"):
            self.add_error("lines", "请填写至少一行，或者上传清单")
        try:
            if cleaned.get("file"):
                cleaned["rows"] = event_log.of_list(ledger.read(cleaned["file"]))
            else:
                cleaned["rows"] = event_log.of_lines(cleaned.get("lines", ""))
        except ledger.UnusableFile as fault:
            self.add_error("file" if cleaned.get("file") else "lines", str(fault))
        return cleaned

    def log(self, by: Any) -> ledger.ImportReport:
        given = self.cleaned_data
        return event_log.log(
            given["rows"],
            agency=given["channel"].agency,
            category=given["category"],
            channel=given["channel"],
            by=by,
        )


def log(request: HttpRequest, site: Any) -> HttpResponse:
    """A line each, or a platform's exported list."""
    if not access.can(request.user, Action.IMPORT, Area.PUBLISHING):
        raise PermissionDenied
    form = LogForm(request.POST or None, request.FILES or None, user=request.user)
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        report = form.log(request.user)
        if report.written:
            counts = next(iter(report.counts.values()))
            words = f"已登记：新增{counts.new}条，更新{counts.updated}条，原来已有{counts.skipped}条"
            agency = form.cleaned_data["channel"].agency
            reviewed = access.can(request.user, Action.REVIEW, Area.PUBLISHING, agency)
            messages.success(request, words if reviewed or not counts.new else f"{words}；新增的待审核员审核")
            return redirect("admin:disclosures_item_changelist")
        faults = [f"第{fault.row}行 {fault.column}：{fault.reason}" for fault in report.faults[:SHOWN_FAULTS]]
    context = {**site.each_context(request), "title": "登记微信文章、新闻发布会", "form": form, "faults": faults}
    return TemplateResponse(request, "admin/disclosures/log.html", context)
