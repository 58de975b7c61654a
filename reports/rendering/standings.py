"""The list of who has handed in, as a workbook."""

from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from disclosures.dates import told
from reports.rollup.standings import Standing, Standings

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FILL = PatternFill("solid", fgColor="DCE6F1")
COLUMNS = (
    ("机关", 36),
    ("层级", 16),
    ("状态", 16),
    ("应报日期", 16),
    ("时限", 14),
    ("报送日期", 16),
    ("错误", 8),
    ("警告", 8),
    ("不成立的勾稽关系", 70),
    ("说明", 40),
)


def write(file: IO[bytes] | str, found: Standings, rows: Iterable[Standing]) -> None:
    book = Workbook(write_only=True)
    book.properties.creator = found.parent.name
    book.properties.title = f"{found.parent.name}{found.year}年下级年报报送情况"
    page = book.create_sheet(f"{found.year}年报送情况")
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for letter, (_, width) in zip("ABCDEFGHIJ", COLUMNS, strict=True):
        page.column_dimensions[letter].width = width
    head = [_cell(page, title) for title, _ in COLUMNS]
    for cell in head:
        cell.font, cell.fill = Font(bold=True), FILL
    page.append(head)
    for row in rows:
        page.append([_cell(page, value) for value in _values(row)])
    book.save(file)


def _values(row: Standing) -> list[Any]:
    errors, failures = len(row.errors), row.failures
    counts = [errors, len(failures) - errors] if row.last else ["", ""]
    comment = f"退回意见：{row.last.comment}" if row.last and row.last.comment else ""
    return [
        row.agency.name,
        row.agency.get_level_display(),
        row.state.label,
        told(row.due_on),
        row.light.words,
        told(row.last.on) if row.last else "",
        *counts,
        "\n".join(f"{each['id']} {each['message']}" for each in failures),
        "；".join(filter(None, (row.note, comment))),
    ]


def _cell(page: Any, value: Any) -> Any:
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a name that begins with = is no formula
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
