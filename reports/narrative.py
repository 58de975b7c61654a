"""The text of the report by one name: its six parts, the facts it may speak of, and numbers bound by placeholders.

``parts`` has the outline and its default wording, ``sentences`` what is told in whole sentences, ``placeholders`` the
names in braces, ``blocks`` the marks that place a chart.
"""

from reports.text.facts import Facts
from reports.text.parts import GOVERNMENTS, OUTLINE, PREAMBLE, SECTIONS, Part, Section
from reports.text.placeholders import PLACEHOLDERS, Placeholder, fill, unknown_placeholders
from reports.text.sentences import growth, listing

__all__ = [
    "GOVERNMENTS",
    "OUTLINE",
    "PLACEHOLDERS",
    "PREAMBLE",
    "SECTIONS",
    "Facts",
    "Part",
    "Placeholder",
    "Section",
    "fill",
    "growth",
    "listing",
    "paragraphs",
    "unknown_placeholders",
]


def paragraphs(text: str) -> tuple[str, ...]:
    """One a line; blank lines and indents typed by hand are dropped (the layout indents)."""
    return tuple(line.strip().strip("\u3000") for line in text.splitlines() if line.strip().strip("\u3000"))
