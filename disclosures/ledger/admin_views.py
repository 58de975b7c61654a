"""The 台账 page of the back office: template, export, and import in two steps over a job row.

The stock import pages of import-export ask nobody's permission by default and trust a hidden file name in their second
step; they are not used. The second step here takes the number of a job, which must be the person's own and still open.
"""

from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access
from disclosures.areas import Action
from disclosures.ledger import ImportReport, Sheet, UnusableFile, export_workbook, import_workbook, read, sheets
from disclosures.ledger import template_workbook as write_template
from disclosures.models import Agency, LedgerImport, LedgerImportState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
KEPT_FOR = timedelta(days=1)  # an upload that nobody confirms
SHOWN_FAULTS = 200


class UploadForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="机关")
    file = forms.FileField(label="台账工作簿（.xlsx）")

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


def agencies_with(user: Any, action: Action) -> Any:
    """Agencies for which the person may take ``action`` on at least one sheet."""
    found = Agency.objects.none()
    for area in {sheet.area for sheet in sheets()}:
        found = found | access.agencies_for(user, action, area)
    return found.distinct()


def sheets_for(user: Any, action: Action, agency: Agency) -> list[Sheet]:
    return [sheet for sheet in sheets() if access.can(user, action, sheet.area, agency)]


def ledger_page(request: HttpRequest, site: Any) -> HttpResponse:
    """GET shows the page; POST reads and checks an upload, writing nothing."""
    importing, exporting = agencies_with(request.user, Action.IMPORT), agencies_with(request.user, Action.EXPORT)
    if not importing.exists() and not exporting.exists():
        raise PermissionDenied
    form = UploadForm(request.POST or None, request.FILES or None, agencies=importing)
    if request.method == "POST":
        if not importing.exists():
            raise PermissionDenied
        if form.is_valid() and (job := _checked(request, form)):
            return redirect("admin:ledger_import", pk=job.pk)
    context = {
        **site.each_context(request),
        "title": "台账导入导出",
        "form": form if importing.exists() else None,
        "exporting": exporting,
        "years": range(timezone.localdate().year, timezone.localdate().year - 6, -1),
        "sheets": sheets(),
    }
    return TemplateResponse(request, "admin/ledger/ledger.html", context)


def _checked(request: HttpRequest, form: UploadForm) -> LedgerImport | None:
    """A job with what the import would do, or None with the reason beside the file field."""
    _forget_old_uploads()
    upload, agency = form.cleaned_data["file"], form.cleaned_data["agency"]
    try:
        workbook = read(upload)
    except UnusableFile as error:
        form.add_error("file", str(error))
        return None
    report = import_workbook(workbook, agency=agency, by=request.user, dry_run=True, only=_names(request.user, agency))
    upload.seek(0)
    return LedgerImport.objects.create(
        user=request.user,  # type: ignore[misc]
        agency=agency,
        file=upload,
        name=upload.name[:200],
        state=LedgerImportState.REFUSED if report.faults else LedgerImportState.CHECKED,
        result=_as_json(report),
    )


def import_page(request: HttpRequest, pk: int, site: Any) -> HttpResponse:
    job = get_object_or_404(LedgerImport, pk=pk, user_id=request.user.pk)
    context = {
        **site.each_context(request),
        "title": "导入检查结果" if job.state != LedgerImportState.DONE else "导入完成",
        "job": job,
        "faults": job.result["faults"][:SHOWN_FAULTS],
        "more": max(0, len(job.result["faults"]) - SHOWN_FAULTS),
        "checked": job.state == LedgerImportState.CHECKED,
    }
    response = TemplateResponse(request, "admin/ledger/import.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Writes the checked workbook once; a second press shows what the first did."""
    with transaction.atomic():
        job = get_object_or_404(LedgerImport.objects.select_for_update(), pk=pk, user_id=request.user.pk)
        if job.state == LedgerImportState.CHECKED:
            # The rights and the records may have changed since the check: both are asked anew.
            with job.file.open("rb") as file:
                workbook = read(file)
            report = import_workbook(
                workbook, agency=job.agency, by=request.user, only=_names(request.user, job.agency)
            )
            job.result = _as_json(report)
            job.state = LedgerImportState.DONE if report.written else LedgerImportState.REFUSED
            job.finished_at = timezone.now()
            job.save()
            file_name, storage = str(job.file.name), job.file.storage
            transaction.on_commit(lambda: storage.delete(file_name))
            if not report.written:
                messages.error(request, "台账在检查之后有变化，未写入，请按提示修改后重新上传")
    return redirect("admin:ledger_import", pk=job.pk)


def template(request: HttpRequest) -> HttpResponse:
    agency = agencies_with(request.user, Action.IMPORT).first() or agencies_with(request.user, Action.EXPORT).first()
    if agency is None:
        raise PermissionDenied
    buffer = BytesIO()
    write_template(buffer, agency)
    return _download(buffer, f"{agency.name}台账模板.xlsx", "ledger-template.xlsx")


def export(request: HttpRequest) -> HttpResponse:
    """The agency's ledgers that the person may export; applicants' identity only for those who may see it."""
    agency = get_object_or_404(agencies_with(request.user, Action.EXPORT), pk=_number(request.GET.get("agency")))
    year = _number(request.GET.get("year"))
    chosen = sheets_for(request.user, Action.EXPORT, agency)
    buffer = BytesIO()
    export_workbook(
        buffer,
        agency=agency,
        year=year if year and 1949 <= year <= 2100 else None,
        only=[sheet.name for sheet in chosen],
        reveal=access.sees_identity(request.user, agency),
    )
    return _download(buffer, f"{agency.name}{year or ''}台账.xlsx", "ledger.xlsx")


def _names(user: Any, agency: Agency) -> list[str]:
    return [sheet.name for sheet in sheets_for(user, Action.IMPORT, agency)]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _forget_old_uploads() -> None:
    for job in LedgerImport.objects.filter(finished_at=None, created_at__lt=timezone.now() - KEPT_FOR):
        job.file.delete(save=False)
        job.delete()


def _as_json(report: ImportReport) -> dict[str, Any]:
    return {
        "counts": [[name, str(counts)] for name, counts in report.counts.items()],
        "faults": [[fault.sheet, fault.row, fault.column, fault.reason] for fault in report.faults],
        "notes": report.notes,
    }


def _download(buffer: BytesIO, name: str, plain_name: str) -> HttpResponse:
    response = HttpResponse(buffer.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
