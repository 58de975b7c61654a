"""Open cases follow the calendar: exactly those whose last day moves, all of them or none."""

import threading
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from disclosures import calendars
from disclosures.areas import Area
from disclosures.calendars import Day, Moved
from disclosures.models import CalendarChange, CalendarDay
from disclosures.state_council_notices import NOTICES
from requests_app import actions, proposals, redating
from requests_app.enums import EventKind
from requests_app.models import DisclosureRequest, Proposal
from tests.disclosures.test_calendars import Y2027
from tests.factories.disclosures import AgencyFactory, days_of
from tests.factories.requests_app import DisclosureRequestFactory, ProposalFactory, RequestEventFactory

pytestmark = pytest.mark.django_db

EDITED = [*days_of(NOTICES[-1]), Day(date(2026, 11, 23), "rest", "示例")]


def request(received_on, **details):
    return actions.refresh(request=DisclosureRequestFactory(received_on=received_on, **details))


def proposal(assigned_on, **details):
    found = ProposalFactory(assigned_on=assigned_on, **details)
    proposals.derive(found)
    found.save()
    return found


def edit(days=EDITED, year=2026):
    return calendars.moved_of(calendars.replace_year(year=year, days=days, number="示例", by=None))


def due_days():
    return [
        *DisclosureRequest.objects.order_by("pk").values_list("due_on", "due_note"),
        *Proposal.objects.order_by("pk").values_list("due_on"),
    ]


def test_a_case_beyond_the_calendar_waits_and_is_dated_once_the_year_is_loaded():
    late, assigned = request(date(2026, 12, 20)), proposal(date(2026, 11, 2))
    assert (late.due_on, late.due_note) == (None, "待定：2027年节假日安排尚未载入")
    assert list(DisclosureRequest.objects.awaiting_calendar()) == [late]
    assert list(Proposal.objects.awaiting_calendar()) == [assigned]

    moved = edit(Y2027, 2027)

    late.refresh_from_db(), assigned.refresh_from_db()
    # 9 working days of December after the 20th, then 3 January (make-up), 4–8 and 11–15.
    assert (late.due_on, late.due_note) == (date(2027, 1, 15), "")
    assert assigned.due_on == date(2027, 2, 2)
    assert [(case.label, case.old, case.new) for case in moved] == [
        (str(late), None, date(2027, 1, 15)),
        (str(assigned), None, date(2027, 2, 2)),
    ]
    assert not DisclosureRequest.objects.awaiting_calendar().exists()


def test_an_edit_moves_exactly_the_open_cases_it_touches():
    agency = AgencyFactory()
    touched = request(date(2026, 11, 2), agency=agency)
    due_that_day = request(date(2026, 10, 26), agency=agency)
    before = request(date(2026, 9, 1), agency=agency)
    paused = request(date(2026, 11, 2), agency=agency)
    RequestEventFactory(request=paused, on=date(2026, 11, 3))
    actions.refresh(request=paused)
    unconfirmed = DisclosureRequestFactory(received_on=None, arrived_on=date(2026, 11, 2), agency=agency)
    actions.refresh(request=unconfirmed)
    answered = request(date(2026, 11, 2), agency=agency, answered_on=date(2026, 11, 5), outcome="grant", state="closed")
    assigned = proposal(date(2026, 8, 23), agency=agency)
    untouched = [before, paused, unconfirmed, answered]
    kept = [(case.due_on, case.due_note) for case in untouched]
    assert due_that_day.due_on == assigned.due_on == date(2026, 11, 23)

    moved = edit()

    assert moved == [
        Moved(str(touched), date(2026, 11, 30), date(2026, 12, 1), "", Area.CASES, agency.pk),
        Moved(str(due_that_day), date(2026, 11, 23), date(2026, 11, 24), "", Area.CASES, agency.pk),
        Moved(str(assigned), date(2026, 11, 23), date(2026, 11, 24), "", Area.PROPOSALS, agency.pk),
    ]
    for case in untouched:
        case.refresh_from_db()
    assert [(case.due_on, case.due_note) for case in untouched] == kept
    assert calendars.moved_of(CalendarChange.objects.get()) == moved
    touched.refresh_from_db()
    assert touched.due_on == date(2026, 12, 1)


def test_steps_are_counted_when_the_calendar_moves():
    case = DisclosureRequestFactory(received_on=date(2026, 10, 12))
    sent = RequestEventFactory(request=case, kind=EventKind.CONSULTATION_SENT, on=date(2026, 10, 13))
    RequestEventFactory(request=case, kind=EventKind.CONSULTATION_RETURNED, on=date(2026, 10, 20), answers=sent)
    RequestEventFactory(request=case, kind=EventKind.EXTENDED, on=date(2026, 10, 21), days=5)
    actions.refresh(request=case)
    assert case.due_on == date(2026, 11, 23)

    edit()

    case.refresh_from_db()
    assert case.due_on == date(2026, 11, 24)
    assert actions.refresh(request=case).due_on == date(2026, 11, 24)


def test_what_would_move_is_told_without_moving_it():
    request(date(2026, 11, 2)), proposal(date(2026, 8, 23))
    before = due_days()

    told = calendars.preview_year(year=2026, days=EDITED)

    assert due_days() == before and 2026 in calendars.current().years
    assert told == edit()
    assert due_days() != before


def test_the_same_arrangement_again_moves_nothing():
    request(date(2026, 11, 2)), proposal(date(2026, 8, 23))

    assert edit(days_of(NOTICES[-1])) == []


def test_an_error_in_the_middle_changes_nothing(monkeypatch):
    """The twin of the edit: the second batch fails, and neither rows nor cases have moved."""
    monkeypatch.setattr(redating, "BATCH", 2)
    cases = [request(date(2026, 11, 2)) for _ in range(4)]
    before, days = due_days(), list(CalendarDay.objects.values_list("day", "kind"))
    counted = actions.state_and_due

    def failing(**arguments):
        failing.calls += 1
        if failing.calls > 2:
            raise RuntimeError("the power went")
        return counted(**arguments)

    failing.calls = 0
    with monkeypatch.context() as broken:
        broken.setattr(redating, "state_and_due", failing)
        with pytest.raises(RuntimeError):
            edit()

    assert due_days() == before
    assert list(CalendarDay.objects.values_list("day", "kind")) == days
    assert not CalendarChange.objects.exists()
    assert calendars.current().is_working_day(date(2026, 11, 23))
    assert len(edit()) == len(cases)


def test_a_year_that_open_cases_need_stays():
    case = request(date(2026, 11, 2))

    with pytest.raises(ValidationError, match=f"1件未办结的案件要用2026年的安排计算期限（{case}）"):
        calendars.remove_year(year=2026, by=None)
    assert 2026 in calendars.current().years


def test_redating_costs_queries_by_batch_not_by_case(monkeypatch, django_assert_num_queries):
    agency = AgencyFactory()
    for _ in range(5):
        RequestEventFactory(request=request(date(2026, 11, 2), agency=agency), kind=EventKind.FEE_PAID)
    calendar = calendars.current()

    with django_assert_num_queries(5):  # requests, their steps, no more requests, proposals, disputes
        redating.redate(calendar, store=False)
    for _ in range(20):
        request(date(2026, 11, 2), agency=agency)
    with django_assert_num_queries(5):
        redating.redate(calendar, store=False)
    monkeypatch.setattr(redating, "BATCH", 5)
    with django_assert_num_queries(13):  # five batches of cases and steps, no more requests, proposals, disputes
        redating.redate(calendar, store=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_case_stored_while_the_calendar_changes_is_dated_by_the_new_one():
    case = request(date(2026, 11, 2))
    counted, changing = threading.Event(), threading.Event()

    def officer():
        try:
            with transaction.atomic():
                calendar = calendars.current_for_writing()
                counted.set()
                changing.wait(1)  # the change has every chance to overtake
                _, due, _ = actions.state_and_due(
                    received_on=case.received_on, answered_on=None, events=[], calendar=calendar
                )
                DisclosureRequest.objects.filter(pk=case.pk).update(due_on=due)
        finally:
            connection.close()

    thread = threading.Thread(target=officer)
    thread.start()
    counted.wait(5)
    edit()
    changing.set()
    thread.join()

    case.refresh_from_db()
    assert case.due_on == date(2026, 12, 1)
