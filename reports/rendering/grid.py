"""Where each cell of a printed table stands, for formats that lay out by row and column. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from reports.rendering.html import PrintedCell, PrintedTable

# Millimetres, together the type area's 156: typography of the form, no norm. A column of five digits needs 8.
WIDTHS: dict[str, tuple[float, ...]] = {
    "proactive": (39,) * 4,
    "requests": (9.5, 18.5, 62, *[66 / 7] * 7),
    "disputes": (10.4,) * 15,
}


@dataclass(frozen=True)
class Placed:
    """A cell and the row and column, from 0, of its upper left corner; header rows count."""

    cell: PrintedCell
    row: int
    column: int

    @property
    def last_row(self) -> int:
        return self.row + self.cell.rowspan - 1

    @property
    def last_column(self) -> int:
        return self.column + self.cell.colspan - 1


def placed(table: PrintedTable) -> Iterator[Placed]:
    """Every cell in reading order. As in HTML a cell takes the first place that no cell above reaches into."""
    taken: set[tuple[int, int]] = set()
    for row, cells in enumerate((*table.head, *table.body)):
        column = 0
        for cell in cells:
            while (row, column) in taken:
                column += 1
            taken |= {(row + down, column + along) for down in range(cell.rowspan) for along in range(cell.colspan)}
            yield Placed(cell, row, column)
            column += cell.colspan


def by_place(table: PrintedTable) -> list[list[Placed]]:
    """For each row and column the cell that covers it."""
    found: dict[tuple[int, int], Placed] = {}
    for one in placed(table):
        for row in range(one.row, one.last_row + 1):
            for column in range(one.column, one.last_column + 1):
                found[row, column] = one
    height = len(table.head) + len(table.body)
    return [[found[row, column] for column in range(len(table.widths))] for row in range(height)]
