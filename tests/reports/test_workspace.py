"""The workspace: what it asks of the database, and the steps beside the figures."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from disclosures import history
from reports import actions, document, workspace
from reports.models import AnnualReport, Delivery
from reports.rollup import deliveries
from tests.factories.disclosures import AdministrativeDecisionFactory, AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, FormerReportFactory, issued, submitted
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def district():
    return AgencyFactory(code="district", name="示例区人民政府", level="county", has_portal=False)


@pytest.fixture
def agency(district):
    return AgencyFactory(code="bureau", name="示例局", parent=district)


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="report_officer").user


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role="manager").user


@pytest.fixture
def report(agency, officer):
    return AnnualReportFactory(agency=agency, created_by=officer)


def page_of(report):
    return f"/admin/reports/annualreport/{report.pk}"


@pytest.mark.parametrize("size", [0, 40])
def test_page_asks_no_more_the_more_there_is(
    client, report, officer, agency, size, monkeypatch, django_assert_max_num_queries
):
    """Fifteen at any size, the three that tell who asks among them."""
    monkeypatch.setattr("config.middleware.TimedRelease.EVERY", 3600.0)  # once in a while on any page, not of this one
    DisclosureRequestFactory.create_batch(size, agency=agency, answered=True)
    for _ in range(size // 10):
        DisputeFactory(agency=agency, accepted_on=date(2022, 5, 1))
    client.force_login(officer)
    client.get(f"{page_of(report)}/change/")

    with django_assert_max_num_queries(15):
        client.get(f"{page_of(report)}/change/")


def test_issued_report_is_handed_up_in_one_step(client, report, officer, manager, district):
    issued(report, manager)
    client.force_login(officer)
    assert "报送主管部门" in client.get(f"{page_of(report)}/change/").content.decode()

    client.post(f"{page_of(report)}/step/deliver/")

    assert Delivery.objects.get().to_agency == district
    assert "报送主管部门" not in client.get(f"{page_of(report)}/change/").content.decode()


def test_district_sees_in_its_workspace_what_it_adds(client, report, officer, manager, district):
    deliveries.deliver(report=issued(report, manager), by=officer)
    above = MembershipFactory(agency=district, role="report_officer").user
    own = AnnualReportFactory(agency=district, created_by=above)
    client.force_login(above)
    assert "另有1份报告待接收" in client.get(f"{page_of(own)}/change/").content.decode()

    deliveries.accept(delivery=Delivery.objects.get(), by=above)

    assert "计入下列1个下级机关的报告" in client.get(f"{page_of(own)}/change/").content.decode()


def test_former_report_carries_over_in_one_step(client, report, officer, agency):
    """Of the first year here: what was carried out of the year before is 上年结转 of this one."""
    former = FormerReportFactory(agency=agency, year=2021)
    former.document["tables"]["requests"]["carried_out"]["natural_person"] = 2
    former.save()
    client.force_login(officer)
    assert "按上年报告填入上年结转" in client.get(f"{page_of(report)}/change/").content.decode()

    client.post(f"{page_of(report)}/carry/")

    live = document.assemble(report)
    assert live.figures["requests.carried_in.total"] == 2
    assert live.adjustments[0]["source"].startswith("2021年度报告")
    assert "填入上年结转</button>" not in client.get(f"{page_of(report)}/change/").content.decode()
    assert [entry.step for entry in history.entries_of(report)] == ["adjust"]


def test_records_that_changed_places_are_told_though_the_figure_is_the_same(report, manager, agency):
    """One request goes, another of the same kind comes: 1 is still 1, and the list says it is another."""
    gone = DisclosureRequestFactory(agency=agency, answered=True)
    final = issued(report, manager)

    gone.delete()
    DisclosureRequestFactory(agency=agency, answered=True)

    assert workspace.moved_since(final) == []
    changed = {each.code: (each.added, each.removed) for each in workspace.changed_records(final)}
    assert changed[f"requests.new.{gone.applicant_kind}"] == (1, 1)


def test_quantity_changed_after_issue_is_told(client, report, manager, agency):
    decision = AdministrativeDecisionFactory(agency=agency, kind="licence", decided_on=date(2022, 4, 1), quantity=3)
    final = issued(report, manager)
    decision.quantity = 5
    decision.save()
    client.force_login(manager)

    shown = client.get(f"{page_of(final)}/changes/").content.decode()

    assert [(each.code, each.reweighed) for each in workspace.changed_records(final)] == [("proactive.licensing", 1)]
    assert "改了数量" in shown and "行政许可" in shown


def test_correction_that_is_being_drafted_leaves_the_issued_page_in_peace(client, report, officer, manager):
    final = issued(report, manager)
    correction = actions.correct(report=final, by=officer, reason="漏报1件")
    client.force_login(officer)

    older = client.get(f"{page_of(final)}/change/").content.decode()
    newer = client.get(f"{page_of(correction)}/change/").content.decode()

    assert "已经另建更正版" in older and "另建更正版</summary>" not in older
    assert "放弃更正" in newer and "漏报1件" in newer


# The day until which those below hand in


def test_day_for_those_below_is_kept_with_the_own_report(district):
    above = MembershipFactory(agency=district, role="report_officer").user

    deliveries.set_day(parent=district, year=2022, day=date(2023, 1, 20), by=above)

    own = AnnualReport.objects.get(agency=district, year=2022)
    assert (own.children_due_on, own.created_by) == (date(2023, 1, 20), above)
    deliveries.set_day(parent=district, year=2022, day=None, by=above)
    own.refresh_from_db()
    assert own.children_due_on is None
    assert [list(entry.details["edits"].values())[0] for entry in history.entries_of(own)] == [
        ["法定期限", "2023年1月20日"],
        ["2023年1月20日", "法定期限"],
    ]


def test_day_within_the_year_is_refused(district):
    above = MembershipFactory(agency=district, role="report_officer").user

    with pytest.raises(ValidationError, match="应在2022年结束之后"):
        deliveries.set_day(parent=district, year=2022, day=date(2022, 12, 31), by=above)
    with pytest.raises(ValidationError, match="不能为这个机关"):
        deliveries.set_day(
            parent=district, year=2022, day=date(2023, 1, 20), by=MembershipFactory(role="report_officer").user
        )
    assert not AnnualReport.objects.exists()


@pytest.mark.parametrize(("day", "told"), [("2023-01-20", "已保存报送截止日期"), ("二月", "不是日期")])
def test_day_is_set_on_the_page_of_the_district(client, agency, district, day, told):
    client.force_login(MembershipFactory(agency=district, role="report_officer").user)
    address = f"/admin/reports/rollup/day/?agency={district.pk}&year=2022"

    shown = client.post(address, {"day": day}, follow=True).content.decode()

    assert told in shown


def test_submitted_report_waits_with_its_text_untouched(client, report, officer):
    submitted(report)
    client.force_login(officer)

    assert client.post(f"{page_of(report)}/change/", {}).status_code == 403


def test_every_form_of_the_page_carries_its_token_in_every_state(report, officer, manager):
    """Without one a step would be refused; the usual test client does not ask."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)
    client.get(f"{page_of(report)}/change/")
    seen = set()
    for step, by in ((None, officer), ("submit", officer), ("issue", manager), ("publish", manager)):
        client.force_login(by)
        shown = client.get(f"{page_of(report)}/change/").content.decode()
        if step:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', shown).group(1)
            answer = client.post(f"{page_of(report)}/step/{step}/", {"csrfmiddlewaretoken": token})
            assert answer.status_code == 302, step
            shown = client.get(f"{page_of(report)}/change/").content.decode()
        report.refresh_from_db()
        seen.add(report.state)
        forms, tokens = shown.count('method="post"'), shown.count("csrfmiddlewaretoken")
        assert forms > 1 and forms == tokens, report.state
    assert seen == {"draft", "submitted", "issued", "published"}


def test_refused_token_is_told_in_chinese(report, officer):
    client = Client(enforce_csrf_checks=True)
    client.force_login(officer)

    answer = client.post(f"{page_of(report)}/step/submit/", {})

    assert answer.status_code == 403 and "页面已过期" in answer.content.decode()
    assert "CSRF" not in answer.content.decode()


def test_day_of_signature_stays_when_text_is_saved(client, report, officer):
    """A browser shows a date field only as year-month-day; another form would come back empty."""
    report.signed_on = date(2023, 1, 20)
    report.save()
    client.force_login(officer)

    assert 'value="2023-01-20"' in client.get(f"{page_of(report)}/change/").content.decode()


def test_number_refused_for_an_adjustment_stays_in_the_form(client, report, officer):
    client.force_login(officer)
    form = {"cell": "proactive.licensing", "value": "8.5", "reason": "许可系统导出", "source": "市系统"}

    shown = client.post(f"{page_of(report)}/adjust/", form, follow=True).content.decode()

    assert "件数应为整数" in shown and 'value="8.5"' in shown and 'value="许可系统导出"' in shown
    assert '<option value="proactive.licensing" selected>' in shown


def test_report_that_waits_or_came_back_is_on_the_worklist(client, report, officer, manager):
    submitted(report)
    client.force_login(manager)
    assert "示例局2022年度报告待审签" in client.get("/admin/").content.decode()

    client.post(f"{page_of(report)}/step/return/", {"reason": "请写具体问题"})

    client.force_login(officer)
    assert "示例局2022年度报告被负责人退回" in client.get("/admin/").content.decode()


def test_report_that_the_district_returned_is_told_where_it_is_looked_for(client, report, officer, manager, district):
    delivery = deliveries.deliver(report=issued(report, manager), by=officer)
    above = MembershipFactory(agency=district, role="report_officer").user

    deliveries.return_delivery(delivery=delivery, by=above, comment="请核对收费")

    client.force_login(officer)
    assert "退回：请核对收费" in client.get("/admin/").content.decode()
    assert "退回意见：请核对收费" in client.get(f"{page_of(report)}/change/").content.decode()


def test_whoever_submits_with_open_errors_is_told(client, report, officer):
    actions.adjust(
        report=report, by=officer, cell="requests.new.other", value=Decimal(3), reason="上级平台转来", source=""
    )
    client.force_login(officer)

    shown = client.post(f"{page_of(report)}/step/submit/", follow=True).content.decode()

    assert "没有改正或者说明，审签定稿以前须处理" in shown
