"""/api/v1/figures/: every cell of every published report once, newest version, as frozen."""

from datetime import date

import pytest

from reports.cells import CELLS, label_of
from reports.figures import collect
from reports.models import AnnualReport, ReportState
from reports.sealing.digests import digest_of
from tests.factories.disclosures import AgencyFactory
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/figures/"


def publish(agency, year=2022, *, state=ReportState.PUBLISHED, corrects=None, requests=0):
    DisclosureRequestFactory.create_batch(requests, agency=agency, received_on=date(year, 3, 1))
    return seal(
        AnnualReport(
            agency=agency,
            year=year,
            version=corrects.version + 1 if corrects else 1,
            corrects=corrects,
            state=state,
            issued_on=date(year + 1, 1, 20),
            frozen={"year": year, "tables": collect(agency, year).tables, "counts": {}},
        )
    )


def seal(report):
    """As it would have been issued."""
    report.frozen.pop("digest", None)
    report.digest = report.frozen["digest"] = digest_of(report.frozen)
    report.save()
    return report


def read(client, **asked):
    """All pages."""
    rows, address = [], ADDRESS
    while address:
        answer = client.get(address, asked if address == ADDRESS else {})
        assert answer.status_code == 200, answer.content
        rows += answer.json()["results"]
        address = answer.json()["next"]
    return rows


def test_every_cell_of_every_report_comes_once_over_the_pages(client):
    agencies = AgencyFactory.create_batch(3)
    for agency in agencies:
        for year in (2021, 2022):
            publish(agency, year)

    rows = read(client)

    assert len({(row["agency"], row["year"], row["cell"]) for row in rows}) == len(rows) == 6 * len(CELLS)


def test_a_row_tells_what_the_report_printed(client):
    agency = AgencyFactory(code="bureau")
    publish(agency, requests=2)

    (row,) = read(client, agency="bureau", year="2022", cell="requests.new.natural_person")

    assert row == {
        "agency": "bureau",
        "year": 2022,
        "version": 1,
        "cell": "requests.new.natural_person",
        "label": label_of("requests.new.natural_person"),
        "unit": "件",
        "value": 2,
    }
    (fees,) = read(client, cell="proactive.fees_wan_yuan")
    assert (fees["unit"], fees["value"]) == ("万元", "0")


def test_beginning_of_a_code_asks_for_all_beneath_it(client):
    publish(AgencyFactory())

    assert len(read(client, cell="requests.new")) == 7
    assert len(read(client, cell="disputes")) == 15


def test_only_the_newest_published_version_counts(client):
    agency = AgencyFactory()
    first = publish(agency)
    second = publish(agency, corrects=first, requests=1)
    publish(agency, corrects=second, state=ReportState.ISSUED)
    publish(agency, 2021, state=ReportState.ISSUED)
    publish(AgencyFactory(has_portal=False))

    rows = read(client, cell="requests.new.total")

    assert [(row["year"], row["version"], row["value"]) for row in rows] == [(2022, 2, 1)]


def test_records_that_change_later_do_not_change_what_was_published(client):
    agency = AgencyFactory()
    publish(agency)
    DisclosureRequestFactory(agency=agency)

    (row,) = read(client, cell="requests.new.total")

    assert row["value"] == 0


def test_cell_that_the_frozen_report_lacks_is_null(client):
    report = publish(AgencyFactory())
    report.frozen["tables"].pop("disputes")
    seal(report)

    assert {row["value"] for row in read(client, cell="disputes")} == {None}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"year": "22"}, "year"),
        ({"year": "２０２２"}, "year"),
        ({"cell": "requests.nothing"}, "cell"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "////"}, "cursor"),
        ({"cursor": "汉"}, "cursor"),
        ({"agency": "a\0"}, "agency"),
    ],
)
def test_what_cannot_be_read_is_told_by_its_field(client, asked, field):
    answer = client.get(ADDRESS, asked)

    assert answer.status_code == 400 and set(answer.json()) == {field}


def test_unknown_agency_has_no_figures(client):
    publish(AgencyFactory())

    assert read(client, agency="unknown") == []


def test_number_of_queries_is_the_same_for_every_size(client, django_assert_num_queries):
    for number in (1, 30):
        for agency in AgencyFactory.create_batch(number):
            publish(agency)
        with django_assert_num_queries(2):  # the other is of every page: what is due to be released
            client.get(ADDRESS, {"cell": "requests.new.total"})
