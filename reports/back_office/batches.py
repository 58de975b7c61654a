"""The pages of batch printing: begin, how far it is, cancel, go on, take the package away."""

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access
from disclosures.areas import Action
from reports.back_office.rollup import back, chosen, tell
from reports.models import BatchState, ReportBatch
from reports.rollup import batches


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    parent, year = chosen(request, Action.EXPORT)
    try:
        batch = batches.start(agency=parent, year=year, by=request.user)
    except ValidationError as error:
        tell(request, error)
        return back(parent, year)
    return redirect("admin:reports_batch", pk=batch.pk)


def batch_page(request: HttpRequest, pk: int, site: Any) -> HttpResponse:
    """How far it is and what came of it. As JSON for the page's script."""
    batch = _visible(request, pk)
    interrupted = batch.is_interrupted(timezone.now())
    running = batch.state in (BatchState.QUEUED, BatchState.RUNNING) and not interrupted
    said = _said(batch)
    if request.GET.get("as") == "json":
        response: HttpResponse = JsonResponse({"running": running, "percent": batch.percent, "said": said})
    else:
        context = {
            **site.each_context(request),
            "title": f"批量生成{batch.year}年下级年报",
            "batch": batch,
            "running": running,
            "interrupted": interrupted,
            "said": said,
            "made": batch.done - len(batch.failures),
            "states": {state.name: state.value for state in BatchState},
            "here": urlencode({"agency": batch.agency_id, "year": batch.year}),
        }
        response = TemplateResponse(request, "admin/reports/batch.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def batch_step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """``cancel``, or ``again`` after it died or was cancelled; a second press changes nothing."""
    batch = _visible(request, pk)
    try:
        if what == "cancel":
            batches.cancel(batch)
        else:
            batches.run_again(batch)
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("admin:reports_batch", pk=batch.pk)


def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    batch = _visible(request, pk)
    if batch.state != BatchState.DONE or not batch.file or not batch.file.storage.exists(str(batch.file.name)):
        raise Http404("文件不在了，请重新生成")
    response = FileResponse(batch.file.open("rb"), content_type="application/zip")
    name = quote(f"{batch.agency.name}下级机关{batch.year}年年度报告.zip")
    response["Content-Disposition"] = f"attachment; filename=\"annual-reports.zip\"; filename*=UTF-8''{name}"
    response["Cache-Control"] = "no-store"
    return response


def _visible(request: HttpRequest, pk: int) -> ReportBatch:
    """Of an agency whose reports the person may take away; any other is not there."""
    if not access.can(request.user, Action.EXPORT, ReportBatch.access_area):
        raise PermissionDenied
    rows = access.visible_to(request.user, ReportBatch.objects.all(), Action.EXPORT)
    return get_object_or_404(rows.select_related("agency", "user"), pk=pk)


def _said(batch: ReportBatch) -> str:
    if batch.state != BatchState.RUNNING:
        return batch.get_state_display()
    return f"正在生成，{batch.done} / {batch.total} 份（{batch.percent}%）"
