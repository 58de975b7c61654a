"""An application on the portal, from its first page to its confirmation."""

import itertools
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from disclosures import history
from disclosures.keyed_hash import as_entered, keyed_hash
from disclosures.models import CalendarNotice, Quota, Role
from requests_app import actions, online
from requests_app.models import AskDraft, CaseFile, DisclosureRequest
from requests_app.portal import asking, drafts
from tests.factories.asking import PERSON, answer, begin, fill_in, seen, send
from tests.factories.disclosures import AgencyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

PHOTO = b"\xff\xd8\xff\xe0" + b"0" * 100


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局", address="示例路1号")


def photo(name="身份证正面.jpg", content=PHOTO):
    return SimpleUploadedFile(name, content, "image/jpeg")


def text_of(response):
    return response.content.decode()


def stored_files():
    root = Path(default_storage.location) / "private" / "cases"
    return sorted(path.name for path in root.glob("*")) if root.exists() else []


# The whole way


def test_application_becomes_a_case_that_waits_for_confirmation(client, agency):
    fill_in(client, agency)

    sent = send(client, agency)

    case = DisclosureRequest.objects.get()
    today = timezone.localdate()
    assert sent.url == "/bureau/requests/new/done/"
    assert (case.number, case.channel, case.arrived_on, case.received_on) == (
        f"{today.year}-0001",
        "online",
        today,
        None,
    )
    assert (case.applicant_name, case.id_number) == ("王示例", "11010519491231002X")
    assert case.contact == "电话：13800000000；地址：示例市示例路1号"
    assert (case.wanted_form, case.wanted_delivery, case.spam_signs) == ("paper", "mail", "填写过快")
    assert list(DisclosureRequest.objects.unconfirmed()) == [case]
    assert [entry.what for entry in history.entries_of(case)] == ["登记（网络）"]
    assert not AskDraft.objects.exists()


def test_confirmation_shows_number_code_and_when_the_clock_starts(client, agency, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 11, 27))
    fill_in(client, agency)
    send(client, agency)

    page = client.get("/bureau/requests/new/done/")

    case = DisclosureRequest.objects.get()
    code = page.context["sent"].code
    assert f'<span class="code">{case.number}</span>' in text_of(page)
    assert f'<span class="code">{code}</span>' in text_of(page)
    assert case.code_digest == keyed_hash("ask.code", as_entered(code.lower().replace("-", " ")))
    assert code not in json.dumps(list(DisclosureRequest.objects.values()), default=str)
    assert "以双方确认之日为收到申请之日" in text_of(page)
    assert "如果在2026年11月27日确认，答复期限为<strong>2026年12月25日</strong>" in text_of(page)


def test_dates_that_need_a_year_not_loaded_are_not_guessed(client, agency, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *_: date(2026, 12, 20))
    CalendarNotice.objects.filter(year__gte=2027).delete()
    fill_in(client, agency)

    page = client.get("/bureau/requests/new/check/")

    assert "2027年的节假日安排还没有载入" in text_of(page) and "答复期限为" not in text_of(page)


def test_uploaded_copies_become_files_of_the_case(client, agency):
    fill_in(client, agency, identity={"copies": [photo(), photo("..\\..\\背面\u202egpj.png", b"\x89PNG\r\n\x1a\n")]})
    send(client, agency)

    files = CaseFile.objects.order_by("id")
    assert [file.name for file in files] == ["身份证正面.jpg", "背面gpj.png"]
    assert {file.purpose for file in files} == {"from_applicant"}
    assert files[0].file.read() == PHOTO
    assert history.entries_of(files[0].request).last().what == "申请人随申请上传材料2份"
    assert all(name.split(".")[0].isalnum() for name in stored_files()), "nothing of the visitor's names on the disk"


def test_officer_sees_it_on_the_desk_and_confirms_receipt(client, agency):
    fill_in(Client(), agency, identity={"copies": [photo()]})
    other = Client()
    fill_in(other, agency, identity={"copies": [photo()]}, content={"website": "http://spam.example"})
    send(other, agency)
    case = DisclosureRequest.objects.get()
    officer = MembershipFactory(agency=agency, role=Role.CASE_OFFICER).user
    client.force_login(officer)

    desk = text_of(client.get("/admin/"))
    listed = text_of(client.get("/admin/requests_app/disclosurerequest/?spam=yes"))
    page = text_of(client.get(f"/admin/requests_app/disclosurerequest/{case.pk}/change/"))
    actions.confirm_receipt(request=case, by=officer, on=timezone.localdate(), today=timezone.localdate())

    assert "网上提交的申请待确认收到日期" in desk
    assert case.number in listed and "疑似垃圾信息" in listed
    assert "身份证正面.jpg" in page and "填写了隐藏项" in page
    case.refresh_from_db()
    assert case.received_on == timezone.localdate()


# Sent once


def confirmation(client):
    page = client.get("/bureau/requests/new/done/")
    return page.context["sent"].request.number, page.context["sent"].code


def test_sending_again_tells_the_same(client, agency):
    fill_in(client, agency)
    checked = seen(client, agency)
    send(client, agency)
    first = confirmation(client)

    for again in (checked, "", "anything"):
        assert client.post("/bureau/requests/new/check/", {"seen": again}).url == "/bureau/requests/new/done/"
        assert confirmation(client) == first
    for slug in PERSON:  # the back button
        assert answer(client, agency, slug, **PERSON[slug]).url == "/bureau/requests/new/done/"
    assert DisclosureRequest.objects.count() == 1


def test_answer_lost_after_the_commit_is_told_again(client, agency, monkeypatch):
    fill_in(client, agency)
    checked = seen(client, agency)
    client.raise_request_exception = False

    def cut_off(*_, **__):
        raise ConnectionError

    with monkeypatch.context() as lost:
        lost.setattr(asking, "redirect", cut_off)
        assert client.post("/bureau/requests/new/check/", {"seen": checked}).status_code == 500
    assert client.post("/bureau/requests/new/check/", {"seen": checked}).url == "/bureau/requests/new/done/"

    assert DisclosureRequest.objects.count() == 1
    assert confirmation(client)[0] == DisclosureRequest.objects.get().number


def test_nothing_is_stored_where_a_part_fails(client, agency, monkeypatch):
    fill_in(client, agency, identity={"copies": [photo()]})
    client.raise_request_exception = False

    def full(*_, **__):
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(online.history, "record", full)
        assert send(client, agency).status_code == 500

    assert (
        not DisclosureRequest.objects.exists()
        and not CaseFile.objects.exists()
        and not Quota.objects.filter(family="ask-day")
    )
    assert send(client, agency).status_code == 302
    assert DisclosureRequest.objects.get().number.endswith("-0001"), "the number was given back"
    assert CaseFile.objects.get().file.read() == PHOTO


def test_answers_changed_in_another_window_are_checked_first(client, agency):
    fill_in(client, agency)
    checked = seen(client, agency)
    answer(client, agency, "content", description="另一份文件")

    again = client.post("/bureau/requests/new/check/", {"seen": checked})

    assert again.status_code == 409 and "请重新核对" in text_of(again) and "另一份文件" in text_of(again)
    assert not DisclosureRequest.objects.exists()


def test_next_application_has_a_number_and_a_code_of_its_own(client, agency):
    fill_in(client, agency)
    send(client, agency)
    first = confirmation(client)
    fill_in(client, agency)
    send(client, agency)

    assert confirmation(client)[0] != first[0] and confirmation(client)[1] != first[1]


# The draft


def test_session_begins_with_the_form_and_the_draft_is_nowhere_else(client, agency):
    client.get("/bureau/requests/new/")
    assert "sessionid" not in client.cookies

    fill_in(client, agency)

    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == "" and cookie["httponly"]
    raw = AskDraft.objects.extra(select={"raw": "content"}).values_list("raw", flat=True).get()
    assert raw.startswith("sm4:") or "王示例" not in raw
    assert AskDraft.objects.get().key_digest not in str(dict(client.session))


def test_draft_left_alone_goes_with_its_files_when_another_is_written(client, agency):
    fill_in(client, agency, identity={"copies": [photo()]})
    assert len(stored_files()) == 1
    AskDraft.objects.update(updated_at=timezone.now() - drafts.IDLE - timedelta(seconds=1))

    with_callbacks(begin, Client(), agency)

    assert AskDraft.objects.count() == 1 and stored_files() == []


def test_draft_just_sent_keeps_its_files_from_the_sweep(client, agency):
    """The sweep had read the old draft before it was sent: the row is gone, so the files stay."""
    fill_in(client, agency, identity={"copies": [photo()]})
    draft = AskDraft.objects.get()
    content = drafts.Content.of(draft)
    send(client, agency)

    with_callbacks(drafts._delete, AskDraft.objects.filter(pk=draft.pk), content)

    assert CaseFile.objects.get().file.read() == PHOTO


def with_callbacks(call, *given):
    from django.test import TestCase

    with TestCase.captureOnCommitCallbacks(execute=True):
        return call(*given)


def test_giving_up_leaves_nothing(client, agency):
    fill_in(client, agency, identity={"copies": [photo()]})

    with_callbacks(client.post, "/bureau/requests/new/give-up/")

    assert not AskDraft.objects.exists() and stored_files() == [] and "ask" not in client.session


def test_confirmation_can_be_taken_off_a_shared_machine(client, agency):
    fill_in(client, agency)
    send(client, agency)
    client.post("/bureau/requests/new/give-up/")

    assert client.get("/bureau/requests/new/done/").url == "/bureau/requests/new/"
    assert DisclosureRequest.objects.count() == 1


def test_page_left_open_too_long_keeps_what_it_brought(client, agency):
    begin(client, agency)
    answer(client, agency, "applicant", kind="natural_person")
    AskDraft.objects.update(updated_at=timezone.now() - drafts.IDLE)

    assert client.get("/bureau/requests/new/identity/").status_code == 410
    told = client.post("/bureau/requests/new/identity/", PERSON["identity"], follow=True)
    answer(client, agency, "applicant", kind="natural_person")

    assert "刚才这一页的内容还在" in text_of(told)
    assert client.get("/bureau/requests/new/identity/").context["form"]["number"].value() == "11010519491231002X"


def test_browser_that_forgot_its_session_keeps_the_page_too(client, agency):
    fill_in(client, agency)
    client.cookies.clear()

    answer(client, agency, "content", **PERSON["content"])

    assert drafts.Content.of(AskDraft.objects.latest("id")).answers == {"content": PERSON["content"]}


def test_opening_a_page_is_being_at_work(client, agency):
    begin(client, agency)
    AskDraft.objects.update(updated_at=timezone.now() - drafts.IDLE + timedelta(minutes=5))

    client.head("/bureau/requests/new/applicant/")

    assert AskDraft.objects.get().updated_at > timezone.now() - timedelta(minutes=1)


def test_file_of_a_draft_is_taken_out_again(client, agency):
    begin(client, agency)
    answer(client, agency, "applicant", kind="natural_person")
    answer(client, agency, "identity", name="", copies=[photo("甲.jpg"), photo("乙.jpg")])
    page = client.get("/bureau/requests/new/identity/")
    first = page.context["files"][0]["stored"]

    after = answer(client, agency, "identity", name="", drop=first)

    assert "乙.jpg" in text_of(after) and "甲.jpg" not in text_of(after) and len(stored_files()) == 1


# The order of questions


def test_later_questions_wait_for_the_first_open_one(client, agency):
    begin(client, agency)

    for page in ("identity", "contact", "content", "delivery", "address", "check"):
        assert client.get(f"/bureau/requests/new/{page}/").url == "/bureau/requests/new/applicant/"
    assert client.post("/bureau/requests/new/check/", {"seen": "x"}).status_code in (302, 409)
    assert client.get("/bureau/requests/new/unknown/").status_code == 404
    assert not DisclosureRequest.objects.exists()


def test_postal_address_is_asked_where_mail_is_chosen_and_not_again(client, agency):
    fill_in(client, agency, contact={"address": "示例市甲路2号"})

    page = client.get("/bureau/requests/new/address/")
    answer(client, agency, "delivery", form="electronic", method="online")

    assert page.context["form"]["address"].value() == "示例市示例路1号"
    assert client.get("/bureau/requests/new/address/").url == "/bureau/requests/new/check/"


def test_changing_person_to_organisation_asks_identity_anew(client, agency):
    fill_in(client, agency)

    onward = answer(client, agency, "applicant", kind="commercial_enterprise")
    page = client.get(onward.url)

    assert onward.url.endswith("/identity/") and "单位名称" in text_of(page) and "营业执照" in text_of(page)
    assert page.context["form"]["name"].value() == "王示例"


def test_what_is_public_already_is_shown_before_sending(client, agency, monkeypatch):
    entry = type("Entry", (), {"title": "城市更新专项规划", "address": "/bureau/items/1/", "day": date(2025, 3, 1)})
    monkeypatch.setattr(asking, "suggest", lambda agency, text: [entry] if "城市更新" in text else [])
    fill_in(client, agency, delivery={})
    found = answer(client, agency, "content", **PERSON["content"])

    page = text_of(client.get(found.url))

    assert "城市更新专项规划" in page and "2025年3月1日" in page and 'href="/bureau/requests/new/check/"' in page
    answer(client, agency, "content", description="别的事")
    assert client.get("/bureau/requests/new/found/").url == "/bureau/requests/new/check/"


# Faults


@pytest.mark.parametrize(
    ("slug", "given", "told"),
    [
        ("applicant", {"kind": ""}, "请选择以谁的名义申请"),
        ("identity", {**PERSON["identity"], "number": "11010519491231002"}, "身份证号码应为18位"),
        ("identity", {**PERSON["identity"], "name": "\u202e \u200b"}, "请填写姓名"),
        ("contact", {}, "至少填写一项"),
        ("contact", {"phone": "8451120"}, "请加上区号"),
        ("contact", {"email": "王@示例"}, "电子邮箱有误"),
        ("content", {"description": "字" * 65536}, "最多写5000字，现在有65536字"),
        ("content", {"description": "\x00"}, "请写明要申请的政府信息"),
        ("delivery", {"form": "paper"}, "请选择用什么方式取得"),
    ],
)
def test_fault_is_told_first_and_beside_the_field(client, agency, slug, given, told):
    fill_in(client, agency)

    page = answer(client, agency, slug, **given)

    html = text_of(page)
    fault = page.context["form"].errors[next(iter(page.context["form"].errors))][0]
    assert page.status_code == 200 and told in fault
    assert "<title>错误：" in html and html.count(fault) >= 2 and 'aria-invalid="true"' in html
    assert html.index("error-summary") < html.index("crumbs") and "autofocus" in html
    for value in given.values():
        assert value.strip("\x00\u202e \u200b")[:20] in html, "what was typed is kept"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("病毒.exe", b"MZ", "不支持这种文件"),
        ("图片.svg", b"<svg/>", "不支持这种文件"),
        ("假的.pdf", b"MZ\x90\x00", "不符"),
        ("空.pdf", b"", "空文件"),
        ("照片\u202egpj.html", b"<script>", "不支持这种文件"),
        ("名" * 300 + ".svg", b"<svg/>", "不支持这种文件"),
    ],
)
def test_file_that_a_case_may_not_keep_is_refused_by_name(client, agency, name, content, told):
    fill_in(client, agency)

    page = answer(client, agency, "identity", **PERSON["identity"], copies=photo(name, content))

    assert told in page.context["form"].errors["copies"][0] and name[:2] in page.context["form"].errors["copies"][0]
    assert stored_files() == []


def test_chosen_file_is_kept_while_another_field_is_wrong(client, agency):
    begin(client, agency)
    answer(client, agency, "applicant", kind="natural_person")

    page = answer(client, agency, "identity", name="王示例", proof="id_card", number="1", copies=photo())

    assert "身份证正面.jpg" in text_of(page) and page.context["form"].errors.keys() == {"number"}


def test_form_without_a_good_token_is_shown_again_and_stores_nothing(agency):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/bureau/requests/new/").status_code == 403
    token = client.get("/bureau/requests/new/").cookies["csrftoken"].value
    client.post("/bureau/requests/new/", {"csrfmiddlewaretoken": token})
    client.post("/bureau/requests/new/applicant/", {"csrfmiddlewaretoken": token, "kind": "natural_person"})

    page = client.post("/bureau/requests/new/identity/", {"name": "王示例", "csrfmiddlewaretoken": "old"})

    assert page.status_code == 403 and "这一步没有保存" in text_of(page) and 'value="王示例"' in text_of(page)
    assert "identity" not in drafts.Content.of(AskDraft.objects.get()).answers
    client.post("/bureau/requests/new/give-up/")
    assert AskDraft.objects.exists()


def test_check_page_without_a_good_token_sends_nothing(agency):
    client = Client(enforce_csrf_checks=True)
    token = client.get("/bureau/requests/new/").cookies["csrftoken"].value
    good = {"csrfmiddlewaretoken": token}
    client.post("/bureau/requests/new/", good)
    for slug, given in PERSON.items():
        client.post(f"/bureau/requests/new/{slug}/", {**given, **good})
    checked = client.get("/bureau/requests/new/check/").context["seen"]

    assert client.post("/bureau/requests/new/check/", {"seen": checked}).status_code == 403
    assert not DisclosureRequest.objects.exists()
    assert client.post("/bureau/requests/new/check/", {"seen": checked, **good}).status_code == 302


def test_unmarked_stale_form_would_be_sent(agency, monkeypatch):
    """The twin of the two above."""
    monkeypatch.setattr(asking, "is_stale", lambda request: False)
    client = Client(enforce_csrf_checks=True)

    assert client.post("/bureau/requests/new/").status_code == 302


def test_agency_that_takes_none_online_says_how_else(client):
    AgencyFactory(code="paper", takes_online_requests=False, address="示例路9号")

    page = client.get("/paper/requests/new/")

    assert page.status_code == 200 and "没有开通网上申请" in text_of(page) and "示例路9号" in text_of(page)
    assert client.post("/paper/requests/new/").status_code == 403
    assert client.post("/paper/requests/new/check/").status_code == 403
    assert client.get("/paper/requests/new/applicant/").url == "/paper/requests/new/"
    assert "本机关没有开通网上申请" in text_of(client.get("/paper/requests/"))
    assert not AskDraft.objects.exists()


def test_every_page_forbids_keeping_and_none_shows_a_key(client, agency):
    pages = [client.get("/bureau/requests/new/")]
    fill_in(client, agency)
    pages += [client.get(f"/bureau/requests/new/{slug}/") for slug in [*PERSON, "check"]]
    pages += [answer(client, agency, "content", description="")]
    send(client, agency)
    pages += [client.get("/bureau/requests/new/done/")]

    for page in pages:
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert client.session["ask"]["bureau"] not in text_of(page)


def test_pages_cost_a_fixed_number_of_queries(client, agency, django_assert_max_num_queries):
    fill_in(client, agency)
    for slug in [*PERSON, "check"]:
        with django_assert_max_num_queries(12):
            client.get(f"/bureau/requests/new/{slug}/")


# Quotas and signs


def test_more_from_one_address_is_told_other_ways_and_keeps_the_draft(agency):
    for _ in range(online.PER_ADDRESS_AND_HOUR):
        client = Client()
        fill_in(client, agency)
        assert send(client, agency).status_code == 302
    client = Client()
    fill_in(client, agency)

    page = send(client, agency)

    assert page.status_code == 429 and "邮寄" in text_of(page) and "示例路1号" in text_of(page)
    assert DisclosureRequest.objects.count() == online.PER_ADDRESS_AND_HOUR and AskDraft.objects.count() == 1
    assert send(client, agency, REMOTE_ADDR="192.0.2.7").status_code == 302, "others are not held up"


def test_more_by_one_applicant_is_refused_whatever_the_address(agency, monkeypatch):
    monkeypatch.setattr(online, "PER_IDENTITY_AND_DAY", 1)
    answers = []
    for place in (1, 2):
        client = Client(REMOTE_ADDR=f"192.0.2.{place}")
        fill_in(client, agency)
        answers.append(send(client, agency).status_code)

    assert answers == [302, 429]
    assert "11010519491231002X" not in json.dumps(list(Quota.objects.values()), default=str)


def test_quotas_switched_off_let_everybody_through(agency, monkeypatch):
    """The twin."""
    monkeypatch.setattr(online.quotas, "take", lambda *_, **__: True)
    for _ in range(online.PER_ADDRESS_AND_HOUR + 1):
        client = Client()
        fill_in(client, agency)
        assert send(client, agency).status_code == 302


def test_signs_of_a_program_are_noted_and_refuse_nothing(agency, monkeypatch):
    signs = []
    for place in itertools.count(1):
        client = Client(REMOTE_ADDR=f"192.0.2.{place}")
        fill_in(client, agency, content={"website": "x\x00" * 90_000} if place == 1 else {})
        if place == 2:
            AskDraft.objects.update(begun_at=timezone.now() - online.TOO_FAST)
        send(client, agency)
        signs.append(DisclosureRequest.objects.order_by("-id")[0].spam_signs)
        if place == online.SAME_TEXT_A_DAY + 1:
            break

    assert signs == ["填写了隐藏项、填写过快", "", "填写过快、相同内容多次提交"]


@pytest.mark.real_print
def test_pdf_has_number_and_code(client, agency):
    from pypdf import PdfReader

    fill_in(client, agency)
    send(client, agency)
    number, code = confirmation(client)

    answered = client.get("/bureau/requests/new/done.pdf")

    from io import BytesIO

    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answered.content)).pages)
    assert answered.headers["Content-Type"] == "application/pdf" and answered.headers["Cache-Control"] == "no-store"
    assert number in text and code in text.replace("\n", "") and "王示例" not in text


def test_without_fonts_the_page_says_how_to_keep_the_code(client, agency, settings):
    settings.FONTS_DIR = settings.FONTS_DIR / "absent"
    fill_in(client, agency)
    send(client, agency)

    page = client.get("/bureau/requests/new/done.pdf")

    assert page.status_code == 503 and "请打印本页" in text_of(page) and "查询码" in text_of(page)


def test_session_that_somebody_planted_does_not_see_the_application(client, agency):
    planter = Client()
    begin(planter, agency)
    planter.post("/bureau/requests/new/give-up/")
    planted = planter.cookies["sessionid"].value
    client.cookies["sessionid"] = planted

    begin(client, agency)

    assert client.cookies["sessionid"].value != planted
    assert AskDraft.objects.count() == 1
    assert planter.get("/bureau/requests/new/applicant/").status_code != 200
