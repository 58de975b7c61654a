"""The years before: as reported here, or as entered from reports of before this system."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from disclosures.models import Agency, ChannelKind
from reports import checks
from reports.cells import DISPUTE_GROUPS, TOTAL
from reports.figures import Figures, collect, collect_years
from reports.models import AnnualReport, FormerReport

SPAN = 4  # years before a report that are compared with it


def documents(agency: Agency, year: int) -> dict[int, Mapping[str, Any]]:
    """Year → the open format of its report, newest issued version before an entered one; two queries."""
    years = range(year - SPAN, year)
    entered = FormerReport.objects.filter(agency=agency, year__in=years)
    found: dict[int, Mapping[str, Any]] = {former.year: former.document for former in entered}
    issued = AnnualReport.objects.of(agency).final().filter(year__in=years).order_by("version").only("year", "frozen")
    return found | {report.year: report.frozen for report in issued}


def collect_beside(agency: Agency, year: int) -> tuple[Figures, Mapping[str, Any] | Figures]:
    """The figures of ``year`` with the totals of the years before it among the counts; and those of last year.

    Last year's: as issued here, else as a former report was entered, else from the records, in the same queries.
    """
    known: dict[int, Mapping[str, Any] | Figures] = {**documents(agency, year)}
    if year - 1 in known:
        now = collect(agency, year)
    else:
        both = collect_years(agency, [year - 1, year])
        now, known[year - 1] = both[year], both[year - 1]
    before = {str(each): totals(known[each]) for each in sorted(known)}
    return replace(now, counts={**now.counts, "former_years": before}), known[year - 1]


def totals(document: Mapping[str, Any] | Figures) -> dict[str, int | None]:
    """The numbers of a year that later ones are compared with; None for what its report does not say."""
    sheet = checks.sheet_of(document)
    items = (sheet.counts or {}).get("items") or {}
    kinds = items.get("by_channel_kind") or {}
    disputes = [sheet.number(f"disputes.{group}.{TOTAL}") for group in DISPUTE_GROUPS]
    return {
        "items": items.get("total"),
        "website": kinds.get(ChannelKind.WEBSITE),
        "wechat": kinds.get(ChannelKind.WECHAT),
        "requests_new": sheet.number(f"requests.new.{TOTAL}"),
        "requests_answered": sheet.number(f"requests.answered_total.{TOTAL}"),
        "requests_carried_out": sheet.number(f"requests.carried_out.{TOTAL}"),
        "disputes": None if None in disputes else sum(number or 0 for number in disputes),
    }


def is_former(previous: Mapping[str, Any] | Figures | None) -> bool:
    """Whether last year's figures are those of a report that was entered: neither issued here nor live."""
    return isinstance(previous, Mapping) and "digest" not in previous
