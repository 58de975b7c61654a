"""Steps in the life of an item: 录入 → 提交 → 审核 → 发布 → 撤下. Each is atomic, checked, and leaves who and when.

条例 Art. 17: what is published has been examined first, and not by the person who entered it.
"""

from typing import Any

from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Min

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.models import Item, ItemState

NOT_REVIEWER = "您没有审核权限，请联系本机关审核员"
EDITABLE = (ItemState.DRAFT, ItemState.RETURNED, ItemState.WITHDRAWN)


def may_edit(*, item: Item, by: Any) -> bool:
    """While it is written, whoever enters the records; under review, the reviewer; published, nobody.

    Otherwise the text that was examined would not be the text that stands on the portal: to correct what is
    published, withdraw it first.
    """
    if item.state in EDITABLE:
        return access.can(by, Action.CHANGE, Area.PUBLISHING, item.agency)
    return item.state == ItemState.SUBMITTED and may_review(item=item, by=by)


def may_review(*, item: Item, by: Any) -> bool:
    """A reviewer of the agency other than the author."""
    return access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency) and item.created_by_id != by.pk


def waiting_for(user: Any, items: Any, what: str | None) -> Any:
    """The items that wait for this person: ``review`` (never their own) or ``returned``."""
    if what == "review":
        reviewed = access.visible_to(user, items.awaiting_review(), Action.REVIEW)
        return reviewed.exclude(created_by=user) if user.pk else reviewed
    if what == "returned":
        return items.filter(state=ItemState.RETURNED, created_by=user)
    return items.none()


@transaction.atomic
def submit(*, item: Item, by: Any) -> Item:
    """To the reviewer. Raises ``ValidationError`` unless it is being written."""
    item = _locked(item)
    _require(item, *EDITABLE)
    if not access.can(by, Action.CHANGE, Area.PUBLISHING, item.agency):
        raise ValidationError(f"您没有提交“{item.title}”的权限")
    item.state = ItemState.SUBMITTED
    return _stored(item, by, "提交审核")


@transaction.atomic
def publish(*, item: Item, by: Any) -> Item:
    """Examined and public, dated by its earliest publication.

    Raises ``ValidationError`` unless it was submitted, by someone else, and has a publication.
    """
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    _require_reviewer(item, by)
    first = item.publications.aggregate(first=Min("published_on"))["first"]
    if first is None:
        raise ValidationError(f"“{item.title}”还没有发布渠道和日期，请先填写")
    item.state, item.published_on, item.reviewed_by, item.review_note = ItemState.PUBLISHED, first, by, ""
    return _stored(item, by, "审核通过并发布")


@transaction.atomic
def send_back(*, item: Item, by: Any, reason: str) -> Item:
    """Back to the author with a reason. Raises ``ValidationError`` unless it was submitted."""
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    _require_reviewer(item, by)
    item.state, item.review_note = ItemState.RETURNED, _given(reason)
    return _stored(item, by, f"退回：{item.review_note}")


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
    return _stored(item, by, f"撤下：{item.review_note}")


def _locked(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("agency").get(pk=item.pk)


def _require(item: Item, *states: ItemState) -> None:
    if item.state not in states:
        allowed = "、".join(state.label for state in states)
        raise ValidationError(f"“{item.title}”现在是“{item.get_state_display()}”，只有“{allowed}”的可以这样操作")


def _require_reviewer(item: Item, by: Any) -> None:
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        raise ValidationError(NOT_REVIEWER)
    if item.created_by_id == by.pk:
        raise ValidationError(f"“{item.title}”是您自己录入的，须由另一位审核员审核")


def _given(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError("请填写原因，方便录入人修改")
    if len(reason) > 200:
        raise ValidationError("原因不超过200字")
    return reason


def _stored(item: Item, by: Any, said: str) -> Item:
    item.save(update_fields=["state", "published_on", "reviewed_by", "review_note", "updated_at"])
    LogEntry.objects.log_actions(by.pk, [item], CHANGE, said, single_object=True)
    return item
