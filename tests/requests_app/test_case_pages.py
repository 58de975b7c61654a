"""The page of a case in the back office, by way of its addresses."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from disclosures.models import HistoryEntry, Role
from disclosures.working_days import PUBLISHED
from requests_app import steps
from requests_app.enums import EventKind
from requests_app.letters import printing
from requests_app.models import CaseFile, DisclosureRequest, Letter, RequestEvent
from requests_app.outcomes import Outcome
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, LetterFactory, RequestEventFactory

pytestmark = pytest.mark.django_db

CASES = "/admin/requests_app/disclosurerequest"
LETTERS = "/admin/requests_app/letter"
CANARY = "金丝雀某某"


@pytest.fixture
def officer(client):
    agency = AgencyFactory(review_organ="示例区人民政府", court="示例区人民法院")
    membership = MembershipFactory(agency=agency, role=Role.CASE_OFFICER)
    client.force_login(membership.user)
    return membership


@pytest.fixture
def today(monkeypatch):
    """A working day in the middle of a covered month."""
    day = date(2026, 3, 9)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    return day


@pytest.fixture(autouse=True)
def quick_print(monkeypatch):
    monkeypatch.setattr(printing, "pdf", lambda text, draft=False: b"%PDF " + text.everything.encode())


def new_case(officer, **details):
    given = {"agency": officer.agency, "received_on": date(2026, 3, 2), "due_on": date(2026, 3, 30)} | details
    return DisclosureRequestFactory(**given)


def post(client, address, **form):
    return client.post(address, {name: str(value) for name, value in form.items()}, follow=True)


def told(response):
    return [str(message) for message in response.context["messages"]]


def test_case_is_taken_from_registration_to_delivery(client, officer, today):
    form = {
        "agency": officer.agency.pk, "applicant_kind": "natural_person", "applicant_name": "赵某某",
        "channel": "in_person", "received_on": "2026-03-02", "description": "某规划的批复",
        "events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0,
    }  # fmt: skip
    page = post(client, f"{CASES}/add/", **form)
    case = DisclosureRequest.objects.get()
    assert page.redirect_chain[-1][0] == f"{CASES}/{case.pk}/change/" and "登记编号2026-0001" in told(page)[0]

    page = post(client, f"{CASES}/{case.pk}/step/ask_correction/", points="名称", until="2026-03-20", on=today)
    letter = Letter.objects.get()
    assert page.redirect_chain[-1][0] == f"{LETTERS}/{letter.pk}/change/" and "现一次性告知" in page.content.decode()
    page = post(client, f"{LETTERS}/{letter.pk}/do/send/", **{"send-on": today, "send-method": "in_person"})
    assert "已登记发出" in told(page)[0]

    page = client.get(f"{CASES}/{case.pk}/change/").content.decode()
    assert "已暂停" in page and "收到补正" in page
    post(client, f"{CASES}/{case.pk}/step/receive_correction/", on=today)

    answer = f"{CASES}/{case.pk}/step/answer/"
    choices = client.get(answer).content.decode()
    assert "（三）不予公开" in choices and "须先要求申请人说明理由" in choices
    page = post(client, f"{answer}?outcome=grant", provided="批复一份", on=today)
    letter = Letter.objects.get(outcome="grant")
    post(client, f"{LETTERS}/{letter.pk}/do/send/", **{"send-on": today, "send-method": "in_person"})
    post(client, f"{LETTERS}/{letter.pk}/do/deliver/", **{"deliver-on": today, "deliver-receiver": "本人"})

    case.refresh_from_db()
    letter.refresh_from_db()
    assert (case.state, case.outcome, case.answered_on) == ("closed", "grant", today)
    assert letter.delivered_on == today and case.events.filter(kind=EventKind.DELIVERED).exists()
    page = client.get(f"{CASES}/{case.pk}/change/").content.decode()
    assert "已办结" in page and "本件没有待办的法定步骤" in page


@pytest.mark.parametrize("name", [step.name for step in steps.STEPS])
def test_step_that_the_law_refuses_says_why(client, officer, today, name):
    closed = new_case(officer, answered=True, answered_on=date(2026, 3, 4))

    page = client.get(f"{CASES}/{closed.pk}/step/{name}/", follow=True)

    assert page.redirect_chain[-1][0].endswith(f"{closed.pk}/change/") and told(page)


@pytest.mark.parametrize(
    ("name", "form", "field"),
    [
        ("ask_correction", {"points": "", "until": "2026-03-20", "on": "2026-03-09"}, "points"),
        ("ask_correction", {"points": "名称", "until": "2026-03-08", "on": "2026-03-09"}, "until"),
        ("extend", {"why": "多", "days": 21, "approved_by": "王", "on": "2026-03-09"}, "days"),
        ("extend", {"why": "多", "days": 10, "approved_by": "", "on": "2026-03-09"}, "approved_by"),
        ("notify_fee", {"method": "by_item", "how": "窗口", "on": "2026-03-09"}, "method"),
        ("notify_fee", {"method": "by_page", "how": "窗口", "on": "2026-03-09"}, "pages"),
        ("consult", {"party": "other_organ", "counterpart": "某局", "content": "某函", "on": "2026-03-09"}, "question"),
        ("withdraw", {"on": "2026-03-01"}, "on"),
        ("withdraw", {"on": "2026-03-10"}, "on"),
        ("withdraw", {"on": "三月"}, "on"),
        ("record_answer", {"outcome": "unclear", "letter_number": "1", "on": "2026-03-09"}, "outcome"),
    ],
)
def test_fault_stands_beside_its_field_and_nothing_is_stored(client, officer, today, name, form, field):
    case = new_case(officer)

    page = post(client, f"{CASES}/{case.pk}/step/{name}/", **form)

    assert page.context["form"].errors[field]
    assert not Letter.objects.exists() and not RequestEvent.objects.exists() and not HistoryEntry.objects.exists()


def test_second_officer_of_two_sees_both_versions(client, officer, today):
    case = new_case(officer, description="原来的内容")
    page = client.get(f"{CASES}/{case.pk}/change/")
    seen = page.context["adminform"].form["seen_version"].value()
    form = {
        "number": case.number, "applicant_kind": "natural_person", "applicant_name": "赵某某", "channel": "in_person",
        "received_on": "2026-03-02", "seen_version": seen,
    }  # fmt: skip

    post(client, f"{CASES}/{case.pk}/change/", **form, description="第一位改的内容")
    page = post(client, f"{CASES}/{case.pk}/change/", **form, description="第二位改的内容")

    text = page.content.decode()
    assert "“申请内容”您填写“第二位改的内容”，现已保存“第一位改的内容”" in text
    case.refresh_from_db()
    assert case.description == "第一位改的内容"


def test_edit_is_in_the_trail_without_personal_data(client, officer, today):
    case = new_case(officer)
    form = {
        "number": case.number, "applicant_kind": "other", "applicant_name": CANARY, "id_number": CANARY,
        "contact": CANARY, "channel": "mail", "received_on": "2026-03-03", "description": case.description,
        "seen_version": 0,
    }  # fmt: skip

    post(client, f"{CASES}/{case.pk}/change/", **form)

    entry = HistoryEntry.objects.get()
    assert entry.details["edits"]["收到日期"] == ["2026年3月2日", "2026年3月3日"]
    assert CANARY not in str(entry.details) + entry.what
    case.refresh_from_db()
    assert case.due_on == PUBLISHED.after(date(2026, 3, 3), 20)


def test_text_of_a_letter_is_for_those_who_answer(client, officer, today, django_user_model):
    letter = LetterFactory(request=new_case(officer), content={**LetterFactory.build().content, "addressee": CANARY})
    CaseFile.objects.create(request=letter.request, name=f"{CANARY}.pdf", file="private/cases/x.pdf")
    addresses = [f"{LETTERS}/{letter.pk}/change/", f"{LETTERS}/", f"{CASES}/{letter.request.pk}/change/"]
    assert any(CANARY in client.get(address).content.decode() for address in addresses)

    for role in (Role.AUDITOR, Role.REPORT_OFFICER):
        client.force_login(MembershipFactory(agency=officer.agency, role=role).user)
        for address in addresses:
            page = client.get(address)
            assert page.status_code == 200 and CANARY not in page.content.decode(), address
        for address in (f"{LETTERS}/{letter.pk}/pdf/", f"{LETTERS}/{letter.pk}/docx/"):
            assert client.get(address).status_code == 404
        assert client.get(f"{CASES}/{letter.request.pk}/sheet/P1/").status_code == 404


def test_letter_is_downloaded_as_pdf_and_docx_and_kept_by_no_cache(client, officer):
    letter = LetterFactory(request=new_case(officer))

    pdf, docx = client.get(f"{LETTERS}/{letter.pk}/pdf/"), client.get(f"{LETTERS}/{letter.pk}/docx/")

    assert pdf.content.startswith(b"%PDF") and pdf["Content-Disposition"].startswith("inline")
    assert docx.content.startswith(b"PK") and docx["Content-Disposition"].startswith("attachment")
    assert "no-store" in pdf["Cache-Control"] and "no-store" in docx["Cache-Control"]


def test_sheets_for_the_file_are_printed(client, officer):
    case = new_case(officer)

    for code in ("P1", "P8", "P15", "P16"):
        assert client.get(f"{CASES}/{case.pk}/sheet/{code}/?document=某答复书").content.startswith(b"%PDF")
    assert client.get(f"{CASES}/{case.pk}/sheet/P3/").status_code == 404


def test_file_is_added_and_given_back_under_its_own_name(client, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    case = new_case(officer)
    given = {"purpose": "enclosure", "pages": 3, "file": SimpleUploadedFile("某批复.pdf", b"%PDF-1.7")}

    client.post(f"{CASES}/{case.pk}/files/", given)

    file = CaseFile.objects.get()
    assert file.name == "某批复.pdf" and file.file.name.startswith("private/cases/")
    response = client.get(f"{CASES}/{case.pk}/files/{file.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1.7"
    other = new_case(officer)
    assert client.get(f"{CASES}/{other.pk}/files/{file.pk}/").status_code == 404


def test_program_is_not_taken_for_a_file_of_the_case(client, officer):
    case = new_case(officer)

    page = client.post(
        f"{CASES}/{case.pk}/files/",
        {"purpose": "evidence", "file": SimpleUploadedFile("木马.exe", b"MZ")},
        follow=True,
    )

    assert "不支持这种文件" in told(page)[0] and not CaseFile.objects.exists()


def test_several_lapsed_cases_are_closed_at_once_and_the_others_named(client, officer, today):
    lapsed, waiting = new_case(officer), new_case(officer)
    for case, until in ((lapsed, today - timedelta(days=1)), (waiting, today)):
        RequestEventFactory(request=case, kind=EventKind.CORRECTION_ASKED, on=date(2026, 3, 3), until=until)

    page = client.post(
        f"{CASES}/", {"action": "lapse_correction", "_selected_action": [lapsed.pk, waiting.pk]}, follow=True
    )

    lapsed.refresh_from_db()
    assert lapsed.outcome == Outcome.CLOSE_NOCORRECTION
    assert any(waiting.number in message and "尚未届满" in message for message in told(page))


def test_step_is_taken_back_from_the_page(client, officer, today):
    case = new_case(officer)
    post(client, f"{CASES}/{case.pk}/step/withdraw/", on=today)
    assert "撤销上一步" in client.get(f"{CASES}/{case.pk}/change/").content.decode()

    assert "将撤销：申请人撤回" in client.get(f"{CASES}/{case.pk}/undo/").content.decode()
    page = post(client, f"{CASES}/{case.pk}/undo/", reason="登记错件")

    case.refresh_from_db()
    assert "已撤销" in told(page)[0] and case.state == "handling"


def test_case_page_takes_the_same_queries_however_long_the_case(client, officer, today, django_assert_max_num_queries):
    case = new_case(officer)
    for n in range(12):
        RequestEventFactory(request=case, kind=EventKind.CONSULTATION_SENT, on=date(2026, 3, 3))
        LetterFactory(request=case)
        DisclosureRequestFactory(agency=officer.agency, applicant_name=case.applicant_name, number=f"n{n}")

    with django_assert_max_num_queries(28):
        client.get(f"{CASES}/{case.pk}/change/")


def test_page_says_what_others_owe_and_by_when(client, officer, today):
    """条例 Art. 32: 15 working days from the third party's receipt; Art. 30, 42: the days that our notices set."""
    case = new_case(officer)
    consulted = {"request": case, "kind": EventKind.CONSULTATION_SENT, "on": date(2026, 3, 3)}
    RequestEventFactory(**consulted, counterpart="甲公司", served_on=date(2026, 3, 4))
    RequestEventFactory(**consulted, counterpart="乙公司", served_on=date(2026, 2, 2))
    RequestEventFactory(**consulted, counterpart="丙公司")
    RequestEventFactory(request=case, kind=EventKind.CORRECTION_ASKED, on=date(2026, 3, 3), until=date(2026, 3, 8))

    page = client.get(f"{CASES}/{case.pk}/change/").content.decode()

    assert "甲公司应于2026年3月25日前回复（收到征求意见书之日起15个工作日，条例第三十二条、第三十四条）。" in page
    # Two make-up Saturdays, 14 and 28 February, and the Spring Festival between them.
    assert "乙公司应于2026年2月28日前回复" in page and "可以登记“逾期未回复”" in page
    assert "征求丙公司意见，等待反馈；送达后请登记送达日期" in page
    assert "告知补正的期限到2026年3月8日，已届满，可以办理逾期结案" in page


def test_case_with_a_trail_is_not_deleted(client, officer, today):
    client.force_login(MembershipFactory(agency=officer.agency, role=Role.MANAGER).user)
    case = new_case(officer)
    assert client.get(f"{CASES}/{case.pk}/delete/").status_code == 200

    post(client, f"{CASES}/{case.pk}/step/withdraw/", on=today)

    assert client.get(f"{CASES}/{case.pk}/delete/").status_code == 403


@pytest.mark.parametrize(
    ("party", "code"),
    [("third_party", "P7"), ("joint_producer", "P11"), ("other_organ", "P12"), ("authority", "P13")],
)
def test_letter_of_a_consultation_depends_on_who_is_asked(client, officer, today, party, code):
    """条例 Art. 32, 34, 11, 17 ¶3."""
    case = new_case(officer, applicant_name=CANARY)
    form = {"party": party, "counterpart": "示例公司", "content": "某评价报告", "question": "是否可以公开"}

    post(client, f"{CASES}/{case.pk}/step/consult/", **form, until="2026-03-20", on=today)

    letter = Letter.objects.get()
    assert (letter.code, letter.addressee) == (code, "示例公司") and CANARY not in str(letter.content)
    page = post(client, f"{LETTERS}/{letter.pk}/do/send/", **{"send-on": today, "send-method": "in_person"})
    event = case.events.get()
    assert (event.party, event.counterpart, event.on) == (party, "示例公司", today) and "已登记发出" in told(page)[0]


@pytest.mark.parametrize("code", ["P2", "P9", "P10", "O24", "closing"])
def test_letter_that_takes_no_step_is_drafted_when_it_fits(client, officer, today, code):
    case = new_case(officer)
    address = f"{CASES}/{case.pk}/letter/{code}/"
    if code in {"P9", "P10"}:
        sent = RequestEventFactory(request=case, kind=EventKind.CONSULTATION_SENT, on=date(2026, 3, 3))
        assert client.get(f"{CASES}/{case.pk}/letter/P10/").status_code == 404
        RequestEventFactory(
            request=case, kind=EventKind.CONSULTATION_RETURNED, on=date(2026, 3, 5), answers=sent, opinion="refusal"
        )
    if code == "closing":
        assert client.get(address).status_code == 404
        post(client, f"{CASES}/{case.pk}/step/withdraw/", on=today)
    fields = client.get(address).context["form"].fields
    given = {name: "2026-03-05" if hasattr(field, "input_formats") else "示例" for name, field in fields.items()}

    post(client, address, **{**given, "on": today, "version": "", "reason": ""})

    letter = Letter.objects.get()
    assert letter.code == ("O23" if code == "closing" else code)
    page = post(client, f"{LETTERS}/{letter.pk}/do/send/", **{"send-on": today, "send-method": "in_person"})
    assert "已登记发出" in told(page)[0]


def test_letter_is_put_right_enclosed_and_discarded_from_its_page(client, officer, today):
    case = new_case(officer)
    file = CaseFile.objects.create(request=case, name="某批复.pdf", pages=2, file="private/cases/x.pdf")
    post(client, f"{CASES}/{case.pk}/step/answer/?outcome=grant", provided="批复一份", on=today)
    page = f"{LETTERS}/{Letter.objects.get().pk}"

    post(client, f"{page}/do/redraft/", **{"text-provided": "批复两份", "text-other_form": "", "text-on": today})
    post(client, f"{page}/do/enclose/", files=file.pk)
    shown = client.get(f"{page}/change/").content.decode()
    assert "批复两份" in shown and "某批复.pdf（2页）" in shown
    assert post(client, f"{page}/do/redraft/", **{"text-provided": "", "text-on": today}).context["redraft_form"].errors
    assert post(client, f"{page}/do/discard/", **{"discard-reason": ""}).context["discard_form"].errors
    post(client, f"{page}/do/discard/", **{"discard-reason": "写错了"})

    assert Letter.objects.get().state == "void"
    assert post(client, f"{page}/do/send/", **{"send-on": today, "send-method": "in_person"}).status_code == 200
    assert DisclosureRequest.objects.get().state != "closed"
    assert client.get(f"{page}/do/send/").status_code == client.post(f"{page}/do/nothing/").status_code == 404


ODD = ["", "\0", "9" * 40, "-1", "0001-01-01", "9999-12-31", "2020-12-31", "2027-01-05", "<b>“x”</b>" * 900]
HARMFUL = ["\0", "9" * 40, "9999-12-31"]
WAITING_FOR = {
    "receive_correction": EventKind.CORRECTION_ASKED,
    "receive_opinion": EventKind.CONSULTATION_SENT,
    "receive_reasons": EventKind.REASONS_ASKED,
    "postpone": EventKind.REASONS_ASKED,
    "receive_payment": EventKind.FEE_NOTICE,
    "lapse_payment": EventKind.FEE_NOTICE,
    "lapse_correction": EventKind.CORRECTION_ASKED,
}


@pytest.mark.parametrize("name", [step.name for step in steps.STEPS])
def test_odd_input_is_told_and_never_an_error_page(client, officer, today, name):
    case = new_case(officer, received_on=None if name == "confirm_receipt" else date(2026, 3, 2))
    if name in WAITING_FOR:
        RequestEventFactory(request=case, kind=WAITING_FOR[name], on=date(2026, 3, 3))
    if name == "postpone":
        RequestEventFactory(request=case, kind=EventKind.REASONS_RECEIVED, on=date(2026, 3, 3))
    address = f"{CASES}/{case.pk}/step/{name}/" + ("?outcome=deny_law" if name == "answer" else "")
    fields = client.get(address).context["form"].fields
    good = {field: "2026-03-09" if hasattr(kind, "input_formats") else "示例" for field, kind in fields.items()}
    posts = [dict.fromkeys(fields, odd) for odd in ODD] + [
        {**good, "version": "", target: odd} for target in fields for odd in HARMFUL
    ]

    for given in posts:
        assert client.post(address, given).status_code in (200, 302), given


@pytest.mark.parametrize(
    ("what", "fields"),
    [
        ("redraft", ["text-provided", "text-other_form", "text-on"]),
        ("send", ["send-on", "send-method", "send-waybill", "send-exception_reason", "send-version"]),
        ("deliver", ["deliver-on", "deliver-receiver"]),
        ("discard", ["discard-reason"]),
        ("enclose", ["files"]),
    ],
)
def test_odd_input_on_a_letter_is_no_error_page_either(client, officer, today, what, fields):
    case = new_case(officer)
    post(client, f"{CASES}/{case.pk}/step/answer/?outcome=grant", provided="批复一份", on=today)
    letter = Letter.objects.get()

    for odd in ODD:
        response = client.post(f"{LETTERS}/{letter.pk}/do/{what}/", dict.fromkeys(fields, odd))
        assert response.status_code in (200, 302), odd


def test_odd_addresses_are_not_found(client, officer, today):
    case = new_case(officer)

    for address in ("step/none/", "letter/P99/", "sheet/O1/", "files/99999/", "step/answer/?outcome=close_nopay"):
        status = client.get(f"{CASES}/{case.pk}/{address}").status_code
        assert status == (200 if "answer" in address else 404), address
    assert client.get(f"{CASES}/99999/step/answer/").status_code == 404
    assert client.get(f"{LETTERS}/x/change/").status_code == 404
