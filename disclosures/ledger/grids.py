"""A sheet as it stands in the file: rows of cells with their numbers, whatever the format; and what all may weigh."""

from dataclasses import dataclass, field
from sys import getsizeof
from typing import Any

from disclosures.ledger.limits import Limits, UnusableFile
from disclosures.ledger.widgets import is_blank

TOO_MUCH = "工作簿的内容过多，请按月或按表拆分后再导入"
ROWS_AROUND = 50  # titles above a table and remarks below it, beyond the rows that are counted


@dataclass
class Grid:
    """``merged``: column → (first, last) rows of cells merged down that column. Rows and columns count from 1."""

    name: str
    hidden: bool = False
    rows: list[tuple[int, list[Any]]] = field(default_factory=list)
    merged: dict[int, list[tuple[int, int]]] = field(default_factory=dict)


class Weigher:
    """Lets rows in until the file weighs too much, and keeps one copy of each text. Raises ``UnusableFile``."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.cells, self.text_bytes = limits.cells, limits.text_bytes
        self.texts: dict[str, str] = {}

    def add(self, grid: Grid, number: int, cells: list[Any]) -> None:
        """``cells`` of a row without the blank ones at its end; a row of blanks is none."""
        limits = self.limits
        if all(is_blank(cell) for cell in cells):
            return
        if len(cells) > limits.columns and any(cell not in (None, "") for cell in cells[limits.columns :]):
            raise UnusableFile(f"工作表“{grid.name}”第{number}行超过{limits.columns}列，请使用台账模板")
        if len(grid.rows) >= limits.rows + ROWS_AROUND:
            raise UnusableFile(too_many_rows(grid.name, limits))
        self.cells -= len(cells)
        known = self.texts
        for place, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell in known:
                    cells[place] = known[cell]
                elif len(cell) > limits.cell:
                    raise UnusableFile(f"工作表“{grid.name}”第{number}行有单元格超过{limits.cell}个字")
                else:
                    known[cell] = cell
                    self.text_bytes -= getsizeof(cell)
        if self.cells < 0 or self.text_bytes < 0:
            raise UnusableFile(TOO_MUCH)
        grid.rows.append((number, cells))


def too_many_rows(name: str, limits: Limits) -> str:
    return f"工作表“{name}”超过{limits.rows}行，请拆分后再导入"
