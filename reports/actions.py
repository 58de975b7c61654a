"""Steps in the life of a report; each is one transaction, checked, and leaves who and when."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.gate import clearing
from reports import checks, document
from reports.models import FINAL, AnnualReport, ReportState


def digest_of(frozen: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of everything frozen but the digest itself."""
    content = {key: value for key, value in frozen.items() if key != "digest"}
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


@transaction.atomic
def submit(*, report: AnnualReport, by: Any) -> AnnualReport:
    """To the person who signs. Raises ``ValidationError`` unless it is being drafted."""
    report = _locked(report)
    _require(report, ReportState.DRAFT, ReportState.RETURNED)
    report.state = ReportState.SUBMITTED
    report.save(update_fields=["state", "updated_at"])
    return report


@transaction.atomic
def return_to_officer(*, report: AnnualReport, by: Any) -> AnnualReport:
    report = _locked(report)
    _require(report, ReportState.SUBMITTED)
    report.state = ReportState.RETURNED
    report.save(update_fields=["state", "updated_at"])
    return report


@transaction.atomic
def issue(*, report: AnnualReport, by: Any, on: date) -> AnnualReport:
    """Freeze figures, text and verdicts under a digest.

    Raises ``ValidationError`` when a rule of level error does not hold, the text holds personal data, the report is
    already final, or ``by`` is the person who drew it up or may not sign.
    """
    report = _locked(report)
    _require(report, ReportState.DRAFT, ReportState.SUBMITTED)
    if not access.can(by, Action.REVIEW, Area.REPORTS, report.agency):
        raise ValidationError("只有本机关负责人可以审签年度报告")
    if report.created_by_id == by.pk:
        raise ValidationError("审签人不能是编制人本人，请由另一位负责人审签")
    live = document.assemble(report)
    if faults := checks.failures(live.results, "error"):
        raise ValidationError([f"{fault.id} {fault.message}" for fault in faults])
    clearing.require_clean(document.printed_texts(live), report.agency)
    frozen = document.freeze(replace(live, status=ReportState.ISSUED, issued_on=on, signed_on=report.signed_on or on))
    frozen["digest"] = digest_of(frozen)
    report.state, report.issued_on, report.issued_by = ReportState.ISSUED, on, by
    report.signed_on = report.signed_on or on
    report.frozen, report.digest = frozen, frozen["digest"]
    report.save()
    return report


@transaction.atomic
def publish(*, report: AnnualReport, by: Any) -> AnnualReport:
    """On the portal. Raises ``ValidationError`` unless it is issued."""
    report = _locked(report)
    _require(report, ReportState.ISSUED)
    report.state = ReportState.PUBLISHED
    report.save(update_fields=["state", "updated_at"])
    return report


def _locked(report: AnnualReport) -> AnnualReport:
    return AnnualReport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=report.pk)


def _require(report: AnnualReport, *states: ReportState) -> None:
    if report.state not in states:
        allowed = "、".join(state.label for state in states)
        hint = "；定稿后的更正请另建新版本" if report.state in FINAL else ""
        raise ValidationError(f"报告现在是“{report.get_state_display()}”，只有“{allowed}”的报告可以这样操作{hint}")
