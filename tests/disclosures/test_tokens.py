"""接口令牌 in the back office: made by managers, shown once, revoked with a reason, all of it in the trail."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from disclosures import history, tokens
from disclosures.models import ApiToken, Role
from tests.factories.disclosures import AgencyFactory, ApiTokenFactory, MembershipFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/disclosures/apitoken/"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role=Role.MANAGER).user


@pytest.fixture
def clerk(agency):
    return MembershipFactory(agency=agency, role=Role.CLERK).user


@pytest.fixture
def desk(client, manager):
    client.force_login(manager)
    return client


def form(agency, owner, **changes):
    day = timezone.localdate() + timedelta(days=30)
    return {"agency": agency.pk, "name": "网站后台", "owner": owner.pk, "expires_on": day.isoformat(), **changes}


def test_token_is_shown_once_and_kept_as_a_hash(desk, agency, clerk):
    answer = desk.post(f"{LIST}add/", form(agency, clerk))

    (text,) = re.findall(r'value="(gk_[\w-]{32})"', answer.content.decode())
    token = ApiToken.objects.get()
    assert "no-store" in answer["Cache-Control"] and token.token_hash == tokens.hash_of(text) != text
    assert tokens.find(text, timezone.now()) == token
    for page in (LIST, f"{LIST}{token.pk}/change/", f"{LIST}{token.pk}/history/"):
        shown = desk.get(page).content.decode()
        assert text not in shown and token.token_hash not in shown and "网站后台" in shown
    assert [entry.step for entry in history.entries_of(token)] == ["issue"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"expires_on": "2020-01-01"}, "有效期已经过去"),
        ({"expires_on": "2999-01-01"}, "有效期最长两年"),
        ({"expires_on": "99999-01-01"}, "日期"),
        ({"name": ""}, "必填"),
    ],
)
def test_token_that_cannot_be_is_refused_beside_its_field(desk, agency, clerk, wrong, said):
    answer = desk.post(f"{LIST}add/", form(agency, clerk, **wrong))

    assert said in answer.content.decode() and not ApiToken.objects.exists()


def test_owner_must_be_one_who_enters_items(desk, agency):
    reviewer = MembershipFactory(agency=agency, role=Role.REVIEWER).user
    stranger = MembershipFactory(agency=AgencyFactory(), role=Role.CLERK).user

    assert "没有本机关的录入权限" in desk.post(f"{LIST}add/", form(agency, reviewer)).content.decode()
    desk.post(f"{LIST}add/", form(agency, stranger))
    assert not ApiToken.objects.exists()


def test_revoked_token_opens_nothing_and_the_reason_stays(desk, agency):
    token = ApiTokenFactory(agency=agency, name="旧后台")

    desk.post(f"{LIST}{token.pk}/revoke/", {"reason": " "})
    assert tokens.find("gk_旧后台", timezone.now()) == token

    desk.post(f"{LIST}{token.pk}/revoke/", {"reason": "更换后台"})

    assert tokens.find("gk_旧后台", timezone.now()) is None
    (entry,) = history.entries_of(token)
    assert (entry.step, entry.reason) == ("revoke", "更换后台")
    page = desk.get(f"{LIST}{token.pk}/change/").content.decode()
    assert "更换后台" in page and 'id="revoke"' not in page


def test_other_agencys_token_is_not_there(desk):
    token = ApiTokenFactory()

    assert desk.post(f"{LIST}{token.pk}/revoke/", {"reason": "x"}).status_code == 404
    token.refresh_from_db()
    assert token.revoked_at is None


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.AUDITOR])
def test_only_who_keeps_the_people_makes_and_revokes(client, agency, clerk, role):
    person, token = MembershipFactory(agency=agency, role=role).user, ApiTokenFactory(agency=agency)
    client.force_login(person)

    assert client.post(f"{LIST}add/", form(agency, clerk)).status_code == 403
    client.post(f"{LIST}{token.pk}/revoke/", {"reason": "x"})
    with pytest.raises(PermissionDenied):
        tokens.revoke(token=token, by=person, reason="x")
    with pytest.raises(PermissionDenied):
        tokens.issue(agency=agency, name="x", owner=clerk, expires_on=timezone.localdate(), by=person)
    token.refresh_from_db()
    assert token.revoked_at is None and ApiToken.objects.count() == 1


def test_rules_hold_past_the_form(agency, manager, clerk):
    with pytest.raises(ValidationError):
        tokens.issue(agency=agency, name="x", owner=manager, expires_on=timezone.localdate() - timedelta(1), by=manager)
    token = ApiTokenFactory(agency=agency)
    tokens.revoke(token=token, by=manager, reason="一次")
    with pytest.raises(ValidationError, match="已经停用"):
        tokens.revoke(token=token, by=manager, reason="两次")


def test_token_is_good_to_the_end_of_its_last_day(agency):
    token = ApiTokenFactory(agency=agency, expires_on=timezone.localdate())
    tomorrow = timezone.now() + timedelta(days=1)

    assert tokens.is_valid(token, timezone.now()) and not tokens.is_valid(token, tomorrow)
    assert tokens.standing(token, tomorrow) == "已过期"


def test_last_use_is_written_once_a_minute(agency, django_assert_num_queries):
    ApiTokenFactory(agency=agency, name="a")
    now = timezone.now()
    tokens.find("gk_a", now)
    tokens.find("gk_a", now + timedelta(seconds=30))

    assert ApiToken.objects.get().last_used_at == now
    tokens.find("gk_a", now + timedelta(seconds=61))
    assert ApiToken.objects.get().last_used_at > now
