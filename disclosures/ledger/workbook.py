"""Reading a ledger file, whichever program wrote it, with limits before anything is parsed."""

from dataclasses import dataclass, field
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from disclosures.ledger import delimited, packages, recognition, spreadsheets
from disclosures.ledger.grids import Grid, too_many_rows
from disclosures.ledger.headers import normalised_header
from disclosures.ledger.limits import MEGABYTE, Limits, UnusableFile, for_pages
from disclosures.ledger.sheets import Sheet
from disclosures.ledger.tables import SheetRows, ledger_table, plain_table

__all__ = ["EXPORT_MARK", "NOTES_SHEET", "SheetRows", "UnusableFile", "Workbook", "normalised_header", "read"]

NOTES_SHEET = "填写说明"
FAULTS_SHEET = "说明"
NOT_LEDGERS = {NOTES_SHEET, FAULTS_SHEET}
EXPORT_MARK = "政府信息公开台账导出"  # kept in the file's properties; survives editing and saving
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Workbook:
    """``ours``: written by ``export_workbook``, so that a row without a key is known to be the record it came from.

    ``notes``: what was understood in another way than written, or passed over.
    """

    sheets: list[SheetRows]
    ours: bool = False
    notes: list[str] = field(default_factory=list)


def read(file: IO[bytes], *, name: str = "", limits: Limits | None = None) -> Workbook:
    """The filled sheets of an .xlsx, .xls, .et, CSV or TSV file. Raises ``UnusableFile``.

    The content tells the format; ``name``, the file's, only which ledger it is where nothing else does.
    ``limits`` are those of uploads unless given.
    """
    limits = limits or for_pages()
    data = _within_size(file, limits)
    if data.startswith(ZIP):
        package = packages.examine(BytesIO(data), limits)
        grids = spreadsheets.grids(data, limits)
        _show_errors(grids, package)
        book = _recognised(grids, name, from_1904=package.from_1904)
        book.ours = package.category == EXPORT_MARK
    elif data.startswith(OLE):
        book = _recognised(spreadsheets.grids(data, limits), name)
    else:
        book = _recognised([delimited.grid(data, limits, recognition.familiar)], name)
    for sheet in book.sheets:
        if len(sheet.rows) > limits.rows:
            raise UnusableFile(too_many_rows(sheet.name, limits))
    return book


def _within_size(file: IO[bytes], limits: Limits) -> bytes:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size == 0:
        raise UnusableFile("文件是空的")
    if size > limits.megabytes * MEGABYTE:
        raise UnusableFile(f"文件超过{limits.megabytes}MB，请按月或按表拆分后再导入")
    return file.read()


def _show_errors(grids: list[Grid], package: packages.Package) -> None:
    """An error value is read as a blank cell; shown, it is named as a fault instead of lost."""
    if [grid.name for grid in grids] != [part.name for part in package.sheets]:
        raise UnusableFile(packages.DAMAGED)  # two readers see two workbooks
    for grid, part in zip(grids, package.sheets, strict=True):
        if not part.errors:
            continue
        rows = dict(grid.rows)
        for (row, column), error in part.errors.items():
            cells = rows.setdefault(row, [])
            cells += [None] * (column - len(cells))
            cells[column - 1] = error
        grid.rows = sorted(rows.items())


def _recognised(grids: list[Grid], file_name: str, *, from_1904: bool = False) -> Workbook:
    book = Workbook([])
    filled = [grid for grid in grids if grid.rows and grid.name.strip() not in NOT_LEDGERS]
    for grid in filled:
        if grid.hidden:
            book.notes.append(f"隐藏的工作表“{grid.name}”没有导入；需要导入的，请取消隐藏后重新上传")
    visible = [grid for grid in filled if not grid.hidden]
    found = [recognition.by_name(grid.name) for grid in visible]
    trouble = ""
    if len(visible) == 1 and found[0] is None:
        found[0], trouble = _only_sheet(visible[0], file_name)
    for grid, ledger in zip(visible, found, strict=True):
        alike = [other.name for other, theirs in zip(visible, found, strict=True) if theirs is ledger]
        if ledger is None:
            table = plain_table(grid, recognition.familiar)
            table.trouble = trouble or _suggestion(grid, visible)
        elif len(alike) > 1:
            table = plain_table(grid, recognition.familiar)
            table.trouble = f"工作表{_quoted(alike)}都是“{ledger.name}”，请合并成一张"
        else:
            table = ledger_table(grid, ledger, from_1904=from_1904)
            if grid.name.strip() != ledger.name:
                book.notes.append(f"工作表“{grid.name.strip()}”按“{ledger.name}”导入")
        book.sheets.append(table)
        book.notes += table.notes
    return book


def _suggestion(grid: Grid, among: list[Grid]) -> str:
    """Which ledger an unknown sheet among others looks like; empty where it looks like none."""
    near = recognition.by_headers(grid)
    alike = [other.name.strip() for other in among if recognition.by_headers(other) == near]
    if len(near) == 1 and len(alike) > 1:
        return f"看列名，工作表{_quoted(alike)}都是“{near[0].name}”，请合并成一张，名称改为“{near[0].name}”"
    return f"不认识的工作表；看列名应是{_quoted([one.name for one in near])}，请改用这个名称" if near else ""


def _only_sheet(grid: Grid, file_name: str) -> tuple[Sheet | None, str]:
    """The ledger that the only sheet must be; else why that cannot be said."""
    stem = PurePosixPath(file_name.replace("\\", "/")).stem
    named, fitting = recognition.by_name(stem) if stem else None, recognition.by_headers(grid)
    if named in fitting or (named and not fitting):
        return named, ""
    if len(fitting) == 1 and named is None:
        return fitting[0], ""
    if named:
        told = f"文件名是“{named.name}”，而列名是{_quoted([one.name for one in fitting])}的"
    elif fitting:
        told = f"列名同时符合{_quoted([one.name for one in fitting])}"
    elif near := recognition.nearest(grid):
        return near, ""
    else:
        return None, ""
    return None, f"{told}，请把工作表或文件改名为要导入的台账名称"


def _quoted(names: list[str]) -> str:
    return "、".join(f"“{name}”" for name in names)
