"""Steps in the life of an item, each atomic and checked. 条例 Art. 17: reviewed before published."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.models import Item, ItemState


@transaction.atomic
def submit(*, item: Item, by: Any) -> Item:
    """To the reviewer. Raises ``ValidationError`` unless it is a draft or was returned."""
    item = _locked(item)
    _require(item, ItemState.DRAFT, ItemState.RETURNED)
    item.state = ItemState.SUBMITTED
    item.save(update_fields=["state", "updated_at"])
    return item


@transaction.atomic
def publish(*, item: Item, by: Any) -> Item:
    """Approved and public from the first day of its publications.

    Raises ``ValidationError`` for the author's own entry, an item without a publication, or one not submitted.
    """
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    _require_reviewer(item, by)
    if item.created_by_id == by.pk:
        raise ValidationError(f"“{item.title}”是您自己录入的，须由另一位审核员审核")
    first = item.publications.order_by("published_on").first()
    if first is None:
        raise ValidationError(f"“{item.title}”还没有发布渠道和日期，请先填写")
    item.state, item.reviewed_by, item.published_on = ItemState.PUBLISHED, by, first.published_on
    item.save(update_fields=["state", "reviewed_by", "published_on", "updated_at"])
    return item


@transaction.atomic
def send_back(*, item: Item, by: Any, reason: str) -> Item:
    """To the clerk with the reason. Raises ``ValidationError``."""
    item = _locked(item)
    _require(item, ItemState.SUBMITTED)
    _require_reviewer(item, by)
    item.state, item.review_note = ItemState.RETURNED, reason
    item.save(update_fields=["state", "review_note", "updated_at"])
    return item


@transaction.atomic
def withdraw(*, item: Item, by: Any, reason: str) -> Item:
    """No longer public; the record stays. Raises ``ValidationError`` without a reason."""
    item = _locked(item)
    _require(item, ItemState.PUBLISHED)
    _require_reviewer(item, by)
    if not reason.strip():
        raise ValidationError("请填写撤下的原因")
    item.state, item.review_note = ItemState.WITHDRAWN, reason
    item.save(update_fields=["state", "review_note", "updated_at"])
    return item


def _locked(item: Item) -> Item:
    return Item.objects.select_for_update(of=("self",)).select_related("agency").get(pk=item.pk)


def _require(item: Item, *states: ItemState) -> None:
    if item.state not in states:
        allowed = "、".join(state.label for state in states)
        raise ValidationError(f"“{item.title}”现在是“{item.get_state_display()}”，只有“{allowed}”的可以这样操作")


def _require_reviewer(item: Item, by: Any) -> None:
    if not access.can(by, Action.REVIEW, Area.PUBLISHING, item.agency):
        raise ValidationError("您没有审核权限，请联系本机关审核员")
