"""Steps in the life of an item: 录入 → 提交 → 审核 → 发布 → 撤下. Each is atomic, checked, and leaves who and why.

条例 Art. 17: what is published has been examined first, and not by the person who entered it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dateutil.relativedelta import relativedelta
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min
from django.utils import timezone

from disclosures import access, history, index_numbers
from disclosures.areas import Action, Area
from disclosures.dates import told_moment
from disclosures.gate import clearing
from disclosures.models import ChannelKind, Item, ItemState, Openness, Review, ReviewOutcome
from disclosures.people import name_of

NOT_REVIEWER = "您没有审核权限，请联系本机关审核员"
EDITABLE = (ItemState.DRAFT, ItemState.RETURNED, ItemState.WITHDRAWN)
LONGEST_REASON = 200
# 条例 Art. 18 says 定期; a year is our own default, and the form may say otherwise.
REEVALUATED_AFTER = relativedelta(years=1)


@dataclass(frozen=True)
class Answers:
    """The reviewer's answers to the three questions; only three times yes lets an item pass."""

    facts: bool
    secrecy: bool
    privacy: bool

    @property
    def all_yes(self) -> bool:
        return self.facts and self.secrecy and self.privacy


YES = Answers(facts=True, secrecy=True, privacy=True)


def may_edit(*, item: Item, by: Any) -> bool:
    """While it is being written, whoever enters the records; under review and in public, nobody.

    Otherwise the text that was examined would not be the text that stands on the portal: to correct what waits for
    review, take it back; what is published, withdraw it first.
    """
    return item.state in EDITABLE and access.can(by, Action.CHANGE, Area.PUBLISHING, item.agency)


def wrote(*, item: Item, by: Any) -> bool:
    return by.pk is not None and by.pk in (item.created_by_id, item.submitted_by_id)


def reviews_alone(*, item: Item, by: Any) -> bool:
    """The author of an office that has nobody else: the review is recorded as such."""
    return wrote(item=item, by=by) and item.agency.one_person_office


def may_review(*, item: Item, by: Any) -> bool:
    """A reviewer of the agency other than the author, or the only person of an office of one."""
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        return False
    return not wrote(item=item, by=by) or item.agency.one_person_office


def waiting_for(user: Any, items: Any, what: str | None) -> Any:
    """The items that wait for this person: ``review`` (never their own) or ``returned``."""
    if what == "review":
        reviewed = access.visible_to(user, items.awaiting_review(), Action.REVIEW)
        own: Any = reviewed.filter(agency__one_person_office=False)
        return reviewed.exclude(pk__in=own.by_author(user).values("pk")) if user.pk else reviewed
    if what == "returned":
        return items.filter(state=ItemState.RETURNED).by_author(user)
    return items.none()


@transaction.atomic
def submit(*, item: Item, by: Any) -> Item:
    """To the reviewer, numbered, with everything the release gate found dealt with.

    Raises ``ValidationError`` unless it is being written, has a channel and a day, and the gate is clear.
    """
    item = _locked(item)
    _require(item, *EDITABLE)
    if not access.can(by, Action.CHANGE, Area.PUBLISHING, item.agency):
        raise ValidationError(f"您没有提交“{item.title}”的权限")
    if item.openness == Openness.PROACTIVE:
        _require_publication(item)
    elif not item.not_open_ground:
        raise ValidationError(f"“{item.title}”不主动公开，请先选择不主动公开的依据")
    clearing.require_dealt_with(item)
    today = timezone.localdate()
    index_numbers.give(item, today.year)
    if item.openness != Openness.PROACTIVE and item.reevaluate_on is None:
        item.reevaluate_on = today + REEVALUATED_AFTER
    item.state, item.submitted_by = ItemState.SUBMITTED, by
    return _stored(item, by, "submit", "提交审核")


@transaction.atomic
def recall(*, item: Item, by: Any) -> Item:
    """Taken back by whoever wrote it, to go on writing. Raises ``ValidationError`` once it has been reviewed."""
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    if not (wrote(item=item, by=by) and access.can(by, Action.CHANGE, Area.PUBLISHING, item.agency)):
        raise ValidationError(f"“{item.title}”由录入、提交的人撤回")
    item.state = ItemState.DRAFT
    return _stored(item, by, "recall", "撤回修改")


@transaction.atomic
def approve(*, item: Item, by: Any, answers: Answers, note: str = "", release_at: datetime | None = None) -> Item:
    """Examined: public now, or when ``release_at`` or its earliest publication day comes.

    Raises ``ValidationError`` unless it was submitted, by someone else, all three answers are yes, it has a channel
    and a day, and the gate is clear; what the author asked to let pass is confirmed by this person.
    """
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    _require_reviewer(item, by)
    if not answers.all_yes:
        raise ValidationError("三项审核都确认以后才能通过；有问题的请退回修改")
    note = _short(note)
    alone = reviews_alone(item=item, by=by)
    clearing.require_dealt_with(item)
    clearing.confirm(item=item, by=by, alone=alone)
    now = timezone.now()
    when = max(release_at or _entered_time(item) or now, now)
    item.reviewed_by, item.self_reviewed, item.review_note = by, alone, note
    _reviewed(item, by, ReviewOutcome.PASSED, note, alone, answers)
    said = "审核通过（本人审核）" if alone else "审核通过"
    if when > now:
        item.state, item.release_at = ItemState.APPROVED, when
        return _stored(item, by, "approve", f"{said}，{told_moment(when)}发布", note)
    return _publish(item, by, now, f"{said}并发布", note)


def release(now: datetime, most: int = 50) -> int:
    """Publishes what was approved for ``now`` or before; how many. Whoever looks first does it, once.

    What the gate finds now and nobody has confirmed goes back to its author: the rules may have grown since.
    """
    done = 0
    for pk in Item.objects.to_be_released(now).values_list("pk", flat=True)[:most]:
        with transaction.atomic():
            item = _locked(Item(pk=pk))
            if item.state == ItemState.APPROVED and item.release_at and item.release_at <= now:
                try:
                    clearing.require_still_clear(item)
                except ValidationError as found:
                    _held_back(item, "；".join(found.messages))
                    continue
                _publish(item, None, item.release_at, "按定好的时间发布", "")
                done += 1
    return done


def _held_back(item: Item, why: str) -> None:
    item.state, item.release_at, item.review_note = ItemState.RETURNED, None, why
    _stored(item, None, "hold_back", "没有按时发布，退回", why)


@transaction.atomic
def send_back(*, item: Item, by: Any, reason: str) -> Item:
    """Back to the author with a reason. Raises ``ValidationError`` unless it waits for review or for its time."""
    item = _locked(item)
    _require(item, ItemState.SUBMITTED, ItemState.APPROVED)
    _require_reviewer(item, by)
    item.state, item.release_at, item.review_note = ItemState.RETURNED, None, _given(reason)
    _reviewed(item, by, ReviewOutcome.RETURNED, item.review_note, reviews_alone(item=item, by=by))
    return _stored(item, by, "send_back", f"退回：{item.review_note}", item.review_note)


@transaction.atomic
def withdraw(*, item: Item, by: Any, reason: str) -> Item:
    """Off the portal; the publication records stay. Raises ``ValidationError`` unless it is published.

    The author may take an item down too: it is the safe direction.
    """
    item = _locked(item)
    _require(item, ItemState.PUBLISHED)
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        raise ValidationError(NOT_REVIEWER)
    item.state, item.review_note = ItemState.WITHDRAWN, _given(reason)
    return _stored(item, by, "withdraw", f"撤下：{item.review_note}", item.review_note)


@transaction.atomic
def keep_closed(*, item: Item, by: Any, reason: str, until: date) -> Item:
    """Looked at again and still not public; the next look is due on ``until`` (条例 Art. 18).

    Raises ``ValidationError`` for information that is public, or a day not after today.
    """
    item = _locked(item)
    _require_not_open(item, by)
    if until <= timezone.localdate():
        raise ValidationError("下次评估日期须晚于今天")
    item.reevaluate_on = until
    return _stored(item, by, "keep_closed", f"评估后维持{item.get_openness_display()}", _given(reason))


@transaction.atomic
def open_up(*, item: Item, by: Any, reason: str) -> Item:
    """Looked at again and to be published: a draft of 主动公开 information, to be reviewed as any other (Art. 18)."""
    item = _locked(item)
    _require_not_open(item, by)
    item.openness, item.not_open_ground, item.reevaluate_on = Openness.PROACTIVE, "", None
    item.state = ItemState.DRAFT
    return _stored(item, by, "open_up", "评估后转为主动公开", _given(reason))


def _locked(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("agency").get(pk=item.pk)


def _require(item: Item, *states: ItemState) -> None:
    if item.state not in states:
        allowed = "、".join(state.label for state in states)
        raise ValidationError(f"“{item.title}”现在是“{item.get_state_display()}”，只有“{allowed}”的可以这样操作")


def _require_reviewer(item: Item, by: Any) -> None:
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        raise ValidationError(NOT_REVIEWER)
    if not may_review(item=item, by=by):
        raise ValidationError(f"“{item.title}”是您自己录入的，须由另一位审核员审核")


def _require_not_open(item: Item, by: Any) -> None:
    if item.openness == Openness.PROACTIVE:
        raise ValidationError(f"“{item.title}”是主动公开的信息，不需要重新评估")
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        raise ValidationError(NOT_REVIEWER)


def _require_publication(item: Item) -> None:
    if not item.publications.exists():
        raise ValidationError(f"“{item.title}”还没有发布渠道和日期，请先填写")


def _entered_time(item: Item) -> datetime | None:
    """The first moment of the earliest day that was entered for its publication."""
    first = item.publications.aggregate(first=Min("published_on"))["first"]
    return timezone.make_aware(datetime.combine(first, datetime.min.time())) if first else None


def _publish(item: Item, by: Any, at: datetime, said: str, note: str) -> Item:
    if item.openness == Openness.PROACTIVE:
        _require_publication(item)
    day = timezone.localdate(at)
    # A day on the portal that was entered as a plan gives way to the day it came true; what was logged as past stays.
    if item.created_on is not None:
        planned = item.publications.filter(channel__kind=ChannelKind.WEBSITE, url="", published_on__lt=day)
        planned.filter(published_on__gte=item.created_on).update(published_on=day)
    first = item.publications.aggregate(first=Min("published_on"))["first"]
    item.state, item.published_on, item.release_at = ItemState.PUBLISHED, first or day, None
    return _stored(item, by, "publish", said, note)


def _reviewed(
    item: Item, by: Any, outcome: ReviewOutcome, note: str, alone: bool, answers: Answers | None = None
) -> None:
    given = {"facts": answers.facts, "secrecy": answers.secrecy, "privacy": answers.privacy} if answers else {}
    Review.objects.create(
        item=item, by=by, by_name=name_of(by), at=timezone.now(), outcome=outcome, note=note, alone=alone, **given
    )


def _short(text: str) -> str:
    text = text.strip()
    if len(text) > LONGEST_REASON:
        raise ValidationError(f"审核意见不超过{LONGEST_REASON}字")
    return text


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError("请填写原因，方便录入人修改")
    if len(reason) > LONGEST_REASON:
        raise ValidationError(f"原因不超过{LONGEST_REASON}字")
    return reason


STEERED = [
    "state",
    "openness",
    "not_open_ground",
    "reevaluate_on",
    "index_number",
    "published_on",
    "release_at",
    "submitted_by",
    "reviewed_by",
    "self_reviewed",
    "review_note",
    "version",
    "updated_at",
]


def _stored(item: Item, by: Any, step: str, said: str, reason: str = "") -> Item:
    item.version += 1
    item.save(update_fields=STEERED)
    history.record(item, by=by, step=step, what=said, reason=reason)
    return item
