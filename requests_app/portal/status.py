"""办理进度: number and 查询码 open one case for one visit; its steps, its letters, what comes next."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures.models import Agency
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.code_form import NumberAndCode, judged
from requests_app import actions, applicants, progress
from requests_app.models import ApplicantMessage, DisclosureRequest, MessageKind
from requests_app.online import FAMILY
from requests_app.portal import answers, visits
from requests_app.standing import Case

HELP = {"number_help": "在提交后的页面和凭单上，例如：2026-0007"}
ENDED = "查询已经结束，请输入登记编号和查询码"
CHANGED = "这份文件与发出时不一致，不能下载。请联系本机关"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    if request.method != "POST":
        return entrance(request, found)
    form = NumberAndCode(request.POST, **HELP)
    key, code = judged(request, form, DisclosureRequest.objects.all(), family=FAMILY, agency=found)
    if key is None:
        return entrance(request, found, code, form=form)
    visits.begin(request, key=key, now=timezone.now())
    return redirect("ask:case", found.code)


def entrance(request: HttpRequest, agency: Agency, code: int = 200, **context: Any) -> HttpResponse:
    """The form that opens a case; ``notice`` and ``rescued`` where a visit has ended meanwhile."""
    given = {"agency": agency, "here": "ask", "form": NumberAndCode(**HELP), **context}
    return render(request, "requests_app/portal/status.html", given, status=code)


def within_visit(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view is given the case of the visit; without one, the entrance, with what was typed in the meantime."""

    @wraps(view)
    def guarded(request: HttpRequest, agency: str, **arguments: Any) -> HttpResponse:
        found = agency_or_404(agency)
        case = visits.case_of(request, found, timezone.now())
        if case is None:
            rescued = request.POST.get("text", "")[:5000]
            return entrance(request, found, 403, notice=ENDED, rescued=rescued)
        return view(request, case, **arguments)

    return never_cache(guarded)


@within_visit
@require_safe
def case(request: HttpRequest, found: DisclosureRequest) -> HttpResponse:
    context = page_of(found) | visits.told_of(request, timezone.now())
    return render(request, "requests_app/portal/status_case.html", context)


def page_of(found: DisclosureRequest) -> dict[str, Any]:
    """All that the page of a case shows; nothing else of the case reaches the template."""
    day, standing = timezone.localdate(), actions.case_of(found)
    sent = answers.sent_to_applicant(found)
    messages = told(found)
    return {
        "agency": found.agency,
        "here": "ask",
        "number": found.number,
        "description": found.description,
        "stages": progress.stages(standing, arrived_on=found.arrived_on, number=found.number),
        "deadline": progress.deadline(standing, day),
        "sent": sent,
        "remedy": answers.remedy_of(standing, sent),
        "closed": standing.is_closed,
        "messages_sent": messages,
        "correction_waits": any(each["waiting"] and each["kind"] == MessageKind.CORRECTION for each in messages),
        "may": open_to(standing, day, messages),
    }


def told(found: DisclosureRequest) -> list[dict[str, Any]]:
    """What the applicant sent here, and what became of it."""
    messages = list(found.messages.defer("text").prefetch_related("files"))
    handled = any(message.handled_at for message in messages)
    declined = applicants.reasons_declined(found) if handled else {}
    return [
        {
            "kind": message.kind,
            "label": message.get_kind_display(),
            "at": message.sent_at,
            "files": [file.name for file in message.files.all()],
            "waiting": message.handled_at is None,
            "declined": declined.get(message.pk, ""),
        }
        for message in messages
    ]


def open_to(standing: Case, day: Any, messages: list[dict[str, Any]]) -> dict[str, bool]:
    """Which of the two messages may be sent now."""
    withdrawing = any(each["waiting"] and each["kind"] == MessageKind.WITHDRAWAL for each in messages)
    return {kind.value: not applicants.refusal(kind, standing, day, withdrawing=withdrawing) for kind in MessageKind}


@within_visit
@require_safe
def letter(request: HttpRequest, found: DisclosureRequest, pk: int) -> HttpResponse:
    kept = answers.letter_of(found, pk)
    if kept is None:
        raise Http404("没有这份文书")
    try:
        content = answers.pdf_of(kept)
    except answers.Changed:
        return fault(request, found, CHANGED, 409)
    return answers.download(content, f"{kept.title}（{kept.number}）.pdf", content_type="application/pdf")


@within_visit
@require_safe
def file(request: HttpRequest, found: DisclosureRequest, pk: int) -> HttpResponse:
    kept = answers.file_of(found, pk)
    if kept is None:
        raise Http404("没有这份材料")
    try:
        with kept.file.open("rb") as stream:
            return answers.download(stream.read(), kept.name)
    except FileNotFoundError:
        return fault(request, found, CHANGED, 409)


@require_POST
def leave(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    visits.end(request)
    return entrance(request, found, notice="已退出查询")


def fault(request: HttpRequest, found: DisclosureRequest, words: str, code: int) -> HttpResponse:
    context = {"agency": found.agency, "here": "ask", "words": words}
    return render(request, "requests_app/portal/status_fault.html", context, status=code)


def waiting_of(found: DisclosureRequest) -> bool:
    """Whether a withdrawal waits for the officer."""
    return ApplicantMessage.objects.waiting().filter(request=found, kind=MessageKind.WITHDRAWAL).exists()
