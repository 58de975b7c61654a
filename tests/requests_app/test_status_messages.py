"""补正 and 撤回 sent on the status page, and what the office makes of them."""

import time
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.utils import timezone

from disclosures import history
from disclosures.models import Role
from requests_app import actions, applicants
from requests_app.enums import EventKind
from requests_app.models import ApplicantMessage, CaseFile, FilePurpose, MessageKind
from requests_app.portal import messages, uploads
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.online import online_case, opens
from tests.factories.requests_app import RequestEventFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)
TODAY = date(2026, 3, 9)
HOLD = "/bureau/requests/status/"
CASES = "/admin/requests_app/disclosurerequest"
PDF = b"%PDF-1.7 example"


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def officer():
    return MembershipFactory(agency=AgencyFactory(code="bureau"), role=Role.CASE_OFFICER)


@pytest.fixture
def case(officer, client):
    found = online_case(agency=officer.agency, number="2026-0007", received_on=date(2026, 3, 2))
    RequestEventFactory(request=found, kind=EventKind.CORRECTION_ASKED, on=date(2026, 3, 4), until=date(2026, 3, 18))
    actions.refresh(request=found)
    opens(client, found)
    return found


@pytest.fixture
def desk(officer):
    client = Client()
    client.force_login(officer.user)
    return client


def form_of(client, page="correction"):
    """What the form carries hidden, as the browser has it."""
    form = client.get(f"{HOLD}{page}/").context["form"]
    return {name: form[name].value() for name in ("ticket", "case")}


def correct(client, *files, text="某规划的批复，2025年第3号", **given):
    return client.post(f"{HOLD}correction/", {**form_of(client), "text": text, "materials": list(files), **given})


def upload(name="材料.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


def send(case, kind=MessageKind.CORRECTION, token="one", at=NOW, **given):
    return applicants.send(request=case, kind=kind, token=token, at=at, **given)


def archive(*names):
    made = BytesIO()
    with ZipFile(made, "w") as zipped:
        for name in names:
            zipped.writestr(name, "x")
    return made.getvalue()


# Sending


def test_correction_is_stored_with_its_files_and_told(client, case):
    response = correct(client, upload(), upload("照片.png", b"\x89PNG\r\n\x1a\n"))

    assert (response.status_code, response["Location"]) == (302, f"{HOLD}case/")
    message = ApplicantMessage.objects.get()
    assert (message.kind, message.text, message.sent_at) == ("correction", "某规划的批复，2025年第3号", NOW)
    assert [file.name for file in message.files.all()] == ["材料.pdf", "照片.png"]
    assert {file.purpose for file in message.files.all()} == {FilePurpose.FROM_APPLICANT}
    assert all("材料" not in file.file.name for file in message.files.all())
    assert history.entries_of(case).last().what == "申请人网上提交补正（材料2份）"
    page = client.get(f"{HOLD}case/").content.decode()
    assert "提交补正：材料.pdf、照片.png" in page and "等待工作人员登记" in page
    case.refresh_from_db()
    assert case.state == "correction", "the step is the officer's"


def test_text_is_sealed_in_the_database(client, case):
    correct(client, text="某人的补充说明")

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM requests_app_applicantmessage")
        assert cursor.fetchone()[0].startswith("sm4:")


def test_form_sent_twice_is_one_message_and_the_same_answer(client, case):
    ticket = form_of(client)

    met = [client.post(f"{HOLD}correction/", {**ticket, "text": "同一份", "materials": [upload()]}) for _ in range(2)]

    assert {(each.status_code, each["Location"]) for each in met} == {(302, f"{HOLD}case/")}
    assert ApplicantMessage.objects.count() == CaseFile.objects.count() == 1
    assert correct(client).status_code == 302
    assert ApplicantMessage.objects.count() == 2, "another form is another message"


def test_ticket_that_is_not_ours_or_too_old_keeps_the_text(client, case, monkeypatch):
    old, begun = form_of(client), time.time()
    made_up = client.post(f"{HOLD}correction/", {"ticket": "made-up", "text": "写好的内容"})
    monkeypatch.setattr("django.core.signing.time.time", lambda: begun + 13 * 3600)
    expired = client.post(f"{HOLD}correction/", {**old, "text": "写好的内容"})

    for response in (made_up, expired):
        page = response.content.decode()
        assert response.status_code == 400 and "页面打开的时间太长" in page and "写好的内容" in page
    assert not ApplicantMessage.objects.exists()
    again = {**old, "ticket": expired.context["form"]["ticket"].value(), "text": "写好的内容"}
    assert client.post(f"{HOLD}correction/", again).status_code == 302


@pytest.mark.parametrize("page", ["correction", "withdrawal"])
def test_page_of_one_case_sends_nothing_to_another_that_was_opened_since(client, case, page):
    left_open = {**form_of(client, page), "text": "给前一件的内容", "sure": "on"}
    other = online_case(agency=case.agency, number="2026-0008", received_on=date(2026, 3, 2))
    RequestEventFactory(request=other, kind=EventKind.CORRECTION_ASKED, on=date(2026, 3, 4), until=date(2026, 3, 18))
    actions.refresh(request=other)
    opens(client, other)

    met = client.post(f"{HOLD}{page}/", left_open)

    told = met.content.decode()
    assert met.status_code == 409 and "现在查询的是申请2026-0008" in told and "给前一件的内容" in told
    assert not ApplicantMessage.objects.exists()
    opens(client, case)
    assert client.post(f"{HOLD}{page}/", left_open).status_code == 302
    assert ApplicantMessage.objects.get().request == case


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("程序.exe", b"MZ"),
        ("压缩包.zip", archive("a.txt")),
        ("改名.pdf", b"MZ\x90\x00"),
        ("改名.docx", archive("a.exe")),
        ("改名.docx", b"\x7fELF"),
        ("改名.txt", b"MZ\x90 not a text"),
        ("改名.txt", archive("a.txt")),
        ("改名.jpg", b"<html>"),
        ("照片.png", b"\xff\xd8\xff\xe0"),
        ("空.pdf", b""),
        ("没有后缀", PDF),
        ("a.pdf.exe", PDF),
    ],
)
def test_file_that_is_not_what_it_says_is_refused_by_name(client, case, name, content):
    response = correct(client, upload(), upload(name, content))

    page = response.content.decode()
    assert response.status_code == 400 and "错误：还没有提交" in page
    assert f"“{name}”" in page
    assert not ApplicantMessage.objects.exists() and not CaseFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("扫描件.PDF", PDF),
        ("说明.docx", archive("[Content_Types].xml", "word/document.xml")),
        ("说明.wps", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("说明.txt", "补充说明".encode("gb18030")),
        ("说明.txt", "补充说明".encode("utf-16")),
        ("照片.jpeg", b"\xff\xd8\xff\xe0"),
    ],
)
def test_usual_files_are_taken(client, case, name, content):
    assert correct(client, upload(name, content)).status_code == 302
    assert CaseFile.objects.get().name == name


def test_too_many_and_too_large_are_refused(client, case, monkeypatch):
    monkeypatch.setattr("requests_app.models.files.FILE_MEGABYTES", 0.001)

    many = correct(client, *(upload() for _ in range(uploads.MOST + 1))).content.decode()
    large = correct(client, upload(content=PDF + b"x" * 2000)).content.decode()

    assert "最多上传5个文件" in many and "超过" in large and not CaseFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\temp\\材料.pdf", "材料.pdf"),
        ("发票\u202efdp.exe.pdf", "发票fdp.exe.pdf"),
        ("a\x00b\n.pdf", "ab .pdf"),
        ("长" * 300 + ".pdf", "长" * 96 + ".pdf"),
        ("", "材料"),
    ],
)
def test_names_are_made_harmless(name, kept):
    assert uploads.safe_name(name) == kept


@pytest.mark.parametrize("text", ["", "   ", "a\x00b", "x" * 5001])
def test_text_that_cannot_be_stored_is_told(client, case, text):
    assert correct(client, text=text).status_code == 400
    assert not ApplicantMessage.objects.exists()


def test_nothing_is_sent_after_the_last_day(client, case, monkeypatch):
    ticket = form_of(client)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=9))
    opens(client, case)
    last_day = client.get(f"{HOLD}correction/")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=10))
    opens(client, case)

    late = client.post(f"{HOLD}correction/", {**ticket, "text": "晚了"})

    assert last_day.status_code == 200
    assert late.status_code == 409 and "已经届满" in late.content.decode() and not ApplicantMessage.objects.exists()
    assert client.get(f"{HOLD}correction/").status_code == 409
    assert "提交补正" not in client.get(f"{HOLD}case/").content.decode()


def test_refusal_is_asked_again_when_it_is_stored(case, officer, monkeypatch):
    """The twin: between the form and its arrival the office has taken the step; without the question it would go in."""
    actions.receive_correction(request=case, by=officer.user, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="补正已经收到"):
        send(case, text="又一份")
    assert not ApplicantMessage.objects.exists()
    monkeypatch.setattr(applicants, "refusal", lambda *_, **__: "")
    assert send(case, text="又一份").pk


def test_messages_of_a_case_are_bounded(client, case):
    met = [correct(client, text=f"第{n}次").status_code for n in range(messages.MOST_A_DAY + 1)]

    assert met == [302] * messages.MOST_A_DAY + [429] and ApplicantMessage.objects.count() == messages.MOST_A_DAY


def test_fault_while_storing_leaves_nothing(case, monkeypatch):
    stored = []
    record = CaseFile.save

    def second_fails(self, *given, **named):
        if stored:
            raise OSError("disk full")
        record(self, *given, **named)
        stored.append((self.file.storage, self.file.name))

    monkeypatch.setattr(CaseFile, "save", second_fails)
    with pytest.raises(OSError, match="disk full"):
        send(case, text="两份", files=[upload(), upload()])

    assert not ApplicantMessage.objects.exists() and not stored[0][0].exists(stored[0][1])


def test_withdrawal_is_confirmed_sent_once_and_waits(client, case):
    ticket = form_of(client, "withdrawal")
    unsure = client.post(f"{HOLD}withdrawal/", ticket)
    sent = client.post(f"{HOLD}withdrawal/", {**ticket, "sure": "on", "text": "已从别处取得"})

    assert unsure.status_code == 400 and "请勾选确认" in unsure.content.decode()
    assert sent.status_code == 302 and ApplicantMessage.objects.get().kind == "withdrawal"
    assert client.post(f"{HOLD}withdrawal/", {**ticket, "sure": "on"}).status_code == 302
    assert ApplicantMessage.objects.count() == 1
    assert client.get(f"{HOLD}withdrawal/").status_code == 409
    assert "撤回申请</a>" not in client.get(f"{HOLD}case/").content.decode()


# At the desk


def test_officer_sees_it_and_registers_it_with_one_press(desk, case, officer, monkeypatch):
    send(case, text="某规划的批复", files=[upload()])
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(days=1))

    index = desk.get("/admin/")
    task = next(each for each in index.context["tasks"] if "网上提交补正" in each.label)
    listed = desk.get(task.address).context["cl"]
    page = desk.get(f"{CASES}/{case.pk}/change/").content.decode()
    step = desk.get(f"{CASES}/{case.pk}/step/receive_correction/")

    assert task.count == listed.result_count == 1 and list(listed.result_list) == [case]
    assert "某规划的批复" in page and "材料.pdf" in page and "登记收到补正（3月9日）" in page
    assert step.context["form"].initial["on"] == TODAY
    done = desk.post(
        f"{CASES}/{case.pk}/step/receive_correction/",
        {"on": step.context["form"].initial["on"].isoformat(), "version": step.context["form"].initial["version"]},
    )
    assert done.status_code == 302
    message = ApplicantMessage.objects.get()
    assert message.handled_by == officer.user and message.handled_at is not None
    assert case.events.get(kind=EventKind.CORRECTION_RECEIVED).on == TODAY
    entry = history.entries_of(case).last()
    assert entry.step == "receive_correction" and entry.details["messages"] == [message.pk]
    assert not [each for each in desk.get("/admin/").context["tasks"] if "网上提交补正" in each.label]
    actions.undo(request=case, by=officer.user, reason="登记错了")
    message.refresh_from_db()
    assert message.handled_at is None and message.handled_by is None


def test_step_and_message_stand_or_fall_together(case, officer, monkeypatch):
    message = send(case, text="某规划的批复")
    monkeypatch.setattr(history, "record", lambda *_, **__: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        actions.receive_correction(request=case, by=officer.user, on=TODAY, today=TODAY)

    message.refresh_from_db()
    assert message.handled_at is None and not case.events.filter(kind=EventKind.CORRECTION_RECEIVED).exists()


def test_officer_declines_with_a_reason_that_the_applicant_reads(client, desk, case):
    message = send(case, text="无关的内容")
    address = f"{CASES}/{case.pk}/messages/{message.pk}/decline/"

    without = desk.post(address, {"reason": "  "})
    done = desk.post(address, {"reason": "提交的内容与需要补正的事项无关"})

    assert without.status_code == 200 and done.status_code == 302
    assert history.entries_of(case).last().reason == "提交的内容与需要补正的事项无关"
    page = client.get(f"{HOLD}case/").content.decode()
    assert "没有按补正处理：提交的内容与需要补正的事项无关" in page and "提交补正</a>" in page
    assert desk.post(address, {"reason": "再来"}).status_code == 302
    assert history.entries_of(case).filter(step=applicants.DECLINED).count() == 1


def test_case_is_not_lapsed_while_a_correction_waits(case, officer, monkeypatch):
    message = send(case, text="期限内提交")
    later = date(2026, 3, 20)

    with pytest.raises(ValidationError, match="在网上提交了补正"):
        actions.lapse_correction(request=case, by=officer.user, on=later, today=later)
    applicants.decline(message=message, by=officer.user, reason="无关")
    actions.lapse_correction(request=case, by=officer.user, on=later, today=later)
    assert case.outcome == "close_nocorrection"


def test_withdrawal_is_registered_by_the_existing_step(desk, case):
    send(case, MessageKind.WITHDRAWAL)
    send(case, text="还没登记的补正")

    form = desk.get(f"{CASES}/{case.pk}/step/withdraw/").context["form"]
    desk.post(f"{CASES}/{case.pk}/step/withdraw/", {**form.initial, "on": form.initial["on"].isoformat()})

    case.refresh_from_db()
    assert case.outcome == "close_withdrawn" and "网上提交撤回" in case.events.get(kind=EventKind.WITHDRAWN).note
    assert not ApplicantMessage.objects.waiting().exists(), "a closed case leaves nothing waiting"


def test_officer_who_looks_at_an_older_page_is_told(desk, case):
    version = desk.get(f"{CASES}/{case.pk}/step/withdraw/").context["form"].initial["version"]
    send(case, text="刚刚提交")

    page = desk.post(f"{CASES}/{case.pk}/step/withdraw/", {"on": "2026-03-09", "version": version}).content.decode()

    assert "刚刚被修改" in page and "申请人网上提交补正" in page


def test_who_may_not_know_the_applicant_does_not_read_it(case):
    send(case, text="只给经办人看")
    auditor = Client()
    auditor.force_login(MembershipFactory(agency=case.agency, role=Role.AUDITOR).user)

    assert "只给经办人看" not in auditor.get(f"{CASES}/{case.pk}/change/").content.decode()


def test_message_of_another_agency_is_not_there(case):
    message = send(case, text="示例")
    stranger = Client()
    stranger.force_login(MembershipFactory(role=Role.CASE_OFFICER).user)

    assert stranger.get(f"{CASES}/{case.pk}/messages/{message.pk}/decline/").status_code == 404
