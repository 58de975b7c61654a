"""Proposals: months by role and difficulty, redo with its history, publication of the reply, and who may do what."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from disclosures.catalogue import found_catalogue
from disclosures.models import Item, ItemState, Openness, Role
from reports.figures import collect
from requests_app import proposals
from requests_app.enums import ProposalKind, ProposalRole, Publicity, Satisfaction
from requests_app.models import Proposal, ProposalRound
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory
from tests.factories.requests_app import ProposalFactory, ProposalTermFactory, ResultClassFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/requests_app/proposal/"
REPLY = "李某代表：\n　　您提出的建议收悉。\n联系人：张某\n联系电话：0631-8452345"


@pytest.fixture
def clerk(client):
    agency = AgencyFactory()
    found_catalogue(agency)
    membership = MembershipFactory(role=Role.CLERK, agency=agency)
    client.force_login(membership.user)
    return membership


def answered(agency, **changes):
    given = {"agency": agency, "answered_on": date(2022, 5, 5), "reply": REPLY, "session": "十九届人大一次会议"}
    return ProposalFactory(**given | changes)


@pytest.mark.parametrize(
    ("changes", "due", "words"),
    [
        # 代表法 Art. 51: three months, six for wide and difficult ones.
        ({}, date(2026, 6, 1), "三个月内答复代表（代表法第五十一条）"),
        ({"months": 6, "months_reason": "多部门"}, date(2026, 9, 1), "六个月内答复代表"),
        # 1 October 2025 was a holiday: the next working day.
        ({"assigned_on": date(2025, 7, 1)}, date(2025, 10, 9), "2025年10月1日是休息日，顺延至2025年10月9日"),
        # An assisting organ owes the lead its opinion, commonly within a month.
        ({"role": "assist"}, date(2026, 4, 1), "一个月内把会办意见送主办单位"),
        ({"role": "assist", "months": 6, "lead_organ": "住建局"}, date(2026, 4, 1), "送住建局"),
        ({"role": "separate"}, date(2026, 6, 1), "三个月"),
        ({"kind": "cppcc"}, date(2026, 6, 1), "答复委员"),
        # Not satisfied: three months from the day that came back.
        ({"redo_from": date(2026, 5, 31)}, date(2026, 8, 31), "反馈不满意，三个月内重新办理"),
        ({"assigned_on": date(2099, 3, 1)}, None, "待定：2099年"),
    ],
)
def test_last_day_by_role_and_difficulty(changes, due, words):
    proposal = Proposal(**{"kind": "npc", "role": "lead", "assigned_on": date(2026, 3, 1)} | changes)

    term = proposals.answer_term(proposal, {})

    assert term.due_on == due and words in term.why


def test_months_of_a_role_are_the_agencys_own(client):
    manager = MembershipFactory(role=Role.MANAGER)
    client.force_login(manager.user)
    ours = ProposalFactory(agency=manager.agency, kind=ProposalKind.CPPCC)
    npc, done = ProposalFactory(agency=manager.agency), answered(manager.agency, kind=ProposalKind.CPPCC)
    for proposal in (ours, npc, done):
        proposals.derive(proposal)
        proposal.save()

    form = {"agency": manager.agency.pk, "kind": "cppcc", "role": "lead", "months": "5"}
    response = client.post("/admin/requests_app/proposalterm/add/", form, follow=True)

    assert "已重新计算1件" in response.content.decode()
    due = dict(Proposal.objects.values_list("pk", "due_on"))
    assert due == {ours.pk: date(2022, 8, 1), npc.pk: date(2022, 6, 1), done.pk: date(2022, 6, 1)}


def test_no_local_rule_is_longer_than_the_law_for_deputies():
    """代表法 Art. 51."""
    with pytest.raises(ValidationError, match="代表法第五十一条"):
        ProposalTermFactory.build(agency=AgencyFactory(), kind=ProposalKind.NPC, months=4).full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalTermFactory(kind=ProposalKind.NPC, months=4)


def form(agency, **changes):
    given = {"agency": agency.pk, "kind": "npc", "number": "12", "title": "示例", "role": "lead"}
    return {**given, "assigned_on": "2022-03-01", **changes}


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"months": "6"}, "months_reason", "请写明理由"),
        ({"months": "5"}, "months", ""),
        ({"publicity": "closed"}, "publicity_reason", "请写明理由"),
        ({"publicity": "partial"}, "publicity_reason", "请写明理由"),
        ({"publicity": "closed", "publicity_reason": "商业秘密", "is_public": "on"}, "is_public", "不予公开"),
        ({"publicity": "full", "is_public": "on"}, "item", "选择公开的答复"),
        ({"answered_on": "2022-02-28"}, "answered_on", "早于交办日期"),
        ({"satisfaction": "satisfied"}, "__all__", "尚未答复"),
    ],
)
def test_impossible_entry_is_told_beside_the_field(client, clerk, changes, field, message):
    response = client.post(f"{LIST}add/", form(clerk.agency, **changes))

    assert message in str(response.context["adminform"].form.errors[field])
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"months": "6", "months_reason": "涉及多个部门"},
        {"answered_on": "2022-05-05", "publicity": "closed", "publicity_reason": "商业秘密", "concerns_public": "on"},
        {"publicity": "full", "is_public": "on", "publicity_reason": "已在《文登日报》公布"},
        {"is_public": "on"},  # as a ledger says it
        {"result_class": "乙"},  # not in the list
    ],
)
def test_possible_entry_is_stored(client, clerk, changes):
    client.post(f"{LIST}add/", form(clerk.agency, **changes))

    assert Proposal.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"months": 6},
        {"publicity": "closed"},
        {"publicity": "closed", "publicity_reason": "商业秘密", "is_public": True},
        {"publicity": "full", "is_public": True},
        {"redo_from": date(2022, 6, 1), "answered_on": date(2022, 5, 31)},
        {"redo_from": date(2022, 2, 28)},
    ],
)
def test_database_keeps_the_same_rules(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        ProposalFactory(**wrong)


def test_classes_are_offered_with_their_meaning_of_this_place(client, clerk):
    ResultClassFactory(agency=clerk.agency, code="B", meaning="正在解决或者列入计划")
    ResultClassFactory(code="B", meaning="别处的含义")
    proposal = answered(clerk.agency, result_class="B")

    page = client.get(f"{LIST}{proposal.pk}/change/").content.decode()

    assert '<option value="B">B（正在解决或者列入计划）</option>' in page
    assert "别处的含义" not in page


# 重办


def test_redo_keeps_the_round_and_counts_three_months_anew(clerk):
    item = ItemFactory(agency=clerk.agency)
    proposal = answered(
        clerk.agency,
        satisfaction=Satisfaction.DISSATISFIED, result_class="C", is_public=True, item=item, due_on=date(2022, 6, 1),
    )  # fmt: skip

    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 5, 31))

    kept, proposal = ProposalRound.objects.get(), Proposal.objects.get()
    assert (kept.number, kept.began_on, kept.due_on) == (1, date(2022, 3, 1), date(2022, 6, 1))
    assert (kept.answered_on, kept.returned_on, kept.result_class) == (date(2022, 5, 5), date(2022, 5, 31), "C")
    assert (kept.reply, kept.item, kept.is_public) == (REPLY, item, True)
    assert (proposal.redo_from, proposal.due_on) == (date(2022, 5, 31), date(2022, 8, 31))
    assert (proposal.answered_on, proposal.satisfaction, proposal.is_public, proposal.item) == (None, "", False, None)
    assert proposal.reply == REPLY
    assert "重新办理" in LogEntry.objects.get().change_message


def test_second_redo_is_a_second_round(clerk):
    proposal = answered(clerk.agency)
    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 5, 31))
    Proposal.objects.update(answered_on=date(2022, 8, 1))

    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 8, 20))

    rounds = ProposalRound.objects.values_list("number", "began_on", "answered_on")
    assert list(rounds) == [(1, date(2022, 3, 1), date(2022, 5, 5)), (2, date(2022, 5, 31), date(2022, 8, 1))]


@pytest.mark.parametrize(
    ("changes", "on", "message"),
    [
        ({"answered_on": None}, date(2022, 5, 31), "还没有答复"),
        ({"satisfaction": Satisfaction.MOSTLY}, date(2022, 5, 31), "只有“不满意”"),
        ({}, date(2022, 5, 4), "早于答复日期2022年5月5日"),
        ({"role": ProposalRole.ASSIST}, date(2022, 5, 31), "协办件"),
    ],
)
def test_redo_that_makes_no_sense_is_refused(clerk, changes, on, message):
    with pytest.raises(ValidationError, match=message):
        proposals.redo(proposal=answered(clerk.agency, **changes), by=clerk.user, on=on)

    assert not ProposalRound.objects.exists()


def test_redo_on_the_page(client, clerk):
    proposal = answered(clerk.agency, satisfaction=Satisfaction.DISSATISFIED)
    page, step = f"{LIST}{proposal.pk}/change/", f"{LIST}{proposal.pk}/step/redo/"

    assert "登记重办" in client.get(page).content.decode()
    for wrong in ("", "2022-02-30", "2199-01-01"):
        client.post(step, {"on": wrong})
    assert not ProposalRound.objects.exists()
    after = client.post(step, {"on": "2022-05-31"}, follow=True).content.decode()

    assert "请在2022年8月31日前再次答复" in after and "第1次答复" in after and "2022年5月31日反馈不满意" in after
    assert client.get(f"{LIST}?due=late").context["cl"].result_count == 1
    assert "登记重办" not in client.get(page).content.decode()


def test_old_ledger_does_not_undo_a_redo(client, clerk):
    """The first answer's day is before the day from which the second counts."""
    proposal = answered(clerk.agency)
    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 5, 31))

    response = client.post(f"{LIST}{proposal.pk}/change/", form(clerk.agency, answered_on="2022-05-05"))

    assert "再次答复的日期" in str(response.context["adminform"].form.errors["answered_on"])


def test_redo_by_mistake_is_undone_with_a_reason(client, clerk):
    proposal = answered(
        clerk.agency,
        satisfaction=Satisfaction.DISSATISFIED, result_class="C", is_public=True, publicity=Publicity.FULL,
        publicity_reason="已在报纸公布", due_on=date(2022, 6, 1),
    )  # fmt: skip
    before = Proposal.objects.values().get()
    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 5, 31))
    step = f"{LIST}{proposal.pk}/step/undo-redo/"

    client.post(step, {"reason": " "})
    assert ProposalRound.objects.exists()
    client.post(step, {"reason": "登记错了件"})

    assert Proposal.objects.values().get() == before
    assert not ProposalRound.objects.exists()
    assert "撤销重办：登记错了件" in LogEntry.objects.latest("pk").change_message
    with pytest.raises(ValidationError, match="不能撤销"):
        proposals.undo_redo(proposal=proposal, by=clerk.user, reason="再来一次")


def test_answer_that_did_not_satisfy_is_not_the_end_of_it(client, clerk):
    answered(clerk.agency, satisfaction=Satisfaction.DISSATISFIED)

    assert "反馈不满意" in client.get(LIST).content.decode()


def test_report_counts_the_proposal_once_whatever_its_rounds(clerk):
    proposal = answered(clerk.agency, satisfaction=Satisfaction.DISSATISFIED)
    proposals.redo(proposal=proposal, by=clerk.user, on=date(2022, 5, 31))
    Proposal.objects.update(answered_on=date(2022, 8, 1), satisfaction=Satisfaction.SATISFIED)

    counts = collect(clerk.agency, 2022).counts["proposals"]

    assert (counts["npc"], counts["rated_satisfied"], counts["rated_dissatisfied"]) == (1, 1, 0)


# 公开


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        # 20 working days after the answer: 28 September and 11 October 2025 were worked, 1–8 October were not.
        ({}, date(2025, 10, 29)),
        ({"concerns_public": False}, None),
        ({"answered_on": None}, None),
        ({"role": ProposalRole.ASSIST}, None),
    ],
)
def test_last_day_of_publication(changes, due):
    proposal = ProposalFactory.build(
        agency=AgencyFactory(),
        **{"answered_on": date(2025, 9, 25), "assigned_on": date(2025, 7, 1), "concerns_public": True} | changes,
    )

    proposals.derive(proposal)

    assert proposal.publish_due_on == due


def test_publication_has_a_light_and_a_filter_of_its_own(client, clerk):
    due = {"concerns_public": True, "publish_due_on": date(2022, 6, 2)}
    answered(clerk.agency, number="4", role=ProposalRole.ASSIST, concerns_public=True)
    answered(clerk.agency, number="1", **due)
    answered(clerk.agency, number="2", is_public=True, **due)
    answered(clerk.agency, number="3", publicity=Publicity.CLOSED, publicity_reason="商业秘密", **due)

    found = client.get(f"{LIST}?publish=late")

    assert [row.number for row in found.context["cl"].result_list] == ["1"]
    assert "已超期" in found.content.decode()
    assert client.get(f"{LIST}?publish=open").context["cl"].result_count == 1


def test_draft_is_a_draft_of_the_agency_without_contact_data(clerk):
    proposal = answered(clerk.agency, title="关于加强城市管理的建议")

    item, removed = proposals.draft_item(proposal=proposal, by=clerk.user)

    assert item.title == f"关于十九届人大一次会议第{proposal.number}号人大代表建议的答复"
    assert (item.state, item.openness, item.agency) == (ItemState.DRAFT, Openness.PROACTIVE, clerk.agency)
    assert (item.formed_on, item.summary, item.created_by) == (date(2022, 5, 5), proposal.title, clerk.user)
    assert item.body == "<p>李某代表：</p>\n<p>您提出的建议收悉。</p>"
    assert removed == ["联系人：张某", "联系电话：0631-8452345"]
    assert Proposal.objects.get().item == item and not Proposal.objects.get().is_public
    assert LogEntry.objects.count() == 2


def test_reply_is_text_not_markup(clerk):
    proposal = answered(clerk.agency, reply='<script>alert(1)</script>\n1 < 2 & <b onclick="x">好</b>')

    item, _ = proposals.draft_item(proposal=proposal, by=clerk.user)

    assert "<script" not in item.body and "<b" not in item.body and "1 &lt; 2 &amp;" in item.body


@pytest.mark.parametrize("number", ["12", "第12号"])
def test_number_is_written_once(number):
    proposal = Proposal(kind="cppcc", number=number, session="九届政协二次会议")

    assert proposals.draft_title(proposal) == "关于九届政协二次会议第12号政协提案的答复"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"reply": " \n"}, "请先填写并保存答复内容"),
        ({"publicity": Publicity.CLOSED, "publicity_reason": "商业秘密"}, "不予公开"),
    ],
)
def test_draft_is_refused(clerk, changes, message):
    with pytest.raises(ValidationError, match=message):
        proposals.draft_item(proposal=answered(clerk.agency, **changes), by=clerk.user)

    assert not Item.objects.exists()


def test_second_draft_is_refused_and_the_first_is_not_deleted_unnoticed(clerk):
    proposal = answered(clerk.agency)
    item, _ = proposals.draft_item(proposal=proposal, by=clerk.user)

    with pytest.raises(ValidationError, match="已有公开的答复"):
        proposals.draft_item(proposal=proposal, by=clerk.user)
    with pytest.raises(ProtectedError):
        item.delete()


def test_draft_opens_in_the_editor(client, clerk):
    proposal = answered(clerk.agency)

    assert "生成公开草稿" in client.get(f"{LIST}{proposal.pk}/change/").content.decode()
    response = client.post(f"{LIST}{proposal.pk}/step/draft/", follow=True)

    assert response.redirect_chain[-1][0] == f"/admin/disclosures/item/{Item.objects.get().pk}/change/"
    page = response.content.decode()
    assert "已删去联系方式2处" in page and "您提出的建议收悉" in page


def test_published_item_asks_to_be_ticked(client, clerk):
    proposal = answered(clerk.agency, concerns_public=True, item=ItemFactory(agency=clerk.agency, public=True))

    assert "请勾选“是否公开”" in client.get(f"{LIST}{proposal.pk}/change/").content.decode()


# Who may


def test_each_step_asks_for_its_power(clerk):
    proposal = answered(clerk.agency)
    officer = MembershipFactory(agency=clerk.agency, role=Role.CASE_OFFICER).user
    reviewer = MembershipFactory(agency=clerk.agency, role=Role.REVIEWER).user
    stranger = MembershipFactory(role=Role.MANAGER).user

    with pytest.raises(ValidationError, match="没有录入公开信息的权限"):
        proposals.draft_item(proposal=proposal, by=officer)
    for person in (reviewer, stranger):
        with pytest.raises(ValidationError, match="没有办理"):
            proposals.draft_item(proposal=proposal, by=person)
        with pytest.raises(ValidationError, match="没有办理"):
            proposals.redo(proposal=proposal, by=person, on=date(2022, 5, 31))
    proposals.redo(proposal=proposal, by=officer, on=date(2022, 5, 31))


def test_page_offers_what_the_person_may_do(client, clerk):
    proposal = answered(clerk.agency)
    page = f"{LIST}{proposal.pk}/change/"
    offered = {Role.CLERK: (True, True), Role.CASE_OFFICER: (False, True), Role.REVIEWER: (False, False)}

    for role, (draft, redo) in offered.items():
        client.force_login(MembershipFactory(agency=clerk.agency, role=role).user)
        shown = client.get(page).content.decode()
        assert ("step/draft/" in shown, "step/redo/" in shown) == (draft, redo), role


def test_another_agency_has_no_such_proposal(client, clerk):
    proposal = answered(clerk.agency)
    client.force_login(MembershipFactory(role=Role.CLERK).user)

    assert client.get(f"{LIST}{proposal.pk}/change/").status_code == 404
    assert client.post(f"{LIST}{proposal.pk}/step/draft/").status_code == 404
    assert client.post(f"{LIST}{proposal.pk}/step/nothing/").status_code == 404


def test_item_of_another_agency_is_refused(client, clerk):
    MembershipFactory(user=clerk.user, role=Role.CLERK)
    other = ItemFactory(agency=clerk.user.memberships.exclude(agency=clerk.agency).get().agency)

    response = client.post(f"{LIST}add/", form(clerk.agency, item=other.pk))

    assert "别的机关" in response.content.decode() and not Proposal.objects.exists()
