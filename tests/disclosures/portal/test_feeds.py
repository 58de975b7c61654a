"""Atom feeds: what RFC 4287 asks, what stays the same, and what a second visit costs."""

from datetime import date, timedelta

import pytest
from lxml import etree

from disclosures.models import ItemState
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ItemFactory

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://gk.example.gov.cn"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


def feed_at(client, address="/bureau/feed/"):
    response = client.get(address)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def told(element, path):
    return element.xpath(f"string({path})", namespaces=ATOM)


def test_feed_and_entries_have_what_the_standard_requires(client, agency):
    item = ItemFactory(agency=agency, public=True, summary="一句话", body="<p>正文</p><script>x</script>")

    feed = feed_at(client)
    (entry,) = feed.xpath("a:entry", namespaces=ATOM)

    assert told(feed, "a:id") == "tag:gk.example.gov.cn,2019:bureau/"
    assert told(feed, "a:title") and told(feed, "a:updated") and told(feed, "a:author/a:name") == "示例局"
    assert told(feed, "a:link[@rel='self']/@href") == "https://gk.example.gov.cn/bureau/feed/"
    assert told(entry, "a:id") == f"tag:gk.example.gov.cn,2019:bureau/items/{item.pk}"
    assert told(entry, "a:title") == item.title and told(entry, "a:summary") == "一句话"
    assert told(entry, "a:published") == "2022-03-01T00:00:00+08:00" and told(entry, "a:updated")
    assert told(entry, "a:author/a:name") == "示例局" and told(entry, "a:category/@term") == item.category.name
    assert told(entry, "a:content[@type='html']") == "<p>正文</p>"


def test_id_outlives_title_scheme_and_change(client, agency, settings):
    item = ItemFactory(agency=agency, public=True)
    before = told(feed_at(client), "a:entry/a:id")
    type(item).objects.filter(pk=item.pk).update(title="改过的标题", published_on=date(2022, 5, 1), version=9)
    settings.SITE_URL = "http://gk.example.gov.cn:8080"

    assert told(feed_at(client), "a:entry/a:id") == before


def test_signs_that_xml_does_not_know_are_left_out(client, agency):
    ItemFactory(agency=agency, public=True, title="甲\x0b乙\x08", summary="\x1f丙\uffff", body="<p>丁\x0c</p>")

    feed = feed_at(client)

    assert told(feed, "a:entry/a:title") == "甲乙" and told(feed, "a:entry/a:summary") == "丙"


def test_only_public_items_newest_first_at_most_fifty(client, agency):
    for day in range(52):
        ItemFactory(agency=agency, public=True, published_on=date(2022, 1, 1) + timedelta(days=day))
    ItemFactory(agency=agency, state=ItemState.DRAFT, title="草稿")
    ItemFactory(public=True, title="别的机关的")

    days = feed_at(client).xpath("a:entry/a:published/text()", namespaces=ATOM)

    assert len(days) == 50 and days == sorted(days, reverse=True) and days[0].startswith("2022-02-21")


def test_column_has_its_own_and_those_beneath(client, agency):
    above = CategoryFactory(agency=agency)
    beneath = CategoryFactory(agency=agency, parent=above)
    ItemFactory(agency=agency, category=beneath, public=True, title="下级栏目的")
    ItemFactory(agency=agency, public=True, title="别的栏目的")

    feed = feed_at(client, f"/bureau/columns/{above.pk}/feed/")

    assert feed.xpath("a:entry/a:title/text()", namespaces=ATOM) == ["下级栏目的"]
    assert told(feed, "a:id").endswith(f":bureau/columns/{above.pk}")


def test_column_of_another_agency_is_not_there(client, agency):
    other = CategoryFactory()

    for pk in (other.pk, 10**12, 10**30):
        assert client.get(f"/bureau/columns/{pk}/feed/").status_code == 404


def test_feed_without_entries_is_valid_and_stays_the_same(client, agency):
    first, again = client.get("/bureau/feed/"), client.get("/bureau/feed/")

    assert told(etree.fromstring(first.content), "a:updated").startswith("2019-01-01")
    assert first.content == again.content and first.headers["ETag"] == again.headers["ETag"]


def test_unchanged_feed_is_not_sent_again(client, agency):
    item = ItemFactory(agency=agency, public=True)
    first = client.get("/bureau/feed/")

    for condition in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get("/bureau/feed/", headers=condition)
        assert again.status_code == 304 and not again.content and again["ETag"] == first["ETag"]

    item.state = ItemState.WITHDRAWN
    item.save()
    gone = client.get("/bureau/feed/", headers={"If-None-Match": first["ETag"]})
    assert gone.status_code == 200 and item.title not in gone.content.decode()


def test_long_body_is_read_on_its_page(client, agency):
    ItemFactory(agency=agency, public=True, body=f"<p>{'长' * 30_000}</p>")

    entry = feed_at(client).find("a:entry", ATOM)

    assert entry.find("a:content", ATOM) is None and len(told(entry, "a:summary")) <= 150


def test_feed_costs_the_same_with_many_items(client, agency, django_assert_max_num_queries):
    column = CategoryFactory(agency=agency)
    for number in (0, 60):
        ItemFactory.create_batch(number, agency=agency, category=column, public=True)
        for address in ("/bureau/feed/", f"/bureau/columns/{column.pk}/feed/"):
            with django_assert_max_num_queries(6):  # five, and what is due for release
                client.get(address)
