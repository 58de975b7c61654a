"""The kinds of this floor: public information, documents, decisions, and the text of attachments."""

from datetime import date

from disclosures.models import (
    AdministrativeDecision,
    Attachment,
    AttachmentText,
    Item,
    ItemState,
    NormativeDocument,
    Openness,
)
from disclosures.search.kinds import Entry, Follows, Kind, register
from disclosures.search.plain_text import lines, plain_text

PUBLICITY = frozenset({"state", "openness", "published_on", "agency", "agency_id"})
ITEM_READS = PUBLICITY | {
    "category", "category_id", "title", "index_number", "document_number", "validity", "subject", "keywords", "summary",
    "body",
}  # fmt: skip
DOCUMENT_READS = frozenset(
    {"agency", "agency_id", "title", "number", "issued_on", "published_on", "drafting_office", "item", "item_id"}
)
DECISION_READS = frozenset(
    {"agency", "agency_id", "kind", "number", "decided_on", "published_on", "withdrawn_on", "quantity", "is_total"}
)


def register_kinds() -> None:
    for kind in (ITEMS, DOCUMENTS, DECISIONS, ATTACHMENTS):
        register(kind)


def _day(item: Item) -> date:
    """Of its publication; records from elsewhere may lack it."""
    return item.published_on or item.formed_on or item.created_on or date.min


def _item(item: Item) -> Entry:
    return Entry(
        object_id=item.pk,
        agency=item.agency_id,
        day=_day(item),
        title=item.title,
        page="portal:item",
        arguments=str(item.pk),
        text=lines(item.summary, plain_text(item.body), item.keywords, item.subject),
        document_number=item.document_number,
        index_number=item.index_number,
        column=item.category_id,
        validity=item.validity,
    )


def _document(document: NormativeDocument) -> Entry:
    full_text = document.item
    # The page of a document shows its full text once that is public.
    shown = (
        full_text is not None and full_text.state == ItemState.PUBLISHED and full_text.openness == Openness.PROACTIVE
    )
    return Entry(
        object_id=document.pk,
        agency=document.agency_id,
        day=document.issued_on,
        title=document.title,
        page="portal:document",
        arguments=str(document.pk),
        text=lines(plain_text(full_text.body) if full_text and shown else "", document.drafting_office),
        document_number=document.number,
    )


def _decision(decision: AdministrativeDecision) -> Entry:
    label = f"{decision.get_kind_display()}决定"
    return Entry(
        object_id=decision.pk,
        agency=decision.agency_id,
        day=decision.decided_on,
        title=f"{label} {decision.number}".strip(),
        page="portal:decision",
        arguments=str(decision.pk),
        document_number=decision.number,
    )


def _attachment(attachment: Attachment) -> Entry:
    item = attachment.item
    read = getattr(attachment, "text", None)
    return Entry(
        object_id=attachment.pk,
        agency=item.agency_id,
        day=_day(item),
        title=attachment.name,
        page="portal:item",
        arguments=str(item.pk),
        text=read.text if read is not None and read.file == attachment.file.name else "",
        document_number=item.document_number,
        column=item.category_id,
        belongs_to=item.title,
    )


ITEMS = Kind(
    number=1,
    name="items",
    label="公开信息",
    model=Item,
    public=lambda: Item.objects.public(),
    entry=_item,
    reads=ITEM_READS,
)
DOCUMENTS = Kind(
    number=2,
    name="documents",
    label="规章、规范性文件",
    model=NormativeDocument,
    public=lambda: NormativeDocument.objects.select_related("item"),
    entry=_document,
    reads=DOCUMENT_READS,
    follows=(Follows(Item, "item", PUBLICITY | {"body"}),),
)
DECISIONS = Kind(
    number=3,
    name="decisions",
    label="行政决定",
    model=AdministrativeDecision,
    public=lambda: AdministrativeDecision.objects.public(),
    entry=_decision,
    reads=DECISION_READS,
)
ATTACHMENTS = Kind(
    number=6,
    name="attachments",
    label="附件",
    model=Attachment,
    public=lambda: Attachment.objects.filter(item__in=Item.objects.public()).select_related("item", "text"),
    entry=_attachment,
    reads=frozenset({"file", "name", "item", "item_id", "scanned_by"}),
    agency="item__agency",
    follows=(
        Follows(Item, "item", PUBLICITY | {"category", "category_id", "title", "document_number"}),
        Follows(AttachmentText, "text", frozenset({"file", "text"})),
    ),
)
