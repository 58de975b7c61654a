"""The report as a file to take away."""

from urllib.parse import quote

from django.http import HttpResponse

from reports import document, kept_files
from reports.models import AnnualReport, IssuedFile
from reports.rendering.formats import FORMATS, KEPT, Format
from reports.rendering.properties import file_stem


def content(report: AnnualReport, form: Format) -> bytes:
    """The file: of an issued report as it was made on issuing, of a draft as it is now.

    A format that was not made then is made once, of what was frozen, and kept.

    Raises ``DamagedFile`` where the report or the kept file is no longer what was issued, and what ``Format.render``
    raises.
    """
    if not report.is_final:
        return form.render(document.of(report))
    if not document.is_unchanged(report):  # else a file of what was tampered with would be made, and kept
        raise kept_files.DamagedFile("定稿的内容与校验码不符，可能在系统之外被改动过，请从备份恢复后再下载")
    if kept := IssuedFile.objects.filter(report=report, kind=form.key).first():
        return kept_files.read(kept)
    return kept_files.add(report, form.key, form.stored_name, form.render(document.of(report)))


def file_response(report: AnnualReport, key: str) -> HttpResponse:
    """A format of ``KEPT`` under its Chinese name (RFC 6266, both forms).

    Raises ``KeyError`` for another key, and what ``Format.render`` raises.
    """
    form = KEPT[key]
    response = HttpResponse(content(report, form), content_type=form.media_type)
    stem = file_stem(report.agency.name, report.year, version=report.version, is_draft=not report.is_final)
    plain = f"annual-report-{report.year}.{form.suffix.rpartition('.')[2]}"
    name = quote(f"{stem}{form.suffix}")
    way = "inline" if form.shown else "attachment"
    response["Content-Disposition"] = f"{way}; filename=\"{plain}\"; filename*=UTF-8''{name}"
    if report.digest:
        response["ETag"] = f'"{report.digest}-{form.key}"'
    return response


def files_of(report: AnnualReport) -> list[tuple[Format, IssuedFile | None]]:
    """What can be downloaded, in the order of the formats; with the kept file where there is one.

    A format that came after the report was issued is made of what was frozen.
    """
    kept = {file.kind: file for file in report.files.all()} if report.is_final else {}
    return [(form, kept.get(key)) for key, form in KEPT.items() if key in kept or key in FORMATS]
