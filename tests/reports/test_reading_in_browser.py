"""核对报告 and 以前年度报告 in a real browser: readable, marked, nothing cut off, without accessibility faults."""

import pytest

from disclosures.models import Role
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.reports import published
from tests.reports.builders import CASES, tables_of_case
from tests.reports.test_checking_page import odd_page


@pytest.fixture
def officer(transactional_db):
    user = MembershipFactory(agency=AgencyFactory(name=published.NAME), role=Role.REPORT_OFFICER).user
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


def faults(page, part):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=part).response["violations"]
    told = [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        told.append(("scrolls sideways", page.url))
    return told


def file(data, name="年报.html"):
    return {"name": name, "mimeType": "text/html", "buffer": data}


def test_officer_checks_a_report(page):
    page.get_by_role("link", name="核对报告").click()
    page.wait_for_url("**/admin/reports/check/")
    assert faults(page, ".checking") == []

    page.get_by_label("年度报告", exact=False).first.set_input_files(file(odd_page()))
    before = published.web(published.all_rows(tables_of_case(CASES[0])[2]), year=2022)
    page.get_by_label("上年的年度报告").set_input_files(file(before))
    page.get_by_role("button", name="核对").click()
    page.wait_for_selector("#result")

    assert faults(page, ".checking") == []
    assert page.locator("table.statutory").count() == 3
    assert page.locator("td.unread").count() == 1
    assert page.locator("td.error").count() > 1


def test_officer_enters_a_former_report(page):
    page.get_by_role("link", name="以前年度报告", exact=True).click()
    page.wait_for_url("**/reports/formerreport/")
    page.goto(page.url + "add/")
    page.wait_for_url("**/formerreport/add/")
    assert faults(page, ".former") == []

    page.get_by_label("年度", exact=False).first.fill("2023")
    data = published.web(published.all_rows(tables_of_case(CASES[0])[2]))
    page.get_by_label("年度报告文件").set_input_files(file(data))
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/change/")

    assert faults(page, ".former") == []
    assert page.locator("table.statutory").count() == 3
