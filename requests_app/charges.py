"""What one request may cost, counted from the applicant's requests in the calendar month (国办函〔2020〕109号)."""

from calendar import monthrange
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from requests_app import fees
from requests_app.enums import FeeMethod
from requests_app.models import DisclosureRequest, LetterState
from requests_app.outcomes import Outcome

MOST_COMPARED = 50  # newest requests of the same applicant
SIMILAR = 0.6


def place_in_month(request: DisclosureRequest) -> int:
    """The how-manieth request of this applicant to this agency in the calendar month of receipt (Art. 4)."""
    day = request.received_on
    if day is None:
        return 0
    last = date(day.year, day.month, monthrange(day.year, day.month)[1])
    rows = DisclosureRequest.objects.filter(
        agency_id=request.agency_id,
        applicant_name=request.applicant_name,
        applicant_kind=request.applicant_kind,
        received_on__range=(day.replace(day=1), last),
    ).order_by("received_on", "id")
    # One name, two people: only the proof of identity tells them apart.
    keys = [pk for pk, identity in rows.values_list("pk", "id_number") if identity == request.id_number]
    return keys.index(request.pk) + 1 if request.pk in keys else len(keys) + 1


def charge(request: DisclosureRequest, method: FeeMethod, pages: int) -> tuple[int, int]:
    """(units, yuan) of this one request: by item what it adds to the month's sum, by page what its pages cost."""
    if method == FeeMethod.BY_PAGE:
        return pages, fees.by_page(pages)
    place = place_in_month(request)
    return place, fees.by_item(place) - fees.by_item(max(place - 1, 0))


def count_told(request: DisclosureRequest) -> str:
    place = place_in_month(request)
    yuan = charge(request, FeeMethod.BY_ITEM, 0)[1]
    return f"本件是该申请人本自然月内的第{place}件，按件应收{yuan}元；按量每件{fees.FREE_PAGES}页以内不收费"


def possible_repeats(request: DisclosureRequest) -> list[tuple[DisclosureRequest, int]]:
    """Other requests of the same applicant with a similar text, most similar first, with the likeness in percent."""
    others = (
        DisclosureRequest.objects.filter(agency_id=request.agency_id, applicant_name=request.applicant_name)
        .exclude(pk=request.pk)
        .only("number", "description", "received_on", "answered_on", "outcome")
        .order_by("-id")[:MOST_COMPARED]
    )
    found = [
        (other, round(100 * ratio))
        for other in others
        if (ratio := _likeness(request.description[:500], other.description[:500])) >= SIMILAR
    ]
    return sorted(found, key=lambda pair: -pair[1])[:5]


def _likeness(one: str, other: str) -> float:
    """0 to 1; below ``SIMILAR`` only an upper bound, which is quicker to have."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    quick = matcher.quick_ratio()
    return quick if quick < SIMILAR else matcher.ratio()


def earlier_answer(request: DisclosureRequest) -> dict[str, Any]:
    """What the letter on a repeated request cites: the latest answered one with a similar text."""
    for other, _ in possible_repeats(request):
        letter = other.letters.filter(state=LetterState.SENT).exclude(outcome="").order_by("-sent_on").first()
        if other.answered_on and letter and letter.outcome != Outcome.REJECT_REPEAT:
            return {"earlier_number": letter.number, "earlier_on": letter.sent_on}
    return {}
