"""Formatted text: what the editor offers, and the one allow-list for it, used when it is saved and when it is shown."""

import re
from html import escape
from itertools import accumulate
from typing import Any

import nh3

from disclosures.search.plain_text import plain_text

TAGS = {
    "p", "br", "strong", "b", "em", "i", "u", "s", "sub", "sup", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "hr", "span", "div",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}
# How an official text places a paragraph: the title of an annex in the middle, the signature at the right.
PLACES = {"centred": "居中", "signature": "落款（靠右）"}

# Semantic marks only: whatever else is pasted from Word or WPS is left behind, tables are kept.
EDITOR: dict[str, Any] = {
    "extensions": {
        "Bold": True,
        "Italic": True,
        "Underline": True,
        "Subscript": True,
        "Superscript": True,
        "HardBreak": True,
        "Heading": {"levels": [2, 3, 4]},
        "ListItem": True,
        "BulletList": True,
        "OrderedList": True,
        "Blockquote": True,
        "HorizontalRule": True,
        "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto"]},
        "Table": True,
        "TableRow": True,
        "TableHeader": True,
        "TableCell": True,
        "NodeClass": {
            "cssClasses": {
                "paragraph": [{"className": name, "title": label} for name, label in PLACES.items()],
            }
        },
        "History": True,
    }
}


# Elements within elements. The release gate's reader goes 256 deep, a table with its rows and cells being four: what
# lies deeper, and all that follows it, would be shown and never examined. No office writes like this.
DEEPEST = 60
# Cleaning takes the square of the depth: 18 seconds of 100,000 levels, and nothing to notice of these.
DEEPEST_TO_CLEAN = 1000
# Those that stand alone or are closed by what follows, however seldom somebody closes them, add nothing.
_UNCOUNTED = "br|hr|img|input|wbr|p|li|td|th|tr|thead|tbody|tfoot|dt|dd|option"
_TAG = re.compile(rf"<(/?)(?!(?:{_UNCOUNTED})\b)[a-z][^<>]*>", re.IGNORECASE)


def sanitise(html: str) -> str:
    """``html`` with every tag, attribute and address outside the allow-list taken out.

    Of what is nested deeper than anybody writes the text stays, line by line.
    """
    if _depth(html) > DEEPEST_TO_CLEAN:
        return _bare(html)
    clean = _clean(html)
    return _bare(clean) if _depth(clean) > DEEPEST else clean


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes={"p": set(PLACES)},
        url_schemes={"http", "https", "mailto"},
    )


def _depth(html: str) -> int:
    """At least that of what a browser makes of it; ends of what never began take nothing off."""
    steps = (-1 if match[1] else 1 for match in _TAG.finditer(html))
    return max(accumulate(steps, lambda depth, step: max(depth + step, 0), initial=0))


def _bare(html: str) -> str:
    return "".join(f"<p>{escape(line)}</p>" for line in plain_text(html).splitlines() if line.strip())
