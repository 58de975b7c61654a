"""The charts of a report: chosen by key, drawn from its own figures, left out where there is nothing to show."""

import random
from datetime import date
from xml.etree import ElementTree

import pytest

from disclosures.models import HistoryEntry, Role
from reports import document
from reports.former import documents, totals
from reports.models import AnnualReport, FormerReport, ReportState, ReportText
from reports.rendering import chart_set
from reports.rendering.chart_set import CHARTS, DEFAULT, drawn, read, written
from reports.rendering.html import chart_list
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports.random_years import fill

pytestmark = pytest.mark.django_db


@pytest.fixture
def report():
    report = AnnualReportFactory(year=2023)
    fill(report.agency, random.Random(5), 25)
    DisclosureRequestFactory(
        agency=report.agency,
        received_on=date(2023, 3, 1),
        answered_on=date(2023, 3, 20),
        due_on=date(2023, 3, 29),
        outcome="grant",
        state="closed",
    )
    return report


def numbers(chart):
    """What the alternative text tells, behind the title."""
    title = ElementTree.fromstring(chart.svg).find("{http://www.w3.org/2000/svg}title").text
    return title.removeprefix(f"{chart.title}：")


def enter(report, year, items, requests):
    tables = {"requests": {"new": {"total": requests}}}
    FormerReport.objects.create(
        agency=report.agency, year=year, document={"tables": tables, "counts": {"items": {"total": items}}}
    )


def test_every_chart_tells_the_figures_of_the_report(report):
    for year in (2020, 2021, 2022):
        enter(report, year, year, year - 2000)
    live = document.assemble(report)
    figures = live.figures
    told = {chart.key: numbers(chart) for chart in drawn(live, CHARTS)}

    assert set(told) == set(CHARTS)
    assert told["applicants"].startswith(f"自然人{figures['requests.new.natural_person']}件")
    assert (
        sum(map(int, told["outcomes"].replace("件", " ").translate(DIGITS).split()))
        == (figures["requests.answered_total.total"])
    )
    assert (
        sum(int(month.split("月")[1].rstrip("条")) for month in told["months"].split("；"))
        == (figures.counts["items"]["total"])
    )
    assert told["timeliness"].startswith(f"按期办结{figures.counts['timeliness']['in_time']}件")
    assert told["items_by_year"] == (
        f"2020年2020条；2021年2021条；2022年2022条；2023年{figures.counts['items']['total']}条"
    )
    assert told["requests_by_year"].startswith("2020年20件；2021年21件；2022年22件")
    assert "政府网站2022年" in told["channels"] and "微信公众号2023年" in told["channels"]


DIGITS = {ord(sign): " " for sign in "予以公开部分不无法提供处理其他；"}


def test_nothing_is_drawn_of_an_empty_year():
    live = document.assemble(AnnualReportFactory(year=2022))

    assert drawn(live, CHARTS) == []


def test_report_frozen_before_the_new_figures_keeps_its_two_charts(report):
    frozen = document.freeze(document.assemble(report))
    old = {"website_by_category", "by_channel_kind", "last_year_by_channel_kind", "total", "by_channel", "by_category"}
    frozen["counts"] = {"items": {key: value for key, value in frozen["counts"]["items"].items() if key in old}}
    frozen["printed"].pop("charts")

    thawed = document.thaw(frozen, ReportState.ISSUED)

    assert thawed.charts == DEFAULT
    assert [chart.key for chart in chart_list(thawed)] == ["website", "wechat"]
    assert {chart.key for chart in drawn(thawed, CHARTS)} == {"website", "wechat", "channels", "outcomes", "applicants"}


def test_officer_chooses_and_the_choice_is_frozen_with_the_report(report):
    ReportText.objects.create(report=report, section=chart_set.SECTION, text=written(["months", "timeliness"]))

    live = document.assemble(report)
    thawed = document.thaw(document.freeze(live), ReportState.ISSUED)

    assert [chart.key for chart in chart_list(live)] == ["months", "timeliness"]
    assert [chart.svg for chart in chart_list(thawed)] == [chart.svg for chart in chart_list(live)]


def test_choice_is_read_as_it_was_written():
    assert read(None) == DEFAULT
    assert read("") == ()
    assert read("months\nwebsite\n不存在") == ("website", "months")
    assert all(read(written([key])) == (key,) for key in CHARTS)


def test_two_years_are_no_row_of_years(report):
    enter(report, 2022, 5, 5)

    assert not drawn(document.assemble(report), ["items_by_year", "requests_by_year"])


def test_issued_report_comes_before_an_entered_one_and_the_newest_version_first(report):
    enter(report, 2022, 5, 5)
    for version, number in ((1, 7), (2, 8)):
        AnnualReport.objects.create(
            agency=report.agency,
            year=2022,
            version=version,
            corrects=AnnualReport.objects.filter(agency=report.agency, year=2022).first(),
            state=ReportState.ISSUED,
            issued_on="2023-01-20",
            frozen={"tables": {"requests": {"new": {"total": number}}}, "counts": {}},
        )

    found = documents(report.agency, 2023)

    assert {year: totals(each)["requests_new"] for year, each in found.items()} == {2022: 8}
    assert totals(found[2022])["items"] is None


def test_years_before_stand_among_the_counts(report):
    enter(report, 2021, None, 9)

    before = document.assemble(report).figures.counts["former_years"]

    assert before["2021"] == {
        "items": None, "website": None, "wechat": None, "requests_new": 9, "requests_answered": None,
        "requests_carried_out": None, "disputes": None,
    }  # fmt: skip
    assert before["2022"]["requests_new"] is not None  # from the records: nothing was reported or entered


def test_number_of_queries_of_a_report_is_the_same_for_every_size(django_assert_max_num_queries):
    for number in (1, 20):
        agency = AgencyFactory()
        fill(agency, random.Random(number), number)
        report = AnnualReportFactory(agency=agency, year=2022)
        with django_assert_max_num_queries(10):
            document.assemble(report)


def test_officer_ticks_the_charts_on_the_page_and_the_trail_tells_it(client, report):
    client.force_login(MembershipFactory(agency=report.agency, role=Role.REPORT_OFFICER).user)
    page = f"/admin/reports/annualreport/{report.pk}/"
    assert client.get(f"{page}change/").content.decode().count("checked") == 2

    client.post(f"{page}charts/", {"chart": ["timeliness", "months"]})
    assert document.assemble(report).charts == ("months", "timeliness")
    assert HistoryEntry.objects.filter(step="charts").count() == 1

    client.post(f"{page}charts/", {"chart": ["x"]})
    assert document.assemble(report).charts == ("months", "timeliness")

    client.post(f"{page}charts/", {})
    assert document.assemble(report).charts == ()


def test_charts_of_a_submitted_report_are_not_changed(client, report):
    client.force_login(MembershipFactory(agency=report.agency, role=Role.REPORT_OFFICER).user)
    AnnualReport.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)

    client.post(f"/admin/reports/annualreport/{report.pk}/charts/", {"chart": ["months"]})

    assert not ReportText.objects.exists()
