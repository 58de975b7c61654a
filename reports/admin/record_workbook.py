"""A list of records as a workbook."""

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

MOST = 50_000  # rows


def workbook(title: str, headings: Sequence[str], weight: str, rows: Iterable[Sequence[Any]]) -> bytes:
    """``rows`` end with what they weigh, shown where ``weight`` heads it. Text is typed as text: no formula leaves."""
    book = Workbook(write_only=True)
    page = book.create_sheet("记录")
    page.freeze_panes = "A3"
    for letter in "ABCDEFGH":
        page.column_dimensions[letter].width = 20

    def cell(value: Any, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(page, value)
        if isinstance(value, str):
            made.data_type = "s"
        if bold:
            made.font = Font(bold=True)
        return made

    page.append([cell(title, bold=True)])
    page.append([cell(heading, bold=True) for heading in (*headings, *([weight] if weight else []))])
    for *values, weighs in rows:
        page.append([cell(value) for value in (*values, *([weighs] if weight else []))])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
