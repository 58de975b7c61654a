"""Replies to 建议提案 in the search: title and number, and the text that was published, not the reply itself.

The reply as it was sent holds the deputies' names and telephone numbers; its public text is the item made from it.
"""

from typing import Any

from disclosures.models import Item, ItemState, Openness
from disclosures.search.kinds import Entry, Follows, Kind, register
from disclosures.search.own_kinds import PUBLICITY
from disclosures.search.plain_text import lines, plain_text
from requests_app.models import Proposal

READS = frozenset(
    "agency agency_id kind session number title assigned_on answered_on is_public item item_id".split(),
)


def register_kind() -> None:
    register(PROPOSALS)


def _public() -> Any:
    return Proposal.objects.filter(is_public=True).select_related("item")


def _entry(proposal: Proposal) -> Entry:
    item = proposal.item
    shown = item is not None and item.state == ItemState.PUBLISHED and item.openness == Openness.PROACTIVE
    return Entry(
        object_id=proposal.pk,
        agency=proposal.agency_id,
        day=proposal.answered_on or proposal.assigned_on,
        title=proposal.title,
        page="portal:item" if item and shown else "proposals:list",
        arguments=str(item.pk) if item and shown else "",
        text=lines(
            f"{proposal.session}{proposal.get_kind_display()}第{proposal.number.removeprefix('第').removesuffix('号')}号",
            plain_text(item.body) if item and shown else "",
        ),
    )


PROPOSALS = Kind(
    number=4,
    name="proposals",
    label="建议提案答复",
    model=Proposal,
    public=_public,
    entry=_entry,
    reads=READS,
    follows=(Follows(Item, "item", PUBLICITY | {"body"}),),
)
