"""A form that writes once, however often it is sent: a double press, the back button, a page loaded again."""

from secrets import token_hex

from django.contrib.sessions.models import Session
from django.http import HttpRequest

REMEMBERED = 50  # of one person's latest forms
KEPT = "forms_written"


def ticket() -> str:
    """For a hidden field of the form."""
    return token_hex(8)


def spend(request: HttpRequest, ticket: str) -> bool:
    """Is this the first time that the form comes? To be asked in the transaction that writes.

    What the form writes and that it was written stand or fall together. A form without a ticket is not remembered.
    """
    if not ticket:
        return True
    session = request.session
    Session.objects.select_for_update().filter(session_key=session.session_key).first()
    stored: list[str] = type(session)(session.session_key).get(KEPT, [])
    if ticket in stored:
        return False
    session[KEPT] = [*stored, ticket[:40]][-REMEMBERED:]
    session.save()
    return True
