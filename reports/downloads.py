"""The report as a file to take away."""

from urllib.parse import quote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse

from disclosures.printing.pdf import Renderer
from reports import document
from reports.models import AnnualReport
from reports.rendering.html import print_page


def pdf_of(report: AnnualReport) -> bytes:
    """The PDF; of an issued report made once and kept under its digest, since it can never differ."""
    kept = f"reports/{report.digest}.pdf" if report.digest else ""
    if kept and default_storage.exists(kept):
        with default_storage.open(kept) as file:
            return file.read()
    with Renderer() as renderer:
        pdf = renderer.render(print_page(document.of(report), renderer.font_faces()))
    if kept and not default_storage.exists(kept):
        default_storage.save(kept, ContentFile(pdf))
    return pdf


def pdf_response(report: AnnualReport) -> HttpResponse:
    """Shown by the browser, saved under its Chinese title (RFC 6266, both forms)."""
    draft = "" if report.is_final else "（草稿）"
    response = HttpResponse(pdf_of(report), content_type="application/pdf")
    response["Content-Disposition"] = (
        f"inline; filename=\"annual-report-{report.year}.pdf\"; filename*=UTF-8''{quote(f'{report}{draft}.pdf')}"
    )
    if report.digest:
        response["ETag"] = f'"{report.digest}"'
    return response
