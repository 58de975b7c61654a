"""The report as a file to take away."""

from urllib.parse import quote

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse

from reports import document
from reports.models import AnnualReport
from reports.rendering.formats import FORMATS, Format
from reports.rendering.properties import file_stem


def content(report: AnnualReport, form: Format) -> bytes:
    """The file. The PDF of an issued report is made once and kept under its digest, since it can never differ."""
    kept = f"reports/{report.digest}{form.suffix}" if report.digest and form.key == "pdf" else ""
    if kept and default_storage.exists(kept):
        with default_storage.open(kept) as file:
            return file.read()
    made = form.render(document.of(report))
    if kept and not default_storage.exists(kept):
        default_storage.save(kept, ContentFile(made))
    return made


def file_response(report: AnnualReport, key: str) -> HttpResponse:
    """A format of ``FORMATS`` under its Chinese name (RFC 6266, both forms).

    Raises ``KeyError`` for another key, and what ``Format.render`` raises.
    """
    form = FORMATS[key]
    response = HttpResponse(content(report, form), content_type=form.media_type)
    stem = file_stem(report.agency.name, report.year, version=report.version, is_draft=not report.is_final)
    plain = f"annual-report-{report.year}.{form.suffix.rpartition('.')[2]}"
    name = quote(f"{stem}{form.suffix}")
    way = "inline" if form.shown else "attachment"
    response["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{name}"
    if report.digest:
        response["ETag"] = f'"{report.digest}-{form.key}"'
    return response
