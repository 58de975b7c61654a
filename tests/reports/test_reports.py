"""The life of a report: commands, text, adjustments, issuing, and the workspace of the back office."""

import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from disclosures.models import Agency, ChannelKind, Membership
from reports import actions, checks, document, issuing, narrative
from reports.figures import collect
from reports.models import Adjustment, AnnualReport, ReportState
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import (
    AgencyFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, issued
from tests.factories.requests_app import DisclosureRequestFactory

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


# Commands


def test_year_that_nobody_began_prints_as_a_draft(agency, tmp_path):
    path = tmp_path / "report.json"

    call_command("annual_report", agency="bureau", year=2022, output=str(path))

    report = json.loads(path.read_text("utf-8"))
    assert (report["schema"], report["status"], report["year"]) == ("annual-report/1", "draft", 2022)
    keys = "schema format agency year version status issued_on tables counts narrative checks sealed digest"
    assert set(report) == set(keys.split())
    assert report["agency"] == {"code": "bureau", "name": "示例局", "level": "department"}


def test_own_report_reads_back_without_a_fault(agency, tmp_path):
    path = tmp_path / "report.json"
    DisclosureRequestFactory.create_batch(3, agency=agency, answered=True)
    call_command("annual_report", agency="bureau", year=2022, output=str(path))

    with pytest.raises(SystemExit) as ended:
        call_command("check_report", str(path))
    assert ended.value.code == 0
    with pytest.raises(SystemExit) as ended:
        call_command("check_report", agency="bureau", year=2022)
    assert ended.value.code == 0


def test_html_carries_the_draft_mark(agency, tmp_path):
    path = tmp_path / "report.html"

    call_command("annual_report", agency="bureau", year=2022, output=str(path))

    assert '<div class="draft" aria-hidden="true">草稿</div>' in path.read_text("utf-8")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"output": "a.txt"}, "--format"),
        ({"output": "a.pdf", "agency": "nobody"}, "没有代码为“nobody”的机关"),
        ({"output": "a.pdf", "year": 99999}, "年度99999不合理"),
    ],
)
def test_what_cannot_be_made_is_said_plainly(agency, arguments, told):
    with pytest.raises(CommandError, match=told):
        call_command("annual_report", **{"agency": "bureau", "year": 2022, **arguments})


def test_demonstration_has_the_figures_of_the_seed(capsys):
    """113 = 2+55+2+5+19+4+3+3+20; WeChat 150 and 231; 6, 12 and 5 proposals, all 满意; no requests, no disputes."""
    call_command("load_demo")
    printed = capsys.readouterr().out
    call_command("load_demo")

    report = AnnualReport.objects.get(agency__code="wendeng-zfj", year=2022)
    counts = document.of(report).figures.counts
    assert list(counts["items"]["website_by_category"].values()) == [2, 55, 2, 5, 19, 4, 3, 3, 20]
    assert counts["items"]["by_channel"] == {"政府网站": 113, "微信公众号": 231, "新闻发布会": 2}
    assert counts["items"]["last_year_by_channel_kind"]["wechat"] == 150
    assert [counts["proposals"][key] for key in ("npc", "cppcc", "cppcc_assisted", "rated_satisfied", "public")] == [
        6,
        12,
        5,
        23,
        23,
    ]
    assert report.state == ReportState.PUBLISHED and not checks.failures(document.of(report).results)
    assert "同比增长54.0%" in document.as_json(document.of(report))["narrative"]["overview"]
    assert printed.count("wd-") == 5 and "wd-" not in capsys.readouterr().out
    assert AnnualReport.objects.count() == 2
    assert DisclosureRequest.objects.filter(agency__code="demo-busy").values("state").distinct().count() == 5


def test_demonstration_leaves_no_page_of_the_portal_blank(client, capsys):
    call_command("load_demo")
    printed = capsys.readouterr().out
    agency = Agency.objects.get(code="demo-busy")

    assert agency.documents.filter(interpretations__isnull=False, item__attachments__isnull=False).exists()
    assert agency.decisions.public().exists() and agency.decisions.withdrawn().exists()
    assert agency.proposals.public().exists()
    assert DisclosureRequest.objects.of(agency).in_register().values("outcome").distinct().count() > 5
    assert agency.items.filter(category__is_rules=True).exists()
    assert agency.complaints.open().count() == agency.complaints.exclude(reply="").count() == 1
    number, code = re.search(r"登记编号 (\S+)，查询码 (\S+)", printed).groups()
    opened = client.post("/demo-busy/requests/status/", {"number": number, "code": code}, follow=True)
    assert "等待确认收到日期" in opened.content.decode()


# Text


def facts(agency, **changes):
    return narrative.Facts.of(agency, collect(agency, 2022))


def test_zero_is_told_in_words(agency):
    text = narrative.fill("{申请情况}{复议诉讼情况}{收费情况}{建议提案情况}", facts(agency))

    assert text.startswith("未收到政府信息公开申请")
    assert "未发生因政府信息公开工作被申请行政复议" in text and "未收取" in text and "未承办" in text


def test_numbers_are_bound_to_the_records(agency):
    channel = ChannelFactory(agency=agency, kind=ChannelKind.WECHAT)
    for year, number in ((2021, 2), (2022, 3)):
        for _ in range(number):
            PublicationFactory(
                item=ItemFactory(agency=agency, public=True), channel=channel, published_on=date(year, 5, 1)
            )

    assert (
        narrative.fill("{微信篇数}篇，上年{上年微信篇数}篇，{微信同比}", facts(agency)) == "3篇，上年2篇，同比增长50.0%"
    )


def test_every_placeholder_can_be_filled_on_an_empty_year(agency):
    filled = {name: narrative.fill(f"{{{name}}}", facts(agency)) for name in narrative.PLACEHOLDERS}

    assert not [name for name, text in filled.items() if "{" in text]
    assert not [
        name for section in narrative.SECTIONS.values() for name in narrative.unknown_placeholders(section.default)
    ]


HOSTILE = ["{机关.__class__}", "{0}", "{{年度}}", "{% load x %}", "{settings}", "{ 年度 }"]


@pytest.mark.parametrize("text", HOSTILE)
def test_there_is_no_template_language(agency, text):
    filled = narrative.fill(text, facts(agency))

    assert filled in (text, text.replace("{年度}", "2022"))


def test_unknown_name_in_braces_is_an_error_of_the_report(report):
    report.texts.create(section="overview.proactive", text="共{不存在的数据}条")

    failed = checks.failures(document.assemble(report).results, "error")

    assert [(result.id, result.cell) for result in failed] == [("N-BIND", "overview.proactive")]


def test_text_at_odds_with_the_tables_blocks_issuing(report, manager):
    report.texts.create(section="overview.requests", text="全年收到政府信息公开申请5件。")

    with pytest.raises(ValidationError, match="N-TEXT"):
        issued(report, manager)


@pytest.mark.parametrize("leak", ["联系人王某，手机13805631234", "经办人身份证号371002198001011232"])
def test_text_with_personal_data_is_not_issued(report, manager, leak):
    report.texts.create(section="overview.proactive", text=f"示例。{leak}。")

    with pytest.raises(ValidationError, match="个人信息") as refused:
        issued(report, manager)

    assert leak[-8:] not in str(refused.value)


def test_reason_of_an_adjustment_and_names_of_columns_are_read_too(report, agency, manager):
    Adjustment.objects.create(report=report, cell="proactive.licensing", value=1, reason="问王某13805631234")
    item = ItemFactory(agency=agency, public=True, category__name="王某13905631234")
    PublicationFactory(item=item, published_on=item.published_on)
    told = "".join(document.printed_texts(document.assemble(report)).values())

    assert "13805631234" in told and "13905631234" in told
    with pytest.raises(ValidationError, match="个人信息"):
        issued(report, manager)


def test_default_text_agrees_with_the_tables_whatever_they_hold(agency):
    DisclosureRequestFactory.create_batch(2, agency=agency, answered=True)
    DisclosureRequestFactory(agency=agency, received_on=date(2021, 12, 30))

    live = document.assemble(AnnualReport(agency=agency, year=2022))

    assert not checks.failures(live.results)
    assert (
        "新收政府信息公开申请2件，上年结转1件；本年度办结2件，其中予以公开2件；结转下年度继续办理1件"
        in document.as_json(live)["narrative"]["overview"]
    )


# Adjustments


def test_adjustment_moves_the_totals_and_is_told_in_the_text(report):
    for code, value in (("requests.new.natural_person", 4), ("requests.granted.natural_person", 4)):
        Adjustment.objects.create(report=report, cell=code, value=value, reason="由上级平台统一受理")
    Adjustment.objects.create(report=report, cell="proactive.fees_wan_yuan", value=Decimal("1.5"), reason="财务数据")

    live = document.assemble(report)

    assert live.figures["requests.new.total"] == live.figures["requests.answered_total.total"] == 4
    assert live.figures["proactive.fees_wan_yuan"] == "1.5"
    assert "由上级平台统一受理" in document.as_json(live)["narrative"]["other"]
    assert not checks.failures(live.results, "error")


# Issuing


def test_issued_report_no_longer_follows_the_records(report, agency, manager):
    final = issued(report, manager)
    DisclosureRequestFactory(agency=agency)

    kept = document.of(final)

    assert kept.figures["requests.new.total"] == 0
    assert (kept.status, kept.signed_on, final.digest) == (
        "issued",
        date(2023, 1, 16),
        issuing.digest_of(final.frozen),
    )
    assert document.freeze(document.thaw(final.frozen, "issued")).items() <= final.frozen.items()
    assert document.assemble(final).figures["requests.new.total"] == 1


def test_report_is_signed_by_another_who_may(report, officer, manager, agency):
    Membership.objects.create(user=officer, agency=agency, role="manager")

    with pytest.raises(ValidationError, match="编制人、提交人本人"):
        issued(report, officer)
    with pytest.raises(ValidationError, match="负责人"):
        issued(report, UserFactory())
    assert issued(report, manager).state == ReportState.ISSUED


def test_steps_out_of_order_are_refused(report, manager):
    with pytest.raises(ValidationError, match="只有“已定稿”的报告"):
        actions.publish(report=report, by=manager, on=date(2023, 1, 16))
    issued(report, manager)
    with pytest.raises(ValidationError, match="另建更正版"):
        issued(report, manager)


def test_database_keeps_no_issued_report_without_its_figures(report):
    with pytest.raises(IntegrityError), transaction.atomic():
        AnnualReport.objects.filter(pk=report.pk).update(state=ReportState.PUBLISHED)


# The workspace


def texts(**changes):
    return {"signed_on": "", **{key: section.default for key, section in narrative.SECTIONS.items()}, **changes}


def test_workspace_shows_tables_verdicts_and_text(client, report, officer):
    client.force_login(officer)

    shown = client.get(f"/admin/reports/annualreport/{report.pk}/change/").content.decode()

    assert shown.count('<table class="statutory') == 3 and "预览PDF" in shown
    assert "项勾稽关系成立" in shown and "{网站条数}" in shown


def test_only_changed_text_is_stored(client, report, officer):
    client.force_login(officer)
    changed = {"problems.found": "问题一。\r\n问题二。", "signed_on": "2023-01-16"}

    client.post(f"/admin/reports/annualreport/{report.pk}/change/", texts(**changed))

    assert [(text.section, text.text) for text in report.texts.all()] == [("problems.found", "问题一。\n问题二。")]
    report.refresh_from_db()
    assert report.signed_on == date(2023, 1, 16)


def test_wrong_text_is_told_beside_its_field(client, report, officer):
    client.force_login(officer)

    wrong = texts(**{"other.fees": "{没有这个}", "signed_on": "2022-06-01"})
    shown = client.post(f"/admin/reports/annualreport/{report.pk}/change/", wrong).content.decode()

    assert "不认识的数据名称：{没有这个}" in shown and "落款日期应在2022年结束之后" in shown
    assert not report.texts.exists()


@pytest.mark.parametrize("role", ["clerk", "reviewer", "auditor"])
def test_others_may_look_and_not_write(client, report, agency, role):
    client.force_login(MembershipFactory(agency=agency, role=role).user)
    page = f"/admin/reports/annualreport/{report.pk}"

    assert client.get(f"{page}/change/").status_code == 200
    for address, form in (
        ("change/", texts()),
        ("adjust/", {"cell": "requests.new.other", "value": 1, "reason": "无"}),
        ("step/issue/", {}),
        ("step/submit/", {}),
    ):
        assert client.post(f"{page}/{address}", form).status_code == 403, address
    report.refresh_from_db()
    assert report.state == ReportState.DRAFT and not report.adjustments.exists()


def test_whole_way_through_the_back_office(client, report, officer, manager):
    page = f"/admin/reports/annualreport/{report.pk}"
    client.force_login(officer)
    client.post(f"{page}/adjust/", {"cell": "proactive.licensing", "value": "7", "reason": "许可系统导出"})
    client.post(f"{page}/step/submit/")
    client.force_login(manager)
    client.post(f"{page}/step/return/", {"reason": "请补充许可系统的导出日期"})
    client.force_login(officer)
    assert "退回：请补充许可系统的导出日期" in client.get(f"{page}/change/").content.decode()
    client.post(f"{page}/step/submit/")
    client.force_login(manager)
    client.post(f"{page}/step/issue/")
    assert client.post(f"{page}/change/", texts()).status_code == 403
    client.post(f"{page}/step/publish/")

    report.refresh_from_db()
    assert (report.state, report.issued_by) == (ReportState.PUBLISHED, manager)
    assert document.of(report).figures["proactive.licensing"] == 7
