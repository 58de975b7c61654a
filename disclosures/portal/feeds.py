"""Atom feeds of what an agency, or a column of it, published last."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Left
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import strip_tags
from django.utils.http import http_date, quote_etag
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from disclosures.models import Agency, Category, Item, ItemState, Openness
from disclosures.portal import heads
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.heads import absolute
from disclosures.rich_text import sanitise

NEWEST = 50
LONGEST_CONTENT = 20_000  # characters of a body; a longer one is read on its page
# What XML 1.0 has no sign for; a body pasted from elsewhere may hold it.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# The year that RFC 4151 asks for beside the host: it is part of every id and stays as it is.
TAG_YEAR = 2019


@require_safe
@cache_control(public=True, max_age=300)
def agency_feed(request: HttpRequest, agency: str) -> HttpResponse:
    return _answer(request, agency_or_404(agency), None)


@require_safe
@cache_control(public=True, max_age=300)
def column_feed(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    """Of a column and those beneath it."""
    if pk >= 2**63:
        raise Http404("没有这个栏目")
    columns = Category.objects.select_related("agency")
    column = get_object_or_404(columns, pk=pk, agency__code=agency, agency__has_portal=True)
    return _answer(request, column.agency, column)


def _answer(request: HttpRequest, agency: Agency, column: Category | None) -> HttpResponse:
    """The feed, or 304 for whoever has it."""
    items = list(_newest(agency, column))
    changed = _last_change(agency, column, items)
    stamps = [(item.pk, item.version, item.updated_at, item.category.name) for item in items]
    said = repr([agency.name, column.name if column else "", settings.SITE_URL, stamps])
    etag = quote_etag(hashlib.sha256(said.encode()).hexdigest())
    unchanged = get_conditional_response(request, etag, int(changed.timestamp()) if changed else None)
    response = unchanged or HttpResponse(_written(agency, column, items), content_type=Atom1Feed.content_type)
    response.headers["ETag"] = etag
    if changed:
        response.headers["Last-Modified"] = http_date(int(changed.timestamp()))
    return response


def _newest(agency: Agency, column: Category | None) -> QuerySet[Item]:
    """The newest, each with the beginning of its body as ``text``."""
    found: Any = Item.objects.of(agency).public()
    if column is not None:
        # The newest of each column by its own index, then the newest of those: no column is read to its end.
        any_of = Q(pk__in=[])
        for pk in Category.objects.within(column).order_by().values_list("pk", flat=True):
            any_of |= Q(pk__in=Item.objects.public().filter(category=pk)[:NEWEST].values("pk"))
        found = Item.objects.filter(any_of)
    return found.select_related("category").defer("body").annotate(text=Left("body", LONGEST_CONTENT + 1))[:NEWEST]


def _last_change(agency: Agency, column: Category | None, items: list[Item]) -> datetime | None:
    """The last change of what is shown, or of what was taken down and is shown no more."""
    gone = Item.objects.of(agency).filter(state=ItemState.WITHDRAWN, openness=Openness.PROACTIVE)
    if column is not None:
        gone = gone.filter(category=column)
    withdrawn = gone[:NEWEST].aggregate(last=Max("updated_at"))["last"]
    return max(filter(None, [*(item.updated_at for item in items), withdrawn]), default=None)


class Feed(Atom1Feed):
    """Atom (RFC 4287) with the text of an entry beside its summary, and no sign that XML does not know."""

    def add_item(self, title: str, link: str, description: str, **more: Any) -> None:  # type: ignore[override]
        clean: dict[str, Any] = {
            name: _clean(value) if isinstance(value, str) else value for name, value in more.items()
        }
        clean["categories"] = [_clean(term) for term in more.get("categories", ())]
        super().add_item(_clean(title), link, _clean(description), **clean)

    def latest_post_date(self) -> datetime:
        """A feed without entries has not changed since its beginning."""
        return super().latest_post_date() if self.items else datetime(TAG_YEAR, 1, 1, tzinfo=UTC)

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        summary = item["description"]
        super().add_item_elements(handler, {**item, "description": None})
        if summary:
            handler.addQuickElement("summary", summary, {"type": "text"})
        if item["content"]:
            handler.addQuickElement("content", item["content"], {"type": "html", "xml:base": item["link"]})


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _written(agency: Agency, column: Category | None, items: list[Item]) -> bytes:
    own = heads.feed_of(agency, column)
    page = reverse("portal:items", args=[agency.code]) if column else reverse("portal:home", args=[agency.code])
    moments = heads.published_at(items)
    feed = Feed(
        title=_clean(own.title),
        link=absolute(page),
        description=None,
        language="zh-CN",
        author_name=_clean(agency.name),
        feed_url=own.url,
        feed_guid=tag(agency, f"columns/{column.pk}" if column else ""),
    )
    for item in items:
        text: str = item.text  # type: ignore[attr-defined]
        feed.add_item(
            title=item.title,
            link=absolute(reverse("portal:item", args=[agency.code, item.pk])),
            description=item.summary or heads.described(strip_tags(text)),
            unique_id=tag(agency, f"items/{item.pk}"),
            pubdate=moments[item.pk],
            updateddate=max(item.updated_at, moments[item.pk]),
            author_name=agency.name,
            categories=[item.category.name],
            content=sanitise(text) if len(text) <= LONGEST_CONTENT else "",
        )
    return feed.writeString("utf-8").encode()


def tag(agency: Agency, what: str) -> str:
    """The id of a feed or entry (RFC 4151): neither title nor scheme nor layout of addresses changes it."""
    host = urlsplit(settings.SITE_URL).hostname
    return f"tag:{host},{TAG_YEAR}:{agency.code}/{what}"
