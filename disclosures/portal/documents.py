"""规章、行政规范性文件: with their validity today, and 现行有效 on any day."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe

from disclosures import stock
from disclosures.asked import day_asked, workbook_response
from disclosures.models import Item, NormativeDocument
from disclosures.portal.agencies import agency_or_404
from disclosures.rich_text import sanitise

PER_PAGE = 20


def documents(request: HttpRequest, agency: str) -> HttpResponse:
    """规章、行政规范性文件 with their validity today."""
    found = agency_or_404(agency)
    listed = NormativeDocument.objects.of(found)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    rows = [(document, document.validity_on(today).label) for document in page]
    return render(request, "disclosures/document_list.html", {"agency": found, "page": page, "rows": rows})


def document(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    found = agency_or_404(agency)
    shown = get_object_or_404(NormativeDocument.objects.of(found).select_related("amended_by"), pk=pk)
    full_text = Item.objects.public().filter(pk=shown.item_id).first() if shown.item_id else None
    context = {
        "agency": found,
        "document": shown,
        "validity": shown.validity_on(timezone.localdate()).label,
        "full_text": full_text,
        "body": mark_safe(sanitise(full_text.body)) if full_text else "",
        "interpretations": shown.interpretations.public(),
    }
    return render(request, "disclosures/document_detail.html", context)


def document_stock(request: HttpRequest, agency: str) -> HttpResponse:
    """现行有效规范性文件 on any day."""
    found = agency_or_404(agency)
    day, fault = day_asked(request)
    context = {"agency": found, "day": day, "fault": fault, "rows": stock.on(found, day)}
    return render(request, "disclosures/document_stock.html", context)


def document_stock_download(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    day, _ = day_asked(request)
    return workbook_response(stock.workbook(found, day, stock.on(found, day)), stock.file_name(found, day))
