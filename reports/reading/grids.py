"""Tables as they stand in a page or document, whatever wrote them: rows of cells with the columns they cover."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from reports.reading.reading import Unreadable

MOST_SPAN = 1000  # columns that one cell may cover; a browser stops there too
MOST_PLACES = 300_000  # of all tables together, spans laid out


@dataclass(eq=False)
class Cell:
    """``row`` and ``column`` count from 0; the spans are those that fitted."""

    text: str
    row: int = 0
    column: int = 0
    rowspan: int = 1
    colspan: int = 1
    picture: bool = False
    hidden: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip("\u200b\ufeff \t\r\n\u00a0\u3000")


@dataclass
class Grid:
    """``rows``: the cells that begin in each row, in order. ``spread``: blank cells continue the label before them
    (a workbook does not tell its merged cells); there the columns are certain, in a page they may be wrong.
    """

    rows: list[list[Cell]]
    place: str = ""
    before: str = ""  # the text that stands before it
    spread: bool = False
    at: dict[tuple[int, int], Cell] = field(default_factory=dict)

    @cached_property
    def width(self) -> int:
        return 1 + max((column for _, column in self.at), default=-1)

    def edge(self, row: int) -> int:
        """The first column to the right of every cell that begins in the row or reaches into it."""
        return 1 + max((column for column in range(self.width) if (row, column) in self.at), default=-1)

    def cells(self) -> Iterator[Cell]:
        for row in self.rows:
            yield from row


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Picture:
    """An image where text might have been."""


Block = Grid | Paragraph | Picture


@dataclass
class Source:
    """A file taken apart: its blocks in order, titles that stand outside the text, things to say about it."""

    blocks: list[Block]
    titles: list[str] = field(default_factory=list)
    says: list[str] = field(default_factory=list)
    has_text: bool = True


class Budget:
    """What all tables of a file may cost."""

    def __init__(self) -> None:
        self.places = MOST_PLACES

    def spend(self, places: int) -> None:
        self.places -= places
        if self.places < 0:
            raise Unreadable("文件中的表格过大，无法读取，请只保留年度报告的三张表后再试")


def laid_out(rows: list[list[Cell]], budget: Budget, place: str = "", *, spread: bool = False) -> Grid:
    """The grid with every cell in its place. Spans that overlap or leave the table are cut, as browsers do."""
    at: dict[tuple[int, int], Cell] = {}
    covered: dict[int, tuple[int, Cell]] = {}  # column → (rows still covered, by which cell)
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            if cell.colspan > MOST_SPAN:
                raise Unreadable(f"表格中有单元格横跨{cell.colspan}列，文件结构异常，无法读取")
            while column in covered:
                column += 1
            cell.row, cell.column = number, column
            cell.rowspan = max(1, min(cell.rowspan, len(rows) - number))
            width = 0
            while width < max(1, cell.colspan) and column + width not in covered:
                width += 1
            cell.colspan = width
            budget.spend(width * cell.rowspan)
            for offset in range(width):
                at[number, column + offset] = cell
            if cell.rowspan > 1:
                for offset in range(width):
                    # Marked below this row only: this row goes on after the cell by itself.
                    covered[column + offset] = (cell.rowspan, cell)
            column += width
        covered = _next_row(covered, at, number)
    return Grid(rows, place, spread=spread, at=at)


def _next_row(
    covered: dict[int, tuple[int, Cell]], at: dict[tuple[int, int], Cell], number: int
) -> dict[int, tuple[int, Cell]]:
    """What is still covered in the row after ``number``."""
    left = {}
    for column, (rows, cell) in covered.items():
        if rows > 1:
            left[column] = (rows - 1, cell)
            at.setdefault((number + 1, column), cell)
    return left
