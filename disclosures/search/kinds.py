"""What can be found: each kind says which of its rows are public and what an entry shows of one.

The floors above register theirs in ``ready()``: this module knows nobody above. A number stands in every key of the
index and never means anything else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Entry:
    """What is kept of one object. ``text`` is plain; the rest as ``models.search.SearchEntry`` names it."""

    object_id: int
    agency: int
    day: date
    title: str
    page: str
    arguments: str
    text: str = ""
    document_number: str = ""
    index_number: str = ""
    column: int | None = None
    validity: str = ""
    belongs_to: str = ""


@dataclass(frozen=True)
class Follows:
    """Another model whose rows an entry is made from: which fields, and how the kind's rows point to it."""

    model: type[Model]
    look_up: str
    reads: frozenset[str]


@dataclass(frozen=True)
class Kind:
    """``public``: the rows that anyone may read, whatever their agency; ``reads``: fields an entry is made from."""

    number: int
    name: str
    label: str
    model: type[Model]
    public: Callable[[], QuerySet[Any]]
    entry: Callable[[Any], Entry]
    reads: frozenset[str]
    agency: str = "agency"
    follows: tuple[Follows, ...] = ()

    def rows(self) -> QuerySet[Any]:
        """What is public of agencies that have a portal: exactly what the index must hold."""
        return self.public().filter(**{f"{self.agency}__has_portal": True})


_kinds: dict[int, Kind] = {}


def register(kind: Kind) -> None:
    from disclosures.search import keeping

    _kinds[kind.number] = kind
    keeping.watch(kind)


def kinds() -> dict[int, Kind]:
    """By number, in the order in which a page offers them."""
    return dict(sorted(_kinds.items()))
