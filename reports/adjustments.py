"""Figures from outside the records, laid over those computed; totals follow the parts they are the sum of."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from typing import Any

from reports.cells import CELLS, label_of
from reports.figures import Figures, add_up
from reports.models import Adjustment
from reports.money import decimal_text


def adjustable() -> list[str]:
    """Codes of the cells that may be set by hand: those that are not sums of others."""
    return [code for code, cell in CELLS.items() if not cell.is_total]


def adjusted(figures: Figures, adjustments: Iterable[Adjustment]) -> Figures:
    tables = deepcopy(figures.tables)
    for adjustment in adjustments:
        *path, last = adjustment.cell.split(".")
        target: Any = tables
        for key in path:
            target = target[key]
        target[last] = decimal_text(adjustment.value) if CELLS[adjustment.cell].is_money else int(adjustment.value)
    add_up(tables)
    return replace(figures, tables=tables)


def notes(adjustments: Iterable[Adjustment], *, own: str = "") -> tuple[str, ...]:
    """One sentence an adjustment, printed under 数据统计需要说明的事项.

    ``own``: whose number it is, where those of others are added to it.
    """
    return tuple(
        f"“{label_of(adjustment.cell)}”{own}填报数{decimal_text(adjustment.value)}，说明：{adjustment.reason.rstrip('。')}。"
        for adjustment in adjustments
    )
