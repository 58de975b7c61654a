"""Sheets of a workbook file (.xlsx, old .xls, WPS .et), read in a process of its own: all a bomb can end is that."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from disclosures.ledger.grids import TOO_MUCH, Grid, Weigher
from disclosures.ledger.limits import MEGABYTE, Limits, UnusableFile

WORKER = Path(__file__).with_name("spreadsheet_worker.py")
LONGEST_EXACT = 10**15  # a spreadsheet keeps no more digits of a number
UNREADABLE = "文件内容过多，或者已损坏、结构异常；请用WPS或Excel打开检查，拆分或重新另存为.xlsx后再试"


def grids(data: bytes, limits: Limits) -> list[Grid]:
    """Every worksheet, hidden ones too. Raises ``UnusableFile``."""
    weigher = Weigher(limits)
    found: list[Grid] = []
    for line in _lines(data, limits):
        if isinstance(line, list):
            number, cells = line
            weigher.add(found[-1], number, [_value(cell) for cell in cells])
        elif "sheet" in line:
            found.append(Grid(line["sheet"], line["hidden"], merged=_merged(line["merged"])))
        elif "refused" in line:
            raise UnusableFile(line["refused"])
        else:
            return found
    raise UnusableFile(UNREADABLE)


def _lines(data: bytes, limits: Limits) -> Iterator[Any]:
    """What the process tells, as it tells it. It is ended when nobody listens any more."""
    spec = find_spec("python_calamine")  # found, not imported: the library stays out of this process
    assert spec and spec.origin
    libraries = Path(spec.origin).parent.parent
    command = [sys.executable, "-I", "-S", str(WORKER), str(limits.reader_megabytes), str(limits.reader_seconds)]
    process = subprocess.Popen(
        [*command, str(libraries)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONIOENCODING": "utf-8"},
    )
    assert process.stdin and process.stdout
    try:
        _send(process.stdin, data)
        told = 0
        for line in process.stdout:
            told += len(line)
            if told > limits.unpacked_megabytes * MEGABYTE:  # one long text, shown in a million cells
                raise UnusableFile(TOO_MUCH)
            yield json.loads(line)
    except ValueError:
        return  # it died in the middle of a line
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


def _send(stream: IO[bytes], data: bytes) -> None:
    with suppress(BrokenPipeError):
        stream.write(data)
    with suppress(BrokenPipeError):
        stream.close()


def _value(cell: Any) -> Any:
    if isinstance(cell, list):
        moment = datetime.fromisoformat(cell[0])
        return date.fromisoformat(cell[0]) if len(cell[0]) == 10 else moment
    if isinstance(cell, float) and abs(cell) < LONGEST_EXACT and cell.is_integer():
        return int(cell)
    return None if cell == "" else cell


def _merged(ranges: list[list[int]]) -> dict[int, list[tuple[int, int]]]:
    found: dict[int, list[tuple[int, int]]] = {}
    for top, column, bottom, _ in ranges:
        found.setdefault(column + 1, []).append((top + 1, bottom + 1))
    return found
