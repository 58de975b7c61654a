"""Several years for the public: the report's own figures where it is published, the ledgers' where it is not."""

import re
from datetime import date

import pytest
from django.core.cache import cache

from reports.models import AnnualReport
from reports.portal import comparison, statistics, years
from requests_app.outcomes import Outcome
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory, PublicationFactory
from tests.factories.reports import AnnualReportFactory, FormerReportFactory, published
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_counted_before():
    cache.clear()


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role="manager").user


def published_year(agency, manager, year, items=1):
    for _ in range(items):
        item = ItemFactory(agency=agency, public=True, published_on=date(year, 3, 1), formed_on=date(year, 2, 28))
        PublicationFactory(item=item, published_on=date(year, 3, 1))
    return published(AnnualReportFactory(agency=agency, year=year), by=manager, on=date(year + 1, 1, 16))


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def numbers_of(shown, label):
    (row,) = re.findall(rf'<th scope="row">{re.escape(label)}</th>(.*?)</tr>', shown)
    return re.findall("<td>(.*?)</td>", row)


# The list of reports


def test_years_stand_side_by_side_as_charts_and_as_a_table(client, agency, manager):
    published_year(agency, manager, 2021, items=1)
    published_year(agency, manager, 2022, items=3)
    ItemFactory(agency=agency, public=True, published_on=date(2022, 12, 1))  # after the report: not in its figures

    shown = page(client, "/bureau/reports/")

    assert numbers_of(shown, "主动公开政府信息（条）") == ["1", "3"]
    assert numbers_of(shown, "新收公开申请（件）") == ["0", "0"]
    assert shown.count("<svg") == 1  # of the two lines that are all zero there is nothing to draw
    assert "2021年1条；2022年3条" in shown
    assert "style=" not in shown


def test_every_year_is_listed_with_its_formats(client, agency, manager):
    published_year(agency, manager, 2022)

    shown = page(client, "/bureau/reports/")

    for key in ("pdf", "docx", "xlsx", "html", "json", "zip"):
        assert f"/bureau/reports/2022/v1/files/{key}/" in shown
    assert "<svg" not in shown  # one year has nothing to stand beside


def test_year_before_this_system_is_told_as_the_newest_report_told_it(client, agency, manager):
    tables = FormerReportFactory.build().document["tables"]
    FormerReportFactory(agency=agency, year=2021, document={"tables": tables, "counts": {"items": {"total": 7}}})
    FormerReportFactory(agency=agency, year=2020)  # blank: nothing is known of it
    published_year(agency, manager, 2022)

    shown = page(client, "/bureau/reports/")

    assert numbers_of(shown, "主动公开政府信息（条）") == ["7", "1"]
    assert numbers_of(shown, "新收公开申请（件）") == ["—", "0"]


def test_report_that_was_tampered_with_lends_no_number(client, agency, manager):
    published_year(agency, manager, 2021)
    report = published_year(agency, manager, 2022)
    frozen = report.frozen
    frozen["counts"]["items"]["total"] = 999
    AnnualReport.objects.filter(pk=report.pk).update(frozen=frozen)

    assert "999" not in page(client, "/bureau/reports/")
    told = years.of(agency, 2022)[-1]
    assert told.sheet is None and told.count("items", "total") is None


def test_list_costs_the_same_with_many_years(client, agency, manager, django_assert_max_num_queries):
    for year in range(2019, 2023):
        published_year(agency, manager, year)
        with django_assert_max_num_queries(7):
            client.get("/bureau/reports/")


# The statistics


def test_month_channel_outcome_and_timeliness_are_counted(client, agency, monkeypatch):
    monkeypatch.setattr(statistics.timezone, "localdate", lambda *given: date(2022, 12, 1))
    for month in (3, 3, 5):
        item = ItemFactory(agency=agency, public=True, published_on=date(2022, month, 1), formed_on=date(2022, 2, 28))
        PublicationFactory(item=item, published_on=date(2022, month, 1))
    due = {"due_on": date(2022, 3, 29)}
    DisclosureRequestFactory(agency=agency, answered=True, **due)
    DisclosureRequestFactory(agency=agency, answered=True, **{**due, "answered_on": date(2022, 4, 29)})
    DisclosureRequestFactory(agency=agency, answered=True, outcome=Outcome.PARTIAL, **due)

    shown = page(client, "/bureau/statistics/")

    assert numbers_of(shown, "3月") == ["2"] and numbers_of(shown, "5月") == ["1"]
    assert numbers_of(shown, "政府网站") == ["3"] and numbers_of(shown, "合计") == ["3"]
    assert numbers_of(shown, "新收") == numbers_of(shown, "办结") == ["3"]
    assert numbers_of(shown, "其中：予以公开") == ["2"] and numbers_of(shown, "其中：部分公开") == ["1"]
    assert numbers_of(shown, "按期办结率") == ["66.6%"]
    assert "台账，截至" in shown and "2022年各月公开的政府信息（条）" in shown


def test_published_year_is_told_by_its_report(client, agency, manager, monkeypatch):
    published_year(agency, manager, 2022)
    DisclosureRequestFactory(agency=agency)  # entered after the report
    monkeypatch.setattr(statistics.timezone, "localdate", lambda *given: date(2022, 12, 31))

    shown = page(client, "/bureau/statistics/")

    assert numbers_of(shown, "新收") == ["0"] and "<dt>2022年</dt><dd>年度报告</dd>" in shown


def test_agency_without_anything_has_a_page(client, agency):
    shown = page(client, "/bureau/statistics/")

    assert "公开工作统计" in shown and "<svg" not in shown


@pytest.mark.parametrize(
    ("in_time", "late", "share"),
    [(0, 0, None), (2, 1, "66.6%"), (999, 1, "99.9%"), (9999, 1, "99.9%"), (5, 0, "100.0%")],
)
def test_a_hundred_percent_means_all(in_time, late, share):
    counts = {"timeliness": {"in_time": in_time, "late": late}}

    assert statistics.share_in_time(years.Year(2022, years.sheet_of({"tables": {}, "counts": counts}), "")) == share


def test_ledgers_are_counted_once_for_many_visitors(client, agency, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        client.get("/bureau/statistics/")
    with django_assert_max_num_queries(4):
        client.get("/bureau/statistics/")


def test_no_applicant_kind_is_told(client, agency):
    DisclosureRequestFactory(agency=agency, answered=True)

    shown = page(client, "/bureau/statistics/")

    assert "自然人" not in shown and "示例申请人" not in shown


def test_comparison_begins_with_the_first_year_known(agency, manager):
    published_year(agency, manager, 2022)

    columns = comparison.of(agency, 2022)

    assert [column.year for column in columns] == sorted(column.year for column in columns)
    assert columns[-1] == comparison.Column(2022, (1, 0, 0))
