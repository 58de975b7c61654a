"""A report as a Word document (.docx): its tables, paragraphs and pictures in order, as they are seen."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from disclosures.gate.files import Unreadable as Refused
from disclosures.gate.files import docx, opc
from disclosures.gate.files.xml import local
from reports.reading.grids import Block, Budget, Cell, Paragraph, Picture, Source, laid_out
from reports.reading.reading import Unreadable

W = docx.W
MOST_TEXT = 20 * 1024 * 1024
MOST_CELLS = 20_000
DEEPEST_TABLES = 8
LONGEST_TEXT = 20_000
_GONE = {"del", "moveFrom", "instrText", "delText", "rPr", "pPr", "Fallback"}
_PICTURES = {"drawing", "pict", "object"}
_THROUGH = {"body", "sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink"}


def source_of(data: bytes) -> Source:
    """Raises ``Unreadable``."""
    try:
        package = opc.Package(BytesIO(data), docx.MAIN)
        if package.names[package.main].file_size > MOST_TEXT:
            raise Unreadable("文档的内容过多，无法读取，请只保留年度报告后再试")
        root = package.tree(package.main)
    except Refused as refused:
        told = str(refused).replace("再上传", "再试")
        raise Unreadable(told.replace("不能上传", "不能读取").replace("不能公开", "不能读取")) from None
    if sum(1 for _ in root.iter(f"{W}tc")) > MOST_CELLS:
        raise Unreadable(f"文档中的表格超过{MOST_CELLS}格，无法读取，请只保留年度报告后再试")
    budget = Budget()
    blocks: list[Block] = []
    body = root.find(f"{W}body")
    for element in [] if body is None else _children(body):
        if local(element) == "tbl":
            blocks += _table(element, budget)
        else:
            blocks += _paragraph(element)
    return Source(blocks)


def _children(container: Any) -> Iterator[Any]:
    """Paragraphs and tables, those inside content controls and accepted insertions too."""
    stack = list(reversed(container))
    while stack:
        element = stack.pop()
        if local(element) in ("p", "tbl"):
            yield element
        elif local(element) in _THROUGH:
            stack.extend(reversed(element))


def _paragraph(paragraph: Any) -> list[Block]:
    text, picture = _text(paragraph)
    found: list[Block] = [Paragraph(text[:LONGEST_TEXT])] if text.strip() else []
    return [*found, Picture()] if picture else found


def _table(table: Any, budget: Budget, depth: int = 1) -> list[Block]:
    """The table, then what is nested in its cells; the text of a table that only arranges the page as paragraphs."""
    rows: list[list[Cell]] = []
    inner: list[Block] = []
    above: dict[int, Cell] = {}
    if depth > DEEPEST_TABLES:
        raise Unreadable("文档的表格一层套一层，嵌套太深，无法读取")
    for row in _rows(table):
        cells, above = _row(row, above)
        rows.append(cells)
        for cell in _cells(row):
            for nested in _children(cell):
                if local(nested) == "tbl":
                    inner += _table(nested, budget, depth + 1)
    grid = laid_out(rows, budget)
    count = sum(1 for _ in grid.cells())
    texts: list[Block] = []
    if inner or count <= 3 or any(len(cell.text) > 300 for cell in grid.cells()):
        texts = [Paragraph(line) for cell in grid.cells() for line in cell.text.split("\n") if line.strip()]
    return [grid, *texts, *inner]


def _rows(table: Any) -> Iterator[Any]:
    stack = list(reversed(table))
    while stack:
        element = stack.pop()
        if local(element) == "tr":
            if element.find(f"{W}trPr/{W}del") is None and element.find(f"{W}trPr/{W}hidden") is None:
                yield element
        elif local(element) in _THROUGH:
            stack.extend(reversed(element))


def _cells(row: Any) -> Iterator[Any]:
    stack = list(reversed(row))
    while stack:
        element = stack.pop()
        if local(element) == "tc":
            yield element
        elif local(element) in _THROUGH:
            stack.extend(reversed(element))


def _row(row: Any, above: dict[int, Cell]) -> tuple[list[Cell], dict[int, Cell]]:
    """The cells that begin in this row; those that continue a merged cell above make that one taller."""
    cells: list[Cell] = []
    column = 0
    below: dict[int, Cell] = {}
    before = _number(row.find(f"{W}trPr/{W}gridBefore"))
    if before:
        cells.append(Cell("", colspan=before))
        column += before
    for element in _cells(row):
        properties = element.find(f"{W}tcPr")
        span = _number(properties.find(f"{W}gridSpan")) if properties is not None else 0
        span = max(1, span)
        merge = properties.find(f"{W}vMerge") if properties is not None else None
        sideways = properties.find(f"{W}hMerge") if properties is not None else None
        if sideways is not None and sideways.get(f"{W}val", "continue") == "continue" and cells:
            cells[-1].colspan += span
        elif merge is not None and merge.get(f"{W}val", "continue") == "continue" and column in above:
            above[column].rowspan += 1
            below[column] = above[column]
        else:
            texts, pictures = [], False
            for inner in _children(element):
                if local(inner) == "p":
                    text, picture = _text(inner)
                    texts.append(text)
                    pictures = pictures or picture
            cell = Cell("\n".join(texts)[:LONGEST_TEXT].strip(), colspan=span, picture=pictures)
            cells.append(cell)
            if merge is not None:
                below[column] = cell
        column += span
    return cells, below


def _number(element: Any) -> int:
    value = "" if element is None else element.get(f"{W}val", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0


def _text(paragraph: Any) -> tuple[str, bool]:
    """The text of a paragraph as it is seen, revisions accepted, and whether a picture stands in it."""
    texts: list[str] = []
    picture = False
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        kind = local(element)
        if kind in _GONE:
            continue
        if kind in _PICTURES:
            picture = True
        elif kind == "t":
            texts.append(element.text or "")
        elif kind in ("br", "cr"):
            texts.append("\n")
        elif kind in ("tab", "ptab"):
            texts.append(" ")
        elif kind == "noBreakHyphen":
            texts.append("-")
        elif kind == "r" and _is_hidden(element):
            continue
        else:
            stack.extend(reversed(element))
    return "".join(texts), picture


def _is_hidden(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}vanish")
    return mark is not None and mark.get(f"{W}val", "true") not in ("0", "false", "off")
