"""A citizen in a real browser sends a file to be verified, with and without scripts."""

import pytest

from tests.factories.disclosures import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.reports import AnnualReportFactory, published


@pytest.fixture
def address(transactional_db, live_server):
    agency = AgencyFactory(code="bureau", name="示例局")
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    manager = MembershipFactory(agency=agency, role="manager").user
    published(report, manager)
    return f"{live_server.url}/bureau/reports/2022/verify/"


def test_file_is_verified_without_scripts_and_the_answer_is_accessible(chromium, address, tmp_path):
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import expect

    (tmp_path / "mine.txt").write_text("不是报告")
    faults = {}
    for options in ({"java_script_enabled": False}, {"bypass_csp": True, "viewport": {"width": 320, "height": 700}}):
        context = chromium.new_context(**options)
        page = context.new_page()
        page.goto(address)
        page.get_by_label("年度报告文件").set_input_files(tmp_path / "mine.txt")
        page.get_by_role("button", name="核验").click()
        expect(page.get_by_role("heading", name="核验结果：与定稿文件不一致")).to_be_visible()
        if "bypass_csp" in options:
            faults = [fault["id"] for fault in Axe().run(page).response["violations"]]
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not page.evaluate(wide)
        context.close()

    assert faults == []
