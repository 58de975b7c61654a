"""Cells merged down a column: each row they cover has their value, as the person who merged them meant."""

from collections.abc import Container
from typing import Any

from disclosures.ledger.grids import Grid
from disclosures.ledger.widgets import is_blank


def spread(grid: Grid, alone: Container[int] = ()) -> list[tuple[int, int]]:
    """Writes the value of a merged cell into each of its rows that holds anything else.

    ``alone``: places of columns whose value would be counted more than once. They are left as they are; the
    (row, place) of each cell that would have been written is returned.
    """
    left: list[tuple[int, int]] = []
    for column, ranges in grid.merged.items():
        place = column - 1
        waiting = sorted(ranges, reverse=True)
        first = last = 0
        value: Any = None
        for number, cells in grid.rows:
            while waiting and waiting[-1][0] <= number:
                (first, last), value = waiting.pop(), None
            here = cells[place] if place < len(cells) else None
            if number == first:
                value = here
            elif first < number <= last and value is not None and is_blank(here):
                if place in alone:
                    left.append((number, place))
                else:
                    cells += [None] * (place + 1 - len(cells))
                    cells[place] = value
    return left
