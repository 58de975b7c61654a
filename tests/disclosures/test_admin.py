"""The back office: one's own agency only, nothing forged, nothing unreviewed, no identity for those who need none."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from import_export.admin import ImportExportModelAdmin

from disclosures import access, actions, history
from disclosures.areas import Action, Area
from disclosures.models import Agency, Channel, Item, ItemState, LedgerImport, LedgerImportState, Membership, Role
from requests_app.models import DisclosureRequest
from tests.disclosures.test_ledger import ITEM, REQUEST, book
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db

NO_ROWS = {
    f"{prefix}-{name}": "0"
    for prefix in ("publications", "attachments", "events")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture
def agency():
    return AgencyFactory()


def signed_in(client, agency, role):
    user = MembershipFactory(agency=agency, role=role).user
    client.force_login(user)
    return user


def item_form(agency, category, **changes):
    form = {"agency": agency.pk, "category": category.pk, "title": "新标题", "openness": "proactive"}
    return {**form, "validity": "in_force", **NO_ROWS, **changes}


# access: one place for all


def test_role_reaches_its_agency_and_those_beneath():
    county = AgencyFactory()
    bureau = AgencyFactory(parent=county)
    centre = AgencyFactory(parent=bureau)
    other = AgencyFactory()
    user = MembershipFactory(agency=bureau, role=Role.CLERK).user

    seen = {
        item.agency
        for item in access.visible_to(
            user,
            Item.objects.filter(pk__in=[ItemFactory(agency=agency).pk for agency in (county, bureau, centre, other)]),
        )
    }

    assert seen == {bureau, centre}
    assert not access.can(user, Action.ADD, Area.PUBLISHING, county)
    assert not access.can(user, Action.VIEW, Area.CASES, bureau)


def test_agency_moved_takes_its_branch_along():
    first, second = AgencyFactory(), AgencyFactory()
    bureau = AgencyFactory(parent=first)
    centre = AgencyFactory(parent=bureau)

    bureau.parent = second
    bureau.save()

    assert set(Agency.objects.within(second)) == {second, bureau, centre}


def test_disabled_account_may_nothing(agency):
    user = MembershipFactory(agency=agency, role=Role.MANAGER).user
    user.is_active = False

    assert not access.is_staff_member(user)
    assert not access.can(user, Action.VIEW, Area.SETUP)


def test_right_taken_away_ends_with_the_next_request(client, agency):
    user = signed_in(client, agency, Role.CLERK)
    assert client.get("/admin/disclosures/item/").status_code == 200

    Membership.objects.filter(user=user).delete()

    assert client.get("/admin/disclosures/item/").status_code == 302


# Records of others, forged forms


def test_item_is_entered_for_ones_own_agency_only(client, agency):
    user = signed_in(client, agency, Role.CLERK)
    other = CategoryFactory()

    client.post("/admin/disclosures/item/add/", item_form(agency, CategoryFactory(agency=agency)))
    client.post("/admin/disclosures/item/add/", item_form(other.agency, other, title="伪造的"))
    client.post("/admin/disclosures/item/add/", item_form(agency, other, title="别人的栏目"))

    item = Item.objects.get()
    assert (item.title, item.state, item.created_by) == ("新标题", ItemState.DRAFT, user)


def test_state_cannot_be_posted(client, agency):
    signed_in(client, agency, Role.CLERK)
    form = item_form(agency, CategoryFactory(agency=agency), state="published", published_on="2022-01-01")

    client.post("/admin/disclosures/item/add/", form)

    assert Item.objects.get().state == ItemState.DRAFT


def test_other_agencies_records_cannot_be_opened_changed_or_listed(client, agency):
    signed_in(client, agency, Role.MANAGER)
    theirs = ItemFactory(title="别人的信息")

    assert client.get(f"/admin/disclosures/item/{theirs.pk}/change/").status_code == 404
    client.post(f"/admin/disclosures/item/{theirs.pk}/change/", item_form(theirs.agency, theirs.category))
    theirs.refresh_from_db()
    assert theirs.title == "别人的信息"
    assert "别人的信息" not in client.get("/admin/disclosures/item/").content.decode()


def test_manager_gives_roles_only_in_agencies_of_their_own(client, agency):
    signed_in(client, agency, Role.MANAGER)
    colleague = MembershipFactory(agency=agency, role=Role.CLERK).user
    before = Membership.objects.count()

    client.post(
        "/admin/disclosures/membership/add/", {"user": colleague.pk, "agency": AgencyFactory().pk, "role": "manager"}
    )
    assert Membership.objects.count() == before
    client.post("/admin/disclosures/membership/add/", {"user": colleague.pk, "agency": agency.pk, "role": "reviewer"})
    assert Membership.objects.count() == before + 1


@pytest.mark.parametrize(
    "query", ["published_on__year=99999", "formed_on__year=abc", "title__regex=(a%2B)%2B$", "o=99", "p=x", "nonsense=1"]
)
def test_odd_filters_end_in_no_server_error(client, agency, query):
    signed_in(client, agency, Role.CLERK)

    assert client.get(f"/admin/disclosures/item/?{query}", follow=True).status_code in (200, 400)


def test_encrypted_fields_cannot_be_asked_by_address(client, agency):
    signed_in(client, agency, Role.CASE_OFFICER)
    DisclosureRequestFactory(agency=agency, id_number="370000199001010000")

    for lookup in ("id_number__startswith=37", "id_number=3", "contact__contains=1"):
        response = client.get(f"/admin/requests_app/disclosurerequest/?{lookup}", follow=True)
        assert response.status_code in (200, 400)
        assert "370000" not in response.content.decode()


# Review


def test_nobody_publishes_their_own_entry(agency):
    author = MembershipFactory(agency=agency, role=Role.MANAGER).user
    reviewer = MembershipFactory(agency=agency, role=Role.REVIEWER).user
    item = ItemFactory(agency=agency, created_by=author)
    PublicationFactory(item=item, published_on=date(2022, 3, 3))
    actions.submit(item=item, by=author)

    with pytest.raises(actions.ValidationError, match="另一位审核员"):
        actions.approve(item=item, by=author, answers=actions.YES)
    assert actions.approve(item=item, by=reviewer, answers=actions.YES).published_on == date(2022, 3, 3)
    with pytest.raises(actions.ValidationError, match="原因"):
        actions.withdraw(item=item, by=reviewer, reason=" ")
    assert actions.withdraw(item=item, by=reviewer, reason="有误").state == ItemState.WITHDRAWN


@pytest.mark.parametrize("role", [Role.CLERK, Role.CASE_OFFICER, Role.AUDITOR])
def test_only_reviewers_publish(agency, role):
    item = PublicationFactory(item=ItemFactory(agency=agency, state=ItemState.SUBMITTED)).item

    with pytest.raises(actions.ValidationError, match="审核权限"):
        actions.approve(item=item, by=MembershipFactory(agency=agency, role=role).user, answers=actions.YES)


def test_published_item_is_changed_only_after_it_was_withdrawn(client, agency):
    signed_in(client, agency, Role.MANAGER)
    item = ItemFactory(agency=agency, public=True, title="已公开的")

    client.post(f"/admin/disclosures/item/{item.pk}/change/", item_form(agency, item.category))

    item.refresh_from_db()
    assert item.title == "已公开的"


# Applicants


CANARIES = ("甲乙丙丁", "370000199001010000", "13800000000")


@pytest.mark.parametrize("role", [Role.REPORT_OFFICER, Role.AUDITOR])
def test_identity_is_hidden_from_those_who_do_not_answer_requests(client, agency, role):
    request = DisclosureRequestFactory(
        agency=agency, applicant_name=CANARIES[0], id_number=CANARIES[1], contact=CANARIES[2]
    )
    signed_in(client, agency, role)

    for address in ("", f"{request.pk}/change/", f"{request.pk}/history/", f"?q={CANARIES[0]}"):
        response = client.get(f"/admin/requests_app/disclosurerequest/{address}", follow=True)
        shown = response.content.decode().replace(f'value="{CANARIES[0]}"', "")  # the search box repeats the question
        assert not any(canary in shown for canary in CANARIES), address


def test_officer_sees_identity_and_the_page_is_not_cached(client, agency):
    """The twin."""
    request = DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0], id_number=CANARIES[1])
    signed_in(client, agency, Role.CASE_OFFICER)

    response = client.get(f"/admin/requests_app/disclosurerequest/{request.pk}/change/")

    assert CANARIES[0] in response.content.decode() and CANARIES[1] in response.content.decode()
    assert "no-store" in response.headers["Cache-Control"]


def test_identity_is_sealed_in_the_database_and_named_in_no_log(client, agency):
    from django.db import connection

    signed_in(client, agency, Role.MANAGER)
    request = DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0], id_number=CANARIES[1])
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number FROM requests_app_disclosurerequest")
        assert CANARIES[1] not in cursor.fetchone()[0]
    assert DisclosureRequest.objects.get().id_number == CANARIES[1]

    client.post(f"/admin/requests_app/disclosurerequest/{request.pk}/delete/", {"post": "yes"})

    assert not DisclosureRequest.objects.exists()
    assert not any(canary in entry.object_repr for entry in LogEntry.objects.all() for canary in CANARIES)


def test_request_entered_in_the_office_gets_number_and_due_date(client, agency):
    signed_in(client, agency, Role.CASE_OFFICER)
    form = {
        "agency": agency.pk, "number": "", "applicant_kind": "natural_person", "applicant_name": "示例",
        "channel": "in_person", "received_on": "2024-09-09", "description": "示例", "outcome": "", **NO_ROWS,
    }  # fmt: skip

    client.post("/admin/requests_app/disclosurerequest/add/", form)

    request = DisclosureRequest.objects.get()
    assert (request.number, request.due_on) == ("2024-0001", date(2024, 10, 12))
    shown = client.get(f"/admin/requests_app/disclosurerequest/{request.pk}/change/").content.decode()
    assert "2024年10月12日（周六）（调休上班）：第20个工作日，期限届满" in shown


def test_answer_before_receipt_is_told_beside_its_field(client, agency):
    signed_in(client, agency, Role.CASE_OFFICER)
    request = DisclosureRequestFactory(agency=agency)
    form = {"outcome": "grant", "letter_number": "示公开复〔2022〕1号", "on": "2022-02-01", "reason": "补录"}

    response = client.post(f"/admin/requests_app/disclosurerequest/{request.pk}/step/record_answer/", form)

    assert response.context["form"].errors == {"on": ["日期早于收到日期（2022年3月1日）"]}


# The ledger's pages (threats: findings 1–3 of the stock import and export)


def upload(client, agency, stream):
    file = SimpleUploadedFile("台账.xlsx", stream.getvalue())
    return client.post("/admin/ledger/", {"agency": agency.pk, "file": file})


def test_upload_is_checked_then_confirmed_once(client, agency, django_capture_on_commit_callbacks):
    signed_in(client, agency, Role.MANAGER)

    page = upload(client, agency, book(公开信息=[ITEM])).headers["Location"]
    assert not Item.objects.exists() and "检查通过，尚未写入" in client.get(page).content.decode()
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"{page}confirm/").headers["Location"] == page

    assert Item.objects.count() == 1
    job = LedgerImport.objects.get()
    assert job.state == LedgerImportState.DONE and not job.file.storage.exists(job.file.name)


def test_faulty_upload_can_never_be_confirmed(client, agency):
    signed_in(client, agency, Role.MANAGER)

    page = upload(client, agency, book(公开信息=[{**ITEM, "发布日期": "昨天"}])).headers["Location"]
    client.post(f"{page}confirm/")

    assert "“昨天”不是日期" in client.get(page).content.decode()
    assert not Item.objects.exists()


def test_upload_of_another_person_is_not_there(client, agency):
    signed_in(client, agency, Role.MANAGER)
    page = upload(client, agency, book(公开信息=[ITEM])).headers["Location"]

    signed_in(client, agency, Role.MANAGER)

    assert client.get(page).status_code == 404
    assert client.post(f"{page}confirm/").status_code == 404
    assert not Item.objects.exists()


def test_clerk_brings_in_no_requests_and_founds_no_columns(client, agency):
    signed_in(client, agency, Role.CLERK)

    page = upload(client, agency, book(公开信息=[ITEM], 依申请公开=[REQUEST])).headers["Location"]

    shown = client.get(page).content.decode()
    assert "您没有导入这张表的权限" in shown and "请先由负责人在系统中新建" in shown
    assert not Channel.objects.exists() and not DisclosureRequest.objects.exists()


def test_nothing_is_imported_for_another_agency(client, agency):
    signed_in(client, agency, Role.MANAGER)

    response = upload(client, AgencyFactory(), book(公开信息=[ITEM]))

    assert response.status_code == 200 and not LedgerImport.objects.exists()


def test_unusable_upload_is_told_in_the_form(client, agency):
    signed_in(client, agency, Role.MANAGER)

    page = upload(client, agency, BytesIO(b"\0\1\2no workbook")).headers["Location"]

    assert "没有写入任何数据" in (shown := client.get(page).content.decode()) and "文件" in shown
    assert LedgerImport.objects.get().state == LedgerImportState.REFUSED


def exported_sheets(client, agency):
    response = client.get(f"/admin/ledger/export/?agency={agency.pk}")
    assert response.status_code == 200
    return openpyxl.load_workbook(BytesIO(response.content))


def test_export_holds_only_what_the_role_may_take(client, agency):
    DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0])

    signed_in(client, agency, Role.REPORT_OFFICER)
    assert "依申请公开" not in exported_sheets(client, agency).sheetnames
    signed_in(client, agency, Role.CASE_OFFICER)
    assert exported_sheets(client, agency)["依申请公开"]["C2"].value is None


def test_identity_is_exported_for_a_reason_that_is_kept(client, agency):
    DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0])
    officer = signed_in(client, agency, Role.CASE_OFFICER)
    page, form = "/admin/ledger/export/", {"agency": agency.pk}

    for reason in ("", "  ", "长" * 201):
        assert client.post(page, {**form, "reason": reason}).status_code == 302
    assert not history.entries_of(agency).exists()
    response = client.post(page, {**form, "reason": "核对复议材料"})

    book = openpyxl.load_workbook(BytesIO(response.content))
    assert book["依申请公开"]["C2"].value == CANARIES[0]
    entry = history.entries_of(agency).get()
    assert (entry.by, entry.reason, entry.step) == (officer, "核对复议材料", "export_personal")
    assert "依申请公开1行" in entry.what


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.REPORT_OFFICER, Role.AUDITOR])
def test_identity_is_not_exported_by_others(client, agency, role):
    DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0])
    signed_in(client, agency, role)

    answer = client.post("/admin/ledger/export/", {"agency": agency.pk, "reason": "核对"})

    assert answer.status_code == 404 and not history.entries_of(agency).exists()


def test_twin_without_the_check_identity_leaks(client, agency, monkeypatch):
    DisclosureRequestFactory(agency=agency, applicant_name=CANARIES[0])
    signed_in(client, agency, Role.REPORT_OFFICER)
    monkeypatch.setattr(access, "can", lambda *_: True)
    monkeypatch.setattr(access, "limit", lambda queryset, *_: queryset)

    answer = client.post("/admin/ledger/export/", {"agency": agency.pk, "reason": "核对"})

    assert openpyxl.load_workbook(BytesIO(answer.content))["依申请公开"]["C2"].value == CANARIES[0]


@pytest.mark.parametrize("address", ["/admin/ledger/export/?agency={}", "/admin/ledger/template/", "/admin/ledger/"])
def test_account_without_role_reaches_no_ledger_page(client, agency, address):
    client.force_login(UserFactory(is_staff=True))

    assert client.get(address.format(agency.pk)).status_code == 302


def test_the_stock_pages_would_let_anyone_in(agency):
    """The twin: a stock import-export admin answers yes to a person without any right."""
    nobody = UserFactory(is_staff=True)
    request = RequestFactory().get("/")
    request.user = nobody
    stock = ImportExportModelAdmin(Item, admin.AdminSite())

    assert stock.has_import_permission(request) and stock.has_export_permission(request)
    assert not any(isinstance(registered, ImportExportModelAdmin) for registered in admin.site._registry.values())


# Forms that begin right and say what is wrong


def test_form_begins_with_the_agency_of_the_own_role_and_its_website(client, agency):
    """Others beneath it may be entered for too, and are chosen by hand."""
    AgencyFactory(parent=agency)
    website = ChannelFactory(agency=agency, kind="website")
    user = signed_in(client, agency, Role.CLERK)

    page = client.get("/admin/disclosures/item/add/")

    form, rows = page.context["adminform"].form, page.context["inline_admin_formsets"][0].formset
    assert form.initial["agency"] == agency.pk and rows[0].initial["channel"] == website.pk
    assert access.home_agency(user, Action.ADD, Area.PUBLISHING) == agency
    assert "查看选中的机关" not in page.content.decode(), "no menu without a choice"
    MembershipFactory(user=user, agency=AgencyFactory(), role=Role.CLERK)
    again = type(user).objects.get(pk=user.pk)
    assert access.home_agency(again, Action.ADD, Area.PUBLISHING) is None


def test_refused_form_names_the_files_to_choose_again(client, agency):
    signed_in(client, agency, Role.CLERK)
    category = CategoryFactory(agency=agency)
    upload = {"attachments-TOTAL_FORMS": "1", "attachments-0-file": SimpleUploadedFile("名单.txt", "甲".encode())}

    page = client.post("/admin/disclosures/item/add/", item_form(agency, category, title="", **upload))

    assert page.status_code == 200 and "改正后请重新选择：名单.txt" in page.content.decode()
    assert not Item.objects.exists()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "还没有公开信息"),
        ("?q=没有这样的", "没有符合条件的公开信息"),
        ("?state__exact=draft", "请换一个关键词，或者清除筛选条件"),
    ],
)
def test_empty_list_says_why_and_what_to_do(client, agency, query, words):
    signed_in(client, agency, Role.CLERK)

    assert words in client.get(f"/admin/disclosures/item/{query}").content.decode()


def test_titles_are_words_without_blanks(client, agency):
    signed_in(client, agency, Role.CLERK)

    for page, title in (("", "公开信息 | 公开"), ("add/", "新增公开信息 | 公开")):
        content = client.get(f"/admin/disclosures/item/{page}").content.decode()
        assert " ".join(content.partition("<title>")[2].partition("</title>")[0].split()) == title
