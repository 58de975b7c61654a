"""Formatted text: what the editor offers, and the one allow-list for it, used when it is saved and when it is shown."""

from typing import Any

import nh3

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


def sanitise(html: str) -> str:
    """``html`` with every tag, attribute and address outside the allow-list taken out."""
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes={"p": set(PLACES)},
        url_schemes={"http", "https", "mailto"},
    )
