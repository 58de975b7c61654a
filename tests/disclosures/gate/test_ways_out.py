"""Every way by which words become public leads through the gate; each guard has a twin that shows what it stops."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from disclosures import actions, resources
from disclosures.gate import attachments, clearing
from disclosures.models import Category, Channel, Item, ItemState, NormativeDocument, Role
from tests.disclosures.gate.test_clearing import LEAK, PHONE, attach, leaky
from tests.disclosures.test_ledger import ITEM, book, bring_in
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory, PublicationFactory

pytestmark = pytest.mark.django_db
DOCUMENT = {"标题": "示例办法", "文件类别": "行政规范性文件", "发文字号": "示文〔2022〕1号", "制发日期": "2022-03-01"}


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def clerk(agency):
    return MembershipFactory(agency=agency, role=Role.CLERK).user


@pytest.fixture
def reviewer(agency):
    return MembershipFactory(agency=agency, role=Role.REVIEWER).user


# At the time that was set


def scheduled(agency, clerk, reviewer):
    item = leaky(agency, clerk)
    actions.submit(item=item, by=clerk)
    actions.approve(item=item, by=reviewer, answers=actions.YES, release_at=timezone.now() + timedelta(hours=1))
    Item.objects.filter(pk=item.pk).update(summary=f"王某{LEAK}")
    return item


def test_leak_that_appeared_while_an_item_waited_for_its_time_holds_it_back(agency, clerk, reviewer):
    item = scheduled(agency, clerk, reviewer)

    assert actions.release(timezone.now() + timedelta(hours=2)) == 0

    item.refresh_from_db()
    assert item.state == ItemState.RETURNED and item.release_at is None
    assert "居民身份证号" in item.review_note and LEAK not in item.review_note


def test_twin_without_the_second_look_it_would_go_out(agency, clerk, reviewer, monkeypatch):
    monkeypatch.setattr(clearing, "require_still_clear", lambda item: None)
    scheduled(agency, clerk, reviewer)

    assert actions.release(timezone.now() + timedelta(hours=2)) == 1
    assert LEAK in Item.objects.public().get().summary


def test_what_a_second_person_confirmed_goes_out_on_time(agency, clerk, reviewer):
    item = leaky(agency, clerk, summary=f"法定代表人{LEAK}")
    for finding in clearing.findings(item):
        clearing.let_pass(item=item, key=finding.key, by=clerk, reason="依法公示")
    actions.submit(item=item, by=clerk)
    actions.approve(item=item, by=reviewer, answers=actions.YES, release_at=timezone.now() + timedelta(hours=1))

    assert actions.release(timezone.now() + timedelta(hours=2)) == 1


# With an item: links and names of files


def test_leak_in_the_link_of_a_channel_stops_submission(agency, clerk):
    item = PublicationFactory(item=ItemFactory(agency=agency), url=f"https://example.gov.cn/?sfz={LEAK}").item

    with pytest.raises(ValidationError, match="发布渠道的链接：居民身份证号") as refused:
        actions.submit(item=item, by=clerk)
    assert LEAK not in str(refused.value)


@pytest.mark.parametrize("name", [f"{LEAK}/名单.txt", f"名单{LEAK}.txt", f"{PHONE}/{PHONE}.txt"])
def test_shown_name_of_a_file_is_read_whole(agency, clerk, name):
    file = attach(leaky(agency, clerk), "名单.txt", "示例".encode())
    file.name = name
    file.save()
    attachments.examine(file)

    assert file.findings


# With a spreadsheet


def public_item(agency, **fields):
    return PublicationFactory(
        item=ItemFactory(agency=agency, public=True, index_number="A/1", category__name=ITEM["栏目"], **fields),
        channel__agency=agency,
        channel__name=ITEM["发布渠道"],
    ).item


def test_import_of_a_clerk_does_not_rewrite_what_is_public(agency, clerk):
    item = public_item(agency, title="原来的标题")

    report = bring_in(agency, book(公开信息=[{**ITEM, "索引号": "A/1", "标题": f"王某{PHONE}"}]), by=clerk)

    item.refresh_from_db()
    assert report.faults and item.title == "原来的标题"
    said = " ".join(str(fault) for fault in report.faults)
    assert "已发布" in said and "撤下" in said


@pytest.mark.parametrize("state", [ItemState.SUBMITTED, ItemState.APPROVED])
def test_import_of_a_clerk_does_not_rewrite_what_is_being_reviewed(agency, clerk, state):
    item = public_item(agency, title="原来的标题")
    Item.objects.filter(pk=item.pk).update(state=state, release_at=timezone.now())

    bring_in(agency, book(公开信息=[{**ITEM, "索引号": "A/1"}]), by=clerk)

    item.refresh_from_db()
    assert item.title == "原来的标题"


def test_twin_unless_asked_the_import_of_a_clerk_would(agency, clerk, monkeypatch):
    monkeypatch.setattr(resources.PublicationResource, "_changes_what_was_reviewed", lambda self, item: False)
    item = public_item(agency, title="原来的标题")

    bring_in(agency, book(公开信息=[{**ITEM, "索引号": "A/1"}]), by=clerk)

    item.refresh_from_db()
    assert item.title == ITEM["标题"]


@pytest.mark.parametrize(
    ("sheet", "row"),
    [
        ("公开信息", {**ITEM, "标题": f"王某{LEAK}"}),
        ("公开信息", {**ITEM, "栏目": f"王某{PHONE}"}),
        ("公开信息", {**ITEM, "发布渠道": f"王某{PHONE}"}),
        ("公开信息", {**ITEM, "链接": f"https://example.gov.cn/?tel={PHONE}"}),
        ("规范性文件", {**DOCUMENT, "标题": f"关于王某（{LEAK}）的批复"}),
        ("规范性文件", {**DOCUMENT, "起草科室": f"办公室{PHONE}"}),
    ],
)
def test_spreadsheet_with_a_leak_is_not_imported(agency, sheet, row):
    report = bring_in(agency, book(**{sheet: [row]}))

    assert "含有" in str(report.faults[0])
    assert not Item.objects.exists() and not NormativeDocument.objects.exists()
    assert not Category.objects.exists() and not Channel.objects.exists()


def test_twin_without_the_gate_all_of_it_would_be_public(agency, monkeypatch):
    monkeypatch.setattr(resources, "kinds_in", lambda text, known: [])
    leak = {**ITEM, "标题": f"王某{LEAK}", "栏目": f"王某{PHONE}"}

    bring_in(agency, book(公开信息=[leak], 规范性文件=[{**DOCUMENT, "标题": f"关于王某（{LEAK}）的批复"}]))

    assert LEAK in Item.objects.public().get().title and LEAK in NormativeDocument.objects.get().title
    assert PHONE in Category.objects.get().name


# As soon as it is saved

FORMS = {
    "category": {"name": f"王某{PHONE}", "kind": "news", "position": 1},
    "channel": {"name": f"王某{PHONE}", "kind": "website"},
    "normativedocument": {
        "kind": "normative",
        "title": f"关于王某（{LEAK}）的批复",
        "number": "示文〔2022〕1号",
        "issued_on": "2022-03-01",
    },
}


@pytest.mark.parametrize("model", FORMS)
def test_words_without_a_review_are_refused_beside_their_field(agency, client, model):
    client.force_login(MembershipFactory(agency=agency, role=Role.MANAGER).user)

    page = client.post(reverse(f"admin:disclosures_{model}_add"), {**FORMS[model], "agency": agency.pk}).content

    told = page.decode()
    assert "这一项保存后就公开" in told
    for kept in (Category, Channel, NormativeDocument):
        assert not kept.objects.exists()
