"""Sitemaps (sitemaps.org): an index, and for each kind of page parts of a fixed range of keys.

A part costs the same wherever it lies and however many rows there are: no counting, no offset. A part may be empty
where rows were deleted or are not public. The floors above add sections of their own (``config.sitemaps``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from disclosures.models import AdministrativeDecision, Agency, Category, Item, NormativeDocument
from disclosures.portal.heads import absolute

RANGE = 10_000  # keys a part; the standard allows 50 000 addresses
CONTENT_TYPE = "application/xml; charset=utf-8"
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"

Changed = date | datetime | None
Place = tuple[str, Changed]


@dataclass(frozen=True)
class Section:
    """Pages of one kind. ``rows``: whose keys make the parts; ``places``: address and last change of each."""

    rows: Callable[[], QuerySet[Any]]
    places: Callable[[QuerySet[Any]], Iterator[Place]]

    def parts(self) -> range:
        """Numbers of the parts, from the first key to the last; two look-ups in the index of the keys."""
        # One by one: asked for both at once, SQLite reads every key.
        keys = self.rows().model._base_manager.values_list("pk", flat=True)
        first, last = keys.order_by("pk").first(), keys.order_by("-pk").first()
        return range(first // RANGE, last // RANGE + 1) if first is not None and last is not None else range(0)

    def part(self, number: int) -> Iterator[Place]:
        first = number * RANGE
        return self.places(self.rows().filter(pk__gte=first, pk__lt=first + RANGE).order_by("pk"))


Sections = Mapping[str, Section]


@require_safe
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest, sections: Sections) -> HttpResponse:
    found = (
        absolute(reverse("sitemap_part", args=[name, number]))
        for name, section in sections.items()
        for number in section.parts()
    )
    entries = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>" for address in found)
    return _answer("sitemapindex", entries)


@require_safe
@cache_control(public=True, max_age=3600)
def part(request: HttpRequest, sections: Sections, name: str, number: int) -> HttpResponse:
    section = sections.get(name)
    if section is None or number not in section.parts():
        raise Http404("没有这一份网站地图")
    return _answer("urlset", "".join(_entry(*place) for place in section.part(number)))


def _answer(root: str, entries: str) -> HttpResponse:
    said = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">{entries}</{root}>\n'
    return HttpResponse(said, content_type=CONTENT_TYPE)


def _entry(path: str, changed: Changed) -> str:
    return f"<url><loc>{escape(absolute(path))}</loc>{_last_change(changed)}</url>"


def _last_change(changed: Changed) -> str:
    if changed is None:
        return ""
    moment = timezone.localtime(changed).replace(microsecond=0) if isinstance(changed, datetime) else changed
    return f"<lastmod>{moment.isoformat()}</lastmod>"


def latest(*days: date | None) -> date | None:
    """The last of the days that has come; what is dated ahead has changed nothing yet."""
    today = timezone.localdate()
    return max((day for day in days if day and day <= today), default=None)


def by_key(view: str) -> Callable[[str, int], str]:
    """The addresses of a view of (agency, key): of ten thousand in a part only those of each agency are worked out."""

    @cache
    def start(code: str) -> str:
        return reverse(view, args=[code, 0]).removesuffix("0/")

    return lambda code, pk: f"{start(code)}{pk}/"


# The pages of this floor


def _homes(rows: QuerySet[Any]) -> Iterator[Place]:
    newest = Item.objects.public().filter(agency=OuterRef("pk")).values("published_on")[:1]
    for code, day in rows.annotate(newest=Subquery(newest)).values_list("code", "newest"):
        yield reverse("portal:home", args=[code]), day


def _items(rows: QuerySet[Any]) -> Iterator[Place]:
    address = by_key("portal:item")
    for code, pk, changed in rows.values_list("agency__code", "pk", "updated_at"):
        yield address(code, pk), changed


def _columns(rows: QuerySet[Any]) -> Iterator[Place]:
    address = by_key("portal:column")
    newest = Item.objects.public().filter(category=OuterRef("pk")).values("published_on")[:1]
    for code, pk, day in rows.annotate(newest=Subquery(newest)).values_list("agency__code", "pk", "newest"):
        yield address(code, pk), day


def _documents(rows: QuerySet[Any]) -> Iterator[Place]:
    address = by_key("portal:document")
    days = ("issued_on", "published_on", "amended_on", "repealed_on", "lapsed_on", "item__published_on")
    for code, pk, *changes in rows.values_list("agency__code", "pk", *days):
        yield address(code, pk), latest(*changes)


def _decisions(rows: QuerySet[Any]) -> Iterator[Place]:
    address = by_key("portal:decision")
    for code, pk, day in rows.values_list("agency__code", "pk", "published_on"):
        yield address(code, pk), day


SECTIONS: dict[str, Section] = {
    "homes": Section(Agency.objects.with_portal, _homes),
    "items": Section(lambda: Item.objects.public().filter(agency__has_portal=True), _items),
    "columns": Section(lambda: Category.objects.filter(agency__has_portal=True), _columns),
    "documents": Section(lambda: NormativeDocument.objects.filter(agency__has_portal=True), _documents),
    "decisions": Section(lambda: AdministrativeDecision.objects.public().filter(agency__has_portal=True), _decisions),
}
