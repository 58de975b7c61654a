"""Items that may be the same as the one being entered: the same 发文字号, or nearly the same title."""

from difflib import SequenceMatcher
from typing import Any

from django.db.models import Q

from disclosures.models import Item

LIKENESS = 0.86
COMPARED, SHOWN = 60, 5
HEAD = 6  # characters that likely twins share at the beginning or the end of their titles


def of(item: Item) -> list[Item]:
    others = Item.objects.of(item.agency).exclude(pk=item.pk)
    return to_title(others, item.title, item.document_number)


def to_title(items: Any, title: str, number: str = "") -> list[Item]:
    """At most ``SHOWN`` of ``items``, the likest first."""
    title, number = title.strip(), number.strip()
    asked = Q()
    if len(title) >= HEAD:
        asked |= Q(title__startswith=title[:HEAD]) | Q(title__endswith=title[-HEAD:])
    if number:
        asked |= Q(document_number=number)
    if not asked:
        return []
    found = []
    for other in items.filter(asked).only("title", "document_number", "state").order_by("-pk")[:COMPARED]:
        same_number = bool(number) and other.document_number == number
        likeness = 1.0 if same_number else SequenceMatcher(None, title, other.title, autojunk=False).ratio()
        if likeness >= LIKENESS:
            found.append((likeness, other))
    found.sort(key=lambda pair: -pair[0])
    return [other for _, other in found[:SHOWN]]
