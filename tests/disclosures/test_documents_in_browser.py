"""The pages of documents, decisions and fees in a real browser: a clerk's way through them, and no serious fault."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from disclosures.models import AdministrativeDecision, CleanUp, NormativeDocument, Role
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    FeeCollectionFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
)

ADMIN = "/admin/disclosures"


@pytest.fixture
def bureau(transactional_db):
    agency = AgencyFactory(code="bureau", name="示例局")
    today = timezone.localdate()
    explained = ItemFactory(agency=agency, public=True, title="《示例办法一》解读")
    titles = ["示例区物业服务管理办法", "示例区户外广告设置管理规定", "示例区停车场管理暂行办法"]
    for place, title in enumerate(titles):
        document = NormativeDocumentFactory(
            agency=agency,
            title=title,
            number=f"示规〔2024〕{place + 1}号",
            issued_on=date(2024, 5, 20),
            published_on=today if place == 1 else date(2024, 5, 20),
            drafting_office="法规科",
            lapsed_on=today + timedelta(days=40) if place == 2 else None,
            amended_on=date(2025, 1, 6) if place == 0 else None,
        )
        if not place:
            document.interpretations.add(explained)
    AdministrativeDecisionFactory(agency=agency, number="示罚〔2026〕1号", party="示例公司", decided_on=today)
    AdministrativeDecisionFactory(
        agency=agency,
        number="示罚〔2022〕2号",
        party="王某",
        published_on=date(2022, 6, 2),
        annulled_on=date(2022, 6, 6),
    )
    AdministrativeDecisionFactory(agency=agency, kind="licence", quantity=120, party="业务系统汇总")
    for month in (1, 2, 5, 11):
        day = date(today.year, month, 5)
        FeeCollectionFactory(agency=agency, name="城镇垃圾处理费", collected_on=day, amount=Decimal(f"{month}2560.50"))
    FeeCollectionFactory(agency=agency, name="停车费", collected_on=date(today.year, 2, 1), amount=Decimal(80))
    return agency


@pytest.fixture
def page(chromium, live_server, bureau):
    user = MembershipFactory(agency=bureau, role=Role.CLERK).user
    user.set_password("示例口令-2026")
    user.save()
    context = chromium.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", user.username)
    page.fill("#id_password", "示例口令-2026")
    page.click("button[type=submit]")
    page.wait_for_url("**/admin/")
    yield page
    context.close()


def serious_faults(page):
    """Faults of our own parts; the theme's lists and forms are not ours to mend."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, context=".workspace, main").response["violations"]
    return {fault["id"]: fault["nodes"][0]["html"] for fault in found if fault["impact"] in ("serious", "critical")}


def test_documents_are_cleaned_up_as_a_clerk_would(page, live_server, bureau):
    page.goto(f"{live_server.url}/admin/")
    assert "政策解读今日到期" in page.inner_text(".tasks") and serious_faults(page) == {}
    page.goto(f"{live_server.url}{ADMIN}/normativedocument/")
    assert "今日应解读" in page.inner_text("#result_list") and serious_faults(page) == {}
    page.check("#action-toggle")
    page.select_option("select[name=action]", "clean_up")
    page.click("button[name=index]")
    page.wait_for_url("**/cleanup/add/**")
    assert serious_faults(page) == {}

    page.fill("#id_basis", "示政发〔2026〕3号")
    page.select_option("#id_result", "keep")
    page.select_option("#id_form-1-result", "repeal")
    page.fill("#id_form-1-note", "已被新办法替代")
    page.click("form button.strong >> nth=-1")
    page.wait_for_load_state()
    assert "检查通过" in page.inner_text(".workspace") and serious_faults(page) == {}
    page.click("text=确认登记")
    page.wait_for_url("**/change/")

    assert serious_faults(page) == {}
    assert CleanUp.objects.get().entries.count() == 3
    assert NormativeDocument.objects.filter(repealed_on=timezone.localdate()).count() == 1


def test_rows_are_pasted_as_a_clerk_would(page, live_server, bureau):
    page.goto(f"{live_server.url}{ADMIN}/administrativedecision/")
    assert "120（汇总）" in page.inner_text("#result_list") and serious_faults(page) == {}
    page.click("text=批量录入")
    page.wait_for_url("**/paste/")
    assert serious_faults(page) == {}
    page.fill("#id_text", "行政处罚\t示罚〔2026〕7号\t2026-03-02\t示例公司\n行政奖励\t示奖〔2026〕1号\t2026-02-30")
    page.click("text=检查 >> nth=-1")
    page.wait_for_load_state()
    assert "没有写入" in page.inner_text(".workspace") and serious_faults(page) == {}

    page.fill("#id_text", "行政处罚\t示罚〔2026〕7号\t2026-03-02\t示例公司\t1\t2026-03-05")
    page.click("text=检查 >> nth=-1")
    page.wait_for_load_state()
    assert serious_faults(page) == {}
    page.click("text=确认写入")
    page.wait_for_url("**/administrativedecision/")

    assert AdministrativeDecision.objects.get(number="示罚〔2026〕7号").published_on == date(2026, 3, 5)


@pytest.mark.parametrize(
    "address",
    [
        f"{ADMIN}/normativedocument/stock/",
        f"{ADMIN}/feecollection/monthly/",
        f"{ADMIN}/cleanup/add/",
        "/bureau/documents/in-force/",
        "/bureau/documents/{document}/",
    ],
)
def test_pages_beside_the_lists_have_no_serious_fault(page, live_server, bureau, address):
    page.goto(f"{live_server.url}{address.format(document=NormativeDocument.objects.first().pk)}")

    assert page.locator("h1").count() >= 1 and serious_faults(page) == {}


def test_stock_is_printed_without_the_desk_around_it(page, live_server, bureau):
    page.goto(f"{live_server.url}{ADMIN}/normativedocument/stock/")
    page.emulate_media(media="print")

    assert page.locator(".workspace table").is_visible()
    for hidden in ("#nav-sidebar", "#header-inner", ".ask"):
        assert not page.locator(hidden).first.is_visible()
