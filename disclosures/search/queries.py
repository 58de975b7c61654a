"""What somebody typed, as phrases; whatever it looks like, it is only text. Pure."""

import re
from dataclasses import dataclass

from disclosures.search.units import units

LONGEST_QUERY = 100  # characters
MOST_PHRASES = 10
# In quotation marks one phrase, blanks and all; else as far as the next blank.
_OPENING, _CLOSING = '“"＂「『《〈', '”"＂」』》〉'
_MARKS = f"{_OPENING}{_CLOSING}"
_WORD = re.compile(f"[{_OPENING}](?P<quoted>[^{_MARKS}]+)[{_CLOSING}]|(?P<bare>[^\\s{_MARKS}]+)")


@dataclass(frozen=True)
class Query:
    """``text``: what was searched for, as shown; ``phrases``: units that stand side by side, all of them wanted."""

    text: str
    phrases: tuple[tuple[str, ...], ...]
    was_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.phrases)

    @property
    def in_one(self) -> tuple[str, ...]:
        return tuple(unit for phrase in self.phrases for unit in phrase)


def parse(text: str) -> Query:
    """At most ``LONGEST_QUERY`` characters and ``MOST_PHRASES`` phrases; ``was_cut`` where there were more."""
    # A stranger's 64 KB are not even looked through.
    bare = " ".join(printable(text[: 4 * LONGEST_QUERY]).split())
    shown = bare[:LONGEST_QUERY].strip()
    found: list[tuple[str, ...]] = []
    for match in _WORD.finditer(shown):
        wanted = tuple(units(match["quoted"] or match["bare"]))
        if wanted and wanted not in found:
            found.append(wanted)
    too_long = len(bare) > LONGEST_QUERY or len(text) > 4 * LONGEST_QUERY
    return Query(shown, tuple(found[:MOST_PHRASES]), too_long or len(found) > MOST_PHRASES)


def printable(text: str) -> str:
    """Without control and direction signs, which would turn the page around it about."""
    return "".join(char if char.isprintable() else " " for char in text)


def one_off(phrase: tuple[str, ...]) -> list[list[tuple[str, ...]]]:
    """The phrase with one unit not looked at, in every way that leaves a pair: each way the pieces all wanted."""
    ways = []
    for place in range(len(phrase)):
        pieces = [piece for piece in (phrase[:place], phrase[place + 1 :]) if len(piece) > 1]
        if pieces and sum(map(len, pieces)) >= max(3, len(phrase) - 2):
            ways.append(pieces)
    return ways
