"""A workbook into the records: all of it or nothing, with every fault named."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from import_export.results import RowResult
from tablib import Dataset

from disclosures import calendars
from disclosures.ledger.sheets import SAMPLES, LedgerResource, Sheet, Touched, sheets
from disclosures.ledger.widgets import is_blank
from disclosures.ledger.workbook import SheetRows, Workbook, normalised_header
from disclosures.models import Agency

IN_TEN_THOUSANDS = "金额以元填写，请换算后把列名改为“金额（元）”"


@dataclass(frozen=True, order=True)
class Fault:
    """What is wrong, where, in Chinese. ``row`` is the spreadsheet's; 0 speaks of the whole sheet."""

    sheet: str
    row: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.sheet} 第{self.row}行" if self.row else self.sheet
        return f"{place} {self.column}：{self.reason}" if self.column else f"{place}：{self.reason}"


@dataclass
class Counts:
    """Rows new, updated, left as they are, and at fault."""

    new: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0

    def __str__(self) -> str:
        return f"新增 {self.new}，更新 {self.updated}，跳过 {self.skipped}，失败 {self.failed}"


@dataclass
class ImportReport:
    counts: dict[str, Counts] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    written: bool = False
    # By sheet: cells of rows that are new, (record, edits) of rows that change, and every record that was touched.
    new_samples: dict[str, list[list[Any]]] = field(default_factory=dict)
    changed_samples: dict[str, list[tuple[str, dict[str, list[str]]]]] = field(default_factory=dict)
    touched: dict[str, list[Touched]] = field(default_factory=dict)


def import_workbook(
    workbook: Workbook,
    *,
    agency: Agency,
    by: Any = None,
    dry_run: bool = False,
    year: int | None = None,
    only: Iterable[str] | None = None,
    on_row: Callable[[], None] = lambda: None,
) -> ImportReport:
    """Writes every row, or, with a fault anywhere or ``dry_run``, none.

    ``by`` is the person (None for a command of the operator); ``year`` passes over rows that do not concern that year;
    ``only`` names the sheets that may be written, others are faults. ``on_row`` is called at each row; what it raises
    ends the import with nothing written.
    """
    report = ImportReport(notes=[*workbook.notes])
    known = {sheet.name: sheet for sheet in sheets()}
    allowed = set(known if only is None else only)
    given = {rows.name: rows for rows in workbook.sheets}
    for name, rows in given.items():
        if rows.trouble:
            report.faults.append(Fault(name, 0, "", rows.trouble))
        elif name not in known:
            report.faults.append(
                Fault(name, 0, "", f"不认识的工作表：不导入的请删除或隐藏，要导入的请改名为{'、'.join(known)}")
            )
        elif name not in allowed:
            report.faults.append(Fault(name, 0, "", "您没有导入这张表的权限，请联系负责人"))
    if not given:
        report.faults.append(Fault("工作簿", 0, "", "没有任何内容，请填写后再导入"))
    chosen = [known[name] for name in known if name in given and name in allowed and not given[name].trouble]
    # A check writes nothing, and others go on writing meanwhile; only rows that point to rows of the same workbook
    # must be written to be checked, and are rolled back.
    alone = dry_run and not any(set(sheet.points_to) & set(given) for sheet in chosen)
    with nullcontext() if alone else transaction.atomic(), calendars.held(for_writing=not alone):
        for sheet in chosen:
            resource = sheet.resource(agency, by, year, ours=workbook.ours)
            resource.dry, resource.on_row = alone, on_row
            _import_sheet(sheet, given[sheet.name], resource, report)
        report.faults.sort(key=lambda fault: (list(given).index(fault.sheet) if fault.sheet in given else 0, fault.row))
        if not alone and (report.faults or dry_run):
            transaction.set_rollback(True)
    report.written = not report.faults and not dry_run
    return report


def _import_sheet(sheet: Sheet, rows: SheetRows, resource: LedgerResource, report: ImportReport) -> None:
    counts = report.counts[sheet.name] = Counts()
    faults = list(_header_faults(sheet, rows, report))
    if faults:
        report.faults += faults
        counts.failed = len(rows.rows)
        return
    width = len(rows.headers)
    dataset = Dataset(headers=[_column_name(sheet, header) for header in rows.headers])
    numbers = []
    for number, cells in rows.rows:
        if any(not is_blank(cell) for cell in cells[width:]):
            report.faults.append(Fault(sheet.name, number, "", "表头右侧的空列里有内容，请删除或补上列名"))
        dataset.append(cells[:width])
        numbers.append(number)
    try:
        with nullcontext() if resource.dry else transaction.atomic():
            result = resource.import_data(dataset, numbers=numbers)
    except IntegrityError as error:
        report.faults.append(
            Fault(sheet.name, 0, "", f"与系统中已有的记录冲突，请核对后重试（{_constraint(sheet, error)}）")
        )
        counts.failed = len(numbers)
        return
    report.notes += resource.notes
    for column, written in resource.said_nothing.items():
        told = "、".join(f"“{words}”" for words in sorted(written))
        report.notes.append(f"{sheet.name}：“{column}”列的{told}按空白处理")
    report.new_samples[sheet.name] = resource.new_samples[:SAMPLES]
    report.changed_samples[sheet.name] = resource.changed_samples[:SAMPLES]
    report.touched[sheet.name] = resource.touched
    report.faults += (Fault(sheet.name, *fault) for fault in rows.faults)
    for number, row in zip(numbers, result.rows, strict=True):
        report.faults += _row_faults(sheet.name, number, row)
        _tally(counts, row)


def _is_empty(rows: SheetRows, place: int) -> bool:
    return all(len(cells) <= place or is_blank(cells[place]) for _, cells in rows.rows)


def _header_faults(sheet: Sheet, rows: SheetRows, report: ImportReport) -> Iterable[Fault]:
    known = {normalised_header(column.column_name): column for column in sheet.columns}
    for place, header in enumerate(rows.headers):
        if not header:
            if any(len(cells) > place and not is_blank(cells[place]) for _, cells in rows.rows):
                yield Fault(sheet.name, rows.header_row, "", f"第{place + 1}列有内容但没有列名")
        elif place in rows.ignored:
            continue
        elif header not in known and _is_empty(rows, place):
            report.notes.append(f"{sheet.name}：“{rows.written[place]}”列没有内容，未导入")
        elif header not in known:
            reason = IN_TEN_THOUSANDS if "万元" in header else "不认识的列，请删除该列或使用模板中的列名"
            yield Fault(sheet.name, rows.header_row, header, reason)
        elif (first := rows.headers.index(header)) != place:
            written = sorted({f"“{rows.written[first]}”", f"“{rows.written[place]}”"})
            reason = f"{'和'.join(written)}是同一列" if len(written) > 1 else "列名重复"
            yield Fault(sheet.name, rows.header_row, known[header].column_name, f"{reason}，请只保留一列")
    for header, column in known.items():
        if column.required and header not in rows.headers:
            yield Fault(sheet.name, rows.header_row, column.column_name, "缺少这一列")


def _column_name(sheet: Sheet, header: str) -> str:
    named = (column.column_name for column in sheet.columns if normalised_header(column.column_name) == header)
    return next(named, header)


def _row_faults(sheet: str, number: int, row: RowResult) -> Iterable[Fault]:
    error = row.validation_error
    if isinstance(error, ValidationError):
        for column, messages in error.message_dict.items():
            yield from (Fault(sheet, number, column, message) for message in messages)
    for failure in row.errors:
        raise failure.error  # a fault of ours, not of the file


def _tally(counts: Counts, row: RowResult) -> None:
    if row.validation_error:
        counts.failed += 1
    elif row.import_type == RowResult.IMPORT_TYPE_NEW:
        counts.new += 1
    elif row.import_type == RowResult.IMPORT_TYPE_UPDATE:
        counts.updated += 1
    else:
        counts.skipped += 1


def _constraint(sheet: Sheet, error: IntegrityError) -> str:
    """The message of the constraint that the database named, else nothing of its own words."""
    for model in (
        sheet.model,
        *(relation.related_model for relation in sheet.model._meta.get_fields() if relation.is_relation),
    ):
        for constraint in getattr(model, "_meta", sheet.model._meta).constraints:
            if constraint.name in str(error):
                return str(constraint.violation_error_message)
    return "编号或文号重复"
