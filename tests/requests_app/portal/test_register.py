"""申请办理登记: what the public sees of closed requests, and that it sees nothing else."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosures import history
from requests_app import actions, clocks, public_register
from requests_app.enums import ApplicantKind, EventKind, RequestState
from requests_app.models import DisclosureRequest
from requests_app.outcomes import Outcome
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, RequestEventFactory

pytestmark = pytest.mark.django_db

SUMMARY = "申请公开某路段道路改造工程的验收材料"
SECRETS = ("欧阳示例", "370602199001011234", "13912345678", "示例小区7号楼", "申请的全部原文", "内部说明")
TODAY = date(2022, 4, 1)


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局", shows_request_register=True)


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="case_officer").user


def closed(agency, **given):
    about = {
        "applicant_name": SECRETS[0],
        "id_number": SECRETS[1],
        "contact": f"{SECRETS[2]}，{SECRETS[3]}",
        "description": SECRETS[4],
    }
    return DisclosureRequestFactory(agency=agency, answered=True, **{**about, **given})


def listed(agency, **given):
    return closed(agency, public_summary=SUMMARY, summary_released_on=TODAY, **given)


def page(client, query=""):
    response = client.get(f"/bureau/requests/register/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_register_shows_number_days_summary_outcome_and_time(client, agency):
    found = listed(agency, number="2022-0007")

    shown = page(client)

    for told in ("2022-0007", "2022年3月1日", "2022年3月25日", SUMMARY, "予以公开", "18个工作日"):
        assert told in shown, told
    assert found.outcome == Outcome.GRANT


def test_register_tells_nothing_else_of_the_request(client, agency):
    found = listed(agency)
    sent = RequestEventFactory(request=found, kind=EventKind.CONSULTATION_SENT, counterpart=SECRETS[0], note=SECRETS[5])
    RequestEventFactory(
        request=found, kind=EventKind.CONSULTATION_RETURNED, answers=sent, on=date(2022, 3, 10), note=SECRETS[5]
    )

    shown = page(client)

    assert SUMMARY in shown
    assert not any(secret in shown for secret in SECRETS)


def test_no_column_of_the_applicant_is_read(client, agency, django_assert_max_num_queries):
    RequestEventFactory(request=listed(agency))

    with django_assert_max_num_queries(10) as queries:
        page(client)

    asked = " ".join(query["sql"] for query in queries)
    assert "public_summary" in asked
    assert not any(
        name in asked for name in ("applicant", "id_number", "contact", "description", "counterpart", 'note"')
    )


@pytest.mark.parametrize("hidden", ["open", "not released", "other agency"])
def test_only_released_closed_requests_are_listed(client, agency, hidden):
    found = listed(agency)
    changes = {
        "open": {"state": RequestState.HANDLING, "outcome": "", "answered_on": None},
        "not released": {"summary_released_on": None},
        "other agency": {"agency": AgencyFactory(shows_request_register=True)},
    }[hidden]
    DisclosureRequest.objects.filter(pk=found.pk).update(**changes)

    assert SUMMARY not in page(client)


def test_register_is_not_there_when_switched_off(client, agency):
    listed(agency)
    type(agency).objects.update(shows_request_register=False)

    response = client.get("/bureau/requests/register/")

    assert response.status_code == 404 and SUMMARY not in response.content.decode()


def test_filters_by_year_and_outcome(client, agency):
    listed(agency)
    listed(agency, number="前一年的", received_on=date(2021, 3, 1), answered_on=date(2021, 3, 9))
    listed(agency, number="部分的", outcome=Outcome.PARTIAL)

    assert "前一年的" in page(client, "?year=2021") and "部分的" not in page(client, "?year=2021")
    assert "部分的" in page(client, "?outcome=partial") and "前一年的" not in page(client, "?outcome=partial")
    assert "前一年的" in page(client, "?outcome=%00&year=99999&page=99999999999999")


def test_year_has_a_page_of_its_own(client, agency):
    listed(agency)
    listed(agency, number="前一年的", received_on=date(2021, 3, 1), answered_on=date(2021, 3, 9))

    shown = page(client, "years/2021/")

    assert "前一年的" in shown and "2022年3月25日" not in shown
    type(agency).objects.update(shows_request_register=False)
    assert client.get("/bureau/requests/register/years/2021/").status_code == 404


def test_time_without_a_calendar_is_told_in_calendar_days(client, agency):
    listed(agency, received_on=date(1999, 3, 1), answered_on=date(1999, 3, 11))

    assert "10天（自然日）" in page(client)


def test_register_costs_the_same_with_many(client, agency, django_assert_max_num_queries):
    for number in (1, 30):
        for _ in range(number):
            RequestEventFactory(request=listed(agency))
        with django_assert_max_num_queries(10):
            page(client)


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ({}, 18),  # 2 to 25 March 2022
        ({"corrected_on": date(2022, 3, 10)}, 11),  # 条例 Art. 30: anew after the corrected request
        ({"consultations": [(date(2022, 3, 2), date(2022, 3, 9))]}, 13),  # Art. 33 ¶3: five do not count
        ({"corrected_on": date(2022, 3, 25)}, 0),
    ],
)
def test_days_used_are_those_of_the_period(given, days):
    assert clocks.days_used(date(2022, 3, 1), date(2022, 3, 25), **given) == days


# Releasing


def test_release_and_withdrawal_leave_a_trail(client, agency, officer):
    found = closed(agency)

    public_register.release(request=found, by=officer, summary=f" {SUMMARY}\n", today=TODAY)
    assert SUMMARY in page(client)

    public_register.withdraw(request=found, by=officer, reason="写得不准确")
    assert SUMMARY not in page(client)
    steps = [(entry.step, entry.reason) for entry in history.entries_of(found)]
    assert steps == [("release_summary", ""), ("withdraw_summary", "写得不准确")]
    assert found.version == 2 and found.public_summary == SUMMARY


@pytest.mark.parametrize(
    ("summary", "fault"),
    [
        ("", "概括"),
        ("申请人电话13912345679的材料", "个人信息"),
        ("欧阳示例申请的材料", "申请人名称"),
        ("欧 阳示　例申请的材料", "申请人名称"),
        ("住在示例小区7号楼的人申请的材料", "申请人的联系方式|个人信息"),
        ("证件３７０６０２１９９００１０１１２３４的材料", "证件号码"),
    ],
)
def test_summary_that_tells_somebody_is_refused(agency, officer, summary, fault):
    found = closed(agency)

    with pytest.raises(ValidationError, match=fault):
        public_register.release(request=found, by=officer, summary=summary, today=TODAY)

    found.refresh_from_db()
    assert found.summary_released_on is None and not found.public_summary


def test_without_the_guard_the_name_would_be_public(client, agency, officer, monkeypatch):
    """The twin."""
    monkeypatch.setattr(public_register, "fault_of", lambda *given: "")
    public_register.release(request=closed(agency), by=officer, summary="欧阳示例申请的材料", today=TODAY)

    assert "欧阳示例" in page(client)


def test_name_of_one_of_several_applicants_is_found_and_a_place_in_a_firms_is_not(agency):
    person = closed(agency, applicant_name="欧阳示例、司马样本")
    firm = closed(agency, applicant_kind=ApplicantKind.COMMERCIAL_ENTERPRISE, applicant_name="示例（山东）有限公司")

    assert public_register.names_applicant("司马样本申请", person) == "申请人名称"
    assert public_register.names_applicant("申请山东的材料", firm) == ""
    assert public_register.names_applicant("示例(山东) 有限公司申请", firm) == "申请人名称"


def test_only_a_closed_case_of_an_agency_with_a_register_by_its_officer(agency, officer):
    stranger = MembershipFactory(role="case_officer").user
    still_open, elsewhere = DisclosureRequestFactory(agency=agency), closed(AgencyFactory())

    for request, by in ((still_open, officer), (closed(agency), stranger)):
        with pytest.raises(ValidationError):
            public_register.release(request=request, by=by, summary=SUMMARY, today=TODAY)
    with pytest.raises(ValidationError, match="没有公布申请办理登记"):
        own = MembershipFactory(agency=elsewhere.agency, role="case_officer").user
        public_register.release(request=elsewhere, by=own, summary=SUMMARY, today=TODAY)


def test_answer_whose_summary_is_public_is_not_undone(agency, officer):
    found = DisclosureRequestFactory(agency=agency)
    about = {"outcome": Outcome.GRANT, "letter_number": "示公开复〔2022〕1号", "on": date(2022, 3, 25)}
    actions.record_answer(request=found, by=officer, today=TODAY, **about)
    public_register.release(request=found, by=officer, summary=SUMMARY, today=TODAY)

    with pytest.raises(ValidationError, match="请先撤下"):
        actions.undo(request=found, by=officer, reason="登记错误")

    public_register.withdraw(request=found, by=officer, reason="登记错误")
    actions.undo(request=found, by=officer, reason="登记错误")
    found.refresh_from_db()
    assert found.answered_on is None


def test_officer_releases_and_withdraws_on_the_case_page(client, agency, officer):
    found = closed(agency)
    client.force_login(officer)
    case = f"/admin/requests_app/disclosurerequest/{found.pk}"
    assert "填写并公布" in client.get(f"{case}/change/").content.decode()

    refused = client.post(f"{case}/summary/", {"summary": "欧阳示例的申请", "version": found.version})
    assert refused.status_code == 200 and "申请人名称" in refused.content.decode()

    client.post(f"{case}/summary/", {"summary": SUMMARY, "version": found.version})
    found.refresh_from_db()
    assert found.summary_released_on == timezone.localdate()
    assert SUMMARY in client.get(f"{case}/change/").content.decode()

    client.post(f"{case}/summary/withdraw/", {"reason": "写得不准确", "version": found.version})
    found.refresh_from_db()
    assert found.summary_released_on is None


def test_two_officers_at_once_the_second_is_told(client, agency, officer):
    found = closed(agency)
    client.force_login(officer)
    public_register.release(request=found, by=officer, summary=SUMMARY, today=TODAY)

    address = f"/admin/requests_app/disclosurerequest/{found.pk}/summary/"
    shown = client.post(address, {"summary": "另一段话", "version": 0}).content.decode()

    found.refresh_from_db()
    assert "刚刚被修改" in shown and found.public_summary == SUMMARY
