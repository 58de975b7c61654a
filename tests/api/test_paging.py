"""Cursors: every row once whatever is entered meanwhile, both ways, and no sort of all rows to find a page."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from config.api.cursors import Edge
from disclosures.models import Item, ItemState
from tests.factories.disclosures import AdministrativeDecisionFactory, AgencyFactory, CategoryFactory, ItemFactory
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db
BY_KEY, BY_DAY = {}, {"agency": "bureau"}


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


def published(agency, number, day=date(2022, 3, 1)):
    """Three to a day, so that pages begin and end within days."""
    return [
        ItemFactory(agency=agency, state=ItemState.PUBLISHED, published_on=day + timedelta(days=place // 3))
        for place in range(number)
    ]


def pages(client, asked, step="next", start="/api/v1/items/"):
    """The rows of each page; ``asked`` of the first only, the links carry it on."""
    address = start
    while address:
        answer = client.get(address, asked if address == start else {})
        assert answer.status_code == 200, answer.content
        yield answer.json()
        address = answer.json()[step]


@pytest.mark.parametrize("narrowed", [BY_KEY, BY_DAY], ids=["by key", "by day"])
def test_every_row_comes_once_newest_first_and_back_again(client, agency, narrowed):
    items = published(agency, 10)
    order = [item.pk for item in reversed(items)]

    seen = list(pages(client, {**narrowed, "page_size": 4}))

    assert [[row["id"] for row in page["results"]] for page in seen] == [order[:4], order[4:8], order[8:]]
    assert seen[0]["previous"] is None and seen[-1]["next"] is None
    back = [[row["id"] for row in page["results"]] for page in pages(client, {}, "previous", seen[-1]["previous"])]
    assert back == [order[4:8], order[:4]]


@pytest.mark.parametrize("narrowed", [BY_KEY, BY_DAY], ids=["by key", "by day"])
def test_what_comes_and_goes_meanwhile_neither_repeats_nor_hides_a_row(client, agency, narrowed):
    items = published(agency, 9)
    seen = []

    for page in pages(client, {**narrowed, "page_size": 2}):
        seen += [row["id"] for row in page["results"]]
        published(agency, 1, date(2023, 1, 1))
        Item.objects.filter(pk=seen[-1]).update(state=ItemState.WITHDRAWN)

    assert seen == [item.pk for item in reversed(items)]


BROKEN = [
    "x", "////", "汉", "n5", "5d5", "n0d5", "n05d5", "n5d0", "n5d", "nd5", "n5d05", "N5d5", "n5d5x", "n5d5\n", " n5d5",
    "n-5d5", "n5d3652060", "n5d9999999", f"n{'9' * 19}d5", "n" + "9" * 5000, "n５d5", "a\0",
]  # fmt: skip


@pytest.mark.parametrize("cursor", BROKEN)
def test_broken_cursor_is_refused_in_chinese(client, agency, cursor):
    for narrowed in (BY_KEY, BY_DAY):
        answer = client.get("/api/v1/items/", {**narrowed, "cursor": cursor})
        assert answer.status_code == 400 and set(answer.json()) == {"cursor"}
    assert client.get("/api/v1/agencies/", {"cursor": "n5d5"}).status_code == 400


@pytest.mark.parametrize("cursor", [f"n{'9' * 18}d3652059", "p1d1", "n1d1", f"p{'9' * 18}d3599999"])
def test_any_text_of_the_shape_is_a_cursor(client, agency, cursor):
    published(agency, 2)

    for narrowed in (BY_KEY, BY_DAY):
        assert client.get("/api/v1/items/", {**narrowed, "cursor": cursor}).status_code == 200


def test_cursor_holds_in_the_other_order_too(client, agency):
    items = published(agency, 6)
    cursor = Edge(items[3].pk, items[3].published_on).written()

    for narrowed in (BY_KEY, BY_DAY):
        rows = client.get("/api/v1/items/", {**narrowed, "cursor": cursor}).json()["results"]
        assert [row["id"] for row in rows] == [item.pk for item in reversed(items[:3])]


def test_cursor_is_read_as_it_was_written():
    for edge in (Edge(1), Edge(10**18 - 1, date(1, 1, 1)), Edge(7, date(9999, 12, 31), backwards=True)):
        assert Edge.read(edge.written(), by_day=edge.day is not None) == edge


def test_links_lead_to_the_site_whatever_host_was_asked(client, agency, settings):
    published(agency, 3)
    settings.ALLOWED_HOSTS = ["*"]

    told = client.get("/api/v1/items/?page_size=1", headers={"host": "evil.example"}).content.decode()

    assert "evil" not in told and f"{settings.SITE_URL}/api/v1/items/?page_size=1&cursor=" in told


# Whether a million rows would be sorted: asked of the database itself.


def plan_of(call):
    with CaptureQueriesContext(
        connection,
    ) as asked:
        call()
    # The page itself: the one that reads a page's rows and one more.
    (page,) = [
        each["sql"] for each in asked.captured_queries if "ORDER BY" in each["sql"] and "LIMIT 51" in each["sql"]
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off; SET LOCAL enable_bitmapscan = off"
            )
            cursor.execute(f"EXPLAIN {page}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {page.replace('%', '%%')}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


CASES = [
    "items/", "items/?agency=bureau", "items/?agency=bureau&year=2022", "items/?column={column}",
    "items/?column={above}", "items/?year=2022", "items/?published_from=2022-01-01",
    "items/?updated_since=2022-01-01T00:00:00Z", "decisions/", "decisions/?agency=bureau",
    "proposals/", "documents/", "agencies/", "categories/",
]  # fmt: skip


@pytest.mark.parametrize("address", CASES)
def test_page_is_found_without_sorting_all_rows(client, agency, address):
    above = CategoryFactory(agency=agency)
    column = CategoryFactory(agency=agency, parent=above)
    ItemFactory(agency=agency, category=column, public=True)
    AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 2))
    ProposalFactory(agency=agency, is_public=True)
    address = f"/api/v1/{address.format(column=column.pk, above=above.pk)}"

    plan = plan_of(lambda: client.get(address))

    assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
    # Rows of one day may be sorted among themselves where no index has their keys.
    assert not re.search(r"(?m)(^|->)\s*Sort\s+\(cost", plan), plan


def test_sort_of_all_rows_shows_in_the_plan(client, agency):
    """The twin."""
    from config.api.items import Items

    request = RequestFactory().get("/api/v1/items/")
    view = Items(newest_by="formed_on", narrowing=("updated_since",))
    view.setup(request)

    plan = plan_of(lambda: view.dispatch(RequestFactory().get("/", {"updated_since": "2022-01-01T00:00:00Z"})))

    assert "USE TEMP B-TREE FOR ORDER BY" in plan or "Sort" in plan
