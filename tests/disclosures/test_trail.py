"""Every change of a record leaves who, when, from, to; on pages and in ledgers; personal data is not in it."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook

from disclosures import cleanup, history
from disclosures.ledger import import_workbook, read
from disclosures.models import CleanUpResult, HistoryEntry, Item, Role
from tests.disclosures.gate.test_clearing import LEAK
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    FeeCollectionFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    membership = MembershipFactory(role=Role.MANAGER)
    client.force_login(membership.user)
    return membership


def told(record):
    return [(entry.by_name, entry.step, entry.what) for entry in history.entries_of(record)]


def change(client, record, **fields):
    page = f"/admin/disclosures/{record._meta.model_name}/{record.pk}/change/"
    response = client.post(page, fields)
    assert response.status_code == 302, response.context["errors"]
    record.refresh_from_db()


def test_edit_is_told_by_field_from_and_to(client, manager):
    decision = AdministrativeDecisionFactory(agency=manager.agency, kind="penalty", party="甲公司")

    change(client, decision, kind="licence", decided_on="2022-06-02", party="甲公司", quantity=1)

    entry = history.entries_of(decision).get()
    assert (entry.by, entry.what) == (manager.user, "修改：决定类别、决定日期")
    assert entry.details["edits"] == {
        "决定类别": ["行政处罚", "行政许可"],
        "决定日期": ["2022年6月1日", "2022年6月2日"],
    }
    page = client.get(f"/admin/disclosures/administrativedecision/{decision.pk}/history/").content.decode()
    assert "行政处罚" in page and "行政许可" in page and "2022年6月2日" in page


def test_saving_without_a_change_leaves_nothing(client, manager):
    fee = FeeCollectionFactory(agency=manager.agency)

    change(client, fee, name=fee.name, collected_on="2022-06-01", amount="100.00", receipt_number="")

    assert told(fee) == []


@pytest.mark.parametrize(
    ("factory", "name"),
    [
        (CategoryFactory, "category"),
        (ChannelFactory, "channel"),
        (NormativeDocumentFactory, "normativedocument"),
        (AdministrativeDecisionFactory, "administrativedecision"),
        (FeeCollectionFactory, "feecollection"),
        (ItemFactory, "item"),
    ],
)
def test_each_kind_of_record_has_its_history_page(client, manager, factory, name):
    record = factory(agency=manager.agency)
    history.record(record, by=manager.user, step="edit", what="修改：示例", details={"edits": {"示例": ["<b>", "乙"]}})

    page = client.get(f"/admin/disclosures/{name}/{record.pk}/history/").content.decode()

    assert "修改：示例" in page and "&lt;b&gt;" in page
    other = factory(agency=AgencyFactory())
    assert client.get(f"/admin/disclosures/{name}/{other.pk}/history/").status_code == 404


def test_rows_of_a_record_are_told_in_its_trail(client, manager):
    item = PublicationFactory(item=ItemFactory(agency=manager.agency)).item
    publication = item.publications.get()
    channel = ChannelFactory(agency=manager.agency, name="微信公众号", kind="wechat")
    form = {
        "category": item.category_id, "title": item.title, "openness": "proactive", "validity": "in_force",
        "formed_on": "2022-02-28", "seen_version": 0,
        "publications-TOTAL_FORMS": 2, "publications-INITIAL_FORMS": 1, "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0, "publications-0-id": publication.pk, "publications-0-item": item.pk,
        "publications-0-channel": publication.channel_id, "publications-0-published_on": "2022-03-02",
        "publications-1-item": item.pk, "publications-1-channel": channel.pk,
        "publications-1-published_on": "2022-03-03",
    }  # fmt: skip

    change(client, item, **form)

    assert [what for _, _, what in told(item)] == [
        "新增发布记录“微信公众号 2022年3月3日”；修改发布记录“" + f"{publication.channel} 2022年3月2日”"
    ]


def test_deletion_is_told_and_outlives_the_record(client, manager):
    fee = FeeCollectionFactory(agency=manager.agency, name="示例收费")

    client.post(f"/admin/disclosures/feecollection/{fee.pk}/delete/", {"post": "yes"})

    entry = HistoryEntry.objects.get(step="delete")
    assert (entry.record_id, entry.by, entry.what) == (fee.pk, manager.user, f"删除：{fee}")


def test_personal_data_taken_out_of_a_text_does_not_live_on_in_its_trail(client, manager):
    item = ItemFactory(agency=manager.agency, summary=f"王某，{LEAK}")
    form = {
        "category": item.category_id, "title": item.title, "openness": "proactive", "validity": "in_force",
        "formed_on": "2022-02-28", "seen_version": 0, "summary": "王某",
        "publications-TOTAL_FORMS": 0, "publications-INITIAL_FORMS": 0, "attachments-TOTAL_FORMS": 0,
        "attachments-INITIAL_FORMS": 0,
    }  # fmt: skip

    change(client, item, **form)

    entry = history.entries_of(item).get()
    assert "内容概述" in entry.details["edits"] and LEAK not in str(entry.details)


def workbook(sheet, *rows):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return read(stream)


def test_imported_rows_are_told_one_by_one(manager):
    headers = ["标题", "栏目", "发布渠道", "发布日期", "内容概述"]
    CategoryFactory(agency=manager.agency, name="业务动态")
    ChannelFactory(agency=manager.agency, name="政府网站")
    first = workbook("公开信息", headers, ["甲", "业务动态", "政府网站", date(2022, 3, 1), "旧"])
    second = workbook("公开信息", headers, ["甲", "业务动态", "政府网站", date(2022, 3, 1), "新"])

    import_workbook(first, agency=manager.agency, by=manager.user)
    import_workbook(second, agency=manager.agency, by=manager.user)
    import_workbook(second, agency=manager.agency, by=manager.user)

    item = Item.objects.get()
    assert [what for _, _, what in told(item)] == ["台账导入", "台账导入修改：内容概述"]
    assert history.entries_of(item).last().details["edits"] == {"内容概述": ["旧", "新"]}
    assert history.first_broken(item) is None


def test_imported_personal_data_is_told_as_changed_only(manager):
    headers = ["登记编号", "申请人类型", "申请人名称", "证件号码", "申请渠道", "收到日期", "申请内容"]
    row = ["2022-0001", "自然人", "甲乙丙丁", "370000199001010000", "当面", date(2022, 3, 1), "示例"]
    import_workbook(workbook("依申请公开", headers, row), agency=manager.agency, by=manager.user)
    changed = [*row[:2], "戊己庚辛", "370000199001010001", *row[4:]]

    import_workbook(workbook("依申请公开", headers, changed), agency=manager.agency, by=manager.user)

    entries = HistoryEntry.objects.filter(kind="requests_app.disclosurerequest")
    assert entries.last().details["edits"]["申请人名称"] == ["（不记录）", "（不记录）"]
    kept = str(list(entries.values("what", "details")))
    assert not any(canary in kept for canary in ("甲乙丙丁", "戊己庚辛", "3700001990"))


def test_request_of_a_ledger_may_still_be_deleted_and_a_handled_one_not(client, manager):
    imported, handled = (DisclosureRequestFactory(agency=manager.agency) for _ in range(2))
    history.record(imported, by=manager.user, step="import", what="台账导入")
    history.record(handled, by=manager.user, step="extend", what="延期")
    page = "/admin/requests_app/disclosurerequest/{}/delete/"

    assert client.get(page.format(imported.pk)).status_code == 200
    assert client.get(page.format(handled.pk)).status_code == 403


def test_formatted_text_is_told_in_words(client, manager):
    item = ItemFactory(agency=manager.agency)
    edits = {"正文": ["<p>旧的<b>第一段</b></p>", "<p>新的第一段</p>"], "说明": ["<p>不变</p>", "<h2>不变</h2>"]}
    history.record(item, by=manager.user, step="edit", what="修改：正文", details={"edits": edits})

    page = client.get(f"/admin/disclosures/item/{item.pk}/history/").content.decode()

    assert "<del>旧的第一段</del> 改为 <ins>新的第一段</ins>" in page
    assert "<ins>（文字相同，只改了格式）</ins>" in page and "&lt;p&gt;" not in page


def test_records_that_a_record_points_to_are_told(client, manager):
    document = NormativeDocumentFactory(agency=manager.agency, kind="normative")
    reading = ItemFactory(agency=manager.agency, title="一图读懂（示例）")
    form = {"kind": "normative", "title": document.title, "number": document.number, "issued_on": document.issued_on}

    change(client, document, **form, interpretations=[reading.pk])

    assert history.entries_of(document).last().details["edits"]["政策解读"] == ["", "一图读懂（示例）"]


def test_clean_up_tells_each_field_that_it_changed_and_its_own_steps(client, manager):
    document = NormativeDocumentFactory(agency=manager.agency, issued_on=date(2020, 1, 6))
    choice = cleanup.Choice(document.pk, CleanUpResult.REPEAL, date(2022, 5, 5), "")
    made = cleanup.carry_out(agency=manager.agency, basis="示〔2022〕3号", choices=[choice], by=manager.user)

    assert history.entries_of(document).last().details["edits"]["废止日期"] == ["", "2022年5月5日"]
    cleanup.undo(clean_up=made, by=manager.user, reason="录错了")

    assert history.entries_of(document).last().details["edits"]["废止日期"] == ["2022年5月5日", ""]
    assert [what for _, _, what in told(made)] == ["登记1份文件的清理结果", "撤销这次清理，各份文件恢复原样"]
    page = client.get(f"/admin/disclosures/cleanup/{made.pk}/history/").content.decode()
    assert "登记1份文件的清理结果" in page and "录错了" in page


def test_history_of_an_account_says_from_what_to_what(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    account = UserFactory(username="zhang", last_name="张")
    rows = {"memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0}

    client.post(f"/admin/auth/user/{account.pk}/change/", {"username": "zhang", "last_name": "章", **rows})

    page = client.get(f"/admin/auth/user/{account.pk}/history/").content.decode()
    assert "姓：张 改为 章；可以登录：是 改为 否" in page and "修改记录：zhang" in page
