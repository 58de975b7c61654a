"""Items pushed with a token: before the reviewer, once, checked as any other, and never before the public."""

import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from disclosures import actions, history
from disclosures.models import ChannelKind, HistoryEntry, Item, ItemState, Role
from tests.factories.disclosures import (
    AgencyFactory,
    ApiTokenFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/incoming/items/"
PERSONAL = "联系人电话13800138000"


@pytest.fixture
def token():
    return ApiTokenFactory(agency=AgencyFactory(code="bureau"), name="网站后台")


@pytest.fixture
def reviewer(token):
    return MembershipFactory(agency=token.agency, role=Role.REVIEWER).user


@pytest.fixture
def content(token):
    CategoryFactory(agency=token.agency, name="通知公告")
    ChannelFactory(agency=token.agency, name="政府网站")
    return {
        "external_id": "cms-1",
        "title": "示例通知",
        "column": "通知公告",
        "channel": "政府网站",
        "published_on": "2026-03-02",
        "formed_on": "2026-03-01",
        "body": "<p>正文</p>",
    }


@pytest.fixture
def push(client, token):
    def pushed(content, text="gk_网站后台", **headers):
        shown = {"authorization": f"Bearer {text}".encode().decode("latin-1"), **headers}
        body = content if isinstance(content, (str, bytes)) else json.dumps(content)
        return client.post(ADDRESS, body, content_type="application/json", headers=shown)

    return pushed


@pytest.fixture(autouse=True)
def _token_of_ascii(token):
    """What a header can carry."""
    from disclosures import tokens

    token.token_hash = tokens.hash_of("gk_secret")
    token.save()


def told(client, number="cms-1"):
    return client.get(f"{ADDRESS}{number}/", headers={"authorization": "Bearer gk_secret"})


@pytest.fixture
def send(push):
    return lambda content, **headers: push(content, "gk_secret", **headers)


# What happens to an item


def test_new_item_waits_for_the_reviewer_in_the_owners_name(send, content, token, client):
    answer = send(content)

    assert answer.status_code == 201, answer.content
    item = Item.objects.get()
    assert (item.state, item.created_by, item.submitted_by) == (ItemState.SUBMITTED, token.owner, token.owner)
    assert item.external_id == "cms-1" and item.index_number and item.body == "<p>正文</p>"
    assert item.publications.get().published_on == date(2026, 3, 2)
    assert answer.json()["state"] == "submitted" and answer.json()["url"] is None
    assert client.get("/api/v1/items/").json()["results"] == []
    assert answer["Cache-Control"] == "no-store"


def test_trail_names_the_token(send, content, token):
    send(content)

    entries = list(history.entries_of(Item.objects.get()))

    assert [entry.step for entry in entries] == ["push", "submit"]
    assert entries[0].what == "接口“网站后台”推送，新建" and entries[0].by == token.owner
    assert history.first_broken(Item.objects.get()) is None


def test_same_again_changes_nothing(send, content):
    first = send(content)
    before = HistoryEntry.objects.count()

    again = send(content)

    assert (again.status_code, again.json()["result"]) == (200, "unchanged")
    assert again.json()["id"] == first.json()["id"] and HistoryEntry.objects.count() == before


def test_item_is_found_again_by_its_index_number(send, content):
    del content["external_id"]
    content["index_number"] = "示例/2026-1"

    assert [send(content).status_code for _ in range(2)] == [201, 200]
    assert send(content | {"title": "改过的通知"}).json()["result"] == "updated"
    assert Item.objects.get().title == "改过的通知"


def test_changed_while_it_waits_is_changed_and_waits_again(send, content, token):
    send(content)

    answer = send(content | {"title": "改过的通知", "published_on": "2026-03-03", "url": "https://example.gov.cn/1"})

    assert (answer.status_code, answer.json()["result"], answer.json()["state"]) == (200, "updated", "submitted")
    item = Item.objects.get()
    assert item.title == "改过的通知" and item.publications.get().url == "https://example.gov.cn/1"
    steps = [entry.step for entry in history.entries_of(item)]
    assert steps == ["push", "submit", "recall", "push", "submit"]
    (edits,) = [entry.details["edits"] for entry in history.entries_of(item) if "edits" in entry.details]
    assert edits["标题"] == ["示例通知", "改过的通知"]


def test_returned_item_is_sent_again_when_it_changed(send, content, reviewer, client):
    send(content)
    actions.send_back(item=Item.objects.get(), by=reviewer, reason="请补充附件")

    same = send(content).json()
    assert (same["result"], same["state"], same["review_note"]) == ("unchanged", "returned", "请补充附件")

    assert send(content | {"summary": "补充"}).json()["state"] == "submitted"


@pytest.mark.parametrize("ahead", [0, 30])
def test_what_a_reviewer_has_passed_is_changed_by_people_only(send, content, reviewer, client, ahead):
    send(content | {"published_on": str(timezone.localdate() + timedelta(days=ahead))})
    item = actions.approve(item=Item.objects.get(), by=reviewer, answers=actions.YES)
    content["published_on"] = str(timezone.localdate() + timedelta(days=ahead))

    assert send(content).json()["result"] == "unchanged"
    answer = send(content | {"title": "改过的通知"})

    assert answer.status_code == 409 and "请在后台办理" in answer.json()["detail"]
    assert Item.objects.get().title == "示例通知"
    assert told(client).json()["state"] == item.state
    assert bool(told(client).json()["url"]) == (ahead == 0)


def test_what_was_taken_down_does_not_come_back_by_itself(send, content, reviewer):
    send(content)
    actions.approve(item=Item.objects.get(), by=reviewer, answers=actions.YES)
    actions.withdraw(item=Item.objects.get(), by=reviewer, reason="内容有误")

    assert send(content | {"title": "改过的通知"}).status_code == 409
    assert Item.objects.get().state == ItemState.WITHDRAWN


def test_owner_cannot_pass_what_was_pushed_in_their_name(send, content, token):
    MembershipFactory(agency=token.agency, user=token.owner, role=Role.REVIEWER)
    send(content)

    with pytest.raises(Exception, match="须由另一位审核员审核"):
        actions.approve(item=Item.objects.get(), by=token.owner, answers=actions.YES)


# The release gate


def test_what_the_gate_finds_stays_a_draft_and_is_told_masked(send, content, client):
    answer = send(content | {"body": f"<p>{PERSONAL}</p>"})

    assert (answer.status_code, answer.json()["state"]) == (201, "draft")
    (finding,) = answer.json()["findings"]
    assert finding["where"] == "正文" and finding["total"] == 1
    assert "13800138000" not in answer.content.decode() and "在后台" in answer.json()["detail"]
    assert told(client).json()["findings"] == answer.json()["findings"]


def test_clerks_masking_outlives_the_same_push(send, content):
    send(content | {"body": f"<p>{PERSONAL}</p>"})
    Item.objects.update(body="<p>联系人电话138****8000</p>")

    assert send(content | {"body": f"<p>{PERSONAL}</p>"}).json()["result"] == "unchanged"
    assert "13800138000" not in Item.objects.get().body


def test_clean_content_after_a_finding_goes_to_the_reviewer(send, content):
    send(content | {"body": f"<p>{PERSONAL}</p>"})

    assert send(content).json() | {"state": "submitted", "findings": []} == send(content).json() | {"result": "updated"}


def test_body_is_sanitised(send, content):
    send(content | {"body": '<p onclick="x()">好<script>alert(1)</script><a href="javascript:x">链接</a></p>'})

    body = Item.objects.get().body
    assert "script" not in body and "onclick" not in body and "javascript" not in body


# Who may


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer x", "Bearer gk_secret x", "Basic gk_secret", "Bearer \xff", "Bearer " + "x" * 9999]
)
def test_without_the_token_nothing_is_taken(client, content, shown):
    for answer in (
        client.post(ADDRESS, json.dumps(content), content_type="application/json", headers={"authorization": shown}),
        client.get(f"{ADDRESS}cms-1/", headers={"authorization": shown}),
    ):
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == 'Bearer realm="gongkai"'
        assert "令牌" in answer.json()["detail"]
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    "change", [{"revoked_at": timezone.now()}, {"expires_on": date(2026, 1, 1)}], ids=["revoked", "expired"]
)
def test_token_that_is_over_is_refused(send, content, token, change):
    for name, value in change.items():
        setattr(token, name, value)
    token.save()

    assert send(content).status_code == 401 and not Item.objects.exists()


def test_token_is_good_on_its_last_day(send, content, token):
    token.expires_on = timezone.localdate()
    token.save()

    assert send(content).status_code == 201


@pytest.mark.parametrize("role", [None, Role.REVIEWER, Role.AUDITOR, Role.CASE_OFFICER])
def test_owner_without_the_power_to_enter_is_refused(send, content, token, role, client):
    token.owner.memberships.all().delete()
    if role:
        MembershipFactory(agency=token.agency, user=token.owner, role=role)

    answer = send(content)

    assert answer.status_code == 403 and "没有本机关的录入权限" in answer.json()["detail"]
    assert told(client).status_code == 403 and not Item.objects.exists()


def test_owner_who_left_is_refused(send, content, token):
    token.owner.is_active = False
    token.owner.save()

    assert send(content).status_code == 403


def test_token_is_of_one_agency(send, content, client):
    other = AgencyFactory(code="other")
    column, channel = CategoryFactory(agency=other, name="别处"), ChannelFactory(agency=other)
    ItemFactory(agency=other, external_id="theirs")

    assert send(content | {"agency": "other"}).status_code == 403
    assert send(content | {"agency": "bureau"}).status_code == 201
    for wrong in ({"column": column.pk}, {"column": "别处"}, {"channel": channel.pk}):
        answer = send(content | {"external_id": "x", **wrong})
        assert answer.status_code == 409 and set(answer.json()) == set(wrong)
    assert told(client, "theirs").status_code == 404


def test_use_of_the_token_is_noted(send, content, token):
    send(content)

    token.refresh_from_db()
    assert token.last_used_at is not None


def test_pushes_with_one_token_are_counted(send, content, monkeypatch):
    from config.api import throttles

    monkeypatch.setattr(throttles.ByToken, "THROTTLE_RATES", {"token": "2/min"})

    assert [send(content).status_code for _ in range(3)] == [201, 200, 429]


# What is refused

BAD = [
    ({"title": None}, "title"),
    ({"title": ""}, "title"),
    ({"title": "  "}, "title"),
    ({"title": 12}, "title"),
    ({"title": "长" * 201}, "title"),
    ({"title": "两\n行"}, "title"),
    ({"title": "零\0"}, "title"),
    ({"title": "向\u202e左"}, "title"),
    ({"body": "半\ud800"}, "detail"),
    ({"column": True}, "column"),
    ({"column": 0}, "column"),
    ({"column": 2**63}, "column"),
    ({"column": ["通知公告"]}, "column"),
    ({"published_on": "2026年3月2日"}, "published_on"),
    ({"published_on": 20260302}, "published_on"),
    ({"external_id": "a/b"}, "external_id"),
    ({"external_id": "一"}, "external_id"),
    ({"external_id": "a\n"}, "external_id"),
    ({"external_id": ".."}, "external_id"),
    ({"summary": "长" * 501}, "summary"),
    ({"state": "published"}, "state"),
    ({"openness": "closed"}, "openness"),
    ({"created_by": 1}, "created_by"),
    ({"nul\0": 1}, "detail"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD, ids=str)
def test_body_that_is_not_as_described_is_refused_by_field(send, content, wrong, field):
    answer = send({**content, **wrong})

    assert answer.status_code == 400 and set(answer.json()) == {field}, answer.content
    assert not Item.objects.exists()


def test_body_without_a_number_is_refused(send, content):
    del content["external_id"]

    assert send(content).json() == {"detail": "外部编号、索引号至少填一个"}


@pytest.mark.parametrize(
    "body", ["[]", "null", "1", "{", '{"title": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, b"\xff", "9" * 5000]
)
def test_body_that_is_no_object_is_refused(send, body):
    answer = send(body)

    assert answer.status_code == 400 and set(answer.json()) == {"detail"}


def test_body_that_is_too_large_is_refused(send, content):
    assert send(content | {"body": "好" * 800_000}).status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", ""]
)
def test_only_json_is_taken(client, content, kind):
    answer = client.generic(
        "POST", ADDRESS, json.dumps(content), content_type=kind, headers={"authorization": "Bearer gk_secret"}
    )

    assert answer.status_code == 415 and "JSON" in answer.json()["detail"]


CONTRADICTIONS = [
    ({"formed_on": "2026-03-09"}, "published_on"),
    ({"published_on": "0001-01-01"}, "published_on"),
    ({"published_on": "9999-12-31"}, "published_on"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "不是网址"}, "url"),
    ({"column": "没有的栏目"}, "column"),
    ({"channel": 9_223_372_036_854_775_807}, "channel"),
]


@pytest.mark.parametrize(("wrong", "field"), CONTRADICTIONS, ids=str)
def test_what_the_agency_cannot_have_is_refused_by_field_and_leaves_nothing(send, content, wrong, field):
    answer = send(content | wrong)

    assert answer.status_code == 409 and set(answer.json()) == {field}, answer.content
    assert not Item.objects.exists() and not HistoryEntry.objects.exists()


def test_day_ahead_is_for_the_website_alone(send, content, token):
    ChannelFactory(agency=token.agency, name="公众号", kind=ChannelKind.WECHAT)
    tomorrow = str(timezone.localdate() + timedelta(days=1))

    assert send(content | {"channel": "公众号", "published_on": tomorrow}).status_code == 409
    assert send(content | {"published_on": tomorrow}).status_code == 201


def test_index_number_of_another_item_is_refused(send, content, token):
    send(content | {"index_number": "示例/1"})

    answer = send(content | {"external_id": "cms-2", "index_number": "示例/1"})

    assert answer.status_code == 409 and set(answer.json()) == {"index_number"}


def test_item_entered_by_hand_is_known_by_its_index_number(send, content, token):
    item = ItemFactory(
        agency=token.agency,
        category=token.agency.categories.get(),
        title="示例通知",
        body="<p>正文</p>",
        formed_on=date(2026, 3, 1),
        index_number="示例/1",
    )
    PublicationFactory(item=item, channel=token.agency.channels.get(), published_on=date(2026, 3, 2))

    assert send(content | {"index_number": "示例/1"}).json()["result"] == "unchanged"
    assert send(content | {"index_number": "示例/1", "summary": "新"}).json()["result"] == "updated"
    assert Item.objects.get().external_id == "cms-1"


def test_item_that_another_person_submitted_is_not_taken_from_the_reviewer(send, content, token):
    item = ItemFactory(agency=token.agency, index_number="示例/1", state=ItemState.SUBMITTED)

    answer = send(content | {"index_number": "示例/1"})

    assert answer.status_code == 409 and "由录入、提交的人撤回" in answer.json()["detail"]
    item.refresh_from_db()
    assert item.state == ItemState.SUBMITTED


def test_other_channel_takes_the_place_of_the_one_pushed_before(send, content, token):
    other = ChannelFactory(agency=token.agency, name="政府公报", kind=ChannelKind.GAZETTE)
    send(content)

    send(content | {"channel": other.pk})

    assert [row.channel for row in Item.objects.get().publications.all()] == [other]
