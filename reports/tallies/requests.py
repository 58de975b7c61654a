"""Requests, their steps, disputes and proposals."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Case, CharField, F, Q, Value, When

from reports.tallies.base import AsText, Keys, Scope, Tally, YearOf
from requests_app.enums import DisputeKind, EventKind, ProposalKind, ProposalRole
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent
from requests_app.models.disputes import REFUSALS
from requests_app.outcomes import REVIEW_FIRST_SINCE, Outcome, row_of

Counted = Iterator[tuple[int, str]]
DAYS = "days"

# Steps that are counted, by the day of the step; those with money count their yuan too.
STEPS = {
    EventKind.EXTENDED: ("counts.requests.extended",),
    EventKind.CORRECTION_ASKED: ("counts.requests.correction_asked",),
    EventKind.CORRECTION_RECEIVED: ("counts.requests.corrected",),
    EventKind.FEE_NOTICE: ("counts.information_fee_notices", "counts.information_fees_charged_yuan"),
    EventKind.FEE_PAID: ("counts.information_fees_yuan",),
}


def _first_of(*cases: tuple[Q, str], otherwise: str) -> Case:
    whens = [When(condition, then=Value(name)) for condition, name in cases]
    return Case(*whens, default=Value(otherwise), output_field=CharField())


def tallies(scope: Scope) -> list[Tally]:
    requests = DisclosureRequest.objects.of(scope.agency)
    answered = requests.filter(answered_on__range=(scope.first, scope.last))
    standing = _first_of(
        (Q(due_on__isnull=True), "without_due"), (Q(answered_on__gt=F("due_on")), "late"), otherwise="in_time"
    )
    received = scope.year_of("received_on")
    # Whatever was open at the turn of a year is answered later or still open: two ranges of one index. Keys that
    # differ most come first, and the days in the order of the index: both make grouping cheaper.
    return [
        Tally(
            "answered",
            answered,
            ("outcome", "applicant_kind", standing, received, scope.year_within("answered_on")),
            _requests,
        ),
        Tally(
            "later",
            requests.filter(answered_on__gt=scope.last, received_on__lte=scope.last),
            ("applicant_kind", received),
            _open,
        ),
        Tally("open", requests.open().filter(received_on__lte=scope.last), ("applicant_kind", received), _open),
        Tally(
            "channels",
            requests.filter(received_on__range=(scope.first, scope.last)),
            ("channel", scope.year_within("received_on")),
            _came,
        ),
        Tally(DAYS, answered, (AsText("answered_on"), AsText("received_on")), None),
        _steps(scope),
        _disputes(scope),
        _proposals(scope),
    ]


def _requests(scope: Scope, keys: Keys) -> Counted:
    """Answered within the years; those received before them were carried in."""
    outcome, kind, standing, received, answered = keys[:5]
    year = int(answered)
    yield from _while_open(scope, kind, int(received), year)
    yield year, f"requests.{row_of(Outcome(outcome))}.{kind}"
    yield year, f"counts.timeliness.{standing}"


def _open(scope: Scope, keys: Keys) -> Counted:
    """Open at the end of the last year."""
    kind, received = keys[:2]
    yield from _while_open(scope, kind, int(received), 9999)


def _while_open(scope: Scope, kind: str | None, came: int, left: int) -> Counted:
    for year in scope.years:
        if came == year:
            yield year, f"requests.new.{kind}"
        if came < year <= left:
            yield year, f"requests.carried_in.{kind}"
        if came <= year < left:
            yield year, f"requests.carried_out.{kind}"


def _came(scope: Scope, keys: Keys) -> Counted:
    yield int(keys[1]), f"counts.requests.by_channel.{keys[0]}"


def _steps(scope: Scope) -> Tally:
    steps = RequestEvent.objects.filter(
        request__agency=scope.agency, kind__in=list(STEPS), on__range=(scope.first, scope.last)
    )

    def codes(scope: Scope, keys: Keys) -> Counted:
        for code in STEPS[EventKind(keys[1])]:
            yield int(keys[0]), code

    return Tally("steps", steps, (scope.year_within("on"), "kind"), codes, weight="amount")


def _disputes(scope: Scope) -> Tally:
    skipped = Q(
        kind=DisputeKind.LITIGATION_DIRECT,
        request__outcome__in=REFUSALS,
        request__answered_on__gte=REVIEW_FIRST_SINCE,
    )
    still: Any = Q(closed_on__isnull=True) | Q(closed_on__gte=scope.first)
    cases = Dispute.objects.of(scope.agency).filter(still, accepted_on__lte=scope.last)
    keys = (YearOf("accepted_on"), YearOf("closed_on"), "kind", "result", _first_of((skipped, "yes"), otherwise=""))
    return Tally("disputes", cases, keys, _case)


def _case(scope: Scope, keys: Keys) -> Counted:
    """A case is counted in the year it was concluded in, and as pending at the end of every year before."""
    accepted, closed, kind, result, skipped = keys[:5]
    came, left = int(accepted), int(closed) if closed else 9999
    for year in scope.years:
        if left == year or came <= year < left:
            yield year, f"disputes.{kind}.{result if left == year else 'pending'}"
            if skipped:
                yield year, "counts.direct_suits_needing_review"


def _proposals(scope: Scope) -> Tally:
    """Assigned in the year. Those only assisted with are counted apart from those answered."""
    found = Proposal.objects.of(scope.agency).filter(assigned_on__range=(scope.first, scope.last))
    standing = _first_of(
        (Q(answered_on__isnull=True), "unanswered"),
        (Q(due_on__isnull=True), "answered_without_due"),
        (Q(answered_on__gt=F("due_on")), "answered_late"),
        otherwise="answered_in_time",
    )
    public = _first_of((Q(is_public=True), "public"), otherwise="")
    return Tally(
        "proposals", found, (scope.year_within("assigned_on"), "kind", "role", "satisfaction", public, standing), _given
    )


def _given(scope: Scope, keys: Keys) -> Counted:
    year, kind, role, satisfaction, public, standing = keys
    names = [ProposalKind(kind).value + ("_assisted" if role == ProposalRole.ASSIST else ""), standing]
    if standing != "unanswered":
        names.append("answered")
    if public:
        names.append(public)
    if satisfaction:
        names.append(f"rated_{satisfaction}")
    for name in names:
        yield int(year), f"counts.proposals.{name}"
