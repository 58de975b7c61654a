"""规章、行政规范性文件: with their validity today, and 现行有效 on any day."""

from urllib.parse import urlencode

from django.db.models import Case, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.safestring import mark_safe

from disclosures import stock
from disclosures.asked import choice_asked, day_asked, number_asked, workbook_response, year_asked
from disclosures.models import Agency, DocumentKind, Item, NormativeDocument, Validity
from disclosures.models.documents import stands_as
from disclosures.portal import heads, paging
from disclosures.portal.agencies import agency_or_404
from disclosures.rich_text import sanitise


def documents(request: HttpRequest, agency: str) -> HttpResponse:
    """规章、行政规范性文件 with their validity today; by year, kind, validity and 文号."""
    found = agency_or_404(agency)
    year, number = year_asked(request), number_asked(request)
    kind, validity = choice_asked(request, "kind", DocumentKind), choice_asked(request, "validity", Validity)
    listed = NormativeDocument.objects.of(found)
    if year:
        listed = listed.issued_in(year)
    if kind:
        listed = listed.filter(kind=kind)
    if validity:
        listed = listed.filter(stands_as(validity, timezone.localdate()))
    if number:
        exact = Case(When(number=number, then=Value(0)), default=Value(1))
        listed = listed.filter(number__contains=number).alias(exact=exact)
        listed = listed.order_by("exact", "-issued_on", "-pk")
    asked = {"year": year, "kind": kind, "validity": validity, "number": number}
    page = paging.plain_page(listed, request.GET.get("page"), NormativeDocument.objects.all())
    years = _years(found)
    context = {
        "agency": found,
        "here": "items",
        "head": heads.documents(found),
        "page": page,
        "rows": _with_validity(page),
        "asked": asked,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "years": years,
        "year_choices": sorted({*years, *filter(None, [year])}, reverse=True),
        "kinds": DocumentKind,
        "validities": Validity,
    }
    return render(request, "disclosures/document_list.html", context)


def documents_of_year(request: HttpRequest, agency: str, year: int, sheet: int = 1) -> HttpResponse:
    """Those issued in a year, for reading in order: newer documents change nothing on it but their validity."""
    found = agency_or_404(agency)
    of_year = NormativeDocument.objects.of(found).filter(issued_on__year=year)
    page = paging.sheet_of(of_year, sheet, NormativeDocument.objects.all())
    context = {"agency": found, "here": "items", "page": page, "rows": _with_validity(page), "year": year}
    head = heads.sheet(heads.documents(found), f"{year}年", request.path)
    return render(request, "disclosures/document_year.html", {**context, "head": head, "years": _years(found)})


def _with_validity(page: paging.Page) -> list[tuple[NormativeDocument, Validity]]:
    today = timezone.localdate()
    return [(document, document.validity_on(today)) for document in page]


def _years(agency: Agency) -> dict[int, int]:
    """Documents by the year of issue, the newest first."""
    return paging.Days.of(NormativeDocument.objects.of(agency), "issued_on").years()


def document(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    found = agency_or_404(agency)
    shown = get_object_or_404(NormativeDocument.objects.of(found).select_related("amended_by", "agency", "item"), pk=pk)
    full_text = Item.objects.public().filter(pk=shown.item_id).first() if shown.item_id else None
    validity = shown.validity_on(timezone.localdate())
    context = {
        "agency": found,
        "here": "items",
        "head": heads.document(shown),
        "document": shown,
        "validity": validity.label,
        "out_of_force": validity in (Validity.REPEALED, Validity.LAPSED),
        "full_text": full_text,
        "body": mark_safe(sanitise(full_text.body)) if full_text else "",
        "interpretations": shown.interpretations.public(),
    }
    return render(request, "disclosures/document_detail.html", context)


def document_stock(request: HttpRequest, agency: str) -> HttpResponse:
    """现行有效规范性文件 on any day."""
    found = agency_or_404(agency)
    day, fault = day_asked(request)
    head, rows = heads.stock(found), stock.on(found, day)
    context = {"agency": found, "here": "items", "head": head, "day": day, "fault": fault, "rows": rows}
    return render(request, "disclosures/document_stock.html", context)


def document_stock_download(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    day, _ = day_asked(request)
    return workbook_response(stock.workbook(found, day, stock.on(found, day)), stock.file_name(found, day))
