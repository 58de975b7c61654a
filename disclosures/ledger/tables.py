"""A ledger's table inside a sheet: below its titles, without its totals and remarks, under the names of its columns."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from disclosures.ledger.columns import Column
from disclosures.ledger.grids import Grid
from disclosures.ledger.headers import is_ignored, normalised_header
from disclosures.ledger.merging import spread
from disclosures.ledger.recognition import header_of, names_of
from disclosures.ledger.sheets import Sheet
from disclosures.ledger.widgets import Day, Money, Whole, is_blank, plain

TOTAL = re.compile(
    r"(?:本页|本月|本季度?|本年度?|当月|全年|年度)?(?:合计|总计|小计|共计|累计|汇总)(?:数|金额)?[:(]?.{0,12}"
)
REMARK = re.compile(
    r"[(\[]?(?:备?注|说明|填[表报]说明)(?:[0-9]{0,2}[)\]]?[:.、,]|[)\]]?$).*"
    r"|(?:填[表报写]|制[表单]|审[核批]|复核|经办|负责|联系|录入|统计)(?:人员?|单位|日期|时间|电话|负责人)(?:[(][^)]*[)])?[:].*"
    r"|(?:单位负责人|分管领导|主要负责人|科室负责人|联系方式|单位[(]盖章[)]|盖章)[:(].*",
    re.DOTALL,
)
# A line between the rows that names those below it: 二、行政许可; （一）城区; 三月份; 第一季度.
SECTION = re.compile(
    r"(?:[(]?[一二三四五六七八九十]{1,3}[)、.]|第[一二三四五六七八九十]+(?:部分|季度|类)).{1,40}|第[一二三四]季度"
    r"|(?:\d{4}年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?.{0,20}"
)
TEN_THOUSANDS = re.compile(r"单位[:为]?(?:人民币)?万元")
WRITTEN_NAME = 60  # characters of a header shown to people


@dataclass
class SheetRows:
    """A table's headers and its non-blank rows, each with its number in the spreadsheet.

    ``name``: the ledger's, where it is known which ledger this is (``recognised``), else the sheet's own. ``headers``
    are normalised, those of a known ledger to the names of its columns; ``written`` has them as they stand in the file.
    ``ignored``: places of columns that are not imported. ``trouble``: why the sheet cannot be taken for a ledger.
    ``faults``: (row, column, reason) found on the way. ``notes``: what was passed over or read by another name.
    """

    name: str
    header_row: int
    headers: list[str]
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    ignored: frozenset[int] = frozenset()
    trouble: str = ""
    faults: list[tuple[int, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def plain_table(grid: Grid, count: Callable[[list[Any]], int]) -> SheetRows:
    """The table of a sheet that is no ledger: its header is the row that looks most like one."""
    looks = (row for row in grid.rows[:5] if _looks_like_header(row[1]))
    number, head = header_of(grid, count) or next(looks, grid.rows[0])
    written = _written(head)
    table = SheetRows(grid.name.strip(), number, [normalised_header(header) for header in written], written=written)
    table.rows = [(row, _cut(table, cells)) for row, cells in grid.rows if row > number]
    return table


def ledger_table(grid: Grid, ledger: Sheet, *, from_1904: bool = False) -> SheetRows:
    """The table of a sheet that is a ledger, every row that is none of its records passed over with a note."""
    names = names_of(ledger)
    table = plain_table(grid, names.count)
    table.name = ledger.name
    table.headers = [names.column(header) or header for header in table.headers]
    table.ignored = frozenset(place for place, header in enumerate(table.headers) if is_ignored(header))
    _note_other_names(table)
    column_of = {normalised_header(column.column_name): column for column in ledger.columns}
    columns = {place: column_of[header] for place, header in enumerate(table.headers) if header in column_of}
    _look_above(table, grid, columns)
    _spread_merged(table, grid, columns)
    _pass_over(table, columns)
    if from_1904:
        _refuse_serial_days(table, columns)
    return table


def _looks_like_header(cells: list[Any]) -> bool:
    """Several short texts: a title above the table is one long one."""
    texts = [cell for cell in cells if not is_blank(cell)]
    return len(texts) >= 3 and all(isinstance(cell, str) and len(cell) <= 30 for cell in texts)


def _written(head: list[Any]) -> list[str]:
    texts = ["" if is_blank(cell) else " ".join(str(cell).split())[:WRITTEN_NAME] for cell in head]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _cut(table: SheetRows, cells: list[Any]) -> list[Any]:
    """The row to the width of its header; what stands beyond is kept, to be named as a fault."""
    row = list(cells)
    while row and is_blank(row[-1]):
        row.pop()
    return row + [None] * (len(table.headers) - len(row))


def _note_other_names(table: SheetRows) -> None:
    for written, header in zip(table.written, table.headers, strict=True):
        if header and normalised_header(written) != header:
            table.notes.append(f"{table.name}：“{written}”列读作“{header}”")


def _look_above(table: SheetRows, grid: Grid, columns: dict[int, Column]) -> None:
    titles = [(row, cells) for row, cells in grid.rows if row < table.header_row]
    if titles:
        table.notes.append(f"{table.name}：{_rows([row for row, _ in titles])}在表头上方，未导入")
    money = [column.column_name for column in columns.values() if isinstance(column.widget, Money)]
    for row, cells in titles if money else ():
        if any(isinstance(cell, str) and TEN_THOUSANDS.search("".join(plain(cell).split())) for cell in cells):
            table.faults.append((row, money[0], "表头上方写着单位是万元，请换算为元填写，并删去这一说明"))


def _spread_merged(table: SheetRows, grid: Grid, columns: dict[int, Column]) -> None:
    numbers = {place for place, column in columns.items() if isinstance(column.widget, (Money, Whole))}
    below = Grid(grid.name, rows=[row for row in grid.rows if row[0] > table.header_row], merged=grid.merged)
    for row, place in spread(below, numbers):
        reason = "数字所在的单元格是合并的，分不清属于哪一行，请取消合并后逐行填写"
        table.faults.append((row, columns[place].column_name, reason))
    table.rows = [(row, _cut(table, cells)) for row, cells in below.rows]


def _refuse_serial_days(table: SheetRows, columns: dict[int, Column]) -> None:
    """Day 0 of this workbook is not that of others: its numbers say the day only where they are formatted as one."""
    days = {place: column.column_name for place, column in columns.items() if isinstance(column.widget, Day)}
    for row, cells in table.rows:
        for place, name in days.items():
            if isinstance(cells[place], (int, float)):
                reason = "日期是数字，而工作簿用的是1904日期系统，请把该列设为日期格式后再导入"
                table.faults.append((row, name, reason))


# Rows that are no records


def _pass_over(table: SheetRows, columns: dict[int, Column]) -> None:
    repeated, totals, sections, kept = [], [], [], []
    required = [place for place, column in columns.items() if column.required]
    header = {place: normalised_header(table.written[place]) for place in columns}
    for row in table.rows:
        if _repeats_header(row[1], header):
            repeated.append(row[0])
        elif _is_total(row[1], required):
            totals.append(row[0])
        elif _is_section(row[1], required):
            sections.append(row[0])
        else:
            kept.append(row)
    remarks = _remarks_below(kept, required)
    table.rows = kept[: len(kept) - len(remarks)]
    for numbers, what in (
        (repeated, "是重复的表头"),
        (totals, "是合计"),
        (sections, "是分段标题"),
        (remarks, "是表格下方的说明"),
    ):
        if numbers:
            table.notes.append(f"{table.name}：{_rows(numbers)}{what}，未导入")
    gone = {*repeated, *totals, *sections, *remarks}
    table.faults = [fault for fault in table.faults if fault[0] not in gone]


def _repeats_header(cells: list[Any], header: dict[int, str]) -> bool:
    return bool(header) and all(
        isinstance(cells[place], str) and text[0] in cells[place] and normalised_header(cells[place]) == text
        for place, text in header.items()
    )


def _first_text(cells: list[Any]) -> str:
    """The text of the first cell that holds anything, without blanks; a number is none."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    return "".join(plain(first).split()) if isinstance(first, str) else ""


def _is_total(cells: list[Any], required: list[int]) -> bool:
    """A word of totals in front of what could not be a record."""
    return bool(TOTAL.fullmatch(_first_text(cells))) and _lacks(cells, required)


def _is_section(cells: list[Any], required: list[int]) -> bool:
    """The only words of their row, of a form that titles have, where a record needs more."""
    words = [cell for cell in cells if not is_blank(cell)]
    return len(words) == 1 < len(required) and bool(SECTION.fullmatch(_first_text(cells)))


def _lacks(cells: list[Any], required: list[int]) -> bool:
    """Something that must be filled is not."""
    return any(is_blank(cells[place]) for place in required)


def _remarks_below(rows: list[tuple[int, list[Any]]], required: list[int]) -> list[int]:
    """The numbers of the last rows from the one on that begins with a remark's word, if none of them is a record."""
    begins = None
    for place in range(len(rows) - 1, -1, -1):
        cells = rows[place][1]
        if not _lacks(cells, required):
            break
        if REMARK.match(_first_text(cells)):
            begins = place
        elif sum(not is_blank(cell) for cell in cells) > 1:
            break
    return [] if begins is None else [number for number, _ in rows[begins:]]


def _rows(numbers: list[int]) -> str:
    """第1、2、3行, at most ten of them."""
    told = "、".join(map(str, numbers[:10]))
    return f"第{told}行" if len(numbers) <= 10 else f"第{told}等{len(numbers)}行"
