"""The periods of publishing; pure. Working days; the day on which a period begins is day 0 and not counted."""

from datetime import date

from disclosures.working_days import PUBLISHED, Calendar

PUBLICATION = 20  # 条例 Art. 26


def publication_due(formed_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to publish: 20 working days after the information was formed or changed (条例 Art. 26).

    Raises ``CalendarNotCovered`` where it needs a year without a notice.
    """
    return (calendar or PUBLISHED).after(formed_on, PUBLICATION)
