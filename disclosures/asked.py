"""What a page is asked for in its address: day, year, 文号, agency; and a workbook as its answer."""

import unicodedata
from datetime import date
from typing import Any, TypeVar
from urllib.parse import quote

from django.db.models import TextChoices
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.ledger.widgets import Day
from disclosures.models import Agency

C = TypeVar("C", bound=TextChoices)
FIRST_YEAR, LAST_YEAR = 1949, 2100
LONGEST_NUMBER = 100  # characters; no 文号 is stored with more than 80
BRACKETS = str.maketrans("[(【〖［（])】〗］）", "〔〔〔〔〔〔〕〕〕〕〕〕")
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


def year_asked(request: HttpRequest, name: str = "year") -> int | None:
    """A year of which there can be records; None where none such is given."""
    text = request.GET.get(name, "")
    known = text.isascii() and text.isdigit() and len(text) == 4 and FIRST_YEAR <= int(text) <= LAST_YEAR
    return int(text) if known else None


def choice_asked(request: HttpRequest, name: str, choices: type[C]) -> C | None:
    text = request.GET.get(name, "")
    return choices(text) if text in choices.values else None


def number_asked(request: HttpRequest, name: str = "number") -> str:
    """A 文号 or part of one as offices print it, however it was typed: 〔〕, half-width digits, nothing unseen."""
    plain = unicodedata.normalize("NFKC", request.GET.get(name, "")[:LONGEST_NUMBER])
    return "".join(char for char in plain if unicodedata.category(char)[0] not in "CZ").translate(BRACKETS)


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
