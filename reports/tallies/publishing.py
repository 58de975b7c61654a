"""Publications, documents, decisions and fees."""

from collections.abc import Iterator
from datetime import date

from django.db.models import Case, CharField, Q, Value, When

from disclosures.models import (
    AdministrativeDecision,
    ChannelKind,
    DutyKind,
    FeeCollection,
    Item,
    NormativeDocument,
    Publication,
)
from disclosures.models.decisions import TOTAL as SEVERAL
from disclosures.terms import PUBLICATION
from reports.cells import DECISION_KINDS, DOCUMENT_KINDS
from reports.tallies.base import AsText, Keys, MonthOf, Row, Scope, Tally, YearOf, judged

Counted = Iterator[tuple[int, str]]
PUBLICATIONS = "publications"
DOCUMENT_ROWS = {kind: row for row, kind in DOCUMENT_KINDS.items()}
DECISION_ROWS = {kind: row for row, kind in DECISION_KINDS.items()}


def tallies(scope: Scope) -> list[Tally]:
    within = (scope.first, scope.last)
    decisions = AdministrativeDecision.objects.of(scope.agency).filter(decided_on__range=within)
    kept = Case(
        When(Q(annulled_on__isnull=False) | ~Q(unpublished_reason=""), then=Value("withheld")),
        default=Value("unpublished"),
        output_field=CharField(),
    )
    return [
        Tally(
            PUBLICATIONS,
            # Last year's too, to compare with.
            Publication.objects.of(scope.agency).public_between(date(scope.years[0] - 1, 1, 1), scope.last),
            (
                MonthOf("published_on"),
                "channel__name",
                "channel__kind",
                "item__category__name",
                AsText("item__category__position"),
            ),
            _published,
        ),
        Tally(
            "items",
            Item.objects.of(scope.agency).public().filter(published_on__range=within),
            (AsText("formed_on"), AsText("published_on")),
            _became_public,
        ),
        Tally(
            "documents",
            NormativeDocument.objects.of(scope.agency).filter(issued_on__lte=scope.last),
            ("kind", YearOf("issued_on"), YearOf("repealed_on"), YearOf("lapsed_on")),
            _documents,
        ),
        Tally(
            "interpretations",
            NormativeDocument.objects.of(scope.agency).filter(issued_on__range=within).with_interpretation(),
            (scope.year_within("issued_on"), AsText("counted_from"), AsText("interpreted_on"), "interpretation_waived"),
            _interpreted,
        ),
        Tally("decisions", decisions, (scope.year_within("decided_on"), "kind"), _decided, weight="quantity"),
        Tally(
            "publicity",
            decisions.exclude(SEVERAL),
            (AsText("decided_on"), AsText("published_on"), kept),
            _made_public,
        ),
        Tally(
            "fees",
            FeeCollection.objects.of(scope.agency).filter(collected_on__range=within),
            (scope.year_within("collected_on"),),
            _collected,
            weight="amount",
        ),
    ]


def print_order(row: Row) -> tuple[int, str, str]:
    """Columns of the website as the office has arranged them, then channels by name."""
    _, channel, _, category, position = row.keys[:5]
    return int(position or 0), str(category), str(channel)


def _published(scope: Scope, keys: Keys) -> Counted:
    month, channel, kind, category, _ = keys[:5]
    year, month_of_year = int(month[:4]), int(month[5:])
    if year + 1 in scope.years:
        yield year + 1, f"counts.items.last_year_by_channel_kind.{kind}"
    if year in scope.years:
        yield year, f"counts.items.by_channel.{channel}"
        yield year, f"counts.items.by_category.{category}"
        yield year, f"counts.items.by_channel_kind.{kind}"
        yield year, f"counts.items.by_month.{kind}.{month_of_year}"
        if kind == ChannelKind.WEBSITE:
            yield year, f"counts.items.website_by_category.{category}"


def _became_public(scope: Scope, keys: Keys) -> Counted:
    """条例 Art. 26, of what was first published in the year."""
    formed, published = keys[:2]
    standing = judged(formed, str(published), PUBLICATION, scope.calendar)
    yield int(published[:4]), f"counts.publication_clock.{standing}"


def _documents(scope: Scope, keys: Keys) -> Counted:
    """The day of repeal or lapse is the first without force, so that its year tells everything."""
    row = f"proactive.{DOCUMENT_ROWS[keys[0]]}"
    issued, repealed, lapsed = (int(year) if year else 9999 for year in keys[1:4])
    for year in scope.years:
        if issued == year:
            yield year, f"{row}.issued"
        if repealed == year:
            yield year, f"{row}.repealed"
        if issued <= year < min(repealed, lapsed):
            yield year, f"{row}.in_force"


def _interpreted(scope: Scope, keys: Keys) -> Counted:
    issued, public_since, interpreted, waived = keys[:4]
    standing = "waived" if waived else "none"
    if interpreted:
        standing = judged(public_since, interpreted, scope.terms[DutyKind.INTERPRETATION], scope.calendar)
    yield int(issued), f"counts.interpretations.{standing}"


def _decided(scope: Scope, keys: Keys) -> Counted:
    yield int(keys[0]), f"proactive.{DECISION_ROWS[keys[1]]}"


def _made_public(scope: Scope, keys: Keys) -> Counted:
    decided, published, standing = keys[:3]
    if published:
        standing = judged(decided, published, scope.terms[DutyKind.PUBLICITY], scope.calendar)
    yield int(decided[:4]), f"counts.decisions.{standing}"


def _collected(scope: Scope, keys: Keys) -> Counted:
    yield int(keys[0]), "proactive.fees_wan_yuan"
