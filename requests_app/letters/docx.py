"""A letter as DOCX that WPS and Word edit: GB/T 9704 page, 3号 仿宋, 28.95pt lines, the norm's font names."""

from io import BytesIO

from docx import Document as new_document
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from disclosures.dates import told
from requests_app.letters.document import LetterText

FANG, TITLE, HEI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"
LATIN = "Times New Roman"
BODY, LINE = Pt(16), Pt(28.95)  # 22 lines a page; Word's own 3号 is 16pt
TWO_CHARACTERS = Pt(32)


def docx(text: LetterText, *, draft: bool = False) -> bytes:
    """The document's bytes."""
    document = new_document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, BODY
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), FANG)
    properties = document.core_properties
    properties.author, properties.title = text.agency, f"{text.title} {text.number}".strip()
    properties.language = "zh-CN"
    _page_number(section.footer.paragraphs[0])
    if draft:
        _add(section.header.paragraphs[0], "草稿", HEI, Pt(14), WD_ALIGN_PARAGRAPH.CENTER)
    if text.paragraphs:
        _letter(document, text)
    if text.form:
        _form(document, text)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _letter(document: Document, text: LetterText) -> None:
    for line in (text.agency, text.title):
        _add(document.add_paragraph(), line, TITLE, Pt(22), WD_ALIGN_PARAGRAPH.CENTER)
    if text.number:
        _add(document.add_paragraph(), text.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    _spaced(document.add_paragraph())
    if text.addressee:
        _add(document.add_paragraph(), f"{text.addressee}：", align=WD_ALIGN_PARAGRAPH.LEFT)
    for paragraph in (*text.paragraphs, *([text.contact] if text.contact else [])):
        _add(document.add_paragraph(), paragraph, indent=True)
    if text.enclosures:
        _spaced(document.add_paragraph())
        for place, enclosure in enumerate(text.enclosures, 1):
            lead = "附件：" if place == 1 else "　　　"
            serial = f"{place}." if len(text.enclosures) > 1 else ""
            _add(document.add_paragraph(), f"{lead}{serial}{enclosure}", indent=True)
    _spaced(document.add_paragraph()).paragraph_format.keep_with_next = True
    signed = _add(document.add_paragraph(), text.agency, align=WD_ALIGN_PARAGRAPH.RIGHT)
    signed.paragraph_format.right_indent, signed.paragraph_format.keep_with_next = TWO_CHARACTERS, True
    day = told(text.dated_on) if text.dated_on else "年　月　日"
    dated = _add(document.add_paragraph(), day, align=WD_ALIGN_PARAGRAPH.RIGHT)
    dated.paragraph_format.right_indent = TWO_CHARACTERS


def _form(document: Document, text: LetterText) -> None:
    if text.paragraphs:
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        _add(document.add_paragraph(), text.form_title, HEI, align=WD_ALIGN_PARAGRAPH.CENTER)
    else:
        for line in (text.agency, text.form_title):
            _add(document.add_paragraph(), line, TITLE, Pt(22), WD_ALIGN_PARAGRAPH.CENTER)
    table = document.add_table(rows=len(text.form), cols=2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    cells = table._cells  # one pass: cell() walks the whole table each time
    for place, row in enumerate(text.form):
        for cell, content, width in ((cells[2 * place], row.label, Mm(52)), (cells[2 * place + 1], row.value, Mm(104))):
            cell.width = width
            paragraph = _add(cell.paragraphs[0], content, SONG, Pt(12), WD_ALIGN_PARAGRAPH.LEFT)
            paragraph.paragraph_format.line_spacing = 1.5
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)


def _add(
    paragraph: Paragraph,
    content: str,
    font: str = FANG,
    size: Pt = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    *,
    indent: bool = False,
) -> Paragraph:
    _font(paragraph.add_run(printable(content)), font, size)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = TWO_CHARACTERS
    return _spaced(paragraph)


def printable(content: str) -> str:
    """Without the control characters that XML cannot hold."""
    return "".join(
        character
        for character in content
        if character in "\t\n" or (ord(character) >= 0x20 and character not in "\ufffe\uffff")
    )


def _spaced(paragraph: Paragraph) -> Paragraph:
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    return paragraph


def _font(run: Run, font: str, size: Pt) -> None:
    run.font.name, run.font.size = LATIN, size
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    # “ ” belong to the Chinese font, where they are full width.
    fonts.set(qn("w:hint"), "eastAsia")


def _page_number(paragraph: Paragraph) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for content in ("— ", None, " —"):
        run = paragraph.add_run(content or "")
        _font(run, SONG, Pt(14))
        if content is None:
            for kind in ("begin", "text", "end"):
                element = OxmlElement("w:instrText" if kind == "text" else "w:fldChar")
                if kind == "text":
                    element.set(qn("xml:space"), "preserve")
                    element.text = " PAGE "
                else:
                    element.set(qn("w:fldCharType"), kind)
                run._element.append(element)
