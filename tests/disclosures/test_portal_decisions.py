"""行政决定公示: what is public of a decision, and what stays of one that was taken down."""

from datetime import date
from urllib.parse import quote

import pytest

from disclosures.models import Annulment, DecisionKind
from tests.factories.disclosures import AdministrativeDecisionFactory, AgencyFactory

pytestmark = pytest.mark.django_db

PUBLIC = {"published_on": date(2022, 6, 2)}
HIDDEN = [{}, {**PUBLIC, "quantity": 3}, {**PUBLIC, "is_total": True}]


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


def shown(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


def test_a_published_decision_is_listed_and_names_a_person_by_the_surname(client, agency):
    decision = AdministrativeDecisionFactory(agency=agency, number="示罚〔2022〕1号", party="张三", **PUBLIC)

    for address in ("decisions/", f"decisions/{decision.pk}/", "decisions/years/2022/"):
        page = shown(client, f"/bureau/{address}")
        assert "示罚〔2022〕1号" in page and "张＊" in page and "张三" not in page
    assert "示罚" in shown(client, f"/bureau/decisions/?number={quote('示罚[2022]1号')}&kind=penalty&year=2022")
    assert "没有符合条件的决定" in shown(client, "/bureau/decisions/?kind=licence")


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_what_was_not_published_one_by_one_is_not_there(client, agency, hidden):
    decision = AdministrativeDecisionFactory(agency=agency, number="示罚〔2022〕1号", party="示例有限公司", **hidden)

    shown(client, f"/bureau/decisions/{decision.pk}/", 404)
    assert "示例有限公司" not in shown(client, "/bureau/decisions/")


def test_another_agencys_decision_is_not_there(client, agency):
    shown(client, f"/bureau/decisions/{AdministrativeDecisionFactory(**PUBLIC).pk}/", 404)


def test_an_annulled_decision_says_so_at_once(client, agency):
    decision = AdministrativeDecisionFactory(
        agency=agency, annulled_on=date(2022, 7, 1), annulment=Annulment.REVOKED, **PUBLIC
    )

    assert "已撤销" in shown(client, "/bureau/decisions/")
    assert "2022年7月1日起" in shown(client, f"/bureau/decisions/{decision.pk}/")


def test_of_one_taken_down_only_when_and_why_stays(client, agency):
    """行政处罚法 Art. 48 ¶2."""
    decision = AdministrativeDecisionFactory(
        agency=agency,
        party="示例有限公司",
        annulled_on=date(2022, 7, 1),
        annulment=Annulment.UNLAWFUL,
        withdrawn_on=date(2022, 7, 4),
        withdrawal_reason="程序违法",
        **PUBLIC,
    )

    page = shown(client, f"/bureau/decisions/{decision.pk}/") + shown(client, "/bureau/decisions/")

    assert "公示已撤回" in page and "程序违法" in page and "2022年7月4日" in page
    assert "示例有限公司" not in page
    shown(client, "/bureau/decisions/years/2022/", 404)


def test_each_years_decisions_are_added_up_with_the_totals_of_other_systems(client, agency):
    for kind, quantity in ((DecisionKind.PENALTY, 1), (DecisionKind.PENALTY, 36), (DecisionKind.LICENCE, 120)):
        AdministrativeDecisionFactory(agency=agency, kind=kind, quantity=quantity)

    assert "<td>120</td><td>37</td><td>0</td><td>157</td>" in shown(client, "/bureau/decisions/")


@pytest.mark.parametrize("address", ["years/0000/", "years/9999/", "years/2022/0/", "0/", "99999999999999999999/"])
def test_odd_addresses_are_404(client, agency, address):
    shown(client, f"/bureau/decisions/{address}", 404)
