"""What pages say of themselves to machines: required tags with real values, one address each, structured data."""

import json
from datetime import UTC, date, datetime

import pytest
from lxml import html

from disclosures import actions, history
from disclosures.models import ItemState
from disclosures.portal import heads
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    CategoryFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

SITE = ["SiteName", "SiteDomain", "SiteIDCode"]
COLUMN = [*SITE, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
ARTICLE = [*COLUMN, "ArticleTitle", "PubDate", "ContentSource"]


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = "https://gk.example.gov.cn"
    settings.SITE_NAME = "示例县人民政府"
    settings.SITE_ID_CODE = "3710030012"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局", address="示例路1号", postcode="264400")


def page_of(client, address):
    return html.fromstring(client.get(address).content)


def tags_of(page):
    return {tag.get("name"): tag.get("content") for tag in page.xpath("//meta[@name]")}


def graph_of(page):
    (script,) = page.xpath('//script[@type="application/ld+json"]')
    return {entry["@type"]: entry for entry in json.loads(script.text)["@graph"]}


def pages_with(agency):
    item = ItemFactory(agency=agency, public=True)
    document = NormativeDocumentFactory(agency=agency)
    decision = AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 3))
    lists = ["items/", "items/by-law/", "items/2022/03/", "documents/", "documents/in-force/", "documents/years/2022/"]
    lists += [f"columns/{item.category_id}/", f"columns/{item.category_id}/2022/03/", "decisions/", "guide/", "rules/"]
    return {
        "/bureau/": SITE,
        **{f"/bureau/{path}": COLUMN for path in (*lists, "requests/")},
        f"/bureau/items/{item.pk}/": ARTICLE,
        f"/bureau/documents/{document.pk}/": ARTICLE,
        f"/bureau/decisions/{decision.pk}/": ARTICLE,
    }


def test_every_page_has_the_tags_of_its_kind_filled(client, agency):
    for address, names in pages_with(agency).items():
        tags = tags_of(page_of(client, address))

        assert [name for name in tags if name in ARTICLE] == names, address
        assert all(value and value != "null" for value in tags.values()), address


def test_no_identifier_is_made_up(client, agency, settings):
    settings.SITE_ID_CODE = settings.SITE_NAME = ""

    for address in pages_with(agency):
        tags = tags_of(page_of(client, address))

        assert "SiteIDCode" not in tags and tags["SiteName"] == "示例局", address


@pytest.mark.parametrize(
    ("article", "description"),
    [
        (
            "20-07",
            "示例局“预算”栏目，公开《中华人民共和国政府信息公开条例》第二十条第（七）项规定的财政预算、决算信息。",
        ),
        ("21-04", "示例局“预算”栏目，公开《中华人民共和国政府信息公开条例》第二十一条规定的社会救助信息。"),
        ("", "示例局“预算”栏目，公开本机关的政府信息。"),
    ],
)
def test_column_is_described_by_what_it_must_hold(agency, article, description):
    column = CategoryFactory.build(pk=7, agency=agency, name="预算", article_20=article)

    assert dict(heads.category(agency, column).tags)["ColumnDescription"] == description


def test_item_is_dated_to_the_minute_of_its_release(client, agency, django_assert_num_queries):
    officer = MembershipFactory(agency=agency, role="manager").user
    item = ItemFactory(agency=agency, created_by=UserFactory(), state=ItemState.SUBMITTED)
    PublicationFactory(item=item, published_on=date(2022, 3, 1))
    actions.approve(item=item, by=officer, answers=actions.YES)
    item.refresh_from_db()

    assert heads.published_at([item])[item.pk] == heads.midnight(date(2022, 3, 1))  # elsewhere before: the day alone

    type(item).objects.filter(pk=item.pk).update(published_on=heads.timezone.localdate())
    item.refresh_from_db()
    entry = history.entries_of(item).get(step="publish")
    with django_assert_num_queries(1):
        assert heads.published_at([item])[item.pk] == entry.at
    shown = tags_of(page_of(client, f"/bureau/items/{item.pk}/"))["PubDate"]
    assert shown == f"{heads.timezone.localtime(entry.at):%Y-%m-%d %H:%M}"


def test_address_of_a_page_is_the_sites_own_and_has_no_query(client, agency):
    for address in pages_with(agency):
        page = page_of(client, f"{address}?page=2")
        (canonical,) = page.xpath('//link[@rel="canonical"]/@href')

        assert canonical == f"https://gk.example.gov.cn{address}"
        assert page.xpath('//meta[@property="og:url"]/@content') == [canonical]


def test_only_a_list_as_it_is_without_filters_is_for_search_engines(client, agency):
    item = ItemFactory(agency=agency, public=True)

    assert "robots" not in tags_of(page_of(client, "/bureau/items/"))
    assert tags_of(page_of(client, "/bureau/items/?year=2022"))["robots"] == "noindex, follow"
    assert "robots" not in tags_of(page_of(client, f"/bureau/items/{item.pk}/?from=timeline"))


def test_structured_data_says_who_what_and_when(client, agency):
    item = ItemFactory(agency=agency, public=True, index_number="X/2022-1", summary="一句话")

    home = graph_of(page_of(client, "/bureau/"))
    column = graph_of(page_of(client, "/bureau/items/"))
    article = graph_of(page_of(client, f"/bureau/items/{item.pk}/"))

    assert set(home) == {"GovernmentOrganization", "WebSite"}
    assert home["GovernmentOrganization"]["address"]["streetAddress"] == "示例路1号"
    assert set(column) == {"GovernmentOrganization", "CollectionPage", "BreadcrumbList"}
    told = article["Article"]
    assert told["datePublished"] == "2022-03-01T00:00:00+08:00" and told["identifier"] == "X/2022-1"
    assert told["publisher"]["@id"] == article["GovernmentOrganization"]["@id"]
    assert [step["position"] for step in article["BreadcrumbList"]["itemListElement"]] == [1, 2, 3]


def test_nothing_in_a_record_ends_the_data(client, agency):
    hostile = '</script><script>alert(1)</script>"\u2028'
    item = ItemFactory(agency=agency, public=True, title=hostile, summary=hostile, keywords=hostile[:90])

    response = client.get(f"/bureau/items/{item.pk}/")

    assert b"<script>alert" not in response.content
    assert graph_of(html.fromstring(response.content))["Article"]["headline"] == hostile


def test_preview_names_the_address_that_the_item_will_have(client, agency):
    item = ItemFactory(agency=agency)
    client.force_login(MembershipFactory(agency=agency, role="clerk").user)

    page = page_of(client, f"/admin/disclosures/item/{item.pk}/preview/")

    assert page.xpath('//link[@rel="canonical"]/@href') == [f"https://gk.example.gov.cn/bureau/items/{item.pk}/"]


def test_description_ends_with_a_sentence():
    assert heads.described("一。" * 60 + "二" * 90) == "一。" * 60
    assert heads.described("二" * 200) == "二" * 149 + "…"
    assert heads.described(" 甲\n乙 ") == "甲 乙"


def test_a_moment_of_another_day_is_not_that_of_the_publication(agency):
    """The twin: withdrawn and published again, an item keeps its first day."""
    item = ItemFactory(agency=agency, public=True)
    history.record(item, by=None, step="publish", what="再次发布")

    assert heads.published_at([item])[item.pk] == datetime(2022, 2, 28, 16, 0, tzinfo=UTC)
