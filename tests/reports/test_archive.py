"""The archival copy: PDF/A-3a and PDF/UA-1 at once, its data inside, the same bytes on any day."""

import json
import subprocess
import sys
from datetime import date
from io import BytesIO

import page
import pytest
from pypdf import PdfReader

from disclosures.printing import fonts, pdf_process
from disclosures.printing.pdf import Attachment, Renderer, Variant
from reports import document
from reports.rendering.archive import archive_options, render_archive
from reports.rendering.html import print_page
from reports.rendering.json import render_json
from tests.factories.disclosures import AgencyFactory
from tests.factories.reports import AnnualReportFactory
from tests.reports.builders import CASES, build, tables_of_case


@pytest.fixture(autouse=True)
def _fonts_present(settings):
    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")


@pytest.fixture
def report(db):
    year, level, tables = tables_of_case(CASES[2])
    report = AnnualReportFactory(agency=AgencyFactory(level=level, name="示例市人民政府"), year=year)
    build(report.agency, year, tables)
    return document.of(report)


def conforms(pdf, *profiles):
    for profile in profiles:
        verdict = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile(profile))
        assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]
    return True


def bookmarks(reader):
    def told(entries, depth):
        for entry in entries:
            if isinstance(entry, list):
                yield from told(entry, depth + 1)
            else:
                yield depth, entry.title

    return list(told(reader.outline, 0))


def test_archival_copy_keeps_both_standards_and_holds_its_data(report):
    pdf = render_archive(report)

    assert conforms(pdf, "3a", "ua1")
    root = PdfReader(BytesIO(pdf)).trailer["/Root"]
    (file,) = root["/AF"]
    file = file.get_object()
    assert (file["/AFRelationship"], file["/UF"]) == ("/Source", f"annual-report-{report.year}.json")
    assert report.title in file["/Desc"]
    stored = file["/EF"]["/F"].get_object()
    assert stored["/Subtype"] == "/application/json"
    assert stored.get_data().decode() == render_json(report)
    assert json.loads(stored.get_data())["year"] == report.year


def test_one_declaration_is_missing_without_the_finisher():
    """The twin: what the library writes by itself is neither plain nor accessible by its own word."""
    from weasyprint import HTML

    body = "<html lang=zh-CN><title>x</title><p>x</p>"
    pdf = HTML(string=body).write_pdf(pdf_variant="pdf/a-3a")

    rules = {
        failure.rule_id
        for profile in (page.ValidationProfile.PDF_A_3A, page.ValidationProfile.PDF_UA_1)
        for failure in page.validate_pdf_bytes(pdf, profile=profile).failures
    }
    assert any("METADATA-FILTER" in rule for rule in rules) and any("UA" in rule for rule in rules)


def test_bookmarks_and_properties_tell_of_the_report_and_nothing_of_the_machine(report):
    with Renderer() as renderer:
        pdf = renderer.render(print_page(report, renderer.font_faces()))

    reader = PdfReader(BytesIO(pdf))
    marks = bookmarks(reader)
    assert marks[0] == (0, report.title)
    assert [title for depth, title in marks if depth == 1] == [part.printed_heading for part in report.parts]
    assert [title for depth, title in marks if depth == 2] == [
        section.heading for part in report.parts for section in part.sections if section.heading
    ]
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"
    assert reader.metadata.title == report.title and reader.metadata.author == report.agency_name
    assert set(reader.metadata) == {"/Title", "/Author", "/Producer"}
    assert conforms(pdf, "ua1")


ANOTHER_DAY = """
import datetime, time, weasyprint
from disclosures.printing import pdf_worker
real = time.time
time.time = lambda: real() + 400 * 86400
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls(2040, 1, 1, tzinfo=tz)
weasyprint.datetime = Later
pdf_worker.main()
"""


def test_another_day_and_another_process_give_the_same_bytes(report, monkeypatch):
    first = render_archive(report)

    def on_another_day():
        return subprocess.Popen(
            [sys.executable, "-c", ANOTHER_DAY],
            cwd=pdf_process.ROOT,
            env={**pdf_process.ENVIRONMENT, "TZ": "America/Lima", "PYTHONHASHSEED": "7"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    monkeypatch.setattr(pdf_process, "start", on_another_day)

    assert render_archive(report) == first


def test_place_among_others_changes_no_byte(report):
    """A child that has printed before keeps its fonts; nothing of one document is in the next."""
    with Renderer() as renderer:
        html = print_page(report, renderer.font_faces())
        first = renderer.render(html, **archive_options(report))
        renderer.render(html.replace("公开", "喆玥祎"), variant=Variant.ARCHIVE)
        again = renderer.render(html, **archive_options(report))

    assert again == first


def test_attachment_is_bytes_and_never_an_address(report):
    """Its name looks like a file of this machine; nothing is read from there."""
    with Renderer() as renderer:
        style = renderer.font_faces()
        html = f"<html lang=zh-CN><head><title>x</title><style>{style}</style></head><body><p>x</p></body></html>"
        file = Attachment("passwd.json", b"{}", "x", date(2023, 1, 1))
        pdf = renderer.render(html, variant=Variant.ARCHIVE, attachments=[file])

    assert PdfReader(BytesIO(pdf)).attachments == {"passwd.json": [b"{}"]}
