"""The tables of a report that was read, to be shown: each number with what is wrong with it beside it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reports import checks
from reports.cells import TABLES, Heading, Table, label_of
from reports.checks import Sheet
from reports.reading import Note

SHOWN = 24  # characters of something that is no number
MARKS = {"unread": "读不出", "error": "不成立", "warning": "请核对"}


@dataclass(frozen=True)
class Marked:
    """A cell as the template writes it. ``tone``: ``unread``, ``error``, ``warning`` or empty; ``why``: in words."""

    text: str
    scope: str
    rowspan: int
    colspan: int
    code: str = ""
    tone: str = ""
    why: str = ""

    @property
    def mark(self) -> str:
        return MARKS.get(self.tone, "")


@dataclass(frozen=True)
class MarkedTable:
    key: str
    title: str
    head: tuple[tuple[Marked, ...], ...]
    body: tuple[tuple[Marked, ...], ...]
    row_label: str = ""


def marked_tables(
    tables: Mapping[str, Any],
    unread: Mapping[str, Note] | None = None,
    results: Iterable[checks.Result] = (),
    missing: Iterable[str] = (),
) -> list[MarkedTable]:
    """The tables that are there, as the form prints them."""
    sheet, absent = Sheet(tables), set(missing)
    wrong: dict[str, list[checks.Result]] = {}
    for result in checks.failures(results):
        wrong.setdefault(result.cell, []).append(result)
    return [_marked(table, sheet, unread or {}, wrong) for table in TABLES if table.key not in absent]


def _marked(
    table: Table, sheet: Sheet, unread: Mapping[str, Note], wrong: Mapping[str, list[checks.Result]]
) -> MarkedTable:
    def cell(part: Any) -> Marked:
        if isinstance(part, Heading):
            return Marked(part.text, part.scope, part.rowspan, part.colspan)
        value, note = sheet.raw(part.code), unread.get(part.code)
        failed = wrong.get(part.code, [])
        tone = "unread" if note else "error" if any(f.level == "error" for f in failed) else "warning" if failed else ""
        text = (note.shown if note else "") if value is None else str(value)
        why = note.message if note else "；".join(result.message for result in failed)
        return Marked(text[:SHOWN], "", 1, part.colspan, part.code, tone, why)

    return MarkedTable(
        table.key,
        table.title,
        tuple(tuple(map(cell, row)) for row in table.head),
        tuple(tuple(map(cell, row)) for row in table.body),
        "件数" if table.key == "disputes" else "",
    )


@dataclass(frozen=True)
class Compared:
    """A figure of two years; None where one of them has no number."""

    label: str
    before: Any
    now: Any

    @property
    def difference(self) -> str:
        if not isinstance(self.before, int) or not isinstance(self.now, int):
            return ""
        return f"{self.now - self.before:+d}" if self.now != self.before else "0"


def compared(now: Mapping[str, Any], before: Mapping[str, Any]) -> list[Compared]:
    """The sums of both years, those left out that are 0 or nothing in both."""
    mine, theirs = Sheet(now), Sheet(before)
    codes = [cell.code for table in TABLES for cell in table.cells if table.key == "proactive" or _is_sum(cell.code)]
    rows = [Compared(label_of(code), theirs.raw(code), mine.raw(code)) for code in codes]
    return [row for row in rows if any(value not in (None, 0, "0") for value in (row.before, row.now))]


def _is_sum(code: str) -> bool:
    return code.endswith(".total")
