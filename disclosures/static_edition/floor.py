"""The pages of this floor: the site, each agency's columns and lists, items with their files, documents."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import PurePath
from typing import NamedTuple

from django.db.models import CharField, Prefetch
from django.db.models.functions import Cast
from django.urls import reverse

from disclosures.models import AdministrativeDecision, Attachment, Item, NormativeDocument, Publication
from disclosures.portal import feeds, heads, paging
from disclosures.portal.columns import Columns
from disclosures.portal.items import Around, show_item
from disclosures.static_edition.rendering import StaticRequest, answer, attempt, content_of
from disclosures.static_edition.sources import (
    Addresses,
    Edition,
    NotPublished,
    Page,
    Rendered,
    digest,
    looked_over,
    register,
    values_of,
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
    newer: tuple[int, str] | None = None  # its neighbours in the column: key and title
    older: tuple[int, str] | None = None


class File(NamedTuple):
    item: int
    pk: int
    name: str
    fingerprint: str


@lru_cache(maxsize=1)
def items(edition: Edition) -> list[Row]:
    """The newest first, agency by agency; a fixed number of queries. A page names its neighbours in the column."""
    beside: dict[int, list[str]] = defaultdict(list)
    explained = dict(
        Item.objects.public().filter(interpreted_documents__agency__in=edition.by_id).values_list("pk", "title")
    )
    for item, *values in _of_items(edition, Publication, "item", "channel_id", _text("published_on"), "url"):
        beside[item].append(repr(values))
    for file in files(edition):
        beside[file.item].append(file.fingerprint)
    for document in documents(edition).values():
        if document.item_id:
            beside[document.item_id].append(_told(document, edition))
    for key, item in _interpretations(edition):
        beside[item].append(_told(documents(edition)[key], edition))
        if full_text := documents(edition)[key].item_id:
            beside[full_text].append(f"{item}{explained.get(item)}")
    public = Item.objects.public().filter(agency__in=edition.by_id).order_by("agency_id", "-published_on", "-pk")
    rows = public.values_list(
        "agency_id", "pk", "category_id", _text("published_on"), "version", _text("updated_at"), "title"
    )
    bases = edition.bases
    found: list[tuple[Row, list[object]]] = []
    last: dict[int, int] = {}  # of each column, the place of the row before
    titles: list[str] = []
    for agency, pk, category, day, *rest in rows.iterator(chunk_size=CHUNK):
        newer = None
        if (place := last.get(category)) is not None:
            before, _ = found[place]
            found[place] = (before._replace(older=(pk, rest[-1])), found[place][1])
            newer = (before.pk, titles[place])
        last[category] = len(found)
        titles.append(rest[-1])
        said = [bases[agency], pk, category, day, *rest, *beside.get(pk, ())]
        found.append((Row(agency, pk, category, day or "", "", newer), said))
    return [row._replace(fingerprint=digest(*said, row.newer, row.older)) for row, said in found]


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
    for row in decisions(edition):
        told[row.agency].append(row.fingerprint)
    return {key: digest(*parts) for key, parts in told.items()}


def site_pages(edition: Edition) -> Iterator[Page]:
    yield Page(reverse("front"), digest(edition.site, edition.today, *edition.overviews.values()))
    for name in ("theme", "robots"):
        yield Page(reverse(name), edition.site)


def render_site(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    """Where there is one agency, its home stands at the front too: a file cannot send a reader on."""
    alone = edition.agencies[0].code if len(edition.agencies) == 1 else None
    for page in pages:
        address = reverse("portal:home", args=[alone]) if alone and page.address == reverse("front") else page.address
        yield page, attempt(partial(answer, address))


OVERVIEWS = (
    "home", "items", "items_by_law", "documents", "document_stock", "document_stock_download", "decisions",
    "how_to_ask", "guide", "rules",
)  # fmt: skip


def overviews(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        for view in OVERVIEWS:
            yield Page(reverse(f"portal:{view}", args=[agency.code]), edition.overviews[key])
        yield feed(reverse("portal:feed", args=[agency.code]), digest(edition.bases[key], *_newest(edition, key)))


def lists(edition: Edition) -> Iterator[Page]:
    """Of each column and of all of them: the head, a feed, and a sheet for every hundred items of a month.

    What is new changes its own month alone, and the heads.
    """
    for key, agency in edition.by_id.items():
        rows, columns = by_agency(edition)[key], Columns(agency)
        rules = {column.pk for column in columns.rules}
        statutory = [row for row in rows if row.category not in rules]
        yield from _months(edition, key, statutory, "portal:items_month", agency.code)
        of_column: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            for column in columns.line(columns.get(row.category)):
                of_column[column.pk].append(row)
        for column in columns.all:
            listed = of_column[column.pk]
            told = digest(edition.bases[key], column.pk, *(row.fingerprint for row in listed))
            yield Page(reverse("portal:column", args=[agency.code, column.pk]), told)
            yield feed(reverse("portal:column_feed", args=[agency.code, column.pk]), told)
            yield from _months(edition, key, listed, "portal:column_month", agency.code, column.pk)


def feed(address: str, fingerprint: str) -> Page:
    """A folder's file that a web server recognises by its ending."""
    return Page(address, fingerprint, f"{Page(address, '').path.removesuffix('index.html')}index.xml")


def sheets(address: str, number: int, fingerprints: Sequence[str]) -> Iterator[Page]:
    """The pages of a list of ``number`` rows that is cut into sheets, each with the fingerprint of its place."""
    for place in range(-(-number // paging.PER_SHEET)):
        yield Page(address if place == 0 else f"{address}{place + 1}/", fingerprints[place % len(fingerprints)])


def _months(edition: Edition, agency: int, rows: list[Row], view: str, *arguments: object) -> Iterator[Page]:
    """``rows``: the newest first."""
    months: dict[str, list[str]] = {}
    for row in rows:
        if row.day:
            months.setdefault(row.day[:7], []).append(row.fingerprint)
    known = [*months]
    for place, month in enumerate(known):
        beside = (known[place - 1] if place else "", known[place + 1] if place + 1 < len(known) else "")
        said = months[month]
        told = [
            digest(edition.bases[agency], view, *arguments, *beside, len(said), *said[start : start + paging.PER_SHEET])
            for start in range(0, len(said), paging.PER_SHEET)
        ]
        year, number = int(month[:4]), int(month[5:])
        yield from sheets(reverse(view, args=[*arguments, year, number]), len(said), told)


def _newest(edition: Edition, agency: int) -> list[str]:
    return [row.fingerprint for row in by_agency(edition)[agency][: feeds.NEWEST]]


def item_pages(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        address = Addresses("portal:item", agency.code)
        for row in by_agency(edition)[key]:
            yield Page(address(row.pk), row.fingerprint, key=row)


def render_items(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    """A batch of items by a fixed number of queries."""
    explained = Prefetch("documents__interpretations", Item.objects.public())
    related = ("attachments", explained, "interpreted_documents", "publications__channel")
    public = Item.objects.public().select_related("category").prefetch_related(*related)
    found = public.in_bulk([page.key.pk for page in pages])
    published = heads.published_at(found.values())
    columns: dict[int, Columns] = {}
    for page in pages:
        row, item = page.key, found.get(page.key.pk)
        if item is None:
            yield page, NotPublished("刚刚撤下")
            continue
        item.agency = agency = edition.by_id[item.agency_id]
        for file in item.attachments.all():
            file.item = item
        if agency.pk not in columns:
            columns[agency.pk] = Columns(agency)
        around = Around(columns[agency.pk], _named(row.newer), _named(row.older), published[item.pk])
        request = StaticRequest(page.address)
        yield page, attempt(partial(_shown, request, item, around))


def _shown(request: StaticRequest, item: Item, around: Around) -> bytes:
    return content_of(show_item(request, item, around=around), request)


def _named(neighbour: tuple[int, str] | None) -> Item | None:
    return Item(pk=neighbour[0], title=neighbour[1]) if neighbour else None


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
    for key, item in _interpretations(edition):
        explained[key].append(of_item.get(item, ""))
    addresses = {key: Addresses("portal:document", agency.code) for key, agency in edition.by_id.items()}
    for document in documents(edition).values():
        parts = [edition.bases[document.agency_id], _told(document, edition), of_item.get(document.item_id or 0)]
        if document.amended_by_id in documents(edition):
            parts.append(_told(documents(edition)[document.amended_by_id], edition))
        yield Page(addresses[document.agency_id](document.pk), digest(*parts, *sorted(explained[document.pk])))


def yearly(edition: Edition) -> Iterator[Page]:
    """Documents and decisions by the year."""
    of_year: dict[tuple[int, int], list[str]] = defaultdict(list)
    for document in documents(edition).values():
        of_year[document.agency_id, document.issued_on.year].append(_told(document, edition))
    yield from years(edition, of_year, "portal:documents_of_year")
    of_year = defaultdict(list)
    for row in decisions(edition):
        if row.public:
            of_year[row.agency, row.year].append(row.fingerprint)
    yield from years(edition, of_year, "portal:decisions_of_year")


def years(edition: Edition, of_year: Mapping[tuple[int, int], list[str]], view: str) -> Iterator[Page]:
    """Sheets of each agency and year, the whole year anew when something in it changes or another year comes."""
    known: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (agency, year), rows in of_year.items():
        known[agency].append((year, len(rows)))
    for (agency, year), rows in of_year.items():
        told = digest(edition.bases[agency], edition.today, sorted(known[agency]), *rows)
        yield from sheets(reverse(view, args=[edition.by_id[agency].code, year]), len(rows), [told])


class Decision(NamedTuple):
    agency: int
    pk: int
    year: int
    public: bool
    fingerprint: str


@lru_cache(maxsize=1)
def decisions(edition: Edition) -> list[Decision]:
    """What is public, and what once was."""
    rows = AdministrativeDecision.objects.filter(agency__in=edition.by_id)
    found = []
    for kind in (rows.public(), rows.withdrawn()):
        shown = (
            "agency_id", "pk", _text("decided_on"), "kind", "number", "party", _text("published_on"), "publicity_url",
            _text("annulled_on"), "annulment", _text("withdrawn_on"), "withdrawal_reason",
        )  # fmt: skip
        for agency, pk, day, *rest in kind.values_list(*shown).iterator(chunk_size=CHUNK):
            found.append(Decision(agency, pk, int(day[:4]), not rest[-2], digest(pk, day, *rest)))
    return found


def decision_pages(edition: Edition) -> Iterator[Page]:
    addresses = {key: Addresses("portal:decision", agency.code) for key, agency in edition.by_id.items()}
    for row in decisions(edition):
        yield Page(addresses[row.agency](row.pk), digest(edition.bases[row.agency], row.fingerprint))


def _told(document: NormativeDocument, edition: Edition) -> str:
    return f"{values_of(document)}{document.validity_on(edition.today)}"


def _interpretations(edition: Edition) -> list[tuple[int, int]]:
    through = NormativeDocument.interpretations.through.objects
    rows = through.filter(normativedocument__agency__in=edition.by_id).order_by("pk")
    return list(rows.values_list("normativedocument_id", "item_id"))


def _of_items(edition: Edition, model: type[Publication] | type[Attachment], *columns: str | Cast) -> Iterator[tuple]:
    rows = model._default_manager.filter(item__agency__in=edition.by_id).order_by("pk")
    return rows.values_list(*columns).iterator(chunk_size=CHUNK)


def _text(column: str) -> Cast:
    """As the database writes it: no value of 100,000 need become an object."""
    return Cast(column, CharField())


def register_pages() -> None:
    looked_over(all_of_agency)
    register("site", site_pages, render_site)
    register("overviews", overviews)
    register("lists", lists)
    register("items", item_pages, render_items)
    register("attachments", file_pages)
    register("documents", document_pages)
    register("decisions", decision_pages)
    register("years", yearly)
