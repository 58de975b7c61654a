"""The report as DOCX that WPS and Word edit: the printed page of GB/T 9704 with real headings and real tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from docx.document import Document
from docx.shared import Mm

from disclosures.dates import told
from disclosures.printing.docx import (
    FIGURE,
    TABLE_TEXT,
    chinese_run,
    element,
    page_of_the_norm,
    saved,
    signature,
    styled,
)
from disclosures.printing.text import printable
from reports.document import PartText, ReportDocument
from reports.rendering.grid import WIDTHS, Placed, by_place
from reports.rendering.html import PrintedTable, chart_list, printed
from reports.rendering.images import Picture, pictures
from reports.rendering.properties import day_of, edition

TWIPS_PER_MM = 1440 / 25.4
CHART_WIDTH = Mm(145)


@dataclass(frozen=True)
class Look:
    """Of a table: size of its letters in half points, line pitch and padding (down, along) in twips."""

    letters: int
    pitch: int
    padding: tuple[int, int]


LOOKS = {
    "proactive": Look(21, 280, (85, 85)),
    "requests": Look(18, 210, (30, 15)),  # five digits of 9pt in 9.4 mm
    "disputes": Look(18, 210, (45, 45)),
}


def docx(document: ReportDocument) -> bytes:
    """The file's bytes, the same for the same report. Raises ``RenderingFailed``, ``FontsMissing`` for its charts."""
    drawn = chart_list(document)
    # First: what can fail, fails before the rest is made.
    charts = {chart.key: picture for chart, picture in zip(drawn, pictures(drawn), strict=True)}
    out = page_of_the_norm(
        title=document.title, author=document.agency_name, day=day_of(document), draft=document.is_draft
    )
    _title(out, document)
    for paragraph in document.preamble:
        styled(out, paragraph, "Body Text")
    for part in document.parts:
        _part(out, part, document, charts)
    signature(out, document.agency_name, told(document.signed_on) or "年　月　日")
    unplaced = [picture for key, picture in charts.items() if key not in document.placed_charts]
    for place, chart in enumerate(unplaced):
        _picture(out, chart, last=place == len(unplaced) - 1)
    return saved(out)


def _picture(out: Document, picture: Picture, *, last: bool) -> None:
    """Under its caption; the pictures keep together on a page that holds them."""
    out.add_paragraph(style="Body Text").paragraph_format.keep_with_next = True
    styled(out, picture.title, "Caption")
    figure = out.add_paragraph(style=FIGURE)
    figure.add_run().add_picture(BytesIO(picture.png), width=CHART_WIDTH)
    figure.paragraph_format.keep_with_next = not last
    for drawing in figure._element.iter("{*}docPr"):
        drawing.set("descr", printable(picture.told))
        drawing.set("title", printable(picture.title))


def _title(out: Document, document: ReportDocument) -> None:
    """One heading in the lines it is broken into by sense, a blank line above and below."""
    out.add_paragraph(style="Body Text")
    title = out.add_paragraph(style="Title")
    first, *others = filter(None, (*document.title_lines, edition(document.version)))
    chinese_run(title, first)
    for line in others:
        title.add_run().add_break()
        chinese_run(title, line)
    out.add_paragraph(style="Body Text")


def _part(out: Document, part: PartText, document: ReportDocument, charts: Mapping[str, Picture]) -> None:
    heading = styled(out, part.printed_heading, "Heading 1")
    # Tables B and C share a page of their own, as in print.
    if part.table == "requests" or _follows_tables(part, document):
        heading.paragraph_format.page_break_before = True
    if part.table:
        _table(out, printed(document.table(part.table), document.figures))
    for section in part.sections:
        if section.heading:
            styled(out, section.heading, "Heading 2")
        for paragraph, chart in section.blocks():
            if paragraph:
                styled(out, paragraph, "Body Text")
            elif chart in charts:
                _picture(out, charts[chart], last=True)


def _follows_tables(part: PartText, document: ReportDocument) -> bool:
    place = document.parts.index(part)
    return place > 0 and document.parts[place - 1].table == "disputes"


def _table(out: Document, table: PrintedTable) -> None:
    """The declared cells as Word's own: merged across by gridSpan and down by vMerge, header rows repeated."""
    widths = [round(width * TWIPS_PER_MM) for width in WIDTHS[table.key]]
    look = LOOKS[table.key]
    down, along = look.padding
    margins = [("top", down), ("left", along), ("bottom", down), ("right", along)]
    rows = [_row(table, place, row, widths, look) for place, row in enumerate(by_place(table))]
    made = element(
        "tbl",
        element(
            "tblPr",
            element("tblStyle", val="TableGrid"),
            element("tblW", w=sum(widths), type="dxa"),
            element("jc", val="center"),
            element("tblLayout", type="fixed"),
            element("tblCellMar", *(element(side, w=size, type="dxa") for side, size in margins)),
            element("tblLook", val="0420" if table.head else "0400"),
            element("tblCaption", val=table.title),
        ),
        element("tblGrid", *(element("gridCol", w=width) for width in widths)),
        *rows,
    )
    out.element.body.insert_element_before(made, "w:sectPr")


def _row(table: PrintedTable, place: int, row: list[Placed], widths: list[int], look: Look) -> Any:
    properties = [element("cantSplit")]
    if place < len(table.head):
        properties.append(element("tblHeader"))
    starts = [one for column, one in enumerate(row) if column == one.column]
    # Rows keep with the next: a table stands on one page where one holds it.
    last = place == len(table.head) + len(table.body) - 1
    cells = [_cell(one, place, widths, look, left=_is_left(table, one), keeps=not last) for one in starts]
    return element("tr", element("trPr", *properties), *cells)


def _is_left(table: PrintedTable, one: Placed) -> bool:
    """The long labels of Table B read better from the left."""
    return table.key == "requests" and one.cell.scope == "row"


def _cell(one: Placed, row: int, widths: list[int], look: Look, *, left: bool, keeps: bool) -> Any:
    cell = one.cell
    properties = [element("tcW", w=sum(widths[one.column : one.last_column + 1]), type="dxa")]
    if cell.colspan > 1:
        properties.append(element("gridSpan", val=cell.colspan))
    if cell.rowspan > 1:
        properties.append(element("vMerge", val="restart" if row == one.row else "continue"))
    properties.append(element("vAlign", val="center"))
    text = cell.text if row == one.row else ""
    return element("tc", element("tcPr", *properties), _line(text, look, left=left, keeps=keeps))


def _line(text: str, look: Look, *, left: bool, keeps: bool) -> Any:
    layout = [element("pStyle", val=TABLE_TEXT.replace(" ", ""))]
    if keeps:
        layout.append(element("keepNext"))
    layout.append(element("spacing", line=look.pitch, lineRule="exact"))
    if left:
        layout += [element("ind", left=50), element("jc", val="left")]
    if not text:
        return element("p", element("pPr", *layout))
    words = element("t")
    words.text = printable(text)
    sizes = (element(tag, val=look.letters) for tag in ("sz", "szCs"))
    letters = element("rPr", element("rFonts", hint="eastAsia"), *sizes)
    return element("p", element("pPr", *layout), element("r", letters, words))
