"""What may lawfully be done next, by article; nothing stored."""

from datetime import date
from types import SimpleNamespace

import pytest

from requests_app import steps
from requests_app.enums import EventKind
from requests_app.outcomes import Outcome
from requests_app.standing import Case

RECEIVED = date(2026, 3, 2)  # a Monday; the base period ends on 2026-03-30
DAY = date(2026, 3, 10)


def event(kind, on=DAY, **details):
    return SimpleNamespace(**{"kind": kind, "on": on, "days": None, "until": None, "answers": None, **details})


def case(*events, received_on=RECEIVED, answered_on=None):
    return Case(received_on, answered_on, events=tuple(sorted(events, key=lambda each: each.on)))


ASKED = event(EventKind.CORRECTION_ASKED, date(2026, 3, 4), until=date(2026, 3, 18))
CORRECTED = event(EventKind.CORRECTION_RECEIVED, date(2026, 3, 12))
SENT = event(EventKind.CONSULTATION_SENT, date(2026, 3, 5))
FEE = event(EventKind.FEE_NOTICE, date(2026, 3, 5), until=date(2026, 4, 2))
PAID = event(EventKind.FEE_PAID, date(2026, 3, 9))
REASONS = event(EventKind.REASONS_ASKED, date(2026, 3, 5), until=date(2026, 3, 19))
EXPLAINED = event(EventKind.REASONS_RECEIVED, date(2026, 3, 6))
EXTENDED = event(EventKind.EXTENDED, date(2026, 3, 9), days=5)
POSTPONED = event(EventKind.POSTPONED, date(2026, 3, 9), until=date(2026, 6, 1))


@pytest.mark.parametrize(
    ("name", "events", "day", "why"),
    [
        ("ask_correction", [], DAY, ""),
        ("ask_correction", [ASKED, CORRECTED], DAY, "只能告知一次"),  # Art. 30: 一次性告知
        ("receive_correction", [], DAY, "还没有告知补正"),
        ("receive_correction", [ASKED], DAY, ""),
        ("receive_correction", [ASKED, CORRECTED], DAY, "已收到"),
        ("answer", [ASKED], DAY, "等待申请人补正"),
        ("answer", [SENT], DAY, ""),  # the law does not forbid to answer before the opinion is there
        ("answer", [FEE], DAY, "等待申请人缴费"),
        ("consult", [SENT], DAY, ""),  # several at once: their union counts
        ("receive_opinion", [], DAY, "没有等待反馈"),
        ("receive_opinion", [SENT], DAY, ""),
        ("extend", [], date(2026, 3, 30), ""),  # Art. 33 ¶2: before the period ends, its last day included
        ("extend", [], date(2026, 3, 31), "已届满"),
        ("extend", [EXTENDED], DAY, "只能延长一次"),
        ("extend", [SENT], DAY, "暂停计算"),
        ("extend", [POSTPONED], DAY, "第三十五条"),
        ("postpone", [], DAY, "第三十五条"),
        ("postpone", [REASONS], DAY, "还没有收到申请人的说明"),
        ("postpone", [REASONS, EXPLAINED], DAY, ""),
        ("postpone", [REASONS, EXPLAINED, POSTPONED], DAY, "已经确定"),
        ("ask_reasons", [REASONS], DAY, "已要求"),
        ("receive_reasons", [REASONS], DAY, ""),
        ("notify_fee", [], date(2026, 3, 30), ""),
        ("notify_fee", [], date(2026, 3, 31), "须在期限内发出"),  # Art. 6
        ("notify_fee", [FEE, PAID], DAY, "只能发出一次"),  # 国办函〔2020〕109号 Art. 3
        ("receive_payment", [FEE], DAY, ""),
        ("receive_payment", [FEE, PAID], DAY, "已缴清"),
        ("lapse_correction", [ASKED], date(2026, 3, 18), "尚未届满"),  # the last day belongs to the applicant
        ("lapse_correction", [ASKED], date(2026, 3, 19), ""),
        ("lapse_payment", [FEE], date(2026, 4, 2), "尚未届满"),
        ("lapse_payment", [FEE], date(2026, 4, 3), ""),
        ("lapse_payment", [FEE, PAID], date(2026, 4, 3), "已缴清费用"),
        ("withdraw", [ASKED], DAY, ""),
        ("confirm_receipt", [], DAY, "已确认"),
    ],
)
def test_step_is_open_or_says_why_not(name, events, day, why):
    found = steps.BY_NAME[name].refusal(case(*events), day)

    assert (why in found) if why else found == ""


def test_unreceived_case_can_only_be_confirmed():
    assert [step.name for step in steps.offered(case(received_on=None), DAY)] == ["confirm_receipt"]


def test_closed_case_offers_nothing_and_says_so():
    closed = case(answered_on=date(2026, 3, 20))

    assert steps.offered(closed, DAY) == []
    assert len(steps.refused(closed, DAY)) == len(steps.STEPS)


def test_every_step_is_either_offered_or_refused_with_a_reason():
    waiting = case(ASKED)
    offered = {step.name for step in steps.offered(waiting, DAY)}
    refused = {step.name: why for step, why in steps.refused(waiting, DAY)}

    assert offered | set(refused) == set(steps.BY_NAME) and not offered & set(refused)
    assert all(refused.values())


@pytest.mark.parametrize(
    ("on", "today", "reason", "fault"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), "", None),
        (date(2026, 3, 11), date(2026, 3, 10), "", "不能晚于今天"),
        (date(2026, 3, 1), date(2026, 3, 10), "", "早于收到日期"),
        (date(2026, 3, 3), date(2026, 3, 10), "", None),  # five working days back
        (date(2026, 3, 3), date(2026, 3, 11), "", "写明理由"),
        (date(2026, 3, 3), date(2026, 3, 11), "邮件延误", None),
        (date(2098, 3, 3), date(2098, 3, 4), "", None),  # no notice for the year: calendar days
    ],
)
def test_day_of_a_step(on, today, reason, fault):
    if fault is None:
        steps.check_day(case(), on, today, reason=reason)
    else:
        with pytest.raises(ValueError, match=fault):
            steps.check_day(case(), on, today, reason=reason)


def test_correction_notice_is_within_seven_working_days_or_has_a_reason():
    """条例 Art. 30."""
    steps.check_correction_notice(case(), date(2026, 3, 11))
    with pytest.raises(steps.Overridable, match="2026年3月11日"):
        steps.check_correction_notice(case(), date(2026, 3, 12))
    steps.check_correction_notice(case(), date(2026, 3, 12), reason="申请人要求当面说明")


@pytest.mark.parametrize(
    ("on", "days", "approved_by", "fault"),
    [
        (date(2026, 3, 30), 20, "王主任", None),
        (date(2026, 3, 30), 1, "王主任", None),
        (date(2026, 3, 30), 21, "王主任", "1至20"),
        (date(2026, 3, 30), 0, "王主任", "1至20"),
        (date(2026, 3, 30), 10, "  ", "负责人"),
        (date(2026, 3, 31), 10, "王主任", "已于2026年3月30日届满"),
    ],
)
def test_extension(on, days, approved_by, fault):
    """条例 Art. 33 ¶2."""
    if fault is None:
        steps.check_extension(case(), on, days, approved_by)
    else:
        with pytest.raises(ValueError, match=fault):
            steps.check_extension(case(), on, days, approved_by)


def test_silence_on_reasons_counts_once_the_term_is_over():
    """条例 Art. 35."""
    found = [steps.refusal_of_outcome(case(REASONS), Outcome.REJECT_EXCESS, date(2026, 3, day)) for day in (19, 20)]

    assert [bool(refusal) for refusal in found] == [True, False]


def test_answer_is_not_dated_before_the_steps_that_led_to_it():
    with pytest.raises(ValueError, match="收到补正，2026年3月12日"):
        steps.check_after_steps(case(ASKED, CORRECTED), date(2026, 3, 11))
    steps.check_after_steps(case(ASKED, CORRECTED), date(2026, 3, 12))


def test_notice_within_the_term_needs_no_calendar_of_the_next_year():
    december = case(received_on=date(2026, 12, 25))

    steps.check_correction_notice(december, date(2026, 12, 28))


def test_letter_promises_the_day_that_the_case_has():
    steps.check_promised_day(case(), 5, date(2026, 4, 7))
    with pytest.raises(ValueError, match="应为2026年4月7日"):
        steps.check_promised_day(case(), 5, "2026-04-03")


@pytest.mark.parametrize(
    ("outcome", "events", "why"),
    [
        (Outcome.GRANT, [], ""),
        (Outcome.UNCLEAR, [ASKED], "收到补正后"),
        (Outcome.UNCLEAR, [ASKED, CORRECTED], ""),
        (Outcome.REJECT_EXCESS, [], "说明理由"),
        (Outcome.REJECT_EXCESS, [REASONS], "还没有届满"),
        (Outcome.REJECT_EXCESS, [REASONS, EXPLAINED], ""),
        (Outcome.NOTHELD, [], "不属于本机关"),
        (Outcome.CLOSE_NOPAY, [FEE], "对应的步骤"),
    ],
)
def test_outcome_fits_what_was_done(outcome, events, why):
    found = steps.refusal_of_outcome(case(*events), outcome, DAY)

    assert (why in found) if why else found == ""
