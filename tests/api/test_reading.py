"""What is read from /api/v1/: public records only, each field as declared, narrowed and refused as described."""

from datetime import date

import pytest
from django.core.files.base import ContentFile

from disclosures.models import Attachment, ItemState, Openness, Validity
from requests_app.enums import ProposalRole
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    CategoryFactory,
    ItemFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


def read(client, resource, **asked):
    answer = client.get(f"/api/v1/{resource}/", asked)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


def test_item_tells_its_channels_files_and_address(client, agency, settings):
    item = PublicationFactory(item__agency=agency, item__public=True, url="https://example.gov.cn/1").item
    Attachment.objects.create(item=item, name="示例.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf"))

    (listed,) = read(client, "items")
    alone = client.get(f"/api/v1/items/{item.pk}/").json()

    assert listed == alone
    assert (alone["agency"], alone["category"]) == ("bureau", item.category.name)
    assert alone["url"] == f"{settings.SITE_URL}/bureau/items/{item.pk}/"
    assert alone["publications"][0]["url"] == "https://example.gov.cn/1"
    (file,) = alone["attachments"]
    assert (file["name"], file["type"], file["size"]) == ("示例.pdf", "pdf", 8)
    assert client.get(file["url"].removeprefix(settings.SITE_URL)).status_code == 200


def test_file_that_is_gone_has_no_size(client, agency):
    item = ItemFactory(agency=agency, public=True)
    file = Attachment.objects.create(item=item, name="示例.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf"))
    file.file.storage.delete(file.file.name)

    assert read(client, "items")[0]["attachments"][0]["size"] is None


HIDDEN = [
    *({"state": state} for state in ItemState if state != ItemState.PUBLISHED),
    {"state": ItemState.PUBLISHED, "openness": Openness.ON_REQUEST},
    {"state": ItemState.PUBLISHED, "openness": Openness.CLOSED},
]


@pytest.mark.parametrize("hidden", HIDDEN, ids=str)
def test_item_that_is_not_public_is_not_there(client, agency, hidden):
    item = ItemFactory(agency=agency, published_on=date(2022, 3, 1), **hidden, release_at="2099-01-01T00:00:00Z")
    document = NormativeDocumentFactory(agency=agency, item=item)
    document.interpretations.add(item)

    assert read(client, "items") == []
    assert client.get(f"/api/v1/items/{item.pk}/").status_code == 404
    (told,) = read(client, "documents")
    assert (told["full_text"], told["interpretations"]) == (None, [])


def test_agency_without_a_portal_is_not_there(client):
    hidden = AgencyFactory(code="hidden", has_portal=False)
    below = AgencyFactory(code="below", parent=hidden)
    item = ItemFactory(agency=hidden, public=True)
    document = NormativeDocumentFactory(agency=hidden)
    decision = AdministrativeDecisionFactory(agency=hidden, published_on=date(2022, 6, 2))
    proposal = ProposalFactory(agency=hidden, is_public=True)

    assert [(row["code"], row["parent"]) for row in read(client, "agencies")] == [("below", None)]
    for resource in ("categories", "items", "documents", "decisions", "proposals"):
        assert read(client, resource) == read(client, resource, agency="hidden") == []
    for address in (
        "agencies/hidden",
        f"items/{item.pk}",
        f"categories/{item.category_id}",
        f"documents/{document.pk}",
        f"decisions/{decision.pk}",
        f"proposals/{proposal.pk}",
    ):
        assert client.get(f"/api/v1/{address}/").status_code == 404, address
    assert below.code == client.get("/api/v1/agencies/below/").json()["code"]


# Decisions


def test_decision_in_publicity_masks_a_person_and_names_a_firm(client, agency):
    AdministrativeDecisionFactory(agency=agency, party="王小二", published_on=date(2022, 6, 2))
    AdministrativeDecisionFactory(agency=agency, party="示例建筑有限公司", published_on=date(2022, 6, 2))

    assert [row["party"] for row in read(client, "decisions")] == ["示例建筑有限公司", "王＊"]


@pytest.mark.parametrize(
    "hidden",
    [
        {"published_on": None},
        {"published_on": date(2022, 6, 2), "is_total": True},
        {"published_on": date(2022, 6, 2), "quantity": 3},
        {
            "published_on": date(2022, 6, 2),
            "annulled_on": date(2022, 6, 3),
            "withdrawn_on": date(2022, 6, 4),
            "withdrawal_reason": "决定被撤销",
        },
    ],
    ids=str,
)
def test_decision_that_is_not_in_publicity_is_not_there(client, agency, hidden):
    decision = AdministrativeDecisionFactory(agency=agency, party="王小二", **hidden)

    assert read(client, "decisions") == []
    assert client.get(f"/api/v1/decisions/{decision.pk}/").status_code == 404


# Proposals


def test_proposal_gives_no_word_of_the_letter(client, agency):
    item = ItemFactory(agency=agency, public=True)
    shown = ProposalFactory(agency=agency, is_public=True, item=item, reply="内部答复示例，电话 13800138000")
    ProposalFactory(agency=agency, is_public=False)

    (told,) = read(client, "proposals")

    assert (told["id"], told["item"]) == (shown.pk, item.pk)
    assert "内部答复" not in client.get("/api/v1/proposals/").content.decode()
    assert "reply" not in told and "satisfaction" not in told


def test_proposal_whose_page_was_taken_down_is_not_there(client, agency):
    item = ItemFactory(agency=agency, state=ItemState.WITHDRAWN, published_on=date(2022, 3, 1))
    proposal = ProposalFactory(agency=agency, is_public=True, item=item)

    assert read(client, "proposals") == []
    assert client.get(f"/api/v1/proposals/{proposal.pk}/").status_code == 404


# Filters


def test_items_by_column_go_with_what_is_beneath_it(client, agency):
    above = CategoryFactory(agency=agency)
    below = CategoryFactory(agency=agency, parent=above)
    items = [ItemFactory(agency=agency, category=each, public=True) for each in (above, below)]
    ItemFactory(agency=agency, public=True)

    assert {row["id"] for row in read(client, "items", column=above.pk)} == {item.pk for item in items}
    assert [row["id"] for row in read(client, "items", column=below.pk)] == [items[1].pk]
    assert read(client, "items", column=10**6) == []


def test_items_by_days_numbers_and_change(client, agency):
    old = ItemFactory(
        agency=agency, state=ItemState.PUBLISHED, published_on=date(2021, 12, 31), formed_on=date(2021, 12, 1)
    )
    new = ItemFactory(agency=agency, public=True, document_number="示〔2022〕1号", index_number="S/2022-1")

    def keys(**asked):
        return [row["id"] for row in read(client, "items", **asked)]

    assert keys(year=2021) == [old.pk] and keys(year=2022) == [new.pk]
    assert keys(published_from="2022-01-01") == [new.pk] and keys(published_to="2021-12-31") == [old.pk]
    assert keys(formed_to="2021-12-01") == [old.pk] and keys(formed_from="2021-12-02") == [new.pk]
    assert keys(document_number="示〔2022〕1号") == keys(index_number="S/2022-1") == [new.pk]
    assert keys(agency="bureau") == [new.pk, old.pk] and keys(agency="nobody") == []
    assert len(keys(updated_since="2020-01-01T00:00:00+08:00")) == 2
    assert keys(updated_since="2999-01-01T00:00:00Z") == keys(updated_since="9999-12-31T23:59:59-23:59") == []
    assert len(keys(updated_since="0001-01-01T00:00:00+23:59")) == 2


def test_validity_is_that_of_the_document_whose_full_text_it_is(client, agency):
    plain = ItemFactory(agency=agency, public=True, validity=Validity.REPEALED)
    text = ItemFactory(agency=agency, public=True)
    document = NormativeDocumentFactory(agency=agency, item=text, lapsed_on=date(2022, 6, 1))

    told = {row["id"]: row["validity"] for row in read(client, "items")}

    assert told == {plain.pk: "repealed", text.pk: "lapsed"}
    for validity in Validity:
        wanted = [key for key, value in told.items() if value == validity]
        assert [row["id"] for row in read(client, "items", validity=validity)] == wanted
        wanted = [document.pk] if validity == Validity.LAPSED else []
        assert [row["id"] for row in read(client, "documents", validity=validity)] == wanted


@pytest.mark.parametrize(
    "dates",
    [
        {},
        {"repealed_on": date(2022, 6, 1)},
        {"repealed_on": date(2022, 6, 1), "declared_lapsed": True},
        {"lapsed_on": date(2022, 6, 1), "amended_on": date(2022, 5, 1)},
        {"amended_on": date(2022, 5, 1)},
        {"amended_on": date(2999, 5, 1), "lapsed_on": date(2999, 6, 1), "repealed_on": date(2999, 6, 1)},
    ],
    ids=str,
)
def test_question_about_validity_and_the_document_agree(client, agency, dates):
    NormativeDocumentFactory(agency=agency, **dates)

    (told,) = read(client, "documents")

    asked = {validity: len(read(client, "documents", validity=validity)) for validity in Validity}
    assert asked == {validity: int(validity == told["validity"]) for validity in Validity}


def test_other_lists_are_narrowed(client, agency):
    document = NormativeDocumentFactory(agency=agency, kind="regulation")
    NormativeDocumentFactory(issued_on=date(2021, 1, 5))
    decision = AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 2), number="示罚〔2022〕1号")
    AdministrativeDecisionFactory(kind="licence", decided_on=date(2021, 6, 1), published_on=date(2021, 6, 2))
    proposal = ProposalFactory(agency=agency, is_public=True, role=ProposalRole.SOLE, assigned_on=date(2022, 3, 1))
    ProposalFactory(is_public=True, role=ProposalRole.LEAD, assigned_on=date(2021, 3, 1))

    for asked in ({"agency": "bureau"}, {"year": 2022}, {"kind": "regulation"}, {"number": document.number}):
        assert [row["id"] for row in read(client, "documents", **asked)] == [document.pk], asked
    for asked in ({"agency": "bureau"}, {"year": 2022}, {"kind": "penalty"}, {"number": decision.number}):
        assert [row["id"] for row in read(client, "decisions", **asked)] == [decision.pk], asked
    for asked in ({"agency": "bureau"}, {"year": 2022}, {"role": "sole"}, {"assigned_from": "2022-01-01"}):
        assert [row["id"] for row in read(client, "proposals", **asked)] == [proposal.pk], asked


WRONG = [
    ("items", {"year": "99999"}, "year"),
    ("items", {"year": "２０２２"}, "year"),
    ("items", {"year": ""}, "year"),
    ("items", {"column": "9" * 30}, "column"),
    ("items", {"column": "-1"}, "column"),
    ("items", {"published_from": "2022-02-30"}, "published_from"),
    ("items", {"published_from": "2022-2-3"}, "published_from"),
    ("items", {"updated_since": "2022-01-01"}, "updated_since"),
    ("items", {"updated_since": "2022-13-01T00:00:00Z"}, "updated_since"),
    ("items", {"validity": "good"}, "validity"),
    ("items", {"document_number": "号\0"}, "document_number"),
    ("items", {"document_number": "号\u202e"}, "document_number"),
    ("items", {"document_number": "号\n"}, "document_number"),
    ("items", {"index_number": "9" * 65536}, "index_number"),
    ("items", {"agency": "Bureau"}, "agency"),
    ("items", {"agency": "a\0"}, "agency"),
    ("items", {"page_size": "0"}, "page_size"),
    ("items", {"page_size": "101"}, "page_size"),
    ("items", {"page_size": "9" * 30}, "page_size"),
    ("items", {"id_number__startswith": "37"}, "detail"),
    ("items", {"ordering": "body"}, "detail"),
    ("items", {"year": ["2021", "2022"]}, "year"),
    ("items", {"a\0": "1"}, "detail"),
    ("agencies", {"page": "10000000000"}, "detail"),
    ("documents", {"kind": "letter"}, "kind"),
    ("decisions", {"party": "王"}, "detail"),
    ("proposals", {"role": "1"}, "role"),
    ("reports", {"year": "22"}, "year"),
]


@pytest.mark.parametrize(("resource", "asked", "field"), WRONG)
def test_what_cannot_be_read_is_refused_by_its_name_in_chinese(client, resource, asked, field):
    answer = client.get(f"/api/v1/{resource}/", asked)

    assert answer.status_code == 400 and set(answer.json()) == {field}
    said = answer.json()[field]
    assert not any(word in answer.content.decode() for word in ("invalid", "valid ", "Enter", "field")), said


def test_record_takes_no_parameters(client, agency):
    assert client.get("/api/v1/agencies/bureau/?fields=code").status_code == 400


# Cost


def test_lists_cost_the_same_with_many_rows(client, agency, django_assert_max_num_queries):
    column = CategoryFactory(agency=agency)
    for number in (1, 20):
        for _ in range(number):
            item = PublicationFactory(item__agency=agency, item__category=column, item__public=True).item
            Attachment.objects.create(item=item, name="示例.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf"))
            NormativeDocumentFactory(agency=agency, item=item).interpretations.add(item)
            ProposalFactory(agency=agency, is_public=True, item=item)
            AdministrativeDecisionFactory(agency=agency, published_on=date(2022, 6, 2))
            AgencyFactory(parent=agency)
        for resource in ("agencies", "categories", "items", "documents", "decisions", "proposals", "reports"):
            for query in ("", "?agency=bureau"):
                if (resource, query) != ("agencies", "?agency=bureau"):
                    with django_assert_max_num_queries(8):
                        assert client.get(f"/api/v1/{resource}/{query}").status_code == 200, (resource, query)
        with django_assert_max_num_queries(9):  # the column is looked up too
            client.get(f"/api/v1/items/?column={column.pk}")
