"""The rows at fault as a workbook to correct and upload again: each with its reasons, its cells as they were given."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook as Book
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from disclosures.ledger.columns import Column
from disclosures.ledger.exporting import dress, header_text, width
from disclosures.ledger.headers import REASON, normalised_header
from disclosures.ledger.importing import Fault, ImportReport
from disclosures.ledger.sheets import sheets
from disclosures.ledger.widgets import CONTROL
from disclosures.ledger.workbook import EXPORT_MARK, FAULTS_SHEET, SheetRows, Workbook

AT_FAULT = PatternFill("solid", fgColor="FFD9D9")
REASON_WIDTH = 46
NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\]")  # of sheets
LONGEST_NAME = 31


def fault_workbook(out: IO[bytes] | str, original: Workbook, report: ImportReport, *, every_row: bool = False) -> None:
    """Writes an xlsx of the rows of ``original`` that ``report`` finds fault with, in the order of the template.

    The first column, 错误原因, says what is wrong; it is ignored when the file is read again. A sheet whose header or
    whole is at fault is written with all its rows, and with ``every_row`` every sheet that was looked into is: nothing
    was stored, so that the one file then brings in all. What cannot be told beside a row stands on the sheet 说明.
    """
    book = Book()
    book.remove(book.active)
    if original.ours:
        book.properties.category = EXPORT_MARK
    by_sheet: dict[str, list[Fault]] = defaultdict(list)
    for fault in report.faults:
        by_sheet[fault.sheet].append(fault)
    _explain(book.create_sheet(FAULTS_SHEET), original, report.faults)
    ledgers = {sheet.name: sheet.columns for sheet in sheets()}
    for table in original.sheets:
        faults = by_sheet[table.name]
        numbers = {number for number, _ in table.rows}
        whole = every_row or any(fault.row not in numbers for fault in faults)
        # A sheet that nobody looked into, for want of the right to, is not given back.
        looked_into = table.name in report.counts or table.trouble or table.name not in ledgers
        if looked_into and (faults or every_row):
            at_fault = {fault.row for fault in faults}
            rows = [row for row in table.rows if whole or row[0] in at_fault]
            _write(book, table, rows, () if table.trouble else ledgers.get(table.name, ()), faults)
    book.save(out)


def _explain(page: Any, original: Workbook, faults: list[Fault]) -> None:
    rows_of = {table.name: {number for number, _ in table.rows} for table in original.sheets}
    told = [fault for fault in faults if fault.row not in rows_of.get(fault.sheet, ())]
    lines = ["请改正标红的单元格后，把本文件直接上传；“错误原因”一列不用删除，系统会忽略它。"]
    lines += ["以下问题涉及整张工作表，请先处理：", *map(str, told)] if told else []
    for number, line in enumerate(lines, start=1):
        cell = _typed(page, number, 1, line)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if number > 2:
            cell.fill = AT_FAULT
    page.column_dimensions["A"].width = 100


def _write(
    book: Book, table: SheetRows, rows: list[tuple[int, list[Any]]], columns: Iterable[Column], faults: list[Fault]
) -> None:
    page = book.create_sheet(NOT_IN_NAMES.sub("", _printable(table.name))[:LONGEST_NAME] or None)
    page.freeze_panes = "B2"
    heads, places = _layout(table, columns)
    by_row: dict[int, list[Fault]] = defaultdict(list)
    for fault in faults:
        by_row[fault.row].append(fault)
    numbers = {number for number, _ in table.rows}
    whole = [fault for fault in faults if fault.row not in numbers]
    for at, head in enumerate([REASON, *heads], start=1):
        cell = _typed(page, 1, at, head)
        dress(cell)
        _mark(cell, [fault for fault in whole if at > 1 and fault.column and _same(fault.column, head)])
    for line, (number, cells) in enumerate(rows, start=2):
        here = by_row[number]
        told = "；".join(f"{fault.column}：{fault.reason}" if fault.column else fault.reason for fault in here)
        _typed(page, line, 1, f"原第{number}行　{told}" if told else None)
        for at, place in enumerate(places, start=2):
            value = cells[place] if place is not None and place < len(cells) else None
            cell = _typed(page, line, at, value)
            _mark(cell, [fault for fault in here if fault.column and _same(fault.column, heads[at - 2])])
    page.column_dimensions["A"].width = REASON_WIDTH
    for at, column in enumerate(columns, start=2):
        page.column_dimensions[get_column_letter(at)].width = width(column)


def _layout(table: SheetRows, columns: Iterable[Column]) -> tuple[list[str], list[int | None]]:
    """The headers, the template's first, and for each the place of its cells in the original's rows."""
    heads: list[str] = []
    places: list[int | None] = []
    taken = set(table.ignored)
    for column in columns:
        name = normalised_header(column.column_name)
        place = table.headers.index(name) if name in table.headers else None
        heads.append(header_text(column))
        places.append(place)
        taken.add(-1 if place is None else place)
    widest = max((len(cells) for _, cells in table.rows), default=0)
    for place in range(max(widest, len(table.headers))):
        if place not in taken:
            heads.append(table.written[place] if place < len(table.written) else "")
            places.append(place)
    return heads, places


def _same(column: str, head: str) -> bool:
    return normalised_header(column) == normalised_header(head)


def _printable(text: str) -> str:
    """Without what no workbook can hold."""
    return CONTROL.sub("", text)


def _typed(page: Any, row: int, column: int, value: Any) -> Any:
    cell = page.cell(row, column)
    if isinstance(value, str):
        # Set past openpyxl, which would make a formula of a leading "=" and an error of "#N/A".
        cell.value = _printable(value)
        cell.data_type = "s"
        cell.number_format = "@"
    elif value is not None:
        cell.value = value
        if isinstance(value, datetime):
            cell.number_format = "yyyy-mm-dd hh:mm:ss"
        elif isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
    return cell


def _mark(cell: Any, faults: list[Fault]) -> None:
    if faults:
        cell.fill = AT_FAULT
        cell.comment = Comment(_printable("；".join(fault.reason for fault in faults)), "公开", height=90, width=260)
