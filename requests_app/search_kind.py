"""Replies to 建议提案 in the search: title and number, and the text that was published, not the reply itself.

The reply as it was sent holds the deputies' names and telephone numbers; its public text is the item made from it.
"""

from disclosures.models import Item
from disclosures.search.kinds import Entry, Follows, Kind, register
from disclosures.search.own_kinds import PUBLICITY
from disclosures.search.plain_text import lines, plain_text
from requests_app.models import Proposal

READS = frozenset(
    "agency agency_id kind session number title assigned_on answered_on is_public item item_id".split(),
)


def register_kind() -> None:
    register(PROPOSALS)


def _entry(proposal: Proposal) -> Entry:
    number = proposal.number.removeprefix("第").removesuffix("号")
    return Entry(
        object_id=proposal.pk,
        agency=proposal.agency_id,
        day=proposal.answered_on or proposal.assigned_on,
        title=proposal.title,
        page="proposals:detail",
        arguments=str(proposal.pk),
        text=lines(
            f"{proposal.session}{proposal.get_kind_display()}第{number}号",
            plain_text(proposal.item.body) if proposal.item else "",
        ),
    )


PROPOSALS = Kind(
    number=4,
    name="proposals",
    label="建议提案答复",
    model=Proposal,
    public=lambda: Proposal.objects.public().select_related("item"),
    entry=_entry,
    reads=READS,
    follows=(Follows(Item, "item", PUBLICITY | {"body"}),),
)
