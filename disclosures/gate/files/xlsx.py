"""Workbooks (.xlsx): every cell with its address; hidden sheets, rows, columns, names, caches; copies without them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Context, Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, BinaryIO

from lxml import etree

from disclosures.gate.files import cells, opc
from disclosures.gate.files.cells import S
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, Passage, sample, spread
from disclosures.gate.files.formats import unseen_formats
from disclosures.gate.files.xml import events, local, nodes, plain_utf8, remove, rows_apart, serialised, strays, tree

MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_IN_CELLS = {f"{S}v", f"{S}t", f"{S}f"}
_COMMENTS = {"comments", "threadedComment", "vmlDrawing", "person"}
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_AREA = re.compile(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})")
_LONG_NUMBER = re.compile(r"[0-9]{11}")
_LONG_FORM = re.compile(r"-?[0-9]+\.?[0-9]*(?:[eE]\+?[0-9]{1,2})?")
_LONGEST_SHORT = 11  # characters; a number stored in fewer has fewer digits than those that are looked for
_FIFTEEN = Context(prec=15, rounding=ROUND_DOWN)
_MOST_DIGITS = 30
_WHOLE = 10**10  # above it the digits behind the point are what a calculation left
_LOWEST, _NARROWEST = 1.0, 0.2  # points of a row, characters of a column
_SHOWN_ROWS = 3  # addresses named in a finding


class _Sheet:
    def __init__(self, name: str, state: str, part: str, element: Any) -> None:
        self.name, self.state, self.part, self.element = name, state, part, element

    @property
    def is_hidden(self) -> bool:
        return self.state in ("hidden", "veryHidden")


def _sheets(package: opc.Package) -> list[_Sheet]:
    targets = {relationship.id: relationship.target for relationship in package.relationships(package.main)}
    return [
        _Sheet(sheet.get("name", ""), sheet.get("state", ""), targets.get(sheet.get(R_ID, ""), ""), sheet)
        for sheet in package.tree(package.main).iter("{*}sheet")
    ]


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    package = opc.Package(stream, MAIN)
    findings = Findings()
    strings = _shared_strings(package)
    unseen = unseen_formats(package)
    labels: dict[str, Any] = {}
    for sheet in _sheets(package):
        findings.say("工作表名称", sheet.name)
        labels[sheet.part] = None
        if sheet.part in package.names:
            _say_sheet(package, sheet, strings, unseen, findings)
    labels |= {part: None for part in package.names if part.endswith("sharedStrings.xml")}
    _unused(strings, findings)
    _names(package, findings)
    for part in sorted(package.names):
        if re.search(r"/(?:threadedC|c)omments?[^/]*\.xml$", part):
            _comments(package.tree(part), findings)
        elif "pivotCacheRecords" in part or "pivotCacheDefinition" in part and not part.endswith(".rels"):
            findings.hide(HiddenKind.PIVOT_CACHE, "数据透视表", "数据透视表里存着原始数据，删掉明细也还在")
        elif "/externalLinks/" in part and part.endswith(".xml"):
            findings.hide(HiddenKind.EXTERNAL_LINK, "外部链接", "存着从别的文件取来的数据")
        elif "/revisions/" in part and part.endswith(".xml"):
            findings.hide(HiddenKind.TRACKED_CHANGE, "修订记录", "共享工作簿的修订记录", cleanable=True)
    opc.inspect(package, findings, inner, labels)
    return findings.content


def _unused(strings: "_Strings", findings: Findings) -> None:
    left = [text for place, text in enumerate(strings) if place not in strings.used and text.strip()]
    for text in left:
        findings.say("没有用到的文字", text)
    if left:
        findings.hide(HiddenKind.LEFTOVER, "文件内部", f"存着{len(left)}段没有单元格用到的文字，可能是已删除的内容")


class _Strings(list[str]):
    """The texts that all sheets share, and the places of those that a cell shows."""

    def __init__(self, texts: list[str]) -> None:
        super().__init__(texts)
        self.used: set[int] = set()

    def at(self, place: str) -> str:
        if not place.isdigit() or int(place) >= len(self):
            return ""
        self.used.add(int(place))
        return self[int(place)]


def _shared_strings(package: opc.Package) -> _Strings:
    part = next((r.target for r in package.relationships(package.main) if r.kind == "sharedStrings"), "")
    if part not in package.names:
        return _Strings([])
    found: list[str] = []
    for _, item in events(package.data(part), (f"{S}si",), ("end",)):
        found.append("".join(text for _, text in nodes(item)))
        item.clear()
    return _Strings(found)


@dataclass
class _Looks:
    """What of a sheet shows: hidden columns (first, last), formats that show nothing, cells swallowed by others."""

    unseen: set[str]
    columns: list[tuple[int, int]] = field(default_factory=list)
    rows_are_hidden: bool = False
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)  # first and last column, first and last row

    def is_out_of_sight(self, column: int, row: int, hidden: set[int]) -> bool:
        """Whether it lies under a merged cell; a column that is hidden is added to ``hidden``."""
        if any(low <= column <= high for low, high in self.columns):
            hidden.add(column)
        return any(
            left <= column <= right and top <= row <= bottom and (column, row) != (left, top)
            for left, right, top, bottom in self.merged
        )


@dataclass
class _Unseen:
    """Where something stands that does not show."""

    filled: int = 0
    rows: list[int] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)
    cells: list[str] = field(default_factory=list)


def _say_sheet(package: opc.Package, sheet: _Sheet, strings: _Strings, unseen: set[str], findings: Findings) -> None:
    place = f"工作表“{sheet.name}”"
    frame, opening, blocks = rows_apart(plain_utf8(package.data(sheet.part)))
    root = tree(frame)
    looks = _looks(root, unseen)
    found = _Unseen()
    row = 0
    rows = (row for block in blocks for row in cells.rows(block, opening)) if blocks else cells.by_parser(root)
    for attributes, filled in rows:
        row = int(attributes.get("r") or row + 1)
        _say_row(attributes, filled, row, place, strings, looks, found, findings)
    _say_frame(root, place, findings)
    if sheet.is_hidden:
        if found.filled:
            findings.hide(HiddenKind.HIDDEN_SHEET, place, f"隐藏的工作表里有{found.filled}个单元格的内容")
    else:
        if found.rows:
            findings.hide(HiddenKind.HIDDEN_ROWS, place, f"隐藏或筛掉的行有内容：{_some(found.rows)}")
        if found.columns:
            letters = [_letters(number) for number in sorted(found.columns)]
            findings.hide(HiddenKind.HIDDEN_COLUMNS, place, f"隐藏的列有内容：{_some(letters)}")
    if found.cells:
        told = f"单元格的格式使内容看不见：{_some(found.cells)}，请改回正常格式或者删除"
        findings.hide(HiddenKind.HIDDEN_TEXT, place, told, cleanable=False)


def _say_row(
    attributes: dict[str, str],
    row_of_cells: list[cells.Cell],
    row: int,
    place: str,
    strings: _Strings,
    looks: _Looks,
    found: _Unseen,
    findings: Findings,
) -> None:
    column, said = 0, list[Passage]()
    located = looks.columns or looks.merged
    for address, style, kind, text, formula in row_of_cells:
        if located or not address:
            match = _ADDRESS.fullmatch(address)
            column = _number(match[1]) if match else column + 1
            address = f"{_letters(column)}{row}"
        if kind == "s":
            text = strings.at(text)
        elif len(text) > _LONGEST_SHORT and kind in ("", "n"):
            text = _plain_number(text)
        if formula and ('"' in formula or _LONG_NUMBER.search(formula)):
            findings.say(f"{place} {address}的公式", formula)
        if not text:
            continue
        said.append(Passage(f"{place} {address}", text, "\t" if said else ""))
        if located and looks.is_out_of_sight(column, row, found.columns) or style in looks.unseen:
            found.cells.append(address)
    if said:
        findings.say_all(said)
        found.filled += len(said)
        if _is_narrow(attributes, "hidden", "ht", _LOWEST) or looks.rows_are_hidden and "ht" not in attributes:
            found.rows.append(row)


def _looks(frame: Any, unseen: set[str]) -> _Looks:
    looks = _Looks(unseen)
    for element in frame.iter(f"{S}col", f"{S}sheetFormatPr", f"{S}mergeCell"):
        kind = local(element)
        if kind == "sheetFormatPr":
            looks.rows_are_hidden = _is_on(element.get("zeroHeight"))
        elif kind == "col" and _is_narrow(element, "hidden", "width", _NARROWEST):
            looks.columns.append((int(element.get("min", 0)), int(element.get("max", 0))))
        elif kind == "mergeCell" and (match := _AREA.fullmatch(element.get("ref", ""))):
            looks.merged.append((_number(match[1]), _number(match[3]), int(match[2]), int(match[4])))
    return looks


def _is_narrow(element: Any, flag: str, measure: str, least: float) -> bool:
    """Hidden, or so thin that nothing can be seen of it."""
    if _is_on(element.get(flag)):
        return True
    size = element.get(measure)
    try:
        return size is not None and float(size) < least
    except ValueError:
        return False


def _say_frame(frame: Any, place: str, findings: Findings) -> None:
    """What is not in a cell: headers and footers, lists to choose from, conditions, scenarios."""
    for text in strays(frame, _IN_CELLS):
        findings.say(f"{place}的页眉页脚或设置", text)
    opc.say_attributes(serialised(frame), findings, place)


def _plain_number(text: str) -> str:
    """A long number as its digits: a workbook stores an identity number typed as a number as 3.7E+17."""
    if _LONG_FORM.fullmatch(text):
        try:
            number = Decimal(text)
        except InvalidOperation:
            return text
        if "e" in text.lower():
            number = _FIFTEEN.create_decimal(number)  # as the program shows it, whoever wrote the file
        if number.adjusted() < _MOST_DIGITS:
            return str(int(number.quantize(Decimal(1)))) if abs(number) >= _WHOLE else text
    return text


def _is_on(value: str | None) -> bool:
    return value in ("1", "true")


@lru_cache(maxsize=20_000)
def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=20_000)
def _letters(number: int) -> str:
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _some(things: list[Any]) -> str:
    told = "、".join(map(str, things[:_SHOWN_ROWS]))
    return f"{told}等{len(things)}处" if len(things) > _SHOWN_ROWS else told


def _names(package: opc.Package, findings: Findings) -> None:
    for name in package.tree(package.main).iter(f"{S}definedName"):
        findings.say("定义的名称", f"{name.get('name', '')} {name.text or ''} {name.get('comment', '')}")
        if _is_on(name.get("hidden")) and "_FilterDatabase" not in name.get("name", ""):
            findings.hide(HiddenKind.HIDDEN_NAME, "定义的名称", f"隐藏的名称“{sample(name.get('name', ''))}”")


def _comments(root: Any, findings: Findings) -> None:
    for comment in root.iter("{*}comment", "{*}threadedComment"):
        text = "".join(text for _, text in nodes(comment)) or "".join(comment.itertext())
        findings.hide(HiddenKind.COMMENT, f"批注 {comment.get('ref', '')}", f"批注：{sample(text)}")


# Copies


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """Hidden sheets, rows, columns and names, comments, caches and links taken out."""
    package = opc.Package(stream, MAIN)
    book = package.tree(package.main)
    sheets = _sheets(package)
    gone = {place for place, sheet in enumerate(sheets) if sheet.is_hidden}
    if len(gone) < len(sheets):
        _drop_sheets(package, book, sheets, gone)
    for sheet in sheets:
        if not sheet.is_hidden and sheet.part in package.names:
            _drop_unseen(package.tree(sheet.part))
    for element in [e for e in book.iter(f"{S}definedName") if _is_on(e.get("hidden"))]:
        remove(element)
    for source, relationship in package.all_relationships():
        if relationship.kind in _COMMENTS | {"calcChain", "revisionHeaders", "usernames", "connections"}:
            package.cut(source, relationship, {"legacyDrawing"})
        elif relationship.kind in ("pivotTable", "pivotCacheDefinition", "externalLink"):
            package.cut(source, relationship, {"pivotCache", "externalReference"})
    for empty in [e for e in book.iter(f"{S}pivotCaches", f"{S}externalReferences") if not len(e)]:
        remove(empty)
    opc.clean(package)
    _blank_unused_strings(package)
    return package.save()


def _drop_sheets(package: opc.Package, book: Any, sheets: list[_Sheet], gone: set[int]) -> None:
    moved = {str(place): str(place - sum(other < place for other in gone)) for place in range(len(sheets))}
    for name in list(book.iter(f"{S}definedName")):
        local_to = name.get("localSheetId")
        if local_to is not None and local_to.isdigit() and int(local_to) in gone:
            remove(name)
        elif local_to in moved:
            name.set("localSheetId", moved[local_to])
        elif any(f"{sheets[place].name}" in (name.text or "") for place in gone):
            remove(name)
    for view in book.iter(f"{S}workbookView"):
        for attribute in ("activeTab", "firstSheet"):
            view.attrib.pop(attribute, None)
    targets = {relationship.id: relationship for relationship in package.relationships(package.main)}
    for place in gone:
        element = sheets[place].element
        relationship = targets.get(element.get(R_ID, ""))
        remove(element)
        if relationship is not None:
            package.unlink(package.main, relationship)


def _drop_unseen(root: Any) -> None:
    columns = [
        (int(col.get("min", 0)), int(col.get("max", 0)))
        for col in root.iter(f"{S}col")
        if _is_narrow(col, "hidden", "width", _NARROWEST)
    ]
    zero = any(_is_on(form.get("zeroHeight")) for form in root.iter(f"{S}sheetFormatPr"))
    for row in list(root.iter(f"{S}row")):
        if _is_narrow(row, "hidden", "ht", _LOWEST) or zero and not row.get("ht"):
            remove(row)
            continue
        if columns:
            for cell in list(row):
                match = _ADDRESS.fullmatch(cell.get("r", ""))
                if match and any(low <= _number(match[1]) <= high for low, high in columns):
                    row.remove(cell)
    for filtered in list(root.iter(f"{S}autoFilter")):
        remove(filtered)


def _blank_unused_strings(package: opc.Package) -> None:
    """The texts of what was taken out would stay in the list that all sheets share."""
    part = next((r.target for r in package.relationships(package.main) if r.kind == "sharedStrings"), "")
    if part not in package.names:
        return
    used = set()
    for sheet in _sheets(package):
        if sheet.part in package.names:
            for cell in package.tree(sheet.part).iter(f"{S}c"):
                value = cell.find(f"{S}v")
                if cell.get("t") == "s" and value is not None:
                    used.add(value.text)
    for place, item in enumerate(package.tree(part).iter(f"{S}si")):
        if str(place) not in used:
            for child in list(item):
                item.remove(child)
            etree.SubElement(item, f"{S}t")


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    """A number that is masked becomes a text; a formula that gave it is replaced by what it showed."""
    package = opc.Package(stream, MAIN)
    for sheet in _sheets(package):
        if sheet.part in package.names:
            for cell in _computed(package.tree(sheet.part)):
                value = cell.find(f"{S}v")
                text = _plain_number(value.text or "")
                if hits := find(text):
                    _write_text(cell, "".join(spread([text], hits)))
    opc.mask(package, find)
    for source, relationship in package.all_relationships():
        if relationship.kind == "calcChain":
            package.unlink(source, relationship)
    return package.save()


def _computed(root: Any) -> Iterator[Any]:
    for cell in root.iter(f"{S}c"):
        if cell.get("t", "n") in ("n", "str") and cell.find(f"{S}v") is not None:
            yield cell


def _write_text(cell: Any, text: str) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.set("t", "inlineStr")
    etree.SubElement(etree.SubElement(cell, f"{S}is"), f"{S}t").text = text
