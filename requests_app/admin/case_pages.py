"""The page of a case: its clock, what may be done next, its letters, files and trail; and a page for each step."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.dates import told, told_moment
from disclosures.people import name_of
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from disclosures.working_days import CalendarNotCovered
from requests_app import actions, applicants, charges, clocks, correspondence, forms, public_register, steps
from requests_app.admin.due import light_of
from requests_app.enums import ConsultedParty, EventKind, Opinion
from requests_app.letters import printing
from requests_app.letters.compose import kind_of
from requests_app.letters.kinds import Addressee
from requests_app.letters.procedural import KINDS
from requests_app.models import ApplicantMessage, CaseFile, DisclosureRequest, MessageKind
from requests_app.outcomes import RULES, Outcome, remedy_mode
from requests_app.standing import Case, clock_arguments

# Headings of Table B under which the outcomes are offered.
GROUPS = {
    "granted": "（一）予以公开",
    "partial": "（二）部分公开",
    "state_secret": "（三）不予公开",
    "not_held": "（四）无法提供",
    "petition": "（五）不予处理",
    "other_handling": "（六）其他处理",
}


def explained(case: Case, request: DisclosureRequest) -> list[clocks.Explained]:
    """Every day of the count; none while there is no last day (the page says why)."""
    if request.received_on is None or request.due_on is None:
        return []
    try:
        return clocks.explain(request.received_on, calendar=case.calendar, **clock_arguments(case.events))
    except (CalendarNotCovered, ValueError):
        return []


def awaited(case: Case, day: date) -> list[str]:
    """What others owe us, by when, and what may be done once their time is over."""
    found = []
    for event in case.unanswered_consultations:
        whom = event.counterpart or "被征求方"
        statutory = event.party in {"", ConsultedParty.THIRD_PARTY, ConsultedParty.JOINT_PRODUCER}
        if event.served_on is None or not statutory:
            found.append(f"{told(event.on)}征求{whom}意见，等待反馈；送达后请登记送达日期")
            continue
        try:
            last = clocks.third_party_due(event.served_on, calendar=case.calendar)
        except CalendarNotCovered as missing:
            found.append(str(missing))
            continue
        over = "，已届满，可以登记“逾期未回复”" if day > last else ""
        found.append(
            f"{whom}应于{told(last)}前回复（收到征求意见书之日起15个工作日，条例第三十二条、第三十四条）{over}"
        )
    for opens, ends in (
        (EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED),
        (EventKind.FEE_NOTICE, EventKind.FEE_PAID),
    ):
        notice = case.first(opens)
        if notice and notice.until and not case.has(ends):
            over = "，已届满，可以办理逾期结案" if day > notice.until else ""
            found.append(f"{opens.label}的期限到{told(notice.until)}{over}")
    return found


def free_letters(case: Case, request: DisclosureRequest) -> list[str]:
    """Codes of the letters that take no step and fit the case now."""
    codes = ["P2"] if case.received_on else []
    if case.has(EventKind.CONSULTATION_SENT):
        codes.append("P9")
    refused = any(event.opinion == Opinion.REFUSAL for event in case.events)
    if refused and request.outcome in {"", Outcome.GRANT, Outcome.PARTIAL}:
        codes.append("P10")
    if request.outcome.startswith("close_") and not request.letters.standing().exclude(outcome="").exists():
        codes.append("closing")
    return [*codes, "O24"]


def outcome_choices(case: Case, today: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """The outcomes by heading, each with article, remedy, or why it is not open."""
    found: list[tuple[str, list[dict[str, Any]]]] = []
    for outcome, rule in RULES.items():
        if outcome == Outcome.NOTHELD or (outcome.value.startswith("close_") and outcome != Outcome.CLOSE_OTHER):
            continue
        if rule.row in GROUPS and (not found or found[-1][0] != GROUPS[rule.row]):
            found.append((GROUPS[rule.row], []))
        found[-1][1].append(
            {
                "outcome": outcome,
                "article": rule.article,
                "letter": rule.letter_title,
                "remedy": remedy_mode(outcome, today).label,
                "refusal": steps.refusal_of_outcome(case, outcome, today),
            }
        )
    return found


class CasePages:
    """Mixed into the admin of requests."""

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        found = self.get_object(request, object_id)  # type: ignore[attr-defined]
        extra = {**(extra_context or {}), **(self.case_context(request, found) if found else {})}
        return super().change_view(request, object_id, form_url, extra)  # type: ignore[misc]

    def case_context(self, request: HttpRequest, found: DisclosureRequest) -> dict[str, Any]:
        day, case = timezone.localdate(), actions.case_of(found)
        may = access.can(request.user, Action.CHANGE, Area.CASES, found.agency)
        reveals = access.sees_identity(request.user, found.agency)
        tone, words = light_of(found, day)
        trail = list(history.entries_of(found))
        last = actions.last_step(found) if may else None
        return {
            "case": found,
            "handler": name_of(found.handler),
            "light": {"tone": tone, "words": words},
            "first_due": case.due(without_extension=True) if found.due_on else None,
            "days": explained(case, found),
            "awaited": [] if case.is_closed else awaited(case, day),
            "may": may,
            "reveals": reveals,
            "offered": steps.offered(case, day) if may else [],
            "refused": steps.refused(case, day) if may else [],
            "free_letters": [(code, self._title(code, found)) for code in free_letters(case, found)] if may else [],
            "sheets": [(kind.code, kind.title) for kind in KINDS if kind.code in {"P1"}] if reveals else [],
            "letters": list(found.letters.all()),
            "files": list(found.files.select_related("letter")) if reveals else [],
            "online": self._online(found) if reveals else [],
            "file_form": forms.FileForm() if may else None,
            "repeats": charges.possible_repeats(found) if reveals and not found.answered_on else [],
            "trail": trail,
            "whole": history.first_broken(found) is None,
            "undo": last if last and not actions.refusal_to_undo(last, request.user) else None,
            "summary_form": forms.Summary(auto_id="summary_%s", initial=forms.Summary.initial_of(found))
            if may and forms.may_be_summarised(found)
            else None,
            "withdraw_summary_form": forms.WithdrawSummary(auto_id="withdraw_%s", initial={"version": found.version})
            if may and found.summary_released_on
            else None,
            "events": case.events,
            "disputes": list(found.disputes.all()),
        }

    @staticmethod
    def _online(found: DisclosureRequest) -> list[dict[str, Any]]:
        """What the applicant sent on the portal, each with the step it asks for."""
        sent = found.messages.select_related("handled_by").prefetch_related("files")
        return [
            {
                "message": message,
                "step": steps.BY_NAME[applicants.STEP_OF[MessageKind(message.kind)]],
                "handler": name_of(message.handled_by),
            }
            for message in sent
        ]

    @staticmethod
    def _title(code: str, found: DisclosureRequest) -> str:
        return kind_of("", Outcome(found.outcome)).title if code == "closing" else kind_of(code).title

    # Steps

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        found = self.case(request, pk)  # type: ignore[attr-defined]
        if name not in steps.BY_NAME:
            raise Http404
        step, case, day = steps.BY_NAME[name], actions.case_of(found), timezone.localdate()
        if refusal := step.refusal(case, day):
            return self._back(request, found, refusal, messages.ERROR)
        options: dict[str, Any] = {}
        if name == "answer":
            chosen = request.GET.get("outcome", "")
            if chosen not in Outcome.values or steps.refusal_of_outcome(case, Outcome(chosen), day):
                context = {"choices": outcome_choices(case, day), "step": step}
                return self._page(request, found, "admin/requests_app/outcomes.html", step.label, context)
            options["outcome"] = Outcome(chosen)
        form_class = forms.STEP_FORMS[name]
        title = f"{step.label}：{options['outcome'].label}" if options else step.label
        return self._form_page(request, found, form_class, title, {"step": step}, options)

    def free_letter(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        found = self.case(request, pk)  # type: ignore[attr-defined]
        if code not in free_letters(actions.case_of(found), found):
            raise Http404
        outcome = Outcome(found.outcome) if code == "closing" else None
        options = {"code": code, "outcome": outcome}
        kind = kind_of(code, outcome)
        return self._form_page(request, found, forms.DraftForm, f"起草{kind.title}", {"hint": kind.hint}, options)

    def _form_page(
        self, request: HttpRequest, found: DisclosureRequest, form_class: Any, title: str, context: Any, options: Any
    ) -> HttpResponse:
        day = timezone.localdate()
        given = {"request": found, "case": actions.case_of(found), "by": request.user, "today": day, **options}
        if request.method != "POST":
            return self._page(
                request, found, "admin/requests_app/step.html", title, {**context, "form": form_class(**given)}
            )
        form = form_class(request.POST, **given)
        done, letter = form.take()
        if not done:
            return self._page(request, found, "admin/requests_app/step.html", title, {**context, "form": form})
        if letter is not None:
            self.message_user(request, f"已起草，文号{letter.number}。核对后登记发出", messages.SUCCESS)  # type: ignore[attr-defined]
            return redirect("admin:requests_app_letter_change", letter.pk)
        return self._back(request, found, f"已办理：{title}", messages.SUCCESS)

    def undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.case(request, pk)  # type: ignore[attr-defined]
        entry = actions.last_step(found)
        refusal = actions.refusal_to_undo(entry, request.user)
        if refusal or entry is None:
            return self._back(request, found, refusal, messages.ERROR)
        form = forms.Undo(request.POST or None, initial={"version": found.version})
        if request.method == "POST" and form.is_valid():
            try:
                actions.undo(request=found, by=request.user, **form.cleaned_data)
                return self._back(request, found, f"已撤销：{entry.what}", messages.SUCCESS)
            except ValidationError as fault:
                forms.tell(form, fault)
        context = {"form": form, "hint": f"将撤销：{entry.what}（{entry.by_name}）", "button": "撤销"}
        return self._page(request, found, "admin/requests_app/step.html", "撤销上一步", context)

    # The public register

    def summary(self, request: HttpRequest, pk: int) -> HttpResponse:
        """公布内容提要: asked for on the case's own page; here the faults are told."""
        found = self.case(request, pk)  # type: ignore[attr-defined]
        if not forms.may_be_summarised(found):
            return self._back(request, found, "公布申请办理登记的机关，在办结以后公布内容提要", messages.ERROR)
        form = forms.Summary(request.POST or None, initial=forms.Summary.initial_of(found))
        if request.method == "POST" and form.is_valid():
            try:
                public_register.release(request=found, by=request.user, today=timezone.localdate(), **form.cleaned_data)
                return self._back(request, found, "内容提要已经公布", messages.SUCCESS)
            except ValidationError as fault:
                forms.tell(form, fault)
        return self._page(
            request, found, "admin/requests_app/step.html", "公布内容提要", {"form": form, "button": "公布"}
        )

    def withdraw_summary(self, request: HttpRequest, pk: int) -> HttpResponse:
        return require_POST(self._withdraw_summary)(request, pk)

    def _withdraw_summary(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.case(request, pk)  # type: ignore[attr-defined]
        form = forms.WithdrawSummary(request.POST)
        if form.is_valid():
            try:
                public_register.withdraw(request=found, by=request.user, **form.cleaned_data)
                return self._back(request, found, "内容提要已经撤下", messages.SUCCESS)
            except ValidationError as fault:
                forms.tell(form, fault)
        told = "；".join(str(message) for errors in form.errors.values() for message in errors)
        return self._back(request, found, f"没有撤下：{told}", messages.ERROR)

    # What the applicant sent on the portal

    def decline(self, request: HttpRequest, pk: int, message: int) -> HttpResponse:
        """What came from the portal is not taken for what it was sent as."""
        found = self.case(request, pk)  # type: ignore[attr-defined]
        sent = get_object_or_404(ApplicantMessage, pk=message, request=found)
        if sent.handled_at is not None:
            return self._back(request, found, "这次提交已经处理过", messages.ERROR)
        form = forms.Decline(request.POST or None, initial={"version": found.version})
        if request.method == "POST" and form.is_valid():
            try:
                applicants.decline(message=sent, by=request.user, **form.cleaned_data)
                return self._back(request, found, "已登记，申请人在网上可以看到理由", messages.SUCCESS)
            except ValidationError as fault:
                forms.tell(form, fault)
        as_what = "补正" if sent.kind == MessageKind.CORRECTION else "撤回"
        hint = f"申请人{told_moment(sent.sent_at)}在网上{sent.get_kind_display()}。理由会显示给申请人"
        context = {"form": form, "hint": hint, "button": "登记"}
        return self._page(request, found, "admin/requests_app/step.html", f"不作为{as_what}处理", context)

    # Files and sheets

    def sheet(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        found = self.case(request, pk, Action.VIEW)  # type: ignore[attr-defined]
        sheets = {kind.code for kind in KINDS if kind.addressed == Addressee.FILE}
        if code not in sheets or not access.sees_identity(request.user, found.agency):
            raise Http404
        values = {name: request.GET.get(name, "")[:200] for name in ("document", "waybill", "content")}
        text = correspondence.sheet(request=found, code=code, values=values, on=timezone.localdate())
        try:
            return private_pdf(printing.pdf(text), f"{text.title}-{found.number}.pdf")
        except (RenderingFailed, FontsMissing) as failed:
            return self._back(request, found, str(failed), messages.ERROR)

    def add_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        return require_POST(self._add_file)(request, pk)

    def _add_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.case(request, pk)  # type: ignore[attr-defined]
        form = forms.FileForm(request.POST, request.FILES)
        if not form.is_valid():
            told = "；".join(str(message) for errors in form.errors.values() for message in errors)
            return self._back(request, found, f"没有上传：{told}", messages.ERROR)
        with transaction.atomic():
            actions.locked(found)  # the trail has one writer at a time
            file = form.save_for(found, request.user)
            # The name may tell who asked; the trail is read by more people than the file.
            what = f"加入案卷材料第{file.pk}号：{file.get_purpose_display()}"
            history.record(found, by=request.user, step="file", what=what)
        return self._back(request, found, f"已加入案卷：{file.name}", messages.SUCCESS)

    def file(self, request: HttpRequest, pk: int, file: int) -> FileResponse:
        found = self.case(request, pk, Action.VIEW)  # type: ignore[attr-defined]
        if not access.sees_identity(request.user, found.agency):
            raise Http404
        stored = get_object_or_404(CaseFile, pk=file, request=found)
        try:
            response = FileResponse(stored.file.open("rb"), as_attachment=True, filename=stored.name)
        except FileNotFoundError:
            raise Http404 from None
        response["Cache-Control"] = "no-store"
        return response

    def _page(
        self, request: HttpRequest, found: DisclosureRequest, template: str, title: str, context: dict[str, Any]
    ) -> HttpResponse:
        site = self.admin_site.each_context(request)  # type: ignore[attr-defined]
        address = reverse("admin:requests_app_disclosurerequest_change", args=[found.pk])
        context = {**site, "title": f"{title}（{found.number}）", "case": found, "back": address, **context}
        return TemplateResponse(request, template, {**context, "opts": self.opts})  # type: ignore[attr-defined]

    def _back(self, request: HttpRequest, found: DisclosureRequest, told: str, level: int) -> HttpResponse:
        self.message_user(request, told, level)  # type: ignore[attr-defined]
        return redirect("admin:requests_app_disclosurerequest_change", found.pk)


def private_pdf(content: bytes, name: str) -> HttpResponse:
    """For one officer's eyes: no cache keeps it."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f"inline; filename=\"letter.pdf\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
