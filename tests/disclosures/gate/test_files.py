"""Attachments as the gate reads them: all text with its place, everything hidden, and copies without it."""

import random
import struct
import zipfile
import zlib
from io import BytesIO

import openpyxl
import pypdf
import pytest
from docx import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor
from openpyxl.comments import Comment
from openpyxl.styles import Font
from PIL import Image
from pptx import Presentation
from pypdf.annotations import Rectangle

from disclosures.gate import files, patterns
from disclosures.gate.files import HiddenKind, Unreadable
from tests.disclosures.gate.test_clearing import LEAK, PHONE

SECRET = f"王某 {LEAK}"


def read(data, name):
    return files.read(BytesIO(data), name)


def text_of(content):
    return "\n".join(passage.text for passage in content.passages)


def kinds(content):
    return {hidden.kind for hidden in content.hidden}


def saved(document):
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


# Files that leak, each by one way


def word(change=lambda document: None, author=""):
    document = Document()
    document.core_properties.author = author
    document.core_properties.comments = ""
    document.add_paragraph("关于开展检查的通知")
    change(document)
    return saved(document)


def hidden_run(document):
    document.add_paragraph("通知").add_run(SECRET).font.hidden = True


def white_run(document):
    document.add_paragraph("通知").add_run(SECRET).font.color.rgb = RGBColor(255, 255, 255)


def deleted_run(document):
    paragraph = document.add_paragraph("保留")
    deletion = OxmlElement("w:del")
    deletion.set(qn("w:author"), "李审核")
    run, text = OxmlElement("w:r"), OxmlElement("w:delText")
    text.text = SECRET
    run.append(text)
    deletion.append(run)
    paragraph._p.append(deletion)


def remark(document):
    paragraph = document.add_paragraph("有批注的一段")
    document.add_comment(paragraph.runs, text=SECRET, author="李审核")


def book(change=lambda workbook: None):
    workbook = openpyxl.Workbook()
    workbook.active.title = "名单"
    workbook.active.append(["序号", "单位"])
    change(workbook)
    return saved(workbook)


def hidden_sheet(workbook, state="hidden"):
    sheet = workbook.create_sheet("底稿")
    sheet["A1"] = SECRET
    sheet.sheet_state = state


def hidden_row(workbook):
    workbook.active.append([1, SECRET])
    workbook.active.row_dimensions[2].hidden = True


def hidden_column(workbook):
    workbook.active["C2"] = SECRET
    workbook.active.column_dimensions["C"].hidden = True


def cell_comment(workbook):
    workbook.active["A1"].comment = Comment(SECRET, "李审核")


def white_cell(workbook):
    workbook.active["C2"] = SECRET
    workbook.active["C2"].font = Font(color="FFFFFFFF")


def slides(notes="", hidden=""):
    show = Presentation()
    show.core_properties.author = ""
    slide = show.slides.add_slide(show.slide_layouts[5])
    slide.shapes.title.text = "工作汇报"
    if notes:
        slide.notes_slide.notes_text_frame.text = notes
    if hidden:
        other = show.slides.add_slide(show.slide_layouts[5])
        other.shapes.title.text = hidden
        other._element.set("show", "0")
    return saved(show)


LEAKY = [
    ("docx", word(hidden_run), HiddenKind.HIDDEN_TEXT, True),
    ("docx", word(white_run), HiddenKind.HIDDEN_TEXT, True),
    ("docx", word(deleted_run), HiddenKind.TRACKED_CHANGE, True),
    ("docx", word(remark), HiddenKind.COMMENT, True),
    ("docx", word(author="王某某"), HiddenKind.AUTHOR, True),
    ("xlsx", book(hidden_sheet), HiddenKind.HIDDEN_SHEET, True),
    ("xlsx", book(lambda workbook: hidden_sheet(workbook, "veryHidden")), HiddenKind.HIDDEN_SHEET, True),
    ("xlsx", book(hidden_row), HiddenKind.HIDDEN_ROWS, True),
    ("xlsx", book(hidden_column), HiddenKind.HIDDEN_COLUMNS, True),
    ("xlsx", book(cell_comment), HiddenKind.COMMENT, True),
    ("xlsx", book(white_cell), HiddenKind.HIDDEN_TEXT, False),
    ("pptx", slides(notes=SECRET), HiddenKind.NOTES, True),
    ("pptx", slides(hidden=SECRET), HiddenKind.HIDDEN_SLIDE, True),
]
IDS = [f"{ending}-{kind.value}-{place}" for place, (ending, _, kind, _) in enumerate(LEAKY)]


@pytest.mark.parametrize(("ending", "data", "kind", "cleanable"), LEAKY, ids=IDS)
def test_what_is_hidden_is_found_and_taken_out(ending, data, kind, cleanable):
    name = f"附件.{ending}"
    content = read(data, name)

    found = [hidden for hidden in content.hidden if hidden.kind == kind]
    assert found and all(hidden.cleanable == cleanable for hidden in found)
    assert kinds(content) == {kind}
    if kind != HiddenKind.AUTHOR:
        assert LEAK in text_of(content), "what is hidden is read, too"
    if cleanable:
        after = read(files.cleaned(BytesIO(data), name), name)
        assert not after.hidden and LEAK not in text_of(after)


@pytest.mark.parametrize("data", [("docx", word()), ("xlsx", book()), ("pptx", slides())], ids=lambda pair: pair[0])
def test_ordinary_file_raises_no_alarm(data):
    ending, content = data
    found = read(content, f"通知.{ending}")

    assert not found.hidden and not found.unread
    assert not patterns.find(text_of(found))


@pytest.mark.parametrize(
    ("author", "is_person"),
    [
        ("王某某", True),
        ("Wang Mou", True),
        ("李局", True),
        ("", False),
        ("python-docx", False),
        ("Microsoft Office User", False),
        ("威海市文登区综合行政执法局", False),
        ("示例区人民政府办公室", False),
        ("示例科技有限公司", False),
    ],
)
def test_author_counts_where_it_names_a_person(author, is_person):
    assert bool(read(word(author=author), "通知.docx").hidden) is is_person


def everywhere(document):
    document.add_paragraph(f"正文 {LEAK}")
    document.add_table(1, 2).cell(0, 1).text = f"表格 {LEAK}"
    split = document.add_paragraph("分开 ")
    split.add_run(LEAK[:6]).bold = True
    split.add_run(LEAK[6:])
    document.sections[0].header.paragraphs[0].text = f"页眉 {LEAK}"
    document.sections[0].footer.paragraphs[0].text = f"页脚 {LEAK}"


def test_text_is_found_with_its_place_and_masked_in_all_of_them():
    data = word(everywhere)
    content = read(data, "附件.docx")

    places = [passage.place for passage in content.passages if patterns.find(passage.text)]
    assert sorted(places) == ["第2段", "第3段", "表格1 第1行第2列", "页眉", "页脚"]
    after = files.masked(BytesIO(data), "附件.docx", patterns.find)
    text = text_of(read(after, "附件.docx"))
    assert not patterns.find(text) and text.count(LEAK[:6]) == 5
    assert Document(BytesIO(after)).paragraphs[2].runs[1].bold


def test_cells_are_found_by_address_and_numbers_become_masked_texts():
    def fill(workbook):
        workbook.active["C5"] = f"王某，{LEAK}"
        workbook.active["D6"] = int(PHONE)
        workbook.active["E7"] = LEAK

    data = book(fill)
    content = read(data, "名单.xlsx")

    places = [passage.place for passage in content.passages if patterns.find(passage.text)]
    assert places == ["工作表“名单” C5", "工作表“名单” D6", "工作表“名单” E7"]
    after = openpyxl.load_workbook(BytesIO(files.masked(BytesIO(data), "名单.xlsx", patterns.find)))
    values = [str(after["名单"][place].value) for place in ("C5", "D6", "E7")]
    assert not patterns.find("\n".join(values)) and values[1].startswith(PHONE[:3]) and values[0].startswith("王某，")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("ending", ["txt", "csv"])
def test_plain_text_is_read_and_masked_in_its_own_encoding(ending, encoding):
    data = f"姓名,证件号码\n王某,{LEAK}\n".encode(encoding)
    content = read(data, f"名单.{ending}")

    assert [passage.place for passage in content.passages if patterns.find(passage.text)] == ["第2行"]
    after = files.masked(BytesIO(data), f"名单.{ending}", patterns.find).decode(encoding)
    assert not patterns.find(after) and after.startswith("姓名,证件号码\n王某,")


def test_slides_are_read_and_masked():
    show = Presentation(BytesIO(slides()))
    show.slides[0].shapes.title.text = SECRET
    data = saved(show)

    assert [p.place for p in read(data, "汇报.pptx").passages if patterns.find(p.text)] == ["幻灯片1"]
    after = files.masked(BytesIO(data), "汇报.pptx", patterns.find)
    assert not patterns.find(text_of(read(after, "汇报.pptx")))


# PDF


def pdf(*drawn, extra=b"", info=""):
    """One page with ``drawn`` as its content, written by hand."""
    content = "\n".join(drawn).encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + extra + b" >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 200] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        f"<< {info} >>".encode("latin-1"),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info 6 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


WORDS = f"BT /F1 12 Tf 50 100 Td ({LEAK}) Tj ET"
BOX = "0 0 0 rg 45 95 200 20 re f"


def test_text_of_a_pdf_is_found_by_page():
    content = read(pdf(WORDS), "文件.pdf")

    assert [p.place for p in content.passages if patterns.find(p.text)] == ["第1页"] and not content.hidden


@pytest.mark.parametrize(
    ("drawn", "covered"),
    [
        ([WORDS, BOX], True),
        ([WORDS, "1 1 1 rg 45 95 200 20 re f"], True),
        ([BOX, "1 1 1 rg", WORDS], False),
        ([WORDS, "0 0 0 RG 45 95 200 20 re S"], False),
        ([WORDS, "0 0 0 rg 45 95 200 1 re f"], False),
        ([WORDS, "0 0 0 rg 45 20 200 20 re f"], False),
        (["3 Tr", WORDS, "0 Tr", BOX], False),
    ],
    ids=["black box", "white box", "ground below", "frame", "line", "elsewhere", "recognised text"],
)
def test_text_under_a_box_is_told(drawn, covered):
    content = read(pdf(*drawn), "文件.pdf")

    assert (HiddenKind.COVERED_TEXT in kinds(content)) is covered
    assert not any(hidden.cleanable for hidden in content.hidden)


def test_box_drawn_as_a_remark_covers_too():
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(WORDS)))
    box = Rectangle(rect=(45, 95, 245, 115), interior_color="000000")
    writer.add_annotation(0, box)
    stream = BytesIO()
    writer.write(stream)

    assert {HiddenKind.COVERED_TEXT, HiddenKind.COMMENT} <= kinds(read(stream.getvalue(), "文件.pdf"))


def test_earlier_revision_is_read_and_taken_out():
    before = pdf(WORDS)
    writer = pypdf.PdfWriter(BytesIO(before), incremental=True)
    content = writer.pages[0]["/Contents"].get_object()
    content.set_data(b"BT /F1 12 Tf 50 100 Td (new) Tj ET")
    stream = BytesIO()
    writer.write(stream)
    data = stream.getvalue()
    assert data.startswith(before)

    content = read(data, "文件.pdf")
    assert kinds(content) == {HiddenKind.EARLIER_REVISION}
    assert any(p.place.startswith("早期版本") and LEAK in p.text for p in content.passages)
    after = files.cleaned(BytesIO(data), "文件.pdf")
    assert not read(after, "文件.pdf").hidden and LEAK not in text_of(read(after, "文件.pdf"))


def test_author_script_and_attachment_of_a_pdf_are_found_and_taken_out():
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf("BT /F1 12 Tf 50 100 Td (public) Tj ET")))
    writer.add_metadata({"/Author": "王某某", "/Title": "通知"})
    script = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/S"): pypdf.generic.NameObject("/JavaScript"),
            pypdf.generic.NameObject("/JS"): pypdf.generic.TextStringObject("app.alert('x')"),
        }
    )
    writer.root_object[pypdf.generic.NameObject("/OpenAction")] = script
    writer.add_attachment("名单.txt", SECRET.encode())
    stream = BytesIO()
    writer.write(stream)
    data = stream.getvalue()

    content = read(data, "文件.pdf")
    assert kinds(content) == {HiddenKind.AUTHOR, HiddenKind.SCRIPT, HiddenKind.EMBEDDED_FILE}
    assert LEAK in text_of(content)
    after = read(files.cleaned(BytesIO(data), "文件.pdf"), "文件.pdf")
    assert not after.hidden and LEAK not in text_of(after) and "public" in text_of(after)


def test_scan_is_left_to_a_person():
    content = read(pdf("0 0 0 rg 10 10 300 100 re f"), "扫描.pdf")

    assert "扫描件" in "".join(content.unread)


def test_pdf_is_not_masked_by_a_box():
    with pytest.raises(Unreadable, match="原稿"):
        files.masked(BytesIO(pdf(WORDS)), "文件.pdf", patterns.find)


# Pictures


def photo(**told):
    image = Image.new("RGB", (60, 40), "navy")
    exif = image.getexif()
    if "gps" in told:
        exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 11.0, 0.0), 3: "E", 4: (122.0, 3.0, 0.0)})
    if "artist" in told:
        exif[0x013B] = told["artist"]
    stream = BytesIO()
    image.save(stream, "JPEG", exif=exif)
    return stream.getvalue()


def test_place_where_a_photo_was_taken_is_found_and_taken_out():
    data = photo(gps=True, artist="Wang Mou")
    content = read(data, "现场.jpg")

    assert kinds(content) == {HiddenKind.LOCATION, HiddenKind.AUTHOR}
    after = files.cleaned(BytesIO(data), "现场.jpg")
    assert not read(after, "现场.jpg").hidden
    assert Image.open(BytesIO(after)).tobytes() == Image.open(BytesIO(data)).tobytes()
    assert not read(photo(), "现场.jpg").hidden


# Files that are refused


def zipped(**members):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return stream.getvalue()


def with_part(data, name, content):
    stream = BytesIO(data)
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def encrypted_pdf():
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf(WORDS)))
    writer.encrypt("geheim", algorithm="RC4-128")
    stream = BytesIO()
    writer.write(stream)
    return stream.getvalue()


def png_bomb():
    def chunk(kind, body):
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    header = struct.pack(">LLBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    parts = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


REFUSED = {
    "空文件.docx": b"",
    "网页.pdf": b"<html><script>alert(1)</script></html>",
    "网页.txt": b"<html><script>alert(1)</script></html>",
    "程序.jpg": b"MZ\x90\x00" + b"\0" * 100,
    "改名.docx": book(),
    "改名.xlsx": word(),
    "改名.png": photo(),
    "半个.docx": word()[:2000],
    "半个.pdf": pdf(WORDS)[:300],
    "加密.pdf": encrypted_pdf(),
    "宏.docx": with_part(word(), "word/vbaProject.bin", b"macro"),
    "炸弹.docx": with_part(word(), "word/media/bomb.xml", b"0" * 120_000_000),
    "炸弹.png": png_bomb(),
    "图里有包.jpg": photo() + zipped(a__txt=b"x"),
    "PDF里有包.pdf": pdf(WORDS) + zipped(a__txt=b"x"),
    "实体.docx": with_part(word(), "word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'),
    "套包.zip": zipped(inner__zip=zipped(a__txt=b"x")),
    "越界.zip": zipped(**{"../a__txt": b"x"}),
    "夹带.zip": zipped(a__exe=b"MZ"),
    "空包.zip": zipped(),
    "程序.exe": b"MZ",
    "旧格式.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "二进制.txt": bytes(range(256)) * 4,
    "不是OFD.ofd": zipped(a__xml=b"<a/>"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_file_that_cannot_be_vouched_for_is_refused_with_what_to_do(name):
    with pytest.raises(Unreadable) as refused:
        read(REFUSED[name], name)

    assert "请" in str(refused.value) and len(str(refused.value)) < 200


def test_members_of_an_archive_are_read_with_their_place_and_masked():
    data = zipped(**{"名单__txt": SECRET.encode(), "表__xlsx": book(hidden_sheet)})
    content = read(data, "材料.zip")

    places = [passage.place for passage in content.passages if patterns.find(passage.text)]
    assert "压缩包内 名单.txt 第1行" in places and HiddenKind.HIDDEN_SHEET in kinds(content)
    after = files.cleaned(BytesIO(files.masked(BytesIO(data), "材料.zip", patterns.find)), "材料.zip")
    assert not read(after, "材料.zip").hidden and not patterns.find(text_of(read(after, "材料.zip")))


def test_name_of_a_file_is_read_too():
    assert patterns.find(read(b"x", f"{SECRET}.txt").passages[0].text)
    inside = read(zipped(**{f"{SECRET}__txt": b"x"}), "材料.zip")
    assert any(patterns.find(passage.text) for passage in inside.passages)


def test_text_of_an_ofd_is_read():
    page = f'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:TextCode>{LEAK}</ofd:TextCode></ofd:Page>'
    data = zipped(**{"OFD__xml": b"<OFD/>", "Doc_0/Pages/Page_0/Content__xml": page.encode()})

    assert [p.place for p in read(data, "公文.ofd").passages if patterns.find(p.text)] == ["第1页"]


# Damaged files end as a sentence, whatever is broken in them

GOOD = {
    "附件.docx": word(everywhere),
    "附件.xlsx": book(hidden_sheet),
    "附件.pptx": slides(notes=SECRET),
    "附件.pdf": pdf(WORDS, BOX),
    "附件.jpg": photo(gps=True),
    "附件.zip": zipped(a__txt=b"x"),
}


@pytest.mark.parametrize("name", GOOD)
def test_damaged_file_is_read_or_refused_never_an_error(name):
    chance = random.Random(name)
    for _ in range(40):
        data = bytearray(GOOD[name])
        for _ in range(chance.choice([1, 3, 20])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for work in (files.read, files.cleaned):
            try:
                work(BytesIO(bytes(data)), name)
            except Unreadable as refused:
                assert "请" in str(refused)
