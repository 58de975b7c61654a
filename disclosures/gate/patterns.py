"""Personal data in a text that is about to be published, found and covered: 个人信息保护法 Art. 25; pure.

Identity numbers, passports, mobile telephones, bank cards, mailboxes, number plates and home addresses, through
whatever hides them from a plain search: blanks, full-width signs, invisible characters, line ends. Where a number might
be that of a thing, its label and its neighbours decide; the modules beside this one say how.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from disclosures.gate import addresses, mailboxes, numbers, passports, plates
from disclosures.gate.folding import Folded, fold
from disclosures.gate.kinds import Found, Kind

__all__ = ["Hit", "Kind", "find", "mask"]

_LEFT_OUT = "****"
_ROUNDS = 4
_SHORTEST = 5  # characters; a@b.c
_FIGURES = re.compile("[0-9]")
_SEPARATORS = re.compile(r"[^0-9A-Za-z@\u3400-\u9fff]+")
_COUNTRY = re.compile(r"(?<![0-9])(?:00)?86(?=1[0-9]{10}(?![0-9]))")


@dataclass(frozen=True)
class Hit:
    """``text`` stands in the original from ``start`` to ``end`` (excluded), ``masked`` is what would stand there."""

    kind: Kind
    start: int
    end: int
    text: str
    masked: str


def find(text: str, *, known: Collection[str] = (), on: date | None = None) -> list[Hit]:
    """The personal data in ``text``, sorted by place, never overlapping.

    ``known``: contact data that the agency itself publishes; never reported, however it is written. ``on``: the day of
    publication, no birth is later; today, if not given.
    """
    if len(text) < _SHORTEST:
        return []
    folded = fold(text)
    hits = [_hit(text, folded, found) for found in _search(folded.plain, on or date.today())]
    ours = [_compact(fold(one).plain) for one in known] if hits else []
    return [hit for hit in hits if not any(_compact(fold(hit.text).plain) in one for one in ours)]


def traces(plain: str) -> Iterator[int]:
    """Where in folded text anything begins that ``find`` would look at more closely: no fewer places than it finds."""
    yield from numbers.traces(plain)
    for search in (mailboxes.find, plates.find, passports.find):
        for found in search(plain):
            yield found.start
    yield from addresses.traces(plain)


def mask(text: str, hits: Iterable[Hit]) -> str:
    """``text`` with each hit covered. Raises ValueError for a hit that was not found in this text."""
    parts, done = [], 0
    for hit in sorted(hits, key=lambda hit: hit.start):
        if hit.start < done or text[hit.start : hit.end] != hit.text:
            raise ValueError(f"no hit of this text: {hit.kind} at {hit.start}")
        parts += [text[done : hit.start], hit.masked]
        done = hit.end
    return "".join([*parts, text[done:]])


def _search(plain: str, latest: date) -> list[Found]:
    """All finds, sorted. What a find had hidden from view, as its neighbour, is looked for once it is covered."""
    found: list[Found] = []
    taken: set[int] = set()
    for _ in range(_ROUNDS):
        new = list(_apart(_scan(plain, latest), taken))
        if not new:
            break
        found += new
        plain = _covered(plain, new)
    return sorted(found, key=lambda one: one.start)


def _scan(plain: str, latest: date) -> Iterator[Found]:
    """The surest kind first."""
    yield from mailboxes.find(plain)
    has_figures = _FIGURES.search(plain) is not None  # most cells of a list have none
    if has_figures:
        yield from numbers.find(plain, latest)
    yield from plates.find(plain)
    if has_figures:
        yield from passports.find(plain)
    yield from addresses.find(plain)


def _apart(found: Iterable[Found], taken: set[int]) -> Iterator[Found]:
    """Of two that overlap, the one found first. The name of a place may give way, not its door."""
    for one in found:
        if one.cut is not None:
            free = max((place + 1 for place in range(one.start, one.cut) if place in taken), default=one.start)
            one = replace(one, start=free)
        places = range(one.start, one.end)
        if taken.isdisjoint(places):
            taken.update(places)
            yield one


def _covered(plain: str, found: Iterable[Found]) -> str:
    """``plain``, of the same length, as it would be published."""
    parts, done = [], 0
    for one in sorted(found, key=lambda one: one.start):
        hidden = one.hidden if one.cut is None else range(one.cut, one.end)
        piece = list(plain[one.start : one.end])
        for place in hidden:
            piece[place - one.start] = "*"
        parts += [plain[done : one.start], *piece]
        done = one.end
    return "".join([*parts, plain[done:]])


def _hit(text: str, folded: Folded, found: Found) -> Hit:
    start, end = folded.origin(found.start), folded.origin(found.end - 1) + 1
    original = text[start:end]
    if found.cut is None:
        hidden = {folded.origin(place) - start for place in found.hidden}
        masked = "".join("*" if place in hidden else char for place, char in enumerate(original))
    else:
        masked = text[start : folded.origin(found.cut)] + _LEFT_OUT
    return Hit(found.kind, start, end, original, masked)


def _compact(plain: str) -> str:
    """Only what says something, in one case, and telephone numbers without the country."""
    return _COUNTRY.sub("", _SEPARATORS.sub("", plain)).lower()
