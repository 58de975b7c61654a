"""A text as the index sees it: folded, cut into units, and pairs of neighbouring units; pure.

A unit is one Chinese character or one run of letters or of digits. Pairs need no dictionary and find every substring
of two units and more, at the same cost for all of them; what stands between two units (brackets, blanks, commas) is
nothing, so that a document number is found however its brackets were typed.

Folding works on single characters, not on words, and therefore gives the same for a text and for any part of it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise

LONGEST_UNIT = 40  # characters; of a longer run of letters the beginning
# Signs for private use: no text has them as letters. They keep apart what must not be mixed up.
JOINER, BREAK = "\ue010", "\ue011"
TITLE, NUMBER, SINGLE, FACET = "\ue000", "\ue001", "\ue002", "\ue003"

# Written without a blank between words: each sign is a unit of its own.
_SCRIPT = "々〇\u2e80-\u2fdf\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_UNIT = re.compile(f"[{_SCRIPT}]|[0-9]+|[^\\W\\d_{_SCRIPT}]+")
_IS_SCRIPT = re.compile(f"[{_SCRIPT}]")
_MOST_FOR_ONE = 4  # characters that one may become; a sign that spells a whole sentence is left out
_AS_MEANT = {"○": "〇", "◯": "〇", "⼀": "一"}


@cache
def _simplifier() -> "object":
    from opencc import OpenCC  # 20 ms; a command line that searches nothing need not wait for it

    return OpenCC("t2s")


def _folded(char: str) -> str:
    if char in _AS_MEANT:
        return _AS_MEANT[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Mn", "Me") or char == "\0":
        return ""
    if category[0] == "C":
        return " "
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    plain = unicodedata.normalize("NFKC", char).lower()
    if len(plain) > _MOST_FOR_ONE:
        return ""
    return "".join(_simplifier().convert(each) for each in plain) if not plain.isascii() else plain  # type: ignore[attr-defined]


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that learns."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Half width, lower case, simplified, without what nobody sees."""
    return text.translate(_FOLDING)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """``fold``, and of each of its characters the place in ``text`` that it came from."""
    pieces = [_FOLDING[ord(char)] for char in text]
    return "".join(pieces), [place for place, piece in enumerate(pieces) for _ in piece]


def units_with_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Each unit with the first place of the text that it covers and the first behind it."""
    folded, places = fold_with_places(text)
    for match in _UNIT.finditer(folded):
        yield match.group()[:LONGEST_UNIT], places[match.start()], places[match.end() - 1] + 1


def units(text: str, most: int | None = None) -> list[str]:
    return [match.group()[:LONGEST_UNIT] for match in islice(_UNIT.finditer(fold(text)), most)]


@lru_cache(maxsize=100_000)
def pair(first: str, second: str) -> str:
    if _IS_SCRIPT.match(first) and _IS_SCRIPT.match(second):
        return first + second
    return first + JOINER + second


def phrase(of: Sequence[str], mark: str = "") -> list[str]:
    """The tokens that stand side by side wherever these units do; ``mark``: in the title, in the numbers."""
    if len(of) == 1:
        return [(mark or SINGLE) + of[0]]
    return [mark + pair(*two) for two in pairwise(of)]


def stands_in(text: str, whole: str) -> bool:
    """Whether the units of ``text`` stand side by side in ``whole``, as the index sees it."""
    wanted, given = units(text), units(whole)
    return any(given[place : place + len(wanted)] == wanted for place in range(len(given) - len(wanted) + 1))


def facet(name: str, value: int) -> str:
    return f"{FACET}{name}{value}"


def tokens(title: str, number: str, text: str, most: int, facets: Iterable[str]) -> tuple[list[str], set[str]]:
    """What the index keeps of an entry, at most ``most`` units of the text.

    First those whose order counts: the pairs of the title and of the numbers by themselves, then of everything. Then
    those that stand in it or do not: single units, and what the entry is filtered by.
    """
    of_title, of_number, of_text = units(title), units(number), units(text, most)
    placed: list[str] = []
    for of, mark in ((of_title, TITLE), (of_number, NUMBER), (of_title, ""), (of_number, ""), (of_text, "")):
        placed += [mark + pair(*two) for two in pairwise(of)]
        placed.append(BREAK)
    unplaced = {SINGLE + unit for unit in {*of_title, *of_number, *of_text}}
    unplaced |= {TITLE + unit for unit in of_title} | {NUMBER + unit for unit in of_number}
    return placed, unplaced.union(facets)
