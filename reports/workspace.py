"""What the workspace shows of a report: each cell with its number, last year's, the records' own and its faults."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reports import checks, indicators, justifications, records
from reports.cells import CELLS, TABLES, Heading, Slot, Table, label_of
from reports.document import ReportDocument
from reports.figures import Figures, collect
from reports.models import AnnualReport


@dataclass(frozen=True)
class Fault:
    """A rule that does not hold: its number on the page, and the reason that was given for it."""

    number: int
    result: checks.Result
    reason: str
    reason_by: str
    may_be_justified: bool

    @property
    def blocks(self) -> bool:
        return self.result.level == "error" and not self.reason


@dataclass(frozen=True)
class LiveCell:
    """A place of the printed grid; a heading has a scope, a number has a code.

    ``before`` is last year's number as text, empty where there is none; ``computed`` what the records say, of an
    adjusted cell only.
    """

    text: str
    scope: str = ""
    rowspan: int = 1
    colspan: int = 1
    code: str = ""
    before: str = ""
    differs: bool = False
    computed: str = ""
    faults: tuple[Fault, ...] = ()
    label: str = ""

    @property
    def is_wrong(self) -> bool:
        return any(fault.result.level == "error" for fault in self.faults)


@dataclass(frozen=True)
class LiveTable:
    key: str
    title: str
    head: tuple[tuple[LiveCell, ...], ...]
    body: tuple[tuple[LiveCell, ...], ...]
    widths: tuple[int, ...]
    row_label: str
    faults: tuple[Fault, ...]


def faults_of(document: ReportDocument) -> tuple[Fault, ...]:
    """Errors first, in the order of the rules."""
    given = {(each["rule"], each["cell"]): each for each in document.justifications}
    broken = checks.failures(document.results, "error") + checks.failures(document.results, "warning")
    return tuple(
        Fault(
            number,
            result,
            given.get((result.id, result.cell), {}).get("reason", ""),
            given.get((result.id, result.cell), {}).get("by", ""),
            justifications.may_be_justified(result),
        )
        for number, result in enumerate(broken, start=1)
    )


def last_year(document: ReportDocument) -> checks.Sheet | None:
    """Last year's numbers; none where that year has nothing but zeros, which is nothing to compare with."""
    if document.previous is None:
        return None
    sheet = checks.sheet_of(document.previous)
    return sheet if any(sheet.raw(code) not in (None, 0, "0", "") for code in CELLS) else None


def live_tables(document: ReportDocument, faults: Iterable[Fault]) -> dict[str, LiveTable]:
    """The three tables by key. An issued report shows what was frozen, an adjusted cell also what the records say."""
    by_cell: dict[str, list[Fault]] = {}
    for fault in faults:
        by_cell.setdefault(fault.result.cell, []).append(fault)
    before = last_year(document)
    computed = {each["cell"]: each["computed"] for each in document.adjustments}

    def cell(part: Heading | Slot) -> LiveCell:
        if isinstance(part, Heading):
            return LiveCell(part.text, part.scope, part.rowspan, part.colspan)
        value, last = document.figures[part.code], before.raw(part.code) if before else None
        text, past = ("" if each is None else str(each) for each in (value, last))
        return LiveCell(
            text,
            colspan=part.colspan,
            code=part.code,
            before=past,
            differs=past not in ("", text),
            computed=computed.get(part.code, ""),
            faults=tuple(by_cell.get(part.code, ())),
            label=label_of(part.code),
        )

    def table(declared: Table) -> LiveTable:
        codes = {each.code for each in declared.cells}
        return LiveTable(
            declared.key,
            declared.title,
            tuple(tuple(map(cell, row)) for row in declared.head),
            tuple(tuple(map(cell, row)) for row in declared.body),
            tuple(range(declared.widths)),
            "件数" if declared.key == "disputes" else "",
            tuple(fault for code, found in by_cell.items() if code in codes for fault in found),
        )

    return {declared.key: table(declared) for declared in TABLES}


@dataclass(frozen=True)
class Moved:
    """A cell whose records have changed since the report was issued."""

    code: str
    label: str
    issued: str
    now: str


def moved_since(report: AnnualReport, live: Figures | None = None) -> list[Moved]:
    """定稿后变更, cell by cell: what the records say now where that is not what they said when it was issued.

    An adjusted cell is compared with what the records said then, not with the number that was set.
    """
    if report.frozen is None:
        return []
    live = live or collect(report.agency, report.year)
    then = figures_then(report.frozen)
    return [
        Moved(code, label_of(code), str(was), str(now))
        for code in CELLS
        if (was := then.raw(code)) != (now := live[code]) and str(was) != str(now)
    ]


def figures_then(frozen: Mapping[str, Any]) -> checks.Sheet:
    """What the records alone said when the report was issued; older reports did not keep that beside their tables."""
    return checks.sheet_of(frozen.get("computed") or frozen)


@dataclass(frozen=True)
class Changed:
    """A figure whose records are not those it counted when the report was issued; numbers of records."""

    code: str
    label: str
    added: int
    removed: int
    reweighed: int


def changed_records(report: AnnualReport) -> list[Changed]:
    """定稿后变更, record by record: also where the figure has stayed the same. Reads every record of the year."""
    then = {each.cell: each.weights for each in report.counted.all()}
    if not then and not (report.frozen or {}).get("records"):  # issued before records were kept
        return []
    return [
        Changed(
            change.code,
            label_of(change.code) if change.code in CELLS else indicators.find(change.code).label,
            len(change.added),
            len(change.removed),
            len(change.reweighed),
        )
        for change in records.changes(then, records.weights_of(report.agency, report.year))
    ]


def lists_are_whole(report: AnnualReport) -> bool:
    """Whether the lists of counted records are those that the digest covers."""
    expected = (report.frozen or {}).get("records", {}).get("sha256", {})
    kept = {each.cell: hashlib.sha256(bytes(each.packed)).hexdigest() for each in report.counted.all()}
    return not expected or kept == expected
