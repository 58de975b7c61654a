"""工作台: each number is the length of the list it links to, whoever looks."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import worklist
from disclosures.lights import BANDS, band
from disclosures.models import Role
from disclosures.working_days import PUBLISHED
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory, ProposalFactory

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 9)


@pytest.fixture
def officer(client, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: DAY)
    membership = MembershipFactory(role=Role.CASE_OFFICER)
    client.force_login(membership.user)
    return membership


cases = st.lists(
    st.fixed_dictionaries(
        {
            "due": st.none() | st.integers(-20, 25),
            "handler": st.sampled_from(["me", "colleague", "nobody"]),
            "agency": st.sampled_from(["mine", "mine", "other"]),
            "channel": st.sampled_from(["online", "mail"]),
            "received": st.booleans(),
            "answered": st.booleans(),
        }
    ),
    max_size=8,
)


def store(officer, colleague, other, drawn):
    DisclosureRequest.objects.all().delete()
    handlers = {"me": officer.user, "colleague": colleague, "nobody": None}
    for each in drawn:
        received = each["received"] or each["answered"]
        DisclosureRequestFactory(
            agency=other if each["agency"] == "other" else officer.agency,
            handler=handlers[each["handler"]],
            channel=each["channel"],
            received_on=date(2026, 2, 2) if received else None,
            arrived_on=date(2026, 2, 2),
            due_on=DAY + timedelta(days=each["due"]) if received and each["due"] is not None else None,
            **({"answered": True, "answered_on": date(2026, 3, 2)} if each["answered"] else {}),
        )


@given(drawn=cases)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_count_is_the_length_of_its_list(client, officer, drawn):
    colleague = MembershipFactory(agency=officer.agency, role=Role.CASE_OFFICER).user
    store(officer, colleague, AgencyFactory(), drawn)

    for scope in ("mine", "agency"):
        tasks = client.get(f"/admin/?scope={scope}").context["tasks"]
        for task in tasks:
            assert client.get(task.address).context["cl"].result_count == task.count, (scope, task)
        bands = [task.count for task in tasks if "disclosurerequest/?due=" in task.address]
        open_cases = DisclosureRequest.objects.open().filter(agency=officer.agency)
        mine = open_cases.for_officer(officer.user) if scope == "mine" else open_cases
        assert len(bands) == len(BANDS) and sum(bands) == mine.count()


@pytest.mark.parametrize("offset", range(-3, 30))
def test_bands_share_every_day_among_them(offset):
    due = DAY + timedelta(days=offset)
    DisclosureRequestFactory(due_on=due, received_on=date(2026, 2, 2))

    found = [each.key for each in BANDS if DisclosureRequest.objects.filter(band(each.key, DAY, calendar=PUBLISHED))]

    left = len(PUBLISHED.between(DAY, due)) if offset > 0 else 0
    if offset > 0:
        expected = "soon" if left <= 3 else "week" if left <= 7 else "later"
    else:
        expected = "late" if offset < 0 else "today"
    assert found == [expected]


def test_page_costs_the_same_queries_however_many_agencies(client, officer):
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/")
    for _ in range(12):
        agency = MembershipFactory(user=officer.user, role=Role.CASE_OFFICER).agency
        DisclosureRequestFactory(agency=agency, received_on=date(2026, 2, 2), due_on=DAY)
        ProposalFactory(agency=agency, due_on=DAY)
        DisputeFactory(agency=agency)
    with CaptureQueriesContext(connection) as many:
        client.get("/admin/")

    assert len(many) <= len(few) + 1 and len(many) <= 30


def test_month_is_told_in_words_and_drawn(client, officer):
    DisclosureRequestFactory(agency=officer.agency, received_on=date(2026, 3, 2))
    DisclosureRequestFactory(
        agency=officer.agency, received_on=date(2026, 2, 2), answered=True, answered_on=date(2026, 3, 3)
    )

    page = client.get("/admin/").content.decode()

    assert "本月新收1件、答复1件；上月新收1件、答复0件。" in page and "<svg" in page


def test_whoever_answers_no_cases_sees_the_agency(officer, client):
    auditor = MembershipFactory(agency=officer.agency, role=Role.AUDITOR).user

    assert worklist.scope_of(auditor, "mine") == "agency"
    assert worklist.scope_of(officer.user, "") == "mine"
