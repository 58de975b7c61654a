"""The clocks of a request and of what may follow it; pure. Each period has a function of its own.

The day on which a period begins is day 0 and not counted. Working-day periods end on their last working day; periods
in calendar days or months end, when their last day is not worked, on the next working day (民事诉讼法 Art. 85). Every
function raises ``CalendarNotCovered`` where it needs a year without a notice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dateutil.relativedelta import relativedelta

from disclosures.dates import told
from disclosures.terms import publication_due as publication_due  # part of the clocks' public face
from disclosures.working_days import PUBLISHED, Calendar

# Working days, by articles of the 条例 unless said otherwise.
ANSWER = 20  # Art. 33 ¶2
LONGEST_EXTENSION = 20  # Art. 33 ¶2
CORRECTION_NOTICE = 7  # Art. 30
THIRD_PARTY = 15  # Art. 32, 34
PAYMENT = 20  # 国办函〔2020〕109号 Art. 6
REVIEW_ANSWER = {"simplified": 5, "ordinary": 10}  # 行政复议法 Art. 54, 48
# Calendar days and months.
REVIEW_DAYS = 60  # 行政复议法 Art. 20
SUIT_AFTER_REVIEW_DAYS = 15  # 行政诉讼法 Art. 45
SUIT_ANSWER_DAYS = 15  # 行政诉讼法 Art. 67
DIRECT_SUIT_MONTHS = 6  # 行政诉讼法 Art. 46
PROPOSAL_MONTHS = 3  # 代表法 Art. 51
DIFFICULT_PROPOSAL_MONTHS = 6  # 代表法 Art. 51
OPINION_MONTHS = 1  # an assisting organ's opinion to the lead: local rules, which commonly say so
REDO_MONTHS = 3  # a second answer after 不满意: local rules

Consultation = tuple[date, date]
"""(sent, returned): the working days after sending, up to and including the day the opinion arrives, do not count.

While an opinion is still out there is no last day: such a pair is refused."""


def answer_due(
    received_on: date,
    *,
    corrected_on: date | None = None,
    paid_on: date | None = None,
    consultations: Iterable[Consultation] = (),
    extension: int = 0,
    postponed_to: date | None = None,
    calendar: Calendar | None = None,
) -> date:
    """The last day for the answer (条例 Art. 33).

    20 working days, and ``extension`` (0–20 working days) more, from the day after receipt; anew from the day after the
    corrected request (Art. 30) or the payment (国办函〔2020〕109号 Art. 6) came in. Consultations are excluded as their
    union. A day postponed to under Art. 35 replaces all of this. Raises ``ValueError`` in Chinese for impossible input.
    The year of the day the count starts on need not be covered: that day is not counted.
    """
    start = _start(received_on, corrected_on, paid_on)
    if postponed_to is not None:
        if postponed_to <= start:
            raise ValueError("延迟答复的日期应当晚于起算日期")
        return postponed_to
    *_, (due, _, _) = _count(start, _period(extension), list(consultations), calendar or PUBLISHED)
    return due


def days_used(
    received_on: date,
    answered_on: date,
    *,
    corrected_on: date | None = None,
    paid_on: date | None = None,
    consultations: Iterable[Consultation] = (),
    calendar: Calendar | None = None,
) -> int:
    """Working days that the answer took, as ``answer_due`` counts them (条例 Art. 33); the day of the answer included.

    0 for an answer on the day the count starts or before it, as one given while a correction was awaited.
    """
    start, pairs = _start(received_on, corrected_on, paid_on), list(consultations)
    _check(pairs)
    if answered_on <= start:
        return 0
    worked = (calendar or PUBLISHED).between(start, answered_on)
    return sum(not _is_excluded(day, pairs) for day in worked)


def add_to_due(due_on: date | None, days: int, *, calendar: Calendar | None = None) -> date | None:
    """The last day after an extension of ``days`` working days (条例 Art. 33 ¶2); None while the first is not known."""
    return None if due_on is None else (calendar or PUBLISHED).after(due_on, days)


def correction_notice_due(received_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to ask for correction, once only: 7 working days after receipt (条例 Art. 30)."""
    return (calendar or PUBLISHED).after(received_on, CORRECTION_NOTICE)


def correction_due(asked_on: date, days: int, *, calendar: Calendar | None = None) -> date:
    """Last day for the applicant to correct: ``days`` working days as the notice set (条例 Art. 30 gives no number)."""
    return (calendar or PUBLISHED).after(asked_on, days)


def third_party_due(received_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day for the third party or joint producer: 15 working days after it received the letter (Art. 32, 34)."""
    return (calendar or PUBLISHED).after(received_on, THIRD_PARTY)


def payment_due(notified_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to pay: 20 working days after the notice was received (国办函〔2020〕109号 Art. 6)."""
    return (calendar or PUBLISHED).after(notified_on, PAYMENT)


def review_due(served_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to apply for review: 60 calendar days after service (行政复议法 Art. 20)."""
    return (calendar or PUBLISHED).on_or_after(served_on + timedelta(days=REVIEW_DAYS))


def suit_due_after_review(served_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to sue after a review decision: 15 calendar days after service (行政诉讼法 Art. 45)."""
    return (calendar or PUBLISHED).on_or_after(served_on + timedelta(days=SUIT_AFTER_REVIEW_DAYS))


def direct_suit_due(served_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day to sue without review: 6 calendar months after service (行政诉讼法 Art. 46)."""
    return (calendar or PUBLISHED).on_or_after(served_on + relativedelta(months=DIRECT_SUIT_MONTHS))


def review_answer_due(copy_received_on: date, *, simplified: bool, calendar: Calendar | None = None) -> date:
    """Last day for our answer to the review organ: 5 working days (simplified) or 10 (行政复议法 Art. 54, 48)."""
    days = REVIEW_ANSWER["simplified" if simplified else "ordinary"]
    return (calendar or PUBLISHED).after(copy_received_on, days)


def suit_answer_due(complaint_received_on: date, *, calendar: Calendar | None = None) -> date:
    """Last day for our answer to the court: 15 calendar days (行政诉讼法 Art. 67)."""
    return (calendar or PUBLISHED).on_or_after(complaint_received_on + timedelta(days=SUIT_ANSWER_DAYS))


def proposal_due(assigned_on: date, *, months: int = 3, calendar: Calendar | None = None) -> date:
    """Last day to answer a proposal: 3 calendar months after assignment, 6 for difficult ones (代表法 Art. 51)."""
    return (calendar or PUBLISHED).on_or_after(assigned_on + relativedelta(months=months))


def annual_report_due(year: int, *, government: bool = False, calendar: Calendar | None = None) -> date:
    """Day to plan for: 31 January after ``year`` (31 March for a government), or the last working day before it.

    条例 Art. 49 has no roll-over, so an earlier day is the safe reading, never a later one.
    """
    nominal = date(year + 1, 3, 31) if government else date(year + 1, 1, 31)
    return (calendar or PUBLISHED).on_or_before(nominal)


# The day-by-day explanation

Kind = Literal["start", "counted", "rest", "excluded", "due"]
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Explained:
    """A day of the count: what it is, its running number where counted (0 otherwise), and why, in Chinese."""

    day: date
    kind: Kind
    number: int
    text: str


def explain(
    received_on: date,
    *,
    corrected_on: date | None = None,
    paid_on: date | None = None,
    consultations: Iterable[Consultation] = (),
    extension: int = 0,
    postponed_to: date | None = None,
    calendar: Calendar | None = None,
) -> list[Explained]:
    """Every day from the start to the last day, the same count as ``answer_due``; same arguments, same errors."""
    calendar = calendar or PUBLISHED
    pairs = list(consultations)
    start = _start(received_on, corrected_on, paid_on)
    opening = {received_on: "收到申请", corrected_on: "收到补正后的申请", paid_on: "缴清费用"}
    steps = [Explained(start, "start", 0, f"{_told(start)}{opening[start]}，从次日起计算")]
    if postponed_to is not None:
        due = answer_due(received_on, corrected_on=corrected_on, paid_on=paid_on, postponed_to=postponed_to)
        return [*steps, Explained(due, "due", 0, f"{_told(due)}：依照条例第三十五条确定的延迟答复期限")]
    for day, kind, number in _count(start, _period(extension), pairs, calendar):
        steps.append(Explained(day, kind, number, _sentence(day, kind, number, calendar)))
    return steps


def _sentence(day: date, kind: Kind, number: int, calendar: Calendar) -> str:
    made_up = "（调休上班）" if calendar.is_make_up_day(day) else ""
    if kind == "rest":
        return f"{_told(day)}：{calendar.name_of_rest(day)}，不计"
    if kind == "excluded":
        return f"{_told(day)}{made_up}：征求意见期间，不计"
    extended = "（延长期限内）" if number > ANSWER else ""
    end = "，期限届满" if kind == "due" else ""
    return f"{_told(day)}{made_up}：第{number}个工作日{extended}{end}"


def _told(day: date) -> str:
    return f"{told(day)}（周{WEEKDAYS[day.weekday()]}）"


def _start(received_on: date, corrected_on: date | None, paid_on: date | None) -> date:
    """Day 0: the last of receipt, correction and payment."""
    if corrected_on is not None and corrected_on < received_on:
        raise ValueError("补正收到日期早于收到日期")
    if paid_on is not None and paid_on < received_on:
        raise ValueError("缴费日期早于收到日期")
    return max(day for day in (received_on, corrected_on, paid_on) if day is not None)


def _period(extension: int) -> int:
    if not 0 <= extension <= LONGEST_EXTENSION:
        raise ValueError(f"延长期限最多{LONGEST_EXTENSION}个工作日（条例第三十三条）")
    return ANSWER + extension


def _is_excluded(day: date, consultations: list[Consultation]) -> bool:
    return any(sent < day <= returned for sent, returned in consultations)


def _check(consultations: list[Consultation]) -> None:
    if any(returned is None for _, returned in consultations):
        raise ValueError("征求意见尚未收到反馈，期限暂停计算，还没有确定的最后一日")
    if any(returned < sent for sent, returned in consultations):
        raise ValueError("征求意见收到日期早于发出日期")


def _count(
    start: date, period: int, consultations: list[Consultation], calendar: Calendar
) -> Iterator[tuple[date, Kind, int]]:
    """Every day after ``start`` up to the end, with what it is and its running number."""
    _check(consultations)
    day, number = start, 0
    while number < period:
        day += timedelta(days=1)
        if not calendar.is_working_day(day):
            yield day, "rest", 0
        elif _is_excluded(day, consultations):
            yield day, "excluded", 0
        else:
            number += 1
            yield day, "due" if number == period else "counted", number
