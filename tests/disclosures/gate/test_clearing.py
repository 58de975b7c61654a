"""Nothing becomes public with a finding that nobody has decided about, and no finding is decided by one person."""

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from disclosures import actions, history
from disclosures.gate import attachments, clearing
from disclosures.models import Attachment, Clearance, Item, ItemState, Role
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory, PublicationFactory

pytestmark = pytest.mark.django_db

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def identity(serial="37100219800101123"):
    """With the check digit of GB 11643, counted here once more."""
    return serial + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(serial, WEIGHTS, strict=True)) % 11]


LEAK = identity()
PHONE = "13805631234"


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def clerk(agency):
    return MembershipFactory(agency=agency, role=Role.CLERK).user


@pytest.fixture
def reviewer(agency):
    return MembershipFactory(agency=agency, role=Role.REVIEWER).user


def leaky(agency, clerk, **fields):
    return PublicationFactory(item=ItemFactory(agency=agency, created_by=clerk, **fields)).item


def attach(item, name, content):
    return Attachment.objects.create(item=item, name=name, file=ContentFile(content, name))


PLACES = ["title", "summary", "body", "keywords", "subject", "office", "document_number"]


@pytest.mark.parametrize("field", PLACES)
def test_leak_in_any_field_stops_submission(agency, clerk, field):
    item = leaky(agency, clerk, **{field: f"王某{LEAK}"})

    with pytest.raises(ValidationError, match="居民身份证号") as refused:
        actions.submit(item=item, by=clerk)

    assert LEAK not in str(refused.value)
    item.refresh_from_db()
    assert item.state == ItemState.DRAFT


def test_leak_in_an_attachment_stops_submission(agency, clerk):
    item = leaky(agency, clerk)
    attach(item, "名单.txt", f"王某 {LEAK}".encode())

    with pytest.raises(ValidationError, match="《名单.txt》：居民身份证号"):
        actions.submit(item=item, by=clerk)


def test_twin_without_the_gate_the_leak_goes_out(agency, clerk, reviewer, monkeypatch):
    monkeypatch.setattr(clearing, "require_dealt_with", lambda item: None)
    item = leaky(agency, clerk, title=f"王某{LEAK}")

    actions.submit(item=item, by=clerk)
    actions.approve(item=item, by=reviewer, answers=actions.YES)

    assert Item.objects.public().get().title == f"王某{LEAK}"


def test_leak_that_came_in_behind_the_desk_stops_approval(agency, clerk, reviewer):
    item = leaky(agency, clerk)
    actions.submit(item=item, by=clerk)
    Item.objects.update(body=f"<p>王某{LEAK[:6]}<b>{LEAK[6:]}</b></p>")

    with pytest.raises(ValidationError, match="正文：居民身份证号"):
        actions.approve(item=item, by=reviewer, answers=actions.YES)


def test_masked_text_passes(agency, clerk):
    item = leaky(agency, clerk, body=f"<p>王某，{LEAK}，电话{PHONE}</p>", summary=f"电话{PHONE}")
    for field in ("body", "summary"):
        setattr(item, field, clearing.masked_field(item, field))
    item.save()

    assert actions.submit(item=item, by=clerk).state == ItemState.SUBMITTED
    assert LEAK[6:14] not in item.body and PHONE[3:7] not in item.body + item.summary
    assert LEAK[:6] in item.body and item.body.startswith("<p>王某，")


def test_masked_copy_takes_the_files_place_and_the_original_is_kept_in_private(agency, clerk, client):
    item = leaky(agency, clerk)
    file = attach(item, "名单.txt", f"王某 {LEAK}".encode())

    attachments.mask(file)

    file.refresh_from_db()
    assert LEAK.encode() not in file.file.read() and LEAK.encode() in file.original.read()
    assert str(file.original.name).startswith("private/")
    assert actions.submit(item=item, by=clerk).state == ItemState.SUBMITTED


def test_agencys_own_contact_is_no_finding(agency, clerk):
    agency.phone, agency.email = PHONE, "office@example.gov.cn"
    agency.save()
    item = leaky(agency, clerk, body=f"<p>咨询电话{PHONE}，office@example.gov.cn</p>")

    assert clearing.findings(Item.objects.get(pk=item.pk)) == []


# Letting pass


def passed(item, by, reason="法定代表人信息依法公示"):
    for finding in clearing.findings(item):
        clearing.let_pass(item=item, key=finding.key, by=by, reason=reason)


def test_second_person_confirms_the_reason(agency, clerk, reviewer):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    passed(item, clerk)
    actions.submit(item=item, by=clerk)

    actions.approve(item=item, by=reviewer, answers=actions.YES)

    clearance = Clearance.objects.get()
    assert (clearance.asked_by, clearance.confirmed_by, clearance.reason) == (clerk, reviewer, "法定代表人信息依法公示")
    assert PHONE not in str(Clearance.objects.values())


def test_whoever_asked_does_not_confirm(agency, clerk, reviewer):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    passed(item, reviewer)
    actions.submit(item=item, by=clerk)

    with pytest.raises(ValidationError, match="另一人确认"):
        actions.approve(item=item, by=reviewer, answers=actions.YES)
    with pytest.raises(IntegrityError), transaction.atomic():
        Clearance.objects.update(confirmed_by=reviewer)


def test_reason_holds_for_that_finding_only(agency, clerk):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    passed(item, clerk)
    item.summary = "电话13905631234"
    item.save()

    with pytest.raises(ValidationError, match="内容概述：手机号码"):
        actions.submit(item=item, by=clerk)


@pytest.mark.parametrize(("reason", "why"), [("", "理由"), ("  ", "理由"), ("长" * 201, "200字")])
def test_reason_is_asked(agency, clerk, reason, why):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")

    with pytest.raises(ValidationError, match=why):
        passed(item, clerk, reason)


# On the page


def decide(client, item, do, **more):
    finding = clearing.findings(Item.objects.get(pk=item.pk))[0]
    page = f"/admin/disclosures/item/{item.pk}/gate/"
    return client.post(page, {"finding": finding.key, "do": do, **more}, follow=True)


def test_clerk_masks_with_one_press(client, agency, clerk):
    item = leaky(agency, clerk, body=f"<p>{LEAK}</p>")
    client.force_login(clerk)
    page = client.get(f"/admin/disclosures/item/{item.pk}/change/").content.decode()
    assert "发布前检查：发现1项" in page and "居民身份证号" in page and "遮盖" in page

    decide(client, item, "mask")

    item.refresh_from_db()
    assert LEAK not in item.body and clearing.findings(item) == []
    assert history.entries_of(item).last().what == "遮盖：正文：居民身份证号"


def test_clerk_gives_a_reason_on_the_page(client, agency, clerk):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    client.force_login(clerk)

    decide(client, item, "pass", reason=" 便民服务电话 ")

    assert Clearance.objects.get().reason == "便民服务电话"
    assert actions.submit(item=item, by=clerk).state == ItemState.SUBMITTED


@pytest.mark.parametrize("do", ["clean", "erase", ""])
def test_remedy_that_does_not_fit_is_refused(client, agency, clerk, do):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    client.force_login(clerk)

    assert "不能这样处理" in decide(client, item, do).content.decode()
    item.refresh_from_db()
    assert PHONE in item.summary


def test_old_finding_is_told_to_be_gone(client, agency, clerk):
    item = leaky(agency, clerk, summary="没有")
    client.force_login(clerk)

    answer = client.post(f"/admin/disclosures/item/{item.pk}/gate/", {"finding": "x", "do": "mask"}, follow=True)

    assert "已经改过" in answer.content.decode()


def test_only_those_who_may_edit_decide(client, agency, clerk, reviewer):
    item = leaky(agency, clerk, summary=f"电话{PHONE}")
    client.force_login(MembershipFactory(agency=agency, role=Role.AUDITOR).user)
    assert decide(client, item, "mask").status_code == 403
    client.force_login(MembershipFactory(role=Role.MANAGER).user)
    assert decide(client, item, "mask").status_code == 404
    passed(item, clerk)
    actions.submit(item=item, by=clerk)
    client.force_login(clerk)
    assert decide(client, item, "mask").status_code == 403


def test_original_is_for_those_who_enter_or_review(client, agency, clerk):
    item = leaky(agency, clerk)
    file = attach(item, "名单.txt", f"王某 {LEAK}".encode())
    attachments.mask(file)
    page = f"/admin/disclosures/item/attachments/{file.pk}/original/"

    client.force_login(clerk)
    assert LEAK.encode() in b"".join(client.get(page).streaming_content)
    client.force_login(MembershipFactory(agency=agency, role=Role.AUDITOR).user)
    assert client.get(page).status_code == 404
    client.logout()
    Item.objects.update(state=ItemState.PUBLISHED, published_on=timezone.localdate())
    assert client.get(page).status_code == 302
    public = client.get(f"/{agency.code}/items/{item.pk}/attachments/{file.pk}/")
    assert LEAK.encode() not in b"".join(public.streaming_content)
