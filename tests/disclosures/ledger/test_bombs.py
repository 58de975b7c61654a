"""Hostile files are refused with what to do, and cost the process that meets them next to nothing (T06, T07)."""

import json
import random
import struct
import subprocess
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from disclosures.ledger import UnusableFile, for_pages, read, spreadsheets
from tests.disclosures.ledger.makers import MAIN, container, package, sheet_xml, xls

ROOT = Path(__file__).resolve().parents[3]
MEGABYTES = 150  # that a refusal may take
HEADERS = ["标题", "栏目", "发布渠道", "发布日期"]
GOOD = {1: HEADERS, 2: ["示例公告", "业务动态", "政府网站", "2022-03-01"]}
DAMAGED = "文件已损坏"
TOO_MANY_CELLS = "单元格过多"


def sheet(inner, *, head="", before=""):
    return f"{head}<worksheet xmlns='{MAIN}'>{before}<sheetData>{inner}</sheetData></worksheet>"


def archive(*parts, compression=zipfile.ZIP_DEFLATED):
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as file:
        for name, content in parts:
            file.writestr(name, content)
    return stream.getvalue()


def noise(length):
    """Text that packs badly, so that the ratio alone does not give a bomb away."""
    return random.Random(7).randbytes(length // 2 + 1).hex()[:length]


def inflated():
    return package({"公开信息": sheet_xml(GOOD)}, others=[("xl/media/image1.png", b"\0" * 200_000_000)])


def unpacked_but_not_dense():
    line = noise(4000)
    return archive(*((f"xl/media/{at}.txt", line + "0" * 1_000_000) for at in range(120)))


def rows_to_the_bottom():
    return package({"公开信息": sheet("<row/>" * 1_048_575)})


def rows_to_the_bottom_not_dense():
    rows = "".join(f"<row r='{at}'><c r='A{at}' s='{at * 7919 % 997}'/></row>" for at in range(1, 1_048_576))
    return package({"公开信息": sheet(rows)})


def empty_cells_with_styles():
    marks = noise(200_000)
    return package({"公开信息": sheet(f"<row r='1'>{''.join(f'<c s={mark!r}/>' for mark in marks)}</row>" * 12)})


def shared_texts():
    text = noise(3 * 1_400_000)
    texts = "".join(f"<si><t>{text[at : at + 3]}</t></si>" for at in range(0, len(text), 3))
    return package({"公开信息": sheet_xml(GOOD)}, shared=f"<sst xmlns='{MAIN}'>{texts}</sst>")


def one_text_in_many_cells():
    shared = f"<sst xmlns='{MAIN}'><si><t>{noise(32_000)}</t></si></sst>"
    row = "".join(f"<c r='{chr(65 + at)}{{0}}' t='s'><v>0</v></c>" for at in range(20))
    rows = "".join(f"<row r='{at}'>{row.format(at)}</row>" for at in range(1, 15_000))
    return package({"公开信息": sheet(rows)}, shared=shared)


def columns_to_the_right(value="<v>1</v>"):
    return package({"公开信息": sheet(f"<row r='1'>{f'<c>{value}</c>' * 16_384}</row>")})


def far_cell():
    return package({"公开信息": sheet("<row r='1'><c r='A1'><v>1</v></c></row><row r='1048576'><c r='H1048576'><v>1</v></c></row>")})  # noqa: E501  # fmt: skip


def many_sheets_with_far_cells():
    far = sheet("<row r='1'><c r='A1'><v>1</v></c></row><row r='400000'><c r='A400000'><v>1</v></c></row>")
    return package({f"表{at}": far for at in range(200)})


def reference(place):
    return package({"公开信息": sheet(f"<row r='1'><c r='{place}'><v>1</v></c></row>")})


def row_number(number):
    return package({"公开信息": sheet(f"<row r='{number}'><c><v>1</v></c></row>")})


def merged_cells():
    cells = "".join(f"<mergeCell ref='A{at}:A{at + 1}' x='{at * 7919 % 9973}'/>" for at in range(1, 200_000))
    return package({"公开信息": f"<worksheet xmlns='{MAIN}'><sheetData/><mergeCells>{cells}</mergeCells></worksheet>"})


def deep():
    text = "".join(f"<a{mark}>" for mark in noise(3_000_000))
    return package({"公开信息": sheet(text)})


def attributes():
    return package({"公开信息": sheet("<row " + " ".join(f"a{at}='1'" for at in range(2_000_000)) + "/>")})


ENTITY = "<!DOCTYPE x [<!ENTITY a '{}'>]>"
EXTERNAL = "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
FETCHED = "<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"
LAUGHS = (
    "<!DOCTYPE x [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {chr(98 + at)} '{f'&{chr(97 + at)};' * 10}'>" for at in range(9))
    + "]>"
)


def entity(declared, used="&a;"):
    return package({"公开信息": sheet(f"<row r='1'><c r='A1' t='str'><v>{used}</v></c></row>", head=declared)})


def entity_in(part, declared):
    content = f"{declared}<x>&a;</x>"
    if part == "xl/sharedStrings.xml":
        return package({"公开信息": sheet_xml(GOOD)}, shared=content)
    return package({"公开信息": sheet_xml(GOOD)}, others=[(part, content)])


def twice(first, second):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return package({"公开信息": sheet_xml(GOOD)}, others=[(first, "<a/>"), (second, "<b/>")])


def lying_size():
    """The directory says 100 bytes, and their checksum is right; the data goes on for a hundred megabytes."""
    content = b"<worksheet>" + b" " * 100_000_000
    data = bytearray(archive(("xl/worksheets/sheet1.xml", content)))
    honest = zipfile.crc32(content[:100])
    for signature, at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        place = data.index(signature)
        size = struct.unpack_from("<I", data, place + at + 4)[0]
        struct.pack_into("<III", data, place + at, honest, size, 100)
    lying = bytes(data)
    stored = BytesIO(package({"公开信息": sheet_xml(GOOD)}))
    with zipfile.ZipFile(stored) as whole:
        parts = [(entry.filename, whole.read(entry)) for entry in whole.infolist()]
    return _with_entry(archive(*(part for part in parts if "sheet1" not in part[0])), lying)


def _with_entry(base, other):
    """The archive ``base`` with the only entry of ``other`` put in front."""
    directory_at = other.index(b"PK\x01\x02")
    end_at = other.index(b"PK\x05\x06")
    first, listed = other[:directory_at], other[directory_at:end_at]
    base_directory, base_end = base.index(b"PK\x01\x02"), base.rindex(b"PK\x05\x06")
    moved = bytearray(base[base_directory:base_end])
    at = 0
    while at < len(moved):
        name, extra, comment = struct.unpack_from("<HHH", moved, at + 28)
        offset = struct.unpack_from("<I", moved, at + 42)[0]
        struct.pack_into("<I", moved, at + 42, offset + len(first))
        at += 46 + name + extra + comment
    count = struct.unpack_from("<H", base, base_end + 10)[0] + 1
    body = first + base[:base_directory]
    directory = listed + bytes(moved)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def encrypted_entries():
    data = bytearray(package({"公开信息": sheet_xml(GOOD)}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.index(signature)
        data[place + at] |= 1
    return bytes(data)


def corners(sheets):
    rows = {1: ["a"], 65_536: [*[None] * 255, "b"]}
    return xls({f"表{at}": rows for at in range(sheets)})


def cells_by_thousands():
    return ("标题,栏目\n" + "," * 9_000_000 + "x\n").encode()


BOMBS = {
    "inflated": (inflated, "解压后过大"),
    "unpacked": (unpacked_but_not_dense, "解压后过大"),
    "rows to the bottom": (rows_to_the_bottom, "解压后过大"),
    "rows to the bottom, stored": (rows_to_the_bottom_not_dense, "read 0"),
    "empty cells": (empty_cells_with_styles, TOO_MANY_CELLS),
    "shared texts": (shared_texts, TOO_MANY_CELLS),
    "one text in many cells": (one_text_in_many_cells, "内容过多"),
    "columns": (columns_to_the_right, "第16384列还有内容，超过60列"),
    "far cell": (far_cell, "第1048576行还有内容，超过20000行"),
    "many sheets": (many_sheets_with_far_cells, "超过20000行"),
    "row number": (lambda: row_number(99999999999), DAMAGED),
    "reference of a row": (lambda: reference("A99999999"), DAMAGED),
    "reference of a column": (lambda: reference("AAAAAAAAAA1"), DAMAGED),
    "merged cells": (merged_cells, TOO_MANY_CELLS),
    "deep": (deep, DAMAGED),
    "attributes": (attributes, DAMAGED),
    "quadratic entity": (lambda: entity(ENTITY.format("x" * 100_000), "&a;" * 100_000), DAMAGED),
    "multiplying entities": (lambda: entity(LAUGHS, "&j;"), DAMAGED),
    "entity of a file": (lambda: entity(EXTERNAL), DAMAGED),
    "document type fetched": (lambda: entity(FETCHED, "x"), DAMAGED),
    "entity in the texts": (lambda: entity_in("xl/sharedStrings.xml", EXTERNAL), DAMAGED),
    "entity in the styles": (lambda: entity_in("xl/styles.xml", EXTERNAL), DAMAGED),
    "entity in the properties": (lambda: entity_in("docProps/core.xml", EXTERNAL), DAMAGED),
    "two parts of one name": (lambda: twice("xl/a.xml", "xl/a.xml"), DAMAGED),
    "two names but for case": (lambda: twice("xl/a.xml", "XL/A.xml"), DAMAGED),
    "lying size": (lying_size, DAMAGED),
    "macros": (lambda: package({"公开信息": sheet_xml(GOOD)}, others=[("xl/vbaProject.bin", b"x")]), "含有宏"),
    "macros of old": (lambda: container({"Workbook": b"x", "_VBA_PROJECT": b"x"}), "含有宏"),
    "password": (lambda: container({"EncryptionInfo": b"x", "EncryptedPackage": b"x"}), "打开密码"),
    "password of old": (lambda: xls({"公开信息": GOOD}, records=struct.pack("<HHH", 0x2F, 2, 0)), "打开密码"),
    "password of the archive": (encrypted_entries, "设有密码"),
    "old, two corners on many sheets": (lambda: corners(40), "已损坏、结构异常"),
    "old, damaged": (lambda: container({"Workbook": b"\x09\x08\xff\xff" * 2000}), "已损坏、结构异常"),
    "old, another program": (lambda: container({"WordDocument": b"x"}), "不是Excel工作簿"),
    "a page by the name of xls": (lambda: "<html><table><tr><td>标题</td></tr></table></html>".encode(), "网页格式"),
    "XML by the name of xls": (lambda: b"<?xml version='1.0'?><Workbook/>", "网页格式"),
    "an archived page": (lambda: b"MIME-Version: 1.0\nX: a,b\n\n<table>", "网页格式"),
    "open document": (lambda: archive(("mimetype", "application/vnd.oasis.opendocument.spreadsheet")), "ODS"),
    "binary workbook": (lambda: archive(("xl/workbook.bin", b"x")), "xlsb"),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "不是Excel工作簿"),
    "commas": (cells_by_thousands, "远超过60列"),
    "one quote": (lambda: ('标题,栏目\n"' + "甲" * 3_000_000).encode(), "引号不成对"),
    "wide letters": (lambda: ("标题,栏目\n" + ("a" * 30_000 + ",😀\n") * 330).encode(), "read 1"),
    "claimed dimension": (
        lambda: package(
            {"公开信息": sheet("<row r='1'><c r='A1'><v>1</v></c></row>", before="<dimension ref='A1:XFD1048576'/>")}
        ),  # noqa: E501  # fmt: skip
        "read 1",
    ),
    "old, claimed dimension": (lambda: xls({"公开信息": GOOD}, dimensions=(65_536, 256)), "read 1|已损坏、结构异常"),
}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bombs")
    for name, (make, _) in BOMBS.items():
        (folder / name).write_bytes(make())
    command = [sys.executable, "-m", "tests.disclosures.ledger.reading_process", str(folder)]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(told.stdout)


@pytest.mark.parametrize("name", BOMBS)
def test_bomb_is_refused_with_what_to_do(answers, name):
    expected = BOMBS[name][1]

    assert any(part in answers[name]["told"] for part in expected.split("|"))


def test_bombs_take_little_memory(answers):
    assert max(answer["megabytes"] for answer in answers.values()) < MEGABYTES


def test_without_its_limit_a_bomb_would_be_read():
    """The twin: it is the number of cells, and nothing else, that stops this one."""
    wide_open = replace(for_pages(), rows=200_000)

    assert read(BytesIO(empty_cells_with_styles()), limits=wide_open).sheets == []


def test_the_reading_process_dies_alone():
    """Two far corners of an old sheet are half a gigabyte to its reader."""
    with pytest.raises(UnusableFile, match="结构异常"):
        spreadsheets.grids(corners(2), replace(for_pages(), reader_megabytes=256))

    assert spreadsheets.grids(corners(1), replace(for_pages(), reader_megabytes=2048, columns=256))
