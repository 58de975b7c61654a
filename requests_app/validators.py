"""What a field of a record may hold: the form asks the ledger's own widgets, so that both refuse the same."""

from datetime import date

from django.core.exceptions import ValidationError

from disclosures.ledger.widgets import Day, Text


def plausible_day(day: date) -> None:
    """A day of our time: a year mistyped would move every term that is counted from it."""
    try:
        Day().clean(day)
    except ValueError as fault:
        raise ValidationError(str(fault)) from None


def printable(text: str) -> None:
    """No control characters, no error values or numbers that a spreadsheet has rewritten."""
    try:
        Text().clean(text)
    except ValueError as fault:
        raise ValidationError(str(fault)) from None
