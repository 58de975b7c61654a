"""The front page, and of each agency its home, 政府信息公开指南 and 政府信息公开制度."""

import unicodedata
from itertools import groupby
from urllib.parse import urlencode

from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from disclosures.models import Agency, AgencyLevel, Category, Channel, Item, NormativeDocument
from disclosures.portal import heads, numbers, paging
from disclosures.portal.columns import Columns, Duty

LATEST = 8
COLUMNS = 6  # on the home page, those with the newest items
OF_A_COLUMN = 5
AGENCIES = 60
LEVELS = (
    AgencyLevel.PROVINCE, AgencyLevel.MINISTRY, AgencyLevel.CITY, AgencyLevel.COUNTY, AgencyLevel.DEPARTMENT,
    AgencyLevel.TOWNSHIP, AgencyLevel.INSTITUTION,
)  # fmt: skip
LONGEST_NAME = 100


def agency_or_404(code: str) -> Agency:
    return get_object_or_404(Agency.objects.with_portal(), code=code)


def front(request: HttpRequest) -> HttpResponse:
    """The only agency's portal, or the directory of agencies."""
    portals = Agency.objects.with_portal()
    only = list(portals.values_list("code", flat=True)[:2])
    if len(only) == 1:
        return redirect("portal:home", only[0])
    name = _name_asked(request)
    ranks = (When(level=level, then=Value(place)) for place, level in enumerate(LEVELS))
    rank = Case(*ranks, output_field=IntegerField())
    listed = portals.alias(rank=rank).order_by("rank", "path")
    if name:
        listed = listed.filter(Q(name__icontains=name) | Q(short_name__icontains=name))
    newest = Item.objects.public().filter(agency=OuterRef("pk"), published_on__isnull=False)
    full = Agency.objects.select_related("parent").annotate(newest=Subquery(newest.values("published_on")[:1]))
    # A plain file has no query: the static edition names all of them on one page.
    size = Agency.objects.count() if getattr(request, "static_edition", False) else AGENCIES
    page = paging.plain_page(listed, request.GET.get("page"), full, max(size, 1))
    groups = [(AgencyLevel(level).label, list(rows)) for level, rows in groupby(page, key=lambda row: row.level)]
    query = urlencode({"q": name}) if name else ""
    context = {"head": heads.front(), "page": page, "groups": groups, "name": name, "query": query}
    return render(request, "disclosures/directory.html", context)


def _name_asked(request: HttpRequest) -> str:
    plain = unicodedata.normalize("NFKC", request.GET.get("q", "")[:LONGEST_NAME])
    return "".join(char for char in plain if unicodedata.category(char)[0] != "C").strip()


def home(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    columns = Columns(found)
    public = Item.objects.of(found).public().filter(published_on__isnull=False)
    latest = list(public.select_related("category").defer("body", "summary")[:LATEST])
    today = timezone.localdate()
    # Before the first item of a year the last year that has any is told, and named.
    year = min(today.year, latest[0].published_on.year) if latest else today.year
    context = {
        "agency": found,
        "head": heads.home(found),
        "latest": latest,
        "by_column": _newest_of_columns(found),
        "columns": columns.statutory,
        "this_year": today.year,
        "numbers": numbers.of_year(found, columns.all, year) if latest else None,
    }
    return render(request, "disclosures/home.html", context)


def _newest_of_columns(agency: Agency) -> list[tuple[Category, list[Item]]]:
    """The newest items of the columns that have the newest; two queries, whatever the columns hold."""
    newest = Item.objects.public().filter(category=OuterRef("pk"), published_on__isnull=False)
    places = {f"newest_{place}": Subquery(newest.values("pk")[place : place + 1]) for place in range(OF_A_COLUMN)}
    day = Subquery(newest.values("published_on")[:1])
    columns = Category.objects.filter(agency=agency, is_rules=False).annotate(newest=day, **places)
    chosen = columns.filter(newest__isnull=False).order_by("-newest", "position", "pk")[:COLUMNS]
    keys = {column: [getattr(column, place) for place in places if getattr(column, place)] for column in chosen}
    items = Item.objects.defer("body", "summary").in_bulk([key for found in keys.values() for key in found])
    return [(column, [items[key] for key in found]) for column, found in keys.items()]


def guide(request: HttpRequest, agency: str) -> HttpResponse:
    """条例 Art. 12: how the information is classified and arranged, how to get it, and whom to ask."""
    found = agency_or_404(agency)
    columns = Columns(found)
    counts = numbers.by_column(columns.all)
    context = {
        "agency": found,
        "here": "guide",
        "head": heads.guide(found),
        "columns": [(column, Duty.of(column), counts[column.pk]) for column in columns.all],
        "channels": Channel.objects.filter(agency=found),
    }
    return render(request, "disclosures/guide.html", context)


def rules(request: HttpRequest, agency: str) -> HttpResponse:
    """政府信息公开制度: national rules, the agency's own columns of rules, its normative documents."""
    found = agency_or_404(agency)
    columns = Columns(found)
    own = Item.objects.public().filter(category__in=columns.rules).select_related("category").defer("body", "summary")
    page = paging.page_of(own, None, own) if columns.rules else None
    context = {
        "agency": found,
        "here": "rules",
        "head": heads.rules(found),
        "columns": columns.rules,
        "page": page,
        "documents": NormativeDocument.objects.of(found).in_force_on(timezone.localdate()).count(),
        "documents_url": reverse("portal:documents", args=[found.code]),
    }
    return render(request, "disclosures/rules.html", context)


def how_to_ask(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    return render(request, "disclosures/how_to_ask.html", {"agency": found, "here": "ask", "head": heads.asking(found)})
