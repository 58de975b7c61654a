"""The numbers of an agency's year, by a fixed number of grouped queries whatever the rows and the years."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from disclosures import calendars
from disclosures.duties import USUAL
from disclosures.models import Agency, ChannelKind, DutyTerm
from reports.cells import (
    CELLS,
    DECISION_KINDS,
    DISPUTE_GROUPS,
    DISPUTE_RESULTS,
    DOCUMENT_COLUMNS,
    DOCUMENT_KINDS,
    OUTCOME_ROWS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    TOTAL,
)
from reports.money import decimal_text, wan_yuan
from reports.tallies import base, publishing, requests
from reports.tallies.days import days_taken
from requests_app.enums import ProposalKind, RequestChannel, Satisfaction

Tables = dict[str, dict[str, Any]]
FEN = Decimal("0.01")

# Codes that add up what their records weigh instead of counting them, by how the sum is written.
WEIGHED: dict[str, Callable[[Decimal], int | str]] = {
    **{f"proactive.{row}": int for row in DECISION_KINDS},
    "proactive.fees_wan_yuan": lambda yuan: wan_yuan(yuan.quantize(FEN)),
    "counts.information_fees_charged_yuan": lambda yuan: decimal_text(yuan.quantize(FEN)),
    "counts.information_fees_yuan": lambda yuan: decimal_text(yuan.quantize(FEN)),
}
# Under these each office has names of its own, which may have full stops in them.
NAMED = ("counts.items.by_channel.", "counts.items.by_category.", "counts.items.website_by_category.")


@dataclass(frozen=True)
class Figures:
    """The three tables and the counts beside them, shaped as in the open report format (contract §5)."""

    year: int
    tables: Tables
    counts: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Any:
        """The value of a cell, or of a count as ``counts.…``, by its code. Raises ``KeyError``."""
        top, *path = _path(code)
        value: Any = self.counts if top == "counts" else self.tables[top]
        for key in path:
            value = value[int(key) - 1] if isinstance(value, list) else value[key]
        return value

    def cells(self) -> dict[str, Any]:
        return {code: self[code] for code in CELLS}


def collect(agency: Agency, year: int) -> Figures:
    """Everything the report of ``agency`` prints for the calendar ``year``; the agency's own records only."""
    return collect_years(agency, [year])[year]


def collect_years(agency: Agency, years: Iterable[int]) -> dict[int, Figures]:
    """``collect`` of several years, all in the same three queries: terms, calendar, and every ledger at once."""
    asked = sorted(set(years))
    scope = scope_of(agency, asked)
    tallies = [*publishing.tallies(scope), *requests.tallies(scope)]
    rows = base.grouped(tallies)
    rows[publishing.PUBLICATIONS].sort(key=publishing.print_order)
    sums: dict[int, dict[str, Any]] = {year: {} for year in scope.years}
    for tally, codes in ((tally, tally.codes) for tally in tallies if tally.codes):
        for row in rows[tally.name]:
            for year, code in codes(scope, row.keys):
                weighs = row.amount if code in WEIGHED else row.number
                sums[year][code] = sums[year].get(code, 0) + weighs
    days = days_taken(rows[requests.DAYS], scope)
    return {year: _figures(year, sums[year], days[year]) for year in asked}


def scope_of(agency: Agency, years: Iterable[int]) -> base.Scope:
    """The ledgers of ``agency`` from the first of ``years`` to the last, with its terms and the calendar of now."""
    years = sorted(years)
    own = dict(DutyTerm.objects.filter(agency=agency).values_list("kind", "days"))
    terms = {str(kind): own.get(kind, usual) for kind, usual in USUAL.items()}
    return base.Scope(agency, tuple(range(years[0], years[-1] + 1)), calendars.current(), terms)


def _path(code: str) -> list[str]:
    for prefix in NAMED:
        if code.startswith(prefix):
            return [*prefix.rstrip(".").split("."), code[len(prefix) :]]
    return code.split(".")


# Everything at zero, then what was counted.


def _figures(year: int, sums: dict[str, Any], days: dict[str, Any]) -> Figures:
    tables, counts = _no_tables(), _no_counts()
    for code, value in sums.items():
        *path, last = _path(code)
        target: Any = {**tables, "counts": counts}
        for key in path:
            target = target[key]
        written = WEIGHED[code](Decimal(value)) if code in WEIGHED else value
        if isinstance(target, list):
            target[int(last) - 1] = written
        else:
            target[last] = written
    add_up(tables)
    counts["items"]["total"] = sum(counts["items"]["by_channel"].values())
    counts["timeliness"].update(days)
    return Figures(year, tables, counts)


def _no_tables() -> Tables:
    return {
        "proactive": {
            **{row: {column.key: 0 for column in DOCUMENT_COLUMNS} for row in DOCUMENT_KINDS},
            **dict.fromkeys(DECISION_KINDS, 0),
            "fees_wan_yuan": "0",
        },
        "requests": {row.key: {column.key: 0 for column in REQUEST_COLUMNS} for row in REQUEST_ROWS},
        "disputes": {group: dict.fromkeys(DISPUTE_RESULTS, 0) for group in DISPUTE_GROUPS},
    }


def _no_counts() -> dict[str, Any]:
    kinds = ChannelKind.values
    return {
        "items": {
            "total": 0,
            "by_channel": {},
            "by_category": {},
            "by_channel_kind": dict.fromkeys(kinds, 0),
            "by_month": {kind: [0] * 12 for kind in kinds},
            "website_by_category": {},
            "last_year_by_channel_kind": dict.fromkeys(kinds, 0),
        },
        "publication_clock": {"in_time": 0, "late": 0, "undated": 0},
        "interpretations": {"in_time": 0, "late": 0, "undated": 0, "waived": 0, "none": 0},
        "decisions": {"in_time": 0, "late": 0, "undated": 0, "withheld": 0, "unpublished": 0},
        "requests": {
            "by_channel": dict.fromkeys(RequestChannel.values, 0),
            "extended": 0,
            "correction_asked": 0,
            "corrected": 0,
        },
        "timeliness": {"in_time": 0, "late": 0, "without_due": 0},
        "proposals": {
            **dict.fromkeys(ProposalKind.values, 0),
            **{f"{kind}_assisted": 0 for kind in ProposalKind.values},
            **dict.fromkeys(("answered", "public"), 0),
            **{f"rated_{rating}": 0 for rating in Satisfaction.values},
            **dict.fromkeys(("answered_in_time", "answered_late", "answered_without_due", "unanswered"), 0),
        },
        "direct_suits_needing_review": 0,
        "information_fee_notices": 0,
        "information_fees_charged_yuan": "0",
        "information_fees_yuan": "0",
    }


def add_up(tables: Tables) -> None:
    """Sets the totals of tables B and C to the sum of their parts."""
    table, disputes = tables["requests"], tables["disputes"]
    kinds = [column.key for column in REQUEST_COLUMNS if column.key != TOTAL]
    for kind in kinds:
        table["answered_total"][kind] = sum(table[row][kind] for row in OUTCOME_ROWS)
    for row in REQUEST_ROWS:
        table[row.key][TOTAL] = sum(table[row.key][kind] for kind in kinds)
    for group in DISPUTE_GROUPS:
        disputes[group][TOTAL] = sum(disputes[group][result] for result in DISPUTE_RESULTS if result != TOTAL)
