"""What of a title and a text is shown with a result: the words that were looked for are marked."""

from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from disclosures.search.units import units_with_places

SHOWN = 110  # characters of a text
BEFORE = 24  # of them before the first mark
PIECE, OVERLAP = 2000, 250  # a long text is read a piece at a time, until there is something to mark

Phrases = Iterable[tuple[str, ...]]
Span = tuple[int, int]


def marked(text: str, phrases: Phrases) -> SafeString:
    return _marked(text, _spans(text, phrases))


def excerpt(text: str, phrases: Phrases) -> SafeString:
    """Of ``text`` the surroundings of the first mark; its beginning where nothing is to be marked."""
    phrases = list(phrases)
    for start in range(0, max(len(text), 1), PIECE - OVERLAP):
        piece = text[start : start + PIECE]
        if spans := _spans(piece, phrases):
            return _around(text, [(first + start, end + start) for first, end in spans])
    return _around(text, [])


def _around(text: str, spans: list[Span]) -> SafeString:
    start = max(0, spans[0][0] - BEFORE) if spans else 0
    end = min(len(text), start + SHOWN)
    inside = [(max(first, start) - start, min(last, end) - start) for first, last in spans if first < end]
    body = _marked(text[start:end], inside)
    return mark_safe(("…" if start else "") + body + ("…" if end < len(text) else ""))


def _marked(text: str, spans: list[Span]) -> SafeString:
    pieces, done = [], 0
    for first, end in spans:
        pieces += [escape(text[done:first]), mark_safe("<mark>"), escape(text[first:end]), mark_safe("</mark>")]
        done = end
    return mark_safe("".join([*pieces, escape(text[done:])]))


def _spans(text: str, phrases: Phrases) -> list[Span]:
    """Where one of the phrases stands, in order, those that touch made one."""
    placed = list(units_with_places(text))
    found = sorted(span for phrase in phrases for span in _places(placed, phrase))
    merged: list[Span] = []
    for first, end in found:
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged


def _places(placed: list[tuple[str, int, int]], phrase: tuple[str, ...]) -> Iterator[Span]:
    for start in range(len(placed) - len(phrase) + 1):
        if placed[start][0] == phrase[0] and all(placed[start + place][0] == unit for place, unit in enumerate(phrase)):
            yield placed[start][1], placed[start + len(phrase) - 1][2]
