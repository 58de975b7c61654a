"""The public portal: what it shows, what it never shows, and at what cost."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from disclosures.models import Attachment, ItemState, Openness
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, published
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def published_report(agency):
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    manager = MembershipFactory(agency=agency, role="manager").user
    return published(report, by=manager)


def public_pages(agency, item):
    return [
        "/",
        f"/{agency.code}/",
        f"/{agency.code}/items/",
        f"/{agency.code}/items/{item.pk}/",
        f"/{agency.code}/documents/",
        f"/{agency.code}/guide/",
        f"/{agency.code}/rules/",
        f"/{agency.code}/requests/",
        f"/{agency.code}/reports/",
        f"/{agency.code}/documents/in-force/",
        "/sitemap.xml",
        "/api/v1/items/",
        "/api/v1/documents/",
        "/api/v1/agencies/",
        "/api/v1/categories/",
        "/api/v1/reports/",
    ]


def everything_public(client, agency, item):
    return "".join(client.get(address, follow=True).content.decode() for address in public_pages(agency, item))


HIDDEN = [
    {"state": ItemState.DRAFT},
    {"state": ItemState.SUBMITTED},
    {"state": ItemState.RETURNED},
    {"state": ItemState.WITHDRAWN},
    {"openness": Openness.ON_REQUEST},
    {"openness": Openness.CLOSED},
]


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_what_is_not_public_appears_nowhere(client, agency, hidden):
    item = ItemFactory(agency=agency, public=True, title="隐藏的标题", **{**hidden})

    assert client.get(f"/bureau/items/{item.pk}/").status_code == 404
    shown = everything_public(client, agency, item)
    assert "隐藏的标题" not in shown and f"/items/{item.pk}/" not in shown


def test_the_same_item_published_is_there(client, agency):
    """The twin of the test above."""
    item = ItemFactory(agency=agency, public=True, title="隐藏的标题")

    assert everything_public(client, agency, item).count("隐藏的标题") >= 3


def test_applicants_reach_no_public_page(client, agency, published_report):
    DisclosureRequestFactory(agency=agency, applicant_name="张三李四", description="秘密的内容", id_number="3701")
    item = ItemFactory(agency=agency, public=True)

    shown = everything_public(client, agency, item) + client.get("/bureau/reports/2022/").content.decode()

    assert not any(secret in shown for secret in ("张三李四", "秘密的内容", "3701"))


def test_markup_in_records_is_shown_as_text_or_cleaned(client, agency):
    item = ItemFactory(
        agency=agency, public=True, title=HOSTILE, summary=HOSTILE, body=f"<p>正文</p>{HOSTILE}", office=HOSTILE
    )
    item.category.name = HOSTILE
    item.category.save()

    for address in public_pages(agency, item)[1:5]:
        shown = client.get(address).content.decode()
        assert "<script>alert" not in shown and "<img src=x" not in shown, address


def test_body_is_cleaned_however_it_was_stored(client, agency):
    item = ItemFactory(agency=agency, public=True)
    type(item).objects.filter(pk=item.pk).update(
        body='<p onclick="x">甲</p><a href="javascript:x">乙</a><iframe></iframe>'
    )

    shown = client.get(f"/bureau/items/{item.pk}/").content.decode()

    assert "<p>甲</p>" in shown
    assert "onclick" not in shown and "javascript:" not in shown and "iframe" not in shown


def test_left_navigation_has_the_five_columns_in_order(client, agency):
    shown = client.get("/bureau/").content.decode()

    names = ["政府信息公开指南", "政府信息公开制度", "法定主动公开内容", "政府信息公开年报", "依申请公开"]
    places = [shown.index(name) for name in names]
    assert places == sorted(places)


def test_only_agency_is_the_front_page_and_several_are_a_directory(client, agency):
    assert client.get("/").headers["Location"] == "/bureau/"

    AgencyFactory(name="另一机关")

    assert "另一机关" in client.get("/").content.decode()


def test_subordinate_without_portal_has_none(client):
    AgencyFactory(code="sub", has_portal=False)

    assert client.get("/sub/").status_code == 404


@pytest.mark.parametrize("query", ["page=99999999999999", "page=-1", "page=abc", "year=99999", "year=abcd", "column="])
def test_odd_addresses_still_show_a_list(client, agency, query):
    ItemFactory(agency=agency, public=True)

    assert client.get(f"/bureau/items/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["column=abc", "column=99999999999999999999", "column=0", "column=\x00"])
def test_column_that_is_not_there_is_404(client, agency, query):
    assert client.get(f"/bureau/items/?{query}").status_code == 404


def test_column_shows_its_own_and_those_beneath(client, agency):
    above = CategoryFactory(agency=agency)
    beneath = CategoryFactory(agency=agency, parent=above)
    ItemFactory(agency=agency, category=beneath, public=True, title="下级栏目的")
    ItemFactory(agency=agency, public=True, title="别的栏目的")

    shown = client.get(f"/bureau/items/?column={above.pk}").content.decode()

    assert "下级栏目的" in shown and "别的栏目的" not in shown


def test_attachment_of_a_public_item_downloads_under_its_chinese_name(client, agency):
    item = ItemFactory(agency=agency, public=True)
    attachment = Attachment.objects.create(item=item, name="附件一.txt", file=ContentFile(b"text", "uploaded-name.txt"))

    response = client.get(f"/bureau/items/{item.pk}/attachments/{attachment.pk}/")

    assert b"".join(response.streaming_content) == b"text"
    assert "attachment; filename*=UTF-8''%E9%99%84" in response.headers["Content-Disposition"]
    assert "uploaded-name" not in attachment.file.name
    type(item).objects.filter(pk=item.pk).update(state=ItemState.WITHDRAWN)
    assert client.get(f"/bureau/items/{item.pk}/attachments/{attachment.pk}/").status_code == 404


def test_document_and_interpretation_point_at_each_other(client, agency):
    item = ItemFactory(agency=agency, public=True, title="一图读懂")
    document = NormativeDocumentFactory(agency=agency, title="示例办法", repealed_on=date(2022, 6, 1))
    document.interpretations.add(item)

    assert f"/bureau/documents/{document.pk}/" in client.get(f"/bureau/items/{item.pk}/").content.decode()
    shown = client.get(f"/bureau/documents/{document.pk}/").content.decode()
    assert f"/bureau/items/{item.pk}/" in shown and "废止" in shown


def test_published_report_is_real_tables_and_a_pdf(client, agency, published_report, settings):
    shown = client.get("/bureau/reports/2022/").content.decode()

    assert shown.count('<table class="statutory') == 3
    assert 'rowspan="22"' in shown and "草稿" not in shown
    assert "示例局" in client.get("/bureau/reports/").content.decode()
    if not (settings.FONTS_DIR / "FandolFang-Regular.otf").exists():
        pytest.skip("fonts are not there: make install")
    first, again = (client.get("/bureau/reports/2022.pdf") for _ in range(2))
    assert first.content.startswith(b"%PDF") and first.content == again.content
    assert "filename*=UTF-8''" in first.headers["Content-Disposition"]


def test_draft_report_is_not_public(client, agency):
    AnnualReportFactory(agency=agency)

    assert [client.get(f"/bureau/reports/2022{end}").status_code for end in ("/", ".pdf")] == [404, 404]


def test_report_in_the_api_is_the_open_format(client, published_report):
    (report,) = client.get("/api/v1/reports/").json()["results"]

    assert report["schema"] == "annual-report/1" and report["status"] == "published"
    assert report["digest"] == published_report.digest and "printed" not in report


def test_pages_cost_the_same_with_many_rows(client, agency, django_assert_max_num_queries):
    item = PublicationFactory(item__agency=agency).item
    for number in (0, 30):
        ItemFactory.create_batch(number, agency=agency, category=item.category, public=True)
        AgencyFactory.create_batch(number)
        for address in (*public_pages(agency, item)[:9], "/api/v1/items/"):
            with django_assert_max_num_queries(12):
                client.get(address)


def test_no_page_loads_anything_from_elsewhere(client, agency):
    import re

    item = ItemFactory(agency=agency, public=True)
    for address in public_pages(agency, item)[:9]:
        response = client.get(address, follow=True)
        # The canonical address names the page itself and loads nothing.
        shown = re.sub(r'<link rel="canonical"[^>]*>', "", response.content.decode())
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', shown), address
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_health(client):
    assert client.get("/healthz").content == b"ok"
