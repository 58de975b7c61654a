"""Rows pasted from a spreadsheet, read as a sheet of the ledger: the columns, rules and keys of an uploaded one."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from disclosures.ledger.importing import Fault, ImportReport, import_workbook
from disclosures.ledger.widgets import is_blank
from disclosures.ledger.workbook import SheetRows, Workbook, normalised_header
from disclosures.models import Agency

MOST_ROWS = 2000


@dataclass(frozen=True)
class Layout:
    """A sheet as it is pasted: its columns in order, each with the short name that a heading may use."""

    sheet: str
    columns: Mapping[str, str]  # short name → the sheet's column


@dataclass
class Pasted:
    """``rows``: (line, cells) as typed; ``faults``: what is wrong before any cell is read."""

    headers: list[str]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def parse(text: str, layout: Layout) -> Pasted:
    """Tab-separated rows, with or without a line of headings; a blank line counts, and is passed over."""
    pasted = Pasted(list(layout.columns.values()))
    headed = False
    try:
        for number, cells in enumerate(csv.reader(StringIO(text), dialect="excel-tab", strict=True), start=1):
            if all(is_blank(cell) for cell in cells):
                continue
            if not headed and (headers := _headings(cells, layout)):
                pasted.headers, headed = headers, True
                continue
            headed = True
            pasted.rows.append((number, _cut(cells, number, layout, pasted)))
    except csv.Error:
        pasted.faults.append(Fault(layout.sheet, 0, "", "引号没有成对，请删除多余的引号后重新粘贴"))
    if not pasted.rows and not pasted.faults:
        pasted.faults.append(Fault(layout.sheet, 0, "", "没有任何内容，请从电子表格中复制后粘贴"))
    if len(pasted.rows) > MOST_ROWS:
        pasted.faults.append(Fault(layout.sheet, 0, "", f"超过{MOST_ROWS}行，请分次粘贴，或用台账导入"))
    return pasted


def _headings(cells: list[str], layout: Layout) -> list[str]:
    """The columns that a line of headings names; empty for a line of values."""
    known = {normalised_header(name): column for name, column in layout.columns.items()}
    known |= {normalised_header(column): column for column in layout.columns.values()}
    names = [normalised_header(cell) for cell in cells]
    if sum(name in known for name in names) < 2:
        return []
    return [known.get(name, name) for name in names]


def _cut(cells: list[str], number: int, layout: Layout, pasted: Pasted) -> list[str]:
    width = len(pasted.headers)
    if any(not is_blank(cell) for cell in cells[width:]):
        said = f"这一行有{len(cells)}列，应为{width}列：{'、'.join(pasted.headers)}"
        pasted.faults.append(Fault(layout.sheet, number, "", said))
    return [*cells[:width], *[""] * (width - len(cells))]


def bring_in(pasted: Pasted, layout: Layout, *, agency: Agency, by: Any, dry_run: bool) -> ImportReport:
    """Every row, or, with a fault anywhere or ``dry_run``, none; faults carry the line of the pasted text."""
    if pasted.faults:
        return ImportReport(faults=pasted.faults)
    headers = [normalised_header(header) for header in pasted.headers]
    rows = [(number, [*cells]) for number, cells in pasted.rows]
    sheet = SheetRows(layout.sheet, rows[0][0] - 1, headers, rows)
    return import_workbook(Workbook([sheet]), agency=agency, by=by, dry_run=dry_run, only=[layout.sheet])
