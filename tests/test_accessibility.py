"""A real browser over every page of the portal that a link leads to, in the looks a reader may choose.

WCAG rules by axe, no sideways scrolling from 320 px, nothing asked of anyone else, little to load.
"""

from datetime import date
from urllib.parse import urldefrag, urlsplit

import pytest
from django.core.files.base import ContentFile
from django.urls import Resolver404, resolve

from disclosures.models import Attachment, Category
from requests_app.models import DisclosureRequest
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
from tests.factories.reports import AnnualReportFactory, published
from tests.factories.requests_app import DisclosureRequestFactory, ProposalFactory

LOOKS = {
    "320 px": {"width": 320},
    "768 px": {"width": 768},
    "1366 px": {"width": 1366},
    "largest type": {"width": 768, "display": "larger.plain"},
    "high contrast": {"width": 1366, "display": "large.high"},
}
# Files and addresses for programs: no page to look at.
NO_PAGE = {"admin", "api"}
ENDINGS = (".pdf", ".xlsx", ".xml", ".json", ".ics", ".zip", "/feed/")
BYTES, REQUESTS = 200 * 1024, 15


@pytest.fixture
def front(transactional_db, live_server):
    """The address of a portal that has something of everything."""
    agency = AgencyFactory(code="bureau", name="示例局", address="示例路1号", shows_request_register=True)
    AgencyFactory(code="empty", name="另一示例局")  # so that the front page is the directory
    column = CategoryFactory(agency=agency, article_20="20-01")
    item = PublicationFactory(item__agency=agency, item__category=column).item
    for number in range(25):
        shown = ItemFactory(agency=agency, category=column, public=True, title=f"示例信息{number}", summary="示例概述")
    Attachment.objects.create(item=shown, name="附件一.txt", file=ContentFile(b"text", "a.txt"))
    document = NormativeDocumentFactory(agency=agency, item=shown)
    document.interpretations.add(item)
    CategoryFactory(agency=agency, is_rules=True)
    AdministrativeDecisionFactory(
        agency=agency, decided_on=date(2022, 3, 1), published_on=date(2022, 3, 8), party="示例商贸有限公司"
    )
    ProposalFactory(agency=agency, answered_on=date(2022, 6, 1), is_public=True, item=shown)
    DisclosureRequestFactory(agency=agency)
    closed = DisclosureRequestFactory(agency=agency, outcome="grant", answered_on=date(2022, 12, 8), state="closed")
    DisclosureRequest.objects.filter(pk=closed.pk).update(
        public_summary="示例提要", summary_released_on=date(2022, 12, 9)
    )
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    published(report, by=MembershipFactory(agency=agency, role="manager").user)
    assert Category.objects.count() >= 2
    return f"{live_server.url}/"


@pytest.fixture
def open_page(chromium):
    """Opens a page in a context of its own; all are closed before the server is, with their connections."""
    contexts = []

    def opened(**options):
        contexts.append(chromium.new_context(**options))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def kind_of(address):
    """The name of the page, the same for every item, report or agency; None where there is no page to look at."""
    parts = urlsplit(address)
    if parts.path.endswith(ENDINGS):
        return None
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    if set(match.app_names) & NO_PAGE or "attachment" in match.view_name or "file" in match.view_name:
        return None
    return f"{match.view_name}?" if parts.query else match.view_name


def every_page(page, front):
    """Goes where the links lead, to one page of each kind; gives (kind, address) with the page open."""
    known, waiting = {"front"}, [("front", front)]
    while waiting:
        kind, address = waiting.pop(0)
        answer = page.goto(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        yield kind, address
        for link in page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)"):
            link = urldefrag(link).url
            if not link.startswith(front) or link.startswith((f"{front}empty/", f"{front}display/")):
                continue
            found = kind_of(link)
            if found and found not in known:
                known.add(found)
                waiting.append((found, link))


@pytest.mark.parametrize("look", LOOKS)
def test_no_page_has_an_accessibility_fault(open_page, front, look):
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(viewport={"width": LOOKS[look]["width"], "height": 800}, bypass_csp=True)
    if "display" in LOOKS[look]:
        page.context.add_cookies([{"name": "display", "value": LOOKS[look]["display"], "url": front}])

    faults = {}
    seen = []
    for kind, _ in every_page(page, front):
        seen.append(kind)
        found = [
            f"{fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in Axe().run(page).response["violations"]
        ]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append("scrolls sideways")
        if found:
            faults[kind] = found

    assert faults == {}
    assert {"portal:home", "portal:items", "portal:item", "portal:guide", "portal:rules", "reports:detail"} <= set(seen)


def test_every_page_is_light_and_asks_nobody_else(chromium, front):
    heavy = {}
    scout = chromium.new_context().new_page()
    for kind, address in list(every_page(scout, front)):
        context = chromium.new_context()  # nothing cached
        page = context.new_page()
        answers = []
        page.on("response", lambda answer, kept=answers: kept.append(answer))
        page.goto(address)
        assert all(answer.url.startswith((front, "data:")) for answer in answers), address
        size = sum(len(answer.body()) for answer in answers if not answer.url.startswith("data:"))
        if size > BYTES or len(answers) > REQUESTS:
            heavy[kind] = (size, len(answers))
        context.close()
    scout.context.close()

    assert heavy == {}


def test_a_page_is_titled_and_has_landmarks_one_heading_and_a_way_past_the_navigation(open_page, front):
    page = open_page(java_script_enabled=True)

    for kind, address in every_page(page, front):
        assert page.locator("h1").count() == 1, kind
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert page.locator("main").count() == 1 and page.locator("header.masthead").count() == 1, kind
        assert page.title() and "None" not in page.title(), address
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip", kind


def test_choice_of_size_and_contrast_needs_no_script_and_stays(open_page, front):
    page = open_page(java_script_enabled=False)
    page.goto(f"{front}bureau/guide/")
    usual = page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)")

    page.get_by_role("link", name="特大字号").click()
    page.wait_for_load_state()
    assert page.url == f"{front}bureau/guide/"
    assert page.evaluate("parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)") >= 1.5 * usual

    page.get_by_role("link", name="高对比度").click()
    page.wait_for_load_state()
    page.goto(f"{front}bureau/")
    assert page.evaluate("getComputedStyle(document.querySelector('main')).backgroundColor") == "rgb(0, 0, 0)"
    assert "size-larger" in page.locator("html").get_attribute("class")


def test_paper_shows_the_text_alone(open_page, front):
    page = open_page()
    page.goto(f"{front}bureau/guide/")
    page.emulate_media(media="print")

    for hidden in (".masthead", ".side", ".foot", ".tools"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.locator("main h1").is_visible()


def test_portal_works_without_scripts(open_page, front):
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=False)

    page.goto(f"{front}bureau/")
    page.get_by_role("link", name="政府信息公开年报").first.click()
    page.get_by_role("link", name="2022年政府信息公开工作年度报告").click()

    expect(page.get_by_role("link", name="下载PDF")).to_be_visible()
    assert page.locator("table.statutory").count() == 3
