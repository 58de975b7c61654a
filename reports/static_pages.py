"""The published reports in the static edition: pages of each year and version, and their files under Chinese names."""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse

from disclosures.static_edition.sources import ALWAYS, Edition, Page, digest, looked_over, register
from reports.models import AnnualReport, IssuedFile
from reports.rendering.formats import FORMATS, KEPT
from reports.rendering.properties import file_stem


class Report(NamedTuple):
    pk: int
    year: int
    version: int
    fingerprint: str


@lru_cache(maxsize=1)
def published(edition: Edition) -> dict[int, list[Report]]:
    """By agency, the newest first; one query."""
    found: dict[int, list[Report]] = defaultdict(list)
    rows = AnnualReport.objects.published().filter(agency__in=edition.by_id).newest_first()
    for agency, *row in rows.values_list("agency_id", "pk", "year", "version", "digest", "published_on"):
        found[agency].append(Report(row[0], row[1], row[2], digest(*row)))
    return found


@lru_cache(maxsize=1)
def kept(edition: Edition) -> dict[int, dict[str, str]]:
    """What was made on issuing, by report: its digest by its format."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    rows = IssuedFile.objects.filter(report__in=AnnualReport.objects.published(), report__agency__in=edition.by_id)
    for report, kind, sha256 in rows.values_list("report_id", "kind", "sha256"):
        found[report][kind] = sha256
    return found


def of_agency(edition: Edition) -> dict[int, str]:
    return {key: digest(*(report.fingerprint for report in reports)) for key, reports in published(edition).items()}


def pages(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        base, code = edition.bases[key], agency.code
        reports = published(edition)[key]
        yield Page(reverse("statistics", args=[code]), ALWAYS)
        yield Page(reverse("reports:list", args=[code]), digest(base, *(each.fingerprint for each in reports)))
        for year in sorted({report.year for report in reports}):
            versions = [report for report in reports if report.year == year]
            told = digest(base, *((each.fingerprint, sorted(kept(edition)[each.pk].items())) for each in versions))
            yield Page(reverse("reports:detail", args=[code, year]), told)
            yield Page(reverse("reports:pdf", args=[code, year]), versions[0].fingerprint)
            for report in versions:
                yield Page(reverse("reports:version", args=[code, year, report.version]), told)


def files(edition: Edition) -> Iterator[Page]:
    for key, agency in edition.by_id.items():
        for report in published(edition)[key]:
            made = kept(edition)[report.pk]
            stem = file_stem(agency.name, report.year, version=report.version)
            for form in KEPT.values():
                if form.key in made or form.key in FORMATS:
                    address = reverse("reports:file", args=[agency.code, report.year, report.version, form.key])
                    folder = Page(address, "").path.removesuffix("index.html")
                    yield Page(address, digest(report.fingerprint, made.get(form.key)), f"{folder}{stem}{form.suffix}")


def register_pages() -> None:
    looked_over(of_agency)
    register("reports", pages)
    register("report files", files)
