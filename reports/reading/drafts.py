"""One table as it is being read: what each cell of the form holds, and which of several candidates is the best."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.reading import words
from reports.reading.grids import Cell
from reports.reading.reading import TABLE_TITLES, Collector

MERGED = "与旁边的单元格合并在一起，不能分开"
NO_CELL = "这一行的单元格与列标题对不上，不能确定是哪一格"


@dataclass(frozen=True)
class Outcome:
    """What was made of one cell of the form."""

    value: int | str | None
    fault: str = ""
    remark: str = ""
    shown: str = ""
    old: bool = False  # the form of 2019 does not have this cell


def outcome(cell: Cell | None, *, money: bool = False) -> Outcome:
    if cell is None:
        return Outcome(None, NO_CELL)
    if cell.hidden:
        return Outcome(None, "单元格是隐藏的，页面上看不到", shown=words.shown(cell.text))
    if cell.is_blank and cell.picture:
        return Outcome(None, "单元格里是图片，无法读取")
    number = words.money(cell.text) if money else words.whole(cell.text)
    return Outcome(number.value, number.fault, number.remark, words.shown(cell.text))


@dataclass
class Draft:
    """A table, or the part of it that stands in one grid."""

    table: str
    place: str = ""
    cells: dict[str, Outcome] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    is_old: bool = False  # of the form of 2019

    @property
    def numbers(self) -> int:
        return sum(outcome.value is not None for outcome in self.cells.values())

    def put(self, code: str, found: Outcome) -> None:
        self.cells.setdefault(code, found)

    def continues(self, other: "Draft") -> bool:
        """Is ``other`` the rest of this table? Then it repeats nothing, or what it repeats is the same."""
        return all(self.cells[code].value == found.value for code, found in other.cells.items() if code in self.cells)

    def take(self, other: "Draft") -> None:
        for code, found in other.cells.items():
            self.put(code, found)
        self.faults += other.faults
        self.says += other.says
        self.is_old = self.is_old or other.is_old


def joined(parts: Iterable[Draft]) -> list[Draft]:
    """Parts of one table that a page break or a layout has split, put together."""
    tables: list[Draft] = []
    for part in parts:
        whole = tables[-1] if tables else None
        if whole is not None and whole.continues(part):
            whole.take(part)
        else:
            tables.append(part)
    return tables


def best(drafts: list[Draft], collector: Collector) -> Draft | None:
    """The one with the most numbers; of equals the first. Says so where they differ."""
    if not drafts:
        return None
    chosen = max(drafts, key=lambda draft: draft.numbers)
    rivals = [draft for draft in drafts if draft.numbers >= max(1, chosen.numbers // 2)]
    if len(rivals) > 1:
        title, at = TABLE_TITLES[chosen.table], rivals.index(chosen) + 1
        collector.say("table", f"有{len(rivals)}张“{title}”表，数字不同，读取了其中能读出数字最多的第{at}张，请核对")
    return chosen


def settle(draft: Draft, codes: list[str], collector: Collector) -> None:
    """Into the collector: every cell of the form that the table has, and a note for each that it has not."""
    for code in codes:
        found = draft.cells.get(code)
        if found is None:
            collector.unread(code, "2019年格式的表中没有这一格" if draft.is_old else "表中没有这一格", old=draft.is_old)
        elif found.value is None:
            collector.unread(code, found.fault, found.shown, old=found.old)
        else:
            collector.put(code, found.value)
            if found.remark:
                collector.understood(code, found.remark, found.shown)
    for message in draft.faults:
        collector.fault(message)
    for message in draft.says:
        collector.say("table", message)
