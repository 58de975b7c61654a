"""Table C, 政府信息公开行政复议、行政诉讼情况: as one row of fifteen, turned on its side, or in two or three tables.

What a number counts is told by the labels above it and to its left, a group and a result together. Where wrong spans
leave a number without both, the order of the labels decides, if it is the order of the form.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from reports.cells import DISPUTE_GROUPS, DISPUTE_RESULTS
from reports.reading.drafts import MERGED, NO_CELL, Draft, Outcome, outcome
from reports.reading.grids import Cell, Grid
from reports.reading.words import key, shown

RESULTS = {
    "结果维持": "upheld", "维持": "upheld", "维持结果": "upheld", "维持原行政行为": "upheld",
    "结果纠正": "corrected", "纠正": "corrected", "纠正结果": "corrected", "被纠正": "corrected",
    "其他结果": "other", "其他": "other", "其他处理结果": "other",
    "尚未审结": "pending", "未审结": "pending", "尚未办结": "pending", "尚未结案": "pending", "未结案": "pending",
    "总计": "total", "合计": "total", "小计": "total",
}  # fmt: skip
SUITS = "suits"  # a group that is divided in two
_SUED = "起诉|提起(?:行政)?诉讼"
GROUPS = (
    (re.compile(rf"(?:行政诉讼)?(?:未经|没有经过)(?:行政)?复议(?:而)?(?:直接)?(?:{_SUED})?"), "litigation_direct"),
    (re.compile(rf"(?:行政诉讼)?(?:经)?(?:行政)?复议后(?:再)?(?:{_SUED})"), "litigation_after_review"),
    (re.compile(r"(?:被?(?:申请)?)?行政复议(?:情况|案件|件数|件)?"), "review"),
    (re.compile(r"(?:被?(?:提起)?)?行政诉讼(?:情况|案件|件数|件)?"), SUITS),
)  # fmt: skip
CODES = [f"disputes.{group}.{result}" for group in DISPUTE_GROUPS for result in DISPUTE_RESULTS]
DISTINCT = {"upheld", "corrected", "pending"}
FEWEST = 3  # labels of results in a table that is taken for this one
Labels = tuple[str, str]  # group, result; either may be empty


@lru_cache(maxsize=4096)
def labels_in(text: str) -> Labels | None:
    plain = key(text)
    if plain in RESULTS:
        return "", RESULTS[plain]
    for pattern, group in GROUPS:
        match = pattern.match(plain)
        if not match:
            continue
        rest = plain[match.end() :]
        if not rest:
            return group, ""
        if rest in RESULTS:
            return group, RESULTS[rest]
    return None


def read(grid: Grid) -> Draft | None:
    """The numbers of Table C in this grid; None where it has none."""
    labels = {id(cell): found for cell in grid.cells() if (found := labels_in(cell.text))}
    results = [result for _, result in labels.values() if result]
    if len(DISTINCT & set(results)) < 2 or len(results) < FEWEST:
        return None
    draft = Draft("disputes", grid.place)
    first = next(at for at, row in enumerate(grid.rows) if any(_opens(labels.get(id(cell))) for cell in row))
    rows = list(_by_labels(grid, labels, first))
    if not _is_whole(rows, labels):
        rows = _by_order(grid.rows[first:], labels) or rows
    _take(rows, draft)
    named = {group for group, _ in labels.values()}
    if SUITS in named and not named & {"litigation_direct", "litigation_after_review"}:
        draft.says.append("行政诉讼没有分“未经复议直接起诉”和“复议后起诉”，没有读取")
    elif not draft.cells:
        for code in CODES:
            draft.put(code, Outcome(None, NO_CELL))
    return draft


def _take(rows: list[dict[str, Cell]], draft: Draft) -> None:
    """The first row with numbers; what other rows say twice is told."""
    filled = [row for row in rows if any(not cell.is_blank for cell in row.values())] or rows
    for row in filled:
        repeated = [code for code in row if code in draft.cells]
        if repeated:
            told = "、".join(shown(cell.text) or "空白" for cell in row.values())
            draft.faults.append(f"行政复议、行政诉讼情况表多了一行（{told[:60]}），2021年格式中只有一行，没有读取")
            continue
        seen = [id(cell) for cell in row.values()]
        for code, cell in row.items():
            merged = seen.count(id(cell)) > 1
            draft.put(code, Outcome(None, MERGED, shown=shown(cell.text)) if merged else outcome(cell))


def _opens(label: Labels | None) -> bool:
    """May the table begin with this? 其他 and 总计 stand above it too, where all is one table."""
    return label is not None and (bool(label[0]) or label[1] in DISTINCT)


def _by_labels(grid: Grid, labels: dict[int, Labels], first: int) -> Iterator[dict[str, Cell]]:
    """Each row's numbers by the code that the labels around them make."""
    above: dict[int, list[Labels]] = {}
    spans: dict[int, int] = {}  # column → columns that the result's label over it covers, from this one on
    edges: set[int] = set()  # where the rows of the header end; numbers that end elsewhere do not stand under it
    for number, row in enumerate(grid.rows):
        if number < first:
            continue
        cells = [(column, grid.at.get((number, column))) for column in range(grid.width)]
        left = [labels[id(cell)] for _, cell in cells if cell is not None and id(cell) in labels]
        if _is_head(left, row, labels, above):
            edges.add(grid.edge(number))
            continued: Labels | None = None
            for column, cell in cells:
                label = labels.get(id(cell)) if cell is not None else None
                if label:
                    continued = label if not label[1] else None
                elif not (grid.spread and continued and (cell is None or cell.is_blank)):
                    continued = None
                if label and label[1] and cell is not None and cell.column == column:
                    spans[column] = cell.colspan
                if label or continued:
                    above.setdefault(column, []).append(label or continued)  # type: ignore[arg-type]
            continue
        found: dict[str, Cell] = {}
        for column, cell in cells:
            if cell is None or id(cell) in labels or cell.row != number:
                continue
            if cell.column != column and spans.get(cell.column) == cell.colspan:
                continue  # as wide as its own label, which may reach under the next group
            if code := _code([*above.get(column, []), *left]):
                found.setdefault(code, cell)
        values = [cell for cell in row if id(cell) not in labels]
        in_line = edges == {grid.edge(number)} if edges else len(values) == 1
        if found and (in_line or grid.spread):
            yield found


def _is_head(left: list[Labels], row: list[Cell], labels: dict[int, Labels], above: dict[int, list[Labels]]) -> bool:
    """Does the row name what stands below it, rather than what stands beside its labels?"""
    groups, results = {group for group, _ in left if group}, {result for _, result in left if result}
    if not left:
        return False
    if len(results) > 1 or len(groups - {SUITS}) > 1:
        return True
    if _has_numbers(row, labels) or (groups and results):
        return False
    told = [label for column in above.values() for label in column]
    return not any(result for _, result in told) if groups else not any(group for group, _ in told)


def _has_numbers(row: list[Cell], labels: dict[int, Labels]) -> bool:
    return any(id(cell) not in labels and not cell.is_blank for cell in row)


def _code(around: list[Labels]) -> str:
    groups = {group for group, _ in around if group}
    results = {result for _, result in around if result}
    if len(groups) > 1:
        groups.discard(SUITS)
    if len(groups) != 1 or len(results) != 1 or groups == {SUITS}:
        return ""
    return f"disputes.{groups.pop()}.{results.pop()}"


def _is_whole(rows: list[dict[str, Cell]], labels: dict[int, Labels]) -> bool:
    """Has every group that the labels name its five numbers?"""
    named = {group for group, _ in labels.values() if group and group != SUITS}
    codes = {code for row in rows for code in row}
    return bool(named) and len(codes) == len(named) * len(DISPUTE_RESULTS)


def _by_order(lines: list[list[Cell]], labels: dict[int, Labels]) -> list[dict[str, Cell]]:
    """By the order of the labels, where it is that of the form: each group's five results one after the other."""
    groups: list[str] = []
    results: list[str] = []
    for cell in (cell for row in lines for cell in row):
        group, result = labels.get(id(cell), ("", ""))
        if group and group != SUITS and group not in groups:
            groups.append(group)
        if result:
            results.append(result)
    size = len(DISPUTE_RESULTS)
    parts = [results[at : at + size] for at in range(0, len(results), size)]
    in_order = [group for group in DISPUTE_GROUPS if group in groups] == groups
    if not in_order or len(parts) != len(groups) or any(set(part) != set(DISPUTE_RESULTS) for part in parts):
        return []
    codes = [f"disputes.{group}.{result}" for group, part in zip(groups, parts, strict=True) for result in part]
    found = []
    for row in lines:
        cells = [cell for cell in row if id(cell) not in labels]
        if len(cells) == len(codes) + 1 and outcome(cells[0]).value is None and not cells[0].is_blank:
            cells = cells[1:]
        if len(cells) == len(codes) and len(cells) == sum(id(cell) not in labels for cell in row[-len(codes) :]):
            found.append(dict(zip(codes, cells, strict=True)))
    return found
