"""Every format of the report: the same figures, the same bytes each time, hostile text survived."""

import hashlib
import json
import re
from copy import deepcopy
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote
from zipfile import ZipFile

import pytest
from django.core.management import call_command
from docx import Document
from docx.oxml.ns import qn
from lxml import etree
from lxml import html as lxml_html
from openpyxl import load_workbook
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from disclosures.models import ChannelKind
from disclosures.printing import docx as docx_page
from disclosures.printing import fonts
from disclosures.printing.docx import FANG, HEI, KAI, TITLE, signature_indents
from disclosures.printing.pdf import MissingGlyphs, RenderingFailed
from reports import document
from reports.cells import CELLS, TABLES, parts_of
from reports.downloads import file_response
from reports.models import Adjustment, AnnualReport
from reports.rendering import xlsx as xlsx_module
from reports.rendering.formats import FORMATS, format_of
from reports.rendering.package import package
from reports.rendering.properties import file_stem
from tests.factories.disclosures import (
    AgencyFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    PublicationFactory,
)
from tests.factories.reports import AnnualReportFactory, issued
from tests.reports.builders import CASES, build, tables_of_case
from tests.reports.reading_back import READERS, lines_in_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def _fonts_present(settings):
    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")


printed_for_real = pytest.mark.usefixtures("_fonts_present")


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def empty(agency):
    """A draft of a year without records: no charts, so nothing is printed for its pictures."""
    return document.assemble(AnnualReport(agency=agency, year=2022))


def holding(live, tables):
    return replace(live, figures=replace(live.figures, tables=tables))


def saying(live, text):
    """The document with ``text`` in every place that people write."""
    parts = [
        replace(part, sections=tuple(replace(section, paragraphs=(text,)) for section in part.sections))
        for part in live.parts
    ]
    return replace(live, agency_name=text[:100], preamble=(text,), parts=tuple(parts))


def with_charts(agency):
    for kind in (ChannelKind.WEBSITE, ChannelKind.WECHAT):
        channel = ChannelFactory(agency=agency, kind=kind, name=kind.label)
        PublicationFactory(item=ItemFactory(agency=agency, public=True), channel=channel, published_on=date(2022, 5, 1))
    return document.assemble(AnnualReport(agency=agency, year=2022))


def printed_figures(live):
    return {code: "" if value is None else str(value) for code, value in live.figures.cells().items()}


# The same figures


@pytest.mark.parametrize("key", READERS)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_cell_of_a_published_report_reads_back(empty, path, key):
    _, _, tables = tables_of_case(path)
    live = holding(empty, tables)

    assert READERS[key](FORMATS[key].render(live)) == printed_figures(live)


@printed_for_real
@pytest.mark.parametrize("path", CASES[:2], ids=lambda path: path.stem)
def test_every_row_of_a_published_report_is_in_the_print(empty, path):
    _, _, tables = tables_of_case(path)
    live = holding(empty, tables)

    assert lines_in_pdf(FORMATS["pdf"].render(live), live.figures) == []


@printed_for_real
def test_records_adjustments_and_decimals_are_the_same_in_every_format(agency):
    """A county's year from records, with a cell and the fees set by hand."""
    year, _, tables = tables_of_case(CASES[1])
    report = AnnualReportFactory(agency=agency, year=year)
    build(agency, year, tables)
    for code, value in (("requests.granted.legal_service", 12345), ("proactive.fees_wan_yuan", Decimal("1234.567891"))):
        Adjustment.objects.create(report=report, cell=code, value=value, reason="由上级平台统一受理")
    live = document.assemble(report)
    assert live.figures["requests.granted.legal_service"] == 12345
    assert live.figures["requests.answered_total.total"] > 12345

    for key, read in READERS.items():
        assert read(FORMATS[key].render(live)) == printed_figures(live), key
    assert lines_in_pdf(FORMATS["pdf"].render(live), live.figures) == []


@pytest.mark.parametrize("key", ["docx", "xlsx", "html", "json"])
def test_blank_cell_of_a_foreign_report_stays_blank(empty, key):
    tables = deepcopy(empty.figures.tables)
    tables["proactive"]["fees_wan_yuan"] = tables["requests"]["new"]["other"] = tables["disputes"]["review"][
        "total"
    ] = None
    live = holding(empty, tables)

    read = READERS[key](FORMATS[key].render(live))

    assert [code for code, text in read.items() if text == ""] == [
        "proactive.fees_wan_yuan", "requests.new.other", "disputes.review.total",
    ]  # fmt: skip


@pytest.mark.parametrize("amount", ["0", "0.5", "380", "0.000001", "999999999.999999", "123456789012.123456"])
def test_money_is_never_rounded(empty, amount):
    tables = deepcopy(empty.figures.tables)
    tables["proactive"]["fees_wan_yuan"] = amount
    live = holding(empty, tables)

    for key, read in READERS.items():
        told = read(FORMATS[key].render(live))["proactive.fees_wan_yuan"]
        assert Decimal(told) == Decimal(amount), key


# XLSX


def sheets(content):
    book = load_workbook(BytesIO(content))
    return {cell: cell.value for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}


def test_every_total_is_a_formula_over_its_parts(empty):
    _, _, tables = tables_of_case(CASES[0])

    content = FORMATS["xlsx"].render(holding(empty, tables))

    formulas = sheets(content)
    assert len(formulas) == len([code for code in CELLS if parts_of(code)]) == 25 + 6 + 3
    values = load_workbook(BytesIO(content), data_only=True)
    for cell, formula in formulas.items():
        sheet = values[cell.parent.title]
        (area,) = re.fullmatch(r"=SUM\(([A-Z]+\d+:[A-Z]+\d+)\)", formula).groups()
        parts = [part.value for row in sheet[area] for part in row]
        assert sum(parts) == sheet[cell.coordinate].value


def test_cells_with_parts_are_the_declared_totals():
    assert {code for code in CELLS if parts_of(code)} == {code for code, cell in CELLS.items() if cell.is_total}
    assert all(part in CELLS for code in CELLS for part in parts_of(code))


def test_total_that_is_no_sum_is_written_as_it_is(empty):
    tables = deepcopy(empty.figures.tables)
    tables["requests"]["new"]["total"] = 7
    live = holding(empty, tables)

    content = FORMATS["xlsx"].render(live)

    assert READERS["xlsx"](content)["requests.new.total"] == "7"
    assert len(sheets(content)) == 33


def test_a_formula_would_show_another_number(empty, monkeypatch):
    """The twin: such a total would be summed anew by whoever opens the file."""
    monkeypatch.setattr(xlsx_module, "is_sum", lambda code, figures: bool(parts_of(code)))
    tables = deepcopy(empty.figures.tables)
    tables["requests"]["new"]["total"] = 7

    assert len(sheets(FORMATS["xlsx"].render(holding(empty, tables)))) == 34


FORMULAS = [
    '=HYPERLINK("http://x.example","点我")',
    "=1+1",
    "{=SUM(A1)}",
    "+1",
    "-1",
    "@SUM(1)",
    "http://x.example/",
    "7",
]


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_or_a_link(empty, name):
    content = FORMATS["xlsx"].render(replace(empty, agency_name=name, agency_code=name))

    assert {formula[:5] for formula in sheets(content).values()} == {"=SUM("}
    book = load_workbook(BytesIO(content))
    assert [book["说明"][place].value for place in ("B1", "B2")] == [name, name]
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_a_name_would_have_become_a_formula(empty, monkeypatch):
    """The twin: with the library's general method and its defaults it does."""
    monkeypatch.setattr(xlsx_module, "Workbook", lambda out, options: Workbook(out, {"in_memory": True}))
    monkeypatch.setattr(Worksheet, "write_string", Worksheet.write)

    content = FORMATS["xlsx"].render(replace(empty, agency_name="=1+1"))

    assert "=1+1" in sheets(content).values()


def test_workbook_is_set_up_for_paper_and_says_what_it_is(empty):
    issued = replace(empty, status="issued", issued_on=date(2023, 1, 16), digest="a" * 64)

    book, draft = (load_workbook(BytesIO(FORMATS["xlsx"].render(each))) for each in (issued, empty))

    assert book.sheetnames == [*(table.title for table in TABLES), "说明"]
    assert {sheet.page_setup.paperSize for sheet in book} == {9}
    assert all(sheet.sheet_properties.pageSetUpPr.fitToPage for sheet in book)
    assert book[TABLES[1].title].print_title_rows == "$1:$5"
    told = {row[0].value: row[1].value for row in book["说明"].iter_rows()}
    assert (told["状态"], told["定稿日期"], told["校验码"]) == ("已定稿", "2023年1月16日", "a" * 64)
    assert "草稿" in draft[TABLES[0].title]["A2"].value and "草稿" not in book[TABLES[0].title]["A2"].value
    assert (book.properties.creator, book.properties.lastModifiedBy) == ("示例局", "示例局")


def test_correction_is_marked_in_every_format(empty):
    live = replace(empty, status="issued", issued_on=date(2023, 3, 1), version=2, correction_reason="漏计一件")

    page = FORMATS["html"].render(live).decode()
    written = Document(BytesIO(FORMATS["docx"].render(live)))
    notes = load_workbook(BytesIO(FORMATS["xlsx"].render(live)))["说明"]

    assert (
        '<span class="line">（更正版）</span></h1>' in page and "更正版" not in FORMATS["html"].render(empty).decode()
    )
    assert [each.text for each in written.paragraphs if each.style.name == "Title"][0].endswith("报告\n（更正版）")
    told = {row[0].value: row[1].value for row in notes.iter_rows()}
    assert (told["版本"], told["更正原因"]) == ("第2版（更正版）", "漏计一件")


# DOCX


def test_document_has_real_headings_and_the_norms_fonts(empty):
    written = Document(BytesIO(FORMATS["docx"].render(empty)))

    headings = [paragraph for paragraph in written.paragraphs if paragraph.style.name.startswith("Heading")]
    expected = [
        text for part in empty.parts for text in (part.printed_heading, *(section.heading for section in part.sections))
    ]
    assert [paragraph.text for paragraph in headings] == expected
    fonts_of = {
        name: written.styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Title", "Heading 1", "Heading 2", "Body Text")
    }
    assert list(fonts_of.values()) == [TITLE, HEI, KAI, FANG]
    assert [paragraph.text for paragraph in written.paragraphs if paragraph.style.name == "Title"] == [
        "示例局\n2022年政府信息公开工作年度报告"
    ]


def test_document_is_the_page_of_the_norm(empty):
    written = Document(BytesIO(FORMATS["docx"].render(empty)))
    section = written.sections[0]

    sides = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(side.mm) for side in sides] == [37, 28, 26, 35]
    settings = written.settings.element
    assert settings.find(qn("w:mirrorMargins")) is not None and settings.find(qn("w:evenAndOddHeaders")) is not None
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        assert "".join(footer._element.xpath(".//text()")).split() == ["—", "PAGE", "—"]
        assert getattr(footer.paragraphs[0].paragraph_format, f"{side}_indent").pt == 14
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"
    # 28 characters of 16pt, each a quarter point closer, fit 156 mm; 22 lines fit 225 mm.
    assert 28 * (16 - 5 / 20) <= 156 * 72 / 25.4 and 22 * 579 / 20 <= 225 * 72 / 25.4


def test_tables_of_the_document_are_words_own(empty):
    written = Document(BytesIO(FORMATS["docx"].render(empty)))
    xml = written.element

    assert len(written.tables) == 3
    assert not list(xml.iter("{*}txbxContent", "{*}pict")), "no text boxes"
    for table, printed in zip(written.tables, TABLES, strict=True):
        rows = table._tbl.tr_lst
        assert all(row.trPr.find(qn("w:cantSplit")) is not None for row in rows)
        repeated = [row.trPr.find(qn("w:tblHeader")) is not None for row in rows]
        assert repeated == [True] * len(printed.head) + [False] * len(printed.body)
        merged_down = [cell for cell in table._tbl.iter(qn("w:vMerge")) if cell.get(qn("w:val")) == "restart"]
        declared = [cell for row in (*printed.head, *printed.body) for cell in row]
        assert len(merged_down) == sum(getattr(cell, "rowspan", 1) > 1 for cell in declared)
        assert [int(span.get(qn("w:val"))) for span in table._tbl.iter(qn("w:gridSpan"))].count(3) >= sum(
            cell.colspan == 3 and getattr(cell, "rowspan", 1) == 1 for cell in declared
        )
        width = sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid)
        assert abs(width - 156 * 1440 / 25.4) < 10


def test_document_carries_no_trace_of_its_making(empty):
    content = FORMATS["docx"].render(empty)

    properties = Document(BytesIO(content)).core_properties
    assert (properties.author, properties.last_modified_by, properties.language) == ("示例局", "示例局", "zh-CN")
    assert properties.created.date() == date(2022, 12, 31)
    with ZipFile(BytesIO(content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
    assert b"python-docx" not in everything and b"Macintosh" not in everything


def test_draft_is_marked_and_the_issued_document_is_not(empty):
    def marks(live):
        section = Document(BytesIO(FORMATS["docx"].render(live))).sections[0]
        return [header.paragraphs[0].text for header in (section.header, section.even_page_header)]

    assert marks(empty) == ["草稿", "草稿"]
    assert marks(replace(empty, status="issued", issued_on=date(2023, 1, 16))) == ["", ""]


@printed_for_real
def test_charts_are_pictures_with_their_numbers_in_words(agency):
    live = with_charts(agency)

    content = FORMATS["docx"].render(live)

    drawings = list(Document(BytesIO(content)).element.iter("{*}docPr"))
    assert len(drawings) == 2 and all(drawing.get("descr") for drawing in drawings)
    assert "2022年1篇" in drawings[1].get("descr")
    with ZipFile(BytesIO(content)) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.endswith(".png")]
    assert len(pictures) == 2 and all(picture.startswith(b"\x89PNG") for picture in pictures)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        # 威海市文登区综合行政执法局: 13 characters, and two free at the right.
        ("威海市文登区综合行政执法局", (13, 15)),
        # 示例局: the date, 4 + 1 + 1 + 1 + 2 halves and three characters, reaches further.
        ("示例局", (17.5, 19.5)),
        ("很" * 40, (0, 2)),
    ],
)
def test_signature_stands_where_the_norm_puts_it(name, begins):
    """GB/T 9704-2012, 7.3.5.2: the date begins two characters after the name, the longer ends two characters in."""
    assert signature_indents(name, "2023年1月16日") == begins


# HTML


def test_page_stands_alone(empty):
    page = lxml_html.fromstring(FORMATS["html"].render(empty).decode())

    assert page.get("lang") == "zh-CN" and page.findtext(".//title").endswith("（草稿）")
    assert page.find(".//meta[@name='viewport']") is not None
    assert not page.xpath("//@src | //link | //script | //a/@href | //iframe")
    style = page.findtext(".//style")
    assert not re.findall(r"@import|https?:", re.sub(r"data:[^\"]+", "", style))
    assert all(cell.get("scope") for cell in page.iter("th"))
    assert all(table.find("caption") is not None for table in page.iter("table"))
    assert len(page.xpath("//div[@class='scroll'][@tabindex='0'][@role='region'][@aria-label]")) == 3


# Whatever people write

HOSTILE = {
    "controls": "甲\x00乙\x01丙\x1f丁\x7f戊\x9f己",
    "line breaks": "甲\x0b乙\x0c丙\u2028丁",
    "no characters": "甲\ufffe乙\uffff丙",
    "emoji": "公开😀👨‍👩‍👧",
    "rare": "喆玥䶮\U00020bb7\U0003134a",
    "long": "公开" * 2500,
    "one word": "x" * 5000,
    "formula": '=HYPERLINK("http://x.example","点")',
    "markup": "<script>alert(1)</script>]]>&amp;<w:p/>",
    "escape": "_x0001_ \\u0000 {{ 7 }} ${x}",
    "direction": "\u202e反\u200b转\u2066",
}


@pytest.mark.parametrize("key", ["docx", "xlsx", "html", "json"])
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_comes_out_clean(empty, text, key):
    live = saying(empty, text)

    content = FORMATS[key].render(live)

    assert READERS[key](content) == printed_figures(live)
    if key in ("docx", "xlsx"):
        with ZipFile(BytesIO(content)) as archive:
            for name in archive.namelist():
                if name.endswith((".xml", ".rels")):
                    etree.fromstring(archive.read(name))
    if key == "html":
        assert b"<script" not in content and not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content)


@pytest.mark.parametrize("key", FORMATS)
@pytest.mark.parametrize("place", ["text", "name"])
def test_half_a_character_is_refused_in_every_format_alike(empty, key, place):
    live = saying(empty, "甲\ud800乙") if place == "text" else replace(empty, agency_name="局\udfff")

    with pytest.raises(RenderingFailed, match=r"残缺的字符（U\+D[8F]"):
        FORMATS[key].render(live)


def test_half_a_character_would_fail_in_some_way_of_its_own(empty):
    """The twin: without the guard every writer meets it unprepared."""
    with pytest.raises(UnicodeEncodeError):
        FORMATS["json"].write(saying(empty, "甲\ud800乙"))


def test_control_characters_would_break_the_document(empty, monkeypatch):
    """The twin."""
    monkeypatch.setattr(docx_page, "printable", lambda text: text)

    with pytest.raises(ValueError, match="XML"):
        FORMATS["docx"].render(saying(empty, "甲\x00乙"))


@printed_for_real
def test_character_without_a_glyph_fails_the_print_and_the_package_clearly(empty):
    live = saying(empty, HOSTILE["emoji"])

    with pytest.raises(MissingGlyphs, match=r"U\+1F600"):
        FORMATS["zip"].render(live)


@printed_for_real
def test_hostile_category_does_not_break_the_charts(agency):
    channel = ChannelFactory(agency=agency, kind=ChannelKind.WEBSITE)
    for name in ("<script>&\x01", "很长的栏目名称" * 8):
        item = ItemFactory(agency=agency, public=True, category__name=name, category__agency=agency)
        PublicationFactory(item=item, channel=channel, published_on=date(2022, 5, 1))
    live = document.assemble(AnnualReport(agency=agency, year=2022))

    (drawing,) = Document(BytesIO(FORMATS["docx"].render(live))).element.iter("{*}docPr")

    assert "<script>&1条" in drawing.get("descr")


# The same bytes


@pytest.mark.parametrize("key", ["docx", "xlsx", "html", "json"])
def test_same_report_gives_the_same_bytes(empty, key):
    _, _, tables = tables_of_case(CASES[1])
    live = holding(empty, tables)

    first, again = FORMATS[key].render(live), FORMATS[key].render(live)

    assert first == again
    if key in ("docx", "xlsx"):
        with ZipFile(BytesIO(first)) as archive:
            assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@printed_for_real
def test_package_holds_every_format_and_says_their_digests(agency):
    live = with_charts(agency)

    content = FORMATS["zip"].render(live)

    with ZipFile(BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    manifest = json.loads(files.pop("manifest.json"))
    stem = "示例局2022年政府信息公开工作年度报告（草稿）"
    assert sorted(files) == sorted(f"{stem}{each.suffix}" for each in FORMATS.values() if each.key != "zip")
    assert (manifest["schema"], manifest["year"], manifest["agency"]["code"]) == (
        "annual-report-package/1",
        2022,
        "bureau",
    )
    assert {entry["name"]: entry["sha256"] for entry in manifest["files"]} == {
        name: hashlib.sha256(file).hexdigest() for name, file in files.items()
    }
    assert {entry["format"] for entry in manifest["files"]} == set(FORMATS) - {"zip"}
    inside = {entry["format"]: (FORMATS[entry["format"]].suffix, files[entry["name"]]) for entry in manifest["files"]}
    assert package(live, inside) == package(live, dict(reversed(inside.items()))) == content
    for key in ("docx", "xlsx", "json"):
        assert files[f"{stem}.{key}"] == FORMATS[key].render(live)


def test_issued_report_renders_from_what_was_frozen(agency):
    report = issued(AnnualReportFactory(agency=agency), MembershipFactory(agency=agency, role="manager").user)
    first = {key: FORMATS[key].render(document.of(report)) for key in READERS}
    build(agency, 2022, tables_of_case(CASES[3])[2])
    agency.name = "改名以后的局"
    agency.save()

    kept = document.of(AnnualReport.objects.get(pk=report.pk))

    assert {key: FORMATS[key].render(kept) for key in READERS} == first


# Names, the command, the download


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("示例局", "示例局"),
        ("../../etc/passwd\x00", "etcpasswd"),
        ('a\\b:c*d?e"f<g>h|i j', "abcdefghij"),
        ("...", "本机关"),
        ("很" * 300, "很" * 50),
    ],
)
def test_file_names_fit_every_system(name, stem):
    assert file_stem(name, 2022) == f"{stem}2022年政府信息公开工作年度报告"
    assert len(f"{file_stem(name, 2022, version=12, is_draft=True)}.docx".encode()) < 255


@pytest.mark.parametrize(
    ("name", "key"), [("a.PDF", "pdf"), ("年报.docx", "docx"), ("x.tar.zip", "zip"), ("pdf", None)]
)
def test_format_is_known_by_the_ending(name, key):
    assert (found.key if (found := format_of(name)) else None) == key


@pytest.mark.parametrize("key", READERS)
def test_command_writes_every_format(agency, tmp_path, key):
    path = tmp_path / f"report{FORMATS[key].suffix}"

    call_command("annual_report", agency="bureau", year=2022, output=str(path))

    live = document.assemble(AnnualReport(agency=agency, year=2022))
    assert READERS[key](path.read_bytes()) == printed_figures(live)


@pytest.mark.parametrize("key", ["docx", "xlsx", "html", "json"])
def test_download_has_its_chinese_name_in_both_forms(agency, key):
    response = file_response(AnnualReportFactory(agency=agency), key)

    form = FORMATS[key]
    assert response["Content-Type"] == form.media_type
    name = quote(f"示例局2022年政府信息公开工作年度报告（草稿）{form.suffix}")
    assert response["Content-Disposition"] == (
        f"attachment; filename=\"annual-report-2022{form.suffix}\"; filename*=UTF-8''{name}"
    )
