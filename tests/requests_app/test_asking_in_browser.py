"""An application in a real browser: without scripts on a narrow screen, axe on every step; and by keyboard alone."""

import re

import pytest

from requests_app.models import DisclosureRequest
from tests.factories.disclosures import AgencyFactory

ON = "保存并继续"


@pytest.fixture
def open_page(chromium, transactional_db, live_server):
    AgencyFactory(code="bureau", name="示例局", address="示例路1号")
    contexts = []

    def opened(**options):
        contexts.append(chromium.new_context(bypass_csp=True, **options))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/bureau/requests/new/")
        return page

    yield opened
    for context in contexts:
        context.close()


def faults(page, judge):
    """By axe, and sideways scrolling. Axe is a script: the page as it stands is shown to another that runs them."""
    from axe_playwright_python.sync_playwright import Axe

    judge.set_content(page.content())
    found = [f"{fault['id']} {fault['nodes'][0]['html']}" for fault in Axe().run(judge).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        found.append("scrolls sideways")
    return found


def test_every_step_and_fault_without_scripts_on_a_narrow_screen(open_page, live_server):
    from playwright.sync_api import expect

    page = open_page(java_script_enabled=False, viewport={"width": 320, "height": 720})
    judge = open_page(viewport={"width": 320, "height": 720})
    asked, met = set(), {}
    page.on("request", lambda request: asked.add(request.url))

    def press(name, heading):
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.locator("h1")).to_have_text(heading)
        look()

    def look():
        if found := faults(page, judge):
            met[page.title()] = found

    def press_in_vain(told):
        page.get_by_role("button", name=ON).click()
        expect(page.locator(".error-summary")).to_be_focused()
        expect(page).to_have_title(f"错误：{page.locator('h1').inner_text()} - 依申请公开 - 示例局")
        expect(page.locator(".fault").first).to_have_text(told)
        look()
        page.locator(".error-summary a").first.click()
        assert (
            page.evaluate("document.activeElement.getAttribute('name')") in page.locator("main form").first.inner_html()
        )

    look()
    press("开始填写", "申请人")
    press_in_vain("请选择以谁的名义申请")
    page.get_by_label("公民（以本人名义）").check()
    press(ON, "申请人身份")
    page.get_by_label("姓名").fill("王示例")
    page.get_by_label("居民身份证").check()
    page.get_by_label("证件号码").fill("110105194912310021")
    copy = {"name": "正面.jpg", "mimeType": "image/jpeg", "buffer": b"\xff\xd8\xff" + bytes(99)}
    page.get_by_label("证件照片或者扫描件").set_input_files([copy])
    press_in_vain("身份证号码有误，请对照证件逐位核对")
    expect(page.get_by_label("姓名")).to_have_value("王示例")
    expect(page.get_by_label("移除“正面.jpg”")).to_be_visible()
    page.get_by_label("证件号码").fill("１１０１０５ 19491231 002x")
    press(ON, "联系方式")
    press_in_vain("电话、电子邮箱、通信地址至少填写一项")
    page.get_by_label("电话").fill("138 0000 0000")
    press(ON, "申请内容")
    press_in_vain("请写明要申请的政府信息")
    page.get_by_label("要申请的政府信息").fill("某规划的批复🙂")
    press(ON, "提供形式和获取方式")
    press_in_vain("请选择需要什么形式的信息")
    page.get_by_label("纸质").check()
    page.get_by_label("邮寄").check()
    press(ON, "邮寄地址")
    press_in_vain("请填写邮寄地址")
    page.get_by_label("邮寄地址").fill("示例市示例路1号")
    press(ON, "核对并提交")
    expect(page.locator("main")).to_contain_text("11010519491231002X")
    page.get_by_role("link", name=re.compile("修改.*要申请的政府信息")).click()
    page.get_by_label("要申请的政府信息").fill("某规划的批复文件")
    press(ON, "核对并提交")
    press("提交申请", "申请已提交")

    case = DisclosureRequest.objects.get()
    expect(page.locator(".code").first).to_have_text(case.number)
    page.go_back()
    page.reload()
    expect(page.locator("h1")).to_have_text("申请已提交")
    assert DisclosureRequest.objects.count() == 1 and case.description == "某规划的批复文件"
    assert met == {}
    assert all(url.startswith(live_server.url) for url in asked)


def test_keyboard_alone_is_enough(open_page):
    from playwright.sync_api import expect

    page = open_page(viewport={"width": 1366, "height": 900})

    def reach(locator):
        for _ in range(60):
            if locator.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"not reached: {locator}")

    def type_into(label, text):
        reach(page.get_by_label(label))
        page.keyboard.type(text)

    def choose(label, downs=0):
        """The group is one stop of Tab: its first button, then the arrows."""
        reach(page.get_by_label(label))
        page.keyboard.press("Space")
        for _ in range(downs):
            page.keyboard.press("ArrowDown")

    def go_on(heading, button=ON):
        reach(page.get_by_role("button", name=button, exact=True))
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text(heading)

    go_on("申请人", "开始填写")
    choose("公民（以本人名义）")
    go_on("申请人身份")
    type_into("姓名", "王示例")
    choose("居民身份证")
    type_into("证件号码", "11010519491231002x")
    go_on("联系方式")
    type_into("电话", "13800000000")
    go_on("申请内容")
    type_into("要申请的政府信息", "某规划的批复")
    go_on("提供形式和获取方式")
    choose("纸质")
    choose("网上下载（在进度查询页面）", downs=2)
    go_on("核对并提交")
    go_on("申请已提交", "提交申请")

    assert DisclosureRequest.objects.get().wanted_delivery == "in_person"
