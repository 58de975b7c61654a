"""Batch printing: the newest reports of all agencies beneath one in one package, made behind the page.

What was issued was printed then and is kept; only what was handed in as a file is printed here, several at a time.
"""

import logging
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils import timezone
from django_tasks import task

from disclosures import access, background
from disclosures.areas import Action, Area
from disclosures.models import Agency
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pool import Renderers
from reports import document, kept_files
from reports.document import ReportDocument
from reports.kept_files import DamagedFile
from reports.models import FINAL, AnnualReport, BatchState, Delivery, DeliveryState, IssuedFile, ReportBatch
from reports.rendering.html import print_page
from reports.rollup import exchange
from reports.rollup.hierarchy import in_order, makes_reports

State = BatchState
logger = logging.getLogger(__name__)
TOLD_EVERY = 0.5  # seconds between two signs of life
KEPT_FOR = timedelta(days=7)
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
LIST = "目录.txt"


class Cancelled(Exception):
    """The person no longer wants it."""


@dataclass(frozen=True)
class Job:
    """A report to print: one that stands here, or one that was handed in as a file."""

    agency: Agency
    report: AnnualReport | None = None
    delivery: int = 0


def start(*, agency: Agency, year: int, by: Any) -> ReportBatch:
    """Queues the batch; one that is under way for the same agency and year is given back instead.

    Raises ``ValidationError`` where the person may not, or no report below is issued.
    """
    _require_power(by, agency)
    forget_old()
    now = timezone.now()
    running = ReportBatch.objects.filter(agency=agency, year=year, state__in=(State.QUEUED, State.RUNNING))
    for batch in running:
        if not batch.is_interrupted(now):
            return batch
    total = len(jobs_of(agency, year)[0])
    if not total:
        raise ValidationError(f"下级还没有{year}年定稿的报告，没有可以生成的文件")
    batch = ReportBatch.objects.create(agency=agency, year=year, user=by, total=total)
    _run(batch)
    batch.refresh_from_db()
    return batch


def cancel(batch: ReportBatch) -> None:
    ReportBatch.objects.filter(pk=batch.pk, state__in=(State.QUEUED, State.RUNNING)).update(cancel_asked=True)
    ReportBatch.objects.filter(pk=batch.pk, state=State.QUEUED).update(
        state=State.CANCELLED, finished_at=timezone.now()
    )


def run_again(batch: ReportBatch) -> None:
    """Goes on with what died or was cancelled. Raises ``ValidationError`` while it is alive."""
    now = timezone.now()
    if batch.state != State.CANCELLED and not batch.is_interrupted(now):
        raise ValidationError("正在生成，请稍候")
    won = ReportBatch.objects.filter(pk=batch.pk, state=batch.state, alive_at=batch.alive_at).update(
        state=State.QUEUED, alive_at=now, cancel_asked=False, done=0, failures=[]
    )
    if won:
        _run(batch)


def _run(batch: ReportBatch) -> None:
    make.enqueue(batch.pk)
    background.wake()


def jobs_of(agency: Agency, year: int) -> tuple[list[Job], list[Agency]]:
    """What there is to print beneath ``agency``, in the order of the tree, and who has nothing. Three queries."""
    here = {
        report.agency_id: report
        for report in AnnualReport.objects.filter(agency__path__startswith=agency.path, year=year, state__in=FINAL)
        .select_related("agency")
        .defer("frozen")
        .order_by("version")
    }
    filed = dict(
        Delivery.objects.filter(to_agency__path__startswith=agency.path, year=year, report=None)
        .exclude(state=DeliveryState.RETURNED)
        .order_by("id")
        .values_list("agency_id", "pk")
    )
    jobs, missing = [], []
    for each in in_order(Agency.objects.within(agency).exclude(pk=agency.pk)):
        if each.pk in here:
            jobs.append(Job(each, report=here[each.pk]))
        elif each.pk in filed:
            jobs.append(Job(each, delivery=filed[each.pk]))
        elif makes_reports(each):
            missing.append(each)
    return jobs, missing


@task()
def make(pk: int) -> None:
    """Prints every report; one that cannot be printed is named and the rest still made."""
    won = ReportBatch.objects.filter(pk=pk, state=State.QUEUED).update(
        state=State.RUNNING, alive_at=timezone.now(), done=0, failures=[]
    )
    if not won:
        return
    batch = ReportBatch.objects.select_related("agency").get(pk=pk)
    jobs, missing = jobs_of(batch.agency, batch.year)
    ReportBatch.objects.filter(pk=pk).update(total=len(jobs))
    with tempfile.TemporaryFile() as file:
        try:
            _write(file, batch, jobs, missing)
        except Cancelled:
            ReportBatch.objects.filter(pk=pk, state=State.RUNNING).update(
                state=State.CANCELLED, finished_at=timezone.now()
            )
            return
        file.seek(0)
        name = batch.file.field.generate_filename(batch, "")  # type: ignore[attr-defined]
        stored = batch.file.storage.save(name, File(file))
    done = ReportBatch.objects.filter(pk=pk, state=State.RUNNING).update(
        state=State.DONE, file=stored, failures=batch.failures, done=len(jobs), finished_at=timezone.now()
    )
    if not done:
        batch.file.storage.delete(stored)


def _write(file: Any, batch: ReportBatch, jobs: list[Job], missing: list[Agency]) -> None:
    told = _Teller(batch.pk)
    lines = [f"{batch.agency.name}下级机关{batch.year}年政府信息公开工作年度报告", ""]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        listed: dict[Job, str] = {}
        for done, (job, pdf, fault) in enumerate(_printed(jobs), 1):
            if pdf is None:
                batch.failures.append({"agency": job.agency.name, "reason": fault})
                listed[job] = f"未能生成　{job.agency.name}：{fault}"
            else:
                name = _file_name(job.agency, batch.year)
                package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), pdf)
                listed[job] = name
            told(done, batch.failures)
        # They come as they are ready; the list has the order of the tree.
        lines += [listed[job] for job in jobs]
        lines += [f"没有定稿　{agency.name}" for agency in missing]
        package.writestr(zipfile.ZipInfo(LIST, (1980, 1, 1, 0, 0, 0)), "\r\n".join(lines).encode("utf-8-sig"))


def _file_name(agency: Agency, year: int) -> str:
    return UNSAFE.sub("_", f"{agency.name}{year}年政府信息公开工作年度报告（{agency.code}）.pdf")


Printed = tuple[Job, bytes | None, str]


def _printed(jobs: list[Job]) -> Iterator[Printed]:
    """Each job with its PDF, or why there is none: first what was kept on issuing, then the others as they end."""
    unkept = []
    for job in jobs:
        kept = job.report and IssuedFile.objects.filter(report=job.report, kind="pdf").first()
        if not kept:
            unkept.append(job)
            continue
        try:
            yield job, kept_files.read(kept), ""
        except DamagedFile as error:
            yield job, None, str(error)
    if unkept:
        yield from _rendered(unkept)


def _rendered(jobs: list[Job]) -> Iterator[Printed]:
    """Printed now, several at a time."""
    broken: list[Printed] = []

    def pages() -> Iterator[tuple[Job, str, dict[str, Any]]]:
        for job in jobs:
            try:
                yield job, print_page(_document(job), pool.font_faces()), {}
            except Exception:
                # One report must not cost the other ninety-nine; the operator finds why in the log.
                logger.exception("batch printing of %s", job.agency.code)
                broken.append((job, None, "程序出错，请把机关名称和时间告诉系统管理员"))

    try:
        with Renderers() as pool:
            for job, pdf in pool.render_all(pages()):
                yield (job, pdf, "") if isinstance(pdf, bytes) else (job, None, str(pdf))
    except FontsMissing as error:
        yield from ((job, None, str(error)) for job in jobs)
    yield from broken


def _document(job: Job) -> ReportDocument:
    if job.report:
        return document.of(job.report)
    return exchange.document_of(Delivery.objects.get(pk=job.delivery).document)


class _Teller:
    """Now and then says how many are done, and hears whether to stop. Raises ``Cancelled``."""

    def __init__(self, pk: int) -> None:
        self.pk, self.at = pk, time.monotonic()

    def __call__(self, done: int, failures: list[dict[str, str]]) -> None:
        if time.monotonic() - self.at < TOLD_EVERY:
            return
        self.at = time.monotonic()
        batch = ReportBatch.objects.filter(pk=self.pk)
        batch.update(done=done, failures=failures, alive_at=timezone.now())
        if batch.filter(cancel_asked=True).exists():
            raise Cancelled


def forget_old() -> None:
    """A package goes after a week; it can be made again."""
    for batch in ReportBatch.objects.filter(created_at__lt=timezone.now() - KEPT_FOR):
        if batch.file:
            batch.file.delete(save=False)
        batch.delete()


def _require_power(by: Any, agency: Agency) -> None:
    if not access.can(by, Action.EXPORT, Area.REPORTS, agency):
        raise ValidationError("您不能导出这个机关下级的年度报告")
