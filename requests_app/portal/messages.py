"""What the applicant sends on the status page: the corrected request with its files, or that they withdraw it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from disclosures import quotas
from disclosures.ledger.widgets import Text
from disclosures.portal import tickets
from requests_app import actions, applicants
from requests_app.enums import EventKind
from requests_app.models import DisclosureRequest, MessageKind
from requests_app.portal import visits
from requests_app.portal.status import fault, waiting_of, within_visit
from requests_app.portal.uploads import FilesField

MOST_A_DAY, A_DAY = 10, timedelta(days=1)  # messages for one case
OTHER_CASE = "没有提交：现在查询的是申请{number}，这一页是为另一件申请打开的。请重新查询那一件，再提交"
TOO_MANY = "今天提交的次数太多，请明天再提交，或者电话联系本机关"


class MessageForm(tickets.SentOnce):
    """``case``: the number of the application whose page it was; another visit may have begun in the meantime."""

    case = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    text = forms.CharField(required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 8}))

    def clean_text(self) -> str:
        try:
            return Text().clean(self.cleaned_data["text"]) or ""
        except ValueError as fault_:
            raise ValidationError(str(fault_)) from None


class CorrectionForm(MessageForm):
    materials = FilesField(label="材料", required=False, archives=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "补正的内容"
        self.fields["text"].help_text = "按告知书的要求写，例如：所需文件的名称、文号、形成的时间。最多5000字"

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.errors and not (cleaned["text"] or cleaned["materials"]):
            self.add_error("text", "请写明补正的内容，或者上传材料")
        return cleaned


class WithdrawalForm(MessageForm):
    sure = forms.BooleanField(
        label="我确认撤回这件申请", error_messages={"required": "确定要撤回的，请勾选确认；不撤回的，请返回"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = "撤回的原因"
        self.fields["text"].widget.attrs["rows"] = 3


@within_visit
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: HttpRequest, found: DisclosureRequest) -> HttpResponse:
    asked = found.events.filter(kind=EventKind.CORRECTION_ASKED).first()
    return _message(request, found, MessageKind.CORRECTION, CorrectionForm, until=asked.until if asked else None)


@within_visit
@require_http_methods(["GET", "HEAD", "POST"])
def withdrawal(request: HttpRequest, found: DisclosureRequest) -> HttpResponse:
    return _message(request, found, MessageKind.WITHDRAWAL, WithdrawalForm)


def _message(
    request: HttpRequest, found: DisclosureRequest, kind: MessageKind, form_class: type[MessageForm], **context: Any
) -> HttpResponse:
    context |= {"agency": found.agency, "here": "ask", "number": found.number}
    context |= visits.told_of(request, timezone.now())
    template = f"requests_app/portal/status_{kind}.html"
    if request.method != "POST":
        why_not = applicants.refusal(kind, actions.case_of(found), timezone.localdate(), withdrawing=waiting_of(found))
        if why_not:
            return fault(request, found, why_not, 409)
        return render(request, template, {**context, "form": form_class(initial={"case": found.number})})
    form = form_class(request.POST, request.FILES)
    code = 400
    if form.is_valid() and form.cleaned_data["case"] != found.number:
        form.add_error(None, OTHER_CASE.format(number=found.number))
        code = 409
    elif form.is_valid():
        assert form.sent is not None
        if quotas.take("message", str(found.pk), most=MOST_A_DAY, within=A_DAY):
            given = {"text": form.cleaned_data["text"], "files": form.cleaned_data.get("materials", ())}
            try:
                applicants.send(request=found, kind=kind, token=form.sent.token, at=timezone.now(), **given)
                return redirect("ask:case", found.agency.code)
            except ValidationError as refused:
                form.add_error(None, refused.messages)
                code = 409
        else:
            form.add_error(None, TOO_MANY)
            code = 429
    return render(request, template, {**context, "form": form}, status=code)
