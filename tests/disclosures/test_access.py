"""Powers asked of each record's own agency, choices of one's own, and addresses that tell and break nothing."""

from datetime import date

import pytest
from django.contrib.admin import ModelAdmin, site
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from disclosures.admin.items import ItemAdmin
from disclosures.admin.people import people
from disclosures.models import Agency, Attachment, Item, Membership, NormativeDocument, Role
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory, ProposalFactory

pytestmark = pytest.mark.django_db

NO_ROWS = {
    f"{prefix}-{name}": "0"
    for prefix in ("publications", "attachments", "events", "memberships")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


def item_form(agency, category, **changes):
    form = {"agency": agency.pk, "category": category.pk, "title": "新标题", "openness": "proactive"}
    return {**form, "validity": "in_force", **NO_ROWS, **changes}


@pytest.fixture
def two(client):
    """Manages the first agency, and only watches the second."""
    managed, watched = AgencyFactory(), AgencyFactory()
    user = MembershipFactory(agency=managed, role=Role.MANAGER).user
    MembershipFactory(user=user, agency=watched, role=Role.AUDITOR)
    client.force_login(user)
    return managed, watched


# A power in one agency is none in another


@pytest.mark.parametrize("address", ["{}/delete/", ""])
def test_record_of_an_agency_one_only_watches_is_not_deleted(client, two, address):
    item = ItemFactory(agency=two[1])

    form = {"post": "yes", "action": "delete_selected", "_selected_action": [item.pk]}
    response = client.post("/admin/disclosures/item/" + address.format(item.pk), form)

    assert Item.objects.filter(pk=item.pk).exists()
    assert response.status_code in {200, 403}


def test_stock_question_would_have_said_yes(two):
    """The twin: Django asks without the record."""
    request = RequestFactory().get("/")
    request.user = Membership.objects.get(agency=two[1]).user
    item = ItemFactory(agency=two[1])
    page = ItemAdmin(Item, site)

    assert ModelAdmin.has_delete_permission(page, request, item)
    assert not page.has_delete_permission(request, item)
    assert page.has_delete_permission(request, ItemFactory(agency=two[0]))


def test_record_is_not_carried_off_to_ones_own_agency(client, two):
    item = ItemFactory(agency=two[1], title="原来的标题")

    form = item_form(two[0], CategoryFactory(agency=two[0]))
    response = client.post(f"/admin/disclosures/item/{item.pk}/change/", form)

    item.refresh_from_db()
    assert response.status_code == 403 and (item.agency, item.title) == (two[1], "原来的标题")


def test_agency_one_only_watches_is_not_changed(client, two):
    response = client.post(f"/admin/disclosures/agency/{two[1].pk}/change/", {"name": "改名"})

    assert response.status_code == 403
    assert Agency.objects.get(pk=two[1].pk).name != "改名"


def test_record_does_not_change_agency(client):
    user = UserFactory(is_superuser=True)
    client.force_login(user)
    item, other = ItemFactory(), CategoryFactory()

    client.post(f"/admin/disclosures/item/{item.pk}/change/", item_form(other.agency, item.category))

    item.refresh_from_db()
    assert item.title == "新标题" and item.agency != other.agency


def test_rows_of_a_watched_record_are_shown_not_asked(client, two):
    publication = PublicationFactory(item=ItemFactory(agency=two[1]))

    page = client.get(f"/admin/disclosures/item/{publication.item_id}/change/").content.decode()

    assert "publications-0-channel" not in page and str(publication.channel) in page


# Choices


def test_channel_of_another_agency_is_refused_in_the_row(client, two):
    user = Membership.objects.get(agency=two[0]).user
    third = MembershipFactory(user=user, role=Role.MANAGER).agency
    channel = ChannelFactory(agency=third)
    row = {
        "publications-TOTAL_FORMS": "1",
        "publications-0-channel": channel.pk,
        "publications-0-published_on": "2022-1-5",
    }

    response = client.post(
        "/admin/disclosures/item/add/", item_form(two[0], CategoryFactory(agency=two[0]), **{**NO_ROWS, **row})
    )

    assert "属于别的机关" in response.content.decode() and not Item.objects.exists()


@pytest.mark.parametrize("field", ["item", "interpretations"])
def test_records_of_others_cannot_be_pointed_to_and_so_read(client, field):
    agency = MembershipFactory(role=Role.CLERK).agency
    client.force_login(Membership.objects.get().user)
    secret = ItemFactory(title="别家的草稿")
    form = {"agency": agency.pk, "kind": "normative", "title": "办法", "number": "1号", "issued_on": "2022-01-01"}

    page = client.post("/admin/disclosures/normativedocument/add/", {**form, field: secret.pk}).content.decode()

    assert not NormativeDocument.objects.exists() and "别家的草稿" not in page


def test_autocompletion_offers_what_the_form_accepts(client, two):
    own, watched = ItemFactory(agency=two[0], title="甲的信息"), ItemFactory(agency=two[1], title="乙的信息")
    query = "app_label=disclosures&model_name=normativedocument&field_name=item&term=信息"

    offered = client.get(f"/admin/autocomplete/?{query}").json()["results"]

    assert {choice["id"] for choice in offered} == {str(own.pk)} and watched.pk


def test_filters_name_nothing_of_other_agencies(client, two):
    CategoryFactory(agency=two[0], name="自己的栏目"), CategoryFactory(name="别家的栏目")

    page = client.get("/admin/disclosures/item/").content.decode()

    assert "自己的栏目" in page and "别家的栏目" not in page
    assert str(two[1]) in page  # more than one agency: a filter to tell them apart


def test_role_goes_to_ones_own_staff_and_to_new_accounts(client, two):
    manager = Membership.objects.get(agency=two[0]).user
    new, elsewhere, machine = UserFactory(), MembershipFactory().user, UserFactory(is_superuser=True)

    for user in (new, elsewhere, machine):
        client.post("/admin/disclosures/membership/add/", {"agency": two[0].pk, "user": user.pk, "role": "clerk"})

    assert set(Membership.objects.filter(role=Role.CLERK, agency=two[0]).values_list("user", flat=True)) == {new.pk}
    assert set(people(manager)) == {manager, new}


def test_membership_keeps_its_person_and_agency(client, two):
    membership = MembershipFactory(agency=two[0], role=Role.CLERK)
    form = {"agency": two[1].pk, "user": UserFactory().pk, "role": "reviewer"}

    client.post(f"/admin/disclosures/membership/{membership.pk}/change/", form)

    changed = Membership.objects.get(pk=membership.pk)
    assert (changed.agency, changed.user, changed.role) == (two[0], membership.user, Role.REVIEWER)


def test_same_role_twice_is_told_in_the_form(client, two):
    held = MembershipFactory(agency=two[0], role=Role.CLERK)
    MembershipFactory(agency=two[0], role=Role.REVIEWER, user=held.user)

    response = client.post(f"/admin/disclosures/membership/{held.pk}/change/", {"role": "reviewer"})

    assert response.status_code == 200 and "该用户在这个机关已有这个角色" in response.content.decode()


def test_account_is_created_with_its_role(client):
    client.force_login(UserFactory(is_superuser=True))
    agency = AgencyFactory()
    form = {"username": "zhang", "password1": "chang-an-jie-1", "password2": "chang-an-jie-1", "last_name": "张"}
    row = {"memberships-TOTAL_FORMS": "1", "memberships-0-agency": agency.pk, "memberships-0-role": "clerk"}

    client.post("/admin/auth/user/add/", {**form, **NO_ROWS, **row})

    user = get_user_model().objects.get(username="zhang")
    assert user.check_password("chang-an-jie-1") and user.memberships.get().agency == agency


# Files


def test_stored_file_is_for_those_who_may_see_its_item(client, two):
    from django.core.files.base import ContentFile

    own, theirs = (
        Attachment.objects.create(item=ItemFactory(**of), name="名单.pdf", file=ContentFile(b"%PDF-1.7", "a.pdf"))
        for of in ({"agency": two[0]}, {})
    )

    response = client.get(f"/admin/disclosures/item/attachments/{own.pk}/")

    assert response.status_code == 200 and "attachment" in response.headers["Content-Disposition"]
    assert client.get(f"/admin/disclosures/item/attachments/{theirs.pk}/").status_code == 404
    page = client.get(f"/admin/disclosures/item/{own.item_id}/change/").content.decode()
    assert f"/admin/disclosures/item/attachments/{own.pk}/" in page and own.file.name not in page


# Look-ups by address (threats: findings 9 and 12)

PROTECTED = ["applicant_name", "id_number", "contact"]
LOOK_UPS = ["", "__exact", "__startswith", "__contains", "__gt", "__in", "__isnull", "__regex", "__iregex", "__length"]


@pytest.mark.parametrize("field", PROTECTED)
@pytest.mark.parametrize("look_up", LOOK_UPS)
def test_answer_does_not_depend_on_what_is_hidden(client, field, look_up):
    agency = MembershipFactory(role=Role.AUDITOR).agency
    client.force_login(Membership.objects.get().user)
    request, answers = DisclosureRequestFactory(agency=agency), []

    for secret in ("甲乙丙丁", "戊己庚辛"):
        DisclosureRequest.objects.filter(pk=request.pk).update(**{field: secret})
        for question in ("甲", "甲乙丙丁", ".*"):
            answers.append(
                client.get(f"/admin/requests_app/disclosurerequest/?{field}{look_up}={question}").status_code
            )

    assert set(answers) == {400}


@pytest.mark.parametrize("order", range(-9, 10))
def test_no_order_of_the_list_follows_the_names(client, order):
    agency = MembershipFactory(role=Role.AUDITOR).agency
    client.force_login(Membership.objects.get().user)
    first, second = DisclosureRequestFactory.create_batch(2, agency=agency)
    pages = []

    for names in (("甲", "乙"), ("乙", "甲")):
        for request, name in zip((first, second), names, strict=True):
            DisclosureRequest.objects.filter(pk=request.pk).update(applicant_name=name)
        page = client.get(f"/admin/requests_app/disclosurerequest/?o={order}").content.decode()
        pages.append(page.index(first.number) < page.index(second.number))

    assert len(set(pages)) == 1


BROKEN = [
    "search/?s=a&page=abc",
    "search/?s=a&page=99",
    "auth/user/?date_joined__year=99999",
    "auth/user/?username__regex=(a%2B)%2B$",
    "auth/user/?email__startswith=a",
    "auth/user/?password__startswith=p",
    "disclosures/item/?published_on__year=99999",
    "disclosures/item/?year=99999",
    "disclosures/item/?year=0000",
    "disclosures/item/?year=２０２２",
    "disclosures/item/?agency=99999999999999999999999",
    "disclosures/item/?category=%00",
    "disclosures/item/?mine=x&state__exact=x&openness__isnull=x",
    "disclosures/item/?title__iregex=a",
    "disclosures/item/?created_by__password__startswith=p",
    "disclosures/item/?p=999999999999999999999",
    "disclosures/item/?o=99.-3.abc.-",
    "disclosures/item/?q=%00",
    "disclosures/item/?e=1&p=x",
    "disclosures/item/?_to_field=title&_popup=1",
    "disclosures/item/99999999999999999999999/change/",
    "disclosures/item/x/change/",
    "disclosures/item/add/?category=x&agency=y&title=z",
    "requests_app/disclosurerequest/?due=x",
    "requests_app/disclosurerequest/?due_on__lt=2022-13-45",
    "requests_app/proposal/?is_public__exact=x",
    "requests_app/dispute/?request__applicant_name__startswith=x",
    "reports/annualreport/?year=99999999999999999999999999",
    "autocomplete/?app_label=disclosures&model_name=normativedocument&field_name=item&term=%00&page=x",
    "autocomplete/?app_label=auth&model_name=user&field_name=password&term=p",
    "ledger/export/?agency=99999999999999999999&year=99999",
    "r/99999999999999999999/1/",
]


@pytest.mark.parametrize("address", BROKEN)
def test_broken_address_is_no_fault_of_ours(client, address):
    PublicationFactory()
    client.force_login(UserFactory(is_superuser=True))

    response = client.get(f"/admin/{address}")

    assert response.status_code < 500


@pytest.mark.parametrize("look_up", ["regex", "iregex"])
def test_no_list_takes_a_regular_expression(client, look_up):
    client.force_login(UserFactory(is_superuser=True))

    answers = {
        f"{model._meta.label_lower}.{field.name}": client.get(
            f"/admin/{model._meta.app_label}/{model._meta.model_name}/?{field.name}__{look_up}=(a%2B)%2B$"
        ).status_code
        for model in site._registry
        for field in model._meta.fields
    }

    assert {name: code for name, code in answers.items() if code != 400} == {}


# The work list


def test_number_on_the_work_list_is_the_length_of_its_list(client):
    agency = MembershipFactory(role=Role.MANAGER).agency
    user = Membership.objects.get().user
    client.force_login(user)
    for due_on in (None, date(2020, 1, 2), date.today(), date(2099, 1, 2)):
        DisclosureRequestFactory(agency=agency, due_on=due_on)
        ProposalFactory(agency=agency, due_on=due_on)
        DisclosureRequestFactory(due_on=due_on)
    for state in ("draft", "submitted", "returned"):
        ItemFactory(agency=agency, state=state, created_by=user), ItemFactory(agency=agency, state=state)
        ItemFactory(state=state)
    DisputeFactory(agency=agency)

    tasks = client.get("/admin/").context["tasks"]

    assert sum(task.count for task in tasks) >= 15
    for task in tasks:
        assert client.get(task.address).context["cl"].result_count == task.count, task.label


def test_lists_ask_as_often_for_many_rows_as_for_one(client):
    agency = AgencyFactory()
    client.force_login(UserFactory(is_superuser=True))
    pages = [""] + [f"{model._meta.app_label}/{model._meta.model_name}/" for model in site._registry]

    def fill():
        request = DisclosureRequestFactory(agency=agency)
        PublicationFactory(item=ItemFactory(agency=agency, public=True, created_by=UserFactory()))
        DisputeFactory(agency=agency, request=request)
        ProposalFactory(agency=agency)
        MembershipFactory(agency=agency)
        AgencyFactory(parent=agency)
        NormativeDocumentFactory(agency=agency)
        AnnualReportFactory(agency=AgencyFactory(parent=agency))

    def asked():
        counts = {}
        for page in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(f"/admin/{page}").status_code == 200
            counts[page] = len(queries)
        return counts

    fill()
    once = asked()
    for _ in range(5):
        fill()

    assert asked() == once
    assert max(once.values()) <= 27
