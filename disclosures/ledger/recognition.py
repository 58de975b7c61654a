"""Which ledger a sheet is, by its own name, by its headers or by the file's name; never by a guess between two."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from disclosures.ledger.grids import Grid
from disclosures.ledger.headers import ColumnNames, is_ignored, normalised_header
from disclosures.ledger.merging import spread
from disclosures.ledger.sheets import Sheet, sheets

LONGEST_NAME = 80
HEADER_WITHIN_ROWS = 20  # titles may stand above the headers
# What is put before and after a ledger's name: 附件1：2022年度依申请公开台账（上半年）
AROUND = re.compile(
    r"^(?:附件|附表|表)?[(\[]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})?[)\]]?[.、:,_\-]*"
    r"(?:20[0-9]{2}(?:年度?)?|[0-9]{1,2}月份?|政府信息(?=规范|行政|事业|复议|建议)|[.、:,_\-])*"
    r"(?P<name>.+?)"
    r"(?:台账|台帐|登记[表簿册]|明细表?|统计表|汇总表?|一览表|清单|工作表|表|20[0-9]{2}(?:年度?)?|[0-9]{1,2}月份?"
    r"|[(\[][^()\[\]]*[)\]]|副本|[0-9]{8}|[.、:,_\-])*$"
)


@lru_cache(maxsize=64)
def names_of(sheet: Sheet) -> ColumnNames:
    """The headers that a ledger knows."""
    return ColumnNames({column.column_name: column.synonyms for column in sheet.columns})


def familiar(cells: Iterable[Any]) -> int:
    """How many columns of one ledger the texts name, in the ledger that they name most of."""
    texts = list(cells)
    return max((names_of(sheet).count(texts) for sheet in sheets()), default=0)


def by_name(name: str) -> Sheet | None:
    """The ledger of that name, whatever numbers, years and 台账 stand around it."""
    text = "".join(unicodedata.normalize("NFKC", name).split())
    known = {sheet.name: sheet for sheet in sheets()}
    if text in known:
        return known[text]
    match = AROUND.fullmatch(text[:LONGEST_NAME])
    return known.get(match["name"]) if match else None


def by_headers(grid: Grid) -> list[Sheet]:
    """The ledgers all of whose required columns the sheet has; those that know all its columns, where there are any."""
    fitting = []
    for sheet in sheets():
        names = names_of(sheet)
        _, head = header_of(grid, names.count) or (0, [])
        required = {normalised_header(column.column_name) for column in sheet.columns if column.required}
        if required <= names.known(head):
            fitting.append((all(_expected(names, cell) for cell in head), sheet))
    return [sheet for whole, sheet in fitting if whole] or [sheet for _, sheet in fitting]


def nearest(grid: Grid) -> Sheet | None:
    """The ledger that knows the most of the sheet's columns; None where two know as many, or none knows three."""
    counted = []
    for sheet in sheets():
        count = names_of(sheet).count
        _, head = header_of(grid, count) or (0, [])
        counted.append((count(head), sheet))
    most = max((number for number, _ in counted), default=0)
    found = [sheet for number, sheet in counted if number == most >= 3]
    return found[0] if len(found) == 1 else None


def header_of(grid: Grid, count: Callable[[list[Any]], int]) -> tuple[int, list[Any]] | None:
    """The number and cells of the row that names the most columns, at least two; the first of equals.

    A header of two rows merged in part reads as its lower row.
    """
    top = Grid(
        grid.name, rows=[(row, list(cells)) for row, cells in grid.rows[:HEADER_WITHIN_ROWS]], merged=grid.merged
    )
    spread(top)
    best, chosen = 1, None
    for row in top.rows:
        if (found := count(row[1])) > best:
            best, chosen = found, row
    return chosen


def _expected(names: ColumnNames, cell: Any) -> bool:
    header = normalised_header(cell)
    return not header or is_ignored(header) or names.column(header) is not None
