"""The days that an application would have, were its receipt confirmed on a given day: an example, told as one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from disclosures.working_days import Calendar, CalendarNotCovered
from requests_app import clocks


@dataclass(frozen=True)
class Outlook:
    """Last days for asking for correction (条例 Art. 30) and for the answer, plain and extended (Art. 33).

    A day is None where it needs a year whose notice is not loaded; ``missing`` is the first such year.
    """

    confirmed_on: date
    correction: date | None
    answer: date | None
    extended: date | None
    missing: int | None


def outlook(day: date, *, calendar: Calendar) -> Outlook:
    missing: list[int] = []

    def counted(count: Callable[..., date], **options: int) -> date | None:
        try:
            return count(day, calendar=calendar, **options)
        except CalendarNotCovered as fault:
            missing.append(fault.year)
            return None

    return Outlook(
        confirmed_on=day,
        correction=counted(clocks.correction_notice_due),
        answer=counted(clocks.answer_due),
        extended=counted(clocks.answer_due, extension=clocks.LONGEST_EXTENSION),
        missing=missing[0] if missing else None,
    )
