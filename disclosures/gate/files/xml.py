"""XML from strangers: no document type, no entities, no network; and text as a reader sees it."""

import re
from collections.abc import Collection, Iterator
from io import BytesIO
from typing import Any

from lxml import etree

from disclosures.gate.files.content import Find, Unreadable, spread

_BROKEN = "文件内容已损坏，请用WPS或Office打开检查，另存后再上传"
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
_PLAIN = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
_STRICT = "{http://purl.oclc.org/ooxml/"
_BREAKS = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "-"}
_LEAVES = ("{*}t", "{*}br", "{*}cr", "{*}tab", "{*}ptab", "{*}noBreakHyphen", "{*}p")
# Attributes that people fill in; of the others only values that look like people's words are read.
_FREE = {
    "descr", "title", "tooltip", "alias", "displayText", "prompt", "promptTitle", "error", "errorTitle", "author",
    "initials", "userName", "displayName", "userId", "providerId", "connection", "command", "sourceFile",
    "hyperlinkBase", "Author", "alt", "comment", "user", "Subject",
}  # fmt: skip
_WORDS = re.compile(r"[㐀-鿿豈-﫿]|@|\d(?:[\s-]?\d){9}|[A-Za-z]:\\|\\\\")
_WORDS_RAW = re.compile(
    rb"""\s([\w:.-]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')""",
)
_WORTH = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}|&#|@|\d(?:[\s-]?\d){9}|[A-Za-z]:\\|\\\\")


def local(element: Any) -> str:
    """The name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def plain_utf8(data: bytes) -> bytes:
    """The part as UTF-8. Raises ``Unreadable`` for other encodings and document types: a way to hide and to bomb."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError:
            raise Unreadable(_BROKEN) from None
        data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).encode()
    declared = _DECLARED.match(data[:200].removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in _PLAIN or b"\x00" in data[:200]:
        raise Unreadable("文件内部使用了少见的编码，无法检查，请用WPS或Office重新另存后再上传")
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise Unreadable("文件内部带有外部引用的声明，可能有危险，请用WPS或Office重新另存后再上传")
    return data


def parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)


def tree(data: bytes) -> Any:
    """The root element. Raises ``Unreadable``."""
    try:
        root = etree.fromstring(plain_utf8(data), parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(_BROKEN) from error
    if root.tag.startswith(_STRICT):  # the same elements by other names, which every reader here would pass over
        raise Unreadable("文件是“严格Open XML”格式，无法检查，请在WPS或Office中另存为普通的.docx、.xlsx、.pptx后再上传")
    return root


def events(data: bytes, tags: tuple[str, ...], kinds: tuple[str, ...] = ("start", "end")) -> Iterator[tuple[str, Any]]:
    """The part's elements of these names, in the order of the text. Raises ``Unreadable``."""
    try:
        yield from etree.iterparse(
            BytesIO(plain_utf8(data)),
            events=kinds,
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=True,
            remove_comments=True,
            remove_pis=True,
        )
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(_BROKEN) from error


_FRAME = re.compile(rb"\s*(?:<\?xml[^>]*\?>\s*)?(<worksheet\b[^>]*>)")
_ROWS_END = b"</row>"
BLOCK = 4_000_000  # bytes of rows whose tree is in memory at a time


def rows_apart(data: bytes) -> tuple[bytes, bytes, list[bytes]]:
    """A sheet of a workbook: all but its rows, the tag of its root, and the rows, some at a time.

    Only where a byte search can tell rows from what looks so, which is so without comments, instructions and CDATA;
    of any other sheet the first is the whole, and nothing the rest.
    """
    began = _FRAME.match(data)
    first = data.find(b"<row")
    last = data.rfind(_ROWS_END, 0, max(data.find(b"</sheetData>"), 0)) + len(_ROWS_END)
    if (
        not began
        or not 0 < first < last
        or data.find(b"<sheetData", first, last) >= 0
        or data.find(b"<!") >= 0
        or data.find(b"<?", began.start(1)) >= 0
    ):
        return data, b"", []
    frame, blocks = data[:first] + data[last:], []
    while first < last:
        end = data.find(_ROWS_END, min(first + BLOCK, last - len(_ROWS_END)), last) + len(_ROWS_END)
        blocks.append(data[first:end])
        first = end
    return frame, began[1], blocks


def serialised(root: Any) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def remove(element: Any) -> None:
    """Take an element out; the text that follows it stays."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def unwrap(element: Any) -> None:
    """Take an element out and leave its children where it stood."""
    parent = element.getparent()
    at = parent.index(element)
    for child in list(element):
        parent.insert(at, child)
        at += 1
    remove(element)


# Text of paragraphs: Word's, DrawingML's and the rich text of spreadsheets have the same shape.


def nodes(paragraph: Any, leaf: str = "t") -> list[tuple[Any, str]]:
    """(element, its text) in order, without paragraphs inside (those of text boxes); breaks have no element."""
    found: list[tuple[Any, str]] = []
    leaves = (
        _LEAVES if leaf == "t" else tuple(tag.replace("}t", "}" + leaf) if tag == "{*}t" else tag for tag in _LEAVES)
    )
    inner: list[Any] = []
    for element in paragraph.iter(*leaves):
        name = local(element)
        if name == "p":
            if element is not paragraph and len(element):
                inner.append(element)
            continue
        if inner and any(ancestor in inner for ancestor in element.iterancestors("{*}p")):
            continue
        if name == leaf:
            if element.text:
                found.append((element, element.text))
        elif name != "tab" or local(element.getparent()) == "r":
            found.append((None, _BREAKS.get(name, "")))
    return found


def mask_nodes(parts: list[tuple[Any, str]], find: Find) -> bool:
    """Mask what is found in the joined text; true when something was."""
    pieces = [text for _, text in parts]
    whole = "".join(pieces)
    hits = find(whole) if whole.strip() else []
    if not hits:
        return False
    for (element, before), after in zip(parts, spread(pieces, hits), strict=True):
        if element is not None and after != before:
            element.text = after
            if after != after.strip() and local(element) == "t":
                element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return True


def strays(root: Any, read: Collection[str]) -> Iterator[str]:
    """Text beside that of the elements ``read``: comments, instructions, words where the format has no place."""
    for element in (*root.itersiblings(preceding=True), *root.itersiblings()):
        yield element.text or ""
    for element in root.iter():
        if element.text and element.tag not in read and not element.text.isspace():
            yield element.text
        if element.tail and not element.tail.isspace() and element is not root:
            yield element.tail


_CONTAINERS = {"p", "si", "is", "text"}


def units(root: Any) -> Iterator[list[tuple[Any, str]]]:
    """Each text of a part as its nodes: paragraphs whole, any other element's text alone, comments of XML too."""
    for element in (*root.itersiblings(preceding=True), *root.itersiblings()):
        yield [(element, element.text or "")]
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield [(element, element.text or "")]
            continue
        name = local(element)
        if name in _CONTAINERS:
            for leaf in ("t", "delText", "instrText"):
                if parts := nodes(element, leaf):
                    yield parts
            if name == "text" and element.text and element.text.strip():
                yield [(element, element.text)]
        elif name in ("t", "delText", "instrText"):
            if not any(local(ancestor) in _CONTAINERS for ancestor in element.iterancestors()) and element.text:
                yield [(element, element.text)]
        elif element.text and not element.text.isspace():
            yield [(element, element.text)]
        if element.tail and not element.tail.isspace() and element is not root:
            yield [(_Tail(element), element.tail)]


class _Tail:
    """The text after an element, to be masked like an element's own."""

    tag = "tail"

    def __init__(self, element: Any) -> None:
        self.element = element

    @property
    def text(self) -> str:
        return self.element.tail

    @text.setter
    def text(self, value: str) -> None:
        self.element.tail = value


def attributes(data: bytes) -> Iterator[tuple[str, str]]:
    """(name, value) of the attributes that people may have written in, straight from the bytes of the part."""
    seen: set[tuple[bytes, bytes]] = set()
    for match in _WORDS_RAW.finditer(data):
        name = match[1]
        value = match[2] if match[2] is not None else match[3]
        if not value or (name, value) in seen:
            continue
        if name.rpartition(b":")[2].decode("utf-8", "replace") in _FREE or _WORTH.search(value):
            seen.add((name, value))
            text = _unescaped(value.decode("utf-8", "replace"))
            if not name.startswith(b"xmlns") and people_wrote(name.decode("utf-8", "replace"), text):
                yield name.decode("utf-8", "replace"), text


def people_wrote(name: str, value: str) -> bool:
    return name.rpartition(":")[2].rpartition("}")[2] in _FREE or bool(_WORDS.search(value))


def mask_attributes(root: Any, find: Find) -> bool:
    changed = False
    for element in root.iter(etree.Element):
        for name, value in element.attrib.items():
            if people_wrote(name, value) and (hits := find(value)):
                element.set(name, "".join(spread([value], hits)))
                changed = True
    return changed


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape

    return unescape(text)
