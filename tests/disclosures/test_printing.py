"""The engine under the printed report: exact positions on the page, the machine kept out, nothing left behind."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import page
import pytest
from pypdf import PdfReader

from disclosures import confinement
from disclosures.printing import fonts, justify, pdf_process
from disclosures.printing import pdf as engine
from disclosures.printing.pdf import PRINT_CSS, MissingGlyphs, RenderingFailed
from scripts import fonts as installer
from tests.printing import printed, printed_alone

MM = 25.4 / 72
CHARACTER, LINE = 15.75 * MM, 225 / 22
SENTENCE = "本报告的电子版可在“文登区人民政府”网站（http://www.wendeng.gov.cn）查阅，自2022年1月1日起；"


@pytest.fixture(autouse=True)
def _fonts_present(settings):
    if not (settings.FONTS_DIR / fonts.FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")


def boxes(pdf, kind="line"):
    """(page, left, top, right, text) of each printed line in mm, by poppler: positions as a reader sees them."""
    if not shutil.which("pdftotext"):
        pytest.skip("no pdftotext on this machine: apt-get install poppler-utils")
    done = subprocess.run(["pdftotext", "-bbox-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    found = []
    for number, one in enumerate(done.stdout.decode().split("<page ")[1:]):
        for box in re.finditer(rf'<{kind} xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax=".+?">(.*?)</{kind}>', one, re.S):
            left, top, right = (float(value) * MM for value in box.groups()[:3])
            found.append((number, left, top, right, re.sub("<.*?>|\\s", "", box[4])))
    return found


def seen(pdf, number, resolution):
    """A page as an image in greys, and its dots per mm."""
    if not shutil.which("pdftoppm"):
        pytest.skip("no pdftoppm on this machine: apt-get install poppler-utils")
    from PIL import Image

    command = ["pdftoppm", "-r", str(resolution), "-gray", "-f", str(number), "-l", str(number), "-"]
    done = subprocess.run(command, input=pdf, capture_output=True, check=True)
    return Image.open(BytesIO(done.stdout)), resolution / 25.4


def text_of(pdf):
    return "".join("".join(one.extract_text().split()) for one in PdfReader(BytesIO(pdf)).pages)


# GB/T 9704: where things stand


def test_lines_and_characters_stand_on_the_grid():
    lines = [box for box in boxes(printed(f"<p style='text-indent:0'>{'国' * 28 * 22}</p>")) if "—" not in box[4]]

    assert all(abs(left - 28) < 0.05 and abs(right - 184) < 0.1 for _, left, _, right, _ in lines[:-1])
    assert abs(lines[-1][3] - (28 + 28 * CHARACTER)) < 0.1, "the last line of a paragraph is as wide as its characters"
    assert all(abs(after[2] - before[2] - LINE) < 0.02 for before, after in pairwise(lines))
    first, last = lines[0][2], lines[-1][2] + CHARACTER
    assert abs((first - 37) - (262 - last)) < 0.05, "the same air above the first line and below the last"


def test_right_edge_is_straight_beside_an_address_that_does_not_break():
    """A line of the type area ends at 184 mm whatever follows; only a paragraph's last line may be short."""
    lines = [box for box in boxes(printed(f"<p>{SENTENCE * 11}</p>")) if "—" not in box[4]]

    assert len(lines) > 15
    for number, _, _, right, text in lines[:-1]:
        blank_half = CHARACTER / 2 if text[-1] in "，。；：、（）《》“”" else 0
        assert abs(right + 0.15 - (182 if number % 2 else 184)) < 0.3 + blank_half, text


def test_address_reads_back_whole_though_it_may_break():
    pdf = printed(f"<p>{SENTENCE * 3}请写信到office.of.disclosure@wendeng.gov.cn询问。</p>")

    read = text_of(pdf)
    assert read.count("http://www.wendeng.gov.cn") == 3 and "office.of.disclosure@wendeng.gov.cn" in read
    assert "\u200b" not in read


def test_latin_words_are_not_stretched():
    def width(body):
        (word,) = {round(r - left, 1) for _, left, _, r, text in boxes(printed(body), "word") if "wendeng" in text}
        return word

    plain = width(f"<p style='text-align:left'>{SENTENCE}</p>".replace("（", " ").replace("）", " "))

    assert abs(width(f"<p>{SENTENCE}</p>".replace("（", " ").replace("）", " ")) - plain) < 0.15


def test_without_the_hook_the_edge_is_ragged(monkeypatch):
    """Twin of the two tests above: the library's own justification, on the same page."""
    from weasyprint import HTML

    chosen = fonts.files(engine.settings.FONTS_DIR, None)
    style = fonts.stylesheet(chosen) + PRINT_CSS.read_text("utf-8")
    monkeypatch.setenv("FONTCONFIG_FILE", str(PRINT_CSS.with_name("fonts.conf")))
    assert justify.inline.count_expandable_spaces is not justify.gaps_in

    pdf = HTML(string=f"<html lang=zh-CN><style>{style}</style><p>{SENTENCE * 11}</p>").write_pdf()

    edges = [right for number, _, _, right, text in boxes(pdf)[:-1] if number == 0 and "—" not in text]
    assert max(edges) - min(edges) > 20


def test_page_number_stands_outside_one_character_in_and_its_dash_7_mm_below():
    pdf = printed(f"<p style='text-indent:0'>{'国' * 28 * 23}</p>")
    for number, side in ((1, "right"), (2, "left")):
        image, dots = seen(pdf, number, 400)
        below = image.crop((0, int(262 * dots), image.width, image.height)).point(lambda grey: 255 * (grey < 128))
        left, _, right, _ = below.getbbox()
        _, dash, _, _ = below.crop((left, 0, left + int(3 * dots), below.height)).getbbox()

        assert abs(dash / dots - 7) < 0.15
        one_in = 14 * MM
        assert abs(right / dots - (184 - one_in)) < 0.3 if side == "right" else abs(left / dots - (26 + one_in)) < 0.3


@pytest.mark.parametrize(
    ("name", "date_right"),
    [("威海市文登区综合行政执法局", None), ("公安局", 28 - 2)],
    ids=["name reaches further", "date reaches further"],
)
def test_signature_without_a_seal(name, date_right):
    """The name two characters in from the right, the date beginning two after it; or the date two in."""
    found = boxes(printed(f"<p>文。</p><div class=signature><p>{name}</p><p>2023年1月16日</p></div>"))
    (signed,) = [box for box in found if box[4] == name]
    (dated,) = [box for box in found if box[4] == "2023年1月16日"]
    (text,) = [box for box in found if box[4].startswith("文")]

    assert abs(dated[1] - signed[1] - 2 * CHARACTER) < 0.3
    further = dated if date_right else signed
    assert abs(184 - further[3] - 2 * CHARACTER) < 0.3
    assert abs(signed[2] - text[2] - 2 * LINE) < 0.1, "one blank line after the text"


def test_quotation_marks_are_as_wide_as_hanzi_and_digits_half():
    words = boxes(printed("<p style='text-indent:0'>公“开”信</p><p style='text-indent:0'>国2022国</p>"), "word")
    (quoted,) = [right - left for _, left, _, right, text in words if "“" in text]
    (digits,) = [right - left for _, left, _, right, text in words if "2022" in text]

    assert abs(quoted - 5 * CHARACTER) < 0.3
    assert abs(digits - 4 * CHARACTER) < 0.5


# Drafts


def test_draft_mark_is_on_every_page_and_in_no_sentence():
    body = f"<div class=draft>草稿</div><p>{'公开的信息' * 200}</p>"
    pdf = printed(body)

    pages = ["".join(one.extract_text().split()) for one in PdfReader(BytesIO(pdf)).pages]
    assert len(pages) == 2 and all(text.count("草稿") == 1 for text in pages)
    inside = "".join(text.replace("草稿", "") for text in pages)
    assert "公开的信息" * 200 in re.sub("—\\d—", "", inside)
    for number in (1, 2):
        image, dots = seen(pdf, number, 50)
        # On white paper and over text alike: large, and light enough to read through.
        mark = image.crop((0, int(80 * dots), image.width, int(200 * dots))).histogram()
        assert sum(mark[225:240]) > 40 * 40 * dots**2
    assert page.is_pdf_compliant_bytes(pdf, profile=page.ValidationProfile.PDF_UA_1)


# The machine kept out


def test_fonts_of_the_machine_fill_no_gap():
    """Otherwise the same report would print here and not there, or with another face."""
    with pytest.raises(MissingGlyphs) as missing:
        printed("<p>公☑开😀公\ufffd开\U00031350</p>")

    assert missing.value.characters == ["☑", "😀", "\ufffd", "\U00031350"]


def test_invisible_characters_leave_no_trace():
    pdf = printed("<p>甲\u200b乙\ufeff丙\x01丁\x7f戊\u2060己</p><p>上\x0b下\u2028前\x85后</p>")

    assert "甲乙丙丁戊己" in text_of(pdf).replace("\u200b", "").replace("\u2060", "")
    assert "上下前后" in text_of(pdf)


def test_broken_character_is_refused_in_words():
    with pytest.raises(RenderingFailed, match=r"U\+D800"):
        printed("<p>公\ud800开</p>")


LEFT_OUT = (
    '<svg><use href="{0}#a"/></svg><svg><rect width="9" height="9" fill="url({0}#x)"/></svg>'
    '<iframe src="{0}"></iframe><p style="content:url({0})">x</p>'
)
REFUSED = (
    '<ul style="list-style-image:url({0})"><li>x</ul>',
    "<style>@page {{ background: url({0}) }}</style>x",
    '<a rel=attachment href="{0}">x</a>',
)


@pytest.mark.parametrize("body", [LEFT_OUT, *REFUSED])
def test_nothing_is_fetched_by_rarer_ways(body):
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        try:
            printed(body.format(f"http://127.0.0.1:{server.getsockname()[1]}/x"))
        except RenderingFailed as refused:
            assert body in REFUSED and "外部资源" in str(refused)
        with pytest.raises(TimeoutError):
            server.accept()


def test_no_file_is_read_by_rarer_ways(tmp_path):
    canary = tmp_path / "canary.svg"
    canary.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text id="a">CANARY</text></svg>')

    pdf = printed(LEFT_OUT.format(canary.as_uri()))

    assert "CANARY" not in text_of(pdf) and b"EmbeddedFile" not in pdf


def test_image_in_the_page_itself_is_refused_too():
    with pytest.raises(RenderingFailed, match="外部资源"):
        printed('<img alt="" src="data:image/png;base64,iVBORw0KGgo=">')


NETWORK = """
import socket, sys
from disclosures import confinement
server = socket.create_server(("127.0.0.1", 0))
if sys.argv[1] == "leave":
    confinement.leave_network()
try:
    socket.create_connection(server.getsockname(), 2)
    print("reached")
except OSError:
    print("unreachable")
"""


def test_worker_leaves_the_network_where_it_may():
    def tried(how):
        done = subprocess.run([sys.executable, "-c", NETWORK, how], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    assert tried("stay") == "reached"
    if os.geteuid():
        pytest.skip("not root: whether a user may leave the network is up to the machine")
    assert tried("leave") == "unreachable"


def test_limits_are_set_on_the_child():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource; from disclosures import confinement; confinement.limit(7);"
            "print([resource.getrlimit(one)[0] for one in (0, 4, 9)])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    cpu_seconds, core, memory = json.loads(done.stdout)
    assert 7 < cpu_seconds < 7 + 10, "seven more than what loading the libraries took"
    assert (core, memory) == (0, confinement.MEMORY_BYTES)


# Nothing left behind


def test_killed_child_leaves_no_files(monkeypatch, tmp_path):
    """WeasyPrint copies the fonts, 100 MB, to a folder that it clears only when it ends in peace."""
    monkeypatch.setattr(engine.tempfile, "tempdir", str(tmp_path))

    with pytest.raises(RenderingFailed, match="超过3秒"):
        printed_alone("<table><tr><td colspan=100000>x</td></tr></table>" * 50, timeout=3)

    assert list(tmp_path.iterdir()) == []


def test_child_that_gets_no_page_ends_in_silence():
    """One started early, for a command that then refused its arguments."""
    with pdf_process.start() as child:
        output, errors = child.communicate(b"", timeout=20)

    assert (child.returncode, output) == (0, b"") and b"Traceback" not in errors


@pytest.mark.parametrize(
    ("code", "errors", "said"),
    [
        (1, "OSError: cannot load library 'libpango-1.0-0'", "make install"),
        (-11, "", "异常终止"),
        (-24, "", "时间限制"),
        (0, "", "异常终止"),
    ],
)
def test_every_way_to_fail_says_something(code, errors, said):
    with pytest.raises(RenderingFailed, match=said):
        engine.explain(code, errors)


# Fonts


def test_folder_of_licensed_fonts_that_cannot_be_read_is_named(settings, tmp_path):
    with pytest.raises(fonts.FontsMissing, match="LICENSED_FONTS_DIR"):
        fonts.files(settings.FONTS_DIR, tmp_path / "nowhere")


def test_broken_file_among_licensed_fonts_is_passed_over(settings, tmp_path):
    (tmp_path / "broken.ttf").write_bytes(b"\0\1\0\0 no font at all")
    (tmp_path / "empty.otf").write_bytes(b"")

    assert fonts.files(settings.FONTS_DIR, tmp_path)["Gongkai Fang"].parent == settings.FONTS_DIR


def test_collection_among_licensed_fonts_counts_by_its_first_face(settings, tmp_path):
    """宋体 comes as simsun.ttc."""
    from fontTools.ttLib import TTCollection, TTFont

    collection = TTCollection()
    for name in ("宋体", "仿宋"):
        font = TTFont(settings.FONTS_DIR / "FandolSong-Regular.otf", lazy=True)
        font["name"].setName(name, 1, 3, 1, 0x804)
        collection.fonts.append(font)
    collection.save(tmp_path / "any name.ttc")
    collection.close()

    chosen = fonts.files(settings.FONTS_DIR, tmp_path)

    assert chosen["Gongkai Song"].name == "any name.ttc"
    assert chosen["Gongkai Fang"].parent == settings.FONTS_DIR


def package(folder, content=b"a font"):
    """What the installer would find in a package, and its description of it."""
    (folder / "usr").mkdir(parents=True)
    (folder / "usr" / "one.otf").write_bytes(content)
    return installer.Source("some-fonts", "usr/one.otf", installer._digest(folder / "usr" / "one.otf"), "one.otf")


@pytest.fixture
def installing(monkeypatch, tmp_path):
    """The installer with a package of its own; yields the target folder and the list of downloads."""
    downloads = []
    source = package(tmp_path / "package")

    def unpacked(name, scratch):
        downloads.append(name)
        return tmp_path / "package"

    monkeypatch.setattr(installer, "SOURCES", (source,))
    monkeypatch.setattr(installer, "LICENCES", {"some-fonts": ()})
    monkeypatch.setattr(installer, "_unpacked", unpacked)
    return tmp_path / "fonts", downloads


def test_fonts_are_fetched_once_and_again_when_damaged(installing):
    folder, downloads = installing

    installer.main(folder)
    installer.main(folder)
    assert len(downloads) == 1
    (folder / "one.otf").write_bytes(b"a fomt")
    installer.main(folder)

    assert len(downloads) == 2 and (folder / "one.otf").read_bytes() == b"a font"
    assert sorted(path.name for path in folder.iterdir()) == ["SHA256SUMS", "one.otf"]


def test_font_that_is_not_the_known_one_is_refused(installing, tmp_path):
    folder, _ = installing
    (tmp_path / "package/usr/one.otf").write_bytes(b"another font")

    with pytest.raises(SystemExit, match="校验码不符"):
        installer.main(folder)

    assert not (folder / "one.otf").exists()


def test_rules_for_fonts_are_one_for_each_part():
    chosen = {face.family: Path("/fonts") / face.file for face in fonts.FACES}

    used = set(re.findall(r'"(Gongkai [\w ]+)"', PRINT_CSS.read_text("utf-8")))

    assert used == set(chosen), "a face that no rule names is loaded for nothing"
    assert fonts.stylesheet(chosen).count("@font-face") == len(fonts.FACES)
