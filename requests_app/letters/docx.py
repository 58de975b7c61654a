"""A letter as DOCX that WPS and Word edit: on the page of the norm."""

from datetime import date

from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.shared import Mm, Pt

from disclosures.dates import told
from disclosures.printing.docx import HEI, SONG, TABLE_TEXT, TITLE, add, page_of_the_norm, saved, signature, spaced
from requests_app.letters.document import LetterText

FORM_WIDTHS = (Mm(52), Mm(104))
UNDATED = date(2000, 1, 1)  # in the properties alone, which must have a day


def docx(text: LetterText, *, draft: bool = False) -> bytes:
    """The document's bytes, the same for the same letter."""
    title = f"{text.title} {text.number}".strip()
    document = page_of_the_norm(title=title, author=text.agency, day=text.dated_on or UNDATED, draft=draft)
    if text.paragraphs:
        _letter(document, text)
    if text.form:
        _form(document, text)
    return saved(document)


def _letter(document: Document, text: LetterText) -> None:
    for line in (text.agency, text.title):
        add(document.add_paragraph(), line, TITLE, Pt(22), WD_ALIGN_PARAGRAPH.CENTER)
    if text.number:
        add(document.add_paragraph(), text.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    spaced(document.add_paragraph())
    if text.addressee:
        add(document.add_paragraph(), f"{text.addressee}：", align=WD_ALIGN_PARAGRAPH.LEFT)
    for paragraph in (*text.paragraphs, *([text.contact] if text.contact else [])):
        add(document.add_paragraph(), paragraph, indent=True)
    if text.enclosures:
        spaced(document.add_paragraph())
        for place, enclosure in enumerate(text.enclosures, 1):
            lead = "附件：" if place == 1 else "　　　"
            serial = f"{place}." if len(text.enclosures) > 1 else ""
            add(document.add_paragraph(), f"{lead}{serial}{enclosure}", indent=True)
    signature(document, text.agency, told(text.dated_on) or "年　月　日")


def _form(document: Document, text: LetterText) -> None:
    if text.paragraphs:
        document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
        add(document.add_paragraph(), text.form_title, HEI, align=WD_ALIGN_PARAGRAPH.CENTER)
    else:
        for line in (text.agency, text.form_title):
            add(document.add_paragraph(), line, TITLE, Pt(22), WD_ALIGN_PARAGRAPH.CENTER)
    table = document.add_table(rows=len(text.form), cols=2)
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for column, width in zip(table.columns, FORM_WIDTHS, strict=True):
        column.width = width
    cells = table._cells  # one pass: cell() walks the whole table each time
    for place, row in enumerate(text.form):
        for cell, content in ((cells[2 * place], row.label), (cells[2 * place + 1], row.value)):
            cell.paragraphs[0].style = TABLE_TEXT
            paragraph = add(cell.paragraphs[0], content, SONG, Pt(12), WD_ALIGN_PARAGRAPH.LEFT)
            paragraph.paragraph_format.line_spacing = 1.5
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(4)
