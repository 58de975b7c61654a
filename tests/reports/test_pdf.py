"""The printed report: GB/T 9704's page, fonts inside, readable text, nothing fetched, hostile text survived."""

import re
import socket
import subprocess
import sys
import threading
from datetime import date
from io import BytesIO

import page
import pytest
from pypdf import PdfReader
from weasyprint import HTML

from disclosures import charts
from disclosures.models import Agency, Category, Channel, ChannelKind, Publication
from disclosures.printing import fonts, justify, pdf_worker
from disclosures.printing.pdf import TIMEOUT_SECONDS, MissingGlyphs, Renderer, RenderingFailed, render_pdf
from reports import document
from reports.models import Adjustment, ReportText
from reports.rendering.html import print_page
from tests.factories.disclosures import AgencyFactory, ItemFactory
from tests.factories.reports import AnnualReportFactory
from tests.printing import printed, printed_alone
from tests.reports.builders import CASES, build, tables_of_case

POINTS_PER_MM = 72 / 25.4
HANZI = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面"


@pytest.fixture(autouse=True)
def _fonts_present(settings):
    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")


def lines_of(pdf_page):
    """Each printed line of a page in the type area: (y in mm from the top, its text)."""
    found = {}

    def visit(text, cm, tm, font, size):
        if text.strip():
            top = round(tm[5] * 0.75 / POINTS_PER_MM, 1)
            found[top] = found.get(top, "") + text.strip()

    pdf_page.extract_text(visitor_text=visit)
    return [(top, text) for top, text in sorted(found.items()) if not re.fullmatch(r"— \d+ —", text)]


def text_of(pdf):
    return "".join("".join(pdf_page.extract_text().split()) for pdf_page in PdfReader(BytesIO(pdf)).pages)


def full_page(characters):
    text = (HANZI * 20)[:characters]
    return f"<p style='text-indent:0'>{text}</p>"


def test_a_page_holds_22_lines_of_28_characters():
    """GB/T 9704-2012: type area 156 × 225 mm, filled."""
    reader = PdfReader(BytesIO(printed(full_page(28 * 22))))

    assert len(reader.pages) == 1
    lines = lines_of(reader.pages[0])
    assert [len(text) for _, text in lines] == [28] * 22
    pitches = [after[0] - before[0] for before, after in zip(lines, lines[1:], strict=False)]
    assert all(abs(pitch - 225 / 22) < 0.15 for pitch in pitches)


def test_one_character_more_begins_a_page():
    reader = PdfReader(BytesIO(printed(full_page(28 * 22 + 1))))

    assert [len(lines_of(one)) for one in reader.pages] == [22, 1]


def test_margins_mirror_and_page_numbers_alternate_outside():
    reader = PdfReader(BytesIO(printed(full_page(28 * 22 * 2))))
    starts, numbers = [], []
    for one in reader.pages:

        def visit(text, cm, tm, font, size):
            left = tm[4] * 0.75 / POINTS_PER_MM
            if re.fullmatch(r"— \d+ —", text.strip()):
                numbers.append(left)
            elif text.strip():
                starts.append(left)

        one.extract_text(visitor_text=visit)

    assert abs(min(starts[:22]) - 28) < 0.3 and abs(min(starts[22:]) - 26) < 0.3
    assert numbers[0] > 150 and numbers[1] < 50


def test_chinese_lines_end_on_one_edge():
    """The justification hook works; without it the right edge is ragged."""
    body = "<p>" + "公开的信息，包括（甲）、乙ABC和2022年1月5日的文件；" * 12 + "</p>"

    def right_edges(pdf):
        done = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pdf, capture_output=True, check=True)
        words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)"', done.stdout.decode())
        edges = {}
        for _, top, right in words:
            edges[top] = max(edges.get(top, 0.0), float(right))
        return [edge for top, edge in sorted(edges.items(), key=lambda pair: float(pair[0]))][:-2]

    try:
        edges = right_edges(printed(body))
    except FileNotFoundError:
        pytest.skip("no pdftotext on this machine: apt-get install poppler-utils")

    # The last glyph keeps its own side bearing and a full-width mark its blank half.
    assert max(edges) - min(edges) < 16


def test_justification_refuses_a_library_it_does_not_know(monkeypatch):
    monkeypatch.setattr(justify, "EXPECTED", {(justify.inline, "justify_line"): ["something", "else"]})

    with pytest.raises(justify.HookMoved):
        justify.install()


def test_fonts_are_embedded_as_subsets_and_text_reads_back():
    pdf = printed("<h1>公开报告</h1><h2>一、总体情况</h2><h3>（一）主动公开</h3><p>喆玥祎翀䶮堃，“引号”与2022年。</p>")

    assert "一、总体情况（一）主动公开喆玥祎翀䶮堃，“引号”与2022年。" in text_of(pdf)
    names = set()
    for one in PdfReader(BytesIO(pdf)).pages:
        for font in one["/Resources"]["/Font"].values():
            descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
            assert "/FontFile3" in descriptor or "/FontFile2" in descriptor
            names.add(descriptor["/FontName"])
    assert names and all(re.match(r"/[A-Z]{6}\+Gongkai", name) for name in names)


def test_character_that_no_font_has_is_named():
    with pytest.raises(MissingGlyphs) as missing:
        printed("<p>姓名：\U0003134a</p>")

    assert missing.value.characters == ["\U0003134a"]
    assert "U+3134A" in str(missing.value)


def test_same_page_gives_the_same_bytes():
    assert printed_alone("<p>一样的内容</p>") == printed_alone("<p>一样的内容</p>")


HOSTILE = {
    "link": '<link rel=stylesheet href="{}">',
    "import": '<style>@import url("{}");</style>',
    "image": '<img alt="" src="{}">',
    "background": '<p style="background:url({})">x</p>',
    "object": '<object data="{}"></object>',
    "embed": '<embed src="{}">',
    "svg": '<svg><image href="{}"/></svg>',
    "font": '<style>@font-face{{font-family:x;src:url("{}")}} p{{font-family:x}}</style><p>x</p>',
    "attachment": '<link rel=attachment href="{}">',
}


@pytest.fixture
def listener():
    """A loopback server that counts who calls."""
    server, hits = socket.create_server(("127.0.0.1", 0)), []

    def serve():
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            hits.append(1)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{server.getsockname()[1]}/x", hits
    server.close()


@pytest.mark.parametrize("markup", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_is_fetched(markup, listener):
    address, hits = listener

    for target in (address, "file:///etc/passwd"):
        try:
            pdf = printed(markup.format(target))
        except RenderingFailed as refused:
            assert "外部资源" in str(refused)
        else:  # an image inside a drawing is left out without a word
            assert "root:" not in text_of(pdf) and b"EmbeddedFile" not in pdf

    assert hits == []


def test_the_library_alone_would_have_fetched(listener):
    """The twin: with its own fetcher the same markup reaches the listener."""
    address, hits = listener

    HTML(string=HOSTILE["image"].format(address)).write_pdf()

    assert hits


@pytest.mark.parametrize(
    "body",
    [
        "<div>" * 5000 + "x",
        "<table><tr><td colspan=100000>x</td></tr></table>" * 50,
        "<p style='font-size:1e300px'>x</p>",
        "<p>" + "公开的信息" * 70_000 + "</p>",
        "<p>" + "<b>公</b>" * 80_000 + "</p>",
    ],
    ids=["nested", "colspan", "font size", "1 MB of text", "1 MB of markup"],
)
def test_hostile_layout_ends_as_a_clear_failure(body):
    """At the latest when its time is over: 30 seconds outside this test."""
    assert TIMEOUT_SECONDS == 30

    with pytest.raises(RenderingFailed) as failed:
        printed(body, timeout=5)

    assert re.search("[\u4e00-\u9fff]", str(failed.value))


def test_worker_needs_no_django():
    done = subprocess.run(
        [sys.executable, "-c", "import sys, disclosures.printing.pdf_worker; print('django' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.strip() == "False"
    assert pdf_worker.MISSING_GLYPHS == 4


def test_missing_fonts_say_what_to_do(settings, tmp_path):
    settings.FONTS_DIR = tmp_path

    with pytest.raises(fonts.FontsMissing, match="make install"):
        render_pdf("<p>x</p>")


def test_folder_of_licensed_fonts_wins_by_the_fonts_own_names(settings, tmp_path):
    """A file is known by what it calls itself: office copies go by many file names."""
    from fontTools.ttLib import TTFont

    font = TTFont(settings.FONTS_DIR / "FandolFang-Regular.otf")
    font["name"].setName("仿宋_GB2312", 1, 3, 1, 0x804)
    font.save(tmp_path / "unnamed.otf")

    chosen = fonts.files(settings.FONTS_DIR, tmp_path)

    assert chosen["Gongkai Fang"] == tmp_path / "unnamed.otf"
    assert chosen["Gongkai Kai"].parent == settings.FONTS_DIR


@pytest.fixture
def busy_report(db):
    """A report with the numbers of a real city, the widest there are."""
    year, level, tables = tables_of_case(CASES[0])
    report = AnnualReportFactory(agency=AgencyFactory(level=level, name="示例市人民政府"), year=year)
    build(report.agency, year, tables)
    return document.of(report)


def test_whole_report_keeps_its_tables_on_one_page_and_is_accessible(busy_report):
    with Renderer() as renderer:
        pdf = renderer.render(print_page(busy_report, renderer.font_faces()))

    pages = ["".join(one.extract_text().split()) for one in PdfReader(BytesIO(pdf)).pages]
    (with_b,) = [text for text in pages if "四、结转下年度继续办理" in text]
    assert "申请人情况" in with_b and "未经复议直接起诉" in with_b
    assert "3119" in with_b and "351" in with_b
    assert "草稿" in pages[0]
    verdict = page.validate_pdf_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)
    assert verdict.is_compliant, [failure.rule_id for failure in verdict.failures]


MARKUP = "<img src=http://x/><script>x</script><style>p{}</style>"


def test_text_of_the_report_is_escaped_in_every_field(db):
    words = dict.fromkeys(("name", "office", "address", "phone", "postcode", "website", "email"), MARKUP)
    # Some columns are no wider.
    words |= {"phone": MARKUP[:40], "postcode": MARKUP[:6]}
    agency = AgencyFactory(**{name: words[name] for name in words if hasattr(Agency, name)})
    report = AnnualReportFactory(agency=agency)
    category = Category.objects.create(agency=agency, name=MARKUP)
    channel = Channel.objects.create(agency=agency, name=MARKUP, kind=ChannelKind.WEBSITE)
    item = ItemFactory(agency=agency, category=category, public=True)
    Publication.objects.create(item=item, channel=channel, published_on=date(2022, 1, 5))
    Adjustment.objects.create(report=report, cell="proactive.licensing", value=1, reason=MARKUP, source=MARKUP)
    for part in document.of(report).parts:
        for section in part.sections:
            ReportText.objects.create(report=report, section=section.key, text=MARKUP)

    html = print_page(document.of(report))

    body = html[html.index("<body>") :]
    assert body.count("&lt;img") > 10
    assert all(tag not in body for tag in ("<img", "<script", "<style", "http://x/>"))
    assert "<img" not in html[: html.index("<style>")], "the title and who wrote it"


def test_charts_tell_their_numbers_and_escape_their_labels():
    svg = charts.bar_chart("标题", [("<script>", 3), ("空", 0)], unit="条")

    assert "<script>" not in svg and "&lt;script&gt;3条；空0条" in svg
    assert 'role="img"' in svg and "<title" in svg
    assert "没有数据" in charts.comparison_chart("空的", [], unit="篇")
