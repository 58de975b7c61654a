"""Figures of several years for the public: as published in the report of a year, else from the ledgers as they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from disclosures.dates import told_moment
from disclosures.models import Agency
from reports.checks import Sheet, sheet_of
from reports.document import is_unchanged
from reports.figures import Figures, collect_years
from reports.models import AnnualReport

COMPARED = 5  # years
UNREPORTED = 2  # years: this one, and last year until its report is published
# A count of a year's ledgers grows with them; nobody is served by one that is made anew for every visitor.
KEPT = 3600  # seconds


def newest_versions(reports: Iterable[AnnualReport]) -> dict[int, AnnualReport]:
    """Of each year the newest version, the newest year first."""
    found: dict[int, AnnualReport] = {}
    for report in sorted(reports, key=lambda report: (-report.year, -report.version)):
        found.setdefault(report.year, report)
    return found


def published(agency: Agency, years: Iterable[int]) -> dict[int, Mapping[str, Any] | None]:
    """Year → what was frozen of its published report; None for one that is not what was issued. One query."""
    reports = AnnualReport.objects.of(agency).published().filter(year__in=list(years))
    return {year: report.frozen if is_unchanged(report) else None for year, report in newest_versions(reports).items()}


@dataclass(frozen=True)
class Year:
    """``sheet``: its figures, None where a report cannot be shown; ``source``: where they come from, in Chinese."""

    year: int
    sheet: Sheet | None
    source: str

    def number(self, code: str) -> int | None:
        return self.sheet.number(code) if self.sheet else None

    def count(self, *path: str) -> Any:
        """A count beside the tables; None where it is not told."""
        found: Any = self.sheet.counts if self.sheet else None
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found


def of(agency: Agency, last: int) -> list[Year]:
    """Of the ``COMPARED`` years up to ``last`` those that are told, the earliest first: at most five queries.

    A year whose report is not yet due or not yet published is counted from the ledgers; what lies further back and has
    no report here was reported elsewhere, and is not told anew.
    """
    years = range(last - COMPARED + 1, last + 1)
    known = published(agency, years)
    live, at = _live(agency, tuple(year for year in years[-UNREPORTED:] if year not in known))
    told = f"台账，截至{told_moment(at)}" if live else ""
    reported = [
        Year(year, sheet_of(frozen), "年度报告") if frozen else Year(year, None, "报告暂时不能查阅")
        for year, frozen in known.items()
    ]
    counted = [Year(year, sheet_of(figures), told) for year, figures in live.items()]
    return sorted([*reported, *counted], key=lambda year: year.year)


def _live(agency: Agency, years: tuple[int, ...]) -> tuple[dict[int, Figures], datetime]:
    """Counted from the ledgers at most once in ``KEPT``; and when."""
    if not years:
        return {}, timezone.now()
    key = f"figures:{agency.pk}:{'-'.join(map(str, years))}"
    counted: tuple[dict[int, Figures], datetime] | None = cache.get(key)
    if counted is None:
        counted = collect_years(agency, years), timezone.now()
        cache.set(key, counted, KEPT)
    return counted
