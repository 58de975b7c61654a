"""A report saved as a web page: its tables, paragraphs and pictures in order. Nothing is fetched, nothing is run."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from reports.reading.grids import Block, Budget, Cell, Grid, Paragraph, Picture, Source, laid_out
from reports.reading.reading import Unreadable

MOST_CELLS = 20_000
MOST_TAGS = 200_000  # opening and closing
DEEPEST_TABLES = 8  # tables within tables
LONGEST_TEXT = 20_000  # characters of a cell or a paragraph that are kept
LONGEST_FIGURE = 300  # characters of a cell; one with more holds an article, not a figure
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_\-]{2,20})""", re.I)
_GB = {"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "hz-gb-2312", "euc-cn"}
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.I)
_UNSEEN = re.compile(r"visibility\s*:\s*hidden", re.I)
_SKIPPED = {"script", "style", "noscript", "template", "head", "title", "select", "option", "textarea", "svg", "iframe"}
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "section", "article", "header", "footer", "br",
    "tr", "td", "th", "table", "tbody", "thead", "tfoot", "center", "blockquote", "dd", "dt", "dl", "form", "caption",
    "hr", "pre", "main", "nav", "aside", "figure", "figcaption", "body", "html", "fieldset", "address",
}  # fmt: skip
_PICTURES = {"img", "image", "object", "embed", "canvas", "v:imagedata"}


def source_of(data: bytes, *, folded: bool = False) -> Source:
    """``folded``: with parts of the page that are not shown, though not hidden cells. Raises ``Unreadable``."""
    root = _tree(decoded(data))
    titles = [" ".join(title.itertext()) for title in list(root.iter("title"))[:2]]
    page = _Page(root, folded)
    blocks = list(page.blocks())
    says = [f"网页中有{page.hidden}个看不到的单元格，没有读取"] if page.hidden else []
    says += ["表格在网页收起的部分里，打开网页时看不到"] if folded else []
    return Source(blocks, titles, says)


def decoded(data: bytes) -> str:
    """As the page says it is written, or as it turns out to be: UTF-8 or one of the GB family."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:].decode("utf-8", "replace")
    declared = _DECLARED.search(data[:4096])
    named = declared[1].decode("ascii").lower() if declared else ""
    order = ["gb18030", "utf-8"] if named in _GB else ["utf-8", "gb18030"]
    texts = []
    for encoding in order:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            text = data.decode(encoding, "replace")
        else:
            if "信息" in text or text.isascii():
                return text
        texts.append(text)
    # A stray byte somewhere, or a wrong declaration: the reading that makes words.
    return max(texts, key=lambda text: (text.count("信息") + text.count("申请"), -text.count("\ufffd")))


def _tree(text: str) -> Any:
    lowered = text.lower()
    if lowered.count("<td") + lowered.count("<th") > MOST_CELLS:
        raise Unreadable(f"网页中的表格超过{MOST_CELLS}格，请只保存年度报告的页面后再试")
    if text.count("<") > MOST_TAGS:
        raise Unreadable("网页过于复杂，请只保存年度报告的页面后再试")
    # A declaration of its encoding would contradict the text that has been decoded; NUL ends a text for the parser.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text[:500]) + text[500:]
    text = text.replace("\0", "")
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, recover=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        raise Unreadable("文件里没有可以读取的网页内容，请在浏览器中打开年度报告页面，另存为网页后再试") from None
    if any("depth" in str(error.message).lower() for error in parser.error_log):
        raise Unreadable("网页一层套一层，嵌套太深，无法读取，请把报告正文复制到Word中另存后再试")
    return root


def _tag(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


class _Page:
    def __init__(self, root: Any, folded: bool) -> None:
        self.root, self.folded = root, folded
        self.budget = Budget()
        self.words: list[str] = []
        self.tables = 0
        self.hidden = 0

    def blocks(self) -> Iterator[Block]:
        """In the order of the page, without recursion: pages can be nested deeply."""
        open_tables = 0
        walker = etree.iterwalk(self.root, events=("start", "end"))
        for happening, element in walker:
            tag = _tag(element)
            if tag in _BLOCKS or tag in _PICTURES:
                yield from self._paragraph()
            if happening == "end":
                open_tables -= tag == "table"
                self.words.append(element.tail or "")
                continue
            if tag in _PICTURES:
                yield Picture()
            open_tables += tag == "table"
            if open_tables > DEEPEST_TABLES:
                raise Unreadable("网页的表格一层套一层，嵌套太深，无法读取，请把报告正文复制到Word中另存后再试")
            is_hidden = not self.folded and _is_hidden(element)
            if tag == "table" and not is_hidden:
                self.tables += 1
                grid = self._grid(element)
                yield grid
                if not _is_layout(element, grid):
                    walker.skip_subtree()  # figures are no text
                    continue
            if tag in _SKIPPED or is_hidden:
                walker.skip_subtree()
                continue
            self.words.append(element.text or "")
        yield from self._paragraph()

    def _paragraph(self) -> Iterator[Block]:
        text = "".join(self.words)
        self.words = []
        if text and not text.isspace():
            yield Paragraph(text[:LONGEST_TEXT])

    def _grid(self, table: Any) -> Grid:
        rows, hidden = _rows(table)
        self.hidden += sum(bool("".join(cell.itertext()).strip()) for cell in hidden)
        return laid_out([[_cell(cell) for cell in row] for row in rows], self.budget, f"第{self.tables}张表格")


def _is_layout(table: Any, grid: Grid) -> bool:
    """Does the table arrange a page, rather than hold figures?"""
    cells = list(grid.cells())
    return (
        len(cells) <= 3
        or any(len(cell.text) > LONGEST_FIGURE for cell in cells)
        or next(table.iterdescendants("table"), None) is not None
    )


def _rows(table: Any) -> tuple[list[list[Any]], list[Any]]:
    """The cells of the table's own rows, nested tables left out, and those not shown. Cells without a row make one."""
    rows: list[list[Any]] = []
    hidden: list[Any] = []
    loose: list[Any] | None = None
    stack = list(reversed(table))
    while stack:
        element = stack.pop()
        tag = _tag(element)
        if element is _END:
            loose = None
        elif tag == "table":
            continue
        elif _is_hidden(element):
            hidden += [element] if tag in ("td", "th") else element.iter("td", "th")
        elif tag == "tr":
            loose = []
            rows.append(loose)
            stack += [_END, *reversed(element)]
        elif tag in ("td", "th"):
            if loose is None:
                loose = []
                rows.append(loose)
            loose.append(element)
        elif tag:
            stack.extend(reversed(element))
    return rows, hidden


_END = etree.Element("end")


def _span(element: Any, name: str) -> int:
    found = re.match(r"\s*\+?(\d{1,9})", element.get(name) or "1")
    return int(found[1]) if found else 1


def _cell(element: Any) -> Cell:
    texts: list[str] = []
    picture = False
    inner = list(element.iter("table"))
    # A table inside the cell speaks for itself, unless all it holds is this cell's own text.
    skipped = {id(table) for table in inner if sum(1 for _ in table.iter("td", "th")) > 1}
    walker = etree.iterwalk(element, events=("start", "end"))
    for happening, part in walker:
        tag = _tag(part)
        if happening == "end":
            if part is not element:
                if tag in _BLOCKS:
                    texts.append("\n")
                texts.append(part.tail or "")
            continue
        if part is not element and (tag in _SKIPPED or _is_hidden(part) or id(part) in skipped):
            walker.skip_subtree()
            continue
        picture = picture or tag in _PICTURES
        if tag == "br":
            texts.append("\n")
        texts.append(part.text or "")
    rowspan = _span(element, "rowspan")
    return Cell(
        "".join(texts)[:LONGEST_TEXT].strip(),
        rowspan=rowspan if rowspan else 1_000_000,  # 0: to the end of the table
        colspan=max(1, _span(element, "colspan")),
        picture=picture,
        hidden=bool(_UNSEEN.search(element.get("style") or "")),
    )
