"""The records out to a workbook, and the empty workbook to fill in; text is typed as text, so no formula leaves."""

from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook as Book
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from disclosures.ledger.columns import Column
from disclosures.ledger.sheets import Sheet, sheets
from disclosures.ledger.widgets import Choice, Day, Money, Parsed, Text, Whole
from disclosures.ledger.workbook import EXPORT_MARK, NOTES_SHEET
from disclosures.models import Agency

HEADER_FILL = PatternFill("solid", fgColor="DCE6F1")
LINE = Side(style="thin", color="A6A6A6")
TEMPLATE_ROWS = 2000  # rows prepared with formats and drop-downs


def export_workbook(
    file: IO[bytes] | str,
    *,
    agency: Agency,
    year: int | None = None,
    only: Iterable[str] | None = None,
    reveal: bool = True,
) -> dict[str, int]:
    """Writes the agency's ledgers and returns rows per sheet. ``reveal=False`` leaves personal columns empty."""
    book = Book(write_only=True)
    _describe(book, agency.name)
    book.properties.category = EXPORT_MARK
    written = {}
    for sheet in _chosen(only):
        page = book.create_sheet(sheet.name)
        _prepare(page, sheet)
        page.append([_header_cell(page, column) for column in sheet.columns])
        written[sheet.name] = 0
        for batch in sheet.resource(agency, None, year).in_batches():
            for record in batch:
                values = sheet.resource.cells(record, reveal=reveal)
                page.append([_typed(page, column, value) for column, value in zip(sheet.columns, values, strict=True)])
            written[sheet.name] += len(batch)
    book.save(file)
    return written


def template_workbook(file: IO[bytes] | str, agency: Agency | None = None, only: Iterable[str] | None = None) -> None:
    """The empty workbook: headers with notes, text and date formats, drop-downs; a sheet that explains every column."""
    book = Book()
    book.remove(book.active)
    _describe(book, agency.name if agency else "")
    notes = book.create_sheet(NOTES_SHEET)
    chosen = _chosen(only)
    _write_notes(notes, chosen)
    for sheet in chosen:
        page = book.create_sheet(sheet.name)
        _prepare(page, sheet)
        for place, column in enumerate(sheet.columns, start=1):
            cell = page.cell(1, place, header_text(column))
            dress(cell)
            if column.note:
                cell.comment = Comment(column.note, "公开")
            letter = get_column_letter(place)
            for row in range(2, TEMPLATE_ROWS + 2) if isinstance(column.widget, Text) else ():
                page[f"{letter}{row}"].number_format = "@"
            if validation := _validation(column, agency):
                page.add_data_validation(validation)
                validation.add(f"{letter}2:{letter}{TEMPLATE_ROWS + 1}")
    book.save(file)


def _chosen(only: Iterable[str] | None) -> list[Sheet]:
    names = None if only is None else set(only)
    return [sheet for sheet in sheets() if names is None or sheet.name in names]


def _describe(book: Book, agency: str) -> None:
    book.properties.creator = agency or "公开"
    book.properties.title = f"{agency}政府信息公开工作台账"


def _prepare(page: Any, sheet: Sheet) -> None:
    page.freeze_panes = "A2"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = "1:1"
    for place, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(place)].width = width(column)


def width(column: Column) -> float:
    if isinstance(column.widget, Day):
        return 13
    if isinstance(column.widget, Text) and (column.widget.max_length or 0) >= 150:
        return 40
    return max(12.0, 2.4 * len(column.column_name))


def header_text(column: Column) -> str:
    return column.column_name + ("*" if column.required else "")


def _header_cell(page: Any, column: Column) -> Any:
    cell = WriteOnlyCell(page, header_text(column))
    dress(cell)
    return cell


def dress(cell: Any) -> None:
    cell.font, cell.fill = Font(bold=True), HEADER_FILL
    cell.border = Border(LINE, LINE, LINE, LINE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _typed(page: Any, column: Column, value: Any) -> Any:
    if value is None:
        return None
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        # openpyxl would make a formula of a leading "="; a typed text stays what the applicant wrote.
        cell.data_type = "s"
        cell.number_format = "@"
    elif isinstance(column.widget, (Day, Money, Whole)):
        cell.number_format = column.widget.number_format
    return cell


def _validation(column: Column, agency: Agency | None) -> DataValidation | None:
    choices = _choices(column, agency)
    if choices and len(",".join(choices)) <= 255:  # the format's own limit
        validation = DataValidation("list", formula1='"' + ",".join(choices) + '"', allow_blank=True)
        validation.error, validation.errorTitle = "请从下拉列表中选择", "不在可选范围内"
        # Categories and channels may be new; the importer says what it founds.
        validation.showErrorMessage = isinstance(column.widget, Choice)
        return validation
    return None


def _choices(column: Column, agency: Agency | None) -> list[str]:
    if isinstance(column.widget, Choice):
        return list(column.widget.labels)
    if agency and column.column_name == "栏目":
        return [category.name for category in agency.categories.all()]
    if agency and column.column_name == "发布渠道":
        return [channel.name for channel in agency.channels.all()]
    return []


def _write_notes(page: Any, chosen: list[Sheet]) -> None:
    page.append(["工作表", "列名", "是否必填", "填写要求"])
    for cell in page[1]:
        dress(cell)
    for sheet in chosen:
        for column in sheet.columns:
            page.append([sheet.name, header_text(column), "必填" if column.required else "选填", _requirement(column)])
    page.append([])
    for line in (
        "一行一条记录；列的先后顺序可以调整，不用的工作表可以留空或删除，请不要增加新的列。",
        "日期写成 2022-01-05、2022/1/5、2022.1.5、2022年1月5日、20220105 都可以。",
        "再次导入时，系统按查重规则找到原来的记录并更新；空白单元格不改动已有内容，要清空请在系统中修改。",
        "任何一行有错误时整个文件都不会写入，系统会逐条列出工作表、行号、列名和原因。",
    ):
        page.append([line])
    for letter, width in zip("ABCD", (14, 20, 10, 70), strict=True):
        page.column_dimensions[letter].width = width


def _requirement(column: Column) -> str:
    widget = column.widget
    kind = ""
    if isinstance(widget, Day):
        kind = "日期"
    elif isinstance(widget, Choice):
        kind = "可填：" + "、".join(widget.labels)
    elif isinstance(widget, Whole):
        kind = f"整数，{widget.least}至{widget.most}" if widget.most < 10**6 else f"整数，不小于{widget.least}"
    elif isinstance(widget, Money):
        kind = "金额，精确到分"
    elif isinstance(widget, Text) and widget.max_length:
        kind = f"文字，不超过{widget.max_length}字"
    elif isinstance(widget, Parsed):
        kind = "文字"
    return "；".join(part for part in (kind, column.note) if part)
