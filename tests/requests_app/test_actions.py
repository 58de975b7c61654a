"""Numbers, states and due dates of cases."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from disclosures.lights import light, soon_until
from requests_app import actions
from requests_app.enums import EventKind, RequestState
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import AgencyFactory, UserFactory
from tests.factories.requests_app import DisclosureRequestFactory, RequestEventFactory

RECEIVED = date(2022, 3, 1)


def step(kind, on, **details):
    return SimpleNamespace(**{"kind": kind, "on": on, "days": None, "until": None, "answers": None, **details})


SENT = step(EventKind.CONSULTATION_SENT, date(2022, 3, 3))


@pytest.mark.parametrize(
    ("events", "state", "due_on", "note"),
    [
        ([], RequestState.HANDLING, date(2022, 3, 29), ""),  # 条例 Art. 33 ¶2
        ([step(EventKind.EXTENDED, date(2022, 3, 20), days=5)], RequestState.HANDLING, date(2022, 4, 6), ""),
        (
            [step(EventKind.CORRECTION_ASKED, date(2022, 3, 4))],
            RequestState.CORRECTION,
            None,
            "等待申请人补正",
        ),  # Art. 30
        (
            [
                step(EventKind.CORRECTION_RECEIVED, date(2022, 3, 10)),
                step(EventKind.CORRECTION_ASKED, date(2022, 3, 4)),
            ],
            RequestState.HANDLING,
            date(2022, 4, 8),
            "",
        ),
        ([SENT], RequestState.CONSULTATION, None, "期限暂停计算"),  # Art. 33 ¶3
        (
            [SENT, step(EventKind.CONSULTATION_RETURNED, date(2022, 3, 14), answers=SENT)],
            RequestState.HANDLING,
            date(2022, 4, 8),
            "",
        ),
        ([step(EventKind.FEE_NOTICE, date(2022, 3, 4))], RequestState.PAYMENT, None, "等待申请人缴费"),
        ([step(EventKind.POSTPONED, date(2022, 3, 4), until=date(2022, 6, 1))], "handling", date(2022, 6, 1), ""),
        ([step(EventKind.FEE_PAID, date(2022, 2, 4))], RequestState.HANDLING, None, "缴费日期早于收到日期"),
    ],
)
def test_state_and_due_date_follow_from_the_steps(events, state, due_on, note):
    found = actions.state_and_due(received_on=RECEIVED, answered_on=None, events=events)

    assert found[:2] == (state, due_on) and note in found[2]


@pytest.mark.parametrize(
    ("events", "due_on"),
    [
        ([step(EventKind.CONSULTATION_SENT, date(2022, 3, 28))], None),
        ([step(EventKind.CONSULTATION_SENT, date(2022, 3, 29))], date(2022, 3, 29)),  # no day left to exclude
        ([step(EventKind.FEE_NOTICE, date(2022, 3, 29))], None),  # 国办函〔2020〕109号 Art. 6: inside the period
        ([step(EventKind.FEE_NOTICE, date(2022, 3, 30))], date(2022, 3, 29)),
        ([step(EventKind.CORRECTION_ASKED, date(2022, 3, 30))], date(2022, 3, 29)),
        ([SENT, step(EventKind.POSTPONED, date(2022, 3, 4), until=date(2022, 6, 1))], date(2022, 6, 1)),
        (
            [
                *(step(EventKind.FEE_NOTICE, date(2022, 3, day)) for day in (4, 7)),
                step(EventKind.FEE_PAID, date(2022, 3, 10)),
            ],
            date(2022, 4, 8),
        ),
    ],
)
def test_only_what_is_asked_for_in_time_stops_the_period(events, due_on):
    """条例 Art. 33 ¶3 excludes days of a period; none is left once it is over, and an overdue case stays overdue."""
    assert actions.state_and_due(received_on=RECEIVED, answered_on=None, events=events)[1] == due_on


def test_due_date_needs_a_day_of_receipt_and_a_calendar():
    assert "未起算" in actions.state_and_due(received_on=None, answered_on=None, events=[])[2]
    assert "2098" in actions.state_and_due(received_on=date(2098, 12, 30), answered_on=None, events=[])[2]


def test_answered_case_is_closed_whatever_it_waited_for():
    found = actions.state_and_due(received_on=RECEIVED, answered_on=date(2022, 3, 9), events=[SENT])

    assert found == (RequestState.CLOSED, None, "")


def test_opinion_is_paired_with_the_earliest_waiting_consultation():
    second = step(EventKind.CONSULTATION_SENT, date(2022, 3, 8))
    replies = [step(EventKind.CONSULTATION_RETURNED, date(2022, 3, day)) for day in (20, 7)]

    actions.pair_opinions([second, *replies, SENT])

    assert [reply.answers for reply in replies] == [second, SENT]


def test_opinion_without_a_consultation_is_refused():
    with pytest.raises(ValidationError, match="请先补填"):
        actions.pair_opinions([step(EventKind.CONSULTATION_RETURNED, date(2022, 3, 2)), SENT])


@pytest.mark.django_db
class TestNumbers:
    def register(self, agency, **details):
        details = {"received_on": RECEIVED, "applicant_name": "示例", "applicant_kind": "other"} | details
        request = DisclosureRequest(agency=agency, description="示例", **details)
        return actions.register(request=request, by=UserFactory()).number

    def test_are_gapless_by_agency_and_year(self):
        agency = AgencyFactory()

        given = [self.register(agency), self.register(agency), self.register(AgencyFactory())]

        assert given == ["2022-0001", "2022-0002", "2022-0001"]
        assert self.register(agency, received_on=date(2023, 1, 3)) == "2023-0001"

    def test_written_by_hand_are_not_given_again(self):
        agency = AgencyFactory()

        assert self.register(agency, number="2022-0007") == "2022-0007"
        assert self.register(agency) == "2022-0008"

    def test_changed_by_hand_are_not_given_again(self):
        agency = AgencyFactory()
        request = DisclosureRequestFactory(agency=agency, number="旧-1")
        request.number = "2022-0001"
        actions.save(request=request)

        assert self.register(agency) == "2022-0002"

    def test_go_by_arrival_while_receipt_is_unconfirmed(self):
        assert self.register(AgencyFactory(), received_on=None, arrived_on=date(2021, 12, 31)) == "2021-0001"

    def test_need_a_day(self):
        with pytest.raises(ValidationError, match="至少填写一个"):
            self.register(AgencyFactory(), received_on=None)


@pytest.mark.django_db
def test_refresh_stores_what_the_events_make_of_the_case():
    request = RequestEventFactory().request

    actions.refresh(request=request)

    request.refresh_from_db()
    assert (request.state, request.due_on) == (RequestState.CORRECTION, None)
    assert "补正" in request.due_note


@pytest.mark.parametrize(
    ("due_on", "words", "tone"),
    [
        (None, "待定", "unknown"),
        (date(2022, 9, 27), "已超期", "late"),
        (date(2022, 9, 28), "今日到期", "late"),
        (date(2022, 9, 30), "还有2个工作日", "soon"),
        (date(2022, 10, 8), "还有3个工作日", "soon"),  # a make-up Saturday after the holiday
        (date(2022, 10, 9), "还有4个工作日", "fine"),
        (date(2099, 1, 1), "还有27854天", "fine"),
    ],
)
def test_light_tells_the_working_days_left(due_on, words, tone):
    found = light(due_on, date(2022, 9, 28))

    assert (found.words, found.tone) == (words, tone)


def test_soon_is_three_working_days():
    assert soon_until(date(2022, 9, 28)) == date(2022, 10, 8)
    assert soon_until(date(2098, 12, 30)) == date(2099, 1, 2)
