"""A parent's figures: its own records plus the tables of the reports it accepted from below."""

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import Case, TextField, Value, When
from django.db.models.functions import Substr

from disclosures.models import Agency
from reports.cells import CELLS
from reports.figures import Figures, add_up
from reports.models import FINAL, AnnualReport, Delivery, DeliveryState
from reports.money import decimal_text

# A delivery keeps its tables at the beginning of its document, so that a sum need not read two thousand texts.
START = '{"tables": '
HEAD = 24_000  # characters; 197 cells with their keys and numbers of 12 digits take about 9,000
LEAVES = tuple((code, tuple(code.split("."))) for code, cell in CELLS.items() if not cell.is_total)
# Most cells stand in lines of six: what leads to a line is looked up once.
LINES = tuple(
    (path, tuple((code, last) for code, (*_, last) in line))
    for path, line in groupby(LEAVES, key=lambda leaf: leaf[1][:-1])
)
HERE, FILE = "本系统", "上报文件"

_decoder = json.JSONDecoder()


@dataclass(frozen=True)
class Sum:
    """What was added (``sources``, as the issued report keeps them) and how much of it came to each cell.

    ``waiting``: reports that were handed in and neither accepted nor returned.
    """

    sources: tuple[dict[str, Any], ...] = ()
    leaves: Mapping[str, int | Decimal] = field(default_factory=dict)
    waiting: int = 0


def kept(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document of a delivery in the order in which it is stored."""
    return {"tables": document["tables"], **{key: value for key, value in document.items() if key != "tables"}}


def accepted(agency: Agency, year: int) -> Sum:
    """The accepted deliveries to ``agency``: nothing accepted, nothing added. One query."""
    return accepted_of_years(agency, [year])[year]


def accepted_of_years(agency: Agency, years: Iterable[int]) -> dict[int, Sum]:
    """The same of several years, still one query."""
    taken = DeliveryState.ACCEPTED
    head = Case(When(state=taken, then=Substr("document", 1, HEAD)), default=Value(""), output_field=TextField())
    asked = list(years)
    rows = (
        Delivery.objects.filter(to_agency=agency, year__in=asked, state__in=(taken, DeliveryState.DELIVERED))
        .order_by()
        .annotate(head=head)
        .values_list("agency__path", "year", "agency__code", "agency__name", "digest", "report_id", "head")
    )
    # Put in order here: the database would carry the documents through its sorting.
    found = sorted(rows, key=itemgetter(0))
    return {year: _sum([row for row in found if row[1] == year]) for year in asked}


def _sum(rows: list[tuple[Any, ...]]) -> Sum:
    added = [row for row in rows if row[-1]]
    sources = tuple(
        {"code": code, "name": name, "year": year, "digest": digest, "source": HERE if report else FILE}
        for _, year, code, name, digest, report, _ in added
    )
    tables = (_decoder.raw_decode(head, len(START))[0] for *_, head in added)
    return Sum(sources, leaves_of(tables) if sources else {}, waiting=len(rows) - len(added))


def leaves_of(several: Iterable[Mapping[str, Any]]) -> dict[str, int | Decimal]:
    """The sums of the cells that are no sums themselves; money exact."""
    total: dict[str, int | Decimal] = {code: Decimal(0) if CELLS[code].is_money else 0 for code, _ in LEAVES}
    for tables in several:
        for path, line in LINES:
            row: Any = tables
            for key in path:
                row = row[key]
            for code, key in line:
                if value := row[key]:
                    total[code] += Decimal(value) if isinstance(value, str) else value
    return total


def with_children(figures: Figures, sum_: Sum) -> Figures:
    """``figures`` plus the sum, cell by cell; totals follow."""
    if not sum_.sources:
        return figures
    tables: dict[str, Any] = deepcopy(figures.tables)
    for code, (*path, last) in LEAVES:
        target: Any = tables
        for key in path:
            target = target[key]
        more = sum_.leaves[code]
        target[last] = decimal_text(Decimal(target[last]) + more) if isinstance(more, Decimal) else target[last] + more
    add_up(tables)
    return replace(figures, tables=tables)


@dataclass(frozen=True)
class Added:
    """A report that was added, as the workspace lists it; ``newer`` says what has come since."""

    code: str
    name: str
    digest: str
    source: str
    newer: str = ""


def context_of(report: AnnualReport, below: Sum | None = None) -> dict[str, Any]:
    """For ``admin/reports/_rollup.html``: what the report adds, or added when it was issued.

    ``below``: what is accepted now, where that is known already. At most four queries.
    """
    below = below or accepted(report.agency, report.year)
    if report.is_final and report.frozen:
        sources = list(report.frozen.get("rollup", ()))
        corrected = _corrected(report, sources)
    else:
        sources, corrected = list(below.sources), {}
    added = [
        Added(row["code"], row["name"], row["digest"], row["source"], corrected.get(row["code"], "")) for row in sources
    ]
    return {
        "added": added,
        "corrected": sum(bool(each.newer) for each in added),
        "waiting": below.waiting,
        "is_final": report.is_final,
        "agency": report.agency,
        "year": report.year,
    }


def _corrected(report: AnnualReport, sources: list[dict[str, Any]]) -> dict[str, str]:
    """Code → what has changed beneath since the report was issued."""
    if not sources:
        return {}
    digests = {row["code"]: row["digest"] for row in sources}
    newest = dict(
        AnnualReport.objects.filter(agency__code__in=digests, year=report.year, state__in=FINAL)
        .order_by("version")
        .values_list("agency__code", "digest")
    )
    delivered = dict(
        Delivery.objects.to(report.agency, report.year)
        .exclude(state=DeliveryState.RETURNED)
        .order_by("id")
        .values_list("agency__code", "digest")
    )
    standing = set(Delivery.objects.to(report.agency, report.year).accepted().values_list("agency__code", "digest"))
    told = {}
    for code, digest in digests.items():
        if delivered.get(code, digest) != digest:
            told[code] = "下级已更正，更正版已报送"
        elif newest.get(code, digest) != digest:
            told[code] = "下级已更正，更正版尚未报送"
        elif (code, digest) not in standing:
            told[code] = "定稿后已退回下级"
    return told
