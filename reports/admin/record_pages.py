"""A page of a list that may have a million rows: by the place of its first or last row, never by counting to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

PAGE = 50


@dataclass(frozen=True)
class Page:
    """``before``, ``after``: the places that the pages beside it begin from; empty at either end."""

    rows: Sequence[Any]
    before: str = ""
    after: str = ""


def place_of(row: Any, day: str) -> str:
    return f"{getattr(row, day).isoformat()}.{row.pk}"


def read_place(text: str) -> tuple[date, int] | None:
    """The inverse of ``place_of``; None for anything else."""
    day, _, key = text.partition(".")
    try:
        return (date.fromisoformat(day), int(key)) if len(text) < 40 else None
    except ValueError:
        return None


def page_of(records: QuerySet[Any], day: str, *, after: str = "", before: str = "", last: bool = False) -> Page:
    """``PAGE`` rows in the order of ``day`` and key: after a place, before one, the last ones, or the first."""
    place, earlier = read_place(after or before), last or bool(before)
    if place:
        sign = "lt" if earlier else "gt"
        beyond = Q(**{f"{day}__{sign}": place[0]}) | Q(**{day: place[0], f"pk__{sign}": place[1]})
        # Said twice, so that an index on the day is used.
        records = records.filter(beyond, **{f"{day}__{sign}e": place[0]})
    order = (f"-{day}", "-pk") if earlier else (day, "pk")
    found = list(records.order_by(*order)[: PAGE + 1])
    more, rows = len(found) > PAGE, found[:PAGE]
    if earlier:
        rows.reverse()
    if not rows:
        return Page(())
    has_before = more if earlier else bool(place)
    has_after = bool(place and not last) if earlier else more
    return Page(rows, place_of(rows[0], day) if has_before else "", place_of(rows[-1], day) if has_after else "")
