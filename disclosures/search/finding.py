"""Which entries are shown for a query: newest first, or by how well they fit; what is not shown is not looked for.

No hit is weighed. By relevance comes first what has the words as its number, then what has them side by side in its
title, then all of them in its title, then anywhere; newest first within each. Every step stops at what is needed, so
the cost does not grow with the number of hits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from disclosures.models import SearchEntry
from disclosures.models.search import keys_between, object_of
from disclosures.search.engines import EVERYTHING, Wanted, engine
from disclosures.search.queries import Query, one_off
from disclosures.search.units import NUMBER, TITLE, facet, phrase, units

MOST = 1000  # results that are counted and can be leafed through


@dataclass(frozen=True)
class Filters:
    """``agencies``, ``columns``: any of them, empty for all; ``since``, ``until``: both included."""

    agencies: tuple[int, ...] = ()
    kind: int | None = None
    columns: tuple[int, ...] = ()
    since: date | None = None
    until: date | None = None

    def wanted(self) -> Wanted:
        groups = (("a", self.agencies), ("k", (self.kind,) if self.kind else ()), ("c", self.columns))
        facets = tuple(tuple(facet(name, value) for value in values) for name, values in groups if values)
        keys = EVERYTHING
        if self.since or self.until:
            keys = keys_between(self.since or date.min, self.until or date.max)
        return Wanted((), facets, keys)


@dataclass(frozen=True)
class Found:
    """``keys`` in order, at most ``MOST``; ``more``: there are others."""

    keys: list[int] = field(default_factory=list)
    more: bool = False

    def __len__(self) -> int:
        return len(self.keys)

    def entries(self, first: int, last: int) -> list[SearchEntry]:
        return load(self.keys[first:last])


def load(keys: list[int]) -> list[SearchEntry]:
    """In the order of ``keys``; one that has just gone is left out."""
    if not keys:
        return []
    entries = SearchEntry.objects.select_related("agency", "column").in_bulk(keys)
    return [entries[key] for key in keys if key in entries]


def find(query: Query, filters: Filters, *, by_relevance: bool) -> Found:
    if not query:
        return Found()
    wanted = filters.wanted()
    anywhere = engine().find(wanted.only([phrase(each) for each in query.phrases]), MOST + 1)
    keys: dict[int, None] = {}
    if anywhere and by_relevance:
        for step in _better(query, wanted):
            keys |= dict.fromkeys(engine().find(step, MOST + 1))
            if len(keys) > MOST:
                break
    keys |= dict.fromkeys(anywhere)
    return _found(list(keys))


def find_nearly(query: Query, filters: Filters) -> Found:
    """With one unit of the longest phrase otherwise: a slip of the hand, or another word for the same."""
    longest = max(query.phrases, key=len, default=())
    others = [phrase(each) for each in query.phrases if each != longest]
    ways = [[*others, *map(phrase, pieces)] for pieces in one_off(longest)]
    return _found(engine().find(filters.wanted().only(*ways), MOST + 1)) if ways else Found()


def numbered(text: str, filters: Filters) -> list[int]:
    """Of one kind the objects whose 文号 or 索引号 has ``text``, the newest first, at most ``MOST``."""
    wanted = units(text)
    keys = engine().find(filters.wanted().only([phrase(wanted, NUMBER)]), MOST) if wanted else []
    return [object_of(key) for key in keys]


def _found(keys: list[int]) -> Found:
    return Found(keys[:MOST], len(keys) > MOST)


def _better(query: Query, wanted: Wanted) -> Iterator[Wanted]:
    """What fits better than having the words anywhere, the best first."""
    yield wanted.only([phrase(query.in_one, NUMBER)])
    yield wanted.only([phrase(query.in_one, TITLE)])
    if len(query.phrases) > 1:
        yield wanted.only([phrase(each, TITLE) for each in query.phrases])
