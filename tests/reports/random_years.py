"""Random ledgers over three years, and what a report of a year must say of them, recounted one record after another."""

from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from statistics import mean, median

from disclosures import calendars
from disclosures.models import (
    AdministrativeDecision,
    DecisionKind,
    DocumentKind,
    FeeCollection,
    Item,
    NormativeDocument,
    Publication,
)
from disclosures.working_days import CalendarNotCovered
from requests_app.enums import (
    ApplicantKind,
    DisputeKind,
    DisputeResult,
    EventKind,
    ProposalKind,
    ProposalRole,
    RequestChannel,
    RequestState,
    Satisfaction,
)
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent
from requests_app.outcomes import Outcome, first_review_needed, row_of
from tests.factories.disclosures import CategoryFactory, ChannelFactory

FIRST, LAST = date(2021, 1, 1), date(2023, 12, 31)  # the years asked for; records reach a year beyond either


def fill(agency, chance, number):
    """``number`` records in each ledger of ``agency``."""

    def day(first=date(2020, 1, 1), last=date(2024, 12, 31)):
        return first + timedelta(days=chance.randrange((last - first).days + 1))

    def after(first, most=400):
        return first + timedelta(days=int(most * chance.random() ** 3))

    def maybe(make, *arguments, share=0.6):
        return make(*arguments) if chance.random() < share else None

    _requests(agency, chance, number, day, after, maybe)
    _publishing(agency, chance, number, day, after, maybe)


def _requests(agency, chance, number, day, after, maybe):
    for place in range(number):
        received = maybe(day, share=0.95)
        closed = maybe(after, received, share=0.7) if received else None
        case = DisclosureRequest.objects.create(
            agency=agency,
            number=f"R{place}",
            applicant_kind=chance.choice(ApplicantKind.values),
            applicant_name="示例",
            channel=chance.choice(RequestChannel.values),
            received_on=received,
            answered_on=closed,
            outcome=chance.choice(Outcome.values) if closed else "",
            state=RequestState.CLOSED if closed else RequestState.HANDLING,
            due_on=maybe(after, received, 60) if received else None,
            description="示例",
        )
        for kind in chance.sample(
            [
                EventKind.EXTENDED,
                EventKind.CORRECTION_ASKED,
                EventKind.CORRECTION_RECEIVED,
                EventKind.FEE_NOTICE,
                EventKind.FEE_PAID,
            ],
            chance.randrange(4),
        ):
            money = kind in (EventKind.FEE_NOTICE, EventKind.FEE_PAID) and chance.random() < 0.8
            RequestEvent.objects.create(
                request=case,
                kind=kind,
                on=after(received or day()),
                days=5 if kind == EventKind.EXTENDED else None,
                amount=Decimal(chance.randrange(100_000)) / 100 if money else None,
            )
        accepted = day()
        over = maybe(after, accepted, 500)
        Dispute.objects.create(
            agency=agency,
            kind=chance.choice(DisputeKind.values),
            case_number=str(place),
            accepted_on=accepted,
            closed_on=over,
            result=chance.choice(DisputeResult.values) if over else "",
            request=case if chance.random() < 0.5 else None,
        )
        assigned = day()
        answered = maybe(after, assigned, 200)
        Proposal.objects.create(
            agency=agency,
            kind=chance.choice(ProposalKind.values),
            number=str(place),
            title="示例",
            role=chance.choice(ProposalRole.values),
            assigned_on=assigned,
            answered_on=answered,
            due_on=maybe(after, assigned, 200, share=0.9),
            satisfaction=chance.choice(["", *Satisfaction.values]) if answered else "",
            is_public=chance.random() < 0.4,
        )


def _publishing(agency, chance, number, day, after, maybe):
    channels = [ChannelFactory(agency=agency, name=f"www.{kind}.cn", kind=kind) for kind in ("website", "wechat")]
    categories = [CategoryFactory(agency=agency, position=position) for position in (2, 1)]
    items = []
    for _ in range(number):
        formed, published = maybe(day, share=0.8), day()
        item = Item.objects.create(
            agency=agency,
            category=chance.choice(categories),
            title="示例",
            formed_on=formed,
            published_on=max(after(formed, 60), formed) if formed else published,
            state=chance.choice(["published", "published", "published", "withdrawn"]),
            openness=chance.choice(["proactive", "proactive", "proactive", "closed"]),
        )
        items.append(item)
        for channel in channels:
            if chance.random() < 0.7:
                Publication.objects.create(item=item, channel=channel, published_on=day())
    for place in range(number):
        issued = day()
        document = NormativeDocument.objects.create(
            agency=agency,
            kind=chance.choice(DocumentKind.values),
            title="示例",
            number=str(place),
            issued_on=issued,
            published_on=maybe(after, issued, 30),
            repealed_on=maybe(after, issued, 900, share=0.4),
            lapsed_on=maybe(after, issued, 900, share=0.4),
            item=chance.choice([None, *items]),
            interpretation_waived=chance.choice(["", "", "示例"]),
        )
        document.interpretations.set(chance.sample(items, min(len(items), chance.randrange(3))))
        decided = day()
        AdministrativeDecision.objects.create(
            agency=agency,
            kind=chance.choice(DecisionKind.values),
            decided_on=decided,
            quantity=chance.choice([1, 1, 1, 7]),
            is_total=chance.random() < 0.1,
            published_on=maybe(after, decided, 30),
            unpublished_reason=chance.choice(["", "", "示例"]),
        )
        FeeCollection.objects.create(
            agency=agency, name="示例", collected_on=day(), amount=Decimal(chance.randrange(10**8)) / 100
        )


def recount(agency, year):
    """(code → number or amount, days taken) of the year; nothing that is zero."""
    found = Counter()
    calendar, end = calendars.current(), date(year, 12, 31)

    def within(day):
        return day is not None and day.year == year

    def standing(start, done, days):
        try:
            due = calendar.after(start, days) if days else start
        except (CalendarNotCovered, AttributeError):
            return "undated"
        return "in_time" if done <= due else "late"

    taken = []
    for case in DisclosureRequest.objects.filter(agency=agency):
        kind, received, closed = case.applicant_kind, case.received_on, case.answered_on
        if within(received):
            found[f"requests.new.{kind}"] += 1
            found[f"counts.requests.by_channel.{case.channel}"] += 1
        for row, turn in (("carried_in", date(year - 1, 12, 31)), ("carried_out", end)):
            if received and received <= turn and (closed is None or closed > turn):
                found[f"requests.{row}.{kind}"] += 1
        if within(closed):
            found[f"requests.{row_of(Outcome(case.outcome))}.{kind}"] += 1
            due = case.due_on
            stands = "without_due" if due is None else "late" if closed > due else "in_time"
            found[f"counts.timeliness.{stands}"] += 1
            taken.append((received, closed))
    for step in RequestEvent.objects.filter(request__agency=agency):
        if within(step.on):
            for code in {
                EventKind.EXTENDED: ["counts.requests.extended"],
                EventKind.CORRECTION_ASKED: ["counts.requests.correction_asked"],
                EventKind.CORRECTION_RECEIVED: ["counts.requests.corrected"],
                EventKind.FEE_NOTICE: ["counts.information_fee_notices", "counts.information_fees_charged_yuan"],
                EventKind.FEE_PAID: ["counts.information_fees_yuan"],
            }[step.kind]:
                found[code] += (step.amount or 0) if "yuan" in code else 1
    for case in Dispute.objects.filter(agency=agency).select_related("request"):
        pending = case.accepted_on <= end and (case.closed_on is None or case.closed_on > end)
        if pending or within(case.closed_on):
            found[f"disputes.{case.kind}.{'pending' if pending else case.result}"] += 1
            refused = case.request and case.request.outcome and first_review_needed(Outcome(case.request.outcome))
            if case.kind == "litigation_direct" and refused and case.request.answered_on.year >= 2024:
                found["counts.direct_suits_needing_review"] += 1
    for each in Proposal.objects.filter(agency=agency):
        if within(each.assigned_on):
            found[f"counts.proposals.{each.kind}{'_assisted' if each.role == 'assist' else ''}"] += 1
            if each.is_public:
                found["counts.proposals.public"] += 1
            if each.satisfaction:
                found[f"counts.proposals.rated_{each.satisfaction}"] += 1
            stands = "unanswered"
            if each.answered_on:
                found["counts.proposals.answered"] += 1
                in_time = each.due_on and each.answered_on <= each.due_on
                stands = "answered_without_due" if not each.due_on else f"answered_{'in_time' if in_time else 'late'}"
            found[f"counts.proposals.{stands}"] += 1
    for each in Publication.objects.filter(item__agency=agency).select_related("item__category", "channel"):
        if each.item.state != "published" or each.item.openness != "proactive":
            continue
        kind, category = each.channel.kind, each.item.category.name
        if each.published_on.year == year - 1:
            found[f"counts.items.last_year_by_channel_kind.{kind}"] += 1
        if within(each.published_on):
            found["counts.items.total"] += 1
            found[f"counts.items.by_channel.{each.channel.name}"] += 1
            found[f"counts.items.by_category.{category}"] += 1
            found[f"counts.items.by_channel_kind.{kind}"] += 1
            found[f"counts.items.by_month.{kind}.{each.published_on.month}"] += 1
            if kind == "website":
                found[f"counts.items.website_by_category.{category}"] += 1
    for item in Item.objects.filter(agency=agency, state="published", openness="proactive"):
        if within(item.published_on):
            found[f"counts.publication_clock.{standing(item.formed_on, item.published_on, 20)}"] += 1
    for document in NormativeDocument.objects.filter(agency=agency).select_related("item"):
        row = "proactive.regulations" if document.kind == "regulation" else "proactive.normative_documents"
        found[f"{row}.issued"] += within(document.issued_on)
        found[f"{row}.repealed"] += within(document.repealed_on)
        gone = [day for day in (document.repealed_on, document.lapsed_on) if day]
        found[f"{row}.in_force"] += document.issued_on <= end and all(day > end for day in gone)
        if within(document.issued_on):
            told = [
                item.published_on
                for item in document.interpretations.all()
                if item.state == "published" and item.openness == "proactive"
            ]
            since = document.published_on or (document.item.published_on if document.item else document.issued_on)
            stands = "waived" if document.interpretation_waived else "none"
            found[f"counts.interpretations.{standing(since, min(told), 0) if told else stands}"] += 1
    for decision in AdministrativeDecision.objects.filter(agency=agency):
        if within(decision.decided_on):
            row = {"licence": "licensing", "penalty": "penalties", "coercion": "coercion"}[decision.kind]
            found[f"proactive.{row}"] += decision.quantity
            if decision.quantity == 1 and not decision.is_total:
                stands = "withheld" if decision.unpublished_reason else "unpublished"
                if decision.published_on:
                    stands = standing(decision.decided_on, decision.published_on, 7)
                found[f"counts.decisions.{stands}"] += 1
    for fee in FeeCollection.objects.filter(agency=agency):
        if within(fee.collected_on):
            found["proactive.fees_wan_yuan"] += fee.amount
    return {code: value for code, value in found.items() if value}, _days(taken, calendar)


def _days(taken, calendar):
    told = {}
    for unit, count in (
        ("calendar", lambda first, last: (last - first).days),
        ("working", lambda first, last: len(calendar.between(first, last))),
    ):
        try:
            days = [count(first, last) for first, last in taken]
        except CalendarNotCovered:
            days = []
        told[f"mean_{unit}_days"] = round(Decimal(mean(map(Decimal, days))), 1) if days else None
        told[f"median_{unit}_days"] = Decimal(median(days)) if days else None
    return told
