"""Published annual reports in the search: of each year the version that stands."""

from collections.abc import Iterator, Mapping
from typing import Any

from disclosures.search.kinds import Entry, Follows, Kind, register
from disclosures.search.plain_text import lines
from reports.models import AnnualReport, ReportState

READS = frozenset({"agency", "agency_id", "year", "version", "state", "published_on", "frozen"})


def register_kind() -> None:
    register(REPORTS)


def _standing() -> Any:
    published = AnnualReport.objects.published().exclude(corrected_by__state=ReportState.PUBLISHED)
    return published.select_related("agency")


def _entry(report: AnnualReport) -> Entry:
    return Entry(
        object_id=report.pk,
        agency=report.agency_id,
        day=report.published_on or report.issued_on,  # type: ignore[arg-type]  # what is published was issued
        title=f"{report.year}年政府信息公开工作年度报告",
        page="reports:detail",
        arguments=str(report.year),
        text=lines(*_printed((report.frozen or {}).get("printed", {}))),
    )


def _printed(frozen: Mapping[str, Any]) -> Iterator[str]:
    yield from frozen.get("preamble", ())
    for part in frozen.get("parts", ()):
        yield part.get("heading", "")
        for section in part.get("sections", ()):
            yield section.get("heading", "")
            yield from section.get("paragraphs", ())


REPORTS = Kind(
    number=5,
    name="reports",
    label="政府信息公开年报",
    model=AnnualReport,
    public=_standing,
    entry=_entry,
    reads=READS,
    follows=(Follows(AnnualReport, "corrected_by", frozenset({"state"})),),
)
