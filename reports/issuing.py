"""Issuing a report: figures, the records behind them, texts, verdicts, files and who, frozen together or not at all.

The files are made first, for a printing takes seconds and no lock should last that long. Then, in one transaction, the
report is frozen once more from the records as they are; only if that is exactly what was printed does it become final.
A process that dies on the way leaves a draft.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures import history
from disclosures.dates import told
from disclosures.gate import clearing
from disclosures.people import name_of
from disclosures.years import year_of
from reports import actions, document, justifications, kept_files, records
from reports.cells import label_of
from reports.models import AnnualReport, CountedRecords, ReportState
from reports.rendering.formats import KEPT, issued_files
from reports.sealing.digests import digest_of, sealed_of

ATTEMPTS = 3  # while clerks go on working on the records
Packed = dict[str, bytes]


def issue(*, report: AnnualReport, by: Any, on: date) -> AnnualReport:
    """Makes the report final. ``on`` is the day of issue, and of the signature where none was set.

    Raises ``ValidationError`` when an error is not answered for, the text holds personal data, the year is not over,
    the report does not wait to be signed, ``by`` may not sign or had a hand in it, or the records do not come to rest;
    and whatever the printing raises. Nothing has changed then.
    """
    if on <= year_of(report.year)[1]:
        raise ValidationError(f"{report.year}年还没有结束，年度报告应在{report.year + 1}年1月1日以后定稿")
    for _ in range(ATTEMPTS):
        report = AnnualReport.objects.select_related("agency").get(pk=report.pk)
        actions.may_sign(report, by)
        actions.require(report, ReportState.SUBMITTED)
        frozen, _ = _freeze(report, by, on)
        files = issued_files(document.thaw(frozen, ReportState.ISSUED))
        try:
            issued = _store(report, by, on, frozen, files)
        except IntegrityError as error:
            if "report_signed_by_another" not in str(error):
                raise
            raise ValidationError("审签人不能是编制人、提交人本人，请由另一位负责人审签") from None
        if issued is not None:
            return issued
    raise ValidationError("定稿过程中台账一直有改动，没有定稿，请稍后再试")


@transaction.atomic
def _store(
    report: AnnualReport, by: Any, on: date, frozen: Mapping[str, Any], files: Mapping[str, bytes]
) -> AnnualReport | None:
    """The final report, or None where it is no longer what was printed."""
    report = actions.lock(report)
    actions.require(report, ReportState.SUBMITTED)
    actions.may_sign(report, by)
    again, counted = _freeze(report, by, on)
    if again["digest"] != frozen["digest"]:
        return None
    report.state, report.issued_on, report.issued_by = ReportState.ISSUED, on, by
    report.signed_on = report.signed_on or on
    report.frozen, report.digest = frozen, frozen["digest"]
    report.save()
    _keep_records(report, counted)
    kept_files.store(report, {kind: (KEPT[kind].stored_name, content) for kind, content in files.items()})
    history.record(report, by=by, step="issue", what=f"审签定稿（{told(on)}）", details={"digest": report.digest})
    return report


def _keep_records(report: AnnualReport, counted: Packed) -> None:
    CountedRecords.objects.bulk_create(
        CountedRecords(report=report, cell=cell, packed=packed) for cell, packed in counted.items()
    )


def _freeze(report: AnnualReport, by: Any, on: date) -> tuple[dict[str, Any], Packed]:
    """The report as it would be issued now, and its records. Raises ``ValidationError`` where it may not be."""
    live = document.assemble(report)
    if faults := justifications.open_errors(live.results, live.justifications):
        raise ValidationError([f"没有定稿：{fault.message}（规则{fault.id}）" for fault in faults])
    clearing.require_clean(document.printed_texts(live), report.agency)
    assert live.computed is not None
    weights = records.weights_of(report.agency, report.year)
    if moved := records.at_odds(weights, live.computed):
        raise ValidationError(f"统计过程中台账有改动（{label_of(moved[0])}），没有定稿，请再试一次")
    frozen = document.freeze(replace(live, status=ReportState.ISSUED, issued_on=on, signed_on=report.signed_on or on))
    frozen["issued_by"] = name_of(by)
    counted = {cell: CountedRecords.pack(of_cell) for cell, of_cell in sorted(weights.items())}
    frozen["records"] = {
        "number": sum(map(len, weights.values())),
        "sha256": {cell: hashlib.sha256(packed).hexdigest() for cell, packed in counted.items()},
    }
    frozen["sealed"] = sealed_of(frozen)
    frozen["digest"] = digest_of(frozen)
    return frozen, counted
