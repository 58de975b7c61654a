"""An import from upload to result: checked, confirmed once, written whole or not at all, and undone while that is safe.

The check takes no lock, tells how far it is and can be cancelled. The writing is one transaction together with the
state of the job: a process that dies leaves either all of it or nothing.
"""

import json
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from disclosures import access, background, history
from disclosures.areas import Action
from disclosures.ledger.fault_file import fault_workbook
from disclosures.ledger.importing import ImportReport, import_workbook
from disclosures.ledger.limits import UnusableFile
from disclosures.ledger.sheets import BATCH, IMPORTED, Sheet, sheets
from disclosures.ledger.workbook import Workbook, read
from disclosures.models import Agency, ImportedRow, LedgerImport, LedgerImportState

State = LedgerImportState
SMALL = 200 * 1024  # bytes; such a file is checked and written while the page waits
TOLD_EVERY = 0.5  # seconds between two signs of life
KEPT_FOR = timedelta(days=1)  # an upload that nobody confirms
REMEMBERED_FOR = timedelta(days=180)  # what an undo needs
LONGEST_REASON = 200


class Cancelled(Exception):
    """The person no longer wants the import."""


def sheets_for(user: Any, action: Action, agency: Agency) -> list[Sheet]:
    return [sheet for sheet in sheets() if access.can(user, action, sheet.area, agency)]


def start(*, upload: Any, agency: Agency, by: Any) -> LedgerImport:
    """Keeps the upload and has it checked."""
    forget_old()
    job = LedgerImport.objects.create(user=by, agency=agency, file=upload, name=upload.name[:200])
    _run(check, job, upload.size)
    job.refresh_from_db()
    return job


def confirm(job: LedgerImport) -> None:
    """Has a checked import written; once, however often it is asked."""
    won = LedgerImport.objects.filter(pk=job.pk, state=State.CHECKED).update(
        state=State.WAITING, rows_done=0, alive_at=timezone.now(), cancel_asked=False
    )
    if won:
        _run(write, job, job.file.size)


def cancel(job: LedgerImport) -> None:
    """Ends a check; a writing that has begun goes on to its end, which is seconds away."""
    LedgerImport.objects.filter(pk=job.pk, state__in=(State.QUEUED, State.CHECKING, State.WAITING)).update(
        cancel_asked=True
    )
    idle = LedgerImport.objects.filter(pk=job.pk, state__in=(State.QUEUED, State.WAITING, State.CHECKED))
    if idle.update(state=State.CANCELLED, finished_at=timezone.now()):
        _drop_file(job)


def run_again(job: LedgerImport) -> None:
    """What died is begun anew: nothing of it was written. Raises ``ValidationError`` while it is alive."""
    now = timezone.now()
    if not job.is_interrupted(now):
        raise ValidationError("正在处理，请稍候")
    anew = {State.QUEUED: State.QUEUED, State.CHECKING: State.QUEUED}.get(State(job.state), State.WAITING)
    won = LedgerImport.objects.filter(pk=job.pk, state=job.state, alive_at=job.alive_at).update(
        state=anew, alive_at=now, rows_done=0
    )
    if won:
        _run(check if anew == State.QUEUED else write, job, job.file.size)


def _run(work: Any, job: LedgerImport, size: int) -> None:
    if size <= SMALL:
        work.call(job.pk)
    else:
        work.enqueue(job.pk)
        background.wake()


# The work


@task()
def check(pk: int) -> None:
    """Reads and compares every row; writes none."""
    if not _claimed(pk, State.QUEUED, State.CHECKING):
        return
    job = LedgerImport.objects.select_related("agency", "user").get(pk=pk)
    try:
        workbook = _opened(job)
        report = _imported(job, workbook, dry_run=True)
    except UnusableFile as error:
        told: dict[str, Any] = {"counts": [], "faults": [["文件", 0, "", str(error)]], "notes": []}
        _finish(job, State.CHECKING, State.REFUSED, told)
        _drop_file(job)
        return
    except Cancelled:
        _finish(job, State.CHECKING, State.CANCELLED, {})
        _drop_file(job)
        return
    _finish(job, State.CHECKING, State.REFUSED if report.faults else State.CHECKED, as_json(report))


@task()
def write(pk: int) -> None:
    """Writes every row and remembers what it touched, or does nothing."""
    if not _claimed(pk, State.WAITING, State.WRITING):
        return
    job = LedgerImport.objects.select_related("agency", "user").get(pk=pk)
    workbook = _opened(job)
    with transaction.atomic():
        if not LedgerImport.objects.select_for_update().filter(pk=pk, state=State.WRITING).exists():
            return
        # The rights and the records may have changed since the check: both are asked anew.
        report = _imported(job, workbook, dry_run=False)
        if report.written:
            _remember(job, report)
            job.last_entry = history.last_entry()
        job.state = State.DONE if report.written else State.REFUSED
        job.result = as_json(report) | {"late": not report.written}
        job.finished_at = timezone.now()
        job.save(update_fields=["state", "result", "last_entry", "finished_at"])
    if report.written:
        _drop_file(job)


def write_faults(job: LedgerImport, out: IO[bytes]) -> None:
    """The rows at fault as a workbook to correct and upload again. Raises ``UnusableFile``, ``FileNotFoundError``."""
    workbook = _opened(job)
    allowed = [sheet.name for sheet in sheets_for(job.user, Action.IMPORT, job.agency)]
    report = import_workbook(workbook, agency=job.agency, by=job.user, dry_run=True, only=allowed)
    fault_workbook(out, workbook, report, every_row=True)


def _claimed(pk: int, waiting: State, working: State) -> bool:
    return bool(
        LedgerImport.objects.filter(pk=pk, state=waiting).update(state=working, alive_at=timezone.now(), rows_done=0)
    )


def _opened(job: LedgerImport) -> Workbook:
    with job.file.open("rb") as file:
        workbook = read(file, name=job.name)
    total = sum(len(sheet.rows) for sheet in workbook.sheets)
    LedgerImport.objects.filter(pk=job.pk).update(rows_total=total, alive_at=timezone.now())
    return workbook


def _imported(job: LedgerImport, workbook: Workbook, *, dry_run: bool) -> ImportReport:
    return import_workbook(
        workbook,
        agency=job.agency,
        by=job.user,
        dry_run=dry_run,
        only=[sheet.name for sheet in sheets_for(job.user, Action.IMPORT, job.agency)],
        on_row=_counter(job.pk) if dry_run else lambda: None,
    )


def _counter(pk: int) -> Callable[[], None]:
    """Counts rows; now and then says how many, and hears whether to stop. Raises ``Cancelled``."""
    done, told_at = 0, time.monotonic()

    def on_row() -> None:
        nonlocal done, told_at
        done += 1
        if done % 50 or time.monotonic() - told_at < TOLD_EVERY:
            return
        told_at = time.monotonic()
        LedgerImport.objects.filter(pk=pk).update(rows_done=done, alive_at=timezone.now())
        if LedgerImport.objects.filter(pk=pk, cancel_asked=True).exists():
            raise Cancelled

    return on_row


def _finish(job: LedgerImport, working: State, state: State, result: dict[str, Any]) -> None:
    LedgerImport.objects.filter(pk=job.pk, state=working).update(
        state=state, result=result, rows_done=models.F("rows_total"), finished_at=timezone.now()
    )


def as_json(report: ImportReport) -> dict[str, Any]:
    by_name = {sheet.name: sheet for sheet in sheets()}

    def plain(cells: list[Any]) -> list[str]:
        return [history.plain(cell) for cell in cells]

    return {
        "counts": [
            [name, counts.new, counts.updated, counts.skipped, counts.failed] for name, counts in report.counts.items()
        ],
        "faults": [[fault.sheet, fault.row, fault.column, fault.reason] for fault in report.faults],
        "notes": report.notes,
        "new": [
            [name, [column.column_name for column in by_name[name].columns], [plain(cells) for cells in samples]]
            for name, samples in report.new_samples.items()
            if samples
        ],
        "changed": [[name, samples] for name, samples in report.changed_samples.items() if samples],
    }


def _remember(job: LedgerImport, report: ImportReport) -> None:
    rows = (
        ImportedRow(
            job=job,
            sheet=name,
            record_id=touched.record,
            subject_id=touched.subject,
            added=touched.before is None,
            before="" if touched.before is None else json.dumps(touched.before, cls=DjangoJSONEncoder),
        )
        for name, several in report.touched.items()
        for touched in several
    )
    ImportedRow.objects.bulk_create(rows, batch_size=BATCH)


def _drop_file(job: LedgerImport) -> None:
    name, storage = str(job.file.name), job.file.storage
    transaction.on_commit(lambda: storage.delete(name))


def forget_old() -> None:
    """Uploads that nobody confirmed go with their files, and done work from the queue; what an undo needs, later."""
    now = timezone.now()
    unconfirmed = LedgerImport.objects.filter(created_at__lt=now - KEPT_FOR).exclude(
        state__in=(State.DONE, State.UNDONE)
    )
    for job in unconfirmed:
        job.file.delete(save=False)
        job.delete()
    ImportedRow.objects.filter(job__created_at__lt=now - REMEMBERED_FOR).delete()
    DBTaskResult.objects.finished().filter(finished_at__lt=now - KEPT_FOR).delete()


# Undo


def undo(*, job: LedgerImport, by: Any, reason: str) -> None:
    """Takes out what the import added and puts back what it changed, all of it or nothing.

    Raises ``ValidationError`` without a reason, where the person may no longer import, or where anything was done to
    the records since. Numbers that the import gave are not given again.
    """
    reason = reason.strip()
    if not reason:
        raise ValidationError("请填写撤销的原因")
    if len(reason) > LONGEST_REASON:
        raise ValidationError(f"原因不超过{LONGEST_REASON}字")
    with transaction.atomic():
        job = LedgerImport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=job.pk)
        if job.state != State.DONE:
            raise ValidationError(f"这次导入现在是“{job.get_state_display()}”，不能撤销")
        touched = {sheet: list(job.rows.filter(sheet=sheet.name)) for sheet in sheets()}
        if not any(touched.values()):
            raise ValidationError("这次导入没有新增或更新记录，或者已过了可以撤销的半年")
        allowed = sheets_for(by, Action.IMPORT, job.agency)
        _require_untouched(job, {sheet: rows for sheet, rows in touched.items() if rows}, allowed)
        try:
            # What points to other rows goes before what it points to.
            for sheet in reversed(sheets()):
                _take_back(sheet, job, touched[sheet], by, reason)
        except models.ProtectedError as error:
            first = next(iter(error.protected_objects))
            raise ValidationError(
                f"已有{first._meta.verbose_name}用到了这次导入的记录，不能整批撤销，请逐条处理"
            ) from None
        job.state, job.undo_reason, job.finished_at = State.UNDONE, reason, timezone.now()
        job.save(update_fields=["state", "undo_reason", "finished_at"])
        job.rows.all().delete()


def _require_untouched(job: LedgerImport, touched: dict[Sheet, list[ImportedRow]], allowed: list[Sheet]) -> None:
    for sheet, rows in touched.items():
        if sheet not in allowed:
            raise ValidationError(f"您没有导入“{sheet.name}”的权限，不能撤销")
        subject = sheet.resource.subject_model()
        later = 0
        for start in range(0, len(rows), BATCH):
            ids = [row.subject_id for row in rows[start : start + BATCH]]
            later += history.told_otherwise(subject, ids, step="", after=job.last_entry).distinct().count()
        if later:
            raise ValidationError(f"“{sheet.name}”中有{later}条在导入以后又办理、修改过，不能整批撤销，请逐条处理")


def _take_back(sheet: Sheet, job: LedgerImport, rows: Iterable[ImportedRow], by: Any, reason: str) -> None:
    rows = list(rows)
    if not rows:
        return
    resource = sheet.resource(job.agency, by)
    records = resource._meta.model._base_manager
    told = f"撤销导入：{reason}"[:200]
    subjects = sheet.resource.subject_model()._base_manager
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        of_batch = subjects.filter(pk__in={row.subject_id for row in batch}).select_related("agency")
        history.record_many(dict.fromkeys(of_batch, told), by=by, step=IMPORTED)
        before = {row.record_id: json.loads(row.before) for row in batch if not row.added}
        if before:
            resource.take_back_changes(list(resource.related(records.filter(pk__in=before))), before)
        resource.take_back_new(records.filter(pk__in=[row.record_id for row in batch if row.added]))
