"""The clocks against the worked examples, each row by its ID; and against an independent count."""

from datetime import date, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosures import terms
from disclosures.working_days import PUBLISHED, CalendarNotCovered, is_working_day
from requests_app import clocks

# 条例 Art. 33: received, day 1, due (20 working days), due with 20 more, and what counting Monday to Friday gives.
BASE = {
    "D01": (date(2021, 1, 29), date(2021, 2, 1), date(2021, 3, 3), date(2021, 3, 31), date(2021, 2, 26)),
    "D02": (date(2021, 9, 15), date(2021, 9, 16), date(2021, 10, 19), date(2021, 11, 16), date(2021, 10, 13)),
    "D03": (date(2022, 1, 4), date(2022, 1, 5), date(2022, 1, 30), date(2022, 3, 4), date(2022, 2, 1)),
    "D04": (date(2022, 1, 20), date(2022, 1, 21), date(2022, 2, 22), date(2022, 3, 22), date(2022, 2, 17)),
    "D05": (date(2022, 4, 1), date(2022, 4, 2), date(2022, 4, 29), date(2022, 5, 31), date(2022, 4, 29)),
    "D06": (date(2022, 9, 23), date(2022, 9, 26), date(2022, 10, 26), date(2022, 11, 23), date(2022, 10, 21)),
    "D07": (date(2022, 12, 20), date(2022, 12, 21), date(2023, 1, 18), date(2023, 2, 20), date(2023, 1, 17)),
    "D08": (date(2023, 1, 3), date(2023, 1, 4), date(2023, 2, 3), date(2023, 3, 3), date(2023, 1, 31)),
    "D09": (date(2023, 4, 20), date(2023, 4, 21), date(2023, 5, 19), date(2023, 6, 16), date(2023, 5, 18)),
    "D10": (date(2023, 9, 15), date(2023, 9, 18), date(2023, 10, 19), date(2023, 11, 16), date(2023, 10, 13)),
    "D11": (date(2023, 12, 29), date(2024, 1, 2), date(2024, 1, 29), date(2024, 2, 29), date(2024, 1, 26)),
    "D12": (date(2024, 1, 22), date(2024, 1, 23), date(2024, 2, 22), date(2024, 3, 21), date(2024, 2, 19)),
    "D13": (date(2024, 4, 3), date(2024, 4, 7), date(2024, 5, 6), date(2024, 5, 31), date(2024, 5, 1)),
    "D14": (date(2024, 9, 9), date(2024, 9, 10), date(2024, 10, 12), date(2024, 11, 8), date(2024, 10, 7)),
    "D15": (date(2024, 9, 23), date(2024, 9, 24), date(2024, 10, 24), date(2024, 11, 21), date(2024, 10, 21)),
    "D16": (date(2025, 1, 20), date(2025, 1, 21), date(2025, 2, 21), date(2025, 3, 21), date(2025, 2, 17)),
    "D17": (date(2025, 4, 25), date(2025, 4, 27), date(2025, 5, 27), date(2025, 6, 25), date(2025, 5, 23)),
    "D18": (date(2025, 9, 22), date(2025, 9, 23), date(2025, 10, 24), date(2025, 11, 21), date(2025, 10, 20)),
    "D19": (date(2025, 12, 15), date(2025, 12, 16), date(2026, 1, 13), date(2026, 2, 10), date(2026, 1, 12)),
    "D20": (date(2026, 1, 30), date(2026, 2, 2), date(2026, 3, 5), date(2026, 4, 2), date(2026, 2, 27)),
    "D21": (date(2026, 2, 13), date(2026, 2, 14), date(2026, 3, 19), date(2026, 4, 17), date(2026, 3, 13)),
    "D22": (date(2026, 4, 27), date(2026, 4, 28), date(2026, 5, 27), date(2026, 6, 25), date(2026, 5, 25)),
    "D23": (date(2026, 9, 14), date(2026, 9, 15), date(2026, 10, 16), date(2026, 11, 13), date(2026, 10, 12)),
    "D24": (date(2026, 9, 24), date(2026, 9, 28), date(2026, 10, 29), date(2026, 11, 26), date(2026, 10, 22)),
    "D25": (date(2026, 12, 3), date(2026, 12, 4), date(2026, 12, 31), None, date(2026, 12, 31)),
}

# Receipt on a day off: it is day 0 all the same. received, worked, day 1, due
ON_DAYS_OFF = {
    "N01": (date(2024, 2, 18), True, date(2024, 2, 19), date(2024, 3, 15)),
    "N02": (date(2024, 2, 12), False, date(2024, 2, 18), date(2024, 3, 14)),
    "N03": (date(2026, 2, 14), True, date(2026, 2, 24), date(2026, 3, 20)),
    "N04": (date(2025, 10, 5), False, date(2025, 10, 9), date(2025, 11, 4)),
    "N05": (date(2023, 6, 25), True, date(2023, 6, 26), date(2023, 7, 21)),
}

# 条例 Art. 30: received, last day to ask for correction (7 working days).
CORRECTION_NOTICES = {
    "C01": (date(2022, 1, 27), date(2022, 2, 10)),
    "C02": (date(2024, 2, 5), date(2024, 2, 20)),
    "C03": (date(2025, 9, 26), date(2025, 10, 13)),
    "C04": (date(2026, 2, 11), date(2026, 2, 27)),
    "C05": (date(2023, 9, 27), date(2023, 10, 12)),
}

# 条例 Art. 30: received, asked, days set, correction due, corrected, new due, the old due that no longer counts.
CORRECTIONS = {
    "C06": (
        date(2024, 2, 5),
        date(2024, 2, 19),
        10,
        date(2024, 3, 4),
        date(2024, 3, 1),
        date(2024, 3, 29),
        date(2024, 3, 8),
    ),
    "C07": (
        date(2025, 9, 22),
        date(2025, 9, 30),
        15,
        date(2025, 10, 28),
        date(2025, 10, 20),
        date(2025, 11, 17),
        date(2025, 10, 24),
    ),
}

# 条例 Art. 33 ¶3: received, base due, sent, opinion back (or its 15 days over), excluded, due, due extended.
CONSULTATIONS = {
    "T01": (
        date(2024, 3, 4),
        date(2024, 4, 1),
        date(2024, 3, 11),
        date(2024, 3, 20),
        7,
        date(2024, 4, 11),
        date(2024, 5, 11),
    ),
    "T02": (
        date(2025, 1, 13),
        date(2025, 2, 14),
        date(2025, 1, 20),
        date(2025, 2, 14),
        15,
        date(2025, 3, 7),
        date(2025, 4, 7),
    ),
    "T03": (
        date(2026, 9, 14),
        date(2026, 10, 16),
        date(2026, 9, 18),
        date(2026, 10, 13),
        13,
        date(2026, 11, 4),
        date(2026, 12, 2),
    ),
    "T04": (
        date(2026, 2, 2),
        date(2026, 3, 6),
        date(2026, 2, 5),
        date(2026, 3, 5),
        16,
        date(2026, 3, 30),
        date(2026, 4, 28),
    ),
}

# 条例 Art. 32, 34: received by the third party or joint producer, opinion due (15 working days).
THIRD_PARTIES = {
    "T05": (date(2025, 1, 21), date(2025, 2, 17)),
    "T06": (date(2026, 2, 12), date(2026, 3, 11)),
    "T07": (date(2024, 9, 11), date(2024, 10, 9)),
}

# 国办函〔2020〕109号 Art. 6: notice received, pay by, paid on, new due.
PAYMENTS = {
    "F08": (date(2025, 1, 15), date(2025, 2, 18), date(2025, 2, 10), date(2025, 3, 10)),
    "F09": (date(2026, 9, 7), date(2026, 10, 10), date(2026, 9, 21), date(2026, 10, 26)),
    "F10": (date(2026, 9, 7), date(2026, 10, 10), None, None),
}

# Publication clocks: which, event, last day.
PUBLICATIONS = {
    "P01": (clocks.publication_due, date(2022, 9, 20), date(2022, 10, 21)),
    "P02": (clocks.publication_due, date(2024, 1, 25), date(2024, 2, 27)),
    "P03": (clocks.publication_due, date(2026, 9, 30), date(2026, 11, 3)),
    "P04": (clocks.publication_due, date(2025, 12, 31), date(2026, 1, 29)),
    "P05": (partial(terms.interpretation_due, days=3), date(2026, 9, 30), date(2026, 10, 10)),
    "P06": (partial(terms.interpretation_due, days=3), date(2025, 1, 26), date(2025, 2, 6)),
    "P07": (partial(terms.interpretation_due, days=3), date(2024, 9, 30), date(2024, 10, 10)),
    "P08": (terms.withdrawal_due, date(2023, 9, 28), date(2023, 10, 9)),
}

# Remedies and proposals: which, event, last day after rolling on to a working day (民事诉讼法 Art. 85).
REMEDIES = {
    "R01": (clocks.review_due, {}, date(2025, 8, 4), date(2025, 10, 9)),
    "R02": (clocks.review_due, {}, date(2025, 12, 22), date(2026, 2, 24)),
    "R03": (clocks.review_due, {}, date(2024, 8, 6), date(2024, 10, 8)),
    "R04": (clocks.review_due, {}, date(2026, 7, 31), date(2026, 9, 29)),
    "R05": (clocks.suit_due_after_review, {}, date(2025, 9, 18), date(2025, 10, 9)),
    "R06": (clocks.suit_due_after_review, {}, date(2026, 2, 5), date(2026, 2, 24)),
    "R07": (clocks.suit_due_after_review, {}, date(2025, 11, 3), date(2025, 11, 18)),
    "R08": (clocks.direct_suit_due, {}, date(2025, 4, 1), date(2025, 10, 9)),
    "R09": (clocks.direct_suit_due, {}, date(2025, 8, 31), date(2026, 2, 28)),
    "R10": (clocks.direct_suit_due, {}, date(2026, 3, 12), date(2026, 9, 14)),
    "R11": (clocks.review_answer_due, {"simplified": True}, date(2025, 9, 25), date(2025, 10, 9)),
    "R12": (clocks.review_answer_due, {"simplified": False}, date(2025, 9, 25), date(2025, 10, 15)),
    "R13": (clocks.review_answer_due, {"simplified": True}, date(2026, 2, 10), date(2026, 2, 24)),
    "R14": (clocks.review_answer_due, {"simplified": False}, date(2026, 2, 10), date(2026, 3, 2)),
    "R15": (clocks.suit_answer_due, {}, date(2025, 9, 22), date(2025, 10, 9)),
    "R16": (clocks.proposal_due, {"months": 3}, date(2026, 3, 10), date(2026, 6, 10)),
    "R17": (clocks.proposal_due, {"months": 6}, date(2026, 3, 10), date(2026, 9, 10)),
    "R18": (clocks.proposal_due, {"months": 3}, date(2022, 11, 30), date(2023, 2, 28)),
    "R19": (clocks.proposal_due, {"months": 6}, date(2022, 11, 30), date(2023, 5, 30)),
}

# 条例 Art. 49: report year, day to plan for (department), day to plan for (government).
REPORTS = {
    "Y01": (2021, date(2022, 1, 30), date(2022, 3, 31)),
    "Y02": (2022, date(2023, 1, 31), date(2023, 3, 31)),
    "Y03": (2023, date(2024, 1, 31), date(2024, 3, 29)),
    "Y04": (2024, date(2025, 1, 27), date(2025, 3, 31)),
    "Y05": (2025, date(2026, 1, 30), date(2026, 3, 31)),
}


def cases(table):
    return pytest.mark.parametrize("case", table.values(), ids=table.keys())


def weekdays_only(start, n):
    """The count of software that knows no 调休 and no holidays."""
    day = start
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < 5
    return day


@cases(BASE)
def test_base_answer_period(case):
    received, first, due, extended, naive = case

    assert PUBLISHED.after(received, 1) == first
    assert clocks.answer_due(received) == due
    assert weekdays_only(received, clocks.ANSWER) == naive
    if extended:
        assert clocks.answer_due(received, extension=20) == extended
    else:  # D25 needs 2027
        with pytest.raises(CalendarNotCovered):
            clocks.answer_due(received, extension=20)


def test_counting_mondays_to_fridays_is_wrong_in_most_rows():
    wrong = [case for case in BASE.values() if case[4] != case[2]]

    assert len(wrong) == len(BASE) - 2  # D05 and D25 are right by accident


def test_missing_calendar_is_named_never_guessed():
    """D26: the answer falls due in 2027, whose notice is not out."""
    with pytest.raises(CalendarNotCovered) as missing:
        clocks.answer_due(date(2026, 12, 4))

    assert missing.value.year == 2027
    assert "2027年" in str(missing.value)


@cases(ON_DAYS_OFF)
def test_receipt_on_any_day_is_day_zero(case):
    received, worked, first, due = case

    assert is_working_day(received) is worked
    assert PUBLISHED.after(received, 1) == first
    assert clocks.answer_due(received) == due


@cases(CORRECTION_NOTICES)
def test_correction_notice(case):
    assert clocks.correction_notice_due(case[0]) == case[1]


@cases(CORRECTIONS)
def test_correction_restarts_the_period(case):
    received, asked, days, correction_due, corrected, due, stale = case

    assert asked <= clocks.correction_notice_due(received)
    assert clocks.correction_due(asked, days) == correction_due
    assert clocks.answer_due(received, corrected_on=corrected) == due
    assert clocks.answer_due(received) == stale


def test_correction_notice_a_day_late():
    """C08: asked on 2024-02-21, the limit was 2024-02-20."""
    assert date(2024, 2, 21) > clocks.correction_notice_due(date(2024, 2, 5)) == date(2024, 2, 20)


def test_uncorrected_request_may_be_closed_after_the_period():
    """C09."""
    assert clocks.correction_due(date(2024, 2, 19), 10) == date(2024, 3, 4)


@cases(CONSULTATIONS)
def test_consultation_is_excluded(case):
    received, base, sent, back, excluded, due, extended = case

    assert clocks.answer_due(received) == base
    assert clocks.answer_due(received, consultations=[(sent, back)]) == due
    assert clocks.answer_due(received, consultations=[(sent, back)], extension=20) == extended
    steps = clocks.explain(received, consultations=[(sent, back)])
    assert sum(step.kind == "excluded" for step in steps) == excluded


def test_overlapping_consultations_exclude_their_union():
    pairs = [(date(2024, 3, 11), date(2024, 3, 20)), (date(2024, 3, 13), date(2024, 3, 18))]

    assert clocks.answer_due(date(2024, 3, 4), consultations=pairs) == date(2024, 4, 11)


@cases(THIRD_PARTIES)
def test_third_party_period(case):
    assert clocks.third_party_due(case[0]) == case[1]


@cases(PAYMENTS)
def test_payment_restarts_the_period(case):
    notified, pay_by, paid, due = case

    assert clocks.payment_due(notified) == pay_by
    if paid:
        assert clocks.answer_due(notified, paid_on=paid) == due


@cases(PUBLICATIONS)
def test_publication_clocks(case):
    clock, event, last_day = case

    assert clock(event) == last_day


@cases(REMEDIES)
def test_remedies_and_proposals(case):
    clock, options, event, last_day = case

    assert clock(event, **options) == last_day


@cases(REPORTS)
def test_annual_report_is_planned_for_a_working_day(case):
    year, department, government = case

    assert clocks.annual_report_due(year) == department
    assert clocks.annual_report_due(year, government=True) == government


def test_annual_report_of_a_year_without_calendar():
    """Y06."""
    with pytest.raises(CalendarNotCovered):
        clocks.annual_report_due(2026)


def test_postponed_day_replaces_the_period():
    """条例 Art. 35."""
    assert clocks.answer_due(date(2024, 3, 4), postponed_to=date(2024, 6, 28)) == date(2024, 6, 28)


@pytest.mark.parametrize("days", [-1, 21])
def test_extension_beyond_twenty_days_is_refused(days):
    with pytest.raises(ValueError, match="最多20个工作日"):
        clocks.answer_due(date(2024, 3, 4), extension=days)


def test_impossible_dates_are_refused():
    received = date(2024, 3, 4)

    with pytest.raises(ValueError, match="补正"):
        clocks.answer_due(received, corrected_on=date(2024, 3, 1))
    with pytest.raises(ValueError, match="征求意见"):
        clocks.answer_due(received, consultations=[(date(2024, 3, 8), date(2024, 3, 7))])
    with pytest.raises(ValueError, match="尚未收到反馈"):
        clocks.answer_due(received, consultations=[(date(2024, 3, 8), None)])


days = st.dates(date(2021, 1, 1), date(2026, 6, 30))
spans = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 30)), max_size=3)


def counted_by_hand(start, period, pairs):
    """An independent calculation: one day at a time."""
    day, counted = start, 0
    while counted < period:
        day += timedelta(days=1)
        if is_working_day(day) and not any(sent < day <= back for sent, back in pairs):
            counted += 1
    return day


@given(days, spans, st.integers(0, 20))
def test_answer_due_equals_a_count_by_hand(received, offsets, extension):
    pairs = [(received + timedelta(days=a), received + timedelta(days=a + b)) for a, b in offsets]

    try:
        due = clocks.answer_due(received, consultations=pairs, extension=extension)
    except CalendarNotCovered:
        return

    assert due == counted_by_hand(received, 20 + extension, pairs)
    steps = clocks.explain(received, consultations=pairs, extension=extension)
    assert steps[-1].day == due and steps[-1].kind == "due" and steps[-1].number == 20 + extension
    assert [step.day for step in steps] == [received + timedelta(days=n) for n in range(len(steps))]


def test_explanation_says_why_in_chinese():
    """D14: ends on a make-up Saturday after the holiday."""
    texts = [step.text for step in clocks.explain(date(2024, 9, 9))]

    assert texts[0] == "2024年9月9日（周一）收到申请，从次日起计算"
    assert "2024年9月14日（周六）（调休上班）：第5个工作日" in texts
    assert "2024年10月1日（周二）：国庆节，不计" in texts
    assert texts[-1] == "2024年10月12日（周六）（调休上班）：第20个工作日，期限届满"
