"""The one allow-list for formatted text; used when text is saved and again when it is shown."""

import nh3

TAGS = {
    "p", "br", "strong", "b", "em", "i", "u", "sub", "sup", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "a",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "hr", "span", "div",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan", "scope"}}


def sanitise(html: str) -> str:
    """``html`` with every tag, attribute and address outside the allow-list taken out."""
    return nh3.clean(html, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})
