"""Sitemaps and robots.txt: every public page once, with the day it last changed, at a cost that does not grow."""

from datetime import date

import pytest
from lxml import etree

from disclosures.models import ItemState
from disclosures.portal import sitemaps
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
)
from tests.factories.reports import AnnualReportFactory, published
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db

SITE = "https://gk.example.gov.cn"
MAP = {"s": sitemaps.NAMESPACE}


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


def fetched(client, address):
    response = client.get(address)
    assert response.status_code == 200 and response.headers["Content-Type"] == "application/xml; charset=utf-8"
    return etree.fromstring(response.content)


def everything(client):
    """address → lastmod, over the whole index."""
    parts = fetched(client, "/sitemap.xml").xpath("s:sitemap/s:loc/text()", namespaces=MAP)
    found = {}
    for part in parts:
        for url in fetched(client, part.removeprefix(SITE)).xpath("s:url", namespaces=MAP):
            found[url.findtext("s:loc", namespaces=MAP)] = url.findtext("s:lastmod", namespaces=MAP)
    return found


def test_every_public_page_is_listed_with_its_last_change(client, agency):
    item = ItemFactory(agency=agency, public=True)
    document = NormativeDocumentFactory(agency=agency, issued_on=date(2022, 1, 5), repealed_on=date(2022, 6, 1))
    decision = AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 3))
    proposal = ProposalFactory(agency=agency, item=item, is_public=True, answered_on=date(2022, 4, 1))
    published(AnnualReportFactory(agency=agency), by=MembershipFactory(agency=agency, role="manager").user)

    found = everything(client)

    changed = item.updated_at.astimezone(sitemaps.timezone.get_default_timezone()).replace(microsecond=0).isoformat()
    assert found[f"{SITE}/bureau/items/{item.pk}/"] == changed
    assert found[f"{SITE}/bureau/"] == "2022-03-01"
    assert found[f"{SITE}/bureau/documents/{document.pk}/"] == "2022-06-01"
    assert found[f"{SITE}/bureau/proposals/{proposal.pk}/"] == changed
    assert found[f"{SITE}/bureau/decisions/{decision.pk}/"] == "2022-06-03"
    assert found[f"{SITE}/bureau/columns/{item.category_id}/"] == "2022-03-01"
    assert f"{SITE}/bureau/reports/2022/" in found
    assert all(client.get(address.removeprefix(SITE)).status_code == 200 for address in found)


def test_nothing_that_is_not_public_is_listed(client, agency):
    ItemFactory(agency=agency, state=ItemState.DRAFT)
    ItemFactory(agency=AgencyFactory(code="inner", has_portal=False), public=True)
    AnnualReportFactory(agency=agency)
    ProposalFactory(agency=agency, item=ItemFactory(agency=agency, state=ItemState.WITHDRAWN), is_public=True)

    found = {address for address in everything(client) if "/columns/" not in address}
    assert found == {f"{SITE}/bureau/"}


def test_parts_are_ranges_of_keys(client, agency, monkeypatch):
    monkeypatch.setattr(sitemaps, "RANGE", 10)
    for pk in (7, 9, 10, 25, 31):
        ItemFactory(agency=agency, public=True, pk=pk)

    parts = fetched(client, "/sitemap.xml").xpath("s:sitemap/s:loc/text()", namespaces=MAP)
    assert [part for part in parts if "items" in part] == [f"{SITE}/sitemap-items-{n}.xml" for n in range(4)]
    found = fetched(client, "/sitemap-items-0.xml").xpath("s:url/s:loc/text()", namespaces=MAP)
    assert found == [f"{SITE}/bureau/items/{pk}/" for pk in (7, 9)]


def test_parts_that_are_not_there(client, agency):
    ItemFactory(agency=agency, public=True)

    for name in ("items-99", "items-999999999999999999999999", "people-0"):
        assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_part_costs_the_same_with_many_rows(client, agency, django_assert_max_num_queries):
    for number in (1, 40):
        ItemFactory.create_batch(number, agency=agency, public=True)
        with django_assert_max_num_queries(4):  # two for the range of keys, one for the rows, one for what is due
            client.get("/sitemap-items-0.xml")


def test_robots_keep_out_of_what_is_not_to_be_found(client, settings):
    settings.PATH_PREFIX = ""

    shown = client.get("/robots.txt").content.decode().splitlines()

    assert shown[0] == "User-agent: *"
    assert {"Disallow: /admin/", "Disallow: /display/", "Disallow: /*/requests/status/"} <= set(shown)
    assert shown[-1] == f"Sitemap: {SITE}/sitemap.xml"


def test_robots_and_addresses_stand_beneath_the_prefix(client, settings, agency):
    from django.urls import set_script_prefix

    settings.PATH_PREFIX = settings.FORCE_SCRIPT_NAME = "/zfxxgk"
    set_script_prefix("/zfxxgk/")
    try:
        robots = client.get("/robots.txt").content.decode()
        listed = fetched(client, "/sitemap.xml").xpath("s:sitemap/s:loc/text()", namespaces=MAP)
    finally:
        set_script_prefix("/")

    assert "Disallow: /zfxxgk/admin/" in robots and f"Sitemap: {SITE}/zfxxgk/sitemap.xml" in robots
    assert listed and all(address.startswith(f"{SITE}/zfxxgk/sitemap-") for address in listed)
