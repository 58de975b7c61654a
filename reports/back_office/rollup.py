"""下级年报: who below has handed in the report of a year, who is late, and what to do with what came in."""

from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.models import Agency
from reports import document
from reports.models import FIRST_YEAR, Delivery, ReportBatch
from reports.rendering.html import printed
from reports.rendering.standings import XLSX, write
from reports.rollup import deliveries, exchange, standings

PER_PAGE, BATCHES, YEARS = 50, 3, 6
STATES = [("owing", "未报送"), ("late", "逾期未报"), ("waiting", "待接收"), *standings.State.choices]


class PackageForm(forms.Form):
    file = forms.FileField(
        label="交换文件或报告包",
        help_text=f"其他系统定稿后下载的JSON文件或者报告包（zip），不超过{exchange.MEGABYTES}MB",
    )


class DayForm(forms.Form):
    day = forms.DateField(
        label="报送截止日期",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text="不填按法定期限计算",
        error_messages={"invalid": "报送截止日期不是日期，请按2026-01-20这样填写"},
    )


def page(request: HttpRequest, site: Any) -> HttpResponse:
    day = timezone.localdate()
    parents = list(_parents(request.user))
    context = {**site.each_context(request), "title": "下级年报", "day": day}
    if not parents and not access.can(request.user, Action.VIEW, Area.REPORTS):
        raise PermissionDenied
    if not parents:
        return TemplateResponse(request, "admin/reports/rollup.html", context)
    parent, year = _asked(request, parents)
    everyone = request.GET.get("scope") == "all"
    found = standings.standings(parent, year, day, everyone=everyone)
    state, find, failing = (request.GET.get(name, "") for name in ("state", "find", "failing"))
    rows = standings.narrowed(found.rows, state=state, find=find, failing=failing)
    exporting = access.can(request.user, Action.EXPORT, Area.REPORTS, parent)
    context |= {
        "parents": parents,
        "parent": parent,
        "year": year,
        "years": range(day.year - 1, day.year - 1 - YEARS, -1),
        "found": found,
        "sentence": standings.sentence(found),
        "page": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "everyone": everyone,
        "state": state,
        "states": STATES,
        "find": find,
        "failing": failing,
        "may_act": access.can(request.user, Action.CHANGE, Area.REPORTS, parent),
        "may_export": exporting,
        "batches": ReportBatch.objects.filter(agency=parent, year=year)[:BATCHES] if exporting else [],
        "form": PackageForm(),
        "day_form": DayForm(initial={"day": standings.set_day(parent, year)}),
        "here": _query(parent, year),
        "narrowed": urlencode({"scope": "all" if everyone else "", "state": state, "find": find, "failing": failing}),
    }
    return TemplateResponse(request, "admin/reports/rollup.html", context)


def download(request: HttpRequest) -> HttpResponse:
    """The list as a workbook, narrowed as on the page."""
    parent, year = chosen(request, Action.EXPORT)
    found = standings.standings(parent, year, timezone.localdate(), everyone=request.GET.get("scope") == "all")
    narrowed = {name: request.GET.get(name, "") for name in ("state", "find", "failing")}
    buffer = BytesIO()
    write(buffer, found, standings.narrowed(found.rows, **narrowed))
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    name = quote(f"{parent.name}{year}年下级年报报送情况.xlsx")
    response["Content-Disposition"] = f"attachment; filename=\"roll-up.xlsx\"; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response


def accept_all(request: HttpRequest, site: Any) -> HttpResponse:
    """GET shows what would be accepted; POST accepts exactly that, or nothing."""
    parent, year = chosen(request, Action.CHANGE)
    if request.method == "POST":
        shown = [int(key) for key in request.POST.getlist("delivery") if key.isascii() and key.isdigit()]
        try:
            taken = deliveries.accept_all(to_agency=parent, year=year, expected=shown, by=request.user)
        except ValidationError as error:
            tell(request, error)
            return redirect(f"{reverse('admin:reports_rollup_accept')}?{_query(parent, year)}")
        messages.success(request, f"已接收{len(taken)}份报告，已计入本机关的年度报告")
        return back(parent, year)
    context = {
        **site.each_context(request),
        "title": "接收全部无错误的报告",
        "parent": parent,
        "year": year,
        "found": deliveries.clean(parent, year),
        "here": _query(parent, year),
    }
    return TemplateResponse(request, "admin/reports/rollup_accept.html", context)


@require_POST
def set_day(request: HttpRequest) -> HttpResponse:
    parent, year = chosen(request, Action.CHANGE)
    form = DayForm(request.POST)
    if not form.is_valid():
        messages.error(request, "；".join(map(str, form.errors["day"])))
        return back(parent, year)
    try:
        deliveries.set_day(parent=parent, year=year, day=form.cleaned_data["day"], by=request.user)
        messages.success(request, "已保存报送截止日期（记在本机关这一年度的报告中），下级的工作台按这一天提醒")
    except ValidationError as error:
        tell(request, error)
    return back(parent, year)


@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    parent, year = chosen(request, Action.CHANGE)
    form = PackageForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "请选择文件后再接收；空文件不能接收")
        return back(parent, year)
    try:
        delivery = deliveries.receive_package(
            file=form.cleaned_data["file"], parent=parent, by=request.user, on=timezone.localdate(), year=year
        )
        messages.success(request, f"已收到{delivery.agency}{year}年度报告，请核对后接收")
    except ValidationError as error:
        tell(request, error)
    return back(parent, year)


def delivery_page(request: HttpRequest, pk: int, site: Any) -> HttpResponse:
    """A report as it was handed in: tables, text, and the rules that do not hold."""
    delivery = _delivery(request, pk)
    shown = document.of(delivery.report) if delivery.report else exchange.document_of(delivery.document)
    context = {
        **site.each_context(request),
        "title": f"{delivery.agency}{delivery.year}年度报告",
        "delivery": delivery,
        "document": shown,
        "parts": [
            (part, printed(shown.table(part.table), shown.figures) if part.table else None) for part in shown.parts
        ],
        "may_act": access.can(request.user, Action.CHANGE, Area.REPORTS, delivery.to_agency),
        "entries": history.entries_of(delivery),
        "here": _query(delivery.to_agency, delivery.year),
    }
    return TemplateResponse(request, "admin/reports/delivery.html", context)


@require_POST
def delivery_step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """``accept`` or ``return``."""
    delivery = _delivery(request, pk)
    if not access.can(request.user, Action.CHANGE, Area.REPORTS, delivery.to_agency):
        raise PermissionDenied
    try:
        if what == "accept":
            deliveries.accept(delivery=delivery, by=request.user)
            messages.success(request, f"已接收{delivery.agency}的报告，已计入本机关的年度报告")
        else:
            comment = request.POST.get("comment", "")
            deliveries.return_delivery(delivery=delivery, by=request.user, comment=comment)
            messages.success(request, f"已退回{delivery.agency}，意见显示在它的工作台上")
    except ValidationError as error:
        tell(request, error)
    return back(delivery.to_agency, delivery.year)


def _parents(user: Any) -> Any:
    """The agencies with others beneath them whose reports the person sees."""
    beneath = Agency.objects.filter(parent=OuterRef("pk"))
    return access.agencies_for(user, Action.VIEW, Area.REPORTS).filter(Exists(beneath)).order_by("path")


def _asked(request: HttpRequest, parents: list[Agency]) -> tuple[Agency, int]:
    """The agency and year of the address, or the topmost and the last. Raises ``Http404`` for what is not there."""
    key, text = request.GET.get("agency"), request.GET.get("year")
    parent = next((each for each in parents if str(each.pk) == key), None) if key else parents[0]
    year = int(text) if text and text.isascii() and text.isdigit() and len(text) == 4 else None
    if text and (year is None or not FIRST_YEAR <= year <= 2100) or parent is None:
        raise Http404
    return parent, year or timezone.localdate().year - 1


def chosen(request: HttpRequest, action: Action) -> tuple[Agency, int]:
    parents = list(_parents(request.user))
    if not parents:
        raise PermissionDenied
    parent, year = _asked(request, parents)
    if not access.can(request.user, action, Area.REPORTS, parent):
        raise PermissionDenied
    return parent, year


def _delivery(request: HttpRequest, pk: int) -> Delivery:
    rows = access.visible_to(request.user, Delivery.objects.all())
    return get_object_or_404(rows.select_related("agency", "to_agency", "report", "decided_by", "delivered_by"), pk=pk)


def _query(parent: Agency, year: int) -> str:
    return urlencode({"agency": parent.pk, "year": year})


def back(parent: Agency, year: int) -> HttpResponse:
    return redirect(f"{reverse('admin:reports_rollup')}?{_query(parent, year)}")


def tell(request: HttpRequest, error: ValidationError) -> None:
    messages.error(request, "；".join(error.messages))
