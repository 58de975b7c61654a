"""The periods of publishing: information itself, the interpretation of a document, a decision; pure.

The day on which a period begins is not counted (民事诉讼法 Art. 85); the last day belongs to the period. Each number
has its source beside it; where places differ it is only the usual one, and an agency's own is a row.
"""

from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from disclosures.working_days import Calendar, CalendarNotCovered, add_working_days, last_working_day_on_or_before

PUBLICATION = 20  # working days, 条例 Art. 26
# 国办发〔2016〕80号: interpretation and document are organised, signed and published in step.
INTERPRETATION_DAYS = 0
# 国办发〔2016〕19号: otherwise within three working days of the document's publication.
INTERPRETATION_LIMIT = 3
# 双公示 of licences and penalties: the usual seven working days, by local credit rules and therefore a reference only.
PUBLICITY_DAYS = 7
PUBLICITY_LIMIT = PUBLICATION
# 行政处罚法 Art. 48, 85: 三日 are working days.
WITHDRAWAL_DAYS = 3
# 我为政府网站找错: three working days, as offices know it from 国办发〔2017〕47号. From memory, no text was at hand:
# so it is a setting (COMPLAINT_DAYS), and readers are told it as the agency's own promise, not as law.
COMPLAINT_DAYS, COMPLAINT_LIMIT = 3, 20
LAPSE_NOTICE = 90  # calendar days before a document lapses; no law gives a number


def publication_due(formed_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to publish: 20 working days after the information was formed or changed (条例 Art. 26).

    Raises ``CalendarNotCovered`` where it needs a year without a notice.
    """
    return due_of(formed_on, PUBLICATION, calendar=calendar)


def interpretation_due(
    published_on: date, days: int = INTERPRETATION_DAYS, *, calendar: Calendar | None = None
) -> date:
    """The last day for the interpretation of a document made public on ``published_on``.

    ``days`` working days after it, 0 for the same day, 3 at most. Raises ``ValueError`` for another number,
    ``CalendarNotCovered``.
    """
    if not 0 <= days <= INTERPRETATION_LIMIT:
        raise ValueError(f"政策解读最迟在文件公布后{INTERPRETATION_LIMIT}个工作日内")
    return due_of(published_on, days, calendar=calendar)


def publicity_due(decided_on: date, days: int = PUBLICITY_DAYS, *, calendar: Calendar | None = None) -> date:
    """The last day to publish a decision: ``days`` working days after ``decided_on``; a reference, not a statute.

    Raises ``ValueError`` below 1 or beyond the 20 of 条例 Art. 26, ``CalendarNotCovered``.
    """
    if not 1 <= days <= PUBLICITY_LIMIT:
        raise ValueError(f"公示期限应在1至{PUBLICITY_LIMIT}个工作日之间")
    return due_of(decided_on, days, calendar=calendar)


def withdrawal_due(annulled_on: date, *, calendar: Calendar | None = None) -> date:
    """The last day to take a published decision down once it is changed or annulled (行政处罚法 Art. 48).

    Three working days after ``annulled_on``. Raises ``CalendarNotCovered``.
    """
    return due_of(annulled_on, WITHDRAWAL_DAYS, calendar=calendar)


def complaint_due(received_on: date, days: int = COMPLAINT_DAYS, *, calendar: Calendar | None = None) -> date:
    """The last day to reply to what a reader found wrong: ``days`` working days after it came in.

    Raises ``ValueError`` below 1 or beyond 20, ``CalendarNotCovered``.
    """
    if not 1 <= days <= COMPLAINT_LIMIT:
        raise ValueError(f"网民纠错的答复期限应在1至{COMPLAINT_LIMIT}个工作日之间")
    return due_of(received_on, days, calendar=calendar)


def due_of(start: date, days: int, *, calendar: Calendar | None = None) -> date:
    """``days`` working days after ``start``; ``start`` itself for 0, worked or not. Raises ``CalendarNotCovered``."""
    return add_working_days(start, days, calendar=calendar) if days else start


def latest_start(until: date, days: int, *, calendar: Calendar | None = None) -> date:
    """The last start whose period of ``days`` working days has ended by ``until`` (included).

    The mirror of ``due_of``: due_of(start) ≤ until exactly where start ≤ latest_start(until). So rows can be found by
    the day on which they began, whatever the calendar, without a stored last day. Beyond the notices: calendar days.
    """
    if not days:
        return until
    last = until
    try:
        for place in range(days):
            last = last_working_day_on_or_before(last if not place else last - timedelta(days=1), calendar=calendar)
    except CalendarNotCovered:
        return until - timedelta(days=days)
    return last - timedelta(days=1)


def lapse_day(effective_on: date, years: int) -> date:
    """失效日期, the first day without force, of a document in force for ``years`` whole years from ``effective_on``.

    A suggestion: what the document itself says decides. From 29 February it ends with February.
    """
    day = effective_on + relativedelta(years=years)
    return day if day.day == effective_on.day else day + timedelta(days=1)
