"""我要纠错: lodged once, replied to in time, seen by whom it concerns."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disclosures import calendars, code_entry, complaints, history, terms
from disclosures.models import CalendarNotice, Complaint, Counter, Role
from disclosures.portal import complaints as pages
from disclosures.portal import tickets
from disclosures.working_days import PUBLISHED
from tests.factories.disclosures import AgencyFactory, ComplaintFactory, MembershipFactory, load_published_years

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 9)
NEW, DESK = "/bureau/complaints/new/", "/admin/disclosures/complaint/"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)
    monkeypatch.setattr(tickets, "QUICKEST", timedelta(0))


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", phone="010-12345678")


def desk_of(agency, role=Role.CLERK):
    client = Client()
    client.force_login(MembershipFactory(agency=agency, role=role).user)
    return client


def sent(client, **given):
    form = {"kind": "link", "text": "附件打不开，提示找不到", "contact": "", "homepage": ""}
    return client.post(NEW, {"ticket": tickets.new(), **form, **given})


def lodge(agency, token="one", on=TODAY, **given):
    return complaints.lodge(agency=agency, token=token, on=on, kind="wrong", text="标题里有错别字", **given)


# The clock


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 3, 9), date(2026, 3, 12)),
        (date(2026, 3, 12), date(2026, 3, 17)),
        (date(2026, 3, 14), date(2026, 3, 18)),  # a Saturday is not day 0 of another count
        (date(2026, 9, 30), date(2026, 10, 10)),  # National Day; Saturday the 10th is worked
        (date(2026, 12, 28), date(2026, 12, 31)),
    ],
)
def test_three_working_days_after_receipt(received, due):
    assert terms.complaint_due(received, calendar=PUBLISHED) == due


@pytest.mark.parametrize("days", [0, 21])
def test_other_periods_are_refused(days):
    with pytest.raises(ValueError, match="1至20个工作日"):
        terms.complaint_due(TODAY, days)


def test_year_without_calendar_has_no_last_day_until_it_is_loaded(agency, client):
    lodged = lodge(agency, on=date(2026, 12, 30))

    assert lodged.complaint.due_on is None
    page = desk_of(agency).get(DESK).content.decode()
    assert complaints.UNDATED in page
    CalendarNotice.objects.all().delete()
    load_published_years()
    early = lodge(agency, "two")
    CalendarNotice.objects.filter(year=2026).delete()
    moved = complaints.redate(calendars.current())
    assert [(each.label, each.old, each.new) for each in moved] == [(str(early.complaint), date(2026, 3, 12), None)]
    early.complaint.refresh_from_db()
    assert early.complaint.due_on is None


def test_agency_may_promise_another_period(agency, settings):
    settings.COMPLAINT_DAYS = 5

    assert lodge(agency).complaint.due_on == date(2026, 3, 16)


# The form


def test_complaint_is_stored_and_number_and_code_are_told(client, agency):
    response = sent(client, page="/bureau/items/", contact="13800138000")

    assert (response.status_code, response["Location"]) == (302, "/bureau/complaints/done/")
    complaint = Complaint.objects.get()
    assert (complaint.number, complaint.page, complaint.due_on) == (
        "纠错2026-0001",
        "/bureau/items/",
        date(2026, 3, 12),
    )
    page = client.get("/bureau/complaints/done/")
    code = page.context["lodged"].code
    assert code in page.content.decode() and "2026年3月12日" in page.content.decode() and len(code) == 24
    assert code not in str(Complaint.objects.values().get()) and "no-store" in page["Cache-Control"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact FROM disclosures_complaint")
        assert cursor.fetchone()[0].startswith("sm4:")
    assert Client().get("/bureau/complaints/done/").status_code == 302


def test_form_sent_twice_is_one_complaint_and_the_same_answer(client, agency):
    ticket = tickets.new()

    codes = []
    for _ in range(2):
        sent(client, ticket=ticket)
        codes.append(client.get("/bureau/complaints/done/").context["lodged"].code)

    assert Complaint.objects.count() == 1 and codes[0] == codes[1]
    assert Counter.objects.get(family="complaint").last == 1
    sent(client)
    assert Complaint.objects.get(number="纠错2026-0002")


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        ("/bureau/items/", "/bureau/items/"),
        ("/bureau/items/?page=3", "/bureau/items/?page=3"),
        ("/bureau/no/such/page/", ""),
        ("/other/items/", ""),
        ("/admin/", ""),
        ("//evil.example/bureau/items/", ""),
        ("https://evil.example/bureau/items/", ""),
        ("javascript:alert(1)", ""),
        ("/bureau/\\evil.example", ""),
        ("/bureau/items/\x00", ""),
        ("/bureau/items/\u202e", ""),
        ("/bureau/items/?" + "x" * 500, ""),
    ],
)
def test_only_our_own_pages_are_named(client, agency, page, kept):
    AgencyFactory(code="other")

    shown = client.get(NEW, {"page": page})

    assert shown.status_code == 200 and shown.context["page"] == kept
    assert pages.own_page(page, agency) == kept
    assert ("反映的网页" in shown.content.decode()) == bool(kept)
    assert "evil.example" not in shown.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"kind": "", "text": ""}, "哪一类问题"),
        ({"kind": "made-up"}, "made-up"),
        ({"text": "短"}, "5"),
        ({"text": "看\u200b\u200b\u200b不见"}, "至少5个字"),
        ({"text": "x" * 1001}, "1000"),
        ({"text": "含有\x00空字符"}, "字符"),
        ({"contact": "1" * 201}, "200"),
        ({"ticket": "made-up"}, "页面打开的时间太长"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(client, agency, given, words):
    response = sent(client, **{"contact": "010-1", **given})

    page = response.content.decode()
    assert response.status_code == 400 and "错误：还没有提交，请先改正" in page and words in page
    assert given.get("contact", "010-1") in page and not Complaint.objects.exists()


def test_machines_are_marked_not_refused(client, agency, monkeypatch):
    sent(client, homepage="https://spam.example")
    monkeypatch.setattr(tickets, "QUICKEST", timedelta(seconds=3))
    sent(client)
    monkeypatch.setattr(tickets, "QUICKEST", timedelta(0))
    sent(client)

    assert list(Complaint.objects.order_by("pk").values_list("is_spam", flat=True)) == [True, True, False]
    assert client.get("/bureau/complaints/done/").status_code == 200


def test_one_address_sends_so_many_and_no_more(client, agency, monkeypatch):
    now = timezone.now().replace(minute=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    met = [sent(client) for _ in range(pages.MOST + 1)]

    assert [each.status_code for each in met] == [302] * pages.MOST + [429]
    page = met[-1].content.decode()
    assert "一小时以后再提交" in page and "附件打不开" in page and Complaint.objects.count() == pages.MOST
    assert sent(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302


def test_last_complaint_of_the_hour_sent_twice_has_the_same_answer(client, agency, monkeypatch):
    now = timezone.now().replace(minute=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    for _ in range(pages.MOST - 1):
        sent(client)
    ticket = tickets.new()

    assert [sent(client, ticket=ticket).status_code for _ in range(3)] == [302] * 3
    assert Complaint.objects.count() == pages.MOST and sent(client).status_code == 429


def test_session_that_somebody_planted_is_not_told_the_code(client, agency):
    planter = Client()
    sent(planter)
    client.cookies["sessionid"] = planted = planter.cookies["sessionid"].value

    sent(client)

    assert client.cookies["sessionid"].value != planted
    assert planter.get("/bureau/complaints/done/").status_code == 302


def test_one_network_of_ipv6_is_one_address_however_many_it_has(client, agency, monkeypatch):
    now = timezone.now().replace(minute=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    met = [sent(Client(REMOTE_ADDR=f"2001:db8:0:1:{n:x}::1")).status_code for n in range(pages.MOST + 1)]

    assert met == [302] * pages.MOST + [429]
    assert sent(Client(REMOTE_ADDR="2001:db8:0:2::1")).status_code == 302, "the neighbours' network"


def test_every_page_of_the_agency_leads_to_the_form_with_its_own_address(client, agency):
    page = client.get("/bureau/guide/").content.decode()

    assert '<a href="/bureau/complaints/new/?page=/bureau/guide/" rel="nofollow">我要纠错</a>' in page


def test_unknown_agency_is_not_found(client, db):
    for page in ("new", "done", "status"):
        assert client.get(f"/nobody/complaints/{page}/").status_code == 404


# Asking after it


def asked(client, number, code, agency="bureau"):
    return client.post(f"/{agency}/complaints/status/", {"number": number, "code": code})


def test_number_and_code_show_the_reply(client, agency):
    lodged = lodge(agency)
    clerk = MembershipFactory(agency=agency).user

    waiting = asked(client, "纠错 2026—0001", lodged.code.lower().replace("-", " "))
    complaints.settle(complaint=lodged.complaint, by=clerk, on=TODAY, reply="已经改正，谢谢", is_spam=False)
    replied = asked(client, "纠错2026-0001", lodged.code)

    assert waiting.status_code == 200 and "2026年3月12日（还有3个工作日）" in waiting.content.decode()
    assert "已经改正，谢谢" in replied.content.decode() and "2026年3月9日已答复" in replied.content.decode()
    assert "no-store" in replied["Cache-Control"]


def test_wrong_pairs_have_one_answer_and_are_bounded(client, agency, monkeypatch):
    now = timezone.now().replace(minute=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    lodged, other = lodge(agency), lodge(AgencyFactory(code="other"), "two")

    met = [asked(client, number, "AAAA") for number in ("纠错2026-0001", "纠错2026-9999", "随便", "")]
    assert [each.status_code for each in met] == [403, 403, 403, 400]
    assert asked(client, other.complaint.number, other.code).status_code == 403, "of another agency"
    for _ in range(code_entry.MOST - 4):
        asked(client, "纠错2026-0001", "AAAA")
    assert asked(client, "纠错2026-0001", lodged.code).status_code == 429


def test_spam_is_answered_to_its_sender_as_received(client, agency):
    lodged = lodge(agency, spam=True)

    page = asked(client, lodged.complaint.number, lodged.code).content.decode()

    assert "已收到" in page and "垃圾" not in page


# At the desk


def reply(client, complaint, **given):
    complaint.refresh_from_db()
    form = {"reply": "", "seen_version": complaint.version}
    return client.post(f"{DESK}{complaint.pk}/change/", {**form, **given})


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.MANAGER])
def test_reply_is_stored_with_day_and_person_and_leaves_a_trail(agency, role):
    complaint = lodge(agency).complaint
    client = desk_of(agency, role)

    assert reply(client, complaint, reply="已经改正，谢谢").status_code == 302

    complaint.refresh_from_db()
    assert (complaint.reply, complaint.replied_on) == ("已经改正，谢谢", TODAY)
    assert complaint.replied_by_id == int(client.session["_auth_user_id"])
    entries = list(history.entries_of(complaint))
    assert [entry.step for entry in entries] == ["lodge", "settle"] and history.first_broken(complaint) is None
    assert entries[1].details["edits"] == {"答复": ["", "已经改正，谢谢"]}


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.AUDITOR, Role.REPORT_OFFICER])
def test_who_only_reads_cannot_reply_and_is_not_told_whom_to_call(agency, role):
    complaint = lodge(agency, contact="13800138000").complaint
    client = desk_of(agency, role)

    page = client.get(f"{DESK}{complaint.pk}/change/").content.decode()
    assert "标题里有错别字" in page and "13800138000" not in page and "已隐藏" in page
    assert reply(client, complaint, reply="已经改正").status_code == 403
    assert "13800138000" in desk_of(agency).get(f"{DESK}{complaint.pk}/change/").content.decode()
    with pytest.raises(ValidationError, match="没有答复网民纠错的权限"):
        user = MembershipFactory(agency=agency, role=role).user
        complaints.settle(complaint=complaint, by=user, on=TODAY, reply="已经改正", is_spam=False)


def test_another_agency_sees_nothing(agency):
    complaint = lodge(agency).complaint
    client = desk_of(AgencyFactory(), Role.MANAGER)

    assert client.get(f"{DESK}{complaint.pk}/change/").status_code == 404
    assert "纠错2026-0001" not in client.get(DESK).content.decode()


def test_reply_goes_through_the_release_gate(agency):
    complaint = lodge(agency).complaint

    page = reply(desk_of(agency), complaint, reply="请联系张某，手机13800138000").content.decode()
    assert "必须同时填写" not in page and "已答复" not in page, "one fault, and no reply that was not given"

    assert "这一项保存后就公开" in page
    complaint.refresh_from_db()
    assert complaint.reply == ""
    with pytest.raises(ValidationError, match="个人信息"):
        user = MembershipFactory(agency=agency).user
        complaints.settle(complaint=complaint, by=user, on=TODAY, reply="手机13800138000", is_spam=False)
    assert reply(desk_of(agency), complaint, reply="请拨打010-12345678").status_code == 302, "its own number is no leak"


def test_reply_may_be_corrected_not_taken_back(agency):
    complaint = lodge(agency).complaint
    reply(desk_of(agency), complaint, reply="第一次答复")

    assert "不能删去" in reply(desk_of(agency), complaint, reply="").content.decode()
    assert reply(desk_of(agency), complaint, reply="更正后的答复").status_code == 302
    complaint.refresh_from_db()
    assert (complaint.reply, complaint.replied_on) == ("更正后的答复", TODAY)


def test_second_of_two_people_is_told(agency):
    complaint = lodge(agency).complaint
    seen = complaint.version
    reply(desk_of(agency), complaint, reply="第一个人")

    page = reply(desk_of(agency), complaint, reply="第二个人", seen_version=seen).content.decode()

    assert "刚刚被他人修改" in page and "第一个人" in page


def test_spam_is_marked_and_never_deleted(agency):
    complaint = lodge(agency).complaint
    manager = desk_of(agency, Role.MANAGER)

    assert reply(manager, complaint, is_spam="on").status_code == 302
    assert manager.post(f"{DESK}{complaint.pk}/delete/", {"post": "yes"}).status_code == 403
    assert manager.get(f"{DESK}add/").status_code == 403
    assert not Complaint.objects.open().exists() and Complaint.objects.count() == 1
    assert "疑似垃圾信息" in manager.get(DESK).content.decode()


def test_worklist_counts_what_the_lists_show(agency):
    days = [None, date(2026, 3, 6), TODAY, date(2026, 3, 10), date(2026, 3, 30)]
    for due in days:
        ComplaintFactory(agency=agency, due_on=due)
    ComplaintFactory(agency=agency, due_on=date(2026, 3, 6), is_spam=True)
    ComplaintFactory(agency=agency, due_on=date(2026, 3, 6), reply="已改", replied_on=TODAY)
    ComplaintFactory(due_on=TODAY)
    client = desk_of(agency)

    tasks = [task for task in client.get("/admin/").context["tasks"] if "纠错" in task.label]

    assert {task.label: task.count for task in tasks} == {
        "网民纠错已超期": 1,
        "网民纠错今日到期": 1,
        "网民纠错三个工作日内到期": 1,
        "网民纠错待答复": 5,
    }
    for task in tasks:
        assert client.get(task.address).context["cl"].result_count == task.count
    page = client.get(DESK).content.decode()
    assert "已超期" in page and "还有1个工作日" in page and "网民纠错" in page


@pytest.mark.parametrize(
    "query", ["due=bad", "due=late", "q=%00", "p=999999999999", "year=99999", "received_on__year=x"]
)
def test_list_answers_whatever_it_is_asked(agency, query):
    assert desk_of(agency).get(f"{DESK}?{query}").status_code in (200, 302, 400)


def test_list_costs_the_same_however_long(agency):
    client = desk_of(agency)
    ComplaintFactory(agency=agency)
    client.get(DESK)
    with CaptureQueriesContext(connection) as few:
        client.get(DESK)
    for _ in range(30):
        ComplaintFactory(agency=agency)
    with CaptureQueriesContext(connection) as many:
        client.get(DESK)

    assert len(many) <= len(few)
