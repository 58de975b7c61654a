"""The pages on which somebody writes an application: questions, a last check, the confirmation. No scripts needed."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from disclosures import calendars, quotas
from disclosures.models import Agency
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from disclosures.search import suggest
from requests_app import online
from requests_app.models import AskDraft
from requests_app.portal import drafts, questions, receipt, sending
from requests_app.portal.drafts import Content
from requests_app.portal.forms_of_visitors import is_stale, private_page
from requests_app.portal.outlook import outlook
from requests_app.portal.questions import BY_SLUG, Question, QuestionForm
from requests_app.portal.uploads import MOST

# What costs us something without being an application: per address and hour.
BEGUN_AN_HOUR, PRINTED_AN_HOUR, UPLOADED_AN_HOUR = 60, 30, 60

STALE = "页面停留过久，这一步没有保存。内容还在下面，请核对后再提交一次"
RESCUED = "先前填写的内容已经清除：两小时没有操作，或者浏览器没有保留；刚才这一页的内容还在"
CHANGED = "申请内容在别的页面改过，还没有提交。请重新核对后再提交"


def _page(
    request: HttpRequest, agency: Agency, name: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    idle = int((drafts.IDLE - drafts.TOUCHED_EVERY).total_seconds())  # at work until a minute ago, at worst
    given = {"agency": agency, "here": "ask", "idle_seconds": idle, **(context or {})}
    return render(request, f"requests_app/portal/ask_{name}.html", given, status=status)


def _draft(request: HttpRequest, agency: Agency) -> AskDraft | None:
    """The visitor's; to open any of its pages, or to keep one open, is to be at work on it."""
    now = timezone.now()
    draft = drafts.find(agency, drafts.key_of(request, agency), now)
    if draft:
        drafts.touch(draft, now)
    return draft


def _take(family: str, request: HttpRequest, most: int) -> bool:
    return quotas.take(family, quotas.address_of(request), most=most, within=online.HOUR)


def _too_many(request: HttpRequest, agency: Agency) -> HttpResponse:
    response = _page(request, agency, "quota", {"draft": _draft(request, agency)}, 429)
    response.headers["Retry-After"] = str(int(online.HOUR.total_seconds()))
    return response


def _no_draft(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Where somebody goes who writes nothing: to what was sent, to why it is gone, or to the beginning."""
    key = drafts.key_of(request, agency)
    if online.sent_with(agency, key):
        return redirect("ask:done", agency.code)
    return _page(request, agency, "gone", status=410) if key else redirect("ask:new", agency.code)


def _next(agency: Agency, content: Content, today: date) -> HttpResponse:
    """On to the first open question, or to the check."""
    question = questions.first_open(content.answers, today)
    if question is None:
        return redirect("ask:check", agency.code)
    return redirect("ask:question", agency.code, question.slug)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def new(request: HttpRequest, agency: Agency) -> HttpResponse:
    """What one needs, and the button that begins; where the agency takes none online, how else one can ask."""
    today, draft = timezone.localdate(), _draft(request, agency)
    if request.method == "POST" and not agency.takes_online_requests:
        return _page(request, agency, "new", status=403)
    if request.method == "POST" and not is_stale(request):
        if draft is None:
            if not _take("ask-begin", request, BEGUN_AN_HOUR):
                return _too_many(request, agency)
            draft = drafts.begin(request, agency, timezone.now())
        return _next(agency, Content.of(draft), today)
    context = {"draft": draft, "stale": request.method == "POST"}
    return _page(request, agency, "new", context, 403 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def question(request: HttpRequest, agency: Agency, step: str) -> HttpResponse:
    if step not in BY_SLUG:
        raise Http404("没有这个问题")
    if refusal := _closed(request, agency):
        return refusal
    asked, today, draft = BY_SLUG[step], timezone.localdate(), _draft(request, agency)
    if draft is None:
        rescuable = request.method == "POST" and not is_stale(request)
        return _rescue(request, agency, asked, today) if rescuable else _no_draft(request, agency)
    content = Content.of(draft)
    if not _reached(asked, content, today):
        return _next(agency, content, today)
    if request.method == "POST":
        return _answer(request, agency, asked, draft, today)
    form = asked.form(initial=content.answers.get(step, {}), answers=content.answers, today=today)
    notice = content.notice
    if notice:
        with drafts.changing(draft, timezone.now()) as current:
            current.notice = ""
    return _question_page(request, agency, asked, form, content, notice=notice)


def _closed(request: HttpRequest, agency: Agency) -> HttpResponse | None:
    if agency.takes_online_requests:
        return None
    return _page(request, agency, "new", status=403) if request.method == "POST" else redirect("ask:new", agency.code)


def _reached(asked: Question, content: Content, today: date) -> bool:
    """Is it one of this application's questions, with all before it answered?"""
    open_question = questions.first_open(content.answers, today)
    in_order = questions.asked(content.answers)
    if asked not in in_order:
        return False
    return open_question is None or in_order.index(asked) <= in_order.index(open_question)


def _question_page(
    request: HttpRequest,
    agency: Agency,
    asked: Question,
    form: QuestionForm,
    content: Content,
    *,
    notice: str = "",
    status: int = 200,
) -> HttpResponse:
    in_order = questions.asked(content.answers)
    place = in_order.index(asked)
    context = {
        "form": form,
        "question": asked,
        "place": place + 1,
        "places": len(in_order),
        "back": in_order[place - 1] if place else None,
        "files": content.files if "copies" in form.fields else [],
        "notice": notice,
        "checked": questions.first_open(content.answers, form.today) is None,
    }
    return _page(request, agency, "question", context, status)


def _answer(request: HttpRequest, agency: Agency, asked: Question, draft: AskDraft, today: date) -> HttpResponse:
    content, now = Content.of(draft), timezone.now()
    form = asked.form(request.POST, request.FILES, answers=content.answers, today=today)
    sound = form.is_valid()
    if is_stale(request):
        return _question_page(request, agency, asked, form, content, notice=STALE, status=403)
    try:
        if not _change_files(request, form, draft):
            return _too_many(request, agency)
        if sound := form.is_valid():
            with drafts.changing(draft, now) as changed:
                changed.answers[asked.slug] = form.stored()
                if getattr(form, "trapped", False) and online.TRAPPED not in changed.signs:
                    changed.signs.append(online.TRAPPED)
    except drafts.Gone:
        return _no_draft(request, agency)
    content = Content.of(draft)
    if not sound:
        return _question_page(request, agency, asked, form, content)
    if asked.slug == "content":
        return redirect("ask:found", agency.code)
    return _next(agency, content, today)


def _change_files(request: HttpRequest, form: QuestionForm, draft: AskDraft) -> bool:
    """Takes out what was ticked and keeps what was chosen, even where another field has a fault; False beyond quota."""
    if "copies" not in form.fields:
        return True
    now = timezone.now()
    if dropped := request.POST.getlist("drop"):
        drafts.drop_files(draft, dropped, now)
    if files := form.cleaned_data.get("copies"):
        if not all(_take("ask-upload", request, UPLOADED_AN_HOUR) for _ in files):
            return False
        try:
            drafts.keep_files(draft, files, now)
        except drafts.TooManyFiles:
            form.add_error("copies", f"连同已经上传的，最多{MOST}个文件，请先移除再上传")
    return True


def _rescue(request: HttpRequest, agency: Agency, asked: Question, today: date) -> HttpResponse:
    """The draft was left alone for too long, or the browser forgot it: what this page brought begins another."""
    if online.sent_with(agency, drafts.key_of(request, agency)):
        return redirect("ask:done", agency.code)
    if not _take("ask-begin", request, BEGUN_AN_HOUR):
        return _too_many(request, agency)
    form = asked.form(request.POST, answers={}, today=today)
    form.is_valid()
    content = Content(answers={asked.slug: form.stored()}, notice=RESCUED)
    drafts.begin(request, agency, timezone.now(), content)
    return _next(agency, content, today)


@require_safe
@private_page
def found(request: HttpRequest, agency: Agency) -> HttpResponse:
    """What is public already and may answer the application, before it is sent."""
    draft = _draft(request, agency)
    if draft is None:
        return _no_draft(request, agency)
    content, today = Content.of(draft), timezone.localdate()
    description = content.answers.get("content", {}).get("description", "")
    entries = suggest(agency, description) if description else []
    if not entries:
        return _next(agency, content, today)
    open_question = questions.first_open(content.answers, today)
    onward = (
        reverse("ask:question", args=[agency.code, open_question.slug])
        if open_question
        else reverse("ask:check", args=[agency.code])
    )
    return _page(request, agency, "found", {"entries": entries, "onward": onward})


@require_http_methods(["GET", "HEAD", "POST"])
@private_page
def check(request: HttpRequest, agency: Agency) -> HttpResponse:
    if refusal := _closed(request, agency):
        return refusal
    key, now, today = drafts.key_of(request, agency), timezone.now(), timezone.localdate()
    notice, status = "", 200
    if request.method == "POST":
        if is_stale(request):
            notice, status = STALE, 403
        else:
            try:
                address = quotas.address_of(request)
                seen = request.POST.get("seen", "")
                sending.send(agency=agency, key=key, seen=seen, address=address, now=now, today=today)
                return redirect("ask:done", agency.code)
            except sending.Gone:
                return _no_draft(request, agency)
            except online.QuotaExceeded:
                return _too_many(request, agency)
            except sending.ChangedMeanwhile:
                notice, status = CHANGED, 409
    draft = _draft(request, agency)
    if draft is None:
        return _no_draft(request, agency)
    content = Content.of(draft)
    if questions.first_open(content.answers, today):
        return _next(agency, content, today)
    context = {
        "told": list(questions.told(content.answers, today)),
        "files": content.files,
        "seen": content.seen_as(key),
        "outlook": outlook(today, calendar=calendars.current()),
        "notice": notice,
    }
    return _page(request, agency, "check", context, status)


@require_safe
@private_page
def done(request: HttpRequest, agency: Agency) -> HttpResponse:
    """Number and code, for as long as the session lasts."""
    sent = online.sent_with(agency, drafts.key_of(request, agency))
    if sent is None:
        return _no_draft(request, agency)
    today = timezone.localdate()
    context = {"sent": sent, "today": today, "outlook": outlook(today, calendar=calendars.current())}
    return _page(request, agency, "done", context)


@require_safe
@private_page
def done_pdf(request: HttpRequest, agency: Agency) -> HttpResponse:
    sent = online.sent_with(agency, drafts.key_of(request, agency))
    if sent is None:
        return _no_draft(request, agency)
    if not _take("ask-print", request, PRINTED_AN_HOUR):
        return _too_many(request, agency)
    today = timezone.localdate()
    days = outlook(today, calendar=calendars.current())
    try:
        pdf = receipt.pdf(sent, days)
    except (RenderingFailed, FontsMissing):
        return _page(request, agency, "done", {"sent": sent, "today": today, "outlook": days, "unprinted": True}, 503)
    response = HttpResponse(pdf, content_type="application/pdf")
    name = quote(f"{receipt.TITLE}-{sent.request.number}.pdf")
    response["Content-Disposition"] = f"attachment; filename=\"receipt.pdf\"; filename*=UTF-8''{name}"
    return response


@require_POST
@private_page
def give_up(request: HttpRequest, agency: Agency) -> HttpResponse:
    """放弃填写; and once it is sent, nothing of it shows on this machine any more."""
    if is_stale(request):
        return redirect("ask:new", agency.code)  # where the button is, with a good token
    if draft := _draft(request, agency):
        drafts.give_up(draft)
    drafts.forget(request, agency)
    return redirect("portal:how_to_ask", agency.code)
