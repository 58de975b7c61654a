"""Files as other programs write them: workbooks part by part, old BIFF8 workbooks in their container, bare archives."""

import struct
import zipfile
from io import BytesIO
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def sheet_xml(rows, merged=(), *, prefix="", head="", errors=()):
    """``rows``: number → values; ``merged``: references; ``errors``: references of cells that show an error."""
    mark = f"{prefix}:" if prefix else ""
    parts = [head, f"<{mark}worksheet xmlns{':' + prefix if prefix else ''}='{MAIN}'><{mark}sheetData>"]
    for number, values in rows.items():
        parts.append(f"<{mark}row r='{number}'>")
        for place, value in enumerate(values):
            reference = f"{chr(65 + place)}{number}"
            if reference in errors:
                parts.append(f"<{mark}c r='{reference}' t='e'><{mark}v>{escape(value)}</{mark}v></{mark}c>")
            elif isinstance(value, (int, float)):
                parts.append(f"<{mark}c r='{reference}'><{mark}v>{value}</{mark}v></{mark}c>")
            elif value is not None:
                inner = f"<{mark}is><{mark}t>{escape(value)}</{mark}t></{mark}is>"
                parts.append(f"<{mark}c r='{reference}' t='inlineStr'>{inner}</{mark}c>")
        parts.append(f"</{mark}row>")
    parts.append(f"</{mark}sheetData>")
    if merged:
        cells = "".join(f"<{mark}mergeCell ref='{one}'/>" for one in merged)
        parts.append(f"<{mark}mergeCells>{cells}</{mark}mergeCells>")
    return "".join([*parts, f"</{mark}worksheet>"])


def package(sheets, *, shared="", book="", others=(), compression=zipfile.ZIP_DEFLATED):
    """An xlsx of exactly these parts: ``sheets`` is name → XML; ``book`` stands in front of the list of sheets."""
    listed = "".join(f"<sheet name='{name}' sheetId='{at}' r:id='rId{at}'/>" for at, name in enumerate(sheets, 1))
    links = "".join(
        f"<Relationship Id='rId{at}' Type='{OFFICE}/worksheet' Target='worksheets/sheet{at}.xml'/>"
        for at in range(1, len(sheets) + 1)
    )
    if shared:
        links += f"<Relationship Id='rIdS' Type='{OFFICE}/sharedStrings' Target='sharedStrings.xml'/>"
    parts = {
        "[Content_Types].xml": f"<Types xmlns='{PACKAGE}/content-types'><Default Extension='xml' "
        "ContentType='application/xml'/></Types>",
        "_rels/.rels": f"<Relationships xmlns='{PACKAGE}/relationships'><Relationship Id='rId1' "
        f"Type='{OFFICE}/officeDocument' Target='xl/workbook.xml'/></Relationships>",
        "xl/workbook.xml": f"<workbook xmlns='{MAIN}' xmlns:r='{OFFICE}'>{book}<sheets>{listed}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships xmlns='{PACKAGE}/relationships'>{links}</Relationships>",
        **{f"xl/worksheets/sheet{at}.xml": xml for at, xml in enumerate(sheets.values(), 1)},
    }
    if shared:
        parts["xl/sharedStrings.xml"] = shared
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        for name, content in [*parts.items(), *others]:
            archive.writestr(name, content)
    return stream.getvalue()


# Old workbooks


def biff(sheets, *, records=b"", dimensions=None):
    """A BIFF8 stream: ``sheets`` is name → rows (number → values). ``records`` go into the globals.

    A value may be ("error", code) or ("formula error", code); ``dimensions``: the rectangle that each sheet claims.
    """
    numbers = b"".join(_record(0x00E0, struct.pack("<HHHHHHIIH", 0, form, 1, 0, 0, 0, 0, 0, 0)) for form in (0, 14))
    opening = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + records + numbers
    named = [_record(0x0085, struct.pack("<IBB", 0, 0, 0) + _text(name, "<B")) for name in sheets]
    bodies = [_sheet(rows, dimensions) for rows in sheets.values()]
    at = len(opening) + sum(map(len, named)) + 4
    listed = []
    for record, body in zip(named, bodies, strict=True):
        listed.append(record[:4] + struct.pack("<I", at) + record[8:])
        at += len(body)
    return b"".join([opening, *listed, _record(0x000A, b""), *bodies])


def container(streams):
    """The OLE container of old Office files: ``streams`` is name → bytes, each kept in whole sectors."""
    sector = 512
    data, starts, used = b"", {}, []
    for name, content in streams.items():
        content = content.ljust(max(4096, -(-len(content) // sector) * sector), b"\0")
        starts[name] = (len(used), len(content))
        count = len(content) // sector
        used += [len(used) + place + 1 for place in range(count - 1)] + [-2]
        data += content
    entries = [_entry("Root Entry", 5, -2, 0, 1)]
    names = list(streams)
    for place, name in enumerate(names):
        following = place + 2 if place + 1 < len(names) else -1
        entries.append(_entry(name, 2, *starts[name], following=following))
    directory = b"".join(entries).ljust(-(-len(entries) * 128 // sector) * sector, b"\0")
    first_of_directory = len(used)
    count = len(directory) // sector
    used += [len(used) + place + 1 for place in range(count - 1)] + [-2]
    tables = 1
    while tables * 128 < len(used) + tables:
        tables += 1
    first_table = len(used)
    used += [-3] * tables
    table = struct.pack(f"<{len(used)}i", *used).ljust(tables * sector, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack(
        "<HHHHH6xIIiIIiIiI", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, first_of_directory, 0, 4096, -2, 0, -2, 0
    )
    header += struct.pack("<109i", *[*range(first_table, first_table + tables), *[-1] * (109 - tables)])
    return header + data + directory + table


def xls(sheets, **options):
    return container({"Workbook": biff(sheets, **options)})


def _record(kind, body):
    return struct.pack("<HH", kind, len(body)) + body


def _text(text, length):
    return struct.pack(length, len(text)) + b"\x01" + text.encode("utf-16-le")


def _sheet(rows, dimensions):
    parts = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))]
    if dimensions:
        parts.append(_record(0x0200, struct.pack("<IIHHH", 0, dimensions[0], 0, dimensions[1], 0)))
    for number, values in rows.items():
        for column, value in enumerate(values):
            place = struct.pack("<HHH", number - 1, column, 0)
            if isinstance(value, tuple) and value[0] == "error":
                parts.append(_record(0x0205, place + bytes([value[1], 1])))
            elif isinstance(value, tuple) and value[0] == "formula error":
                parts.append(_record(0x0006, place + bytes([2, 0, value[1], 0, 0, 0, 255, 255]) + bytes(8)))
            elif isinstance(value, tuple):  # ("day", serial number)
                parts.append(_record(0x0203, place[:4] + struct.pack("<Hd", 1, value[1])))
            elif isinstance(value, (int, float)):
                parts.append(_record(0x0203, place + struct.pack("<d", value)))
            elif value is not None:
                parts.append(_record(0x0204, place + _text(value, "<H")))
    return b"".join([*parts, _record(0x000A, b"")])


def _entry(name, kind, start, size, child=-1, following=-1):
    written = name.encode("utf-16-le") + b"\0\0"
    head = written.ljust(64, b"\0") + struct.pack("<HBBiii", len(written), kind, 1, -1, following, child)
    return head + bytes(36) + struct.pack("<iII", start, size, 0)[:12]
