"""我要纠错: what a reader found wrong with a page, the number to keep, and the reply."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, get_script_prefix, resolve
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from disclosures import complaints, quotas
from disclosures.ledger.widgets import Text
from disclosures.models import Agency, Complaint, ComplaintKind
from disclosures.portal import tickets
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.code_form import NumberAndCode, judged

LONGEST_PAGE = 500
SHORTEST = 5  # characters of what is wrong
KEPT = "complaint"  # in the session: the token of the form that was sent
MOST, WITHIN = 6, timedelta(hours=1)  # complaints from one address
TOO_MANY = "您提交得太频繁，请一小时以后再提交，或者电话联系本机关"


def own_page(text: str, agency: Agency) -> str:
    """An address of this agency's portal; empty for anything else, so that nobody is led elsewhere by our page."""
    path = text.strip()
    prefix = f"{get_script_prefix()}{agency.code}/"
    if len(path) > LONGEST_PAGE or not path.isprintable():
        return ""
    if not path.startswith(prefix) or "\\" in path:
        return ""
    try:
        resolve("/" + path.removeprefix(get_script_prefix()).split("?")[0].split("#")[0])
    except Resolver404:
        return ""
    return path


class ComplaintForm(tickets.Trapped):
    kind = forms.ChoiceField(label="哪一类问题", choices=ComplaintKind, widget=forms.RadioSelect)
    text = forms.CharField(
        label="具体情况",
        min_length=SHORTEST,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="写明哪里有错、应当是什么。最多1000字，请不要写个人信息",
    )
    contact = forms.CharField(
        label="联系方式",
        required=False,
        max_length=200,
        help_text="电话或者邮箱，只用于向您核实情况，加密保存，不公开。不填也会答复",
    )
    page = forms.CharField(required=False, max_length=LONGEST_PAGE, widget=forms.HiddenInput)

    def clean_text(self) -> str:
        try:
            text = Text().clean(self.cleaned_data["text"]) or ""
        except ValueError as fault:
            raise forms.ValidationError(str(fault)) from None
        if len(text) < SHORTEST:  # signs that nobody sees are gone now
            raise forms.ValidationError(f"请写明具体情况，至少{SHORTEST}个字")
        return text


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    if request.method != "POST":
        page = own_page(request.GET.get("page", ""), found)
        return _form(request, found, ComplaintForm(initial={"page": page}), page)
    form = ComplaintForm(request.POST)
    page = own_page(request.POST.get("page", ""), found)
    if not form.is_valid():
        return _form(request, found, form, page, 400)
    assert form.sent is not None
    # Sent again it is the same complaint, and no further one.
    known = complaints.lodged(agency=found, token=form.sent.token)
    if known is None and not quotas.take("complaint", quotas.address_of(request), most=MOST, within=WITHIN):
        form.add_error(None, TOO_MANY)
        return _form(request, found, form, page, 429)
    given = {name: form.cleaned_data[name] for name in ("kind", "text", "contact")}
    complaints.lodge(
        agency=found, token=form.sent.token, on=timezone.localdate(), page=page, spam=form.looks_automatic, **given
    )
    request.session.cycle_key()  # the page that follows tells the 查询码: to nobody who knew the session before
    request.session[KEPT] = form.sent.token
    return redirect("complaints:done", found.code)


@never_cache
@require_safe
def done(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    lodged = complaints.lodged(agency=found, token=request.session.get(KEPT, ""))
    if lodged is None:
        return redirect("complaints:new", found.code)
    return _page(request, "complaint_done", found, lodged=lodged)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    labels = {"number_label": "纠错编号", "number_help": "例如：纠错2026-0001"}
    if request.method != "POST":
        return _page(request, "complaint_status", found, form=NumberAndCode(**labels))
    form = NumberAndCode(request.POST, **labels)
    key, code = judged(request, form, Complaint.objects.all(), family=complaints.FAMILY, agency=found)
    shown = Complaint.objects.get(pk=key) if key is not None else None
    tone, words = complaints.standing(shown, timezone.localdate()) if shown and not shown.is_spam else ("", "")
    return _page(request, "complaint_status", found, code, form=form, complaint=shown, tone=tone, words=words)


def _form(request: HttpRequest, agency: Agency, form: ComplaintForm, page: str, code: int = 200) -> HttpResponse:
    return _page(request, "complaint_new", agency, code, form=form, page=page, days=settings.COMPLAINT_DAYS)


def _page(request: HttpRequest, name: str, agency: Agency, code: int = 200, **context: Any) -> HttpResponse:
    return render(request, f"disclosures/{name}.html", {"agency": agency, **context}, status=code)
