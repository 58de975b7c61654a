"""The records behind every figure, and what has changed in them since a report was issued."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from disclosures.models import Agency, ChannelKind
from reports.cells import CELLS, DISPUTE_RESULTS, OUTCOME_ROWS, REQUEST_COLUMNS, TOTAL
from reports.figures import NAMED, WEIGHED, Figures, scope_of
from reports.money import decimal_text
from reports.tallies import base, publishing, requests


class Weights(Mapping[int, str]):
    """Key of a record → what it weighs, as a decimal string, in the order of the keys; eight bytes a record.

    Read like any mapping. Nearly all records weigh 1: only the others are kept with their weight.
    """

    def __init__(self, weights: Iterable[tuple[int, str]] = ()) -> None:
        self._keys, self._other, self._sorted = array("q"), dict[int, str](), False
        for key, weight in weights:
            self.add(key, weight)

    def add(self, key: int, weight: str = "1") -> None:
        """Once a key; whoever adds one twice has two records of one key."""
        self._sorted = False
        self._keys.append(key)
        if weight != "1":
            self._other[key] = weight

    def _in_order(self) -> "array[int]":
        if not self._sorted:
            self._keys, self._sorted = array("q", sorted(self._keys)), True
        return self._keys

    def __getitem__(self, key: int) -> str:
        if key not in self:
            raise KeyError(key)
        return self._other.get(key, "1")

    def __contains__(self, key: object) -> bool:
        keys = self._in_order()
        place = bisect_left(keys, key) if isinstance(key, int) else len(keys)
        return place < len(keys) and keys[place] == key

    def __iter__(self) -> Iterator[int]:
        return iter(self._in_order())

    def __len__(self) -> int:
        return len(self._keys)

    def __repr__(self) -> str:
        return f"Weights({dict(self)!r})"


def weights_of(agency: Agency, year: int) -> dict[str, Mapping[int, str]]:
    """Code → the records that the figure adds up: all cells but totals, and the counts that can be opened.

    The sum of the weights is the figure (fees in yuan); a code without records is left out, and so are the codes with
    an office's own names in them, whose records are those of ``by_channel_kind``. Three queries, streamed.
    """
    scope = scope_of(agency, [year])
    tallies = [tally for tally in (*publishing.tallies(scope), *requests.tallies(scope)) if tally.codes]
    codes = {tally.name: tally.codes for tally in tallies}
    found: dict[str, Weights] = {}
    # Many records have the same keys, and count towards the same codes.
    known: dict[tuple[str, base.Keys], list[tuple[Weights, bool]]] = {}
    for row in base.one_by_one(tallies):
        asked = (row.tally, row.keys)
        if asked not in known:
            counted = codes[row.tally]
            pairs = counted(scope, row.keys) if counted else ()
            mine = [code for which, code in pairs if which == year and not code.startswith(NAMED)]
            known[asked] = [(found.setdefault(code, Weights()), code in WEIGHED) for code in mine]
        for weights, is_weighed in known[asked]:
            weights.add(row.number, decimal_text(row.amount) if is_weighed else "1")
    return dict(found)


def leaves_of(code: str) -> list[str]:
    """The codes of ``weights_of`` whose records are together those of ``code``; itself unless it is a total."""
    if code == "counts.items.total":
        return [f"counts.items.by_channel_kind.{kind}" for kind in ChannelKind.values]
    if code not in CELLS or not CELLS[code].is_total:
        return [code]
    table, *path, last = code.split(".")
    if table == "disputes":
        return [f"disputes.{path[0]}.{result}" for result in DISPUTE_RESULTS if result != TOTAL]
    kinds = [column.key for column in REQUEST_COLUMNS if column.key != TOTAL] if last == TOTAL else [last]
    rows = OUTCOME_ROWS if path[0] == "answered_total" else (path[0],)
    return [f"requests.{row}.{kind}" for row in rows for kind in kinds]


def at_odds(weights: Mapping[str, Mapping[int, str]], figures: Figures) -> list[str]:
    """Cells whose records do not add up to their figure: something was entered between the two questions. Pure."""

    def total(code: str) -> Any:
        found = weights.get(code, {})
        if code not in WEIGHED:
            return len(found)
        return WEIGHED[code](sum((Decimal(weight) for weight in found.values()), Decimal(0)))

    return [code for code, cell in CELLS.items() if not cell.is_total and total(code) != figures[code]]


@dataclass(frozen=True)
class Change:
    """What happened to the records of a figure: keys that came, keys that went, and key → weights then and now."""

    code: str
    added: tuple[int, ...]
    removed: tuple[int, ...]
    reweighed: dict[int, tuple[str, str]]

    @property
    def number(self) -> int:
        return len(self.added) + len(self.removed) + len(self.reweighed)


def changes(frozen: Mapping[str, Mapping[int, str]], now: Mapping[str, Mapping[int, str]]) -> list[Change]:
    """定稿后变更, figure by figure in the order of ``frozen``; none for a figure whose records are the same. Pure."""
    found = []
    for code in dict.fromkeys((*frozen, *now)):
        before, after = frozen.get(code, {}), now.get(code, {})
        change = Change(
            code,
            added=tuple(key for key in after if key not in before),
            removed=tuple(key for key in before if key not in after),
            reweighed={
                key: (before[key], after[key])
                for key in before
                if key in after and Decimal(before[key]) != Decimal(after[key])
            },
        )
        if change.number:
            found.append(change)
    return found
