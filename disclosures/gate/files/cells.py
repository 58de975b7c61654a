"""The cells of a sheet, row by row: by a strict pattern where a sheet is written as the programs write it, else as XML.

A list of a hundred thousand lines is read in a fifth of the time that its tree would take. The pattern has to account
for every sign of a block; anything it does not know (comments, other elements, other attributes) leaves the block to
the parser, so that both ways read the same.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from lxml import etree

from disclosures.gate.files.xml import tree

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _T, _V, _F = (f"{S}{tag}" for tag in ("row", "t", "v", "f"))
_ATTRIBUTES = r'(?: [A-Za-z][A-Za-z0-9:.]{0,40}="[^"<>&]{0,200}")*'
_ADDRESS, _STYLE, _KIND, _TEXT = "[A-Z]{1,3}[0-9]{1,7}", "[0-9]{1,6}", "[A-Za-z]{1,9}", "[^<]*"
_TOKENS = (
    "({0}<row)({0}" + _ATTRIBUTES.replace("{", "{{").replace("}", "}}") + r") ?/?>|</row>|\s+"
    r'|<c r="({0}{1})"(?: s="({0}{2})")?(?: t="({0}{3})")?(?: s="{2}")? ?(?:/>|>(?:<f>({0}{4})</f>|<f/>)?'
    r'(?:<v>({0}{4})</v>|<v ?/>|<is><t(?: xml:space="preserve")?>({0}{4})</t></is>)?</c>)'
)
_TOKEN = re.compile(_TOKENS.format("", _ADDRESS, _STYLE, _KIND, _TEXT))
_ALL = re.compile(f"(?:{_TOKENS.format('?:', _ADDRESS, _STYLE, _KIND, _TEXT)})*+")
_ATTRIBUTE = re.compile(r' ([A-Za-z:.]+)="([^"]*)"')
_APART = "\ue000"  # a sign of no meaning, that no text has


Cell = tuple[str, str, str, str, str]
"""Address (may be empty), style, kind, text as stored, formula: of the kind ``s`` the text is a shared one's place."""
Row = tuple[dict[str, str], list[Cell]]
"""Its attributes and its cells."""


def rows(block: bytes, opening: bytes) -> Iterator[Row]:
    """``block``: rows as they stand in the sheet; ``opening``: the tag of its root. Raises ``Unreadable``."""
    found = _by_pattern(block)
    if found is None:
        return by_parser(tree(b"".join([opening, b"<sheetData>", block, b"</sheetData></worksheet>"])))
    return iter(found)


def _by_pattern(block: bytes) -> list[Row] | None:
    try:
        text = block.decode()
    except UnicodeDecodeError:
        return None
    if _APART in text or not _ALL.fullmatch(text):
        return None
    tokens = _TOKEN.findall(text)
    plain = _unescaped({part for token in tokens for part in token[5:] if "&" in part}) if "&" in text else {}
    found: list[Row] = []
    add: Callable[[Cell], None] = list[Cell]().append
    for row, attributes, address, style, kind, formula, value, inline in tokens:
        if address:
            written = value or inline
            add((address, style, kind, plain.get(written, written), plain.get(formula, formula) if formula else ""))
        elif row:
            cells: list[Cell] = []
            add = cells.append
            found.append((dict(_ATTRIBUTE.findall(attributes)), cells))
    return found


def _unescaped(parts: set[str]) -> dict[str, str]:
    """All at once, by the parser: one by one a file with every sign written as a number would take seconds."""
    written = list(parts)
    root = etree.fromstring(f"<x>{_APART.join(written)}</x>", etree.XMLParser(resolve_entities=False, huge_tree=True))
    return dict(zip(written, (root.text or "").split(_APART), strict=True))


def by_parser(root: Any) -> Iterator[Row]:
    for row in root.iter(_ROW):
        yield dict(row.attrib), [_cell(element) for element in row if isinstance(element.tag, str)]


def _cell(element: Any) -> Cell:
    kind = element.get("t", "")
    value = next((child for child in element if child.tag == _V), None)
    formula = next((child.text or "" for child in element if child.tag == _F), "")
    if kind == "inlineStr" or value is None:
        text = "".join([part.text or "" for part in element.iter(_T)])
    else:
        text = value.text or ""
    return element.get("r", ""), element.get("s", ""), kind, text, formula
