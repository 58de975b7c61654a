"""The front page, and of each agency its home, 政府信息公开指南 and 政府信息公开制度."""

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from disclosures.models import Agency, Category, Item, Publication

LATEST = 8


def agency_or_404(code: str) -> Agency:
    return get_object_or_404(Agency.objects.with_portal(), code=code)


def front(request: HttpRequest) -> HttpResponse:
    """The only agency's portal, or the directory of agencies."""
    agencies = Paginator(Agency.objects.with_portal().order_by("name"), 60)
    page = agencies.get_page(request.GET.get("page"))
    if agencies.count == 1:
        return redirect("portal:home", page.object_list[0].code)
    return render(request, "disclosures/directory.html", {"page": page})


def home(request: HttpRequest, agency: str) -> HttpResponse:
    found = agency_or_404(agency)
    year = timezone.localdate().year
    latest = Item.objects.of(found).public().select_related("category")[:LATEST]
    channels = (
        Publication.objects.of(found)
        .made_in(year)
        .order_by()
        .values_list("channel__name")
        .annotate(Count("pk"))
        .order_by("channel__name")
    )
    context = {
        "agency": found,
        "latest": latest,
        "year": year,
        "channels": channels,
        "columns": Category.objects.filter(agency=found),
    }
    return render(request, "disclosures/home.html", context)


def guide(request: HttpRequest, agency: str) -> HttpResponse:
    return render(request, "disclosures/guide.html", {"agency": agency_or_404(agency), "here": "guide"})


def rules(request: HttpRequest, agency: str) -> HttpResponse:
    return render(request, "disclosures/rules.html", {"agency": agency_or_404(agency), "here": "rules"})


def how_to_ask(request: HttpRequest, agency: str) -> HttpResponse:
    return render(request, "disclosures/how_to_ask.html", {"agency": agency_or_404(agency), "here": "ask"})
