"""The list behind a figure: exactly what it counts, nobody's name, and what has changed since the report was issued."""

import random
import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from disclosures import calendars
from disclosures.models import Role
from reports.admin import record_pages
from reports.admin import records as page
from reports.admin.record_pages import page_of, read_place
from reports.cells import CELLS, label_of
from reports.figures import collect
from reports.indicators import INDICATORS
from reports.models import Adjustment, AnnualReport, CountedRecords, ReportState
from reports.records import changes, weights_of
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import AgencyFactory, FeeCollectionFactory, MembershipFactory, PublicationFactory
from tests.factories.reports import AnnualReportFactory
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports.random_years import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    return AnnualReportFactory(year=2022)


@pytest.fixture
def officer(client, report):
    client.force_login(MembershipFactory(agency=report.agency, role=Role.REPORT_OFFICER).user)
    return client


def address(report, code):
    return f"/admin/reports/annualreport/{report.pk}/cells/{code}/"


def rows(response):
    return response.content.decode().split("<tbody>")[-1].count("<tr>") - response.content.decode().count("没有记录。")


def issue(report, weights=None):
    """As issuing leaves it: frozen figures and, where given, the records behind them."""
    figures = collect(report.agency, report.year)
    frozen = {"year": report.year, "tables": figures.tables, "counts": figures.counts}
    AnnualReport.objects.filter(pk=report.pk).update(
        state=ReportState.ISSUED, frozen=frozen, issued_on=date(2023, 1, 20), digest="0" * 64
    )
    for code, kept in (weights or {}).items():
        CountedRecords.objects.create(report=report, cell=code, packed=CountedRecords.pack(kept))


def test_every_figure_opens_as_many_records_as_it_says(officer, report):
    fill(report.agency, random.Random(7), 12)
    figures = collect(report.agency, 2022)

    # A page costs more than its list, and every list is compared in test_recounted.
    openable = [code for code, found in INDICATORS.items() if found.records]
    for code in [*[*CELLS][:12], *[*CELLS][12::9], *openable[::3]]:
        response = officer.get(address(report, code))
        assert response.status_code == 200, code
        assert response.context["printed"] == str(figures[code]), code
        counted = response.context["counted"]
        if counted.weight:
            weighed = sum(Decimal(line.weight) for line in response.context["lines"])
            assert counted.written(weighed) == str(figures[code]), code
        else:
            assert rows(response) == figures[code], code


def test_names_of_channels_and_columns_may_have_any_sign_in_them(officer, report):
    publication = PublicationFactory(
        item__agency=report.agency, channel__name="www.a/b.cn 网站", channel__agency=report.agency
    )
    category = publication.item.category.name

    for code in (
        "counts.items.by_channel.www.a/b.cn 网站",
        f"counts.items.by_category.{category}",
        f"counts.items.website_by_category.{category}",
        "counts.items.by_month.website.3",
    ):
        response = officer.get(address(report, code))
        assert (rows(response), response.context["printed"]) == (1, "1"), code


@pytest.mark.parametrize(
    "code",
    [
        "requests.new",
        "requests.new.nobody",
        "counts.timeliness.mean_working_days",
        "counts.items.by_month.website.13",
        "counts.items.by_month.website.０",
        "counts.items.by_channel.",
        "x",
    ],
)
def test_code_without_records_is_not_found(officer, report, code):
    assert officer.get(address(report, code)).status_code == 404


@pytest.mark.parametrize("role", Role.values)
def test_nobody_reads_who_asked(client, report, role):
    DisclosureRequestFactory(agency=report.agency, applicant_name="王示例", contact="13800000000", number="A-1")
    client.force_login(MembershipFactory(agency=report.agency, role=role).user)

    shown = client.get(address(report, "requests.new.total")).content.decode()

    has_ledger = role not in (Role.CLERK, Role.REVIEWER)
    assert ("A-1" in shown, "自然人" in shown) == (has_ledger, has_ledger)
    assert "王示例" not in shown and "13800000000" not in shown
    assert ("/admin/requests_app/disclosurerequest/1" in shown.split("</h1>")[1]) <= has_ledger


def test_report_of_another_agency_is_not_there(client, report):
    client.force_login(MembershipFactory(role=Role.MANAGER).user)

    assert client.get(address(report, "requests.new.total")).status_code == 404


def test_money_shows_what_each_record_adds(officer, report):
    FeeCollectionFactory(agency=report.agency, amount=Decimal("123.45"))
    FeeCollectionFactory(agency=report.agency, amount=Decimal("0.55"))

    shown = officer.get(address(report, "proactive.fees_wan_yuan")).content.decode()

    assert "合计124元，即0.0124万元" in shown and "123.45" in shown and "金额（元）" in shown


def test_adjusted_figure_says_so_and_shows_both_numbers(officer, report):
    DisclosureRequestFactory(agency=report.agency)
    Adjustment.objects.create(
        report=report, cell="requests.new.natural_person", value=8, reason="上级平台受理", source="平台导出"
    )

    for code in ("requests.new.natural_person", "requests.new.total"):
        response = officer.get(address(report, code))
        assert "报告印8件，台账统计1件" in response.content.decode()
        assert "上级平台受理（来源：平台导出）" in response.content.decode()
        assert rows(response) == 1
    assert "数据调整" not in officer.get(address(report, "requests.new.other")).content.decode().split("page-title")[1]


def test_list_is_read_page_by_page_there_and_back(report):
    DisclosureRequest.objects.bulk_create(
        DisclosureRequestFactory.build(agency=report.agency, number=str(n), received_on=date(2022, 3, 1 + n % 3))
        for n in range(120)
    )
    records = DisclosureRequest.objects.of(report.agency).received_in(2022)
    expected = list(records.order_by("received_on", "pk"))

    page, there = page_of(records, "received_on"), []
    sizes = []
    while True:
        there += page.rows
        sizes.append(len(page.rows))
        if not page.after:
            break
        page = page_of(records, "received_on", after=page.after)
    assert (there, sizes) == (expected, [50, 50, 20])

    page, back = page_of(records, "received_on", last=True), []
    assert not page.after
    while True:
        back = [*page.rows, *back]
        if not page.before:
            break
        page = page_of(records, "received_on", before=page.before)
        assert page.after
    assert back == expected


def test_page_far_back_reads_no_more_than_a_page(report, django_assert_num_queries):
    """No count, no offset: one bounded query by the place of the last row."""
    with django_assert_num_queries(1) as asked:
        page_of(DisclosureRequest.objects.of(report.agency), "received_on", after="2022-03-01.7")

    sql = asked.captured_queries[0]["sql"]
    assert f"LIMIT {record_pages.PAGE + 1}" in sql and "OFFSET" not in sql


@pytest.mark.parametrize("text", ["", "x", "2022-03-01", "2022-13-01.1", "2022-03-01.x", "1" * 50])
def test_place_that_is_none_shows_the_first_page(officer, report, text):
    DisclosureRequestFactory(agency=report.agency)

    assert read_place(text) is None
    assert rows(officer.get(address(report, "requests.new.total"), {"after": text})) == 1


def test_issued_report_shows_what_was_counted_and_what_has_changed(officer, report):
    _, moves, goes = (DisclosureRequestFactory(agency=report.agency, number=f"N-{place}") for place in range(3))
    issue(report, weights_of(report.agency, 2022))
    DisclosureRequest.objects.filter(pk=moves.pk).update(received_on=date(2021, 3, 1))
    gone = goes.pk
    goes.delete()
    DisclosureRequestFactory(agency=report.agency, number="N-NEW")

    for code in ("requests.new.natural_person", "requests.new.total"):
        response = officer.get(address(report, code))
        shown = response.content.decode()
        marks = {line.values[0]: line.mark for line in response.context["lines"]}
        assert marks == {"N-0": "", "N-1": "定稿后不再计入", f"（记录号{gone}，定稿后删除）": "定稿后删除"}
        assert response.context["printed"] == "3"
        assert "定稿时台账统计3件，现在是2件：新增1条，不再计入2条" in shown
        assert "N-NEW" in shown


def test_issued_quantity_that_was_changed_is_marked(officer, report):
    fee = FeeCollectionFactory(agency=report.agency, amount=Decimal("100.00"))
    issue(report, weights_of(report.agency, 2022))
    fee.amount = Decimal("90.50")
    fee.save()

    response = officer.get(address(report, "proactive.fees_wan_yuan"))

    assert [(line.weight, line.mark) for line in response.context["lines"]] == [("100", "定稿后由100改为90.5")]
    assert "改数量或金额1条" in response.content.decode()


def test_issued_report_without_changes_says_so(officer, report):
    DisclosureRequestFactory(agency=report.agency)
    issue(report, weights_of(report.agency, 2022))

    assert "定稿以来没有变化" in officer.get(address(report, "requests.new.total")).content.decode()
    assert "定稿以来没有变化" in officer.get(address(report, "requests.new.other")).content.decode()


def test_report_issued_before_records_were_kept_shows_those_of_now(officer, report):
    issue(report)
    AnnualReport.objects.filter(pk=report.pk).update(
        frozen={"year": 2022, "tables": collect(report.agency, 2022).tables, "counts": {"items": {"total": 0}}}
    )
    DisclosureRequestFactory(agency=report.agency)

    response = officer.get(address(report, "requests.new.total"))
    assert "定稿时没有保存这个数据的记录清单" in response.content.decode()
    assert (response.context["printed"], rows(response)) == ("0", 1)
    assert "这份报告没有这个数据" in officer.get(address(report, "counts.timeliness.late")).content.decode()


def test_workbook_is_for_those_who_may_export_the_ledger(client, report):
    DisclosureRequestFactory(agency=report.agency, number="=1+1", applicant_name="王示例")
    FeeCollectionFactory(agency=report.agency, amount=Decimal("12.30"))
    client.force_login(MembershipFactory(agency=report.agency, role=Role.REPORT_OFFICER).user)
    assert client.get(address(report, "requests.new.total"), {"download": "1"}).status_code == 403
    assert "下载Excel" not in client.get(address(report, "requests.new.total")).content.decode()

    client.force_login(MembershipFactory(agency=report.agency, role=Role.MANAGER).user)
    response = client.get(address(report, "requests.new.total"), {"download": "1"})
    sheet = load_workbook(BytesIO(response.content)).active
    assert [cell.value for cell in sheet[2]][:3] == ["登记编号", "收到日期", "申请人类型"]
    assert (sheet["A3"].value, sheet["A3"].data_type) == ("=1+1", "s")
    assert "王示例" not in {cell.value for row in sheet for cell in row}
    fees = client.get(address(report, "proactive.fees_wan_yuan"), {"download": "1"})
    assert [cell.value for cell in load_workbook(BytesIO(fees.content)).active[3]][-1] == "12.3"


def test_list_too_long_for_a_workbook_is_refused_with_the_way_out(client, report, monkeypatch):
    monkeypatch.setattr(page, "MOST", 0)
    DisclosureRequestFactory(agency=report.agency)
    client.force_login(MembershipFactory(agency=report.agency, role=Role.MANAGER).user)

    response = client.get(address(report, "requests.new.total"), {"download": "1"})

    assert response.status_code == 413 and "一次最多导出0条" in response.content.decode()


def test_number_of_queries_is_the_same_for_every_size(officer, report, django_assert_max_num_queries):
    calendars.current()
    for number in (1, 60):
        DisclosureRequestFactory.create_batch(number, agency=report.agency)
        PublicationFactory.create_batch(number, item__agency=report.agency)
        for code in ("requests.new.total", "counts.items.total", "counts.publication_clock.late"):
            with django_assert_max_num_queries(14):
                officer.get(address(report, code))


# What has changed, without the database.


def test_changes_name_what_came_what_went_and_what_weighs_otherwise():
    before = {"a": {1: "1", 2: "1"}, "b": {5: "2.50"}, "c": {9: "1"}, "d": {1: "1"}}
    after = {"a": {2: "1", 3: "1"}, "b": {5: "2.5"}, "c": {9: "4"}, "e": {7: "1"}, "d": {1: "1"}}

    found = {change.code: change for change in changes(before, after)}

    assert set(found) == {"a", "c", "e"}
    assert (found["a"].added, found["a"].removed, found["a"].number) == ((3,), (1,), 2)
    assert found["c"].reweighed == {9: ("1", "4")}
    assert found["e"].added == (7,)


def test_kept_records_come_back_from_their_package_as_they_were():
    agency = AgencyFactory()
    fill(agency, random.Random(3), 10)

    for kept in weights_of(agency, 2022).values():
        row = CountedRecords(packed=CountedRecords.pack(kept))
        assert row.weights == kept and list(kept) == sorted(kept)


def test_page_reads_well(officer, report):
    DisclosureRequestFactory(agency=report.agency)
    shown = officer.get(address(report, "requests.granted.natural_person")).content.decode()

    assert label_of("requests.granted.natural_person") in shown
    assert not re.search(r"\{\{|\{%", shown)
