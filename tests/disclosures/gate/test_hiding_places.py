"""Places in a file where a number or a remark is overlooked, one file each; and files that only look so."""

import re
import zipfile
from io import BytesIO

import pypdf
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image, PngImagePlugin
from pptx import Presentation
from pptx.util import Inches
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject, TextStringObject

from disclosures.gate import files, reader_process, searching
from disclosures.gate.files import cells, xml
from disclosures.gate.files.content import Passage
from disclosures.gate.patterns import Kind, find
from tests.disclosures.gate import corpus
from tests.disclosures.gate.test_clearing import LEAK, PHONE
from tests.disclosures.gate.test_files import BOX, WORDS, book, pdf, saved, slides, word, zipped

SECRET = f"王某 {LEAK}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def found_in(data, name):
    content = files.read(BytesIO(data), name)
    kinds = {hit.kind.value for _, hit, _ in searching.search(content.passages)}
    return kinds | {hidden.kind.value for hidden in content.hidden} | ({"unread"} if content.unread else set())


def changed(data, part, change):
    """The package with ``change`` made to one part."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, change(before.read(name)) if name == part else before.read(name))
    return out.getvalue()


def added(data, rels, kind, target, part, content):
    """The package with one more part, reachable."""
    link = f'<Relationship Id="rX" Type="{OFFICE}{kind}" Target="{target}"/></Relationships>'.encode()
    out = BytesIO(changed(data, rels, lambda old: old.replace(b"</Relationships>", link)))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return out.getvalue()


def paragraph(inner, **namespaces):
    names = {
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "v": "urn:schemas-microsoft-com:vml",
    }
    declared = " ".join(f'xmlns:{name}="{address}"' for name, address in names.items())
    body = f"<w:p {nsdecls('w')} {declared}>{inner}</w:p>"
    return word(lambda document: document.element.body.insert(0, parse_xml(body)))


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def style(inner, based=""):
    on = f'<w:basedOn w:val="{based}"/>' if based else ""
    return f'<w:style w:type="paragraph" w:styleId="X{based}">{on}<w:name w:val="x"/><w:rPr>{inner}</w:rPr></w:style>'


def styled(styles, name):
    data = paragraph(f'<w:pPr><w:pStyle w:val="{name}"/></w:pPr>{run("内部意见")}')
    return changed(data, "word/styles.xml", lambda old: old.replace(b"</w:styles>", f"{styles}</w:styles>".encode()))


def split_in_a_row(document):
    row = document.add_table(1, 3)
    for place, text in enumerate(("身份证号", LEAK[:9], LEAK[9:])):
        row.cell(0, place).text = text


def boxes(document):
    row = document.add_table(1, 19)
    for place, text in enumerate(("身份证号", *LEAK)):
        row.cell(0, place).text = text


def hidden_table_row(document):
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "内部意见"
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))


WORDS_IN_STYLES = f'<w:style w:type="paragraph" w:styleId="Y"><w:name w:val="{SECRET}"/></w:style></w:styles>'
DOCUMENTS = {
    "alt": (paragraph(f'<w:r><w:drawing><wp:docPr id="1" name="x" descr="{SECRET}"/></w:drawing></w:r>'), "identity"),
    "word art": (
        paragraph(f'<w:r><w:pict><v:shape><v:textpath string="{SECRET}"/></v:shape></w:pict></w:r>'),
        "identity",
    ),
    "field": (paragraph(f'<w:fldSimple w:instr="MERGEFIELD {LEAK}">{run("x")}</w:fldSimple>'), "identity"),
    "bookmark": (paragraph(f'<w:bookmarkStart w:id="0" w:name="id_{LEAK}"/>{run("x")}'), "identity"),
    "control": (paragraph(f'<w:sdt><w:sdtPr><w:alias w:val="{SECRET}"/></w:sdtPr></w:sdt>'), "identity"),
    "XML comment": (
        changed(word(), "word/document.xml", lambda old: old.replace(b"<w:body>", f"<w:body><!--{SECRET}-->".encode())),
        "identity",
    ),
    "name of a style": (
        changed(word(), "word/styles.xml", lambda old: old.replace(b"</w:styles>", WORDS_IN_STYLES.encode())),
        "identity",
    ),
    "two cells": (word(split_in_a_row), "identity"),
    "a box a digit": (word(boxes), "identity"),
    "format change": (
        paragraph(run("x", '<w:b/><w:rPrChange w:id="1" w:author="李某"><w:rPr/></w:rPrChange>')),
        "tracked_change",
    ),
    "nearly white": (paragraph(run("内部意见", '<w:color w:val="FDFDFD"/>')), "hidden_text"),
    "white of the theme": (
        paragraph(run("内部意见", '<w:color w:val="auto" w:themeColor="background1"/>')),
        "hidden_text",
    ),
    "white style": (styled(style('<w:color w:val="FFFFFF"/>'), "X"), "hidden_text"),
    "style on a hidden one": (styled(style("<w:vanish/>") + style("", "X"), "XX"), "hidden_text"),
    "hidden row": (word(hidden_table_row), "hidden_text"),
    "unknown part": (
        added(word(), "word/_rels/document.xml.rels", "image", "media/x.bin", "word/media/x.bin", SECRET),
        "unread",
    ),
    "white on blue": (
        paragraph('<w:pPr><w:shd w:val="clear" w:fill="1F4E79"/></w:pPr>' + run("标题", '<w:color w:val="FFFFFF"/>')),
        "",
    ),
}


def sheet(change):
    return book(lambda workbook: change(workbook.active, workbook))


def list_of_choices(page, workbook):
    choices = DataValidation(type="list", formula1=f'"{SECRET},李某"', promptTitle="x", prompt=f"问{PHONE}")
    page.add_data_validation(choices)
    choices.add("A1")


def condition(page, workbook):
    page.conditional_formatting.add("A1:A3", FormulaRule(formula=[f'$A1="{LEAK}"']))


def coloured(ink, ground):
    def change(page, workbook):
        page["A5"] = "内部意见"
        page["A5"].font = Font(color=ink)
        page["A5"].fill = PatternFill("solid", fgColor=ground)

    return sheet(change)


def swallowed(page, workbook):
    page.append(["表头", "内部意见"])
    page.merged_cells.add("A2:B2")


def in_sheet(inner, before=b"</worksheet>"):
    return changed(book(), "xl/worksheets/sheet1.xml", lambda old: old.replace(before, inner.encode() + before))


def narrow(page, workbook):
    page["B5"] = "内部意见"
    page.column_dimensions["B"].width = 0.1


def low(page, workbook):
    page["B5"] = "内部意见"
    page.row_dimensions[5].height = 0.5


def left_behind(data):
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    strings = f'<sst xmlns="{space}"><si><t>{SECRET}</t></si></sst>'
    rels, part = "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
    if part in zipfile.ZipFile(BytesIO(data)).namelist():
        return changed(data, part, lambda old: strings.encode())
    return added(data, rels, "sharedStrings", "sharedStrings.xml", part, strings)


def all_rows_hidden(old):
    return re.sub(rb"<sheetFormatPr[^>]*/>", b'<sheetFormatPr defaultRowHeight="15" zeroHeight="1"/>', old)


ROUNDED = sheet(lambda page, workbook: page.__setitem__("B5", 1234567))
WORKBOOKS = {
    "choices": (sheet(list_of_choices), "identity phone"),
    "condition": (sheet(condition), "identity"),
    "scenario": (
        in_sheet(f'<scenarios><scenario name="x"><inputCells r="A1" val="{LEAK}"/></scenario></scenarios>'),
        "identity",
    ),
    "even footer": (in_sheet(f"<headerFooter><evenFooter>{SECRET}</evenFooter></headerFooter>"), "identity"),
    "first footer": (in_sheet(f"<headerFooter><firstFooter>{SECRET}</firstFooter></headerFooter>"), "identity"),
    "name": (
        sheet(lambda page, workbook: workbook.defined_names.add(DefinedName("a", attr_text=f'"{LEAK}"'))),
        "identity",
    ),
    "two cells": (sheet(lambda page, workbook: page.append(["身份证号", LEAK[:9], LEAK[9:]])), "identity"),
    "a cell a digit": (sheet(lambda page, workbook: page.append(["手机", *map(int, PHONE)])), "phone"),
    "three columns": (sheet(lambda page, workbook: page.append([371002, 19800101, 1232])), ""),
    "number in the form of Excel": (
        changed(ROUNDED, "xl/worksheets/sheet1.xml", lambda old: old.replace(b"1234567", b"3.71002198001011E+17")),
        "identity",
    ),
    "left behind": (left_behind(book()), "identity leftover"),
    "white on white": (coloured("FFFFFFFF", "FFFFFFFF"), "hidden_text"),
    "black on black": (coloured("FF000000", "FF000000"), "hidden_text"),
    "white on blue": (coloured("FFFFFFFF", "FF1F4E79"), ""),
    "under a merged cell": (sheet(swallowed), "hidden_text"),
    "narrow column": (sheet(narrow), "hidden_columns"),
    "low row": (sheet(low), "hidden_rows"),
    "all rows hidden": (changed(book(), "xl/worksheets/sheet1.xml", all_rows_hidden), "hidden_rows"),
}


def show(change):
    presentation = Presentation(BytesIO(slides()))
    change(presentation.slides[0])
    return saved(presentation)


def box(slide, inches, text="内部意见"):
    shape = slide.shapes.add_textbox(Inches(inches), 0, Inches(2), Inches(1))
    shape.text_frame.text = text
    return shape


def hidden_shape(slide):
    box(slide, 1)._element.nvSpPr.cNvPr.set("hidden", "1")


SLIDES = {
    "left of the slide": (show(lambda slide: box(slide, -20)), "hidden_text"),
    "right of the slide": (show(lambda slide: box(slide, 40)), "hidden_text"),
    "hidden shape": (show(hidden_shape), "hidden_text"),
    "two paragraphs": (show(lambda slide: box(slide, 1, f"身份证号\n{LEAK[:10]}\n{LEAK[10:]}")), "identity"),
    "on the slide": (show(lambda slide: box(slide, 1)), ""),
}


def rewritten(data, change):
    writer, out = pypdf.PdfWriter(clone_from=BytesIO(data)), BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def form_without_a_page(writer):
    field = DictionaryObject({NameObject("/FT"): NameObject("/Tx"), NameObject("/V"): TextStringObject(SECRET)})
    fields = ArrayObject([writer._add_object(field)])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): fields})


def private_data(writer):
    kept = DictionaryObject({NameObject("/Private"): TextStringObject(SECRET)})
    writer.pages[0][NameObject("/PieceInfo")] = DictionaryObject({NameObject("/Ai"): kept})


def all_layers_off(writer):
    off = DictionaryObject({NameObject("/BaseState"): NameObject("/OFF")})
    writer.root_object[NameObject("/OCProperties")] = DictionaryObject({NameObject("/D"): off})


def attribute_of_xmp(writer):
    stream = StreamObject()
    stream.set_data(f'<x><rdf:Description pdfx:card="{LEAK}"/></x>'.encode())
    writer.root_object[NameObject("/Metadata")] = writer._add_object(stream)


def scanned(*, page_number):
    out = BytesIO()
    Image.new("L", (800, 400), 255).save(out, "PDF")
    if not page_number:
        return out.getvalue()
    number = pypdf.PdfReader(BytesIO(pdf("BT /F1 8 Tf 5 5 Td (- 1 -) Tj ET"))).pages[0]
    return rewritten(out.getvalue(), lambda writer: writer.pages[0].merge_page(number))


PUBLIC = "BT /F1 12 Tf 50 150 Td (public) Tj ET"
REMARK = "(internal remark) Tj ET"
PDFS = {
    "bookmark": (rewritten(pdf(PUBLIC), lambda writer: writer.add_outline_item(SECRET, 0)), "identity"),
    "form without a page": (rewritten(pdf(PUBLIC), form_without_a_page), "identity form"),
    "data of a program": (rewritten(pdf(PUBLIC), private_data), "identity"),
    "attribute": (rewritten(pdf(PUBLIC), attribute_of_xmp), "identity"),
    "layers": (rewritten(pdf(PUBLIC), all_layers_off), "hidden_layer"),
    "beside the page": (pdf(PUBLIC, f"BT /F1 12 Tf 5000 100 Td {REMARK}"), "hidden_text"),
    "white": (pdf(PUBLIC, f"1 1 1 rg BT /F1 12 Tf 50 100 Td {REMARK}"), "hidden_text"),
    "invisible": (pdf(PUBLIC, f"3 Tr BT /F1 12 Tf 50 100 Td {REMARK}"), "hidden_text"),
    "tiny": (pdf(PUBLIC, f"BT /F1 0.5 Tf 50 100 Td {REMARK}"), "hidden_text"),
    "two lines": (pdf(f"BT /F1 12 Tf 50 100 Td (ID {LEAK[:10]}) Tj 0 -14 Td ({LEAK[10:]} end) Tj ET"), "identity"),
    "box": (pdf(WORDS, BOX), "identity covered_text"),
    "scan": (scanned(page_number=False), "unread"),
    "scan with a page number": (scanned(page_number=True), "unread"),
    "ordinary": (pdf(PUBLIC), ""),
}


def png(**texts):
    out, told = BytesIO(), PngImagePlugin.PngInfo()
    for key, text in texts.items():
        told.add_text(key, text)
    Image.new("RGB", (60, 40), "navy").save(out, "PNG", pnginfo=told)
    return out.getvalue()


def commented(**comments):
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        member = zipfile.ZipInfo("a.txt")
        member.comment = comments.get("member", "").encode()
        archive.writestr(member, "x")
        archive.comment = comments.get("archive", "").encode()
    return out.getvalue()


OTHERS = {
    "words of a PNG": ("a.png", png(Comment=SECRET), "identity comment unread"),
    "key of a PNG": ("a.png", png(**{LEAK: "x"}), "identity author unread"),
    "plain PNG": ("a.png", png(), "unread"),
    "comment of an archive": ("a.zip", commented(archive=SECRET), "identity"),
    "comment of a member": ("a.zip", commented(member=SECRET), "identity"),
    "folder": ("a.zip", zipped(**{f"{SECRET}/": b"", "a__txt": b"x"}), "identity"),
    "next line": ("a.txt", f"身份证号：{LEAK[:10]}\n{LEAK[10:]}".encode(), "identity"),
    "quoted cell of two lines": ("a.csv", f'姓名,证号\n王某,"{LEAK[:9]}\n{LEAK[9:]}"\n'.encode(), "identity"),
    "columns": ("a.csv", "代码,日期,序号\n371002,19800101,1232\n".encode(), ""),
    "turned name": ("通知\u202etxt.csv", b"x", ""),
}
CASES = [
    *((f"附件.{ending}", name, data, expected)
      for ending, cases in (("docx", DOCUMENTS), ("xlsx", WORKBOOKS), ("pptx", SLIDES), ("pdf", PDFS))
      for name, (data, expected) in cases.items()),
    *((file, name, data, expected) for name, (file, data, expected) in OTHERS.items()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "data", "expected"),
    [(file, data, expected) for file, _, data, expected in CASES],
    ids=[f"{file.rpartition('.')[2]}, {name}" for file, name, _, _ in CASES],
)
def test_hiding_place_is_looked_into(file, data, expected):
    assert found_in(data, file) == set(expected.split())


def test_strict_office_files_are_refused():
    strict = changed(
        word(),
        "word/document.xml",
        lambda old: old.replace(
            b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        ),
    )
    with pytest.raises(files.Unreadable, match="严格"):
        files.read(BytesIO(strict), "附件.docx")


# The search of many texts at once


def test_search_of_many_texts_finds_what_each_search_finds():
    texts = [sample.text for kind in Kind for sample in (*corpus.leaks(kind)[::4], *corpus.near_misses(kind)[::4])]
    passages = [Passage(str(place), text) for place, text in enumerate(texts)]

    alone = [(str(place), hit) for place, text in enumerate(texts) for hit in find(text, on=corpus.DAY)]
    together = [(place, hit) for place, hit, _ in searching.search(passages, on=corpus.DAY)]
    assert together == alone


def test_rows_by_pattern_are_those_of_the_parser():
    def fill(page, workbook):
        page.append(["a&b<c>", 1.5, None, "=1+2", True, "二行\n文字", " x "])
        page.row_dimensions[2].hidden = True

    with zipfile.ZipFile(BytesIO(sheet(fill))) as package:
        data = package.read("xl/worksheets/sheet1.xml")
    _, opening, blocks = xml.rows_apart(data)
    fast = cells._by_pattern(blocks[0])

    assert fast is not None
    assert fast == list(cells.by_parser(xml.tree(data)))


@pytest.mark.parametrize("foreign", ["<!--x-->", "<x/>", "words", '<c r="A9"><v/><extLst/></c>', '<c r="A9" q="1"/>'])
def test_what_the_pattern_does_not_know_is_left_to_the_parser(foreign):
    rows = f'<row r="1"><c r="A1"><v>1</v></c>{foreign}</row>'.encode()

    assert cells._by_pattern(rows) is None


# A process of its own


def test_hostile_file_ends_its_process_with_a_sentence(monkeypatch):
    monkeypatch.setattr(reader_process, "SECONDS", 1)
    endless = ("1" * 9_000_000).encode()

    with pytest.raises(reader_process.Refused, match="请拆分"):
        reader_process.examine(BytesIO(endless), "附件.txt", [])


def test_memory_of_the_process_is_limited(monkeypatch):
    monkeypatch.setattr(reader_process, "MEGABYTES", 60)

    with pytest.raises(reader_process.Refused, match="请"):
        reader_process.examine(BytesIO("字\n".encode() * 10_000_000), "附件.txt", [])


def test_twin_with_its_usual_limits_the_process_answers():
    told = reader_process.examine(BytesIO(f"王某 {LEAK}".encode()), "附件.txt", [])

    assert [hit[0] for hit in told["hits"]] == ["identity"]
