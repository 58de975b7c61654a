"""Reading an xlsx file as rows, with limits before anything is parsed."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Any

import openpyxl
from django.conf import settings

from disclosures.ledger.widgets import is_blank

MAX_COLUMNS = 60
MAX_UNPACKED_RATIO = 100
MAX_CELL_LENGTH = 32_767  # the format's own limit
HEADER_WITHIN_ROWS = 5  # a title may stand above the headers
LONGEST_FORMULA = 8192  # the format's own limit
UNCALCULATED = re.compile(rb"<f(?:\s[^>]*)?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")
NOTES_SHEET = "填写说明"
EXPORT_MARK = "政府信息公开台账导出"  # kept in the file's properties; survives editing and saving


class UnusableFile(Exception):
    """The file cannot be read at all; the message says why and what to do."""


@dataclass
class SheetRows:
    """A sheet's headers and its non-blank rows, each with its number in the spreadsheet."""

    name: str
    header_row: int
    headers: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)


@dataclass
class Workbook:
    """``ours``: written by ``export_workbook``, so that a row without a key is known to be the record it came from."""

    sheets: list[SheetRows]
    ours: bool = False


def normalised_header(value: Any) -> str:
    """``金额(元) *`` and ``金额（元）`` are the same column."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value))
    return "".join(text.split()).rstrip("*")


def read(file: IO[bytes]) -> Workbook:
    """The filled sheets of an xlsx file. Raises ``UnusableFile``."""
    _within_limits(file)
    _refuse_uncalculated(file)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its parsers do
        raise UnusableFile("文件已损坏或不是Excel工作簿（.xlsx），请用WPS或Excel重新另存为.xlsx后再试") from error
    try:
        worksheets = [sheet for sheet in book.worksheets if sheet.title.strip() != NOTES_SHEET]
        ours = book.properties.category == EXPORT_MARK
        return Workbook([sheet for sheet in map(_read_sheet, worksheets) if sheet], ours)
    except UnusableFile:
        raise
    except Exception as error:
        raise UnusableFile("文件内容已损坏，请用WPS或Excel打开检查，重新另存为.xlsx后再试") from error
    finally:
        book.close()


def _within_limits(file: IO[bytes]) -> None:
    limit = settings.LEDGER_MAX_MEGABYTES * 1024 * 1024
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise UnusableFile("文件是空的")
    if size > limit:
        raise UnusableFile(f"文件超过{settings.LEDGER_MAX_MEGABYTES}MB，请按月或按表拆分后再导入")
    try:
        with zipfile.ZipFile(file) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        raise UnusableFile("不是Excel工作簿（.xlsx）。旧的.xls或CSV文件请先另存为.xlsx") from None
    if unpacked > 10 * limit or (unpacked > 1_000_000 and unpacked > size * MAX_UNPACKED_RATIO):
        raise UnusableFile("文件解压后过大，疑似损坏，请新建工作簿粘贴数据后再导入")
    file.seek(0)


def _refuse_uncalculated(file: IO[bytes]) -> None:
    """A formula without its result would be read as a blank cell and its value lost without a word."""
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if not entry.filename.startswith("xl/worksheets/"):
                continue
            tail = b""
            with archive.open(entry) as part:
                while chunk := part.read(1 << 20):
                    if UNCALCULATED.search(tail + chunk):
                        raise UnusableFile("有的单元格是还没有计算结果的公式，请用WPS或Excel打开、保存后再导入")
                    tail = chunk[-LONGEST_FORMULA:]
    file.seek(0)


def _read_sheet(worksheet: Any) -> SheetRows | None:
    worksheet.reset_dimensions()  # the file's own claim may be false
    name = worksheet.title.strip()
    top: list[tuple[int, tuple[Any, ...]]] = []
    sheet: SheetRows | None = None
    for number, cells in enumerate(worksheet.iter_rows(values_only=True), start=1):
        if all(is_blank(cell) for cell in cells):
            continue
        if sheet is None:
            top.append((number, cells))
            if _looks_like_header(cells) or len(top) == HEADER_WITHIN_ROWS:
                chosen = (number, cells) if _looks_like_header(cells) else top[0]
                sheet = SheetRows(name, chosen[0], _headers(name, chosen[1]))
                sheet.rows += [(row, _cut(sheet, line)) for row, line in top if row > chosen[0]]
            continue
        if len(sheet.rows) >= settings.LEDGER_MAX_ROWS:
            raise UnusableFile(f"工作表“{name}”超过{settings.LEDGER_MAX_ROWS}行，请拆分后再导入")
        sheet.rows.append((number, _cut(sheet, cells)))
    if sheet is None and top:
        number, cells = top[0]
        sheet = SheetRows(name, number, _headers(name, cells))
        sheet.rows += [(row, _cut(sheet, line)) for row, line in top[1:]]
    return sheet


def _looks_like_header(cells: Iterable[Any]) -> bool:
    """Several short texts: a title above the table is one long one."""
    texts = [cell for cell in cells if not is_blank(cell)]
    return len(texts) >= 3 and all(isinstance(cell, str) and len(cell) <= 30 for cell in texts)


def _headers(name: str, cells: tuple[Any, ...]) -> list[str]:
    headers = [normalised_header(cell) for cell in cells]
    while headers and not headers[-1]:
        headers.pop()
    if len(headers) > MAX_COLUMNS:
        raise UnusableFile(f"工作表“{name}”超过{MAX_COLUMNS}列，请使用台账模板")
    return headers


def _cut(sheet: SheetRows, cells: tuple[Any, ...]) -> list[Any]:
    """The row to the width of its header; what stands beyond is kept, to be named as a fault."""
    row = list(cells)
    while row and is_blank(row[-1]):
        row.pop()
    row += [None] * (len(sheet.headers) - len(row))
    if any(isinstance(cell, str) and len(cell) > MAX_CELL_LENGTH for cell in row):
        raise UnusableFile(f"工作表“{sheet.name}”有单元格超过{MAX_CELL_LENGTH}个字")
    return row
