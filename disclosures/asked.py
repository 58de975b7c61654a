"""What a page is asked for in its address, the day and the agency; and a workbook as its answer."""

from datetime import date
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.ledger.widgets import Day
from disclosures.models import Agency

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def day_asked(request: HttpRequest, name: str = "on") -> tuple[date, str]:
    """The day of the address, today where none is given; and what is wrong with it, in Chinese."""
    today, text = timezone.localdate(), request.GET.get(name, "").strip()
    if not text:
        return today, ""
    try:
        return Day().parse(text), ""
    except ValueError as fault:
        return today, f"{fault}。已按今天列出"


def agency_asked(request: HttpRequest, action: Action, area: Area) -> tuple[Agency | None, Any]:
    """The agency of the address, else the first for which the person may take ``action``; and all of those."""
    agencies = access.agencies_for(request.user, action, area)
    asked = request.GET.get("agency", "")
    known = asked.isascii() and asked.isdigit() and len(asked) < 15
    return (agencies.filter(pk=int(asked)).first() if known else None) or agencies.first(), agencies


def workbook_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
