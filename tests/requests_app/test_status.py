"""办理进度: who gets in, what a wrong pair learns, what of a case is shown and given out."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from disclosures import code_entry, quotas
from disclosures.models import Role
from requests_app import actions, correspondence
from requests_app.correspondence import Plan
from requests_app.enums import EventKind
from requests_app.letters import printing
from requests_app.letters.answers import FOR_OUTCOME
from requests_app.letters.kinds import FieldKind
from requests_app.models import CaseFile, DeliveryMethod, FilePurpose, Letter, LetterState
from requests_app.outcomes import Outcome
from requests_app.portal import answers, visits
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.online import CODE, online_case, opens
from tests.factories.requests_app import LetterFactory, RequestEventFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 9)
CANARY = "金丝雀某某"


@pytest.fixture(autouse=True)
def quick_print(monkeypatch):
    monkeypatch.setattr(printing, "pdf", lambda text, draft=False: b"%PDF " + text.everything.encode())


@pytest.fixture(autouse=True)
def today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, *_: value.date() if value else TODAY)


@pytest.fixture
def officer():
    agency = AgencyFactory(code="bureau", review_organ="示例区人民政府", court="示例区人民法院", document_mark="示")
    return MembershipFactory(agency=agency, role=Role.CASE_OFFICER)


@pytest.fixture
def case(officer):
    return online_case(
        agency=officer.agency, number="2026-0007", arrived_on=date(2026, 3, 1), received_on=date(2026, 3, 2)
    )


def page_of(client, case):
    return client.get(f"/{case.agency.code}/requests/status/case/")


def answered(case, by, outcome=Outcome.PARTIAL, *, delivered=True):
    """By letter, with one enclosure."""
    kind = FOR_OUTCOME[outcome]
    given = {FieldKind.DATE: "2026-03-06", FieldKind.NUMBER: 3}
    values = {
        field.name: field.choices[0][0] if field.choices else given.get(field.kind, "示例路改造工程的批复")
        for field in kind.fields
    }
    letter = correspondence.draft(request=case, by=by, plan=Plan(kind.code, values, outcome), on=TODAY, today=TODAY)
    enclosure = CaseFile.objects.create(
        request=case, purpose=FilePurpose.ENCLOSURE, name="批复.pdf", pages=2, file=ContentFile(b"%PDF-1.7 x", "a.pdf")
    )
    letter.refresh_from_db()
    correspondence.enclose(letter=letter, by=by, files=[enclosure])
    letter.refresh_from_db()
    correspondence.send(
        letter=letter, by=by, on=TODAY, today=TODAY, method=DeliveryMethod.ONLINE, exception_reason="示例"
    )
    if delivered:
        correspondence.record_delivery(letter=letter, by=by, on=TODAY, today=TODAY)
    return letter, enclosure


# Getting in


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("2026-0007", CODE),
        (" 2026 - 0007 ", "abcd2345 efgh 6789jklm"),
        ("２０２６－０００７", "ＡＢＣＤ－２３４５－ＥＦＧＨ－６７８９－ＪＫＬＭ"),
        ("2026—0007", "ABCD—2345—EFGH—6789—JKLM\n"),
    ],
)
def test_number_and_code_open_the_case_however_they_were_copied(client, case, number, code):
    response = client.post("/bureau/requests/status/", {"number": number, "code": code})

    assert (response.status_code, response["Location"]) == (302, "/bureau/requests/status/case/")
    page = page_of(client, case)
    assert "申请2026-0007的办理进度" in page.content.decode() and "no-store" in page["Cache-Control"]


def told_of(number, code="AAAA-AAAA"):
    response = Client().post("/bureau/requests/status/", {"number": number, "code": code})
    kept = re.sub(r'value="[^"]*"', "", response.content.decode())
    return response.status_code, kept


def test_every_wrong_pair_has_the_same_answer_and_costs_the_same(case, monkeypatch):
    """No such number, a number of paper without a code, another agency's, a wrong code."""
    online_case(agency=case.agency, number="2026-0001", code_digest="")
    online_case(number="2026-0002")
    told_of("2026-0099")  # whatever the first page of all does is done
    compared = []
    same = code_entry.same
    monkeypatch.setattr(code_entry, "same", lambda *both: compared.append([len(each) for each in both]) or same(*both))

    met, costs = [], []
    for number in ("2026-0007", "2026-0001", "2026-0002", "2026-9999", "随便写的"):
        with CaptureQueriesContext(connection) as queries:
            met.append(told_of(number))
        costs.append([re.sub(r"'[^']*'|\d+", "?", query["sql"]) for query in queries])

    assert {status for status, _ in met} == {403} and len({page for _, page in met}) == 1
    assert "编号和查询码对不上" in met[0][1]
    assert all(cost == costs[0] for cost in costs)
    assert compared == [[64, 64]] * 5


def test_code_of_another_case_opens_nothing(client, case):
    other = online_case(agency=case.agency, code="ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ")

    assert opens(client, case, "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ").status_code == 403
    assert opens(client, other).status_code == 403
    assert page_of(client, case).status_code == 403


def test_case_without_a_code_is_opened_by_nothing(client, case):
    """The twin of the comparison with nobody's code: an empty digest would meet an empty one."""
    case.code_digest = ""
    case.save()

    for code in ("", "-", "0", CODE):
        assert opens(client, case, code).status_code in (400, 403)


def test_right_code_after_too_many_wrong_ones_waits(client, case, monkeypatch):
    now = timezone.now().replace(minute=1)
    monkeypatch.setattr(timezone, "now", lambda: now)
    met = [opens(client, case, f"WRONG-{n}").status_code for n in range(code_entry.MOST + 2)]

    assert met == [403] * code_entry.MOST + [429, 429]
    refused = opens(client, case)
    assert refused.status_code == 429 and "15分钟以后再试" in refused.content.decode()
    assert opens(Client(), case, REMOTE_ADDR="192.0.2.9").status_code == 429, "the number is locked too"
    other = online_case(agency=case.agency)
    assert (
        opens(Client(), other).status_code == 429 and opens(Client(), other, REMOTE_ADDR="192.0.2.9").status_code == 302
    )
    now += code_entry.WITHIN
    assert opens(client, case).status_code == 302


def test_right_codes_do_not_use_up_the_tries(client, case):
    assert {opens(Client(), case).status_code for _ in range(3 * code_entry.MOST)} == {302}


def test_without_the_quota_every_try_is_judged(client, case, monkeypatch):
    """The twin."""
    monkeypatch.setattr(quotas, "take", lambda *_, **__: True)

    met = {opens(client, case, f"WRONG-{n}").status_code for n in range(code_entry.MOST + 5)}

    assert met == {403} and opens(client, case).status_code == 302


@pytest.mark.parametrize(
    ("number", "code", "status"),
    [
        ("", "", 400),
        ("2026-0007", "", 400),
        ("\x00", "\x00", 400),
        ("1" * 70_000, "x", 400),
        ("\u202e7000-6202", "\u202e", 403),
        ("ﷺ" * 20, "ﷺ" * 20, 403),
        ("' OR 1=1 --", "' OR 1=1 --", 403),
    ],
)
def test_hostile_input_is_told_what_to_do(client, case, number, code, status):
    response = client.post("/bureau/requests/status/", {"number": number, "code": code})

    assert response.status_code == status and "错误：没有查到" in response.content.decode()


# The visit


def test_visit_begins_under_a_new_session_and_ends_on_request(client, case):
    client.get("/bureau/requests/status/")
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = planted = session.session_key
    opens(client, case)

    assert client.session.session_key != planted
    assert Client(headers={"cookie": f"sessionid={planted}"}).get("/bureau/requests/status/case/").status_code == 403
    left = client.post("/bureau/requests/status/leave/")
    assert "已退出查询" in left.content.decode() and page_of(client, case).status_code == 403


def test_visit_ends_after_a_pause_and_what_was_written_is_shown_again(client, case, monkeypatch):
    begun = timezone.now()
    opens(client, case)
    monkeypatch.setattr(timezone, "now", lambda: begun + visits.IDLE - timedelta(seconds=5))
    assert page_of(client, case).status_code == 200, "and begins anew from here"
    monkeypatch.setattr(timezone, "now", lambda: begun + visits.IDLE + timedelta(minutes=10))
    assert page_of(client, case).status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: begun + 3 * visits.IDLE)

    response = client.post("/bureau/requests/status/correction/", {"text": "写了很久的内容"})

    page = response.content.decode()
    assert response.status_code == 403 and "查询已经结束" in page and "写了很久的内容" in page
    assert page_of(client, case).status_code == 403


def test_page_tells_what_is_left_of_the_visit_and_asking_for_its_head_keeps_it_open(client, case, monkeypatch):
    begun = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: begun)
    opens(client, case)
    monkeypatch.setattr(timezone, "now", lambda: begun + timedelta(seconds=50))
    assert 'data-expires-in="1150"' in page_of(client, case).content.decode(), "not noted, so not more than is left"
    monkeypatch.setattr(timezone, "now", lambda: begun + visits.IDLE - timedelta(minutes=2))
    assert client.head("/bureau/requests/status/case/").status_code == 200
    monkeypatch.setattr(timezone, "now", lambda: begun + visits.IDLE + timedelta(minutes=10))

    assert page_of(client, case).status_code == 200


def test_visit_ends_when_the_code_is_another(client, case):
    opens(client, case)
    case.code_digest = "f" * 64
    case.save()

    assert page_of(client, case).status_code == 403


def test_page_says_when_it_times_out(client, case):
    opens(client, case)

    assert "20分钟没有操作会自动退出" in page_of(client, case).content.decode()


# What is shown


def test_nothing_the_office_wrote_for_itself_is_shown(client, case, officer):
    sent = RequestEventFactory(
        request=case, kind=EventKind.CONSULTATION_SENT, on=date(2026, 3, 4), counterpart=CANARY, note=CANARY,
        party="third_party",
    )  # fmt: skip
    RequestEventFactory(
        request=case, kind=EventKind.CONSULTATION_RETURNED, on=date(2026, 3, 6), answers=sent, counterpart=CANARY,
        note=CANARY, opinion="refusal",
    )  # fmt: skip
    RequestEventFactory(
        request=case, kind=EventKind.EXTENDED, on=date(2026, 3, 6), days=10, approved_by=CANARY, note=CANARY
    )
    LetterFactory(request=case, code="P7", title="征求意见书", addressee=CANARY, state=LetterState.SENT, sent_on=TODAY)
    LetterFactory(request=case, title=f"回执{CANARY}")
    CaseFile.objects.create(request=case, name=CANARY, file=ContentFile(b"x", "a.txt"))
    opens(client, case)

    page = page_of(client, case).content.decode()

    assert CANARY not in page and "征求意见" in page and "延长10个工作日" in page
    assert "不同意" not in page and "第三方" not in page and case.applicant_name not in page


def test_answer_is_told_and_given_out_as_it_went_out(client, case, officer):
    letter, enclosure = answered(case, officer.user)
    opens(client, case)

    page = page_of(client, case).content.decode()
    pdf = client.get(f"/bureau/requests/status/letters/{letter.pk}/")
    file = client.get(f"/bureau/requests/status/files/{enclosure.pk}/")

    assert "提供一部分信息，其余部分不公开" in page and "批复.pdf" in page
    assert "先向示例区人民政府申请行政复议" in page, "the letter's own words"
    assert "申请行政复议的最后一日：2026年5月8日" in page and "直接提起行政诉讼的最后一日：2026年9月9日" in page
    assert hashlib.sha256(pdf.content).hexdigest() == letter.digest and pdf["Content-Type"] == "application/pdf"
    assert file.content == b"%PDF-1.7 x" and "attachment" in file["Content-Disposition"]
    assert "filename*=UTF-8''%E6%89%B9%E5%A4%8D.pdf" in file["Content-Disposition"]
    assert "no-store" in pdf["Cache-Control"] and "sandbox" in file["Content-Security-Policy"]


def test_no_last_day_is_told_before_delivery_and_no_remedy_that_the_letter_does_not_tell(client, case, officer):
    letter, _ = answered(case, officer.user, delivered=False)
    opens(client, case)

    page = page_of(client, case).content.decode()
    assert "最后一日" not in page.split("不服答复怎么办")[1].split("</section>")[0].replace("会显示最后一日", "")

    content = {**letter.content, "paragraphs": ["正文"]}
    Letter.objects.filter(pk=letter.pk).update(content=content)
    assert "以发给您的文书写明的为准" in page_of(client, case).content.decode()


def test_withdrawn_case_has_no_remedy(client, case, officer):
    actions.withdraw(request=case, by=officer.user, on=TODAY, today=TODAY)
    opens(client, case)

    page = page_of(client, case).content.decode()

    assert "已办结" in page and "您已撤回申请，不再办理" in page and "不服答复怎么办" not in page


def test_tampered_letter_is_not_given_out(client, case, officer):
    letter, _ = answered(case, officer.user)
    letter.printed.storage.delete(letter.printed.name)
    letter.printed.storage.save(letter.printed.name, ContentFile(b"%PDF something else"))
    opens(client, case)

    response = client.get(f"/bureau/requests/status/letters/{letter.pk}/")

    assert response.status_code == 409 and "与发出时不一致" in response.content.decode()


def forbidden(case, officer):
    """Addresses of letters and files that the visitor of another case must not reach, and those nobody may."""
    other = online_case(agency=case.agency, number="2026-0008", received_on=date(2026, 3, 2))
    letter, enclosure = answered(other, officer.user)
    draft = LetterFactory(request=case, printed="private/letters/x.pdf")
    void = LetterFactory(request=case, state=LetterState.VOID, printed="private/letters/x.pdf")
    asked = LetterFactory(
        request=case,
        code="P7",
        addressee="第三方",
        state=LetterState.SENT,
        sent_on=TODAY,
        printed="private/letters/x.pdf",
    )
    evidence = CaseFile.objects.create(
        request=case, purpose=FilePurpose.EVIDENCE, name="a.txt", file=ContentFile(b"x", "a.txt")
    )
    unsent = CaseFile.objects.create(
        request=case, purpose=FilePurpose.ENCLOSURE, letter=draft, name="a.txt", file=ContentFile(b"x", "a.txt")
    )
    letters = [each.pk for each in (letter, draft, void, asked)]
    files = [each.pk for each in (enclosure, evidence, unsent)]
    return [f"letters/{pk}/" for pk in letters] + [f"files/{pk}/" for pk in files]


def test_nothing_of_another_case_and_nothing_internal_is_reached_by_changing_the_address(client, case, officer):
    addresses = forbidden(case, officer)
    opens(client, case)

    for address in [*addresses, "letters/0/", "files/99999999999/"]:
        assert client.get(f"/bureau/requests/status/{address}").status_code == 404, address
    AgencyFactory(code="other")
    assert client.get("/other/requests/status/case/").status_code == 403


def test_guard_of_downloads_has_a_twin(client, case, officer, monkeypatch):
    """Without the question whether a letter is for the applicant, the same addresses answer otherwise."""
    addresses = forbidden(case, officer)
    opens(client, case)
    monkeypatch.setattr(answers, "is_for_applicant", lambda letter: True)
    monkeypatch.setattr(answers, "letter_of", lambda case, pk: Letter.objects.get(pk=pk))

    met = {
        client.get(f"/bureau/requests/status/{address}").status_code for address in addresses if "letters" in address
    }

    assert met == {200, 409}


def test_page_costs_the_same_queries_however_much_there_is(client, case, officer):
    opens(client, case)
    page_of(client, case)
    with CaptureQueriesContext(connection) as few:
        page_of(client, case)
    answered(case, officer.user)
    for serial in range(8):
        LetterFactory(
            request=case, state=LetterState.SENT, sent_on=TODAY, dated_on=TODAY, number=f"示公开告〔2026〕9{serial}号"
        )
        RequestEventFactory(request=case, kind=EventKind.CONSULTATION_SENT, on=TODAY)
        online_case(agency=case.agency)
    with CaptureQueriesContext(connection) as many:
        assert page_of(client, case).status_code == 200

    assert len(many) <= len(few) + 1 and len(many) <= 12
