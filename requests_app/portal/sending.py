"""The last press of the button: the draft becomes a case in one transaction, or stays a draft."""

from datetime import date, datetime

from django.db import transaction

from disclosures.models import Agency
from requests_app import online
from requests_app.portal import drafts, questions
from requests_app.portal.drafts import Content, Gone

__all__ = ["ChangedMeanwhile", "Gone", "send"]


class ChangedMeanwhile(Exception):
    """The answers are not those that were shown for checking."""


@transaction.atomic
def send(*, agency: Agency, key: str, seen: str, address: str, now: datetime, today: date) -> online.Sent:
    """Sends what was ``seen``. Sent again, by a second press, an old page or after a lost answer, it tells the same.

    Raises ``Gone``, ``ChangedMeanwhile``, ``online.QuotaExceeded``, and ``ValidationError`` while a question is open.
    """
    draft = drafts.find(agency, key, now, lock=True)
    # Asked once the draft is ours: whoever had it before us has ended, with a case or without.
    if sent := online.sent_with(agency, key):
        return sent
    if draft is None:
        raise Gone
    content = Content.of(draft)
    if content.seen_as(key) != seen:
        raise ChangedMeanwhile
    sent = online.receive(
        request=questions.request_of(agency, content.answers, today),
        key=key,
        files=content.files,
        signs=content.signs,
        begun_at=draft.begun_at,
        now=now,
        address=address,
    )
    draft.delete()
    return sent
