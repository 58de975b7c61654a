"""Run by ``spreadsheets.py`` as a process of its own with no more memory and time than it is given.

Standard input is a workbook; standard output is a line of JSON for each sheet and for each of its rows that holds
anything, and a last line ``{"end": true}``. A line ``{"refused": …}`` says in Chinese why the file is not read.
"""

import io
import json
import resource
import struct
import sys

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
BEGIN, SHEET, FORMULA, BOOLEAN_OR_ERROR, PASSWORD = 0x0809, 0x0085, 0x0006, 0x0205, 0x002F


def main(megabytes: int, seconds: int, libraries: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.append(libraries)
    data = sys.stdin.buffer.read()
    errors = refuse_or_errors(data) if data.startswith(OLE) else {}
    tell_sheets(data, errors)


def tell(line: object) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False, default=dated))
    sys.stdout.write("\n")


def dated(value: object) -> object:
    """A day or a moment as a list of its text; a length of time or a time of day as text."""
    written = value.isoformat() if hasattr(value, "isoformat") else str(value)  # type: ignore[attr-defined]
    return [written] if hasattr(value, "year") else written


def refuse(reason: str) -> None:
    tell({"refused": reason})
    sys.stdout.flush()
    sys.exit()


def tell_sheets(data: bytes, errors: dict) -> None:
    import python_calamine

    book = python_calamine.load_workbook(io.BytesIO(data))
    for place, described in enumerate(book.sheets_metadata):
        if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(place)
        hidden = described.visible != python_calamine.SheetVisibleEnum.Visible
        merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or () if start[1] == end[1]]
        tell({"sheet": described.name, "hidden": hidden, "merged": merged})
        at_fault = errors.get(place, {})
        # The library gives every row from the first on, but columns only from the first that holds anything.
        left_out = [""] * (sheet.start[1] if sheet.start else 0)
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            faulty = at_fault.pop(number, None)
            if faulty or any(cell != "" for cell in cells):
                tell_row(number, left_out + cells, faulty)
        for number, faulty in sorted(at_fault.items()):
            tell_row(number, [], faulty)
    tell({"end": True})


def tell_row(number: int, cells: list, faulty: dict | None) -> None:
    for column, shown in (faulty or {}).items():
        cells += [""] * (column + 1 - len(cells))
        cells[column] = shown
    while cells and cells[-1] == "":
        cells.pop()
    tell([number, cells])


def refuse_or_errors(data: bytes) -> dict:
    """For an old workbook: sheet's place → row → column → the error shown there, which the library leaves blank."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(data)) as container:
        names = {"/".join(name) for name in container.listdir()}
        if "EncryptedPackage" in names:
            refuse("文件设有打开密码，请取消密码、另存后再导入")
        if any("VBA" in name.upper() for name in names):
            refuse("文件中含有宏，请用WPS或Excel另存为不含宏的工作簿（.xlsx）后再导入")
        stream = next((name for name in ("Workbook", "Book") if name in names), None)
        if stream is None:
            refuse("不是Excel工作簿，请用WPS或Excel打开，另存为.xlsx后再导入")
        records = container.openstream(stream).read()
    starts: list[int] = []
    errors: dict[int, dict[int, dict[int, str]]] = {}
    sheet, at = -1, 0
    while at + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, at)
        body = records[at + 4 : at + 4 + length]
        if kind == PASSWORD:
            refuse("文件设有打开密码，请取消密码、另存后再导入")
        elif kind == SHEET and length >= 4:
            starts.append(struct.unpack_from("<I", body)[0])
        elif kind == BEGIN:
            sheet = starts.index(at) if at in starts else -1
        elif sheet >= 0 and (code := error_in(kind, body)) is not None:
            row, column = struct.unpack_from("<HH", body)
            errors.setdefault(sheet, {}).setdefault(row + 1, {})[column] = ERRORS.get(code, "#VALUE!")
        at += 4 + length
    return errors


def error_in(kind: int, body: bytes) -> int | None:
    if kind == BOOLEAN_OR_ERROR and len(body) >= 8 and body[7] == 1:
        return body[6]
    if kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return body[8]
    return None


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
