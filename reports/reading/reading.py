"""What was read of a report made elsewhere: its numbers, its text, and cell by cell what could not be read and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reports import checks
from reports.cells import CELLS, DISPUTE_GROUPS, DISPUTE_RESULTS, REQUEST_COLUMNS, REQUEST_ROWS, TABLES, label_of

TABLE_TITLES = {table.key: table.title for table in TABLES}
FORM_2019, FORM_2021 = "2019", "2021"
LAST_YEAR_OF_2019_FORM = 2020  # 国办公开办函〔2021〕30号 of 2021-09-26 replaced it from the report of 2021 on


class Unreadable(Exception):
    """The file is no report that can be read; the message says in Chinese why and what to do."""


class NothingFound(Unreadable):
    """The file could be read, and holds no table of the report."""


@dataclass(frozen=True)
class Note:
    """Something to say about the reading.

    ``kind``: ``unread`` (a cell of the form has no number), ``old`` (the form of 2019 does not have that cell),
    ``understood`` (read in a way worth saying), ``table``
    (a table is missing, doubled or has lines of its own), ``form`` (which form it is), ``text`` (title and text).
    ``shown``: what stands in the cell.
    """

    kind: str
    cell: str
    message: str
    shown: str = ""


@dataclass(frozen=True)
class Reading:
    """``tables`` have the shape of the open report format; a cell that is blank or cannot be read is None."""

    tables: Mapping[str, Any]
    agency: str = ""
    level: str | None = None
    year: int | None = None
    form: str = FORM_2021
    narrative: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    missing: tuple[str, ...] = ()  # keys of tables that are not there
    faults: tuple[checks.Result, ...] = ()  # STRUCT: what the form does not have

    def value(self, code: str) -> Any:
        """The number of a cell by its code, None where there is none."""
        return checks.Sheet(self.tables).raw(code)

    @property
    def unread(self) -> dict[str, Note]:
        """The cells without a number, and why."""
        return {note.cell: note for note in self.notes if note.kind in ("unread", "old") and note.cell}

    def document(self) -> dict[str, Any]:
        """As the open report format has it."""
        return {
            "agency": {"name": self.agency, "level": self.level},
            "year": self.year,
            "tables": self.tables,
            "counts": self.counts,
            "narrative": self.narrative,
        }

    def check(self, previous: Any = None, level: str | None = None) -> list[checks.Result]:
        """Every rule on what was read, against last year's (a ``Reading`` or anything ``checks.run`` takes).

        ``level``: of the agency; what the report itself tells where not given.
        """
        before = previous.document() if isinstance(previous, Reading) else previous
        level = level or self.level
        results = checks.run(self.document(), before, agency_level=level or "")
        if level is None and self.has_regulations:
            results = [_unjudged(result) if result.id == "A-RULE" else result for result in results]
        return self._told(results)

    @property
    def has_regulations(self) -> bool:
        return any(self.value(f"proactive.regulations.{column}") for column in ("issued", "repealed", "in_force"))

    def _told(self, results: list[checks.Result]) -> list[checks.Result]:
        """A missing table is one fault, not a hundred; a blank is told with what stands there."""
        told: list[checks.Result] = []
        for result in results:
            if result.id == "B-NONNEG" and result.holds is False:
                note = self.unread.get(result.cell)
                if result.cell.split(".")[0] in self.missing or (note and note.kind == "old"):
                    continue
                result = replace(result, message=note.message) if note else result
            if result.id == "STRUCT" and result.holds and (self.faults or self.missing):
                continue
            told.append(result)
        absent = [
            checks.Result("STRUCT", "error", False, key, f"没有读到“{TABLE_TITLES[key]}”表") for key in self.missing
        ]
        return [*absent, *self.faults, *told]


def _unjudged(result: checks.Result) -> checks.Result:
    return replace(result, holds=None, message="不知道本机关的级别，没有核对规章制定权，请指明机关级别")


def blank_tables() -> dict[str, Any]:
    """Every cell of the form, none read."""
    return {
        "proactive": {
            "regulations": dict.fromkeys(("issued", "repealed", "in_force")),
            "normative_documents": dict.fromkeys(("issued", "repealed", "in_force")),
            **dict.fromkeys(("licensing", "penalties", "coercion", "fees_wan_yuan")),
        },
        "requests": {row.key: dict.fromkeys(column.key for column in REQUEST_COLUMNS) for row in REQUEST_ROWS},
        "disputes": {group: dict.fromkeys(DISPUTE_RESULTS) for group in DISPUTE_GROUPS},
    }


class Collector:
    """Gathers cells and notes while a report is being read."""

    def __init__(self) -> None:
        self.tables = blank_tables()
        self.notes: list[Note] = []
        self.faults: list[checks.Result] = []

    def put(self, code: str, value: Any) -> None:
        *path, last = code.split(".")
        target: Any = self.tables
        for key in path:
            target = target[key]
        target[last] = value

    def unread(self, code: str, why: str, shown: str = "", *, old: bool = False) -> None:
        self.notes.append(Note("old" if old else "unread", code, f"{label_of(code)}：{why}", shown))

    def understood(self, code: str, what: str, shown: str = "") -> None:
        self.notes.append(Note("understood", code, f"{label_of(code)}：{what}", shown))

    def say(self, kind: str, message: str) -> None:
        if not any(note.kind == kind and note.message == message for note in self.notes):
            self.notes.append(Note(kind, "", message))

    def fault(self, message: str, cell: str = "") -> None:
        if not any(fault.message == message for fault in self.faults):
            self.faults.append(checks.Result("STRUCT", "error", False, cell, message))


def codes_of(table: str) -> list[str]:
    return [code for code in CELLS if code.startswith(f"{table}.")]
