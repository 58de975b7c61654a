"""A report in the open format (JSON, docs/report-format.md), taken as it is: the rules say what is wrong with it."""

import json
from typing import Any

from reports.cells import CELLS, label_of
from reports.checks import Sheet
from reports.reading import words
from reports.reading.reading import TABLE_TITLES, Note, Reading, Unreadable
from reports.strict_json import too_deep


def read(data: bytes, name: str) -> Reading:
    """Raises ``Unreadable``."""
    try:
        report = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable(f"{name} 不是JSON文件") from None
    if not isinstance(report, dict) or not isinstance(report.get("tables"), dict):
        raise Unreadable(f"{name} 不是年度报告的开放格式：缺少 tables")
    if too_deep(report):
        raise Unreadable(f"{name} 的内容一层套一层，不是年度报告的开放格式")
    agency = report.get("agency")
    agency = agency if isinstance(agency, dict) else {}
    year, narrative, counts = report.get("year"), report.get("narrative"), report.get("counts")
    missing = tuple(key for key in TABLE_TITLES if not isinstance(report["tables"].get(key), dict))
    return Reading(
        tables=report["tables"],
        agency=_word(agency.get("name")),
        level=_word(agency.get("level")) or "department",
        year=year if isinstance(year, int) and not isinstance(year, bool) else None,
        narrative=narrative if isinstance(narrative, dict) else {},
        counts=counts if isinstance(counts, dict) else {},
        notes=tuple(_notes(report["tables"])),
        missing=missing,
    )


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _notes(tables: dict[str, Any]) -> list[Note]:
    sheet = Sheet(tables)
    found = []
    for code, cell in CELLS.items():
        value = sheet.raw(code)
        good = sheet.money(code) if cell.is_money else sheet.number(code)
        if good is None and code.split(".")[0] in tables:
            shown = "空白" if value in (None, "") else f"填的是“{words.shown(str(value)[:200])}”，不是数字"
            found.append(Note("unread", code, f"{label_of(code)}：{shown}", "" if value is None else str(value)[:20]))
    return found
