"""Entering a case at the desk: every fault beside its field, nothing lost, no name where it need not be."""

from datetime import date

import pytest

from disclosures.models import Role
from requests_app.enums import EventKind
from requests_app.models import DisclosureRequest, Proposal
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory

pytestmark = pytest.mark.django_db

ADD = "/admin/requests_app/disclosurerequest/add/"
CANARY = "金丝雀某某"


@pytest.fixture
def officer(client):
    membership = MembershipFactory(role=Role.CASE_OFFICER)
    client.force_login(membership.user)
    return membership


def case(agency, *events, initial=0, **changes):
    form = {
        "agency": agency.pk, "number": "", "applicant_kind": "natural_person", "applicant_name": "示例",
        "channel": "in_person", "received_on": "2022-03-01", "description": "示例", "outcome": "",
        "events-TOTAL_FORMS": str(len(events)), "events-INITIAL_FORMS": str(initial),
    }  # fmt: skip
    for place, event in enumerate(events):
        form |= {f"events-{place}-{name}": value for name, value in event.items()}
    return {**form, **changes}


def errors(response):
    rows = [row for inline in response.context["inline_admin_formsets"] for row in inline.formset.errors]
    return response.context["adminform"].form.errors, rows


def test_case_without_any_day_is_told_beside_the_field(client, officer):
    response = client.post(ADD, case(officer.agency, received_on=""))

    assert errors(response)[0] == {"received_on": ["收到日期和送达日期至少填写一个"]}


def test_whole_history_is_entered_in_one_go_in_any_order(client, officer):
    events = [
        {"kind": "consultation_returned", "on": "2022-03-14"},
        {"kind": "consultation_sent", "on": "2022-03-03"},
        {"kind": "extended", "on": "2022-03-25", "days": "5"},
    ]

    client.post(ADD, case(officer.agency, *events))

    request = DisclosureRequest.objects.get()
    assert (request.number, request.created_by) == ("2022-0001", officer.user)
    assert request.due_on == date(2022, 4, 15)
    assert request.events.get(kind=EventKind.CONSULTATION_RETURNED).answers.on == date(2022, 3, 3)


@pytest.mark.parametrize(
    ("events", "place", "field", "message"),
    [
        (
            [{"kind": "correction_asked", "on": "2022-03-03"}, {"kind": "correction_asked", "on": "2022-03-04"}],
            1,
            "kind",
            "只能有一次",
        ),
        ([{"kind": "fee_notice", "on": "2022-02-28"}], 0, "on", "早于收到日期"),
        ([{"kind": "consultation_returned", "on": "2022-03-04"}], 0, "kind", "请先补填"),
        ([{"kind": "extended", "on": "2022-03-04"}], 0, "days", "1至20个工作日"),
        ([{"kind": "extended", "on": "2022-03-04", "days": "21"}], 0, "days", "20"),
        ([{"kind": "postponed", "on": "2022-03-04"}], 0, "__all__", "延迟至哪一天"),
    ],
)
def test_impossible_step_is_told_and_nothing_is_stored(client, officer, events, place, field, message):
    response = client.post(ADD, case(officer.agency, *events))

    assert message in str(errors(response)[1][place][field])
    assert not DisclosureRequest.objects.exists()


def test_number_of_another_case_is_told_beside_the_field(client, officer):
    taken, request = DisclosureRequestFactory.create_batch(2, agency=officer.agency)

    response = client.post(ADD, case(officer.agency, number=taken.number))
    client.post(f"/admin/requests_app/disclosurerequest/{request.pk}/change/", case(officer.agency, number=""))

    assert response.status_code == 200 and "本机关已有这个登记编号" in response.content.decode()
    assert DisclosureRequest.objects.get(pk=request.pk).number == request.number  # given once


def test_conflict_that_no_form_can_foresee_keeps_what_was_typed(client, officer, monkeypatch):
    from django.db import IntegrityError

    def race(**_):
        raise IntegrityError

    monkeypatch.setattr("requests_app.actions.register", race)

    response = client.post(ADD, case(officer.agency, description="打了很久的字"))

    page = response.content.decode()
    assert response.status_code == 200 and "冲突" in page and "打了很久的字" in page


def test_name_is_in_the_list_of_those_who_answer_only(client, officer):
    DisclosureRequestFactory(agency=officer.agency, applicant_name=CANARY)
    page = "/admin/requests_app/disclosurerequest/"

    assert CANARY in client.get(page).content.decode()
    client.force_login(MembershipFactory(agency=officer.agency, role=Role.AUDITOR).user)
    assert CANARY not in client.get(page).content.decode()


def test_name_is_searched_only_where_it_may_be_known(client, officer):
    watched = MembershipFactory(user=officer.user, role=Role.AUDITOR).agency
    own = DisclosureRequestFactory(agency=officer.agency, applicant_name=CANARY)
    DisclosureRequestFactory(agency=watched, applicant_name=CANARY)

    found = client.get("/admin/requests_app/disclosurerequest/", {"q": CANARY[:3]}).context["cl"].queryset

    assert list(found) == [own]
    client.force_login(MembershipFactory(agency=officer.agency, role=Role.AUDITOR).user)
    assert client.get("/admin/requests_app/disclosurerequest/", {"q": CANARY}).context["cl"].result_count == 0


def test_name_stays_hidden_beyond_the_agency_one_answers_for(client, officer):
    watched = MembershipFactory(user=officer.user, role=Role.AUDITOR).agency
    request = DisclosureRequestFactory(agency=watched, applicant_name=CANARY, id_number=CANARY, contact=CANARY)

    for address in ("", f"{request.pk}/change/", f"{request.pk}/history/"):
        assert CANARY not in client.get(f"/admin/requests_app/disclosurerequest/{address}").content.decode(), address


def test_days_are_explained_on_the_page(client, officer):
    request = DisclosureRequestFactory(agency=officer.agency, due_on=date(2022, 3, 29))

    page = client.get(f"/admin/requests_app/disclosurerequest/{request.pk}/change/").content.decode()

    assert "第20个工作日，期限届满" in page


def test_proposal_is_dated_and_told_by_light(client, officer):
    form = {"agency": officer.agency.pk, "kind": "npc", "number": "12", "title": "示例", "role": "lead"}

    client.post("/admin/requests_app/proposal/add/", {**form, "assigned_on": "2022-03-01"})

    assert Proposal.objects.get().due_on == date(2022, 6, 1)
    assert "已超期" in client.get("/admin/requests_app/proposal/").content.decode()


def test_dispute_is_about_a_case_of_the_same_agency(client, officer):
    other = MembershipFactory(user=officer.user, agency=AgencyFactory(), role=Role.CASE_OFFICER).agency
    form = {"kind": "review", "case_number": "1", "accepted_on": "2022-05-01", "agency": officer.agency.pk}

    page = client.post(
        "/admin/requests_app/dispute/add/", {**form, "request": DisclosureRequestFactory(agency=other).pk}
    )

    assert "别的机关" in page.content.decode()


def test_open_disputes_are_a_filter(client, officer):
    DisputeFactory(agency=officer.agency)
    DisputeFactory(agency=officer.agency, result="upheld", closed_on=date(2022, 6, 1))

    assert client.get("/admin/requests_app/dispute/?closed=no").context["cl"].result_count == 1
