"""更新监测 in a real browser: readable, nothing cut off, a figure leads to its list, and the paper has no side bar."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disclosures.catalogue import found_catalogue
from disclosures.models import Role
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory


@pytest.fixture
def officer(transactional_db):
    agency = AgencyFactory(code="bureau", name="示例局")
    found_catalogue(agency)
    for days, column in enumerate(agency.categories.all()[:6]):
        ItemFactory(
            agency=agency,
            category=column,
            public=True,
            published_on=timezone.localdate() - timedelta(days=days * 40),
            body='<p><a href="/bureau/items/999999/">链接</a></p>' if days % 2 else "<p>正文</p>",
        )
    user = MembershipFactory(agency=agency, role=Role.CLERK).user
    user.set_password("示例口令-2026")
    user.save()
    return user


@pytest.fixture
def page(chromium, live_server, officer):
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", officer.username)
    page.fill("#id_password", "示例口令-2026")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def test_officer_looks_over_the_column(page, live_server):
    from axe_playwright_python.sync_playwright import Axe

    page.get_by_role("link", name="更新监测").click()
    page.wait_for_url("**/admin/inspection/")

    found = Axe().run(page, context=".inspection").response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    figure = page.get_by_role("link", name="查看正文中的站内链接打不开的3条")
    assert figure.inner_text() == "3"
    figure.click()
    page.wait_for_url("**/disclosures/item/?finding=dead_link.*")
    assert page.locator("#result_list tbody tr").count() == 3


def test_paper_shows_the_check_alone(page, live_server):
    page.goto(f"{live_server.url}/admin/inspection/")
    assert page.locator("#nav-sidebar").is_visible()

    page.emulate_media(media="print")

    assert not page.locator("#nav-sidebar").is_visible()
    assert not page.locator(".inspection .buttons").is_visible()
    assert page.locator(".inspection table").first.is_visible()
    widths = page.evaluate("[document.querySelector('.inspection').offsetWidth, document.body.offsetWidth]")
    assert widths[0] > 0.9 * widths[1], widths
