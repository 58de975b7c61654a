"""Rows of digits in folded text: their cells, what lies between cells, and what stands before and after."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

# Longer gaps join nothing. An X may end an identity number; nothing but a digit may follow it.
_RUN = re.compile(r"[0-9](?:[ \t\n.·-]{0,12}+[0-9])*+(?:[ \t\n.·-]{0,3}+[Xx](?![A-Za-z]))?")
_CELL = re.compile(r"[0-9]+[Xx]?|[Xx]")
SHORTEST = 11  # digits of a telephone number
_HYPHENATED = re.compile(r" *-+ *\n")


class Gap(Enum):
    SPACE = "one or two blanks"
    MARK = "hyphens, dots"
    TAB = "a tab, or blanks that make a column"
    LINE = "the end of a line"


@lru_cache(maxsize=1024)
def kind_of_gap(gap: str) -> Gap:
    if "\n" in gap and not _HYPHENATED.match(gap):
        return Gap.LINE
    if "\t" in gap or "   " in gap:
        return Gap.TAB
    return Gap.SPACE if gap.isspace() else Gap.MARK


def is_tight(gap: str) -> bool:
    """A mark without blanks: it makes one code of its two sides, such as 2203-371003."""
    return kind_of_gap(gap) is Gap.MARK and " " not in gap


@dataclass
class Run:
    """Cells are (start, end) in ``plain``; ``digits`` are theirs in a row, ``at`` where each cell begins in it."""

    plain: str
    cells: list[tuple[int, int]]
    digits: str = field(init=False)
    at: list[int] = field(init=False)
    starts: dict[int, int] = field(init=False)
    ends: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.digits = "".join([self.plain[start:end] for start, end in self.cells]).upper()
        self.at, offset = [], 0
        for start, end in self.cells:
            self.at.append(offset)
            offset += end - start
        self.starts = {offset: index for index, offset in enumerate(self.at)}
        self.ends = {
            offset + end - start: index
            for index, (offset, (start, end)) in enumerate(zip(self.at, self.cells, strict=True))
        }

    def cell(self, offset: int) -> int:
        """The cell that holds a digit."""
        return bisect_right(self.at, offset) - 1

    def place(self, offset: int) -> int:
        """Where a digit stands in ``plain``."""
        index = self.cell(offset)
        return self.cells[index][0] + offset - self.at[index]

    def places(self, offset: int, length: int) -> list[int]:
        return [self.place(digit) for digit in range(offset, offset + length)]

    def gap(self, index: int) -> str:
        """What lies between a cell and the next."""
        return self.plain[self.cells[index][1] : self.cells[index + 1][0]]

    def gaps(self, first: int, last: int) -> list[str]:
        return [self.gap(index) for index in range(first, last)]

    def lengths(self, first: int, last: int) -> tuple[int, ...]:
        return tuple(end - start for start, end in self.cells[first : last + 1])

    def without(self, taken: Iterable[tuple[int, int]]) -> Iterator["Run"]:
        """The runs that are left when places (start, end) of ``plain``, in order, are taken out."""
        left: list[tuple[int, int]] = []
        pieces = iter(self.cells)
        piece = next(pieces, None)
        for start, end in taken:
            while piece and piece[0] < end:
                if piece[0] < start:
                    left.append((piece[0], min(piece[1], start)))
                piece = (end, piece[1]) if piece[1] > end else next(pieces, None)
            yield from _if_long_enough(self.plain, left)
            left = []
        while piece:
            left.append(piece)
            piece = next(pieces, None)
        yield from _if_long_enough(self.plain, left)


def _if_long_enough(plain: str, cells: list[tuple[int, int]]) -> Iterator[Run]:
    if sum(end - start for start, end in cells) >= SHORTEST:
        yield Run(plain, cells)


def runs(plain: str) -> Iterator[Run]:
    """Every run with digits enough for a number that is looked for."""
    for match in _RUN.finditer(plain):
        if match.end() - match.start() >= SHORTEST:
            yield from _if_long_enough(plain, [cell.span() for cell in _CELL.finditer(plain, *match.span())])
