"""Items pushed by the agency's own CMS or WeChat tool: before the reviewer as any other, never before the public.

They are entered in the name of the token's owner, checked by the same rules and the same release gate. Pushing the
same again changes nothing; pushing something else under the same number changes what is not yet approved.
"""

import json
from copy import copy
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import TextChoices

from disclosures import actions, history, publication_days, tokens
from disclosures.gate import clearing
from disclosures.keyed_hash import keyed_hash
from disclosures.ledger.widgets import Day
from disclosures.models import Agency, ApiToken, Category, Channel, Item, ItemState, Publication
from disclosures.rich_text import sanitise

STEP = "push"
SETTLED = (ItemState.APPROVED, ItemState.PUBLISHED, ItemState.WITHDRAWN)
# Of an item, as pushed; the column, the channel and the numbers are looked up.
TEXTS = ("title", "document_number", "formed_on", "office", "subject", "keywords", "summary", "body")


class Settled(ValidationError):
    """Approved, public or taken down: to be changed by people, not by a program."""


@dataclass(frozen=True)
class Content:
    """One of ``external_id`` and ``index_number`` at least; ``column`` and ``channel`` by name or key."""

    title: str
    column: str | int
    channel: str | int
    published_on: date
    external_id: str = ""
    index_number: str = ""
    url: str = ""
    summary: str = ""
    body: str = ""
    document_number: str = ""
    formed_on: date | None = None
    office: str = ""
    subject: str = ""
    keywords: str = ""

    @property
    def digest(self) -> str:
        """The same for the same content only; nothing can be read back from it."""
        return keyed_hash(STEP, json.dumps(asdict(self), default=str, sort_keys=True, ensure_ascii=False))


class Result(TextChoices):
    CREATED = "created", "新建"
    UPDATED = "updated", "已更新"
    UNCHANGED = "unchanged", "没有变化"


@dataclass(frozen=True)
class Receipt:
    """``findings``: of the release gate, waiting for a clerk; where there are any the item is a draft."""

    item: Item
    result: Result
    findings: tuple[clearing.Finding, ...]


@transaction.atomic
def push(*, token: ApiToken, content: Content, today: date) -> Receipt:
    """Enters or changes the item and puts it before the reviewer, or leaves it a draft where the gate found something.

    Raises ``PermissionDenied`` where the owner may not enter items, ``ValidationError`` by field for what does not fit
    the agency's columns, channels and rules, ``Settled`` where other content stands under the number already.
    """
    if not tokens.may_push(token.owner, token.agency):
        raise PermissionDenied
    lock(token.agency)
    item = _existing(token.agency, content)
    if item is None:
        item = Item(agency=token.agency, created_by=token.owner, created_on=today)
        return _write(item, token, content, today, Result.CREATED)
    if _is_same(item, content):
        return Receipt(item, Result.UNCHANGED, open_findings(item))
    if item.state in SETTLED:
        raise Settled(f"这条信息{item.get_state_display()}，内容不同，不能由接口修改；请在后台办理")
    if item.state == ItemState.SUBMITTED:
        item = actions.recall(item=item, by=token.owner)
    return _write(item, token, content, today, Result.UPDATED)


def lock(agency: Agency) -> None:
    """One push at a time in an agency: two programs that send the same at once make one item."""
    Agency.objects.select_for_update(no_key=True).get(pk=agency.pk)


def found(*, token: ApiToken, external_id: str) -> Receipt | None:
    """Where the item of this number stands now; None for a number that the agency does not have."""
    item = Item.objects.of(token.agency).filter(external_id=external_id).select_related("agency").first()
    return item and Receipt(item, Result.UNCHANGED, open_findings(item))


def open_findings(item: Item) -> tuple[clearing.Finding, ...]:
    """Of an item that is being written, what the gate found and nobody gave a reason for."""
    if item.state not in (ItemState.DRAFT, ItemState.RETURNED):
        return ()
    return tuple(each.finding for each in clearing.decided(item) if each.clearance is None)


def _existing(agency: Agency, content: Content) -> Item | None:
    items = Item.objects.of(agency).select_related("agency")
    if content.external_id and (item := items.filter(external_id=content.external_id).first()):
        return item
    item = items.filter(index_number=content.index_number).first() if content.index_number else None
    if item and content.external_id and item.external_id:
        raise ValidationError({"index_number": "这个索引号属于另一条信息，请核对"})
    return item


def _is_same(item: Item, content: Content) -> bool:
    """As it was pushed last, whatever a clerk has made of it since; what was never pushed, as it stands."""
    last = history.entries_of(item).filter(step=STEP).last()
    if last is not None:
        return last.details.get("digest") == content.digest
    stored = [getattr(item, name) for name in TEXTS]
    pushed = [sanitise(content.body) if name == "body" else getattr(content, name) for name in TEXTS]
    channel = _chosen(Channel, item.agency, content.channel, "channel", "渠道")
    days = item.publications.filter(channel=channel, published_on=content.published_on, url=content.url)
    column = _chosen(Category, item.agency, content.column, "column", "栏目")
    return stored == pushed and item.category_id == column.pk and days.exists()


def _write(item: Item, token: ApiToken, content: Content, today: date, result: Result) -> Receipt:
    before = copy(item)
    item.category = _chosen(Category, item.agency, content.column, "column", "栏目")
    channel = _chosen(Channel, item.agency, content.channel, "channel", "渠道")
    for name in TEXTS:
        setattr(item, name, getattr(content, name))
    item.external_id = content.external_id or item.external_id
    item.index_number = content.index_number or item.index_number
    if result == Result.UPDATED:
        item.version += 1
    _require_plausible_days(content, channel, today)
    _clean(item)
    item.save()
    _publish_on(item, channel, content)
    edits = history.edits(before, item, [*TEXTS, "index_number"]) if result == Result.UPDATED else {}
    history.record(
        item,
        by=token.owner,
        step=STEP,
        what=f"接口“{token.name}”推送，{result.label}",
        details={"digest": content.digest, "channel": channel.pk, **({"edits": edits} if edits else {})},
    )
    findings = open_findings(item)
    if not findings:
        item = actions.submit(item=item, by=token.owner)
    return Receipt(item, result, findings)


def _chosen(model: Any, agency: Agency, asked: str | int, field: str, label: str) -> Any:
    rows = model.objects.filter(agency=agency)
    row = rows.filter(pk=asked).first() if isinstance(asked, int) else rows.filter(name=asked.strip()).first()
    if row is None:
        names = "、".join(rows.order_by("pk").values_list("name", flat=True)[:20])
        raise ValidationError({field: f"本机关没有这个{label}，可用的有：{names}" if names else f"本机关还没有{label}"})
    return row


def _require_plausible_days(content: Content, channel: Channel, today: date) -> None:
    faults = {}
    for name in ("published_on", "formed_on"):
        day = getattr(content, name)
        try:
            Day().clean(day) if day else None
        except ValueError as wrong:
            faults[name] = str(wrong)
    if not faults and (fault := publication_days.fault_of(content.published_on, today=today, kind=channel.kind)):
        faults["published_on"] = fault
    if faults:
        raise ValidationError(faults)


def _clean(item: Item) -> None:
    """By every rule of the row; what the model calls its category was pushed as ``column``."""
    try:
        item.full_clean()
    except ValidationError as fault:
        faults = fault.message_dict
        raise ValidationError({"column" if name == "category" else name: faults[name] for name in faults}) from None


def _publish_on(item: Item, channel: Channel, content: Content) -> None:
    """On the channel pushed now in place of the one pushed before; what a clerk added besides stays."""
    last = history.entries_of(item).filter(step=STEP).last()
    if last and last.details.get("channel") not in (None, channel.pk):
        item.publications.filter(channel_id=last.details["channel"]).delete()
    publication = item.publications.filter(channel=channel).first() or Publication(item=item, channel=channel)
    publication.published_on, publication.url = content.published_on, content.url
    publication.full_clean()
    publication.save()


# The description of what is pushed names the same members.
MEMBERS = tuple(field.name for field in fields(Content))
