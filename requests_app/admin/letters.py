"""A letter: read it, put it right while it waits, send it, record its delivery."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.decorators import display

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from requests_app import correspondence, forms
from requests_app.admin.case_pages import private_pdf
from requests_app.letters.compose import kind_of
from requests_app.letters.document import LetterText
from requests_app.models import CaseFile, DeliveryMethod, Letter, LetterState
from requests_app.outcomes import Outcome

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def redraft_form(letter: Letter, data: Any = None) -> forms.forms.Form:
    """The letter's own fields, with what was filled in."""
    kind = kind_of(letter.code, Outcome(letter.outcome) if letter.outcome else None)
    form = forms.forms.Form(data, initial={**letter.values, "on": letter.dated_on}, prefix="text")
    fixed = set(letter.planned) | ({"days", "until", "units", "amount", "method"} if letter.planned else set())
    for field in kind.fields:
        if field.name not in fixed:
            form.fields[field.name] = forms.asked(field)
    form.fields["on"] = forms.day("落款日期")
    version = letter.request.version if letter.request else 0
    form.fields["version"] = forms.forms.IntegerField(widget=forms.forms.HiddenInput, required=False, initial=version)
    return form


@admin.register(Letter)
class LetterAdmin(BackOfficeAdmin):
    list_display = ["number", "title", "request", "badge", "dated_on", "sent_on", "delivered_on"]
    list_filter = ["state", "code"]
    search_fields = ["number", "title", "request__number"]
    list_select_related = ["request"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a letter is drafted from its case

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # declared void: its number stays used

    @display(description="状态", ordering="state", label={"待发出": "warning", "已发出": "success", "已作废": ""})
    def badge(self, obj: Letter) -> str:
        return obj.get_state_display()

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/pdf/", view(self.pdf), name="requests_app_letter_pdf"),
            path("<int:pk>/docx/", view(self.docx), name="requests_app_letter_docx"),
            path("<int:pk>/do/<slug:what>/", view(self.do), name="requests_app_letter_do"),
            *super().get_urls(),
        ]

    def letter(self, request: HttpRequest, pk: Any, action: Action) -> Letter:
        found = get_object_or_404(
            self.get_queryset(request).select_related("request__agency", "agency", "event"), pk=pk
        )
        if found.request is None or not access.can(request.user, action, Area.CASES, found.agency):
            raise Http404
        return found

    def _readable(self, request: HttpRequest, pk: Any) -> Letter:
        """With its text, which names the applicant: for those who answer cases."""
        found = self.letter(request, pk, Action.VIEW)
        if not access.sees_identity(request.user, found.agency) or not found.content:
            raise Http404
        return found

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        if not (object_id.isascii() and object_id.isdecimal()):
            raise Http404
        return self._page(request, self.letter(request, int(object_id), Action.VIEW))

    def _page(self, request: HttpRequest, letter: Letter, **given_forms: Any) -> HttpResponse:
        day = timezone.localdate()
        assert letter.request is not None
        reveals = access.sees_identity(request.user, letter.agency)
        may = access.can(request.user, Action.CHANGE, Area.CASES, letter.agency)
        waiting = letter.state == LetterState.DRAFT and may
        method = letter.request.wanted_delivery or DeliveryMethod.MAIL
        send = forms.Send(
            initial={"on": max(day, letter.dated_on), "method": method, "version": letter.request.version},
            prefix="send",
        )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"{letter.title} {letter.number}",
            "letter": letter,
            "case": letter.request,
            "back": reverse("admin:requests_app_disclosurerequest_change", args=[letter.request.pk]),
            "text": LetterText.from_json(letter.content) if letter.content and reveals else None,
            "reveals": reveals,
            "may": may,
            "findings": correspondence.findings_of(letter, max(day, letter.dated_on), method) if waiting else [],
            "files": list(letter.request.files.all()) if waiting else list(letter.files.all()),
            "redraft_form": redraft_form(letter) if waiting else None,
            "send_form": send if waiting else None,
            "discard_form": forms.Discard(prefix="discard") if waiting else None,
            "deliver_form": forms.Delivered(initial={"on": letter.delivered_on or day}, prefix="deliver")
            if may and letter.state == LetterState.SENT
            else None,
            **given_forms,
        }
        return TemplateResponse(request, "admin/requests_app/letter.html", context)

    def do(self, request: HttpRequest, pk: int, what: str) -> HttpResponse:
        letter = self.letter(request, pk, Action.CHANGE)
        take = {
            "redraft": self._redraft,
            "enclose": self._enclose,
            "send": self._send,
            "deliver": self._deliver,
            "discard": self._discard,
        }.get(what)
        if take is None or request.method != "POST":
            raise Http404
        return take(request, letter)

    def _taken(self, request: HttpRequest, letter: Letter, name: str, form: Any, done: str, act: Any) -> HttpResponse:
        if form.is_valid():
            try:
                act(form.cleaned_data)
                self.message_user(request, done, messages.SUCCESS)
                return redirect("admin:requests_app_letter_change", letter.pk)
            except ValidationError as fault:
                forms.tell(form, fault)
        letter.refresh_from_db()
        return self._page(request, letter, **{f"{name}_form": form})

    def _redraft(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        form = redraft_form(letter, request.POST)

        def act(given: dict[str, Any]) -> None:
            on, version = given.pop("on"), given.pop("version")
            correspondence.redraft(
                letter=letter,
                by=request.user,
                values=given,
                on=on,
                today=timezone.localdate(),
                reason="修改文字",
                version=version,
            )

        return self._taken(request, letter, "redraft", form, "已按修改后的内容重新生成", act)

    def _enclose(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        keys = set(request.POST.getlist("files"))
        files = [file for file in CaseFile.objects.filter(request=letter.request) if str(file.pk) in keys]
        try:
            correspondence.enclose(letter=letter, by=request.user, files=files)
            self.message_user(request, f"随附材料{len(files)}份", messages.SUCCESS)
        except ValidationError as fault:
            self.message_user(request, "；".join(fault.messages), messages.ERROR)
        return redirect("admin:requests_app_letter_change", letter.pk)

    def _send(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        form = forms.Send(request.POST, prefix="send")

        def act(given: dict[str, Any]) -> None:
            given["method"] = DeliveryMethod(given["method"])
            correspondence.send(letter=letter, by=request.user, today=timezone.localdate(), **given)

        return self._taken(request, letter, "send", form, f"{letter.number}已登记发出", act)

    def _deliver(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        form = forms.Delivered(request.POST, prefix="deliver")

        def act(given: dict[str, Any]) -> None:
            correspondence.record_delivery(letter=letter, by=request.user, today=timezone.localdate(), **given)

        return self._taken(request, letter, "deliver", form, "已登记送达", act)

    def _discard(self, request: HttpRequest, letter: Letter) -> HttpResponse:
        form = forms.Discard(request.POST, prefix="discard")

        def act(given: dict[str, Any]) -> None:
            correspondence.discard(letter=letter, by=request.user, **given)

        return self._taken(request, letter, "discard", form, f"{letter.number}已作废", act)

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponse:
        letter = self._readable(request, pk)
        try:
            return private_pdf(correspondence.kept_pdf(letter), f"{letter}.pdf")
        except (RenderingFailed, FontsMissing) as failed:
            self.message_user(request, str(failed), messages.ERROR)
            return redirect("admin:requests_app_letter_change", letter.pk)

    def docx(self, request: HttpRequest, pk: int) -> HttpResponse:
        from requests_app.letters.docx import docx  # slow to load, and every command line would wait for it

        letter = self._readable(request, pk)
        text = LetterText.from_json(letter.content)
        response = private_pdf(docx(text, draft=letter.state != LetterState.SENT), f"{letter}.docx")
        response["Content-Type"] = DOCX
        response["Content-Disposition"] = response["Content-Disposition"].replace("inline", "attachment")
        return response
