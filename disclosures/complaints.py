"""我要纠错: lodged on the portal once however often it is sent, replied to, marked as spam; never deleted."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import access, calendars, counters, history, terms
from disclosures.areas import Action, Area
from disclosures.calendars import Moved
from disclosures.code_entry import digest_of
from disclosures.dates import told
from disclosures.gate.clearing import require_clean
from disclosures.keyed_hash import code_of, keyed_hash
from disclosures.lights import light
from disclosures.models import Agency, Complaint
from disclosures.working_days import Calendar, CalendarNotCovered

FAMILY = "complaint"
UNDATED = "待定：到期日所在年节假日安排尚未载入"


@dataclass(frozen=True)
class Lodged:
    """What the reader takes away."""

    complaint: Complaint
    code: str


def number_for(year: int, serial: int) -> str:
    """纠错2026-0001."""
    return f"纠错{year}-{serial:04d}"


def due_on(received_on: date, calendar: Calendar | None = None) -> date | None:
    """None where the calendar does not reach so far."""
    try:
        return terms.complaint_due(received_on, settings.COMPLAINT_DAYS, calendar=calendar or calendars.current())
    except CalendarNotCovered:
        return None


@transaction.atomic
def lodge(
    *, agency: Agency, token: str, on: date, kind: str, text: str, page: str = "", contact: str = "", spam: bool = False
) -> Lodged:
    """Stores it with a number and a due day; ``token`` (of the opened form) sent again tells the same number and code.

    Raises ``ValidationError``.
    """
    calendar = calendars.current_for_writing()
    Agency.objects.select_for_update(of=("self",), no_key=True).get(pk=agency.pk)  # sendings come one by one
    submission = keyed_hash(f"{FAMILY}.submission", token)
    code = code_of(FAMILY, token)
    if known := Complaint.objects.filter(submission=submission, agency=agency).first():
        return Lodged(known, code)
    complaint = Complaint(
        agency=agency,
        number=number_for(on.year, counters.take(agency, FAMILY, on.year)[0]),
        kind=kind,
        page=page,
        text=text,
        contact=contact,
        code_digest=digest_of(FAMILY, code),
        submission=submission,
        received_on=on,
        due_on=due_on(on, calendar),
        is_spam=spam,
    )
    complaint.full_clean(exclude=["agency", "contact"])
    complaint.save()
    history.record(complaint, by=None, step="lodge", what="网民在网上提交")
    return Lodged(complaint, code)


def lodged(*, agency: Agency, token: str) -> Lodged | None:
    """What the form with ``token`` made; None where it made nothing."""
    found = Complaint.objects.filter(agency=agency, submission=keyed_hash(f"{FAMILY}.submission", token)).first()
    return Lodged(found, code_of(FAMILY, token)) if found else None


@transaction.atomic
def settle(*, complaint: Complaint, by: Any, on: date, reply: str, is_spam: bool) -> Complaint:
    """The reply, or the mark as spam, as the desk leaves it; the day is that of the first reply.

    Raises ``ValidationError`` without the power, for a reply taken back, or one with personal data in it.
    """
    stored = Complaint.objects.select_for_update(of=("self",)).select_related("agency").get(pk=complaint.pk)
    if not access.can(by, Action.CHANGE, Area.PUBLISHING, stored.agency):
        raise ValidationError("您没有答复网民纠错的权限")
    before, reply = Complaint.objects.get(pk=complaint.pk), reply.strip()
    if stored.reply and not reply:
        raise ValidationError({"reply": "答复已经发出，可以更正，不能删去"})
    require_clean({"答复": reply}, stored.agency)
    if reply and stored.replied_on is None:
        stored.replied_on, stored.replied_by = on, by
    stored.reply, stored.is_spam = reply, is_spam
    stored.version += 1
    stored.full_clean(exclude=["agency", "replied_by", "contact", "text"])
    stored.save()
    edits = history.edits(before, stored, ["reply", "is_spam"])
    if edits:
        what = "答复" if reply and not before.reply else f"修改：{'、'.join(edits)}"
        history.record(stored, by=by, step="settle", what=what, details={"edits": edits})
    return stored


def standing(complaint: Complaint, day: date) -> tuple[str, str]:
    """(tone, words): a light that is read, not only seen."""
    if complaint.replied_on:
        return "done", f"{told(complaint.replied_on)}已答复"
    if complaint.is_spam:
        return "done", "疑似垃圾信息"
    found = light(complaint.due_on, day, calendar=calendars.current())
    return found.tone, found.words


def redate(calendar: Calendar, *, store: bool = True) -> list[Moved]:
    """Every open complaint by ``calendar``; returns those whose last day is another one now."""
    return list(_redated(calendar, store))


def _redated(calendar: Calendar, store: bool) -> Iterator[Moved]:
    changed: dict[date | None, list[int]] = defaultdict(list)
    for complaint in Complaint.objects.open().only("number", "agency_id", "received_on", "due_on"):
        new = due_on(complaint.received_on, calendar)
        if new != complaint.due_on:
            changed[new].append(complaint.pk)
            note = "" if new else UNDATED
            yield Moved(str(complaint), complaint.due_on, new, note, Area.PUBLISHING, complaint.agency_id)
    if store:
        for day, keys in changed.items():
            Complaint.objects.filter(pk__in=keys).update(due_on=day)
