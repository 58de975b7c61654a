"""建议提案办理: the published answers to deputies, each through the item that holds it. No deputy is named here."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from disclosures.asked import choice_asked, year_asked
from disclosures.models import Agency
from disclosures.portal import heads, paging
from disclosures.portal.agencies import agency_or_404
from disclosures.portal.sitemaps import Place, Section, by_key
from disclosures.rich_text import sanitise
from requests_app.enums import ProposalKind, ProposalRole
from requests_app.models import Proposal, ResultClass
from requests_app.models.proposals import PUBLIC

NAME = "建议提案办理"


@require_safe
def proposals(request: HttpRequest, agency: str) -> HttpResponse:
    """The published answers, by kind and year of assignment; and how many there were of all, by year."""
    found = agency_or_404(agency)
    kind, year = choice_asked(request, "kind", ProposalKind), year_asked(request)
    listed = Proposal.objects.of(found).public()
    if kind:
        listed = listed.filter(kind=kind)
    if year:
        listed = listed.assigned_in(year)
    counted = by_year(found)
    context = {
        "agency": found,
        "here": "items",
        "head": head_of_list(found),
        "page": paging.plain_page(listed, request.GET.get("page"), Proposal.objects.all()),
        "kinds": ProposalKind,
        "kind": kind,
        "year_choices": sorted({*(row["year"] for row in counted), *filter(None, [year])}, reverse=True),
        "year": year,
        "query": urlencode({name: value for name, value in (("kind", kind), ("year", year)) if value}),
        "counted": counted,
    }
    return render(request, "requests_app/portal/proposal_list.html", context)


@require_safe
def proposals_of_year(request: HttpRequest, agency: str, year: int, sheet: int = 1) -> HttpResponse:
    """Those assigned in a year, for reading in order."""
    found = agency_or_404(agency)
    page = paging.sheet_of(Proposal.objects.of(found).public().assigned_in(year), sheet, Proposal.objects.all())
    context = {
        "agency": found,
        "here": "items",
        "head": heads.sheet(head_of_list(found), f"{year}年交办", request.path),
        "page": page,
        "year": year,
        "base": reverse("proposals:of_year", args=[found.code, year]),
    }
    return render(request, "requests_app/portal/proposal_year.html", context)


@require_safe
def proposal(request: HttpRequest, agency: str, pk: int) -> HttpResponse:
    found = agency_or_404(agency)
    public = Proposal.objects.of(found).public().select_related("item")
    shown = get_object_or_404(public, pk=pk) if pk < 2**63 else get_object_or_404(public.none())
    item = shown.item
    assert item is not None
    item.agency = shown.agency = found
    context = {
        "agency": found,
        "here": "items",
        "head": head_of(shown),
        "proposal": shown,
        "meaning": ResultClass.objects.filter(agency=found, code=shown.result_class).first(),
        "item": item,
        # Cleaned when saved and again here: what reached the database by another way is not trusted.
        "body": mark_safe(sanitise(item.body)),
    }
    return render(request, "requests_app/portal/proposal_detail.html", context)


def by_year(agency: Agency) -> list[dict[str, int]]:
    """How many were assigned each year, the newest first: by kind, and assisted, answered, public, readable here."""
    assisted, answered = Q(role=ProposalRole.ASSIST), Q(answered_on__isnull=False)
    rows = Proposal.objects.of(agency).order_by().values(year=ExtractYear("assigned_on"))
    counted = {kind.value: Count("pk", filter=Q(kind=kind)) for kind in ProposalKind}
    rows = rows.annotate(
        **counted,
        assisted=Count("pk", filter=assisted),
        answered=Count("pk", filter=answered),
        public=Count("pk", filter=Q(is_public=True)),
        here=Count("pk", filter=PUBLIC),
    )
    return list(rows.order_by("-year"))


def head_of_list(agency: Agency) -> heads.Head:
    about = "办理人大代表建议、政协提案的结果和公开的答复。"
    return heads.listing(agency, NAME, about, heads.CATALOGUE, reverse("proposals:list", args=[agency.code]))


def head_of(shown: Proposal) -> heads.Head:
    agency, item = shown.agency, shown.item
    assert item is not None
    within = head_of_list(agency)
    article = heads.Article(
        title=shown.title,
        published=heads.published_at([item])[item.pk],
        source=agency.name,
        description=f"{agency.name}对{shown.session}{shown.get_kind_display()}（{shown.number}）《{shown.title}》的答复。",
        modified=item.updated_at,
        identifier=item.index_number,
    )
    path_of = reverse("proposals:detail", args=[agency.code, shown.pk])
    return heads.Head(path=path_of, agency=agency, column=within.column, article=article, feed=within.feed)


def _places(rows: QuerySet[Any]) -> Iterator[Place]:
    address = by_key("proposals:detail")
    for code, pk, changed in rows.values_list("agency__code", "pk", "item__updated_at"):
        yield address(code, pk), changed


SITEMAP = Section(lambda: Proposal.objects.public().filter(agency__has_portal=True), _places)
