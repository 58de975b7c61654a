"""Random histories of cases: our clock against an independent one, and what must hold of any clock."""

from dataclasses import replace
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from disclosures.working_days import CalendarNotCovered
from requests_app import actions, clocks
from requests_app.enums import EventKind, RequestState
from requests_app.models import RequestEvent
from tests.requests_app import independent_clock as independent
from tests.requests_app.independent_clock import BeyondTheTable, History

# Where counting goes wrong: long holidays, the worked weekends around them, ends of years, ends of the table.
EDGES = [
    *(day for day in sorted(independent.WORKED_WEEKENDS)),
    *(date(year, 10, 1) for year in range(2021, 2027)),
    *(date(year, 12, 31) for year in range(2020, 2027)),
]


def some_days(low, high):
    return st.integers(low, high).map(lambda n: timedelta(days=n))


near_an_edge = st.builds(lambda edge, offset: edge + offset, st.sampled_from(EDGES), some_days(-45, 2))
receipts = st.one_of(near_an_edge, st.dates(date(2020, 12, 31), date(2026, 12, 31)))


@st.composite
def consultations_after(draw, received, how_many=4):
    """Apart, overlapping, nested, adjacent, the same twice, over before the period and begun after it."""
    pairs = []
    for _ in range(draw(st.integers(0, how_many))):
        if pairs and draw(st.booleans()):
            sent, returned = draw(st.sampled_from(pairs))
            sent = draw(st.sampled_from([sent, returned, returned + timedelta(days=1), sent + timedelta(days=1)]))
        else:
            sent = received + draw(some_days(-10, 70))
        pairs.append((sent, sent + draw(some_days(0, 45))))
    return tuple(pairs)


@st.composite
def histories(draw, *, postponed=False):
    received = draw(receipts)
    later = st.one_of(st.none(), some_days(0, 60).map(lambda offset: received + offset))
    history = History(
        received,
        corrected=draw(later),
        paid=draw(later),
        consultations=draw(consultations_after(received)),
        extension=draw(st.integers(0, 20)),
    )
    if postponed:
        history = replace(history, postponed=independent.first_day(history) + draw(some_days(1, 200)))
    return history


def asked(history):
    """The history as our clock takes it."""
    return {
        "received_on": history.received,
        "corrected_on": history.corrected,
        "paid_on": history.paid,
        "consultations": history.consultations,
        "extension": history.extension,
        "postponed_to": history.postponed,
    }


def due(history):
    return clocks.answer_due(**asked(history))


def due_where_known(history):
    try:
        return due(history)
    except CalendarNotCovered:
        assume(False)


def test_the_two_tables_of_days_off_agree_with_a_third():
    day = date(2021, 1, 1)
    while day.year < 2027:
        assert independent.is_worked(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)


@given(histories())
@example(History(date(2020, 12, 31)))  # day 0 is not counted, so its year need not be known
@example(History(date(2026, 12, 3)))
@example(History(date(2026, 12, 4)))
def test_last_day_and_explanation_equal_the_independent_count(history):
    try:
        expected = independent.walk(history)
    except BeyondTheTable as beyond:
        for clock in (clocks.answer_due, clocks.explain):
            with pytest.raises(CalendarNotCovered) as missing:
                clock(**asked(history))
            assert missing.value.year == beyond.year
        return

    assert due(history) == expected[-1][0]
    steps = clocks.explain(**asked(history))
    assert [(step.day, step.kind, step.number) for step in steps] == expected


@given(histories())
def test_explanation_leaves_out_no_day_and_no_number(history):
    try:
        steps = clocks.explain(**asked(history))
    except CalendarNotCovered:
        return

    assert steps[-1].day == due(history)
    assert [step.day for step in steps] == [steps[0].day + timedelta(days=n) for n in range(len(steps))]
    assert [step.number for step in steps if step.number] == list(range(1, 21 + history.extension))
    assert [step.kind for step in steps].count("due") == [step.kind for step in steps].count("start") == 1
    assert all((step.number > 0) == (step.kind in ("counted", "due")) for step in steps)
    assert all(step.text.startswith(f"{step.day.year}年{step.day.month}月{step.day.day}日（周") for step in steps)
    assert all("不计" in step.text for step in steps if step.kind in ("rest", "excluded"))


@given(histories(postponed=True))
def test_day_set_under_article_35_is_the_last_day(history):
    steps = clocks.explain(**asked(history))

    assert due(history) == steps[-1].day == history.postponed
    assert [step.kind for step in steps] == ["start", "due"] and steps[0].day < steps[1].day


@given(histories(), some_days(0, 40))
def test_day_not_after_the_start_is_no_postponement(history, before):
    history = replace(history, postponed=independent.first_day(history) - before)

    for clock in (clocks.answer_due, clocks.explain):
        with pytest.raises(ValueError, match="延迟答复"):
            clock(**asked(history))


# What must hold of any clock


@given(histories(), st.data(), some_days(0, 20))
def test_longer_consultation_never_brings_the_last_day_forward(history, data, more):
    assume(history.consultations)
    place = data.draw(st.integers(0, len(history.consultations) - 1))
    pairs = list(history.consultations)
    pairs[place] = (pairs[place][0], pairs[place][1] + more)

    assert due_where_known(replace(history, consultations=tuple(pairs))) >= due(history)


@given(histories(), st.data())
def test_only_the_union_of_consultations_matters(history, data):
    pieces = []
    for sent, returned in history.consultations:
        cut = sent + data.draw(some_days(0, (returned - sent).days))
        pieces += [(sent, cut), (cut, returned)]
    pieces += data.draw(st.lists(st.sampled_from(pieces), max_size=2)) if pieces else []
    pieces = data.draw(st.permutations(pieces))

    assert due_where_known(replace(history, consultations=tuple(pieces))) == due(history)


@given(histories())
def test_last_day_is_worked_and_no_opinion_is_awaited_on_it(history):
    found = due_where_known(history)

    counted = independent.worked_days_outside(history, independent.first_day(history), found)
    assert counted[-1] == found and len(counted) == 20 + history.extension


@given(histories(), st.integers(0, 20))
def test_extension_adds_exactly_its_working_days(history, extension):
    base = due_where_known(replace(history, extension=0))
    extended = due_where_known(replace(history, extension=extension))

    assert len(independent.worked_days_outside(history, base, extended)) == extension


@given(histories(), some_days(0, 30), some_days(0, 30))
def test_consultation_outside_the_period_changes_nothing(history, gap, length):
    """Sent on the last day or later, or answered by day 0: none of the counted days passed meanwhile."""
    found = due_where_known(history)
    start = independent.first_day(history)
    outside = ((found + gap, found + gap + length), (start - gap - length, start - gap))

    assert due(replace(history, consultations=history.consultations + outside)) == found


@given(histories(), some_days(0, 60))
def test_later_receipt_never_brings_the_last_day_forward(history, later):
    earlier = replace(history, corrected=None, paid=None)

    assert due_where_known(replace(earlier, received=earlier.received + later)) >= due_where_known(earlier)


@given(histories(), st.sampled_from(["corrected", "paid"]))
def test_correction_and_payment_start_the_whole_period_anew(history, which):
    """条例 Art. 30; 国办函〔2020〕109号 Art. 6."""
    start = independent.first_day(history)
    anew = History(start, consultations=history.consultations, extension=history.extension)

    assert due_where_known(replace(history, **{which: start})) == due(anew)


# The same by way of the stored steps


@st.composite
def stories(draw):
    """A history told in steps, in any order, and the waits that no step has ended."""
    received = draw(receipts)
    history, steps, waits = History(received), [], {}

    def day(low=0, high=60, since=received):
        return since + draw(some_days(low, high))

    if draw(st.booleans()):
        told = day(high=12)
        steps.append(RequestEvent(kind=EventKind.CORRECTION_ASKED, on=told))
        if draw(st.integers(0, 3)):
            history = replace(history, corrected=day(high=20, since=told))
            steps.append(RequestEvent(kind=EventKind.CORRECTION_RECEIVED, on=history.corrected))
        else:
            waits[RequestState.CORRECTION] = told
    pairs = draw(consultations_after(received))
    history = replace(history, consultations=pairs)
    for sent, returned in pairs:
        question = RequestEvent(kind=EventKind.CONSULTATION_SENT, on=sent)
        steps.append(question)
        steps.append(RequestEvent(kind=EventKind.CONSULTATION_RETURNED, on=returned, answers=question))
    if not draw(st.integers(0, 5)):
        waits[RequestState.CONSULTATION] = day()
        steps.append(RequestEvent(kind=EventKind.CONSULTATION_SENT, on=waits[RequestState.CONSULTATION]))
    for _ in range(draw(st.integers(0, 2))):  # each payment starts the period anew, so the last one counts
        told = day(high=40)
        paid = day(high=20, since=told)
        history = replace(history, paid=max(paid, history.paid or paid))
        steps += [RequestEvent(kind=EventKind.FEE_NOTICE, on=told), RequestEvent(kind=EventKind.FEE_PAID, on=paid)]
    if not draw(st.integers(0, 5)):
        waits[RequestState.PAYMENT] = day()
        steps.append(RequestEvent(kind=EventKind.FEE_NOTICE, on=waits[RequestState.PAYMENT]))
    if extension := draw(st.integers(0, 20)):
        history = replace(history, extension=extension)
        steps.append(RequestEvent(kind=EventKind.EXTENDED, on=day(), days=extension))
    if not draw(st.integers(0, 5)):
        postponed_on = day()
        history = replace(history, postponed=day(1, 120, independent.first_day(history)))
        steps.append(RequestEvent(kind=EventKind.POSTPONED, on=postponed_on, until=history.postponed))
    if draw(st.booleans()):
        steps.append(RequestEvent(kind=EventKind.DELIVERED, on=day()))
    if draw(st.booleans()):  # everything that can happen on one day does
        crowded = day()
        steps += [
            RequestEvent(kind=EventKind.FEE_NOTICE, on=crowded),
            RequestEvent(kind=EventKind.FEE_PAID, on=crowded),
        ]
        question = RequestEvent(kind=EventKind.CONSULTATION_SENT, on=crowded)
        steps += [question, RequestEvent(kind=EventKind.CONSULTATION_RETURNED, on=crowded, answers=question)]
        history = replace(history, paid=max(crowded, history.paid or crowded))
    if history.postponed and independent.first_day(history) > max(postponed_on, received):
        history = replace(history, postponed=None)  # Art. 30, 109号 Art. 6: counted anew, without that day
    if history.postponed:
        assume(history.postponed > independent.first_day(history))
    if history.paid and waits.get(RequestState.PAYMENT, date.max) <= history.paid:  # 缴清: that notice is paid too
        del waits[RequestState.PAYMENT]
    return history, draw(st.permutations(steps)), waits


def stops_the_period(history, state, since):
    """Whether what was asked for on ``since`` was asked while the period ran, and is left out of it."""
    if history.postponed and state == RequestState.CONSULTATION:
        return False  # Art. 33 ¶3 says 前款规定的期限: those of ¶2, not the day of Art. 35
    try:
        last = independent.last_day(history)
    except BeyondTheTable:
        return True
    return since < last if state == RequestState.CONSULTATION else since <= last


@given(stories())
def test_state_and_last_day_of_stored_steps_equal_the_independent_count(story):
    history, steps, waits = story

    state, due_on, note = actions.state_and_due(received_on=history.received, answered_on=None, events=steps)

    assert state in waits if waits else state == RequestState.HANDLING
    if any(stops_the_period(history, *wait) for wait in waits.items()):
        assert due_on is None and note
        return
    try:
        assert (due_on, note) == (independent.last_day(history), "")
    except BeyondTheTable as beyond:
        assert due_on is None and str(beyond.year) in note
        return
    explained = clocks.explain(history.received, **actions.clock_arguments(steps))
    assert explained[-1].day == due_on, "the explanation shown with the case ends on its last day"


@given(stories())
def test_answer_closes_the_case_and_keeps_its_last_day(story):
    history, steps, waits = story

    def told(answered_on):
        return actions.state_and_due(received_on=history.received, answered_on=answered_on, events=steps)

    state, *last_day = told(history.received)

    assert state == RequestState.CLOSED
    open_case = list(told(None)[1:])
    suspended = any(stops_the_period(history, *wait) for wait in waits.items())
    assert last_day == ([None, ""] if suspended else open_case)


@given(stories())
def test_without_a_day_of_receipt_nothing_is_due(story):
    """条例 Art. 31: while both sides have not confirmed, no period runs."""
    assert actions.state_and_due(received_on=None, answered_on=None, events=story[1])[1:] == (
        None,
        "尚未确认收到日期，期限未起算",
    )
