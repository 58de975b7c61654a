"""What a field of a record may hold, the same for the form and for the ledger."""

from datetime import date

from django.core.exceptions import ValidationError

from disclosures.ledger.widgets import CONTROL, FIRST_YEAR, LAST_YEAR


def plausible_day(day: date) -> None:
    """A day of our time: a year mistyped would move every term that is counted from it."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(f"年份{day.year}不合理，请核对")


def printable(text: str) -> None:
    """No control characters, which no file that we print or export may hold."""
    if CONTROL.search(text):
        raise ValidationError("含有不可见的控制字符，请重新输入")
