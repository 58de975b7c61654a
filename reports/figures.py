"""The numbers of an agency's year, by a fixed number of grouped queries whatever the rows."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from disclosures.models import (
    AdministrativeDecision,
    Agency,
    ChannelKind,
    FeeCollection,
    NormativeDocument,
    Publication,
)
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
from requests_app.outcomes import Outcome, first_review_needed, row_of

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
    return Figures(
        year=year,
        tables={
            "proactive": _proactive(agency, year),
            "requests": _requests(agency, year),
            "disputes": _disputes(agency, year),
        },
        counts={
            "items": _items(agency, year),
            "proposals": _proposals(agency, year),
            "direct_suits_needing_review": _direct_suits_needing_review(agency, year),
            **_information_fees(agency, year),
        },
    )


def _proactive(agency: Agency, year: int) -> dict[str, Any]:
    documents = NormativeDocument.objects.of(agency)
    issued, repealed, in_force = (
        dict(records.order_by().values_list("kind").annotate(Count("pk")))
        for records in (
            documents.issued_in(year),
            documents.repealed_in(year),
            documents.in_force_on(date(year, 12, 31)),
        )
    )
    decisions = dict(
        AdministrativeDecision.objects.of(agency).made_in(year).order_by().values_list("kind").annotate(Sum("quantity"))
    )
    fees = FeeCollection.objects.of(agency).collected_in(year).aggregate(yuan=Sum("amount"))["yuan"]
    return {
        **{
            row: {"issued": issued.get(kind, 0), "repealed": repealed.get(kind, 0), "in_force": in_force.get(kind, 0)}
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


def _disputes(agency: Agency, year: int) -> dict[str, dict[str, int]]:
    table = {group: dict.fromkeys(DISPUTE_RESULTS, 0) for group in DISPUTE_GROUPS}
    disputes = Dispute.objects.of(agency).order_by()
    concluded = disputes.concluded_in(year).values_list("kind", "result").annotate(Count("pk"))
    pending = disputes.pending_after(year).values_list("kind").annotate(Count("pk"))
    for kind, result, number in [*concluded, *((kind, "pending", number) for kind, number in pending)]:
        table[kind][result] += number
        table[kind][TOTAL] += number
    return table


def _items(agency: Agency, year: int) -> dict[str, Any]:
    """Publications of the year by channel and category, and those of the year before on the same kind of channel."""
    by_channel: dict[str, int] = {}
    by_category: dict[str, int] = {}
    by_kind = dict.fromkeys(ChannelKind.values, 0)
    website: dict[str, int] = {}
    publications = Publication.objects.of(agency).order_by()
    rows = (
        publications.made_in(year)
        .values_list("channel__name", "channel__kind", "item__category__name", "item__category__position")
        .annotate(Count("pk"))
        .order_by("item__category__position", "item__category__name")
    )
    for channel, kind, category, _, number in rows:
        by_channel[channel] = by_channel.get(channel, 0) + number
        by_category[category] = by_category.get(category, 0) + number
        by_kind[kind] += number
        if kind == ChannelKind.WEBSITE:
            website[category] = website.get(category, 0) + number
    before = dict(publications.made_in(year - 1).values_list("channel__kind").annotate(Count("pk")))
    return {
        "total": sum(by_channel.values()),
        "by_channel": by_channel,
        "by_category": by_category,
        "by_channel_kind": by_kind,
        "website_by_category": website,
        "last_year_by_channel_kind": {kind: before.get(kind, 0) for kind in ChannelKind.values},
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


def _direct_suits_needing_review(agency: Agency, year: int) -> int:
    """Suits brought without review although the answer they attack is a refusal that needs one (复议法 Art. 23)."""
    suits = Dispute.objects.of(agency).filter(kind=DisputeKind.LITIGATION_DIRECT)
    refusals = [outcome for outcome in Outcome if first_review_needed(outcome)]
    return (
        (suits.concluded_in(year) | suits.pending_after(year))
        .filter(request__outcome__in=refusals, request__answered_on__gte=date(2024, 1, 1))
        .count()
    )
