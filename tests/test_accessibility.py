"""A real browser over the portal: WCAG rules by axe, no sideways scrolling at 320 px, nothing asked of anyone else."""

import pytest

from tests.factories.disclosures import (
    AgencyFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, published

PAGES = ["", "guide/", "rules/", "items/", "items/{item}/", "documents/", "documents/{document}/", "requests/"]
PAGES += ["reports/", "reports/2022/", "reports/2022/verify/", "documents/in-force/"]


@pytest.fixture
def addresses(transactional_db, live_server):
    agency = AgencyFactory(code="bureau", name="示例局", address="示例路1号")
    item = PublicationFactory(item=ItemFactory(agency=agency, public=True, body="<h2>小标题</h2><p>正文</p>")).item
    document = NormativeDocumentFactory(agency=agency)
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    manager = MembershipFactory(agency=agency, role="manager").user
    published(report, by=manager)
    return [f"{live_server.url}/bureau/{page.format(item=item.pk, document=document.pk)}" for page in PAGES]


@pytest.fixture
def open_page(chromium, addresses):
    """Opens a page in a context of its own; all are closed before the server is, with their connections."""
    contexts = []

    def opened(**options):
        contexts.append(chromium.new_context(**options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [320, 1366])
def test_portal_pages_have_no_accessibility_fault(open_page, addresses, live_server, width):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(viewport={"width": width, "height": 800}, bypass_csp=True)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))

    faults = {}
    for address in addresses:
        page.goto(address)
        found = [fault["id"] for fault in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            faults[address] = found

    assert faults == {}
    assert all(url.startswith(live_server.url) for url in asked)


def test_portal_works_without_scripts(open_page, addresses):
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=False)

    page.goto(addresses[0])
    page.get_by_role("link", name="政府信息公开年报").first.click()
    page.get_by_role("link", name="2022年政府信息公开工作年度报告").click()

    assert page.locator("table.statutory").count() == 3
    expect(page.get_by_role("link", name="下载PDF")).to_be_visible()
