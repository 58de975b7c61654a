"""Cases handled as an officer would: each step by its action, letters drafted and sent, taken back, refused."""

from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from disclosures import history
from disclosures.ledger import import_workbook, read
from disclosures.models import Role
from disclosures.printing.pdf import RenderingFailed
from reports import figures
from requests_app import actions, charges, correspondence
from requests_app.correspondence import Plan
from requests_app.enums import ApplicantKind, ConsultedParty, EventKind, FeeMethod, Opinion, RequestState
from requests_app.letters import printing
from requests_app.letters.answers import FOR_OUTCOME
from requests_app.letters.compose import kind_of
from requests_app.letters.kinds import FieldKind
from requests_app.models import CaseFile, DeliveryMethod, DisclosureRequest, Letter, LetterState
from requests_app.outcomes import RULES, Outcome
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory

pytestmark = pytest.mark.django_db

RECEIVED, TODAY = date(2026, 3, 2), date(2026, 3, 9)
IN_PERSON = DeliveryMethod.IN_PERSON


@pytest.fixture
def officer():
    agency = AgencyFactory(review_organ="示例区人民政府", court="示例区人民法院", document_mark="示")
    return MembershipFactory(agency=agency, role=Role.CASE_OFFICER)


@pytest.fixture
def request_(officer):
    return actions.register(
        request=DisclosureRequest(
            agency=officer.agency, applicant_kind=ApplicantKind.NATURAL_PERSON, applicant_name="赵某某",
            received_on=RECEIVED, description="某规划的批复",
        ),
        by=officer.user,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def quick_print(request, monkeypatch):
    """A second a letter: printed for real where the test is about the print."""
    if "real_print" not in request.keywords:
        monkeypatch.setattr(printing, "pdf", lambda text, draft=False: f"{text.everything}{draft}".encode())


def values_for(kind):
    def value(field):
        if field.kind == FieldKind.DATE:
            return date(2026, 3, 6)
        return field.choices[0][0] if field.choices else 1 if field.kind == FieldKind.NUMBER else f"示例{field.label}"

    return {field.name: value(field) for field in kind.fields}


def draft(request_, officer, plan, on=TODAY, **given):
    return correspondence.draft(
        request=request_, by=officer.user, plan=plan, on=on, today=given.pop("today", on), **given
    )


def send(letter, officer, on=TODAY, method=IN_PERSON, **given):
    today = given.pop("today", on)
    return correspondence.send(letter=letter, by=officer.user, on=on, method=method, today=today, **given)


def ask_correction(request_, officer, on=TODAY, until=date(2026, 3, 20), **given):
    plan = Plan("P3", {"points": "文件名称", "until": until}, event={"until": until})
    return send(draft(request_, officer, plan, on, **given), officer, on, **given)


def answer_plan(outcome):
    return Plan(RULES[outcome].letter, values_for(FOR_OUTCOME[outcome]), outcome)


def consult(request_, officer, on=TODAY):
    event = {"party": ConsultedParty.THIRD_PARTY, "counterpart": "示例公司"}
    letter = draft(request_, officer, Plan("P7", {"content": "某评价报告"}, addressee="示例公司", event=event), on)
    return send(letter, officer, on)


def stands(request_):
    request_.refresh_from_db()
    return request_.state, request_.due_on


# Drafts and sending


def test_draft_has_no_effect_until_it_is_sent(request_, officer):
    plan = Plan("P3", {"points": "文件名称", "until": date(2026, 3, 20)}, event={"until": date(2026, 3, 20)})
    letter = draft(request_, officer, plan)

    assert stands(request_) == (RequestState.HANDLING, date(2026, 3, 30)) and letter.number == "示公开告〔2026〕1号"
    send(letter, officer)
    assert stands(request_) == (RequestState.CORRECTION, None)
    letter.refresh_from_db()
    assert (letter.state, letter.event.kind, letter.event.on) == (LetterState.SENT, EventKind.CORRECTION_ASKED, TODAY)


def test_step_is_dated_by_the_day_the_letter_went_out(request_, officer):
    plan = Plan("P3", {"points": "名称", "until": date(2026, 3, 20)}, event={"until": date(2026, 3, 20)})
    letter = draft(request_, officer, plan, on=date(2026, 3, 9))

    send(letter, officer, on=date(2026, 3, 11))

    assert request_.events.get().on == date(2026, 3, 11)


def test_sent_letter_is_frozen(request_, officer):
    letter = send(draft(request_, officer, answer_plan(Outcome.GRANT)), officer)

    assert letter.digest and correspondence.kept_pdf(letter).decode().startswith("政府信息公开申请答复书")
    for change in (
        lambda: correspondence.redraft(letter=letter, by=officer.user, values={}, on=TODAY, today=TODAY),
        lambda: correspondence.discard(letter=letter, by=officer.user, reason="错"),
        lambda: correspondence.enclose(letter=letter, by=officer.user, files=[]),
        lambda: send(letter, officer),
    ):
        with pytest.raises(ValidationError):
            change()


def test_void_number_is_kept_and_not_given_again(request_, officer):
    first = draft(request_, officer, answer_plan(Outcome.GRANT))
    correspondence.discard(letter=first, by=officer.user, reason="写错了办理结果")
    second = draft(request_, officer, answer_plan(Outcome.PARTIAL))

    assert [first.number, second.number] == ["示公开复〔2026〕1号", "示公开复〔2026〕2号"]
    assert Letter.objects.get(pk=first.pk).state == LetterState.VOID


def test_refused_draft_takes_no_number(request_, officer):
    with pytest.raises(ValidationError):
        draft(request_, officer, answer_plan(Outcome.UNCLEAR))

    assert draft(request_, officer, answer_plan(Outcome.GRANT)).number == "示公开复〔2026〕1号"


def test_second_answer_beside_one_that_waits_is_refused(request_, officer):
    draft(request_, officer, answer_plan(Outcome.GRANT))

    with pytest.raises(ValidationError, match="已有一份待发出"):
        draft(request_, officer, answer_plan(Outcome.GRANT))


def test_text_is_made_anew_under_the_same_number(request_, officer):
    letter = draft(request_, officer, answer_plan(Outcome.GRANT))

    anew = correspondence.redraft(
        letter=letter, by=officer.user, values={"provided": "另一份批复"}, on=TODAY, today=TODAY
    )

    assert anew.number == letter.number and "另一份批复" in str(anew.content)


def test_enclosures_are_listed_with_their_pages(request_, officer):
    file = CaseFile.objects.create(request=request_, name="某批复.pdf", pages=12, file="private/cases/x.pdf")
    letter = draft(request_, officer, answer_plan(Outcome.GRANT))

    letter = correspondence.enclose(letter=letter, by=officer.user, files=[file])

    assert letter.content["enclosures"] == ["某批复.pdf（12页）"]


def test_failed_check_asks_for_a_reason_and_keeps_it(request_, officer):
    letter = draft(request_, officer, answer_plan(Outcome.DENY_THIRD_PARTY))

    with pytest.raises(ValidationError, match="第三方意见的记录"):
        send(letter, officer)
    assert stands(request_)[0] == RequestState.HANDLING
    letter.refresh_from_db()
    sent = send(letter, officer, exception_reason="第三方已在另案中书面答复")

    assert sent.exception_reason == "第三方已在另案中书面答复" and stands(request_)[0] == RequestState.CLOSED


def test_posted_letter_needs_its_waybill(request_, officer):
    letter = draft(request_, officer, answer_plan(Outcome.GRANT))

    with pytest.raises(ValidationError, match="邮件单号"):
        send(letter, officer, method=DeliveryMethod.MAIL)
    send(letter, officer, method=DeliveryMethod.MAIL, waybill="EZ123456789CN")


def test_letter_that_cannot_be_printed_changes_nothing(request_, officer, monkeypatch):
    letter = draft(request_, officer, answer_plan(Outcome.GRANT))

    def broken(*_, **__):
        raise RenderingFailed("生成PDF失败：示例")

    monkeypatch.setattr(printing, "pdf", broken)
    with pytest.raises(ValidationError, match="生成PDF失败"):
        send(letter, officer)

    assert stands(request_)[0] == RequestState.HANDLING and Letter.objects.get().state == LetterState.DRAFT


def test_law_is_asked_again_when_the_letter_goes_out(request_, officer):
    """Drafted in time, sent too late: the extension no longer holds (条例 Art. 33 ¶2)."""
    plan = Plan(
        "P5",
        {"reason": "资料较多", "days": 10, "until": date(2026, 4, 14)},
        event={"days": 10, "approved_by": "王主任"},
    )
    letter = draft(request_, officer, plan, on=date(2026, 3, 30))

    with pytest.raises(ValidationError, match="已届满"):
        send(letter, officer, on=date(2026, 3, 31))
    send(letter, officer, on=date(2026, 3, 30))

    assert stands(request_) == (RequestState.HANDLING, date(2026, 4, 14))


@pytest.mark.real_print
def test_letter_is_printed_and_kept_as_it_went_out(request_, officer, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    letter = send(draft(request_, officer, answer_plan(Outcome.GRANT)), officer)
    kept = correspondence.kept_pdf(letter)

    officer.agency.name = "改了名的机关"
    officer.agency.save()

    assert kept.startswith(b"%PDF") and correspondence.kept_pdf(Letter.objects.get()) == kept
    assert letter.printed.name.startswith("private/letters/")


def test_delivery_is_recorded_and_dates_the_consultation(request_, officer):
    letter = consult(request_, officer)

    correspondence.record_delivery(
        letter=letter, by=officer.user, on=date(2026, 3, 11), today=date(2026, 3, 12), receiver="示例公司前台"
    )

    assert request_.events.get().served_on == date(2026, 3, 11)
    for on, fault in ((date(2026, 3, 8), "早于发出"), (date(2026, 3, 13), "晚于今天")):
        with pytest.raises(ValidationError, match=fault):
            correspondence.record_delivery(letter=letter, by=officer.user, on=on, today=date(2026, 3, 12))


# The rows of Table B


NEEDS = {
    Outcome.UNCLEAR: ["correction", "corrected"],
    Outcome.REJECT_EXCESS: ["reasons", "explained"],
    Outcome.DENY_THIRD_PARTY: ["consultation", "opinion"],
}


def prepare(request_, officer, outcome):
    on = date(2026, 3, 4)
    for need in NEEDS.get(outcome, ()):
        if need == "correction":
            ask_correction(request_, officer, on=on)
        elif need == "corrected":
            actions.receive_correction(request=request_, by=officer.user, on=date(2026, 3, 6), today=TODAY)
        elif need == "reasons":
            until = date(2026, 3, 18)
            plan = Plan("P4", {"quantity": "一月以来132件", "until": until}, event={"until": until})
            send(draft(request_, officer, plan, on), officer, on)
        elif need == "explained":
            actions.receive_reasons(request=request_, by=officer.user, on=date(2026, 3, 6), today=TODAY)
        elif need == "consultation":
            consult(request_, officer, on=on)
        else:
            actions.receive_opinion(
                request=request_, by=officer.user, consultation=request_.events.get(), opinion=Opinion.REFUSAL,
                on=date(2026, 3, 6), today=TODAY,
            )  # fmt: skip


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in FOR_OUTCOME if not outcome.value.startswith("close_")], ids=str
)
def test_answer_of_each_kind_reaches_its_row_of_table_b(request_, officer, outcome):
    prepare(request_, officer, outcome)

    letter = send(draft(request_, officer, answer_plan(outcome)), officer)

    assert stands(request_)[0] == RequestState.CLOSED and request_.answered_on == TODAY
    assert letter.exception_reason == "" and letter.title == kind_of("", outcome).title
    counted = figures.collect(officer.agency, 2026)
    assert counted[f"requests.{RULES[outcome].row}.natural_person"] == 1


@pytest.mark.parametrize(
    ("close", "outcome"),
    [
        (actions.lapse_correction, Outcome.CLOSE_NOCORRECTION),
        (actions.lapse_payment, Outcome.CLOSE_NOPAY),
        (actions.withdraw, Outcome.CLOSE_WITHDRAWN),
    ],
)
def test_case_closed_by_record_reaches_its_row_and_may_be_told_by_letter(request_, officer, close, outcome):
    day = date(2026, 4, 20)
    if outcome == Outcome.CLOSE_NOCORRECTION:
        ask_correction(request_, officer)
    elif outcome == Outcome.CLOSE_NOPAY:
        event = {"fee_method": "by_page", "units": 68, "amount": 380, "until": date(2026, 4, 7)}
        plan = Plan("P14", {"method": "by_page", "units": 68, "amount": 380, "how": "窗口"}, event=event)
        notice = send(draft(request_, officer, plan), officer)
        with pytest.raises(ValidationError, match="还没有登记送达"):
            close(request=request_, by=officer.user, on=day, today=day)
        correspondence.record_delivery(letter=notice, by=officer.user, on=date(2026, 3, 11), today=day)
        # 国办函〔2020〕109号 Art. 6: 20 working days after the notice was received.
        assert request_.events.get().until == date(2026, 4, 9)

    close(request=request_, by=officer.user, on=day, today=day)

    counted = figures.collect(officer.agency, 2026)
    assert counted[f"requests.{RULES[outcome].row}.natural_person"] == 1
    letter = send(draft(request_, officer, answer_plan(outcome), on=day), officer, on=day)
    request_.refresh_from_db()
    assert letter.outcome == outcome and request_.answered_on == day


# What the law refuses: clear words, nothing half done


def test_answer_before_receipt_is_refused(request_, officer):
    with pytest.raises(ValidationError, match="早于收到日期"):
        draft(request_, officer, answer_plan(Outcome.GRANT), on=date(2026, 3, 1), today=TODAY)
    assert not Letter.objects.exists()


def test_second_correction_is_refused(request_, officer):
    ask_correction(request_, officer)
    actions.receive_correction(request=request_, by=officer.user, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="只能告知一次"):
        ask_correction(request_, officer)


def test_late_correction_notice_needs_a_reason(request_, officer):
    on, until = date(2026, 3, 12), date(2026, 3, 26)
    plan = Plan("P3", {"points": "名称", "until": until}, event={"until": until})

    with pytest.raises(ValidationError, match="2026年3月11日"):
        draft(request_, officer, plan, on)
    letter = draft(request_, officer, plan, on, reason="申请人住院")
    with pytest.raises(ValidationError):
        send(letter, officer, on)
    send(letter, officer, on, exception_reason="申请人住院")

    assert "申请人住院" in [entry.reason for entry in history.entries_of(request_)]


@pytest.mark.parametrize(("days", "approved_by", "fault"), [(21, "王主任", "1至20"), (10, " ", "负责人")])
def test_extension_beyond_the_law_is_refused(request_, officer, days, approved_by, fault):
    plan = Plan("P5", {"reason": "多", "days": days}, event={"days": days, "approved_by": approved_by})

    with pytest.raises(ValidationError, match=fault):
        draft(request_, officer, plan)


def test_future_day_is_refused(request_, officer):
    with pytest.raises(ValidationError, match="晚于今天"):
        draft(request_, officer, answer_plan(Outcome.GRANT), on=date(2026, 3, 10), today=TODAY)


def test_late_payment_needs_a_reason_to_be_taken(request_, officer):
    event = {"fee_method": "by_page", "units": 68, "amount": 380, "until": date(2026, 4, 7)}
    plan = Plan("P14", {"method": "by_page", "units": 68, "amount": 380, "how": "窗口"}, event=event)
    send(draft(request_, officer, plan), officer)
    day = date(2026, 4, 8)

    with pytest.raises(ValidationError, match="已超过期限"):
        actions.receive_payment(request=request_, by=officer.user, on=day, today=day)
    actions.receive_payment(request=request_, by=officer.user, on=day, today=day, reason="银行系统故障，有凭证")

    assert request_.events.get(kind=EventKind.FEE_PAID).amount == 380


def test_silent_third_party_is_recorded_only_when_its_time_is_over(request_, officer):
    """条例 Art. 32: 15 working days from its receipt."""
    letter = consult(request_, officer)
    correspondence.record_delivery(letter=letter, by=officer.user, on=date(2026, 3, 10), today=date(2026, 4, 2))
    given = {"request": request_, "by": officer.user, "consultation": request_.events.get(), "opinion": Opinion.SILENT}

    with pytest.raises(ValidationError, match="2026年3月31日届满"):
        actions.receive_opinion(**given, on=date(2026, 3, 30), today=date(2026, 4, 2))
    actions.receive_opinion(**given, on=date(2026, 3, 31), today=date(2026, 4, 2))

    assert stands(request_)[0] == RequestState.HANDLING


def test_officer_of_another_agency_is_refused(request_, officer):
    stranger = MembershipFactory(role=Role.CASE_OFFICER)

    with pytest.raises(ValidationError, match="没有办理这件申请的权限"):
        actions.withdraw(request=request_, by=stranger.user, on=TODAY, today=TODAY)


def test_auditor_may_look_and_not_act(request_, officer):
    auditor = MembershipFactory(agency=officer.agency, role=Role.AUDITOR)

    with pytest.raises(ValidationError, match="权限"):
        draft(request_, auditor, answer_plan(Outcome.GRANT))


# Two officers, and taking back


def test_second_of_two_officers_is_told_what_the_first_did(request_, officer):
    seen = request_.version
    actions.withdraw(request=request_, by=officer.user, on=TODAY, today=TODAY, version=seen)

    with pytest.raises(ValidationError, match="申请人撤回：2026年3月9日"):
        draft(request_, officer, answer_plan(Outcome.GRANT), version=seen)
    assert not Letter.objects.exists()


def test_undo_takes_back_the_answer_and_leaves_both_in_the_trail(request_, officer):
    letter = send(draft(request_, officer, answer_plan(Outcome.GRANT)), officer)

    actions.undo(request=request_, by=officer.user, reason="点错了，尚未交邮")

    letter.refresh_from_db()
    assert stands(request_) == (RequestState.HANDLING, date(2026, 3, 30))
    assert (request_.outcome, request_.answered_on, request_.events.count()) == ("", None, 0)
    assert letter.state == LetterState.VOID and letter.digest and letter.printed  # what went out stays
    last = history.entries_of(request_).last()
    assert last.what.startswith("撤销“发出") and last.reason == "点错了，尚未交邮" and last.undoes is not None
    assert history.first_broken(request_) is None
    assert send(draft(request_, officer, answer_plan(Outcome.GRANT)), officer).number != letter.number


def test_answer_that_was_served_or_contested_is_not_taken_back(request_, officer):
    letter = send(draft(request_, officer, answer_plan(Outcome.GRANT)), officer)
    dispute = DisputeFactory(agency=officer.agency, request=request_)
    with pytest.raises(ValidationError, match="已有复议诉讼"):
        actions.undo(request=request_, by=officer.user, reason="错")
    dispute.delete()
    correspondence.record_delivery(letter=letter, by=officer.user, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="已经送达"):
        actions.undo(request=request_, by=officer.user, reason="错")
    assert stands(request_)[0] == RequestState.CLOSED


def test_step_is_not_undone_over_a_later_change(request_, officer):
    actions.withdraw(request=request_, by=officer.user, on=TODAY, today=TODAY)
    DisclosureRequest.objects.filter(pk=request_.pk).update(outcome=Outcome.GRANT)  # as a ledger row would

    with pytest.raises(ValidationError, match="又被修改过"):
        actions.undo(request=request_, by=officer.user, reason="错")


def test_second_answer_does_not_follow_the_first(request_, officer):
    first = draft(request_, officer, answer_plan(Outcome.GRANT))
    with pytest.raises(ValidationError, match="已有一份待发出"):
        draft(request_, officer, answer_plan(Outcome.DENY_SECRET))
    actions.withdraw(request=request_, by=officer.user, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="已办结，不能再发出答复"):
        send(first, officer)


def test_number_typed_for_a_paper_answer_is_not_given_again(request_, officer):
    given = {"by": officer.user, "outcome": Outcome.GRANT, "on": TODAY, "today": TODAY}
    other = DisclosureRequestFactory(agency=officer.agency, received_on=RECEIVED)
    actions.record_answer(request=request_, letter_number="示公开复〔2026〕1号", **given)

    assert draft(other, officer, answer_plan(Outcome.GRANT)).number == "示公开复〔2026〕2号"
    third = DisclosureRequestFactory(agency=officer.agency, received_on=RECEIVED)
    with pytest.raises(ValidationError, match="本机关已有这个文号"):
        actions.record_answer(request=third, letter_number="示公开复〔2026〕1号", **given)


def test_letter_changed_meanwhile_is_not_sent_unseen(request_, officer):
    letter = draft(request_, officer, answer_plan(Outcome.GRANT))
    seen = DisclosureRequest.objects.get(pk=request_.pk).version
    correspondence.redraft(letter=letter, by=officer.user, values={"provided": "另一份"}, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="刚刚被修改"):
        send(Letter.objects.get(), officer, version=seen)


def test_undo_goes_back_step_by_step(request_, officer):
    ask_correction(request_, officer)
    actions.receive_correction(request=request_, by=officer.user, on=TODAY, today=TODAY)

    for _ in range(2):
        actions.undo(request=request_, by=officer.user, reason="登记错件")

    assert stands(request_) == (RequestState.HANDLING, date(2026, 3, 30))
    with pytest.raises(ValidationError, match="没有可以撤销"):
        actions.undo(request=request_, by=officer.user, reason="再撤")


def test_undo_is_for_whoever_took_the_step_and_needs_a_reason(request_, officer):
    colleague = MembershipFactory(agency=officer.agency, role=Role.CASE_OFFICER)
    actions.withdraw(request=request_, by=officer.user, on=TODAY, today=TODAY)

    with pytest.raises(ValidationError, match="只能由本人撤销"):
        actions.undo(request=request_, by=colleague.user, reason="不同意")
    with pytest.raises(ValidationError, match="写明撤销的理由"):
        actions.undo(request=request_, by=officer.user, reason=" ")
    assert stands(request_)[0] == RequestState.CLOSED


def test_answer_made_elsewhere_is_entered_with_its_number(request_, officer):
    actions.record_answer(
        request=request_,
        by=officer.user,
        outcome=Outcome.GRANT,
        letter_number="示公开复〔2025〕99号",
        on=TODAY,
        today=TODAY,
    )

    letter = request_.letters.get()
    assert stands(request_)[0] == RequestState.CLOSED and letter.number == "示公开复〔2025〕99号"
    actions.undo(request=request_, by=officer.user, reason="补录错件")
    letter.refresh_from_db()
    assert stands(request_)[0] == RequestState.HANDLING and letter.state == LetterState.VOID


# Fees and repeats


def test_charge_of_one_request_is_what_it_adds_to_the_month(officer):
    """国办函〔2020〕109号 Art. 4: the eleventh request of the month costs 100 yuan."""
    cases = [DisclosureRequestFactory(agency=officer.agency, received_on=date(2026, 3, day)) for day in range(1, 32)]
    namesake = DisclosureRequestFactory(agency=officer.agency, received_on=date(2026, 3, 31), id_number="另一人")
    other_month = DisclosureRequestFactory(agency=officer.agency, received_on=date(2026, 4, 1))

    assert [charges.charge(cases[n], FeeMethod.BY_ITEM, 0) for n in (9, 10, 30)] == [(10, 0), (11, 100), (31, 200)]
    assert charges.charge(namesake, FeeMethod.BY_ITEM, 0) == (1, 0)
    assert charges.charge(other_month, FeeMethod.BY_ITEM, 0) == (1, 0)
    assert charges.charge(cases[0], FeeMethod.BY_PAGE, 68) == (68, 380)


def test_similar_request_of_the_same_applicant_is_shown(officer):
    def case(name, text):
        return DisclosureRequestFactory(agency=officer.agency, applicant_name=name, description=text)

    first = case("甲", "2024年度户外广告设置规划的批复文件")
    case("甲", "老旧小区改造的资金拨付")
    case("乙", "2024年度户外广告设置规划的批复文件")
    again = case("甲", "2024年度户外广告设置规划批复文件")

    assert [found for found, _ in charges.possible_repeats(again)] == [first]


def test_ledger_does_not_rewrite_an_answer_that_went_out(request_, officer):
    send(draft(request_, officer, answer_plan(Outcome.DENY_SECRET)), officer)
    row = [request_.number, "自然人", "赵某某", "当面", RECEIVED, "某规划的批复", "予以公开", date(2026, 3, 4)]

    report = import_row(officer, row, ["办理结果", "答复日期"])

    request_.refresh_from_db()
    assert not report.written and "已在系统中发出答复书" in str(report.faults)
    assert request_.outcome == Outcome.DENY_SECRET
    assert import_row(officer, [*row[:6], "属于国家秘密", TODAY], ["办理结果", "答复日期"]).faults == []


def import_row(officer, row, more=()):
    book = Workbook()
    book.active.title = "依申请公开"
    book.active.append(["登记编号", "申请人类型", "申请人名称", "申请渠道", "收到日期", "申请内容", *more])
    book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return import_workbook(read(stream), agency=officer.agency, by=officer.user)


def test_ledger_leaves_its_mark_on_a_case_and_warns_whoever_has_it_open(request_, officer):
    seen = request_.version

    assert import_row(officer, [request_.number, "自然人", "赵某某", "当面", RECEIVED, "台账里的内容"]).written

    assert history.entries_of(request_).last().what == "台账导入修改：申请内容"
    with pytest.raises(ValidationError, match="台账导入修改：申请内容"):
        actions.withdraw(request=request_, by=officer.user, on=TODAY, today=TODAY, version=seen)
