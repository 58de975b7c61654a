"""The text of formatted text, and changes of that text which leave the formatting alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import html as parser

# What ends a line for the reader: the numbers before and after are not one number.
BLOCKS = {
    "address", "blockquote", "br", "caption", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "li", "ol", "p", "pre", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
READ_ATTRIBUTES = ("href", "title")


class Hit(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def masked(self) -> str: ...


@dataclass
class _Piece:
    """A stretch of text in the tree: ``part`` is ``text``, ``tail`` or the name of an attribute."""

    element: Any
    part: str
    start: int
    text: str

    def put(self, text: str) -> None:
        self.text = text
        if self.part in ("text", "tail"):
            setattr(self.element, self.part, text)
        elif text:
            self.element.set(self.part, text)


class Markup:
    """``text`` is what the reader sees, with a line break where a block ends; link addresses follow at the end."""

    def __init__(self, html: str) -> None:
        self._html = html
        # A text of more than ten million characters would end there, unread.
        own = parser.HTMLParser(huge_tree=True)
        self._root = parser.fragment_fromstring(html or "", create_parent="div", parser=own)
        self._pieces: list[_Piece] = []
        self._read: list[str] = []
        self._length = 0
        self._walk(self._root)
        for element in self._root.iter("a"):
            for name in READ_ATTRIBUTES:
                if value := element.get(name):
                    self._break()
                    self._take(element, name, value)
        self.text = "".join(self._read)

    def _walk(self, element: Any) -> None:
        is_block = element.tag in BLOCKS
        if is_block:
            self._break()
        if element.text and isinstance(element.tag, str):
            self._take(element, "text", element.text)
        for child in element:
            self._walk(child)
            if child.tail:
                self._take(child, "tail", child.tail)
        if is_block:
            self._break()

    def _take(self, element: Any, part: str, text: str) -> None:
        self._pieces.append(_Piece(element, part, self._length, text))
        self._add(text)

    def _break(self) -> None:
        if self._read and not self._read[-1].endswith("\n"):
            self._add("\n")

    def _add(self, text: str) -> None:
        self._read.append(text)
        self._length += len(text)

    def masked(self, hits: Iterable[Hit]) -> str:
        """The formatted text with what each hit names replaced by its mask. Hits do not overlap."""
        hits = list(hits)
        if not hits:
            return self._html
        for hit in sorted(hits, key=lambda hit: hit.start, reverse=True):
            put_in = hit.masked
            for piece in self._pieces:
                first, last = hit.start - piece.start, hit.end - piece.start
                if last <= 0 or first >= len(piece.text):
                    continue
                piece.put(piece.text[: max(first, 0)] + put_in + piece.text[last:])
                put_in = ""  # a number split over several pieces: all of the mask stands in the first
        inner = [self._root.text or ""]
        inner[0] = _escaped(inner[0])
        inner += [parser.tostring(child, encoding="unicode") for child in self._root]
        return "".join(inner)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
