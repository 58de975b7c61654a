"""An officer at the desk, in a real browser: a case from registration to its answer, and the pages by axe."""

from datetime import timedelta

import pytest
from django.utils import timezone

from disclosures import calendars
from disclosures.models import Role
from requests_app.models import DisclosureRequest, Letter
from tests.factories.disclosures import AgencyFactory, MembershipFactory

DESK = "/admin/requests_app/disclosurerequest"


@pytest.fixture
def officer(transactional_db):
    agency = AgencyFactory(review_organ="示例区人民政府", court="示例区人民法院", document_mark="示")
    user = MembershipFactory(agency=agency, role=Role.CASE_OFFICER).user
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


def serious_faults(page):
    """Faults of our own parts; the theme's navigation is not ours to mend."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context="#content-main, .case, main").response["violations"]
    return {fault["id"]: fault["nodes"][0]["html"] for fault in found if fault["impact"] in ("serious", "critical")}


def test_case_is_answered_as_an_officer_would(page, live_server, officer):
    received = calendars.current().on_or_before(timezone.localdate() - timedelta(days=1))
    page.goto(f"{live_server.url}{DESK}/add/")
    page.fill("#id_applicant_name", "王示例")
    page.select_option("#id_applicant_kind", "natural_person")
    page.fill("#id_received_on", received.isoformat())
    page.fill("#id_description", "某规划的批复")
    page.click("[name=_save]")
    page.wait_for_url("**/change/")
    case = page.url
    assert "下一步" in page.inner_text(".case") and serious_faults(page) == {}

    page.click("text=起草答复")
    page.wait_for_url("**/step/answer/")
    assert serious_faults(page) == {}
    page.click("text=属于行政执法案卷")
    page.fill("#id_case_number", "示罚〔2025〕1号")
    page.fill("#id_reason", "该案正在办理")
    page.fill("#id_separable", "全部内容均为该案卷的组成部分")
    assert serious_faults(page) == {}
    page.click("form.case button.strong")
    page.wait_for_url("**/letter/**")
    assert "先向示例区人民政府申请行政复议" in page.inner_text(".sheet") and "全部通过" in page.inner_text(".case")
    assert serious_faults(page) == {}

    page.click("text=登记发出 >> nth=-1")
    page.wait_for_load_state()
    assert "邮寄须填写邮件单号" in page.inner_text(".case")
    page.select_option("#id_send-method", "in_person")
    page.click("form[action$='/do/send/'] button")
    page.wait_for_load_state()
    page.goto(case)

    assert "已办结" in page.inner_text(".summary")
    found = DisclosureRequest.objects.get()
    assert (found.outcome, found.answered_on) == ("deny_casefile", timezone.localdate())
    assert Letter.objects.get().printed.read().startswith(b"%PDF")
