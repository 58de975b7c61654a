"""A clerk and a reviewer at the publishing desk, in a real browser; the pages by axe."""

import pytest

from disclosures.models import Attachment, Autosave, ChannelKind, Item, ItemState, Role
from tests.disclosures.gate.test_clearing import LEAK
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ChannelFactory, MembershipFactory
from tests.requests_app.test_desk_in_browser import serious_faults

DESK = "/admin/disclosures/item"
PASTED = (
    "<html><body><p class=MsoNormal style='text-indent:21pt'><span style='font-family:仿宋'>各企业：</span></p>"
    "<p><b>一、</b>经办人李某，身份证号{leak}</p>"
    "<table class=MsoTableGrid><tr><td width=99><p class=MsoNormal>序号</p></td><td>单位</td></tr></table>"
    "<p onclick='alert(1)'>完<script>alert(1)</script></p></body></html>"
)
PASTE = """html => {
  const data = new DataTransfer(); data.setData("text/html", html);
  document.querySelector(".tiptap").dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def agency(transactional_db):
    agency = AgencyFactory()
    CategoryFactory(agency=agency, name="业务动态")
    ChannelFactory(agency=agency, kind=ChannelKind.WEBSITE)
    return agency


@pytest.fixture
def sign_in(chromium, live_server, agency):
    """A page of the back office, as somebody with a role in the agency."""
    contexts = []

    def page_of(role):
        user = MembershipFactory(agency=agency, role=role).user
        user.set_password("示例口令-2026")
        user.save()
        contexts.append(chromium.new_context(viewport={"width": 1366, "height": 900}, bypass_csp=True))
        page = contexts[-1].new_page()
        page.goto(f"{live_server.url}/admin/login/")
        page.fill("#id_username", user.username)
        page.fill("#id_password", "示例口令-2026")
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        return page

    yield page_of
    for context in contexts:
        context.close()


def test_item_goes_from_word_to_the_portal(sign_in, live_server, agency):
    clerk = sign_in(Role.CLERK)
    clerk.goto(f"{live_server.url}{DESK}/add/")
    clerk.wait_for_selector(".tiptap")
    clerk.fill("#id_title", "关于开展检查的通知（示例）")
    clerk.select_option("#id_category", label="业务动态")
    clerk.fill("#id_formed_on", "2026-03-02")
    clerk.evaluate(PASTE, PASTED.format(leak=LEAK))
    assert serious_faults(clerk) == {}
    clerk.click("[name=_continue]")
    clerk.wait_for_url("**/change/**")

    item = Item.objects.get()
    assert "<table>" in item.body and "Mso" not in item.body and "style" not in item.body and "alert" not in item.body
    assert "居民身份证号" in clerk.inner_text(".item-desk") and serious_faults(clerk) == {}
    clerk.click("button[value=mask]")
    clerk.wait_for_load_state()
    clerk.click("text=提交审核")
    clerk.wait_for_load_state()
    assert "待审核" in clerk.inner_text(".summary")

    reviewer = sign_in(Role.REVIEWER)
    reviewer.goto(f"{live_server.url}{DESK}/{item.pk}/change/")
    assert serious_faults(reviewer) == {}
    reviewer.click("button:has-text('审核通过')")
    assert "待审核" in reviewer.inner_text(".summary"), "the browser asks for the three answers"
    for question in ("facts", "secrecy", "privacy"):
        reviewer.check(f"#ask-{question}")
    reviewer.click("button:has-text('审核通过')")
    reviewer.wait_for_load_state()
    item.refresh_from_db()
    assert item.state == ItemState.PUBLISHED and item.index_number

    reviewer.goto(f"{live_server.url}/{agency.code}/items/{item.pk}/")
    text = reviewer.inner_text("article")
    assert LEAK not in text and LEAK[:6] in text and "序号" in text


def test_what_was_typed_is_kept_and_brought_back(sign_in, live_server, agency):
    page = sign_in(Role.CLERK)
    page.goto(f"{live_server.url}{DESK}/add/")
    page.wait_for_selector(".tiptap")
    page.fill("#id_title", "写到一半的通知（示例）")
    page.evaluate(PASTE, "<p>第一段</p>")
    page.locator("#id_title").press("Tab")
    page.wait_for_function("document.getElementById('autosave-said').textContent.includes('已自动保存')")
    assert not Item.objects.exists() and "第一段" in Autosave.objects.get().fields["body"]

    page.goto(f"{live_server.url}{DESK}/add/")
    page.wait_for_selector(".tiptap")
    page.click("#restore")

    assert page.input_value("#id_title") == "写到一半的通知（示例）"
    assert "第一段" in page.inner_text(".tiptap")
    page.select_option("#id_category", label="业务动态")
    page.click("[name=_continue]")
    page.wait_for_url("**/change/**")
    assert "第一段" in Item.objects.get().body and not Autosave.objects.exists()


def test_file_is_dropped_on_the_form_and_examined(sign_in, live_server, agency):
    page = sign_in(Role.CLERK)
    page.goto(f"{live_server.url}{DESK}/add/")
    page.wait_for_selector(".tiptap")
    page.fill("#id_title", "带附件的通知（示例）")
    page.select_option("#id_category", label="业务动态")
    page.click("text=再加一行附件")
    page.evaluate(
        """text => {
          const data = new DataTransfer(); data.items.add(new File([text], "名单.txt", {type: "text/plain"}));
          const chooser = document.querySelector("#id_attachments-0-file");
          chooser.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
        }""",
        f"李某 {LEAK}",
    )
    page.click("[name=_continue]")
    page.wait_for_url("**/change/**")

    assert Attachment.objects.get().name == "名单.txt"
    assert "附件《名单.txt》：居民身份证号" in page.inner_text(".item-desk")


def test_likely_twin_is_named_while_the_title_is_typed(sign_in, live_server, agency):
    category = agency.categories.get()
    Item.objects.create(agency=agency, category=category, title="关于开展2026年物业检查的通知")
    page = sign_in(Role.CLERK)
    page.goto(f"{live_server.url}{DESK}/add/")
    page.wait_for_selector(".tiptap")

    page.fill("#id_title", "关于开展2026年物业检查的通知（修订）")
    page.locator("#id_title").press("Tab")

    page.wait_for_function("document.getElementById('alike-said').textContent.includes('可能已经录入过')")
