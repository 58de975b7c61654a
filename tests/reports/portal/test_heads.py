"""The pages of the two upper floors say of themselves what the lower ones do."""

import json

import pytest
from lxml import html

from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, published
from tests.factories.requests_app import DisclosureRequestFactory, ProposalFactory

pytestmark = pytest.mark.django_db

SITE = ["SiteName", "SiteDomain", "SiteIDCode"]
COLUMN = [*SITE, "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
ARTICLE = [*COLUMN, "ArticleTitle", "PubDate", "ContentSource"]


def test_lists_and_pieces_have_their_tags_and_one_address(client, settings):
    settings.SITE_URL, settings.SITE_ID_CODE = "https://gk.example.gov.cn", "3710030012"
    agency = AgencyFactory(code="bureau", name="示例局", shows_request_register=True)
    item = ItemFactory(agency=agency, public=True)
    proposal = ProposalFactory(agency=agency, item=item, is_public=True)
    published(AnnualReportFactory(agency=agency), by=MembershipFactory(agency=agency, role="manager").user)
    DisclosureRequestFactory(agency=agency, answered=True, public_summary="示例提要", summary_released_on="2022-04-01")
    pages = {
        "proposals/": COLUMN,
        "proposals/years/2022/": COLUMN,
        "requests/register/": COLUMN,
        "requests/register/years/2022/": COLUMN,
        "reports/": COLUMN,
        "statistics/": COLUMN,
        f"proposals/{proposal.pk}/": ARTICLE,
        "reports/2022/": ARTICLE,
    }

    for address, names in pages.items():
        page = html.fromstring(client.get(f"/bureau/{address}").content)
        tags = {tag.get("name"): tag.get("content") for tag in page.xpath("//meta[@name]")}
        (data,) = page.xpath('//script[@type="application/ld+json"]')

        assert [name for name in tags if name in ARTICLE] == names, address
        assert all(tags.values()) and "null" not in tags.values(), address
        assert page.xpath('//link[@rel="canonical"]/@href') == [f"https://gk.example.gov.cn/bureau/{address}"]
        kinds = [entry["@type"] for entry in json.loads(data.text)["@graph"]]
        assert kinds[-1] == ("Article" if names == ARTICLE else "CollectionPage"), address


def test_version_of_a_report_names_the_address_of_its_year(client):
    agency = AgencyFactory(code="bureau")
    published(AnnualReportFactory(agency=agency), by=MembershipFactory(agency=agency, role="manager").user)

    page = html.fromstring(client.get("/bureau/reports/2022/v1/").content)

    assert page.xpath('//link[@rel="canonical"]/@href')[0].endswith("/bureau/reports/2022/")
    assert page.xpath('//meta[@name="PubDate"]/@content') == ["2023-01-16 00:00"]
