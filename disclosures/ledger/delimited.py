"""CSV and its kin as a grid: text of whichever encoding and delimiter Chinese office programs write."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice

from disclosures.ledger.grids import Grid, Weigher
from disclosures.ledger.limits import Limits, UnusableFile

DELIMITERS = (",", "\t", ";", "，")
TRIED_ROWS = 15
MOST_COLUMNS = 16_384  # a spreadsheet's own; those without anything in them are not counted
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd\ufffe\uffff]")
# What exports put before a text so that no spreadsheet takes it for a formula or a number (ASVS 1.2.10).
ESCAPED = re.compile(r"'(?=[=+\-@\t\r＝＋－＠])|'(?=[0-9]+[Xx]?$)")
FORMULA = re.compile(r"[=+\-@\t\r＝＋－＠]")
KEPT_AS_TEXT = re.compile(r'="([^"]*)"')  # ="0012": a number that is to stay as it is written
WEB_PAGE = "这是网页格式的表格（有些业务系统导出的.xls就是这样），请用WPS或Excel打开，另存为.xlsx后再导入"
NO_TABLE = "不是Excel工作簿（.xlsx），也不是.xls或CSV表格；请用WPS或Excel打开，另存为.xlsx后再导入"


def grid(data: bytes, limits: Limits, familiar: Callable[[list[str]], int]) -> Grid:
    """``familiar`` counts the texts that may head a column. Record 1 is row 1, as a spreadsheet shows it.

    Raises ``UnusableFile``.
    """
    text = decoded(data)
    if re.match(r"\s*(<|MIME-Version:)", text):
        raise UnusableFile(WEB_PAGE)
    delimiter = _delimiter(text, familiar)
    table, weigher = Grid("CSV"), Weigher(limits)
    records = csv.reader(_lines(text, delimiter, limits), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(records, start=1):
            while record and not record[-1].strip():
                record.pop()
            if any(cell.strip() for cell in record):
                weigher.add(table, number, [_unescaped(cell) or None for cell in record])
    except csv.Error:
        raise UnusableFile(
            f"第{number + 1}行的引号不成对，分不清有几列；请补上引号，或用WPS、Excel改正后另存"
        ) from None
    return table


def decoded(data: bytes) -> str:
    """UTF-8 and UTF-16 with their marks or without, else GB18030, of which GBK is a part. Raises ``UnusableFile``."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00" or data[3:4] == b"\x00":
        encodings = ["utf-16-le"]
    elif data[:1] == b"\x00":
        encodings = ["utf-16-be"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not UNPRINTABLE.search(text):
            return text
    raise UnusableFile(NO_TABLE)


def _delimiter(text: str, familiar: Callable[[list[str]], int]) -> str:
    """The one by which a row of column names is found, else the one that makes the most columns."""
    best, chosen = (0, 1), ""
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(text[: 1 << 18], newline=""), delimiter=delimiter)
        found = (0, 0)
        with suppress(csv.Error):  # named with its row when the whole is read
            for head in islice(records, TRIED_ROWS):
                found = max(found, (familiar(head), len(head)))
        if found > best:
            best, chosen = found, delimiter
    if not chosen:
        raise UnusableFile(NO_TABLE)
    return chosen


def _lines(text: str, delimiter: str, limits: Limits) -> Iterator[str]:
    for number, line in enumerate(io.StringIO(text, newline=""), start=1):
        if line.count(delimiter) > MOST_COLUMNS:
            raise UnusableFile(f"第{number}行的列数远超过{limits.columns}列，请使用台账模板")
        yield line


def _unescaped(cell: str) -> str:
    if match := KEPT_AS_TEXT.fullmatch(cell.strip()):
        return match[1]
    return cell[1:] if ESCAPED.match(cell) else cell


def escaped(text: str) -> str:
    """``text`` as a cell of a CSV file, so that no spreadsheet takes it for a formula; ``_unescaped`` the way back."""
    return f"'{text}" if FORMULA.match(text) else text
