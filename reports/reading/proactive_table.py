"""Table A, 主动公开政府信息情况: bands with columns of their own; the form of 2021 and that of 2019."""

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.reading.drafts import MERGED, Draft, Outcome, outcome
from reports.reading.grids import Cell, Grid
from reports.reading.words import key, shown, squeezed

ROWS = {
    "规章": "regulations", "政府规章": "regulations", "部门规章": "regulations",
    "行政规范性文件": "normative_documents", "规范性文件": "normative_documents",
    "行政许可": "licensing", "行政处罚": "penalties", "行政强制": "coercion", "行政强制措施": "coercion",
    "行政事业性收费": "fees_wan_yuan", "行政事业性收费项目": "fees_wan_yuan", "行政事业性收费情况": "fees_wan_yuan",
}  # fmt: skip
OLD_ROWS = {"其他对外管理服务事项", "政府集中采购"}
DOCUMENTS = {"regulations", "normative_documents"}
# What a column counts, by words in its header; those of the form of 2019 have no place in that of 2021.
FIELDS = (
    (re.compile(r"^(?:本年度?)?新?(?:制发|修发|制定|制修发|印发)(?:文件)?(?:件|数|数量|件数)?$"), "issued"),
    (re.compile(r"废止"), "repealed"),
    (re.compile(r"现行有效"), "in_force"),
    (re.compile(r"处理决定(?:数量|件?数)"), "decisions"),
    (re.compile(r"收费(?:总?金额|总额)"), "fees"),
)
OLD_FIELD = re.compile(r"新制作数量?|新公开数量?|对外公开总数量?|项目数量|本年增减|采购总金额|采购项目")
FIELD_LABELS = {"issued": "本年制发件数", "repealed": "本年废止件数", "in_force": "现行有效件数"}
WANTED = {"licensing": "decisions", "penalties": "decisions", "coercion": "decisions", "fees_wan_yuan": "fees"}
LONGEST_HEADER = 30


@dataclass(frozen=True)
class Column:
    field: str  # "old" for one of the form of 2019 alone, empty for one that no form has
    cell: Cell


@lru_cache(maxsize=4096)
def field_in(text: str) -> str:
    plain = key(text)
    if not plain or len(plain) > LONGEST_HEADER:
        return ""
    if OLD_FIELD.search(plain):
        return "old"
    found = [field for pattern, field in FIELDS if pattern.search(plain)]
    return found[0] if len(found) == 1 else ""


class Reader:
    """Reads the grids of a file one after the other: the header of a band holds for the part after a page break."""

    def __init__(self) -> None:
        self.columns: list[Column] = []
        self.edge = 0

    def read(self, grid: Grid) -> Draft | None:
        """The rows of Table A in this grid; None where it has none."""
        draft = Draft("proactive", grid.place)
        for number, row in enumerate(grid.rows):
            named = [Column(field_in(cell.text), cell) for cell in row]
            if any(column.field for column in named):
                first = next(at for at, column in enumerate(named) if column.field)
                self.columns = [column for column in named[first:] if not column.cell.is_blank]
                self.edge = grid.edge(number)
                draft.is_old = draft.is_old or any(column.field == "old" for column in self.columns)
                continue
            self._row(grid, number, row, draft)
        return draft if draft.cells else None

    def _row(self, grid: Grid, number: int, row: list[Cell], draft: Draft) -> None:
        place = next((at for at, cell in enumerate(row) if not cell.is_blank), None)
        if place is None or not self.columns:
            return
        name = key(row[place].text)
        if name in OLD_ROWS:
            draft.is_old = True
        if name not in ROWS:
            return
        values = row[place + 1 :]
        fields = {column.field for column in self.columns}
        wanted = ("issued", "repealed", "in_force") if ROWS[name] in DOCUMENTS else (WANTED[ROWS[name]],)
        if not fields & {*wanted, "old"}:
            return  # a header of other rows; the table it belongs to is not this one
        cells = self._by_column(grid, number, values)
        seen = [id(cell) for cell in cells]
        cells = [None if cell is not None and seen.count(id(cell)) > 1 else cell for cell in cells]
        shared = number + 1 < len(grid.rows) and len(grid.rows[number + 1]) <= len(self.columns)
        for field in wanted:
            code = f"proactive.{ROWS[name]}.{field}" if field in FIELD_LABELS else f"proactive.{ROWS[name]}"
            place_of = next((at for at, column in enumerate(self.columns) if column.field == field), None)
            if place_of is None:
                draft.put(code, _absent(field, self.columns, values))
                continue
            draft.put(code, _found(cells[place_of], number, shared, self.columns[place_of].cell.text, field))
        extra = [shown(column.cell.text) for column in self.columns if not column.field]
        draft.faults += [f"主动公开情况表多了一列“{label}”，2021年格式中没有，没有读取" for label in extra]

    def _by_column(self, grid: Grid, number: int, values: list[Cell]) -> list[Cell | None]:
        """The cell under each header: by count where there are as many, else by the places in the grid."""
        if len(values) == len(self.columns) and not grid.spread:
            return list(values)
        filled = [cell for cell in values if not cell.is_blank]
        if len(self.columns) == 1 and len(filled) == 1:
            return [filled[0]]
        if len(self.columns) == 1 and values and not filled:
            return [values[0]]
        if self.edge != grid.edge(number) and not grid.spread:
            return [None] * len(self.columns)
        found = []
        for column in self.columns:
            cell = grid.at.get((number, column.cell.column))
            found.append(cell if cell is not None and (cell.row != number or cell in values) else None)
        return found


def _found(cell: Cell | None, number: int, shared: bool, header: str, field: str) -> Outcome:
    if cell is not None and (cell.row != number or (shared and cell.rowspan > 1)):
        return Outcome(None, MERGED, shown=shown(cell.text))
    if field != "fees":
        return outcome(cell)
    amount = outcome(cell, money=True)
    unit = re.search(r"(?:单位[:：]?)?(万元|元|亿元)", squeezed(header))
    if unit and unit[1] != "万元" and amount.value is not None:
        return Outcome(None, f"表头的单位是“{unit[1]}”，应为万元，没有换算", shown=amount.shown)
    if not unit and amount.value not in (None, "0") and not amount.remark:
        return Outcome(amount.value, remark="表头没有写单位，按规定格式的“万元”读取", shown=amount.shown)
    return amount


def _absent(field: str, columns: list[Column], values: list[Cell]) -> Outcome:
    label = FIELD_LABELS.get(field, {"decisions": "本年处理决定数量", "fees": "本年收费金额"}.get(field, ""))
    if any(column.field == "old" for column in columns):
        heads = "、".join(shown(column.cell.text) for column in columns)
        told = "、".join(shown(cell.text) or "空白" for cell in values)
        return Outcome(None, f"2019年格式没有“{label}”，表中是{heads}（{told}），含义不同，没有采用", old=True)
    return Outcome(None, f"表中没有“{label}”这一列")
