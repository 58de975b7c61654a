"""The three tables as the offices exchange them: a sheet each, merged as printed, with formulas for the totals.

Every formula carries its value, so that programs that do not calculate (and our own reading) see the number. All text
is written as text: nothing that a name or a label holds can become a formula or a link.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from math import ceil
from typing import Any
from unicodedata import east_asian_width

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from disclosures.dates import told
from disclosures.printing.text import printable
from reports.cells import CELLS, parts_of
from reports.document import FORMAT, PartText, ReportDocument
from reports.figures import Figures
from reports.rendering.grid import WIDTHS, Placed, placed
from reports.rendering.html import PrintedTable, printed
from reports.rendering.properties import day_of, edition, standing

A4 = 9
FONT, HEAD_FONT = "宋体", "黑体"
SIZE = 11
UNITS_PER_MM = 0.57  # a unit of width is a digit
NARROW_MM, NARROW = 12, 5.25  # columns of numbers: five digits, or labels of two characters
NOTE_WIDTH = 78
LINE_POINTS, ROW_POINTS = 15, 21
FIRST = 2  # row of the grid's own first row, under heading and agency
LONGEST_TEXT = 32_767  # of a cell; the rest would be lost without a word
NOTES = "说明"


class Book:
    """The workbook with its formats."""

    def __init__(self, document: ReportDocument) -> None:
        self.out = BytesIO()
        self.workbook = Workbook(
            self.out,
            {
                "in_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_format_properties": {"font_name": FONT, "font_size": SIZE},
            },
        )
        day = day_of(document)
        agency = printable(document.agency_name)[:255]
        self.workbook.set_properties(
            {
                "title": printable(document.title)[:255],
                "author": agency,
                "company": agency,
                "created": datetime(day.year, day.month, day.day),
                "status": standing(document),
            }
        )
        boxed = {"border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        self.heading = self.format(font_name=HEAD_FONT, font_size=15, align="center", valign="vcenter")
        self.centred = self.format(align="center", valign="vcenter")
        self.label = self.format(**boxed)
        self.left = self.format(**{**boxed, "align": "left"})
        self.text = self.format(valign="top", text_wrap=True)
        self._boxed = boxed
        self._numbers: dict[str, Format] = {}

    def format(self, **properties: Any) -> Format:
        return self.workbook.add_format(properties)

    def number(self, pattern: str) -> Format:
        if pattern not in self._numbers:
            self._numbers[pattern] = self.format(**self._boxed, num_format=pattern)
        return self._numbers[pattern]

    def bytes(self) -> bytes:
        self.workbook.close()
        return self.out.getvalue()


def xlsx(document: ReportDocument) -> bytes:
    """The file's bytes, the same for the same report."""
    book = Book(document)
    for part in document.parts:
        if part.table:
            _sheet(book, part, document)
    _notes(book, document)
    return book.bytes()


def _sheet(book: Book, part: PartText, document: ReportDocument) -> None:
    table = printed(document.table(part.table), document.figures)
    sheet = book.workbook.add_worksheet(table.title)
    widths = [NARROW if width < NARROW_MM else width * UNITS_PER_MM for width in WIDTHS[table.key]]
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    last = len(widths) - 1
    draft = f"（{standing(document)}）" if document.is_draft else ""
    _text(sheet, (0, 0, 0, last), part.printed_heading, book.heading)
    _text(sheet, (1, 0, 1, last), f"{document.agency_name}　{document.year}年{draft}", book.centred)
    cells = list(placed(table))
    places = {one.cell.code: (one.row + FIRST, one.column) for one in cells if one.cell.code}
    for one in cells:
        where = (one.row + FIRST, one.column, one.last_row + FIRST, one.last_column)
        if one.cell.code:
            _number(book, sheet, where, one.cell.code, document.figures, places)
        else:
            left = table.key == "requests" and one.cell.scope == "row"
            _text(sheet, where, one.cell.text, book.left if left else book.label)
    _heights(sheet, table, cells, widths)
    _print_setup(sheet, document, table)


def _text(sheet: Worksheet, where: tuple[int, int, int, int], text: str, look: Format) -> None:
    top, left, bottom, right = where
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", look)
    # Always by this method: the general one would take "=…" for a formula.
    sheet.write_string(top, left, printable(text)[:LONGEST_TEXT], look)


def _number(
    book: Book,
    sheet: Worksheet,
    where: tuple[int, int, int, int],
    code: str,
    figures: Figures,
    places: dict[str, tuple[int, int]],
) -> None:
    value = figures[code]
    top, left, bottom, right = where
    look = book.number(_pattern(value))
    if (top, left) != (bottom, right):
        sheet.merge_range(top, left, bottom, right, "", look)
    if value is None:
        sheet.write_blank(top, left, None, look)
    elif CELLS[code].is_money:
        _money(sheet, top, left, str(value), look)
    elif is_sum(code, figures):
        sheet.write_formula(top, left, formula([places[part] for part in parts_of(code)]), look, value)
    else:
        sheet.write_number(top, left, value, look)


def is_sum(code: str, figures: Figures) -> bool:
    """Whether the printed number is the sum of its parts. Where it is not, a formula would show another number."""
    parts = [figures[part] for part in parts_of(code)]
    return bool(parts) and None not in parts and sum(parts) == figures[code]


def formula(places: Sequence[tuple[int, int]]) -> str:
    """``=SUM(D5:D24)``: the parts of every total stand side by side or one below another."""
    first, last = places[0], places[-1]
    return f"=SUM({xl_rowcol_to_cell(*first)}:{xl_rowcol_to_cell(*last)})"


def _money(sheet: Worksheet, row: int, column: int, amount: str, look: Format) -> None:
    """As a number where the file's binary number is exactly that amount, else as the text that was printed."""
    if Decimal(f"{float(amount):.16G}") == Decimal(amount):
        sheet.write_number(row, column, float(amount), look)
    else:
        sheet.write_string(row, column, amount, look)


def _pattern(value: Any) -> str:
    """Whole numbers plain; money with the decimals it has."""
    decimals = len(str(value).partition(".")[2])
    return "0." + "0" * decimals if decimals else "0"


def _heights(sheet: Worksheet, table: PrintedTable, cells: Sequence[Placed], widths: Sequence[float]) -> None:
    """Office programs do not fit the height of rows to merged cells, so each row is made as high as its labels need."""
    sheet.set_row(0, 30)
    sheet.set_row(1, ROW_POINTS)
    for row in range(len(table.head) + len(table.body)):
        lines = [
            ceil(_units(one.cell.text) / (sum(widths[one.column : one.last_column + 1]) - 1))
            for one in cells
            if one.last_row == row and one.cell.rowspan == 1
        ]
        sheet.set_row(row + FIRST, max(ROW_POINTS, LINE_POINTS * max(lines, default=1) + 6))


def _units(text: str) -> int:
    """Width in digits; a Chinese character is two."""
    return sum(2 if east_asian_width(character) in "WFA" else 1 for character in text)


def _print_setup(sheet: Worksheet, document: ReportDocument, table: PrintedTable | None = None) -> None:
    sheet.set_paper(A4)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.set_margins(left=0.7, right=0.7, top=0.9, bottom=0.9)
    sheet.set_footer("&C— &P —")
    if document.is_draft:
        sheet.set_header(f"&C{standing(document)}")
    if table and table.head:
        sheet.repeat_rows(0, FIRST + len(table.head) - 1)
        sheet.freeze_panes(FIRST + len(table.head), 0)


def _notes(book: Book, document: ReportDocument) -> None:
    sheet = book.workbook.add_worksheet(NOTES)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, NOTE_WIDTH)
    told_so = [
        ("机关名称", document.agency_name),
        ("机关代码", document.agency_code),
        ("年度", str(document.year)),
        ("状态", standing(document)),
        ("版本", f"第{document.version}版{edition(document.version)}"),
        ("更正原因", document.correction_reason),
        ("定稿日期", told(document.issued_on)),
        ("格式", FORMAT),
        ("校验码", document.digest or ""),
        ("金额单位", "万元"),
        ("合计", "各表的总计由公式从同一表的各项相加得出；与各项之和不一致的总计按报告所载数字填写，不用公式"),
        ("统计时限", f"{document.year}年1月1日至{document.year}年12月31日"),
    ]
    for row, (label, text) in enumerate(told_so):
        sheet.set_row(row, LINE_POINTS * (1 + _units(text) // NOTE_WIDTH) + 6)
        sheet.write_string(row, 0, label, book.text)
        sheet.write_string(row, 1, printable(text)[:LONGEST_TEXT], book.text)
    _print_setup(sheet, document)
