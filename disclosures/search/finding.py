"""Which entries are shown for a query: newest first, or by how well they fit; what is not shown is not looked for.

No hit is weighed. By relevance comes first what has the words as its number, then what has them side by side in its
title, then all of them in its title, then anywhere; newest first within each. Every step stops at what is needed, so the
cost does not grow with the number of hits.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from disclosures.models import SearchEntry
from disclosures.models.search import keys_between
from disclosures.search.engines import EVERYTHING, Wanted, engine
from disclosures.search.queries import Query, one_off
from disclosures.search.units import NUMBER, TITLE, facet, phrase

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
    """``keys`` in order, at most ``MOST``; ``more``: there are others. ``nearly``: with one character otherwise."""

    keys: list[int] = field(default_factory=list)
    more: bool = False
    nearly: bool = False

    def entries(self, first: int, last: int) -> list[SearchEntry]:
        return load(self.keys[first:last])


def load(keys: list[int]) -> list[SearchEntry]:
    """In the order of ``keys``; one that has just gone is left out."""
    entries = SearchEntry.objects.select_related("agency", "column").in_bulk(keys)
    return [entries[key] for key in keys if key in entries]


def find(query: Query, filters: Filters, *, by_relevance: bool) -> Found:
    if not query:
        return Found()
    wanted = filters.wanted()
    steps = _tiers(query, wanted) if by_relevance else iter([wanted.only(_everywhere(query))])
    keys: dict[int, None] = {}
    for step in steps:
        keys |= dict.fromkeys(engine().find(step, MOST + 1))
        if len(keys) > MOST:
            break
    return Found(list(keys)[:MOST], len(keys) > MOST)


def find_nearly(query: Query, filters: Filters) -> Found:
    """With one character of the longest phrase otherwise: a slip of the hand, 〇 for 0, another word for the same."""
    longest = max(query.phrases, key=len, default=())
    others = [phrase(list(each)) for each in query.phrases if each != longest]
    ways = [[*others, *(phrase(list(piece)) for piece in pieces)] for pieces in one_off(longest)]
    if not ways:
        return Found()
    keys = engine().find(filters.wanted().only(*ways), MOST + 1)
    return Found(keys[:MOST], len(keys) > MOST, nearly=True)


def _tiers(query: Query, wanted: Wanted) -> Iterator[Wanted]:
    whole = list(query.in_one)
    yield wanted.only([phrase(whole, NUMBER)])
    yield wanted.only([phrase(whole, TITLE)])
    if len(query.phrases) > 1:
        yield wanted.only([phrase(list(each), TITLE) for each in query.phrases])
    yield wanted.only(_everywhere(query))


def _everywhere(query: Query) -> list[list[str]]:
    return [phrase(list(each)) for each in query.phrases]
