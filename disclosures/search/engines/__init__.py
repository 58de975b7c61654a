"""The index proper, one small module for each database; nobody else knows which it is."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Protocol

from django.db import connection

# Of each text that many units are searched. PostgreSQL knows no place beyond 16 383 in a tsvector, title and numbers
# take at most 700, and a row of it ends at 1 MB; an attachment goes on for a dozen pages until here.
MOST_UNITS = 15_000
EVERYTHING = (0, 2**63 - 1)

Row = tuple[int, list[str], Collection[str]]  # key of the entry; tokens in order; tokens that merely stand in it


@dataclass(frozen=True)
class Wanted:
    """``ways``: one of them must hold; each is phrases (tokens side by side) that must all be there.

    ``facets``: of each group one token must be there. ``keys``: first and last key, both included.
    """

    ways: tuple[tuple[tuple[str, ...], ...], ...]
    facets: tuple[tuple[str, ...], ...] = ()
    keys: tuple[int, int] = EVERYTHING

    def only(self, *ways: Iterable[Iterable[str]]) -> "Wanted":
        return replace(self, ways=tuple(tuple(tuple(phrase) for phrase in way) for way in ways))


class Engine(Protocol):
    def create(self, execute: Any) -> None:
        """Makes the table; ``execute`` runs a statement."""

    def drop(self, execute: Any) -> None: ...

    def clear(self) -> None: ...

    def insert(self, rows: list[Row]) -> None: ...

    def delete(self, rows: list[Row]) -> None:
        """``rows`` exactly as they were inserted."""

    def find(self, wanted: Wanted, most: int) -> list[int]:
        """Keys of entries, the highest (newest) first."""


def engine(vendor: str | None = None) -> Engine:
    from disclosures.search.engines import fts5, tsvector

    return {"sqlite": fts5, "postgresql": tsvector}[vendor or connection.vendor]  # type: ignore[return-value]


def batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while batch := list(islice(waiting, size)):
        yield batch
