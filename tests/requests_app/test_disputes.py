"""Reviews and suits: the clocks both ways, what is asked again, what is refused, and who sees what."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures import calendars
from disclosures.models import Role
from requests_app import disputes
from requests_app.enums import DisputeKind, EventKind
from requests_app.models import Dispute
from requests_app.outcomes import Outcome
from requests_app.redating import redate
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory, RequestEventFactory

REVIEW, DIRECT, AFTER = DisputeKind.REVIEW, DisputeKind.LITIGATION_DIRECT, DisputeKind.LITIGATION_AFTER_REVIEW
LIST = "/admin/requests_app/dispute/"


@pytest.fixture
def officer(client, db):
    membership = MembershipFactory(role=Role.CASE_OFFICER)
    client.force_login(membership.user)
    return membership


@pytest.mark.parametrize(
    ("kind", "procedure", "copy", "due", "words"),
    [
        # 行政复议法 Art. 48: 10 working days; 28 September and 11 October 2025 were worked, 1–8 October were not.
        (REVIEW, "ordinary", date(2025, 9, 25), date(2025, 10, 15), "第四十八条"),
        # 行政复议法 Art. 54: 5 working days.
        (REVIEW, "simplified", date(2025, 9, 25), date(2025, 10, 9), "第五十四条"),
        # Not known which: the earlier day.
        (REVIEW, "", date(2025, 9, 25), date(2025, 10, 9), "先按较短的期限提醒"),
        # 行政诉讼法 Art. 67: 15 calendar days.
        (DIRECT, "", date(2025, 6, 2), date(2025, 6, 17), "第六十七条"),
        # … of which the last is a holiday: the next working day (民事诉讼法 Art. 85).
        (AFTER, "", date(2025, 9, 20), date(2025, 10, 9), "2025年10月5日是休息日，顺延至2025年10月9日"),
        (DIRECT, "", None, None, "填写收到副本日期"),
        (DIRECT, "", date(2099, 3, 1), None, "待定：2099年节假日安排尚未载入"),
    ],
)
def test_last_day_of_our_answer(kind, procedure, copy, due, words):
    term = disputes.answer_term(Dispute(kind=kind, procedure=procedure, copy_received_on=copy))

    assert term.due_on == due and words in term.why


def terms(dispute):
    return {term.name: term for term in disputes.applicant_terms(dispute)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "delivered", "due"),
    [
        ("申请行政复议", date(2025, 3, 3), date(2025, 5, 6)),  # 行政复议法 Art. 20: 60 days end on 2 May, a holiday
        ("申请行政复议", date(2025, 8, 5), date(2025, 10, 9)),  # … on 4 October
        ("申请行政复议", date(2025, 6, 10), date(2025, 8, 11)),  # … on Saturday 9 August
        ("直接提起行政诉讼", date(2025, 4, 5), date(2025, 10, 9)),  # 行政诉讼法 Art. 46: 6 months end on 5 October
        ("直接提起行政诉讼", date(2024, 8, 31), date(2025, 2, 28)),  # no 31 February
    ],
)
def test_applicants_terms_from_the_delivery_of_our_answer(name, delivered, due):
    request = DisclosureRequestFactory(
        received_on=date(2024, 8, 1), state="closed", outcome=Outcome.GRANT, answered_on=delivered
    )
    RequestEventFactory(request=request, kind=EventKind.DELIVERED, on=delivered)

    assert terms(DisputeFactory(agency=request.agency, request=request))[name].due_on == due


@pytest.mark.django_db
def test_suit_after_review_is_open_for_15_days():
    """行政诉讼法 Art. 45: from the service of the decision; 3 October is a holiday."""
    review = DisputeFactory(decided_on=date(2025, 9, 16), served_on=date(2025, 9, 18))
    suit = DisputeFactory(agency=review.agency, kind=AFTER, prior=review)

    for case in (review, suit):
        term = terms(case)["复议后提起行政诉讼"]
        assert term.due_on == date(2025, 10, 9) and "第四十五条" in term.why


@pytest.mark.django_db
def test_without_delivery_the_terms_say_what_is_missing():
    request = DisclosureRequestFactory(answered=True)

    found = terms(DisputeFactory(agency=request.agency, request=request))

    assert found["申请行政复议"].due_on is None and "送达日期" in found["申请行政复议"].why


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "outcome", "answered", "warned"),
    [
        (DIRECT, Outcome.DENY_SECRET, date(2024, 1, 2), True),  # 行政复议法 Art. 23, in force 2024-01-01
        (DIRECT, Outcome.DENY_PROCESS, date(2025, 6, 2), True),  # 条例 Art. 16; 法释〔2025〕8号 Art. 1
        (DIRECT, Outcome.PARTIAL, date(2025, 6, 2), True),  # the withheld part
        (DIRECT, Outcome.DENY_SECRET, date(2023, 12, 29), False),
        (DIRECT, Outcome.DENY_REGISTRY, date(2024, 6, 3), False),  # Art. 36: no refusal under Art. 14–16
        (DIRECT, Outcome.NOTHELD_NONE, date(2024, 6, 3), False),
        (AFTER, Outcome.DENY_SECRET, date(2024, 1, 2), False),
        (REVIEW, Outcome.DENY_SECRET, date(2024, 1, 2), False),
    ],
)
def test_direct_suit_against_a_refusal_is_warned_of(kind, outcome, answered, warned):
    request = DisclosureRequestFactory(
        received_on=date(2023, 12, 1), state="closed", outcome=outcome, answered_on=answered
    )
    dispute = DisputeFactory(agency=request.agency, kind=kind, request=request, accepted_on=date(2025, 7, 1))

    assert any("复议前置" in warning for warning in disputes.warnings(dispute)) == warned
    assert Dispute.objects.review_skipped().exists() == warned


@pytest.mark.django_db
def test_refusal_cannot_be_sued_directly_and_the_terms_say_so():
    request = DisclosureRequestFactory(
        received_on=date(2025, 3, 3), state="closed", outcome=Outcome.DENY_SECRET, answered_on=date(2025, 3, 10)
    )
    RequestEventFactory(request=request, kind=EventKind.DELIVERED, on=date(2025, 3, 11))

    term = terms(DisputeFactory(agency=request.agency, request=request))["直接提起行政诉讼"]

    assert term.due_on is None and "须先行申请行政复议" in term.why


def form(agency, **changes):
    return {
        "agency": agency.pk,
        "kind": "review",
        "case_number": "文政复〔2025〕8号",
        "accepted_on": "2025-09-22",
    } | changes


def test_case_is_dated_when_saved_and_found_under_its_light(client, officer):
    client.post(f"{LIST}add/", form(officer.agency, copy_received_on="2025-09-25", procedure="ordinary"))

    dispute = Dispute.objects.get()
    assert dispute.answer_due_on == date(2025, 10, 15)
    page = client.get(f"{LIST}{dispute.pk}/change/").content.decode()
    assert "2025年10月15日（已超期）：2025年9月25日收到副本，普通程序十个工作日内答复" in page
    late = client.get(f"{LIST}?due=late")
    assert late.context["cl"].result_count == 1 and "已超期" in late.content.decode()

    client.post(
        f"{LIST}{dispute.pk}/change/",
        form(officer.agency, copy_received_on="2025-09-25", procedure="ordinary", answered_on="2025-10-14"),
    )
    assert client.get(f"{LIST}?due=open").context["cl"].result_count == 0


def test_warning_does_not_refuse_and_stands_in_page_and_list(client, officer):
    request = DisclosureRequestFactory(
        agency=officer.agency, state="closed", outcome=Outcome.DENY_SECRET, answered_on=date(2024, 3, 1)
    )

    response = client.post(
        f"{LIST}add/", form(officer.agency, kind="litigation_direct", request=request.pk), follow=True
    )

    dispute = Dispute.objects.get()
    assert "复议前置" in response.content.decode()
    assert "驳回起诉" in client.get(f"{LIST}{dispute.pk}/change/").content.decode()
    assert client.get(f"{LIST}?skipped=yes").context["cl"].result_count == 1


def test_suit_after_review_asks_for_the_review(client, officer):
    response = client.post(f"{LIST}add/", form(officer.agency, kind="litigation_after_review"), follow=True)

    assert Dispute.objects.exists() and "请选择此前的复议" in response.content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"copy_received_on": "2025-09-19"}, "copy_received_on", "早于受理日期"),
        ({"copy_received_on": "2025-09-25", "answered_on": "2025-09-24"}, "answered_on", "早于收到副本日期"),
        ({"decided_on": "2025-09-01"}, "decided_on", "早于受理日期"),
        ({"decided_on": "2025-11-20", "served_on": "2025-11-19"}, "served_on", "早于决定（裁判）日期"),
        ({"stage": "first"}, "stage", "复议请留空"),
        ({"kind": "litigation_direct", "procedure": "ordinary"}, "procedure", "诉讼请留空"),
        ({"result": "upheld"}, "closed_on", "必须同时填写"),
        ({"accepted_on": "1025-09-22"}, "accepted_on", "不合理"),
    ],
)
def test_impossible_case_is_told_beside_the_field(client, officer, changes, field, message):
    response = client.post(f"{LIST}add/", form(officer.agency, **changes))

    assert message in str(response.context["adminform"].form.errors[field])
    assert not Dispute.objects.exists()


def test_prior_is_a_concluded_review_of_the_same_agency_and_request(officer):
    agency = officer.agency
    first, second = DisclosureRequestFactory(agency=agency), DisclosureRequestFactory(agency=agency)
    done = {"result": "upheld", "closed_on": date(2022, 5, 1)}
    good = DisputeFactory(agency=agency, request=first, **done)
    wrong = {
        "别的机关": DisputeFactory(agency=AgencyFactory(), **done),
        "已经审结的行政复议": DisputeFactory(agency=agency),
        "请选择已经审结": DisputeFactory(agency=agency, kind=DIRECT, **done),
    }

    def suit(**changes):
        given = {"agency": agency, "kind": AFTER, "case_number": "1", "accepted_on": date(2022, 6, 1), "request": first}
        return Dispute(**given | changes)

    suit(prior=good).full_clean()
    for message, prior in wrong.items():
        with pytest.raises(ValidationError, match=message):
            suit(prior=prior).full_clean()
    with pytest.raises(ValidationError, match="不是同一件"):
        suit(prior=good, request=second).full_clean()
    with pytest.raises(ValidationError, match="早于此前复议的审结日期"):
        suit(prior=good, accepted_on=date(2022, 4, 30)).full_clean()
    with pytest.raises(ValidationError, match="只有“复议后起诉”"):
        suit(prior=good, kind=DIRECT).full_clean()


def test_review_that_a_suit_followed_stays_concluded(officer):
    review = DisputeFactory(agency=officer.agency, result="upheld", closed_on=date(2022, 5, 1))
    DisputeFactory(agency=officer.agency, kind=AFTER, prior=review, accepted_on=date(2022, 6, 1))

    review.result, review.closed_on = "", None
    with pytest.raises(ValidationError, match="此前的复议"):
        review.full_clean()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"stage": "first"}, {"kind": DIRECT, "procedure": "ordinary"}, {"copy_received_on": date(2022, 3, 1)}]
)
def test_database_keeps_the_same_rules(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        DisputeFactory(**wrong)


@pytest.mark.django_db
def test_case_pending_on_the_last_day_of_the_year_appears_again():
    """年度报告 Table C: 尚未审结 of one year is counted in the next until it is concluded."""
    agency = AgencyFactory()
    DisputeFactory(agency=agency, accepted_on=date(2022, 12, 31), result="upheld", closed_on=date(2024, 1, 5))
    cases = Dispute.objects.of(agency)

    assert [cases.counted_in(year).count() for year in (2021, 2022, 2023, 2024, 2025)] == [0, 1, 1, 1, 0]
    assert [cases.pending_after(year).count() for year in (2022, 2023, 2024)] == [1, 1, 0]


@pytest.mark.django_db
def test_redating_moves_only_what_changed():
    stale = DisputeFactory(kind=DIRECT, copy_received_on=date(2025, 6, 2), accepted_on=date(2025, 6, 2))
    right = DisputeFactory(
        kind=DIRECT, copy_received_on=date(2025, 6, 2), accepted_on=date(2025, 6, 2), answer_due_on=date(2025, 6, 17)
    )

    moved = redate(calendars.current())

    assert [case.label for case in moved] == [str(stale)] and str(right) != str(stale)
    assert Dispute.objects.get(pk=stale.pk).answer_due_on == date(2025, 6, 17)


def test_clerk_has_no_business_here_and_another_agency_has_no_such_case(client, officer):
    dispute = DisputeFactory(agency=officer.agency)
    page = f"{LIST}{dispute.pk}/change/"

    client.force_login(MembershipFactory(agency=officer.agency, role=Role.CLERK).user)
    assert client.get(LIST).status_code == client.get(f"{LIST}add/").status_code == 403
    client.force_login(MembershipFactory(role=Role.CASE_OFFICER).user)
    assert client.get(page).status_code == client.post(page, {}).status_code == 404


def test_list_costs_the_same_for_many_cases(client, officer, django_assert_max_num_queries):
    request = DisclosureRequestFactory(agency=officer.agency, answered=True)
    for _ in range(20):
        DisputeFactory(agency=officer.agency, kind=DIRECT, request=request)

    with django_assert_max_num_queries(12):
        client.get(LIST)
