"""The 台账 pages of the back office: template, export, and import in two steps over a job row.

The stock import pages of import-export ask nobody's permission by default and trust a hidden file name in their second
step; they are not used. The second step here takes the number of a job, which must be the person's own and still open.
"""

from io import BytesIO
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.ledger import UnusableFile, export_workbook, for_pages, jobs, sheets
from disclosures.ledger import template_workbook as write_template
from disclosures.ledger.jobs import sheets_for
from disclosures.models import Agency, LedgerImport, LedgerImportState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_FAULTS, SHOWN_JOBS = 200, 10
LONGEST_REASON = 200


class UploadForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="机关")
    file = forms.FileField(label="台账文件")

    def __init__(self, *args: Any, agencies: Any, home: Agency | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limits = for_pages()
        field: Any = self.fields["agency"]
        field.queryset, field.empty_label, field.initial = agencies, "请选择", home
        self.fields["file"].help_text = (
            "Excel（.xlsx、.xls）、WPS（.et）或CSV，可以把文件拖到这里。"
            f"不超过{limits.megabytes}MB，每张表不超过{limits.rows:,}行"
        )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        if upload.size > (megabytes := for_pages().megabytes) * 1024 * 1024:
            raise ValidationError(f"文件超过{megabytes}MB，请按月或按表拆分后再导入")
        return upload


def agencies_with(user: Any, action: Action) -> Any:
    """Agencies for which the person may take ``action`` on at least one sheet."""
    found = Agency.objects.none()
    for area in {sheet.area for sheet in sheets()}:
        found = found | access.agencies_for(user, action, area)
    return found.distinct()


def home_of(user: Any) -> Agency | None:
    """The agency that the upload begins with: the same for every sheet that the person may import, or none."""
    homes = {access.home_agency(user, Action.IMPORT, sheet.area) for sheet in sheets()} - {None}
    return homes.pop() if len(homes) == 1 else None


def ledger_page(request: HttpRequest, site: Any) -> HttpResponse:
    """GET shows the page; POST has an upload checked, writing nothing."""
    importing, exporting = agencies_with(request.user, Action.IMPORT), agencies_with(request.user, Action.EXPORT)
    if not importing.exists() and not exporting.exists():
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, agencies=importing, home=home_of(request.user))
    if request.method == "POST":
        if not importing.exists():
            raise PermissionDenied
        if form.is_valid():
            given = form.cleaned_data
            job = jobs.start(upload=given["file"], agency=given["agency"], by=request.user)
            return redirect("admin:ledger_import", pk=job.pk)
    context = {
        **site.each_context(request),
        "title": "台账导入导出",
        "form": form if importing.exists() else None,
        "jobs": LedgerImport.objects.filter(user=request.user).select_related("agency")[:SHOWN_JOBS],  # type: ignore[misc]
        "exporting": exporting,
        "revealing": agencies_with(request.user, Action.EXPORT_PERSONAL),
        "years": range(timezone.localdate().year, timezone.localdate().year - 6, -1),
        "sheets": [
            sheet
            for sheet in sheets()
            if any(access.can(request.user, action, sheet.area) for action in (Action.IMPORT, Action.EXPORT))
        ],
    }
    return TemplateResponse(request, "admin/ledger/ledger.html", context)


def _own(request: HttpRequest, pk: int) -> LedgerImport:
    return get_object_or_404(LedgerImport.objects.select_related("agency"), pk=pk, user_id=request.user.pk)


def import_page(request: HttpRequest, pk: int, site: Any) -> HttpResponse:
    """How far it is; what it would do; what it did. As JSON for the page's script."""
    job = _own(request, pk)
    interrupted = job.is_interrupted(timezone.now())
    if request.GET.get("as") == "json":
        state = "interrupted" if interrupted else job.state
        told = {"state": state, "done": job.rows_done, "total": job.rows_total, "percent": job.percent}
        response: HttpResponse = JsonResponse({**told, "running": job.is_running and not interrupted})
    else:
        faults = job.result.get("faults", [])
        context = {
            **site.each_context(request),
            "title": "台账导入",
            "job": job,
            "running": job.is_running and not interrupted,
            "interrupted": interrupted,
            "awaiting": _awaits_review(job),
            "faults": faults[:SHOWN_FAULTS],
            "more": max(0, len(faults) - SHOWN_FAULTS),
            "states": {state.name: state.value for state in LedgerImportState},
        }
        response = TemplateResponse(request, "admin/ledger/import.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _awaits_review(job: LedgerImport) -> bool:
    """New items of somebody who may not review wait for the reviewer."""
    added = any(name == "公开信息" and new for name, new, *_ in job.result.get("counts", []))
    return added and not access.can(job.user, Action.REVIEW, Area.PUBLISHING, job.agency)


@require_POST
def import_step(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """``confirm``, ``cancel``, ``again`` after it died, ``undo`` while that is safe; a second press changes nothing."""
    job = _own(request, pk)
    try:
        if what == "confirm":
            jobs.confirm(job)
            job.refresh_from_db()
            if job.result.get("late"):
                messages.error(request, "台账在检查之后有变化，未写入，请按提示修改后重新上传")
        elif what == "cancel":
            jobs.cancel(job)
        elif what == "again":
            jobs.run_again(job)
        else:
            jobs.undo(job=job, by=request.user, reason=request.POST.get("reason", ""))
            messages.success(request, "已撤销，记录恢复到导入以前")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("admin:ledger_import", pk=job.pk)


def faults(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows at fault of a refused file, to correct and upload again."""
    job = _own(request, pk)
    if job.state != LedgerImportState.REFUSED:
        raise Http404
    buffer = BytesIO()
    try:
        jobs.write_faults(job, buffer)
    except (UnusableFile, FileNotFoundError):
        raise Http404("上传的文件不在了，请重新上传") from None
    return _download(buffer, f"错误清单-{PurePath(job.name).stem}.xlsx", "faults.xlsx")


def template(request: HttpRequest) -> HttpResponse:
    agency = agencies_with(request.user, Action.IMPORT).first() or agencies_with(request.user, Action.EXPORT).first()
    if agency is None:
        raise PermissionDenied
    buffer = BytesIO()
    write_template(buffer, agency)
    return _download(buffer, f"{agency.name}台账模板.xlsx", "ledger-template.xlsx")


def export(request: HttpRequest) -> HttpResponse:
    """The agency's ledgers that the person may export; applicants' identity only on a POST that says what for."""
    sent = request.POST if request.method == "POST" else request.GET
    action = Action.EXPORT_PERSONAL if request.method == "POST" else Action.EXPORT
    agency = get_object_or_404(agencies_with(request.user, action), pk=_number(sent.get("agency")))
    year = _number(sent.get("year"))
    reveal = request.method == "POST"
    reason = sent.get("reason", "").strip()
    if reveal and not 0 < len(reason) <= LONGEST_REASON:
        messages.error(request, f"导出申请人身份信息须写明用途，不超过{LONGEST_REASON}字（个人信息保护法第六条）")
        return redirect("admin:ledger")
    personal = set(sheets_for(request.user, Action.EXPORT_PERSONAL, agency))
    chosen = [sheet for sheet in sheets_for(request.user, Action.EXPORT, agency) if not reveal or sheet in personal]
    buffer = BytesIO()
    written = export_workbook(
        buffer,
        agency=agency,
        year=year if year and 1949 <= year <= 2100 else None,
        only=[sheet.name for sheet in chosen],
        reveal=reveal,
    )
    if reveal:
        told = "、".join(f"{name}{rows}行" for name, rows in written.items())
        history.record(
            agency, by=request.user, step="export_personal", what=f"导出申请人身份信息：{told}", reason=reason
        )
    return _download(buffer, f"{agency.name}{year or ''}台账.xlsx", "ledger.xlsx")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _download(buffer: BytesIO, name: str, plain_name: str) -> HttpResponse:
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
