"""Who reports to whom: the tree of agencies, without those that make no report of their own."""

from collections.abc import Iterable

from disclosures.models import Agency, AgencyLevel


def makes_reports(agency: Agency) -> bool:
    """An institution without a portal of its own is accounted for by the agency it belongs to."""
    return agency.has_portal or agency.level != AgencyLevel.INSTITUTION


def in_order(agencies: Iterable[Agency]) -> list[Agency]:
    """Each before those beneath it, brothers in the order of entry; by path alone the tenth comes before the second."""
    return sorted(agencies, key=lambda agency: [int(key) for key in agency.path.split("/") if key])


def parent_of(agency: Agency) -> Agency | None:
    """主管部门: the nearest agency above that makes reports; None at the top. One query."""
    keys = [int(key) for key in agency.path.split("/") if key][:-1]
    above = {found.pk: found for found in Agency.objects.filter(pk__in=keys)} if keys else {}
    return next((above[key] for key in reversed(keys) if key in above and makes_reports(above[key])), None)


def parents_among(agencies: Iterable[Agency]) -> dict[int, int | None]:
    """The same for many at once, without a query: key of each agency → key of its parent, where that is among them."""
    known = {agency.pk: agency for agency in agencies}
    found: dict[int, int | None] = {}
    for agency in known.values():
        keys = [int(key) for key in agency.path.split("/") if key][:-1]
        found[agency.pk] = next((key for key in reversed(keys) if key in known and makes_reports(known[key])), None)
    return found
