"""提交 → 审核 → 发布 → 撤下: who may, from where, and what remains of it."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from disclosures import actions, history
from disclosures.models import ChannelKind, Item, ItemState, Openness, Publication, Review, Role
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory, PublicationFactory

pytestmark = pytest.mark.django_db

STEPS = {
    "submit": (actions.submit, {}),
    "approve": (actions.approve, {"answers": actions.YES}),
    "send_back": (actions.send_back, {"reason": "标题写错了"}),
    "withdraw": (actions.withdraw, {"reason": "内容有误"}),
}
# State → the steps that a reviewer who may also enter can take from there, and where each leads.
WAYS = {
    ItemState.DRAFT: {"submit": ItemState.SUBMITTED},
    ItemState.SUBMITTED: {"approve": ItemState.PUBLISHED, "send_back": ItemState.RETURNED},
    ItemState.RETURNED: {"submit": ItemState.SUBMITTED},
    ItemState.APPROVED: {"send_back": ItemState.RETURNED},
    ItemState.PUBLISHED: {"withdraw": ItemState.WITHDRAWN},
    ItemState.WITHDRAWN: {"submit": ItemState.SUBMITTED},
}


@pytest.fixture
def agency():
    return AgencyFactory()


TOMORROW = timezone.now() + timedelta(days=1)


def member(agency, role):
    return MembershipFactory(agency=agency, role=role).user


def take(name, item, by):
    step, details = STEPS[name]
    return step(item=item, by=by, **details)


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("name", STEPS)
def test_only_the_next_lawful_steps_are_taken(agency, state, name):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=state, release_at=TOMORROW)).item
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
        ("approve", ItemState.SUBMITTED, {Role.REVIEWER, Role.MANAGER}),
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


@pytest.mark.parametrize("name", ["approve", "send_back"])
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

    done = actions.approve(item=item, by=reviewer, answers=actions.YES)

    assert (done.published_on, done.reviewed_by, done.review_note) == (date(2022, 3, 2), reviewer, "")


def test_without_a_publication_nothing_is_published(agency):
    item = ItemFactory(agency=agency, state=ItemState.SUBMITTED)

    with pytest.raises(ValidationError, match="还没有发布渠道和日期"):
        actions.approve(item=item, by=member(agency, Role.REVIEWER), answers=actions.YES)


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

    left = [(entry.by, entry.what, entry.reason) for entry in history.entries_of(item)]
    assert left == [(clerk, "提交审核", ""), (reviewer, "退回：标题写错了", "标题写错了")]


@pytest.mark.parametrize("state", ItemState.values)
@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR])
def test_text_under_review_and_published_text_is_nobodys(agency, state, role):
    item = ItemFactory(agency=agency, state=state, release_at=TOMORROW)
    writing = state in actions.EDITABLE and role != Role.AUDITOR

    assert actions.may_edit(item=item, by=member(agency, role)) is writing


@pytest.mark.parametrize("missing", ["facts", "secrecy", "privacy"])
def test_three_answers_or_no_publication(agency, missing):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item
    answers = actions.Answers(**{"facts": True, "secrecy": True, "privacy": True, missing: False})

    with pytest.raises(ValidationError, match="三项"):
        actions.approve(item=item, by=member(agency, Role.REVIEWER), answers=answers)
    assert not Review.objects.exists()


def test_database_refuses_a_review_that_passed_without_its_answers(agency):
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            item=ItemFactory(agency=agency), by_name="某", at=timezone.now(), outcome="passed", facts=True
        )


def test_review_keeps_who_when_and_what_was_answered(agency):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item
    reviewer = member(agency, Role.REVIEWER)

    actions.approve(item=item, by=reviewer, answers=actions.YES, note="可以公开")

    review = Review.objects.get()
    assert (review.by, review.outcome, review.facts, review.secrecy, review.privacy) == (
        reviewer,
        "passed",
        True,
        True,
        True,
    )
    assert review.note == "可以公开" and not review.alone


def test_author_takes_back_what_waits_for_review(agency):
    clerk = member(agency, Role.CLERK)
    item = PublicationFactory(item=ItemFactory(agency=agency, created_by=clerk)).item
    actions.submit(item=item, by=clerk)

    with pytest.raises(ValidationError, match="录入、提交的人"):
        actions.recall(item=item, by=member(agency, Role.CLERK))
    assert actions.recall(item=item, by=clerk).state == ItemState.DRAFT


def test_whoever_submitted_does_not_review_either(agency):
    manager = member(agency, Role.MANAGER)
    item = PublicationFactory(item=ItemFactory(agency=agency, created_by=member(agency, Role.CLERK))).item
    actions.submit(item=item, by=manager)

    with pytest.raises(ValidationError, match="另一位审核员"):
        actions.approve(item=item, by=manager, answers=actions.YES)


# An office of one


def test_only_person_of_an_office_reviews_and_the_record_says_so():
    agency = AgencyFactory(one_person_office=True)
    only = member(agency, Role.MANAGER)
    item = PublicationFactory(item=ItemFactory(agency=agency, created_by=only)).item
    actions.submit(item=item, by=only)

    done = actions.approve(item=item, by=only, answers=actions.YES)

    assert done.state == ItemState.PUBLISHED and done.self_reviewed and Review.objects.get().alone
    assert "本人审核" in history.entries_of(item).last().what


# 定时发布


def waiting_until(agency, moment):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item
    return actions.approve(item=item, by=member(agency, Role.REVIEWER), answers=actions.YES, release_at=moment)


def test_item_becomes_public_at_its_time_and_not_before(agency):
    item = waiting_until(agency, TOMORROW)

    assert item.state == ItemState.APPROVED and not Item.objects.public().exists()
    assert actions.release(TOMORROW - timedelta(seconds=1)) == 0
    assert actions.release(TOMORROW) == 1
    assert actions.release(TOMORROW) == 0
    assert Item.objects.public().get() == item


def test_next_visitor_releases_what_is_due(client, agency, monkeypatch):
    item = waiting_until(agency, timezone.now() + timedelta(hours=1))
    page = f"/{agency.code}/items/{item.pk}/"
    assert client.get(page).status_code == 404

    Item.objects.update(release_at=timezone.now() - timedelta(minutes=1))
    type(client)().get("/healthz")

    assert client.get(page).status_code == 200


def test_day_entered_ahead_is_the_time_of_release(agency):
    ahead = timezone.localdate() + timedelta(days=3)
    item = ItemFactory(agency=agency, state=ItemState.SUBMITTED, created_on=timezone.localdate())
    PublicationFactory(item=item, published_on=ahead)

    done = actions.approve(item=item, by=member(agency, Role.REVIEWER), answers=actions.YES)

    assert timezone.localtime(done.release_at) == timezone.make_aware(datetime.combine(ahead, datetime.min.time()))
    actions.release(done.release_at)
    assert Item.objects.get().published_on == ahead


def test_planned_day_on_the_website_gives_way_to_the_day_it_came_true(agency):
    """Entered for the 1st, approved later: the portal did not show it on the 1st. What was logged as past stays."""
    today = timezone.localdate()
    entered = today - timedelta(days=5)
    item = ItemFactory(agency=agency, state=ItemState.SUBMITTED, created_on=entered)
    PublicationFactory(item=item, published_on=entered)
    PublicationFactory(item=item, published_on=entered - timedelta(days=30))
    PublicationFactory(item=item, published_on=entered, url="https://example.gov.cn/a")
    PublicationFactory(item=item, published_on=entered, channel__kind=ChannelKind.WECHAT)

    actions.approve(item=item, by=member(agency, Role.REVIEWER), answers=actions.YES)

    days = list(Publication.objects.order_by("pk").values_list("published_on", flat=True))
    assert days == [today, entered - timedelta(days=30), entered, entered]


def test_item_waiting_for_its_time_must_have_one(agency):
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemFactory(agency=agency, state=ItemState.APPROVED)


# 索引号


def test_items_are_numbered_when_submitted_without_gap_or_repetition(agency):
    clerk = member(agency, Role.CLERK)
    year = timezone.localdate().year
    taken = f"{agency.code}/{year}-00002"
    ItemFactory(agency=agency, index_number=taken)
    items = [PublicationFactory(item=ItemFactory(agency=agency)).item for _ in range(3)]

    numbers = [actions.submit(item=item, by=clerk).index_number for item in items]

    assert numbers == [f"{agency.code}/{year}-0000{serial}" for serial in (1, 3, 4)]


def test_number_follows_the_agencys_pattern(agency):
    agency.index_pattern, agency.credit_code = "{信用代码}-GK-{年}-{序号}", "11371081004301234B"
    agency.save()
    item = PublicationFactory(item=ItemFactory(agency=agency)).item

    number = actions.submit(item=item, by=member(agency, Role.CLERK)).index_number

    assert number == f"11371081004301234B-GK-{timezone.localdate().year}-00001"


def test_number_of_an_item_that_is_gone_is_not_given_again(agency):
    clerk = member(agency, Role.CLERK)
    first = actions.submit(item=PublicationFactory(item=ItemFactory(agency=agency)).item, by=clerk)
    first.delete()

    second = actions.submit(item=PublicationFactory(item=ItemFactory(agency=agency)).item, by=clerk)

    assert second.index_number.endswith("-00002")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("{信用代码}/{年}", "重号"), ("{序号}", "重号"), ("{年}-{序号}-{地区}", "不认识"), ("固定的号", "重号")],
)
def test_pattern_that_would_repeat_itself_is_refused(agency, pattern, why):
    agency.index_pattern = pattern

    with pytest.raises(ValidationError, match=why):
        agency.full_clean()


# 条例 Art. 18


def closed_item(agency, **details):
    given = {"openness": Openness.CLOSED, "not_open_ground": "internal", "state": ItemState.PUBLISHED, **details}
    return ItemFactory(agency=agency, **given)


def test_information_kept_closed_says_why_and_is_looked_at_again(agency):
    clerk = member(agency, Role.CLERK)
    item = closed_item(agency, state=ItemState.DRAFT, not_open_ground="")

    with pytest.raises(ValidationError, match="依据"):
        actions.submit(item=item, by=clerk)
    Item.objects.update(not_open_ground="internal")
    done = actions.submit(item=item, by=clerk)

    assert done.reevaluate_on == timezone.localdate() + actions.REEVALUATED_AFTER
    assert list(Item.objects.to_be_reevaluated(done.reevaluate_on)) == [item]
    assert not Item.objects.to_be_reevaluated(done.reevaluate_on - timedelta(days=1))


def test_second_look_keeps_it_closed_or_opens_it(agency):
    reviewer = member(agency, Role.REVIEWER)
    kept, opened = closed_item(agency), closed_item(agency)
    later = timezone.localdate() + timedelta(days=400)

    assert actions.keep_closed(item=kept, by=reviewer, reason="情况未变", until=later).reevaluate_on == later
    with pytest.raises(ValidationError, match="晚于今天"):
        actions.keep_closed(item=kept, by=reviewer, reason="情况未变", until=timezone.localdate())
    now_open = actions.open_up(item=opened, by=reviewer, reason="已结案")

    assert (now_open.state, now_open.openness, now_open.not_open_ground) == ("draft", "proactive", "")
    with pytest.raises(ValidationError, match="不需要重新评估"):
        actions.open_up(item=now_open, by=reviewer, reason="再来一次")


# The same steps on the pages


def test_buttons_of_the_page_are_the_steps_one_may_take(client, agency):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item
    page = f"/admin/disclosures/item/{item.pk}/change/"

    client.force_login(member(agency, Role.CLERK))
    assert "三项都确认" not in client.get(page).content.decode()
    client.force_login(member(agency, Role.REVIEWER))
    assert "三项都确认" in client.get(page).content.decode()
    client.post(f"/admin/disclosures/item/{item.pk}/step/send_back/", {"reason": ""})
    assert Item.objects.get().state == ItemState.SUBMITTED
    client.post(f"/admin/disclosures/item/{item.pk}/step/send_back/", {"reason": "标题写错了"})

    assert Item.objects.get().review_note == "标题写错了"
    assert client.post(f"/admin/disclosures/item/{item.pk}/step/erase/").status_code == 404
    assert client.get(f"/admin/disclosures/item/{item.pk}/step/approve/").status_code == 405


def test_bulk_step_asks_for_the_reason_first(client, agency):
    items = [ItemFactory(agency=agency, state=ItemState.SUBMITTED) for _ in range(2)]
    client.force_login(member(agency, Role.REVIEWER))
    form = {"action": "send_back_items", "_selected_action": [item.pk for item in items]}

    asked = client.post("/admin/disclosures/item/", form).content.decode()
    assert "退回修改" in asked and Item.objects.filter(state=ItemState.SUBMITTED).count() == 2
    client.post("/admin/disclosures/item/", {**form, "reason": "缺附件", "confirmed": "yes"})

    assert Item.objects.filter(state=ItemState.RETURNED, review_note="缺附件").count() == 2


def test_bulk_step_does_what_it_may_and_tells_the_rest(client, agency):
    reviewer = member(agency, Role.MANAGER)
    own = PublicationFactory(item=ItemFactory(agency=agency, state="submitted", created_by=reviewer)).item
    other = PublicationFactory(item=ItemFactory(agency=agency, state="submitted")).item
    client.force_login(reviewer)
    form = {"action": "approve_items", "_selected_action": [own.pk, other.pk], "confirmed": "yes"}
    form |= dict.fromkeys(("facts", "secrecy", "privacy"), "on")

    page = client.post("/admin/disclosures/item/", form, follow=True).content.decode()

    own.refresh_from_db(), other.refresh_from_db()
    assert (own.state, other.state) == (ItemState.SUBMITTED, ItemState.PUBLISHED)
    assert "您自己录入" in page and "已审核通过1条" in page


def test_forged_bulk_step_of_a_watcher_does_nothing(client, agency):
    item = ItemFactory(agency=agency)
    client.force_login(member(agency, Role.AUDITOR))

    client.post("/admin/disclosures/item/", {"action": "submit_items", "_selected_action": [item.pk]})

    item.refresh_from_db()
    assert item.state == ItemState.DRAFT
