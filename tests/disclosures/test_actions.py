"""提交 → 审核 → 发布 → 撤下: who may, from where, and what remains of it."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures import actions
from disclosures.models import Item, ItemState, Role
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory, PublicationFactory

pytestmark = pytest.mark.django_db

STEPS = {
    "submit": (actions.submit, {}),
    "publish": (actions.publish, {}),
    "send_back": (actions.send_back, {"reason": "标题写错了"}),
    "withdraw": (actions.withdraw, {"reason": "内容有误"}),
}
# State → the steps that a reviewer who may also enter can take from there, and where each leads.
WAYS = {
    ItemState.DRAFT: {"submit": ItemState.SUBMITTED},
    ItemState.SUBMITTED: {"publish": ItemState.PUBLISHED, "send_back": ItemState.RETURNED},
    ItemState.RETURNED: {"submit": ItemState.SUBMITTED},
    ItemState.PUBLISHED: {"withdraw": ItemState.WITHDRAWN},
    ItemState.WITHDRAWN: {"submit": ItemState.SUBMITTED},
}


@pytest.fixture
def agency():
    return AgencyFactory()


def member(agency, role):
    return MembershipFactory(agency=agency, role=role).user


def take(name, item, by):
    step, details = STEPS[name]
    return step(item=item, by=by, **details)


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("name", STEPS)
def test_only_the_next_lawful_steps_are_taken(agency, state, name):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=state)).item
    manager = member(agency, Role.MANAGER)

    if name in WAYS[state]:
        assert take(name, item, manager).state == WAYS[state][name]
    else:
        with pytest.raises(ValidationError, match="只有"):
            take(name, item, manager)
        assert Item.objects.get().state == state


@pytest.mark.parametrize(
    ("name", "state", "may"),
    [
        ("submit", ItemState.DRAFT, {Role.CLERK, Role.REVIEWER, Role.MANAGER}),
        ("publish", ItemState.SUBMITTED, {Role.REVIEWER, Role.MANAGER}),
        ("send_back", ItemState.SUBMITTED, {Role.REVIEWER, Role.MANAGER}),
        ("withdraw", ItemState.PUBLISHED, {Role.REVIEWER, Role.MANAGER}),
    ],
)
@pytest.mark.parametrize("role", Role)
def test_step_needs_its_power(agency, name, state, may, role):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=state)).item

    if role in may:
        assert take(name, item, member(agency, role)).state != state
    else:
        with pytest.raises(ValidationError, match="权限"):
            take(name, item, member(agency, role))


@pytest.mark.parametrize("name", STEPS)
def test_power_in_another_agency_is_none(agency, name):
    state = next(state for state, ways in WAYS.items() if name in ways)
    item = PublicationFactory(item=ItemFactory(agency=agency, state=state)).item

    with pytest.raises(ValidationError, match="权限"):
        take(name, item, member(AgencyFactory(), Role.MANAGER))


@pytest.mark.parametrize("name", ["publish", "send_back"])
def test_nobody_reviews_their_own_entry(agency, name):
    author = member(agency, Role.MANAGER)
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED, created_by=author)).item

    with pytest.raises(ValidationError, match="您自己录入"):
        take(name, item, author)


def test_database_refuses_the_author_as_reviewer(agency):
    author = member(agency, Role.MANAGER)
    item = ItemFactory(agency=agency, created_by=author)

    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.filter(pk=item.pk).update(reviewed_by=author)


def test_published_from_its_earliest_publication(agency):
    item = ItemFactory(agency=agency, state=ItemState.SUBMITTED, review_note="旧的意见")
    PublicationFactory(item=item, published_on=date(2022, 3, 5))
    PublicationFactory(item=item, published_on=date(2022, 3, 2))
    reviewer = member(agency, Role.REVIEWER)

    done = actions.publish(item=item, by=reviewer)

    assert (done.published_on, done.reviewed_by, done.review_note) == (date(2022, 3, 2), reviewer, "")


def test_without_a_publication_nothing_is_published(agency):
    item = ItemFactory(agency=agency, state=ItemState.SUBMITTED)

    with pytest.raises(ValidationError, match="还没有发布渠道和日期"):
        actions.publish(item=item, by=member(agency, Role.REVIEWER))


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
@pytest.mark.parametrize(("step", "state"), [(actions.send_back, "submitted"), (actions.withdraw, "published")])
def test_reason_is_asked(agency, step, state, reason):
    item = ItemFactory(agency=agency, state=state)

    with pytest.raises(ValidationError, match="原因"):
        step(item=item, by=member(agency, Role.REVIEWER), reason=reason)


def test_each_step_leaves_who_and_why(agency):
    item = PublicationFactory(item=ItemFactory(agency=agency)).item
    clerk, reviewer = member(agency, Role.CLERK), member(agency, Role.REVIEWER)

    actions.submit(item=item, by=clerk)
    actions.send_back(item=item, by=reviewer, reason="标题写错了")

    left = LogEntry.objects.order_by("pk").values_list("user", "object_id", "change_message")
    assert list(left) == [(clerk.pk, str(item.pk), "提交审核"), (reviewer.pk, str(item.pk), "退回：标题写错了")]


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR])
def test_text_under_review_is_the_reviewers_and_published_text_nobodys(agency, state, role):
    item = ItemFactory(agency=agency, state=state)
    writing = state in actions.EDITABLE
    expected = {Role.CLERK: writing, Role.REVIEWER: writing or state == "submitted", Role.AUDITOR: False}

    assert actions.may_edit(item=item, by=member(agency, role)) is expected[role]


# The same steps on the pages


def test_buttons_of_the_page_are_the_steps_one_may_take(client, agency):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item
    page = f"/admin/disclosures/item/{item.pk}/change/"

    client.force_login(member(agency, Role.CLERK))
    assert "审核通过并发布" not in client.get(page).content.decode()
    client.force_login(member(agency, Role.REVIEWER))
    assert "审核通过并发布" in client.get(page).content.decode()
    client.post(f"/admin/disclosures/item/{item.pk}/step/send_back/", {"reason": ""})
    assert Item.objects.get().state == ItemState.SUBMITTED
    client.post(f"/admin/disclosures/item/{item.pk}/step/send_back/", {"reason": "标题写错了"})

    assert Item.objects.get().review_note == "标题写错了"
    assert client.post(f"/admin/disclosures/item/{item.pk}/step/erase/").status_code == 404
    assert client.get(f"/admin/disclosures/item/{item.pk}/step/publish/").status_code == 405


def test_bulk_step_asks_for_the_reason_first(client, agency):
    items = [ItemFactory(agency=agency, state=ItemState.SUBMITTED) for _ in range(2)]
    client.force_login(member(agency, Role.REVIEWER))
    form = {"action": "send_back_items", "_selected_action": [item.pk for item in items]}

    asked = client.post("/admin/disclosures/item/", form).content.decode()
    assert "退回修改" in asked and Item.objects.filter(state=ItemState.SUBMITTED).count() == 2
    client.post("/admin/disclosures/item/", {**form, "reason": "缺附件"})

    assert Item.objects.filter(state=ItemState.RETURNED, review_note="缺附件").count() == 2


def test_bulk_step_does_what_it_may_and_tells_the_rest(client, agency):
    reviewer = member(agency, Role.MANAGER)
    own = PublicationFactory(item=ItemFactory(agency=agency, state="submitted", created_by=reviewer)).item
    other = PublicationFactory(item=ItemFactory(agency=agency, state="submitted")).item
    client.force_login(reviewer)
    form = {"action": "publish_items", "_selected_action": [own.pk, other.pk]}

    page = client.post("/admin/disclosures/item/", form, follow=True).content.decode()

    own.refresh_from_db(), other.refresh_from_db()
    assert (own.state, other.state) == (ItemState.SUBMITTED, ItemState.PUBLISHED)
    assert "您自己录入" in page and "已审核通过并发布1条" in page


def test_forged_bulk_step_of_a_watcher_does_nothing(client, agency):
    item = ItemFactory(agency=agency)
    client.force_login(member(agency, Role.AUDITOR))

    client.post("/admin/disclosures/item/", {"action": "submit_items", "_selected_action": [item.pk]})

    item.refresh_from_db()
    assert item.state == ItemState.DRAFT
