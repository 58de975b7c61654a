"""The numbers of an agency's year, by a fixed number of grouped queries whatever the rows."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, Min, Q, Sum, Value, When

from disclosures.models import (
    AdministrativeDecision,
    Agency,
    ChannelKind,
    FeeCollection,
    NormativeDocument,
    Publication,
)
from disclosures.models import documents as documents_counted
from disclosures.years import year_of
from reports.cells import (
    CELLS,
    DECISION_KINDS,
    DISPUTE_GROUPS,
    DISPUTE_RESULTS,
    DOCUMENT_KINDS,
    OUTCOME_ROWS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    TOTAL,
)
from reports.money import decimal_text, wan_yuan
from requests_app.enums import DisputeKind, EventKind, ProposalKind, ProposalRole, Satisfaction
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent
from requests_app.models.disputes import concluded_in
from requests_app.outcomes import REVIEW_FIRST_SINCE, Outcome, first_review_needed, row_of

Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Figures:
    """The three tables and the counts beside them, shaped as in the open report format (contract §5)."""

    year: int
    tables: Tables
    counts: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Any:
        """The value of a cell by its code. Raises ``KeyError``."""
        value: Any = self.tables
        for key in code.split("."):
            value = value[key]
        return value

    def cells(self) -> dict[str, Any]:
        return {code: self[code] for code in CELLS}


def collect(agency: Agency, year: int) -> Figures:
    """Everything the report of ``agency`` prints for the calendar ``year``; the agency's own records only."""
    disputes, suits_needing_review = _disputes(agency, year)
    return Figures(
        year=year,
        tables={
            "proactive": _proactive(agency, year),
            "requests": _requests(agency, year),
            "disputes": disputes,
        },
        counts={
            "items": _items(agency, year),
            "proposals": _proposals(agency, year),
            "direct_suits_needing_review": suits_needing_review,
            **_information_fees(agency, year),
        },
    )


def _proactive(agency: Agency, year: int) -> dict[str, Any]:
    documents = {
        kind: {"issued": issued, "repealed": repealed, "in_force": in_force}
        for kind, issued, repealed, in_force in NormativeDocument.objects.of(agency)
        .order_by()
        .values_list("kind")
        .annotate(
            made=Count("pk", filter=documents_counted.issued_in(year)),
            repealed=Count("pk", filter=documents_counted.repealed_in(year)),
            stock=Count("pk", filter=documents_counted.in_force_on(date(year, 12, 31))),
        )
    }
    decisions = dict(
        AdministrativeDecision.objects.of(agency).made_in(year).order_by().values_list("kind").annotate(Sum("quantity"))
    )
    fees = FeeCollection.objects.of(agency).collected_in(year).aggregate(yuan=Sum("amount"))["yuan"]
    return {
        **{
            row: documents.get(kind, {"issued": 0, "repealed": 0, "in_force": 0})
            for row, kind in DOCUMENT_KINDS.items()
        },
        **{row: decisions.get(kind, 0) for row, kind in DECISION_KINDS.items()},
        "fees_wan_yuan": wan_yuan(fees or Decimal(0)),
    }


def _requests(agency: Agency, year: int) -> dict[str, dict[str, int]]:
    table = {row.key: {column.key: 0 for column in REQUEST_COLUMNS} for row in REQUEST_ROWS}

    def count(row: str, kind: str, number: int) -> None:
        table[row][kind] += number
        table[row][TOTAL] += number

    requests = DisclosureRequest.objects.of(agency).order_by()
    for row, records in (
        ("new", requests.received_in(year)),
        ("carried_in", requests.carried_into(year)),
        ("carried_out", requests.carried_out_of(year)),
    ):
        for kind, number in records.values_list("applicant_kind").annotate(Count("pk")):
            count(row, kind, number)
    for kind, outcome, number in (
        requests.answered_in(year).values_list("applicant_kind", "outcome").annotate(Count("pk"))
    ):
        count(row_of(Outcome(outcome)), kind, number)
    for row in OUTCOME_ROWS:
        for column, number in table[row].items():
            table["answered_total"][column] += number
    return table


def _disputes(agency: Agency, year: int) -> tuple[dict[str, dict[str, int]], int]:
    """Table C, and how many suits were brought without the review that their refusal needs (复议法 Art. 23)."""
    table = {group: dict.fromkeys(DISPUTE_RESULTS, 0) for group in DISPUTE_GROUPS}
    needing_review = 0
    refused = [outcome for outcome in Outcome if first_review_needed(outcome)]
    rows = (
        Dispute.objects.of(agency)
        .counted_in(year)
        .order_by()
        .annotate(stands=Case(When(concluded_in(year), then="result"), default=Value("pending")))
        .values_list("kind", "stands")
        .annotate(
            number=Count("pk"),
            on_refusals=Count(
                "pk", filter=Q(request__outcome__in=refused, request__answered_on__gte=REVIEW_FIRST_SINCE)
            ),
        )
    )
    for kind, stands, number, on_refusals in rows:
        table[kind][stands] += number
        table[kind][TOTAL] += number
        if kind == DisputeKind.LITIGATION_DIRECT:
            needing_review += on_refusals
    return table, needing_review


def _items(agency: Agency, year: int) -> dict[str, Any]:
    """Publications of the year by channel and category, and those of the year before on the same kind of channel."""
    by_channel: dict[str, int] = {}
    by_category: dict[str, int] = {}
    by_kind = dict.fromkeys(ChannelKind.values, 0)
    website: dict[str, int] = {}
    before = dict.fromkeys(ChannelKind.values, 0)
    (first, _), (_, last) = year_of(year - 1), year_of(year)
    rows = (
        Publication.objects.of(agency)
        .public_between(first, last)
        .annotate(is_this_year=Q(published_on__gte=year_of(year)[0]))
        .values_list("is_this_year", "channel__name", "channel__kind", "item__category__name")
        .annotate(number=Count("pk"), position=Min("item__category__position"))
        .order_by("position", "item__category__name")
    )
    for is_this_year, channel, kind, category, number, _ in rows:
        if not is_this_year:
            before[kind] += number
            continue
        by_channel[channel] = by_channel.get(channel, 0) + number
        by_category[category] = by_category.get(category, 0) + number
        by_kind[kind] += number
        if kind == ChannelKind.WEBSITE:
            website[category] = website.get(category, 0) + number
    return {
        "total": sum(by_channel.values()),
        "by_channel": by_channel,
        "by_category": by_category,
        "by_channel_kind": by_kind,
        "website_by_category": website,
        "last_year_by_channel_kind": before,
    }


def _proposals(agency: Agency, year: int) -> dict[str, int]:
    """Proposals assigned in the year. Those only assisted with are counted apart from those answered."""
    counts = {
        "npc": 0, "cppcc": 0, "npc_assisted": 0, "cppcc_assisted": 0, "answered": 0, "public": 0,
        **{f"rated_{rating}": 0 for rating in Satisfaction.values},
    }  # fmt: skip
    rows = (
        Proposal.objects.of(agency)
        .assigned_in(year)
        .order_by()
        .values_list("kind", "role", "satisfaction", "is_public")
        .annotate(total=Count("pk"), answered=Count("pk", filter=Q(answered_on__isnull=False)))
    )
    for kind, role, satisfaction, is_public, number, answered in rows:
        counts[ProposalKind(kind).value + ("_assisted" if role == ProposalRole.ASSIST else "")] += number
        counts["answered"] += answered
        counts["public"] += number if is_public else 0
        if satisfaction:
            counts[f"rated_{satisfaction}"] += number
    return counts


def _information_fees(agency: Agency, year: int) -> dict[str, Any]:
    """信息处理费 in yuan: notices issued, charged, received (国办函〔2020〕109号; reported in part six)."""
    rows = (
        RequestEvent.objects.fees_in(agency, year).order_by().values_list("kind").annotate(Count("pk"), Sum("amount"))
    )
    by_kind = {kind: (number, amount or Decimal(0)) for kind, number, amount in rows}
    notices, charged = by_kind.get(EventKind.FEE_NOTICE, (0, Decimal(0)))
    _, received = by_kind.get(EventKind.FEE_PAID, (0, Decimal(0)))
    return {
        "information_fee_notices": notices,
        "information_fees_charged_yuan": decimal_text(charged),
        "information_fees_yuan": decimal_text(received),
    }
