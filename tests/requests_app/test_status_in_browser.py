"""An applicant follows a case in a real browser, with scripts off; the pages and their faults by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disclosures.models import Role
from requests_app import actions
from requests_app.enums import EventKind
from requests_app.models import ApplicantMessage
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.online import CODE, online_case
from tests.factories.requests_app import RequestEventFactory

DESK = "/admin/requests_app/disclosurerequest"


@pytest.fixture
def case(transactional_db):
    agency = AgencyFactory(code="bureau", name="示例局", address="示例路1号")
    day = timezone.localdate()
    found = online_case(agency=agency, number="2026-0007", arrived_on=day, received_on=day)
    RequestEventFactory(
        request=found, kind=EventKind.CORRECTION_ASKED, on=day, until=day + timedelta(days=10), note="不给申请人看"
    )
    return actions.refresh(request=found)


@pytest.fixture
def visit(chromium, live_server, case):
    """Opens pages in contexts of their own; all are closed before the server is."""
    contexts = []

    def opened(**options):
        contexts.append(chromium.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        return page

    yield opened
    for context in contexts:
        context.close()


def enter(page, live_server, code=CODE):
    from playwright.sync_api import expect

    page.goto(f"{live_server.url}/bureau/requests/status/")
    page.get_by_label("登记编号").fill("2026-0007")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查询").click()
    expect(page.locator("h1")).to_be_visible()


def test_applicant_corrects_without_scripts_and_the_officer_registers_it(visit, live_server, case, tmp_path):
    from playwright.sync_api import expect

    file = tmp_path / "补充材料.pdf"
    file.write_bytes(b"%PDF-1.7 example")
    page = visit(java_script_enabled=False)
    enter(page, live_server, code="WRONG")
    expect(page.locator(".error-summary")).to_contain_text("编号和查询码对不上")
    enter(page, live_server)
    expect(page.locator("[aria-current=step]")).to_contain_text("等待您补正")
    page.get_by_role("link", name="提交补正").click()
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator(".error-summary")).to_contain_text("请写明补正的内容，或者上传材料")
    page.get_by_label("补正的内容").fill("某规划的批复，2025年第3号")
    page.get_by_label("材料").set_input_files(file)
    page.get_by_role("button", name="提交补正").click()
    expect(page.locator("main")).to_contain_text("补充材料.pdf")
    page.get_by_role("button", name="退出查询").click()
    expect(page.locator(".notice")).to_contain_text("已退出查询")

    officer = MembershipFactory(agency=case.agency, role=Role.CASE_OFFICER).user
    officer.set_password("示例口令-2026")
    officer.save()
    desk = visit(viewport={"width": 1366, "height": 900}, bypass_csp=True)
    desk.goto(f"{live_server.url}/admin/login/?next={DESK}/{case.pk}/change/")
    desk.fill("#id_username", officer.username)
    desk.fill("#id_password", "示例口令-2026")
    desk.click("button[type=submit]")
    expect(desk.locator(".case .online")).to_contain_text("某规划的批复，2025年第3号")
    assert faults(desk, within=".case") == []
    desk.get_by_role("link", name="登记收到补正").click()
    desk.get_by_role("button", name="办理").click()
    expect(desk.locator(".case .online")).to_contain_text("已处理")
    assert ApplicantMessage.objects.get().handled_by == officer


def test_private_page_says_two_minutes_before_that_it_closes_and_one_key_keeps_it_open(visit, live_server, case):
    """WCAG 2.2.1; what is only shown is taken away, what is being written stays for its writer."""
    from playwright.sync_api import expect

    page = visit()
    page.clock.install()
    enter(page, live_server)
    page.clock.run_for("17:55")
    expect(page.locator(".expiry")).to_have_count(0)
    page.clock.run_for("00:10")
    expect(page.locator(".expiry")).to_contain_text("页面将在2分钟后关闭")
    with page.expect_response(lambda answer: answer.request.method == "HEAD") as kept:
        page.keyboard.press("Enter")
    assert kept.value.status == 200
    expect(page.locator(".expiry")).to_have_count(0)
    page.clock.run_for("20:05")
    expect(page.locator("main")).to_contain_text("页面已经关闭")
    expect(page.locator("main")).not_to_contain_text("2026-0007")

    page.goto(f"{live_server.url}/bureau/requests/status/correction/")
    page.clock.run_for("17:00")
    page.get_by_label("补正的内容").fill("写到一半")
    with page.expect_response(lambda answer: answer.request.method == "HEAD"):
        page.clock.run_for("01:05")  # whoever is writing is not asked
    expect(page.locator(".expiry")).to_have_count(0)
    page.clock.run_for("20:05")
    expect(page.locator(".expiry")).to_contain_text("请先复制您写的内容")
    expect(page.get_by_label("补正的内容")).to_have_value("写到一半")


def faults(page, within="html"):
    from axe_playwright_python.sync_playwright import Axe

    found = [
        (fault["id"], fault["nodes"][0]["html"]) for fault in Axe().run(page, context=within).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append(("scrolls sideways", page.url))
    return found


@pytest.mark.parametrize(("width", "display"), [(320, "normal.plain"), (1366, "large.high")])
def test_status_and_complaint_pages_have_no_accessibility_fault(visit, live_server, case, width, display):
    page = visit(viewport={"width": width, "height": 800}, bypass_csp=True)
    page.context.add_cookies([{"name": "display", "value": display, "url": live_server.url}])
    met = {}

    def look(name):
        met[name] = faults(page)

    page.goto(f"{live_server.url}/bureau/requests/status/")
    look("entrance")
    enter(page, live_server, code="WRONG")
    look("wrong code")
    enter(page, live_server)
    look("case")
    page.get_by_role("link", name="提交补正").click()
    look("correction")
    page.get_by_role("button", name="提交补正").click()
    page.locator(".error-summary").wait_for()
    look("correction, faults")
    page.goto(f"{live_server.url}/bureau/requests/status/withdrawal/")
    look("withdrawal")
    page.goto(f"{live_server.url}/bureau/complaints/new/?page=/bureau/items/")
    look("complaint")
    page.get_by_role("button", name="提交").click()
    page.locator(".error-summary").wait_for()
    look("complaint, faults")
    page.get_by_label("内容有错误").check()
    page.get_by_label("具体情况").fill("标题里有错别字，应为“示例”")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url("**/done/")
    look("complaint done")
    page.goto(f"{live_server.url}/bureau/complaints/status/")
    look("complaint status")

    assert {name: found for name, found in met.items() if found} == {}
