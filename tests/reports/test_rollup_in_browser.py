"""下级年报 in a real browser: readable, nothing cut off, a report returned and one accepted, and the list on paper."""

import pytest

from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import DeliveryFactory

FAILING = [{"id": "B-ROW", "level": "error", "cell": "requests.new.total", "message": "一、本年新收：5，而表中为 6"}]


@pytest.fixture
def page(transactional_db, chromium, live_server):
    district = AgencyFactory(name="示例区人民政府", level="county", has_portal=False)
    DeliveryFactory(to_agency=district, agency=AgencyFactory(parent=district, name="甲局"))
    DeliveryFactory(to_agency=district, agency=AgencyFactory(parent=district, name="乙局"), failures=FAILING)
    AgencyFactory(parent=district, name="丙局")
    officer = MembershipFactory(agency=district, role="report_officer").user
    officer.set_password("示例口令-2026")
    officer.save()
    context = chromium.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", officer.username)
    page.fill("#id_password", "示例口令-2026")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    page.goto(f"{live_server.url}/admin/reports/rollup/?year=2022")
    yield page
    context.close()


def faults_of(page):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".rollup").response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [(fault["id"], fault["nodes"][0]["html"]) for fault in found], wide


def test_officer_returns_one_and_accepts_the_rest(page):
    from playwright.sync_api import expect

    page.get_by_text("错误1项").click()
    expect(page.get_by_text("一、本年新收：5，而表中为 6")).to_be_visible()
    page.get_by_label("退回乙局的报告").click()
    assert faults_of(page) == ([], False)
    page.get_by_label("退回意见").locator("visible=true").fill("请核对新收件数")
    page.get_by_role("button", name="确认退回").locator("visible=true").click()
    expect(page.get_by_text("退回意见：请核对新收件数")).to_be_visible()

    page.get_by_role("link", name="接收全部无错误的报告").click()
    assert faults_of(page) == ([], False)
    page.get_by_role("button", name="确认接收1份").click()
    expect(page.get_by_text("应报送3个：已接收1个，待接收0个，未报送1个，已退回、待重新报送1个")).to_be_visible()
    page.get_by_role("link", name="查看甲局报送的报告").click()
    assert faults_of(page) == ([], False)


def test_paper_shows_the_list_alone(page):
    page.emulate_media(media="print")

    assert not page.locator("#nav-sidebar").is_visible()
    assert not page.locator(".rollup .choose").is_visible() and not page.locator(".rollup .acts").first.is_visible()
    assert page.locator(".rollup table").first.is_visible()
