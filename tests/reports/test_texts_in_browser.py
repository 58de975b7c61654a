"""The text of a report in a real browser: names of data go in at the cursor, ready texts into their field."""

import pytest

from disclosures.models import ChannelKind, Role
from reports.models import ReportText
from tests.factories.disclosures import (
    AgencyFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    PublicationFactory,
)
from tests.factories.reports import AnnualReportFactory
from tests.requests_app.test_desk_in_browser import serious_faults


@pytest.fixture
def agency(transactional_db):
    agency = AgencyFactory(name="示例局", short_name="我局")
    website = ChannelFactory(agency=agency, kind=ChannelKind.WEBSITE)
    for _ in range(12):
        PublicationFactory(item=ItemFactory(agency=agency, public=True), channel=website, published_on="2022-05-01")
    return agency


@pytest.fixture
def officer(agency):
    user = MembershipFactory(agency=agency, role=Role.REPORT_OFFICER).user
    user.set_password("示例口令-2026")
    user.save()
    return user


@pytest.fixture
def sign_in(chromium, live_server, officer):
    contexts = []

    def signed_in():
        contexts.append(chromium.new_context(viewport={"width": 1366, "height": 768}, bypass_csp=True))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("#id_username", officer.username)
        page.fill("#id_password", "示例口令-2026")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield signed_in
    for context in contexts:
        context.close()


def test_officer_writes_with_bound_numbers(sign_in, live_server, agency, officer):
    report = AnnualReportFactory(agency=agency, created_by=officer)
    report.texts.create(section="overview.proactive", text="全年通过政府网站发布信息12条。")
    page = sign_in()
    page.goto(f"{live_server.url}/admin/reports/annualreport/{report.pk}/change/")
    assert serious_faults(page) == {}

    page.click("button[data-bind]")
    assert page.input_value("#id_overview\\.proactive") == "全年通过政府网站发布信息{网站条数}条。"
    page.focus("#id_overview\\.platform")
    page.keyboard.press("Control+End")
    page.fill("#data-find", "网站同比")
    page.get_by_role("button", name="{网站同比}").click()
    assert page.input_value("#id_overview\\.platform").endswith("{网站同比}")
    page.click("#text-overview\\.requests summary:has-text('常用文字')")
    page.click("#text-overview\\.requests .offers button")
    assert "畅通" in page.input_value("#id_overview\\.requests")
    page.click("button:has-text('保存文字')")
    page.wait_for_url("**/change/?saved=1**")

    assert page.locator("[data-saved]").is_visible() and serious_faults(page) == {}
    stored = dict(ReportText.objects.values_list("section", "text"))
    assert stored["overview.proactive"] == "全年通过政府网站发布信息{网站条数}条。"
    assert set(stored) == {"overview.proactive", "overview.platform", "overview.requests"}
