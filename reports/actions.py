"""Steps in the life of a report but its issuing; each is one transaction and leaves who, when and why."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.gate import clearing
from disclosures.people import name_of
from reports import document, justifications, opening
from reports.cells import label_of
from reports.models import EDITABLE, FINAL, Adjustment, AnnualReport, Justification, ReportState, ReportText
from reports.money import decimal_text
from reports.rendering import chart_set

LONGEST_REASON = 200


@transaction.atomic
def submit(*, report: AnnualReport, by: Any) -> AnnualReport:
    """To the person who signs. Raises ``ValidationError`` unless it is being drafted."""
    report = lock(report)
    require(report, *EDITABLE)
    report.state, report.submitted_by = ReportState.SUBMITTED, by
    report.save(update_fields=["state", "submitted_by", "updated_at"])
    history.record(report, by=by, step="submit", what="提交审签")
    return report


@transaction.atomic
def take_back(*, report: AnnualReport, by: Any) -> AnnualReport:
    """The officer goes on writing. Raises ``ValidationError`` unless it waits to be signed."""
    report = lock(report)
    require(report, ReportState.SUBMITTED)
    report.state = ReportState.DRAFT
    report.save(update_fields=["state", "updated_at"])
    history.record(report, by=by, step="take_back", what="撤回提交")
    return report


@transaction.atomic
def return_to_officer(*, report: AnnualReport, by: Any, comment: str) -> AnnualReport:
    """Back to be mended. Raises ``ValidationError`` without a comment that says what."""
    comment = reason_given(comment, "退回意见")
    report = lock(report)
    require(report, ReportState.SUBMITTED)
    report.state = ReportState.RETURNED
    report.save(update_fields=["state", "updated_at"])
    history.record(report, by=by, step="return", what="退回修改", reason=comment)
    return report


@transaction.atomic
def publish(*, report: AnnualReport, by: Any, on: date) -> AnnualReport:
    """On the portal. Raises ``ValidationError`` unless it is issued."""
    report = lock(report)
    require(report, ReportState.ISSUED)
    report.state, report.published_on = ReportState.PUBLISHED, on
    report.save(update_fields=["state", "published_on", "updated_at"])
    history.record(report, by=by, step="publish", what=f"发布到门户（{told(on)}）")
    return report


@transaction.atomic
def correct(*, report: AnnualReport, by: Any, reason: str) -> AnnualReport:
    """A new version to be drafted beside the one that was issued, which stays as it is.

    Texts and adjustments are taken over; reasons for broken identities are to be given anew.
    Raises ``ValidationError`` without a reason, before the report is issued, or where a newer version exists.
    """
    reason = reason_given(reason, "更正原因")
    report = lock(report)
    clearing.require_clean({"更正原因": reason}, report.agency)
    if report.state not in FINAL:
        raise ValidationError("报告还没有定稿，可以直接修改，不需要另建更正版")
    if AnnualReport.objects.filter(corrects=report).exists():
        raise ValidationError(f"第{report.version}版已经另建了更正版，请在更正版中修改")
    correction = AnnualReport.objects.create(
        agency=report.agency,
        year=report.year,
        version=report.version + 1,
        corrects=report,
        correction_reason=reason,
        signed_on=None,
        children_due_on=report.children_due_on,
        created_by=by,
    )
    ReportText.objects.bulk_create(
        ReportText(report=correction, section=text.section, text=text.text) for text in report.texts.all()
    )
    for adjustment in report.adjustments.all():
        adjustment.pk, adjustment.report = None, correction
        adjustment.save(force_insert=True)
    history.record(report, by=by, step="correct", what=f"另建第{correction.version}版更正", reason=reason)
    history.record(correction, by=by, step="add", what=f"更正第{report.version}版", reason=reason)
    return correction


@transaction.atomic
def discard(*, report: AnnualReport, by: Any) -> AnnualReport:
    """Gives up a correction that was never issued; returns the version it was to correct."""
    report = lock(report)
    corrected = report.corrects
    if corrected is None:
        raise ValidationError("只有尚未定稿的更正版可以放弃")
    require(report, *EDITABLE)
    history.record(corrected, by=by, step="discard", what=f"放弃第{report.version}版更正")
    report.delete()
    return corrected


# What the officer says beside the figures


@transaction.atomic
def adjust(*, report: AnnualReport, by: Any, cell: str, value: Decimal, reason: str, source: str) -> Adjustment:
    """Sets a cell to a number from outside the records, or the number set before to another."""
    report = editable(report)
    before = report.adjustments.filter(cell=cell).first()
    adjustment = before or Adjustment(report=report, cell=cell)
    was = decimal_text(adjustment.value) if before else "台账统计数"
    adjustment.value, adjustment.reason, adjustment.source, adjustment.by = value, reason, source, by
    adjustment.full_clean()
    adjustment.save()
    edits = {label_of(cell): [was, decimal_text(value)]}
    history.record(
        report, by=by, step="adjust", what=f"调整数据：{label_of(cell)}", reason=reason, details={"edits": edits}
    )
    return adjustment


@transaction.atomic
def carry_over(*, report: AnnualReport, by: Any) -> int:
    """Lays last year's 结转 of the former report over 上年结转; how many cells that set."""
    report = editable(report)
    carried = opening.carry_over_adjustments(report)
    for each in carried:
        adjust(report=report, by=by, cell=each.cell, value=Decimal(each.value), reason=each.reason, source=each.source)
    return len(carried)


@transaction.atomic
def reset(*, report: AnnualReport, by: Any, cell: str) -> None:
    """Back to what the records say; nothing where it was not adjusted."""
    report = editable(report)
    adjustment = report.adjustments.filter(cell=cell).first()
    if adjustment is None:
        return
    edits = {label_of(cell): [decimal_text(adjustment.value), "台账统计数"]}
    adjustment.delete()
    history.record(report, by=by, step="reset", what=f"恢复台账统计数：{label_of(cell)}", details={"edits": edits})


@transaction.atomic
def justify(*, report: AnnualReport, by: Any, rule: str, cell: str, reason: str) -> Justification:
    """Answers for an identity that does not hold. Raises ``ValidationError`` where it holds or cannot be justified."""
    reason = reason_given(reason, "说明")
    report = lock(report)
    require(report, *EDITABLE, ReportState.SUBMITTED)
    broken = [each for each in document.assemble(report).results if (each.id, each.cell) == (rule, cell)]
    if not any(justifications.may_be_justified(each) for each in broken):
        raise ValidationError("这一项没有错误，或者必须在报告中改正，不能以说明代替")
    justification, _ = Justification.objects.update_or_create(
        report=report, rule=rule, cell=cell, defaults={"reason": reason, "by": by, "by_name": name_of(by)}
    )
    history.record(report, by=by, step="justify", what=f"说明{rule}不成立：{label_of(cell)}"[:200], reason=reason)
    return justification


@transaction.atomic
def withdraw_justification(*, report: AnnualReport, by: Any, rule: str, cell: str) -> None:
    report = lock(report)
    require(report, *EDITABLE, ReportState.SUBMITTED)
    if report.justifications.filter(rule=rule, cell=cell).delete()[0]:
        history.record(report, by=by, step="unjustify", what=f"撤回对{rule}的说明：{label_of(cell)}"[:200])


@transaction.atomic
def choose_charts(*, report: AnnualReport, by: Any, keys: Iterable[str]) -> None:
    """The charts that the report shows. Raises ``ValidationError`` for what is no chart."""
    report, keys = editable(report), list(keys)
    if any(key not in chart_set.CHARTS for key in keys):
        raise ValidationError("没有这种图表，请在列出的图表中选择")
    chosen = report.texts.filter(section=chart_set.SECTION)
    before = chart_set.read(chosen.values_list("text", flat=True).first())
    defaults = {"text": chart_set.written(keys)}
    ReportText.objects.update_or_create(report=report, section=chart_set.SECTION, defaults=defaults)
    edits = {"图表": [chart_set.told(before), chart_set.told(keys)]}
    history.record(report, by=by, step="charts", what="选择图表", details={"edits": edits})


# Common to all steps


def lock(report: AnnualReport) -> AnnualReport:
    """The row as it is now, held until the transaction ends. Raises ``ValidationError`` where it is gone."""
    held = (
        AnnualReport.objects.select_for_update(of=("self",))
        .select_related("agency", "corrects")
        .filter(pk=report.pk)
        .first()
    )
    if held is None:
        raise ValidationError("这份报告已经不存在，请返回列表")
    return held


def editable(report: AnnualReport) -> AnnualReport:
    """Locked, and still being written. Raises ``ValidationError``."""
    report = lock(report)
    require(report, *EDITABLE)
    return report


def require(report: AnnualReport, *states: ReportState) -> None:
    if report.state not in states:
        allowed = "、".join(state.label for state in states)
        hint = "；定稿后的更正请另建更正版" if report.state in FINAL else ""
        raise ValidationError(f"报告现在是“{report.get_state_display()}”，只有“{allowed}”的报告可以这样操作{hint}")


def reason_given(text: str, name: str) -> str:
    text = text.replace("\0", "").strip()
    if not text:
        raise ValidationError(f"请填写{name}")
    if len(text) > LONGEST_REASON:
        raise ValidationError(f"{name}不超过{LONGEST_REASON}字，现在是{len(text)}字")
    return text


def may_sign(report: AnnualReport, by: Any) -> None:
    """Raises ``ValidationError`` unless ``by`` may issue the report and neither drew it up nor submitted it."""
    if not access.can(by, Action.REVIEW, Area.REPORTS, report.agency):
        raise ValidationError("只有本机关负责人可以审签年度报告")
    if by.pk in (report.created_by_id, report.submitted_by_id):
        raise ValidationError("审签人不能是编制人、提交人本人，请由另一位负责人审签")
