"""法定主动公开内容: lists by column and year, the page of an item, its files."""

from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe

from disclosures.models import Agency, Attachment, Category, Item, Publication
from disclosures.portal.agencies import agency_or_404
from disclosures.rich_text import sanitise
from disclosures.years import year_of

PER_PAGE = 20


def items(request: HttpRequest, agency: str) -> HttpResponse:
    """法定主动公开内容, newest first; by column and year."""
    found = agency_or_404(agency)
    listed = Item.objects.of(found).public().select_related("category")
    column = _chosen_column(found, request.GET.get("column"))
    if column:
        listed = listed.filter(category__path__startswith=column.path)
    year = _year(request.GET.get("year"))
    if year:
        listed = listed.filter(published_on__range=year_of(year))
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    query = "&".join(f"{name}={value}" for name, value in (("column", column and column.pk), ("year", year)) if value)
    context = {
        "agency": found,
        "here": "items",
        "page": page,
        "column": column,
        "year": year,
        "query": query,
        "columns": _columns(found),
        "years": range(timezone.localdate().year, timezone.localdate().year - 8, -1),
    }
    return render(request, "disclosures/item_list.html", context)


def item(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    found = agency_or_404(agency)
    related = ("attachments", "documents", "interpreted_documents", Prefetch("publications", _on_channels()))
    shown = Item.objects.of(found).public().select_related("category", "agency").prefetch_related(*related)
    return show_item(request, get_object_or_404(shown, pk=pk))


def show_item(request: HttpRequest, shown: Item, *, preview: bool = False) -> HttpResponse:
    """The page of an item; ``preview`` shows the same page to staff before it is public."""
    # Cleaned when saved and again here: what reached the database by another way is not trusted.
    body = mark_safe(sanitise(shown.body))
    documents = list(shown.documents.all())
    # The full text of a document has the document's force, whatever was written beside the item.
    validity = documents[0].validity_on(timezone.localdate()).label if documents else shown.get_validity_display()
    context = {
        "agency": shown.agency,
        "here": "items",
        "item": shown,
        "body": body,
        "validity": validity,
        "preview": preview,
    }
    response = render(request, "disclosures/item_detail.html", context)
    if preview:
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


def attachment(request: HttpRequest, agency: str, item: int, pk: int) -> FileResponse:
    public = Item.objects.of(agency_or_404(agency)).public()
    file = get_object_or_404(Attachment, pk=pk, item_id=item, item__in=public)
    try:
        response = FileResponse(file.file.open("rb"), content_type="application/octet-stream")
    except FileNotFoundError:
        raise Http404("附件文件不在了，请联系公开工作机构") from None
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _columns(agency: Agency) -> Any:
    return Category.objects.filter(agency=agency)


def _on_channels() -> Any:
    return Publication.objects.select_related("channel")


def _chosen_column(agency: Agency, text: str | None) -> Category | None:
    """The column of the address; 404 for one that the agency does not have."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 15):
        raise Http404("没有这个栏目")
    return get_object_or_404(_columns(agency), pk=int(text))


def _year(text: str | None) -> int | None:
    valid = text and text.isascii() and text.isdigit() and len(text) == 4
    return int(text) if valid and text and 1949 <= int(text) <= 2100 else None
