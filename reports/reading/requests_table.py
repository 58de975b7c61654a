"""Table B, 收到和处理政府信息公开申请情况, wherever and however it stands.

A row is known by its label, its numbers by the cells after the label: spans that are wrong do no harm where the row
has as many numbers as the header has columns. Only otherwise the columns of the grid decide; where they cannot either,
nothing is read.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from reports.cells import REQUEST_COLUMNS, REQUEST_ROWS, TOTAL
from reports.reading.drafts import MERGED, Draft, Outcome, outcome
from reports.reading.grids import Cell, Grid
from reports.reading.words import key, shown, unnumbered

LABELS = {key(row.label): row.key for row in REQUEST_ROWS}
GROUPS = {
    "本年度办理结果": "",
    "不予公开": "refused",
    "无法提供": "unable",
    "不予处理": "unhandled",
    "其他处理": "otherwise",
}
GROUP_ALIASES = {"本年办理结果": "本年度办理结果", "办理结果": "本年度办理结果"}
LAST_GROUP = {"correction_lapsed", "fee_lapsed", "other_handling"}
# Words that only one row has, for labels written a little otherwise.
MARKS: dict[str, str] = {
    "new": r"新收.{0,12}申请",
    "carried_in": r"上一?年度?结转",
    "granted": r"^予以公开",
    "partial": r"^部分公开",
    "state_secret": r"属于国家秘密",
    "prohibited_by_law": r"法律行政法规(?:等)?禁止",
    "security_stability": r"三?安全一?稳定",
    "third_party": r"第三方合法权",
    "internal_affairs": r"内部(?:事务|管理)信息",
    "process_information": r"过程性信息",
    "enforcement_file": r"行政执法案卷",
    "administrative_query": r"行政查询事项",
    "not_held": r"不掌握相?关?政府信息",
    "needs_creation": r"没有现成信息|需要另行制作",
    "still_unclear": r"补正后.{0,8}不明确",
    "petition": r"信访举报投诉",
    "repeated": r"^重复申请$",
    "publication": r"公开出版物",
    "excessive": r"大量反复申请",
    "reconfirmation": r"确认或(?:者)?重新出具",
    "correction_lapsed": r"逾期不补正",
    "fee_lapsed": r"逾期未按?.{0,10}缴纳?",
    "carried_out": r"结转(?:至|到)?下一?年度?",
}
_MARKS = {row: re.compile(pattern) for row, pattern in MARKS.items()}
LONGEST_LABEL = 80
FEWEST_ROWS = 5  # of a table without a header that is taken for this one

COLUMNS = {key(column.label): column.key for column in REQUEST_COLUMNS} | {
    "公民": "natural_person", "个人": "natural_person", "企业": "commercial_enterprise", "合计": TOTAL,
    "科研院所": "research_institution", "社会公益机构": "public_welfare", "公益组织": "public_welfare",
    "法律服务组织": "legal_service", "其他组织": "other",
}  # fmt: skip
ORGANISATIONS = {"法人或其他组织", "法人和其他组织", "法人或者其他组织", "法人及其他组织", "法人其他组织"}
OVER_COLUMNS = ("申请人情况", *sorted(ORGANISATIONS))
DISTINCT = {"natural_person", "commercial_enterprise", "research_institution", "public_welfare", "legal_service"}
PLACES = {column.key: place for place, column in enumerate(REQUEST_COLUMNS)}
ORGANISED = "organisations"


@dataclass(frozen=True)
class Column:
    """A column of the header; ``key`` is empty for one that the form does not have."""

    key: str
    label: str
    cell: Cell

    @property
    def is_leaf(self) -> bool:
        return self.key not in ("", ORGANISED)


@dataclass(frozen=True)
class Header:
    columns: tuple[Column, ...]
    edge: int  # where the row with the last column ends; a row that ends elsewhere has cells too many or too few
    # Do the columns stand one after the other in the grid, in the order of the labels? Then their places may be used.
    in_places: bool


@dataclass(frozen=True)
class Label:
    """What a cell names: a row of the form, or a group of rows. ``row`` is empty for a group."""

    row: str = ""
    group: str | None = None
    loose: bool = False


@lru_cache(maxsize=4096)
def label_in(text: str) -> Label | None:
    plain = key(text)
    if not plain or len(plain) > LONGEST_LABEL:
        return None
    group: str | None = None
    while plain:
        plain = GROUP_ALIASES.get(plain, plain)
        if plain in LABELS:
            return Label(LABELS[plain], group)
        if plain in GROUPS:
            return Label(group=GROUPS[plain])
        over = next((name for name in GROUPS if plain.startswith(name) and len(plain) > len(name)), None)
        if over is None:
            break
        group, plain = GROUPS[over], unnumbered(plain.removeprefix(over))
    if plain == "合计":
        return Label("answered_total", group, loose=True)
    found = [row for row, mark in _MARKS.items() if mark.search(plain)]
    return Label(found[0], group, loose=True) if len(found) == 1 else None


@lru_cache(maxsize=4096)
def column_in(text: str) -> str | None:
    """Key of the column that a header cell names; ``ORGANISED`` for the one above five others."""
    plain = key(text)
    if plain in ORGANISATIONS:
        return ORGANISED
    for over in OVER_COLUMNS * 2:
        if len(plain) > len(over) and plain.startswith(over):
            plain = plain.removeprefix(over)
    return COLUMNS.get(plain) or COLUMNS.get(plain.removesuffix("件").removesuffix("数量").removesuffix("数"))


def is_header(row: list[Cell]) -> bool:
    named = {column_in(cell.text) for cell in row}
    return len(named & DISTINCT) >= 2 or ("natural_person" in named and bool(named & {TOTAL, ORGANISED}))


def header_in(rows: list[list[Cell]], grid: Grid) -> Header | None:
    """From the rows of a header, one above the other; None where their order cannot be told."""
    lines = [line for row in rows if (line := _line(row))]
    flat = next((line for line in lines if sum(column.is_leaf for column in line) >= 6), None)
    spliced = _spliced(lines)
    placed = sorted((column for line in lines for column in line), key=lambda column: column.cell.column)
    # Over several rows only the order of the form is believed: where the spans are wrong, another one shows.
    candidates = [flat] if flat else [line for line in (spliced, placed) if _is_in_order(line)]
    if not candidates:
        return None
    order = [column for column in candidates[0] if column.key != ORGANISED]
    keys = [column.key for column in order if column.key]
    if len(keys) != len(set(keys)) or not DISTINCT & set(keys):
        return None
    cells = [column.cell for column in order]
    apart = all(one.column + one.colspan <= other.column for one, other in pairwise(cells))
    bottom = max(cell.row for cell in cells)
    # A label that is not known leaves its cell; a gap without any means that the labels after it have moved.
    filled = all((bottom, column) in grid.at for column in range(cells[0].column, cells[-1].column + 1))
    return Header(tuple(order), grid.edge(cells[-1].row), apart and filled)


def _is_in_order(line: list[Column]) -> bool:
    places = [PLACES[column.key] for column in line if column.is_leaf]
    return places == sorted(set(places))


def _spliced(lines: list[list[Column]]) -> list[Column]:
    """The lower row in the place of the label above it."""
    order: list[Column] = []
    for line in lines:
        place = next((at for at, column in enumerate(order) if column.key == ORGANISED), None)
        known = {column.key for column in order if column.key}
        fresh = [column for column in line if not column.key or column.key not in known]
        if place is None:
            order += fresh
        elif fresh:
            order[place : place + 1] = fresh
    return order


def _line(row: list[Cell]) -> list[Column]:
    """The columns that a row of the header names, from the first that is known on."""
    found: list[Column] = []
    for cell in row:
        name = column_in(cell.text)
        if name is None and (cell.is_blank or not found or key(cell.text) in OVER_COLUMNS):
            continue
        found.append(Column(name or "", shown(cell.text), cell))
    return found if any(column.key for column in found) else []


class Reader:
    """Reads the grids of a file one after the other: the header holds for the parts that follow it."""

    def __init__(self) -> None:
        self.header: Header | None = None
        self.group: str | None = None
        self.last = ""

    def read(self, grid: Grid) -> Draft | None:
        """The rows of Table B in this grid; None where it has none."""
        draft = Draft("requests", grid.place)
        head: list[list[Cell]] = []
        began = False
        for number, row in enumerate(grid.rows):
            if all(cell.is_blank for cell in row):
                continue
            if is_header(row) or (head and not self._is_data(row) and any(column_in(cell.text) for cell in row)):
                head.append(row)
                continue
            if head:
                self._new_header(head, grid, draft)
                head, began = [], True
            began = self._row(grid, number, row, draft, began) or began
        if head:
            self._new_header(head, grid, draft)
            began = True
        rows = {code.split(".")[1] for code in draft.cells}
        if self.header is None and len(rows) < FEWEST_ROWS:
            return None
        return draft if began else None

    def _new_header(self, head: list[list[Cell]], grid: Grid, draft: Draft) -> None:
        found = header_in(head, grid)
        if found is None:
            return
        if self.header is None or not any(code.startswith("requests.") for code in draft.cells):
            for column in found.columns:
                if not column.key:
                    draft.faults.append(f"申请情况表多了一列“{column.label}”，2021年格式中没有，没有读取")
        self.header = found

    def _is_data(self, row: list[Cell]) -> bool:
        return any((label := label_in(cell.text)) and label.row not in ("", "other_handling") for cell in row[:3])

    def _row(self, grid: Grid, number: int, row: list[Cell], draft: Draft, began: bool) -> bool:
        """Reads one row. Is it one of this table?"""
        found, place, text = self._label(row)
        if found is None:
            if began and self.header and self.last not in ("", "carried_out") and self._is_extra(row):
                draft.faults.append(f"申请情况表多了一行“{shown(row[0].text)}”，2021年格式中没有，没有读取")
            return False
        is_vague = found.row in ("", "other_handling", "answered_total")
        if is_vague and (self.header is None or self.last in ("", "carried_out")):
            return False  # 其他 and 总计 stand in other tables too
        values = row[place + 1 :]
        if found.row == "new":
            self.group = None
        if not found.row:
            return self._group_alone(found, text, values, draft)
        if found.row == "answered_total" and not self._may_be_total(text):
            draft.faults.append(f"申请情况表多了一行“{shown(text)}”，2021年格式中没有，没有读取")
            return True
        if found.row == "other_handling" and self.group not in (None, "otherwise") and self.last not in LAST_GROUP:
            draft.faults.append(f"申请情况表多了一行“{shown(text)}”，2021年格式中没有，没有读取")
            return True
        if found.loose:
            draft.says.append(f"申请情况表的“{shown(text)}”与规定的名称略有不同，按“{_row_label(found.row)}”读取")
        self.last = found.row
        self._values(grid, number, found.row, values, draft)
        return True

    def _label(self, row: list[Cell]) -> tuple[Label | None, int, str]:
        """The innermost label of the row, its place and its text; groups on the way are remembered."""
        best: tuple[Label | None, int, str] = (None, -1, "")
        for place, cell in enumerate(row):
            label = label_in(cell.text)
            if label is None:
                if best[0] is not None and not cell.is_blank:
                    break
                continue
            if label.group is not None:
                self.group = label.group
            best = (label, place, cell.text)
            if label.row:
                break
        return best

    def _group_alone(self, found: Label, text: str, values: list[Cell], draft: Draft) -> bool:
        if all(cell.is_blank for cell in values):
            return False
        if found.group == "otherwise":
            told = "、".join(shown(cell.text) or "空白" for cell in values)
            draft.says.append(f"“{shown(text)}”合为一行（{told}），2021年格式分为三行，无法分开，三行都没有读取")
            draft.is_old = True
            self.last = "other_handling"
        else:
            draft.faults.append(f"申请情况表的“{shown(text)}”多了一行小计，2021年格式中没有，没有读取")
        return True

    def _may_be_total(self, text: str) -> bool:
        return self.group == "otherwise" or self.last in LAST_GROUP or "七" in text

    def _is_extra(self, row: list[Cell]) -> bool:
        """A row of this table that no row of the form is: a label and as many numbers as there are columns."""
        assert self.header
        filled = [cell for cell in row if not cell.is_blank]
        return (
            len(filled) > 1
            and not any(sign.isdigit() for sign in filled[0].text)
            and sum(outcome(cell).value is not None for cell in filled[1:]) >= len(self.header.columns) - 1
        )

    def _values(self, grid: Grid, number: int, row: str, values: list[Cell], draft: Draft) -> None:
        if self.header is None:
            for each in REQUEST_COLUMNS:
                draft.put(f"requests.{row}.{each.key}", Outcome(None, "没有找到列标题，不能确定是哪一列"))
            return
        columns = self.header.columns
        if len(values) == len(columns) and not grid.spread:
            cells: list[Cell | None] = list(values)
            shared = self._shares(grid, number)
        else:
            cells = self._by_places(grid, number, values)
            shared = True
        for column, cell in zip(columns, cells, strict=True):
            if not column.key:
                continue
            merged = cell is not None and shared and (cell.row != number or cell.rowspan > 1 or cells.count(cell) > 1)
            found = Outcome(None, MERGED, shown=shown(cell.text)) if cell and merged else outcome(cell)
            draft.put(f"requests.{row}.{column.key}", found)
        for each in REQUEST_COLUMNS:
            lacking = Outcome(None, f"表中没有“{each.label}”这一列")
            draft.put(f"requests.{row}.{each.key}", lacking)

    def _by_places(self, grid: Grid, number: int, values: list[Cell]) -> list[Cell | None]:
        """The cell under each column. In a page a place without a cell means that the others have moved too."""
        assert self.header
        columns = self.header.columns
        none: list[Cell | None] = [None] * len(columns)
        if not self.header.in_places or (grid.edge(number) != self.header.edge and not grid.spread):
            return none
        found = [_at(grid, number, column.cell.column, values) for column in columns]
        astray = [cell for cell in values if not cell.is_blank and cell.column < columns[0].cell.column]
        return found if grid.spread or (None not in found and not astray) else none

    def _shares(self, grid: Grid, number: int) -> bool:
        """Does the row below lack cells, so that a cell over two rows belongs to both?"""
        assert self.header
        below = grid.rows[number + 1] if number + 1 < len(grid.rows) else []
        return len(below) <= len(self.header.columns)


def _at(grid: Grid, row: int, column: int, values: list[Cell]) -> Cell | None:
    cell = grid.at.get((row, column))
    return cell if cell is not None and (cell.row != row or any(cell is value for value in values)) else None


def _row_label(row: str) -> str:
    return next(each.label for each in REQUEST_ROWS if each.key == row)
