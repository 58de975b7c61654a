"""建议提案 on the portal: published answers, counts by year, and nothing of the deputies."""

from datetime import date

import pytest

from disclosures.models import ItemState
from requests_app.enums import ProposalKind, ProposalRole, Satisfaction
from requests_app.models import ResultClass
from tests.factories.disclosures import AgencyFactory, ItemFactory
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


def answered(agency, **given):
    item = ItemFactory(agency=agency, public=True, title="关于第12号建议的答复", body="<p>答复的正文</p>")
    about = {"title": "关于增设垃圾桶的建议", "number": "第12号", "answered_on": date(2022, 5, 6), "item": item}
    return ProposalFactory(agency=agency, is_public=True, **{**about, **given})


def page(client, address="/bureau/proposals/"):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_answer_is_shown_through_its_item_with_what_became_of_it(client, agency):
    ResultClass.objects.create(agency=agency, code="A", meaning="已经解决或者基本解决")
    proposal = answered(
        agency,
        session="十九届人大一次会议",
        result_class="A",
        satisfaction=Satisfaction.SATISFIED,
        reply="王代表电话13800001111",
        publicity_reason="内部的理由",
    )

    shown = page(client, f"/bureau/proposals/{proposal.pk}/")

    for told in (
        "十九届人大一次会议",
        "第12号",
        "主办",
        "2022年3月1日",
        "2022年5月6日",
        "A（已经解决或者基本解决）",
        "满意",
    ):
        assert told in shown
    assert "答复的正文" in shown and f"/bureau/items/{proposal.item_id}/" in shown
    assert "13800001111" not in shown and "内部的理由" not in shown
    assert proposal.title in page(client)


@pytest.mark.parametrize("hidden", ["not public", "withdrawn", "no item", "other agency"])
def test_answer_that_is_not_public_is_not_there(client, agency, hidden):
    proposal = answered(agency, title="看不到的建议")
    if hidden == "not public":
        proposal.is_public = False
    elif hidden == "withdrawn":
        type(proposal.item).objects.update(state=ItemState.WITHDRAWN)
    elif hidden == "no item":
        proposal.item, proposal.publicity_reason = None, "已在报纸公布"
    else:
        proposal.agency = AgencyFactory()
    proposal.save()

    assert client.get(f"/bureau/proposals/{proposal.pk}/").status_code == 404
    assert "看不到的建议" not in page(client)


def test_list_by_kind_and_year(client, agency):
    answered(agency, title="代表的", number="1")
    answered(agency, title="委员的", number="2", kind=ProposalKind.CPPCC)
    answered(agency, title="前一年的", number="3", assigned_on=date(2021, 3, 1))

    by_kind = page(client, "/bureau/proposals/?kind=cppcc")
    by_year = page(client, "/bureau/proposals/?year=2021")

    assert "委员的" in by_kind and "代表的" not in by_kind
    assert "前一年的" in by_year and "委员的" not in by_year


@pytest.mark.parametrize("query", ["kind=x", "year=99999", "year=abc", "kind=%00", f"kind={'x' * 65536}", "year=٢٠٢٢"])
def test_with_odd_filters_everything_is_listed(client, agency, query):
    answered(agency)

    assert "关于增设垃圾桶的建议" in page(client, f"/bureau/proposals/?{query}")


@pytest.mark.parametrize("number", ["99999999999999", "-1", "abc", "9" * 5000])
def test_odd_pages_still_show_the_list(client, agency, number):
    answered(agency)

    assert "关于增设垃圾桶的建议" in page(client, f"/bureau/proposals/?page={number}")


def test_counts_by_year(client, agency):
    answered(agency)
    ProposalFactory(agency=agency, kind=ProposalKind.CPPCC, role=ProposalRole.ASSIST)
    ProposalFactory(agency=agency, assigned_on=date(2021, 5, 1))

    shown = page(client)

    cells = ["".join(f"<td>{number}</td>" for number in row) for row in ((1, 1, 1, 1, 1), (1, 0, 0, 0, 0))]
    linked = '<th scope="row"><a href="/bureau/proposals/years/2022/">2022年</a></th>'
    assert f"{linked}{cells[0]}" in shown and f'<th scope="row">2021年</th>{cells[1]}' in shown


def test_year_has_a_page_that_later_ones_do_not_change(client, agency):
    answered(agency)
    answered(agency, title="后一年的", number="3", assigned_on=date(2023, 3, 1), answered_on=date(2023, 5, 1))

    shown = page(client, "/bureau/proposals/years/2022/")

    assert "关于增设垃圾桶的建议" in shown and "后一年的" not in shown
    assert client.get("/bureau/proposals/years/2001/").status_code == 404


def test_agency_without_any_says_so(client, agency):
    shown = page(client)

    assert "没有承办过" in shown and 'class="filter"' not in shown


def test_address_beyond_every_key_is_404(client, agency):
    assert client.get(f"/bureau/proposals/{10**30}/").status_code == 404


def test_pages_cost_the_same_with_many(client, agency, django_assert_max_num_queries):
    proposal = answered(agency)
    for number in (0, 30):
        for place in range(number):
            answered(agency, number=f"多{place}")
        for address in ("/bureau/proposals/", f"/bureau/proposals/{proposal.pk}/"):
            with django_assert_max_num_queries(8):
                client.get(address)
