"""The report as HTML: the printed page of GB/T 9704, and the pieces that the web page shares with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from disclosures.printing.pdf import PRINT_CSS
from disclosures.printing.text import printable
from reports.cells import Heading, Slot, Table
from reports.document import PartText, ReportDocument
from reports.figures import Figures
from reports.rendering import chart_set
from reports.rendering.titles import broken

SCREEN_CSS = Path(__file__).with_name("screen.css")
DRAFT_ON_PAPER = '@page { @top-center { content: "草稿"; padding-top: 18mm; vertical-align: top; } }'


@dataclass(frozen=True)
class PrintedCell:
    """A cell as the template writes it; ``scope`` is empty for a number."""

    text: str
    scope: str
    rowspan: int
    colspan: int
    code: str = ""


@dataclass(frozen=True)
class PrintedTable:
    key: str
    title: str
    head: tuple[tuple[PrintedCell, ...], ...]
    body: tuple[tuple[PrintedCell, ...], ...]
    widths: tuple[int, ...]
    # Said to a screen reader where the form itself has no row header.
    row_label: str = ""


def printed(table: Table, figures: Figures) -> PrintedTable:
    """The table with its numbers in place; a cell without a number stays empty."""

    def cell(part: Heading | Slot) -> PrintedCell:
        if isinstance(part, Heading):
            return PrintedCell(part.text, part.scope, part.rowspan, part.colspan)
        value = figures[part.code]
        return PrintedCell("" if value is None else str(value), "", 1, part.colspan, part.code)

    return PrintedTable(
        key=table.key,
        title=table.title,
        head=tuple(tuple(map(cell, row)) for row in table.head),
        body=tuple(tuple(map(cell, row)) for row in table.body),
        widths=tuple(range(table.widths)),
        row_label="件数" if table.key == "disputes" else "",
    )


@dataclass(frozen=True)
class Block:
    """A paragraph, or a chart that stands in its place."""

    text: str
    chart: chart_set.Chart | None = None


@dataclass(frozen=True)
class PrintedSection:
    key: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class PrintedPart:
    heading: str
    printed_heading: str
    table: str
    sections: tuple[PrintedSection, ...]


def chart_list(document: ReportDocument) -> list[chart_set.Chart]:
    """The charts chosen for the report or placed in its text that have something to show."""
    wanted = {*document.charts, *document.placed_charts}
    return chart_set.drawn(document, [key for key in chart_set.CHARTS if key in wanted])


def printed_part(part: PartText, drawn: Mapping[str, chart_set.Chart]) -> PrintedPart:
    """The part with its charts in place; a chart with nothing to show leaves no gap."""
    sections = tuple(
        PrintedSection(
            section.key,
            section.heading,
            tuple(Block(text, drawn.get(key)) for text, key in section.blocks() if text or key in drawn),
        )
        for section in part.sections
    )
    return PrintedPart(part.heading, part.printed_heading, part.table, sections)


def context(document: ReportDocument) -> dict[str, Any]:
    """What the web page and the print page have in common; ``charts`` are those that no text has placed."""
    tables = {
        part.table: printed(document.table(part.table), document.figures) for part in document.parts if part.table
    }
    drawn = {chart.key: chart for chart in chart_list(document)}
    return {
        "document": document,
        "parts": [(printed_part(part, drawn), tables.get(part.table)) for part in document.parts],
        "charts": [chart for chart in drawn.values() if chart.key not in document.placed_charts],
    }


def print_page(document: ReportDocument, font_faces: str = "", *, screen: str = "", for_seal: bool = False) -> str:
    """A complete HTML page for printing; with ``font_faces`` for our own PDF, without for a browser's."""
    styles = {"font_faces": font_faces, "css": PRINT_CSS.read_text("utf-8"), "screen": screen}
    printing = {
        "title_lines": [line for whole in document.title_lines for line in broken(whole)],
        "sealed": under_seal(document) if for_seal else None,
        **{name: mark_safe(style) for name, style in styles.items()},
    }
    return render_to_string("reports/pdf/report.html", {**context(document), **printing})


def standalone_page(document: ReportDocument) -> str:
    """The same page as a file that a person opens: readable on any screen, printed by the browser, asks for nothing."""
    screen = SCREEN_CSS.read_text("utf-8") + (DRAFT_ON_PAPER if document.is_draft else "")
    return printable(print_page(document, screen=screen))


@dataclass(frozen=True)
class UnderSeal:
    """How wide a signature is and how far in from the right it ends, both in characters, as CSS writes numbers."""

    width: str
    indent: str


def under_seal(document: ReportDocument) -> UnderSeal:
    """GB/T 9704 7.3.5.1: the date stands four characters in, the name centred over it, less where it is too long."""
    day = document.signed_on
    date_width = 3 + len(f"{day.year}{day.month}{day.day}") / 2 if day else 5.0
    width = max(len(document.agency_name), date_width)
    return UnderSeal(f"{width:g}", f"{max(4 - (width - date_width) / 2, 0):g}")
