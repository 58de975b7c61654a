"""建议提案 and 申请办理登记 in the static edition."""

from collections import defaultdict
from collections.abc import Iterator

from django.urls import reverse

from disclosures.static_edition import floor
from disclosures.static_edition.sources import ALWAYS, Addresses, Edition, Page, digest, register, values_of
from requests_app.models import DisclosureRequest, Proposal, ResultClass
from requests_app.portal.register import OF_A_REQUEST


def proposals(edition: Edition) -> Iterator[Page]:
    items = {row.pk: row.fingerprint for row in floor.items(edition)}
    classes: dict[int, list[str]] = defaultdict(list)
    for row in ResultClass.objects.filter(agency__in=edition.by_id).order_by("pk"):
        classes[row.agency_id].append(values_of(row))
    of_year: dict[tuple[int, int], list[str]] = defaultdict(list)
    addresses = {key: Addresses("proposals:detail", agency.code) for key, agency in edition.by_id.items()}
    public = Proposal.objects.public().filter(agency__in=edition.by_id)
    for proposal in public.iterator(chunk_size=1000):
        agency = proposal.agency_id
        told = digest(edition.bases[agency], values_of(proposal), items.get(proposal.item_id), *classes[agency])
        yield Page(addresses[agency](proposal.pk), told)
        of_year[agency, proposal.assigned_on.year].append(told)
    yield from floor.years(edition, of_year, "proposals:of_year")
    for agency in edition.agencies:  # with how many there were, public or not
        yield Page(reverse("proposals:list", args=[agency.code]), ALWAYS)


def request_register(edition: Edition) -> Iterator[Page]:
    """Of the agencies that keep one; the time taken hangs on the calendar, which is looked at anew each day."""
    keeping = {key: agency for key, agency in edition.by_id.items() if agency.shows_request_register}
    of_year: dict[tuple[int, int], list[str]] = defaultdict(list)
    listed = DisclosureRequest.objects.in_register().filter(agency__in=keeping)
    for agency, *values in listed.values_list("agency_id", "pk", "version", *OF_A_REQUEST).iterator(chunk_size=5000):
        of_year[agency, values[4].year].append(digest(*values))
    yield from floor.years(edition, of_year, "register:of_year")
    for agency in keeping.values():
        yield Page(reverse("register:list", args=[agency.code]), ALWAYS)


def register_pages() -> None:
    register("proposals", proposals)
    register("request register", request_register)
