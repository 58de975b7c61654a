"""An xlsx file looked over as a stream, before any library takes it in: is it what it says, and how much is it?

Only the parts that the reader will open are looked at, and every byte of them. Nothing here builds a tree.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from defusedxml import ElementTree

from disclosures.ledger.limits import MEGABYTE, Limits, UnusableFile

CHUNK = 1 << 18
LOCAL_HEADER = 30  # bytes before the name
DEEPEST = 40  # elements inside one another; a workbook has fewer than ten
LONGEST_TAG = 2 * CHUNK  # bytes of one tag with its attributes, which the parser must hold at once
SMALL_PART = 4 * MEGABYTE  # of the parts read whole: the list of sheets, its relations, the properties
LAST_ROW = 1_048_576  # the format's own
REFERENCE = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
BOOK, RELATIONS, CORE = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml"
SHARED = ("xl/sharedStrings.xml", "xl/styles.xml")

DAMAGED = "文件已损坏或不是Excel工作簿（.xlsx），请用WPS或Excel重新另存为.xlsx后再试"
TOO_LARGE = "文件解压后过大，疑似损坏，请新建工作簿粘贴数据后再导入"

TOO_MANY_CELLS = "工作簿的单元格过多（只有格式的空单元格也算），请删除表格下方和右侧的空行空列，或者拆分后再导入"


@dataclass
class SheetPart:
    """A sheet of the package, and what the look over found in it. Places are (row, column), counted from 1."""

    name: str
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncalculated: tuple[int, int] | None = None
    first_row: int = LAST_ROW
    last: tuple[int, int] = (0, 0)  # the last row and the last column that hold anything


@dataclass
class Package:
    sheets: list[SheetPart]
    category: str = ""
    from_1904: bool = False  # day 0 of its serial numbers


def examine(file: IO[bytes], limits: Limits) -> Package:
    """Raises ``UnusableFile`` where the file is no honest xlsx workbook or exceeds ``limits``."""
    entries = _entries(file, limits)
    if BOOK not in entries or RELATIONS not in entries:
        raise UnusableFile(DAMAGED)
    budget = _Budget(limits)
    _look_over(file, entries, (BOOK, RELATIONS, CORE, *SHARED), budget)
    package, parts = _sheets(*(_whole(file, entries[name]) for name in (BOOK, RELATIONS)))
    if CORE in entries:
        package.category = _category(_whole(file, entries[CORE]))
    if len(set(parts)) != len(parts) or not entries.keys() >= set(parts):
        raise UnusableFile(DAMAGED)
    for part, target in zip(package.sheets, parts, strict=True):
        _Scan(budget, part).read(_inflated(file, entries[target]))
        _refuse_excess(part, budget, limits)
    return package


def cell_name(row: int, column: int) -> str:
    """``(3, 28)`` is AB3."""
    letters = ""
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return f"{letters}{row}"


# The archive


def _entries(file: IO[bytes], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            listed = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error):
        raise UnusableFile(DAMAGED) from None
    unpacked = sum(entry.file_size for entry in listed)
    too_dense = unpacked > MEGABYTE and unpacked > size * limits.ratio
    if unpacked > limits.unpacked_megabytes * MEGABYTE or too_dense:
        raise UnusableFile(TOO_LARGE)
    entries = {entry.filename: entry for entry in listed}
    if len({name.replace("\\", "/").lower() for name in entries}) != len(listed):
        raise UnusableFile(DAMAGED)  # two parts of one name: readers disagree on which they mean
    if any(entry.flag_bits & 1 for entry in listed):
        raise UnusableFile("文件设有密码，请取消密码、另存后再导入")
    if any(re.search(r"vbaProject|macrosheets/", name, re.IGNORECASE) for name in entries):
        raise UnusableFile("文件中含有宏，请用WPS或Excel另存为不含宏的工作簿（.xlsx）后再导入")
    if "mimetype" in entries or "content.xml" in entries:
        raise UnusableFile("这是ODS表格，请用WPS或Excel另存为.xlsx后再导入")
    if "xl/workbook.bin" in entries:
        raise UnusableFile("这是.xlsb二进制工作簿，请用WPS或Excel另存为.xlsx后再导入")
    return entries


def _inflated(file: IO[bytes], entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of a part. Data that goes on past the size it declares is refused: other readers would go on too."""
    file.seek(entry.header_offset)
    header = file.read(LOCAL_HEADER)
    if len(header) < LOCAL_HEADER or header[:4] != b"PK\x03\x04" or entry.compress_type not in (0, 8):
        raise UnusableFile(DAMAGED)
    start = entry.header_offset + LOCAL_HEADER + int.from_bytes(header[26:28], "little")
    file.seek(start + int.from_bytes(header[28:30], "little"))
    packed, given = entry.compress_size, 0
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == 8 else None
    while packed > 0 and (raw := file.read(min(CHUNK, packed))):
        packed -= len(raw)
        while raw:
            try:
                chunk = inflater.decompress(raw, CHUNK) if inflater else raw
            except zlib.error:
                raise UnusableFile(DAMAGED) from None
            raw = inflater.unconsumed_tail if inflater else b""
            given += len(chunk)
            if given > entry.file_size:
                raise UnusableFile(DAMAGED)
            if chunk:
                yield chunk
    if given != entry.file_size or (inflater and not inflater.eof):
        raise UnusableFile(DAMAGED)


def _whole(file: IO[bytes], entry: zipfile.ZipInfo) -> bytes:
    if entry.file_size > SMALL_PART:
        raise UnusableFile(TOO_LARGE)
    return b"".join(_inflated(file, entry))


# The parts


class _Budget:
    """What is left of the workbook's cells, of its shared texts and of elements of any kind, over all parts."""

    def __init__(self, limits: Limits) -> None:
        self.cells, self.texts = limits.cells, limits.cells // 2
        self.merged = 100_000
        self.area = limits.cells  # the reader sets aside the whole rectangle of a sheet
        self.elements = 3 * limits.cells + 100_000

    def exceeded(self) -> bool:
        return min(self.cells, self.texts, self.merged, self.elements) < 0


class _Scan:
    """One pass over a part's XML. No document type is let in, and with it no entity."""

    def __init__(self, budget: _Budget, part: SheetPart) -> None:
        self.budget, self.part = budget, part
        self.depth = self.row = self.column = 0
        self.cell: dict[str, str] = {}
        self.formula = self.valued = False
        self.text: list[str] = []
        self.columns: dict[str, int] = {}
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse

    def read(self, chunks: Iterator[bytes]) -> None:
        given = 0
        try:
            for chunk in chunks:
                self.parser.Parse(chunk, False)
                given += len(chunk)
                if given - self.parser.CurrentByteIndex > LONGEST_TAG:
                    raise UnusableFile(DAMAGED)
            self.parser.Parse(b"", True)
        except (expat.ExpatError, ValueError, LookupError):  # the latter for encodings it does not know
            raise UnusableFile(DAMAGED) from None

    def _refuse(self, *declaration: Any) -> None:
        raise UnusableFile(DAMAGED)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        budget = self.budget
        budget.elements -= 1
        self.depth += 1
        if ":" in name:
            name = name.rpartition(":")[2]
        if name == "c":
            budget.cells -= 1
            self.cell, self.formula, self.valued = attributes, False, False
            self.column += 1
            if attributes.get("t") == "e":
                self._listen()
        elif name == "v" or name == "is":
            self.valued = True
        elif name == "f":
            self.formula = True
            if self.parser.CharacterDataHandler is None:
                self._listen()
            self.text.clear()
        elif name == "row":
            self.row, self.column = self.row + 1, 0
            if "r" in attributes:
                self.row = self._number(attributes["r"])
        elif name == "si":
            budget.texts -= 1
        elif name == "mergeCell":
            budget.merged -= 1
        if self.depth > DEEPEST:
            raise UnusableFile(DAMAGED)
        if budget.exceeded():
            raise UnusableFile(TOO_MANY_CELLS)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if name != "c" and not name.endswith(":c"):
            if self.formula and (name == "f" or name.endswith(":f")):
                self.text.clear()  # the formula itself; what follows is its result
            return
        if self.valued or self.formula:
            self._place()
        if self.parser.CharacterDataHandler is not None:
            self._result()

    def _place(self) -> None:
        """Where the cell stands: by its own reference, else after the one before."""
        reference = self.cell.get("r")
        if reference is not None:
            letters = reference.rstrip("0123456789")
            if letters not in self.columns:
                self.columns[letters] = self._column(reference)
            self.row, self.column = self._number(reference[len(letters) :]), self.columns[letters]
        if not 1 <= self.row <= LAST_ROW:
            raise UnusableFile(DAMAGED)
        part = self.part
        part.first_row = min(part.first_row, self.row)
        if self.row > part.last[0] or self.column > part.last[1]:
            part.last = max(part.last[0], self.row), max(part.last[1], self.column)

    def _result(self) -> None:
        self.parser.CharacterDataHandler = None
        kind, shown, place = self.cell.get("t"), "".join(self.text), (self.row, self.column)
        if kind == "e" and shown:
            self.part.errors[place] = shown.strip()
        elif self.formula and not shown.strip() and kind != "str":
            self.part.uncalculated = self.part.uncalculated or place

    def _listen(self) -> None:
        self.text.clear()
        self.parser.CharacterDataHandler = self.text.append

    @staticmethod
    def _number(digits: str) -> int:
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 7):
            raise UnusableFile(DAMAGED)
        return int(digits)

    @staticmethod
    def _column(reference: str) -> int:
        match = REFERENCE.fullmatch(reference)
        if not match:
            raise UnusableFile(DAMAGED)
        number = 0
        for letter in match[1]:
            number = number * 26 + ord(letter) - 64
        return number


def _look_over(file: IO[bytes], entries: dict[str, zipfile.ZipInfo], names: tuple[str, ...], budget: _Budget) -> None:
    for name in names:
        if name in entries:
            _Scan(budget, SheetPart(name)).read(_inflated(file, entries[name]))


def _refuse_excess(part: SheetPart, budget: _Budget, limits: Limits) -> None:
    last_row, last_column = part.last
    if part.uncalculated:
        place = cell_name(*part.uncalculated)
        raise UnusableFile(f"工作表“{part.name}”{place}是还没有计算结果的公式，请用WPS或Excel打开、保存后再导入")
    if last_column > limits.columns:
        raise UnusableFile(f"工作表“{part.name}”第{last_column}列还有内容，超过{limits.columns}列，请使用台账模板")
    budget.area -= max(0, last_row - part.first_row + 1) * last_column
    if budget.area < 0:
        raise UnusableFile(f"工作表“{part.name}”第{last_row}行还有内容，超过{limits.rows}行，请删除或拆分后再导入")


def _sheets(book: bytes, relations: bytes) -> tuple[Package, list[str]]:
    """The worksheets in their order, and the part of each."""
    try:
        root, links = ElementTree.fromstring(book), ElementTree.fromstring(relations)
    except (ElementTree.ParseError, ValueError, LookupError):
        raise UnusableFile(DAMAGED) from None
    target_of = {link.get("Id"): link for link in links}
    sheets, parts = [], []
    for sheet in _named(root, "sheet"):
        key = next((value for name, value in sheet.items() if name.endswith("}id")), None)
        link = target_of.get(key)
        if link is None or not (link.get("Type") or "").endswith("/worksheet"):
            continue  # a chart or a dialog
        target = (link.get("Target") or "").replace("\\", "/")
        sheets.append(SheetPart(sheet.get("name") or ""))
        parts.append(target[1:] if target.startswith("/") else f"xl/{target}")
    from_1904 = any(one.get("date1904") in ("1", "true") for one in _named(root, "workbookPr"))
    return Package(sheets, from_1904=from_1904), parts


def _category(core: bytes) -> str:
    try:
        root = ElementTree.fromstring(core)
    except (ElementTree.ParseError, ValueError, LookupError):
        return ""
    return next((one.text or "" for one in _named(root, "category")), "")


def _named(root: Any, name: str) -> Iterator[Any]:
    wanted: Callable[[Any], bool] = lambda element: element.tag.rpartition("}")[2] == name  # noqa: E731
    return filter(wanted, root.iter())
