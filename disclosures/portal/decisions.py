"""行政许可、行政处罚、行政强制决定公示: who decided what and when; of a natural person no more than the surname.

行政处罚法 Art. 48: decisions with a certain influence on society are published; one that was revoked, changed, or found
unlawful or void is taken down within three days, and the reason is said openly.
"""

from urllib.parse import urlencode

from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from disclosures import parties
from disclosures.asked import choice_asked, number_asked, year_asked
from disclosures.models import AdministrativeDecision, DecisionKind
from disclosures.portal import heads, paging
from disclosures.portal.agencies import agency_or_404

WITHDRAWN = 20  # of those taken down the list names the last ones


def decisions(request: HttpRequest, agency: str) -> HttpResponse:
    """决定公示 by kind, year and 文号; what was taken down; and the decisions of each year in numbers."""
    found = agency_or_404(agency)
    kind, year, number = choice_asked(request, "kind", DecisionKind), year_asked(request), number_asked(request)
    listed = AdministrativeDecision.objects.of(found).public()
    if kind:
        listed = listed.filter(kind=kind)
    if year:
        listed = listed.made_in(year)
    if number:
        exact = Case(When(number=number, then=Value(0)), default=Value(1))
        listed = listed.filter(number__contains=number).alias(exact=exact).order_by("exact", "-decided_on", "-pk")
    query = urlencode({name: value for name, value in (("kind", kind), ("year", year), ("number", number)) if value})
    page = paging.plain_page(listed, request.GET.get("page"), _all())
    totals = AdministrativeDecision.objects.of(found).by_year()
    years = paging.Days.of(AdministrativeDecision.objects.of(found).public(), "decided_on").years()
    context = {
        "agency": found,
        "here": "items",
        "head": heads.decisions(found),
        "page": page,
        "rows": _told(page),
        "kind": kind,
        "year": year,
        "number": number,
        "query": query,
        "kinds": DecisionKind,
        "years": years,
        "totals": [(each, list(counts.values()), sum(counts.values())) for each, counts in totals.items()],
        "year_choices": sorted({*totals, *filter(None, [year])}, reverse=True),
        "withdrawn": AdministrativeDecision.objects.of(found).withdrawn().order_by("-withdrawn_on", "-pk")[:WITHDRAWN],
    }
    return render(request, "disclosures/decision_list.html", context)


def decisions_of_year(request: HttpRequest, agency: str, year: int, sheet: int = 1) -> HttpResponse:
    """Those made in a year, for reading in order."""
    found = agency_or_404(agency)
    public = AdministrativeDecision.objects.of(found).public()
    page = paging.sheet_of(public.filter(decided_on__year=year), sheet, _all())
    years = paging.Days.of(public, "decided_on").years()
    head = heads.sheet(heads.decisions(found), f"{year}年", request.path)
    context = {"agency": found, "here": "items", "page": page, "rows": _told(page), "year": year, "years": years}
    context["head"] = head
    return render(request, "disclosures/decision_year.html", context)


def decision(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    """A decision; of one taken down only that, when and why."""
    found = agency_or_404(agency)
    of_agency = AdministrativeDecision.objects.of(found)
    shown = get_object_or_404(of_agency.public() | of_agency.withdrawn(), pk=pk)
    context = {
        "agency": found,
        "here": "items",
        "head": heads.decision(found, shown),
        "decision": shown,
        "party": "" if shown.withdrawn_on else parties.shown(shown.party),
    }
    return render(request, "disclosures/decision_detail.html", context)


def _all() -> QuerySet[AdministrativeDecision]:
    return AdministrativeDecision.objects.all()


def _told(page: paging.Page) -> list[tuple[AdministrativeDecision, str]]:
    """With the party as the public may read it."""
    return [(decision, parties.shown(decision.party)) for decision in page]
