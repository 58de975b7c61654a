"""A document of GB/T 9704 as DOCX that WPS and Word edit: page, grid, fonts, styles, page numbers.

Built on the empty document of python-docx, whose theme fonts, colours, language and thumbnail are replaced. The same
content gives the same bytes.
"""

from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any
from unicodedata import east_asian_width
from zipfile import ZipFile

from docx import Document as new_document
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.oxml import serialize_part_xml
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import _Footer
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from disclosures.printing.text import printable
from disclosures.printing.zips import zipped

# As the norm names them: an office has them, or its program puts its own in their place.
FANG, TITLE, HEI, KAI, SONG = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "宋体"
LATIN = "Times New Roman"
BODY, LINE = Pt(16), Pt(28.95)  # 22 lines a page; Word's own 3号 is 16pt
CHARACTERS = 28
TWO_CHARACTERS = Pt(32)
PAGE_NUMBER = Pt(14)  # 4号
# 28 characters of 16pt are wider than the type area's 156 mm. A quarter point less between them fits, and unlike a grid
# of characters it does so in every program: LibreOffice misreads the negative pitch of w:docGrid.
TIGHTER = -5  # in 1/20 point
LINE_TWIPS = 579  # 225 mm / 22, rounded down so that the 22nd still fits
# Where an office lacks a font of the norm, the one its system has in its place.
OTHERWISE = {FANG: "仿宋", TITLE: "华文中宋", HEI: "SimHei", KAI: "楷体", SONG: "SimSun"}

# Style: font for Chinese, size, alignment, indented by two characters, keeps with what follows.
STYLES: dict[str, tuple[str, Pt, str, bool, bool]] = {
    "Normal": (FANG, BODY, "both", False, False),
    "Body Text": (FANG, BODY, "both", True, False),
    "Title": (TITLE, Pt(22), "center", False, True),
    "Heading 1": (HEI, BODY, "both", True, True),
    "Heading 2": (KAI, BODY, "both", True, True),
    "Caption": (HEI, BODY, "center", False, True),
    "Header": (HEI, PAGE_NUMBER, "center", False, False),
    "Footer": (SONG, PAGE_NUMBER, "left", False, False),
}
TABLE_TEXT, FIGURE = "Table Text", "Figure"


def element(tag: str, *children: Any, **attributes: str | int) -> Any:
    """``element("ind", left=3)`` → ``<w:ind w:left="3"/>``."""
    made = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(children)
    return made


def page_of_the_norm(*, title: str, author: str, day: date, draft: bool = False) -> Document:
    """An empty A4 document. ``author`` is the bureau, never a person; ``day`` stands in its properties."""
    document = new_document()
    _properties(document, printable(title), printable(author), day)
    _settings(document)
    _styles(document)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(18), Mm(25)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    section._sectPr.append(element("docGrid", type="lines", linePitch=LINE_TWIPS))
    _page_number(section.footer, "right")
    _page_number(section.even_page_footer, "left")
    if draft:
        for header in (section.header, section.even_page_header):
            header.paragraphs[0].add_run("草稿")
    return document


def add(
    paragraph: Paragraph,
    content: str,
    font: str = FANG,
    size: Pt = BODY,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.JUSTIFY,
    *,
    indent: bool = False,
) -> Paragraph:
    """Text in a font of its own, in the norm's line pitch."""
    _font(paragraph.add_run(printable(content)), font, size)
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = TWO_CHARACTERS
    return spaced(paragraph)


def spaced(paragraph: Paragraph) -> Paragraph:
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    return paragraph


def styled(document: Document, content: str, style: str) -> Paragraph:
    """A paragraph whose look is its style's alone, so that an office restyles the whole document at once."""
    paragraph = document.add_paragraph()
    paragraph._p.style = style.replace(" ", "")  # by its id: by name the library looks through all styles each time
    chinese_run(paragraph, content)
    return paragraph


def chinese_run(paragraph: Paragraph, content: str) -> Run:
    """“ ” belong to the Chinese font, where they are full width."""
    run = paragraph.add_run(printable(content))
    run._element.get_or_add_rPr().insert(0, element("rFonts", hint="eastAsia"))
    return run


def signature(document: Document, name: str, day: str) -> None:
    """Without a seal: a blank line, the name, and the date beginning two characters after the name begins.

    The longer of the two ends two characters in from the right (GB/T 9704-2012, 7.3.5.2).
    """
    spaced(document.add_paragraph()).paragraph_format.keep_with_next = True
    for content, left in zip((name, day), signature_indents(name, day), strict=True):
        paragraph = add(document.add_paragraph(), content, align=WD_ALIGN_PARAGRAPH.LEFT)
        paragraph.paragraph_format.left_indent = Pt(left * BODY.pt)
        paragraph.paragraph_format.keep_with_next = content is name


def signature_indents(name: str, day: str) -> tuple[float, float]:
    """How many characters in from the left the name and the date begin; never outside the line."""
    begins = CHARACTERS - 2 - max(_width(name), _width(day) + 2)
    return max(begins, 0), max(begins, 0) + 2


def saved(document: Document) -> bytes:
    """The document's bytes, the same for the same content."""
    written = BytesIO()
    document.save(written)
    with ZipFile(written) as archive:
        return zipped({name: archive.read(name) for name in archive.namelist()})


def _width(text: str) -> float:
    """In characters of the Chinese font; digits of the Latin one are half as wide."""
    return sum(1.0 if east_asian_width(character) in "WFA" else 0.5 for character in text)


def _font(run: Run, font: str, size: Pt) -> None:
    run.font.name, run.font.size = LATIN, size
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _properties(document: Document, title: str, author: str, day: date) -> None:
    """The bureau and the document's own day: no name of a person, no clock, nothing of the library's template."""
    properties = document.core_properties
    properties.author = properties.last_modified_by = author[:255]
    properties.title, properties.language = title[:255], "zh-CN"
    properties.comments = ""
    properties.created = properties.modified = datetime(day.year, day.month, day.day)
    package, fonts = document.part.package, element("fonts")
    for name, other in OTHERWISE.items():
        fonts.append(element("font", element("altName", val=other), element("charset", val="86"), name=name))
    document.part.part_related_by(RT.FONT_TABLE)._blob = serialize_part_xml(fonts)
    for key, relation in list(package.rels.items()):
        if relation.reltype == RT.THUMBNAIL:
            del package.rels[key]
        elif relation.reltype == RT.EXTENDED_PROPERTIES:
            relation.target_part._blob = (
                b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
                b'"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
            )


def _settings(document: Document) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    # The binding edge keeps its 28 mm on the back of the sheet.
    settings.find(qn("w:zoom")).addnext(element("mirrorMargins"))
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for compatibility in settings.iter(qn("w:compatSetting")):
        if compatibility.get(qn("w:name")) == "compatibilityMode":
            compatibility.set(qn("w:val"), "15")


def _styles(document: Document) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    for child in list(defaults):
        defaults.remove(child)
    # The Latin language stays English: LibreOffice breaks numbers in the middle where it is Chinese.
    language = element("lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA")
    defaults.append(element("rPrDefault", element("rPr", *_letters(FANG, BODY), language)))
    defaults.append(element("pPrDefault"))
    for name, (font, size, align, indented, keeps) in STYLES.items():
        _restyle(styles[name], font, size, _layout(align, indented=indented, keeps=keeps))
    for name in ("Title", "Heading 1", "Heading 2"):
        styles[name].next_paragraph_style = styles["Body Text"]
    for name, size in ((TABLE_TEXT, Pt(10.5)), (FIGURE, BODY)):
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _restyle(style, SONG, size, _off_grid(), [element("snapToGrid", val=0)])


def _restyle(style: Any, font: str, size: Pt, layout: list[Any], letters: Sequence[Any] = ()) -> None:
    for tag in ("w:pPr", "w:rPr"):
        for old in style.element.findall(qn(tag)):
            style.element.remove(old)
    outline = {"Heading 1": 0, "Heading 2": 1}.get(style.name)
    if outline is not None:
        layout = [*layout, element("outlineLvl", val=outline)]
    fonts, *sizes = _letters(font, size)
    pitch = element("spacing", val=TIGHTER if size == BODY and style.name != FIGURE else 0)
    style.element.append(element("pPr", *layout))
    style.element.append(element("rPr", fonts, *letters, pitch, *sizes))


def _letters(font: str, size: Pt) -> list[Any]:
    fonts = element("rFonts", hint="eastAsia", ascii=LATIN, hAnsi=LATIN, cs=LATIN, eastAsia=font)
    half_points = int(size.pt * 2)
    return [fonts, element("sz", val=half_points), element("szCs", val=half_points)]


def _layout(align: str, *, indented: bool, keeps: bool) -> list[Any]:
    """Lines fill the page (撑满版心): no widow control, no quarter spaces between Chinese and digits."""
    return [
        *([element("keepNext"), element("keepLines")] if keeps else []),
        element("widowControl", val=0),
        element("autoSpaceDE", val=0),
        element("autoSpaceDN", val=0),
        element("spacing", before=0, after=0, line=LINE_TWIPS, lineRule="exact"),
        *([element("ind", firstLineChars=200, firstLine=640)] if indented else []),
        element("jc", val=align),
    ]


def _off_grid() -> list[Any]:
    """For figures and the cells of tables, which are no lines of the grid."""
    return [
        element("snapToGrid", val=0),
        element("spacing", before=0, after=0, line=240, lineRule="auto"),
        element("jc", val="center"),
    ]


def _page_number(footer: _Footer, side: str) -> None:
    """— 1 —, one character in from the outer edge (GB/T 9704-2012, 7.5)."""
    paragraph = footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if side == "right" else WD_ALIGN_PARAGRAPH.LEFT
    setattr(paragraph.paragraph_format, f"{side}_indent", PAGE_NUMBER)
    paragraph.add_run("— ")
    for kind in ("begin", "code", "end"):
        run = paragraph.add_run()
        if kind == "code":
            code = element("instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = " PAGE "
            run._element.append(code)
        else:
            run._element.append(element("fldChar", fldCharType=kind))
    paragraph.add_run(" —")
