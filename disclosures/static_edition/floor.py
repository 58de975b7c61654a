"""The pages of this floor: the site, each agency's columns and lists, items with their files, documents."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePath
from typing import NamedTuple

from django.db.models import CharField
from django.db.models.functions import Cast
from django.urls import reverse

from disclosures.models import Attachment, Item, NormativeDocument, Publication
from disclosures.portal.items import show_item
from disclosures.static_edition.rendering import StaticRequest, answer, attempt, content_of
from disclosures.static_edition.sources import (
    Addresses, Edition, NotPublished, Page, Rendered, digest, looked_over, register, values_of,
)  # fmt: skip

LONGEST_NAME = 80  # characters of a file's name: a file system takes 255 bytes
CHUNK = 5000


class Row(NamedTuple):
    """A public item, as lists and its own page hang on it."""

    agency: int
    pk: int
    category: int
    day: str  # 2022-03-01
    fingerprint: str


class File(NamedTuple):
    item: int
    pk: int
    name: str
    fingerprint: str


@lru_cache(maxsize=1)
def items(edition: Edition) -> list[Row]:
    """The newest first, agency by agency; four queries whatever their number."""
    beside: dict[int, list[str]] = defaultdict(list)
    for item, *values in _of_items(edition, Publication, "item", "channel_id", _text("published_on"), "url"):
        beside[item].append(repr(values))
    for file in files(edition):
        beside[file.item].append(file.fingerprint)
    for document in documents(edition).values():
        if document.item_id:
            beside[document.item_id].append(_told(document, edition))
    for document, item in _interpretations(edition):
        beside[item].append(_told(documents(edition)[document], edition))
    public = Item.objects.public().filter(agency__in=edition.by_id).order_by("agency_id", "-published_on", "-pk")
    rows = public.values_list(
        "agency_id", "pk", "category_id", _text("published_on"), "version", _text("updated_at"), "title"
    )
    bases = edition.bases
    return [
        Row(agency, pk, category, day or "", digest(bases[agency], pk, category, day, *rest, *beside.get(pk, ())))
        for agency, pk, category, day, *rest in rows.iterator(chunk_size=CHUNK)
    ]


@lru_cache(maxsize=1)
def files(edition: Edition) -> list[File]:
    rows = _of_items(edition, Attachment, "item", "pk", "name", "file")
    return [File(item, pk, name, digest(pk, name, stored)) for item, pk, name, stored in rows]


@lru_cache(maxsize=1)
def documents(edition: Edition) -> dict[int, NormativeDocument]:
    return NormativeDocument.objects.filter(agency__in=edition.by_id).in_bulk()


@lru_cache(maxsize=1)
def by_agency(edition: Edition) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {key: [] for key in edition.by_id}
    for row in items(edition):
        found[row.agency].append(row)
    return found


def all_of_agency(edition: Edition) -> dict[int, str]:
    """What its home, lists and statistics hang on."""
    told: dict[int, list[str]] = {key: [row.fingerprint for row in rows] for key, rows in by_agency(edition).items()}
    for document in documents(edition).values():
        told[document.agency_id].append(_told(document, edition))
    return {key: digest(*parts) for key, parts in told.items()}


def site_pages(edition: Edition) -> Iterator[Page]:
    everything = digest(edition.site, edition.today, *edition.bases.values(), *edition.overviews.values())
    for name in ("front", "sitemap"):
        yield Page(reverse(name), everything)
    for name in ("theme", "robots"):
        yield Page(reverse(name), edition.site)


def render_site(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    """Where there is one agency, its home stands at the front too: a file cannot send a reader on."""
    alone = edition.agencies[0].code if len(edition.agencies) == 1 else None
    for page in pages:
        address = reverse("portal:home", args=[alone]) if alone and page.address == reverse("front") else page.address
        yield page, attempt(lambda address=address: answer(address))  # type: ignore[misc]


def overviews(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        for view in ("home", "items", "documents", "document_stock", "document_stock_download"):
            yield Page(reverse(f"portal:{view}", args=[agency.code]), edition.overviews[key])
        for view in ("guide", "rules", "how_to_ask"):
            yield Page(reverse(f"portal:{view}", args=[agency.code]), edition.overviews[key])


def item_pages(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        address = Addresses("portal:item", agency.code)
        for row in by_agency(edition)[key]:
            yield Page(address(row.pk), row.fingerprint, key=row.pk)


def render_items(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    """A batch of items by a fixed number of queries."""
    public = Item.objects.public().select_related("category", "agency")
    related = ("attachments", "documents", "interpreted_documents", "publications__channel")
    found = public.prefetch_related(*related).in_bulk([page.key for page in pages])
    for page in pages:
        item = found.get(page.key)
        if item is None:
            yield page, NotPublished("刚刚撤下")
            continue
        item.agency = edition.by_id[item.agency_id]
        request = StaticRequest(page.address)
        yield page, attempt(lambda item=item, request=request: content_of(show_item(request, item), request))  # type: ignore[misc]


def file_pages(edition: Edition) -> Iterator[Page]:
    agencies = {row.pk: row.agency for row in items(edition)}
    for file in files(edition):
        if file.item in agencies:
            code = edition.by_id[agencies[file.item]].code
            address = reverse("portal:attachment", args=[code, file.item, file.pk])
            folder = Page(address, "").path.removesuffix("index.html")
            yield Page(address, file.fingerprint, folder + file_name(file.name))


def file_name(name: str) -> str:
    """What a visitor's browser calls the file: as it is shown, without what no file may be called."""
    path = PurePath("".join(sign for sign in name if sign.isprintable() and sign not in '/\\:*?"<>|').strip(". "))
    return f"{path.stem[:LONGEST_NAME]}{path.suffix.lower()[:10]}" or "附件"


def document_pages(edition: Edition) -> Iterator[Page]:
    of_item = {row.pk: row.fingerprint for row in items(edition)}
    explained: dict[int, list[str]] = defaultdict(list)
    for document, item in _interpretations(edition):
        explained[document].append(of_item.get(item, ""))
    addresses = {key: Addresses("portal:document", agency.code) for key, agency in edition.by_id.items()}
    for document in documents(edition).values():
        parts = [edition.bases[document.agency_id], _told(document, edition), of_item.get(document.item_id or 0)]
        if document.amended_by_id in documents(edition):
            parts.append(_told(documents(edition)[document.amended_by_id], edition))
        yield Page(addresses[document.agency_id](document.pk), digest(*parts, *sorted(explained[document.pk])))


def _told(document: NormativeDocument, edition: Edition) -> str:
    return f"{values_of(document)}{document.validity_on(edition.today)}"


def _interpretations(edition: Edition) -> list[tuple[int, int]]:
    through = NormativeDocument.interpretations.through.objects
    rows = through.filter(normativedocument__agency__in=edition.by_id).order_by("pk")
    return list(rows.values_list("normativedocument_id", "item_id"))


def _of_items(edition: Edition, model: type[Publication] | type[Attachment], *columns: object) -> Iterator[tuple]:
    rows = model._default_manager.filter(item__agency__in=edition.by_id).order_by("pk")
    return rows.values_list(*columns).iterator(chunk_size=CHUNK)


def _text(column: str) -> Cast:
    """As the database writes it: no value of 100,000 need become an object."""
    return Cast(column, CharField())


def register_pages() -> None:
    looked_over(all_of_agency)
    register("site", site_pages, render_site)
    register("overviews", overviews)
    register("items", item_pages, render_items)
    register("attachments", file_pages)
    register("documents", document_pages)
