"""Justified Chinese in WeasyPrint: the slack of a line goes between its characters, not only into its spaces.

WeasyPrint 70 stretches spaces alone, which leaves Chinese ragged. Three names inside it are replaced; ``install``
refuses where they are not as expected, so that an upgrade fails loudly (weasyprint is pinned to its major for this).
"""

import inspect
import re
from typing import Any

from weasyprint.layout import inline
from weasyprint.text import line_break

_CHINESE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\u201c\u201d\u2018\u2019\u2014\u2026\U00020000-\U0003ffff"
GAPS = re.compile(f"[{_CHINESE} \u00a0]")
CHINESE = re.compile(f"[{_CHINESE}]")
# Half a character in each gap still reads as one line; a line that needs more is nearly all one long word.
WIDEST_GAP = 0.5

EXPECTED = {
    (inline, "count_expandable_spaces"): ["box"],
    (inline, "justify_line"): ["context", "line", "extra_width"],
    (inline, "add_word_spacing"): ["context", "box", "justification_spacing", "x_advance"],
    (line_break.Layout, "set_text"): ["self", "text", "justify"],
}


class HookMoved(RuntimeError):
    """This WeasyPrint is not the one the hooks were written for."""


def install() -> None:
    """Replaces the three names; a second call changes nothing. Raises ``HookMoved``."""
    if inline.count_expandable_spaces is gaps_in:
        return
    for (owner, name), parameters in EXPECTED.items():
        found = getattr(owner, name, None)
        if found is None or list(inspect.signature(found).parameters) != parameters:
            raise HookMoved(f"WeasyPrint's {name} has changed; review disclosures/printing/justify.py")
    original = line_break.Layout.set_text

    def set_text(self: Any, text: str, justify: bool = False) -> None:
        original(self, text, justify)
        if justify and self.justification_spacing and CHINESE.search(self.text):
            _space_out(self)

    inline.count_expandable_spaces = gaps_in
    inline.justify_line = justify_line
    line_break.Layout.set_text = set_text


def gaps_in(box: Any) -> int:
    """How many characters of the box take a share of the slack."""
    if isinstance(box, inline.boxes.TextBox):
        return len(GAPS.findall(box.text))
    if isinstance(box, (inline.boxes.LineBox, inline.boxes.InlineBox)):
        return sum(gaps_in(child) for child in box.children)
    return 0


def last_character(box: Any) -> str:
    if isinstance(box, inline.boxes.TextBox):
        return box.text[-1:]
    children = reversed(getattr(box, "children", ()))
    return next((found for child in children if (found := last_character(child))), "")


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    # A gap after the last character of the line would be outside it.
    gaps = gaps_in(line) - bool(GAPS.match(last_character(line)))
    if gaps < 1 or extra_width <= 0:
        return
    gap = extra_width / gaps
    if gap <= WIDEST_GAP * line.style["font_size"]:
        inline.add_word_spacing(context, line, gap, 0)


def _space_out(layout: Any) -> None:
    pango, ffi = line_break.pango, line_break.ffi
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    own = layout.style["letter_spacing"]
    spacing = int(((0 if own == "normal" else own) + layout.justification_spacing) * line_break.TO_UNITS)
    position = 0
    for character in layout.text:
        size = len(character.encode())
        if CHINESE.match(character):
            attribute = pango.pango_attr_letter_spacing_new(spacing)
            attribute.start_index, attribute.end_index = position, position + size
            pango.pango_attr_list_change(attributes, attribute)
        position += size
    pango.pango_layout_set_attributes(layout.layout, attributes)
