"""A report as a workbook (.xlsx; old .xls and .et too): tables anywhere on any sheet."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from disclosures.ledger import Limits, UnusableFile, packages, spreadsheets
from reports.reading.grids import Block, Budget, Cell, Grid, Paragraph, Source, laid_out
from reports.reading.reading import Unreadable

LIMITS = Limits(megabytes=10, unpacked_megabytes=60, rows=5_000, reader_megabytes=384, reader_seconds=10, columns=250)
WORDY = 3  # cells of a row that is taken for a line of text, not of figures


def source_of(data: bytes) -> Source:
    """Raises ``Unreadable``."""
    says: list[str] = []
    try:
        if data.startswith(b"PK"):
            packages.examine(BytesIO(data), LIMITS)
        sheets = spreadsheets.grids(data, LIMITS)
    except UnusableFile as refused:
        told = str(refused).replace("再导入", "再试").replace("，请使用台账模板", "，无法读取")
        raise Unreadable(told) from None
    budget = Budget()
    blocks: list[Block] = []
    for sheet in sheets:
        if sheet.hidden:
            says.append(f"工作表“{sheet.name}”是隐藏的，没有读取")
            continue
        blocks += _blocks(sheet, budget)
    return Source(blocks, says=says, has_text=False)


def _blocks(sheet: Any, budget: Budget) -> list[Block]:
    """The sheet as one grid, which knows its columns, and each row of words as a paragraph."""
    blocks: list[Block] = [Paragraph(sheet.name)]
    rows: list[list[Cell]] = []
    width = max((len(values) for _, values in sheet.rows), default=0)
    for _, values in sheet.rows:
        cells = [Cell(_text(value)) for value in [*values, *[None] * (width - len(values))]]
        filled = [cell for cell in cells if not cell.is_blank]
        rows.append(cells)
        if len(filled) <= WORDY:
            blocks += [Paragraph(cell.text) for cell in filled if len(cell.text) > 1]
    grid: Grid = laid_out(rows, budget, f"工作表“{sheet.name}”", spread=True)
    return [*blocks, grid]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return format(Decimal(format(value, ".15g")), "f")  # the digits that a spreadsheet keeps
    if isinstance(value, (date, datetime)):
        return f"{value.year}年{value.month}月{value.day}日"
    return str(value)
