"""The life of a report: handed on, returned, signed by another, published, corrected; and what each step leaves."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures import history
from reports import actions, document, issuing, justifications
from reports.models import AnnualReport, ReportState
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import DAY, AnnualReportFactory, issued, published, submitted
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局", short_name="我局")


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="report_officer").user


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role="manager").user


@pytest.fixture
def report(agency, officer):
    return AnnualReportFactory(agency=agency, created_by=officer)


def steps_of(report):
    return [entry.step for entry in history.entries_of(report)]


def test_every_step_leaves_who_and_what(report, officer, manager):
    submitted(report)
    actions.return_to_officer(report=report, by=manager, comment="第五部分请写具体问题")
    submitted(actions.lock(report))
    final = issued(actions.lock(report), manager)
    actions.publish(report=final, by=manager, on=date(2023, 1, 18))

    assert steps_of(report) == ["submit", "return", "submit", "issue", "publish"]
    entries = list(history.entries_of(report))
    assert entries[1].reason == "第五部分请写具体问题" and entries[3].details["digest"] == final.digest
    assert history.first_broken(report) is None
    report.refresh_from_db()
    assert (report.published_on, report.submitted_by, report.issued_by) == (date(2023, 1, 18), officer, manager)


def test_report_goes_back_with_what_to_mend(report, manager):
    submitted(report)

    with pytest.raises(ValidationError, match="请填写退回意见"):
        actions.return_to_officer(report=report, by=manager, comment="  ")
    with pytest.raises(ValidationError, match="不超过200字，现在是201字"):
        actions.return_to_officer(report=report, by=manager, comment="字" * 201)
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED


def test_draft_is_not_signed_before_it_is_submitted(report, manager):
    with pytest.raises(ValidationError, match="只有“待审签”的报告"):
        issuing.issue(report=report, by=manager, on=DAY)


def test_year_that_is_not_over_is_not_signed(report, manager):
    submitted(report)

    with pytest.raises(ValidationError, match="2022年还没有结束"):
        issuing.issue(report=report, by=manager, on=date(2022, 12, 31))


def test_year_that_has_not_come_is_not_begun(client, agency, officer):
    client.force_login(officer)

    shown = client.post("/admin/reports/annualreport/add/", {"agency": agency.pk, "year": 2099}).content.decode()

    assert "2099年还没有开始" in shown and not AnnualReport.objects.exists()


def test_whoever_submitted_does_not_sign(agency, report, manager):
    """Two people, whoever drew it up: a manager who submits leaves the signing to another."""
    submitted(report, by=manager)

    with pytest.raises(ValidationError, match="提交人本人"):
        issuing.issue(report=report, by=manager, on=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():  # the twin: the database says so too
        AnnualReport.objects.filter(pk=report.pk).update(issued_by=manager)


def test_officer_takes_the_report_back_while_it_waits(report, officer, manager):
    submitted(report)

    assert actions.take_back(report=report, by=officer).state == ReportState.DRAFT
    with pytest.raises(ValidationError, match="编制中"):
        actions.return_to_officer(report=report, by=manager, comment="请改")


@pytest.mark.parametrize("state", ["submitted", "issued"])
def test_what_was_handed_on_is_not_changed(report, officer, manager, state):
    held = submitted(report) if state == "submitted" else issued(report, manager)
    change = {"cell": "proactive.licensing", "value": Decimal(3), "reason": "系统导出", "source": ""}

    with pytest.raises(ValidationError, match="只有“编制中、已退回”的报告"):
        actions.adjust(report=held, by=officer, **change)
    with pytest.raises(ValidationError):
        actions.reset(report=held, by=officer, cell="proactive.licensing")


# Adjustments


def test_adjustment_is_told_in_the_trail_and_undone_by_one_step(report, officer):
    change = {"cell": "proactive.licensing", "reason": "许可系统导出", "source": "市许可系统"}
    actions.adjust(report=report, by=officer, value=Decimal(3), **change)
    actions.adjust(report=report, by=officer, value=Decimal(4), **change)

    live = document.assemble(report)
    assert live.figures["proactive.licensing"] == 4 and live.computed["proactive.licensing"] == 0
    assert live.adjustments[0] | {"by": ""} == {
        "cell": "proactive.licensing",
        "value": "4",
        "computed": "0",
        "reason": "许可系统导出",
        "source": "市许可系统",
        "by": "",
    }
    actions.reset(report=report, by=officer, cell="proactive.licensing")
    actions.reset(report=report, by=officer, cell="proactive.licensing")
    assert document.assemble(report).figures["proactive.licensing"] == 0
    assert [list(entry.details["edits"].values())[0] for entry in history.entries_of(report)] == [
        ["台账统计数", "3"],
        ["3", "4"],
        ["4", "台账统计数"],
    ]


def test_adjustment_of_a_total_or_an_unknown_cell_is_refused(client, report, officer):
    client.force_login(officer)
    page = f"/admin/reports/annualreport/{report.pk}/adjust/"

    for cell, value in (("requests.new.total", "1"), ("no.such.cell", "1"), ("proactive.licensing", "1.5")):
        client.post(page, {"cell": cell, "value": value, "reason": "示例"})

    assert not report.adjustments.exists()


# Broken identities


@pytest.fixture
def broken(agency, report, officer):
    """新收3件而没有一件办理结果: 一＋二 ≠ 三＋四."""
    actions.adjust(
        report=report,
        by=officer,
        cell="requests.new.natural_person",
        value=Decimal(3),
        reason="上级平台转来",
        source="",
    )
    return report


def test_broken_identity_blocks_until_a_named_person_answers_for_it(broken, officer, manager):
    submitted(broken)
    with pytest.raises(ValidationError, match="B-BAL"):
        issuing.issue(report=broken, by=manager, on=DAY)

    for fault in justifications.open_errors(*results_of(broken)):
        actions.justify(
            report=broken, by=officer, rule=fault.id, cell=fault.cell, reason="3件由上级平台直接答复，不经本机关办理"
        )

    final = issuing.issue(report=actions.lock(broken), by=manager, on=DAY)
    kept = document.of(final)
    assert {each["rule"] for each in kept.justifications} == {"B-BAL"}
    notes = next(section for section in kept.parts[-1].sections if section.key == "other.stat_notes")
    assert any("由上级平台直接答复" in paragraph for paragraph in notes.paragraphs)


def results_of(report):
    live = document.assemble(report)
    return live.results, live.justifications


def test_reason_is_given_only_for_what_does_not_hold(report, officer):
    with pytest.raises(ValidationError, match="没有错误"):
        actions.justify(report=report, by=officer, rule="B-BAL", cell="requests.carried_out.total", reason="示例")


def test_gap_in_the_report_is_mended_not_excused(report, officer):
    report.texts.create(section="overview.proactive", text="共{不存在的数据}条")

    with pytest.raises(ValidationError, match="必须在报告中改正"):
        actions.justify(report=report, by=officer, rule="N-BIND", cell="overview.proactive", reason="示例")


def test_reason_for_what_holds_again_is_left_aside(broken, officer):
    actions.justify(report=broken, by=officer, rule="B-BAL", cell="requests.carried_out.total", reason="上级平台答复")
    actions.reset(report=broken, by=officer, cell="requests.new.natural_person")

    assert document.assemble(broken).justifications == ()


def test_notes_are_printed_whatever_the_officer_wrote(broken, officer):
    broken.texts.create(section="other.stat_notes", text="无。")

    notes = next(s for s in document.assemble(broken).parts[-1].sections if s.key == "other.stat_notes")

    assert "无。" not in notes.paragraphs and any("上级平台转来" in paragraph for paragraph in notes.paragraphs)


# Corrections


def test_correction_is_a_new_version_and_the_older_stays(report, officer, manager, agency):
    actions.adjust(
        report=report, by=officer, cell="proactive.licensing", value=Decimal(3), reason="系统导出", source="市系统"
    )
    report.texts.create(section="problems.found", text="问题一。")
    first = published(report, manager)
    DisclosureRequestFactory(agency=agency)

    correction = actions.correct(report=first, by=officer, reason="漏报1件申请")

    assert (correction.version, correction.corrects, correction.state) == (2, first, ReportState.DRAFT)
    assert [text.text for text in correction.texts.all()] == ["问题一。"]
    assert [adjustment.source for adjustment in correction.adjustments.all()] == ["市系统"]
    second = published(correction, manager, on=date(2023, 2, 1))
    assert (document.of(first).figures["requests.new.total"], document.of(second).figures["requests.new.total"]) == (
        0,
        1,
    )
    assert document.of(second).correction_reason == "漏报1件申请"
    assert first.adjustments.count() == 1


def test_correction_is_made_once_and_of_what_was_issued(report, officer, manager):
    with pytest.raises(ValidationError, match="还没有定稿"):
        actions.correct(report=report, by=officer, reason="示例")
    final = issued(report, manager)
    actions.correct(report=final, by=officer, reason="示例")
    with pytest.raises(ValidationError, match="已经另建了更正版"):
        actions.correct(report=final, by=officer, reason="示例")


def test_correction_may_be_given_up_before_it_is_issued(report, officer, manager):
    final = issued(report, manager)
    correction = actions.correct(report=final, by=officer, reason="示例")

    assert actions.discard(report=correction, by=officer) == final
    assert not AnnualReport.objects.filter(version=2).exists()
    with pytest.raises(ValidationError, match="只有尚未定稿的更正版"):
        actions.discard(report=final, by=officer)


def test_database_knows_no_correction_of_nothing(report):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.create(agency=report.agency, year=2022, version=2)


# Afterwards


def test_change_of_the_records_after_issue_is_shown(client, report, manager, agency):
    final = issued(report, manager)
    client.force_login(manager)
    page = f"/admin/reports/annualreport/{final.pk}"
    assert "定稿后变更" not in client.get(f"{page}/change/").content.decode()

    DisputeFactory(agency=agency, accepted_on=date(2022, 5, 1))

    assert "定稿以后台账有改动" in client.get(f"{page}/change/").content.decode()
    assert "行政复议·尚未审结" in client.get(f"{page}/changes/").content.decode()


def test_adjustment_is_no_change_of_the_records(client, broken, officer, manager):
    for fault in justifications.open_errors(*results_of(broken)):
        actions.justify(report=broken, by=officer, rule=fault.id, cell=fault.cell, reason="上级平台答复")
    final = issued(actions.lock(broken), manager)
    client.force_login(manager)

    assert "定稿以后" not in client.get(f"/admin/reports/annualreport/{final.pk}/change/").content.decode()
