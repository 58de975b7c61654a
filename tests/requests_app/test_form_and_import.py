"""The ledger and the page ask the same rules: what one accepts, the other accepts."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.contrib import admin
from django.db import transaction
from django.forms import model_to_dict
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from disclosures.ledger import import_workbook, read
from disclosures.models import Role
from requests_app.enums import (
    ApplicantKind,
    DisputeKind,
    DisputeResult,
    EventKind,
    ProposalKind,
    ProposalRole,
    RequestChannel,
    Satisfaction,
)
from requests_app.models import Dispute, Proposal
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, DisputeFactory, ProposalFactory

pytestmark = pytest.mark.django_db
SAME = hypothesis_settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

ODD_TEXTS = ["   ", "  前后有空格  ", "3.7E+17", "#N/A", "长" * 300]
ODD_DAYS = ["2022-02-30", "1900-01-01", "2222-01-01", "不是日期"]
good_texts = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=12)
good_days = st.dates(date(2022, 3, 1), date(2022, 9, 30)).map(date.isoformat)


def mostly(good, odd):
    """``good`` six times out of seven."""
    return st.integers(0, 6).flatmap(lambda draw: good if draw else odd)


texts = mostly(good_texts, st.sampled_from(ODD_TEXTS))
days = mostly(good_days, st.sampled_from(ODD_DAYS))


def chosen(choices):
    return mostly(st.sampled_from(choices.labels), st.just("不在其中"))


def needed(cells):
    return mostly(cells, st.none())


def optional(cells):
    return st.none() | cells


def is_a_row(row):
    """A row of blanks is no row of the ledger."""
    return any(cell and cell.strip() for cell in row.values())


dispute_rows = st.fixed_dictionaries(
    {
        "案件类型": needed(chosen(DisputeKind)),
        "案号": needed(texts),
        "登记编号": optional(st.sampled_from(["R-1", "R-2", "R-没有", "R-别的机关"])),
        "受理日期": needed(days),
        "案件结果": optional(chosen(DisputeResult)),
        "审结日期": optional(days),
    }
).filter(is_a_row)
proposal_rows = st.fixed_dictionaries(
    {
        "类别": needed(chosen(ProposalKind)),
        "编号": needed(texts),
        "标题": needed(texts),
        "届次": optional(texts),
        "办理方式": needed(chosen(ProposalRole)),
        "交办日期": needed(days),
        "答复日期": optional(days),
        "办理结果类别": optional(texts),
        "满意度": optional(chosen(Satisfaction)),
        "是否公开": optional(st.sampled_from(["是", "否"])),
    }
).filter(is_a_row)
DISPUTE_FIELDS = {
    "案件类型": "kind", "案号": "case_number", "登记编号": "request", "受理日期": "accepted_on", "案件结果": "result",
    "审结日期": "closed_on",
}  # fmt: skip
PROPOSAL_FIELDS = {
    "类别": "kind", "编号": "number", "标题": "title", "届次": "session", "办理方式": "role", "交办日期": "assigned_on",
    "答复日期": "answered_on", "办理结果类别": "result_class", "满意度": "satisfaction", "是否公开": "is_public",
}  # fmt: skip
VALUES = {
    label: value
    for choices in (ApplicantKind, RequestChannel, DisputeKind, DisputeResult, ProposalKind, ProposalRole, Satisfaction)
    for value, label in choices.choices
} | {"是": True, "否": False}


@pytest.fixture
def manager():
    return MembershipFactory(role=Role.MANAGER, agency=AgencyFactory())


@pytest.fixture
def requests(manager):
    DisclosureRequestFactory(number="R-别的机关")
    return {number: DisclosureRequestFactory(agency=manager.agency, number=number) for number in ("R-1", "R-2")}


def import_accepts(agency, sheet, row):
    workbook = openpyxl.Workbook()
    page = workbook.active
    page.title = sheet
    page.append(list(row))
    for place, cell in enumerate(row.values(), start=1):
        page.cell(2, place, cell)
        if isinstance(cell, str):
            page.cell(2, place).data_type = "s"
    stream = BytesIO()
    workbook.save(stream)
    stream.seek(0)
    return not import_workbook(read(stream), agency=agency, dry_run=True).faults


def form_accepts(rf, user, model, data, instance=None):
    request = rf.get("/")
    request.user = user
    form_class = admin.site._registry[model].get_form(request, instance, change=instance is not None)
    form = form_class(
        {name: value for name, value in data.items() if value is not None and value is not False}, instance=instance
    )
    return form.is_valid()


def filled(row, fields, requests):
    """The row as the page would post it."""
    data = {fields[header]: VALUES.get(cell, cell) for header, cell in row.items() if cell is not None}
    if "request" in data:
        data["request"] = requests[data["request"]].pk if data["request"] in requests else 0
    return data


@given(row=dispute_rows)
@SAME
def test_new_dispute(rf, manager, requests, row):
    form = form_accepts(
        rf, manager.user, Dispute, {"agency": manager.agency.pk, **filled(row, DISPUTE_FIELDS, requests)}
    )

    assert form == import_accepts(manager.agency, "复议诉讼", row)


@given(row=proposal_rows)
@SAME
def test_new_proposal(rf, manager, row):
    form = form_accepts(rf, manager.user, Proposal, {"agency": manager.agency.pk, **filled(row, PROPOSAL_FIELDS, {})})

    assert form == import_accepts(manager.agency, "建议提案", row)


def full_case(agency, requests):
    """A suit after review with everything that the ledger does not know."""
    review = DisputeFactory(
        agency=agency, request=requests["R-1"], result=DisputeResult.UPHELD, closed_on=date(2022, 5, 1)
    )
    return DisputeFactory(
        agency=agency,
        kind=DisputeKind.LITIGATION_AFTER_REVIEW,
        case_number="现有案号",
        prior=review,
        stage="first",
        accepted_on=date(2022, 5, 20),
        copy_received_on=date(2022, 5, 25),
        answered_on=date(2022, 6, 1),
        decided_on=date(2022, 7, 1),
        served_on=date(2022, 7, 5),
    )


@given(row=dispute_rows)
@SAME
def test_dispute_that_the_page_has_filled(rf, manager, requests, row):
    row = {**row, "案件类型": "复议后起诉", "案号": "现有案号", "受理日期": row["受理日期"] or "2022-05-20"}
    with transaction.atomic():
        case = full_case(manager.agency, requests)
        data = {**model_to_dict(case), **filled(row, DISPUTE_FIELDS, requests)}

        imported = import_accepts(manager.agency, "复议诉讼", row)
        assert form_accepts(rf, manager.user, Dispute, data, case) == imported
        transaction.set_rollback(True)


PROPOSAL_STATES = [
    {"months": 6, "months_reason": "涉及多个部门"},
    {"redo_from": date(2022, 6, 1)},
    {"publicity": "closed", "publicity_reason": "商业秘密"},
    {"publicity": "full"},
    {"publicity": "full", "publicity_reason": "已在报纸公布", "is_public": True},
    {"answered_on": date(2022, 5, 1), "satisfaction": "satisfied"},
]


@given(row=proposal_rows, state=st.sampled_from(PROPOSAL_STATES))
@SAME
def test_proposal_that_the_page_has_filled(rf, manager, row, state):
    keys = {"类别": "人大代表建议", "编号": "现有", "届次": "示例会议"}
    required = {"标题": "示例", "办理方式": "主办", "交办日期": "2022-03-01"}
    row = {**row, **keys, **{header: row[header] or cell for header, cell in required.items()}}
    with transaction.atomic():
        proposal = ProposalFactory(agency=manager.agency, number="现有", session="示例会议", **state)
        data = {**model_to_dict(proposal), **filled(row, PROPOSAL_FIELDS, {})}

        imported = import_accepts(manager.agency, "建议提案", row)
        assert form_accepts(rf, manager.user, Proposal, data, proposal) == imported
        transaction.set_rollback(True)


# Requests: the page asks for the steps already taken in rows of their own; the answer is a step of its own there.

request_rows = st.fixed_dictionaries(
    {
        "登记编号": optional(texts),
        "申请人类型": needed(chosen(ApplicantKind)),
        "申请人名称": needed(texts),
        "证件号码": optional(texts),
        "联系方式": optional(texts),
        "申请渠道": needed(chosen(RequestChannel)),
        "收到日期": mostly(good_days, st.sampled_from(ODD_DAYS)),
        "申请内容": needed(texts),
        "补正告知日期": optional(days),
        "补正收到日期": optional(days),
        "征求意见发出日期": optional(days),
        "征求意见收到日期": optional(days),
        "延期工作日": optional(st.sampled_from(["1", "20", "21", "0", "半"])),
    }
)
REQUEST_FIELDS = {
    "登记编号": "number", "申请人类型": "applicant_kind", "申请人名称": "applicant_name", "证件号码": "id_number",
    "联系方式": "contact", "申请渠道": "channel", "收到日期": "received_on", "申请内容": "description",
}  # fmt: skip
STEPS = {
    "补正告知日期": EventKind.CORRECTION_ASKED, "补正收到日期": EventKind.CORRECTION_RECEIVED,
    "征求意见发出日期": EventKind.CONSULTATION_SENT, "征求意见收到日期": EventKind.CONSULTATION_RETURNED,
}  # fmt: skip


def steps_of(row):
    steps = [{"kind": kind.value, "on": row[header]} for header, kind in STEPS.items() if row[header]]
    if row["延期工作日"]:
        steps.append({"kind": "extended", "on": row["收到日期"], "days": row["延期工作日"]})
    return steps


def page_accepts(client, agency, row):
    fields = {name: VALUES.get(row[header], row[header]) for header, name in REQUEST_FIELDS.items() if row[header]}
    steps = steps_of(row)
    form = {"agency": agency.pk, **fields, "events-TOTAL_FORMS": len(steps), "events-INITIAL_FORMS": 0}
    for place, step in enumerate(steps):
        form |= {f"events-{place}-{name}": value for name, value in step.items()}
    with transaction.atomic():
        response = client.post("/admin/requests_app/disclosurerequest/add/", form)
        transaction.set_rollback(True)
    return response.status_code == 302


@given(row=request_rows)
@SAME
def test_new_request(client, manager, row):
    client.force_login(manager.user)

    assert page_accepts(client, manager.agency, row) == import_accepts(manager.agency, "依申请公开", row)


GOOD_REQUEST = dict.fromkeys(["登记编号", "证件号码", "联系方式", *STEPS, "延期工作日"]) | {
    "申请人类型": "自然人", "申请人名称": "示例", "申请渠道": "当面", "收到日期": "2022-03-01", "申请内容": "示例",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "accepted"),
    [
        ({}, True),
        ({"补正告知日期": "2022-03-03", "补正收到日期": "2022-03-10", "延期工作日": "20"}, True),
        ({"补正收到日期": "2022-03-10"}, False),
        ({"补正告知日期": "2022-02-28"}, False),
        ({"征求意见收到日期": "2022-03-10"}, False),
        ({"延期工作日": "21"}, False),
        ({"收到日期": "2049-03-01"}, False),
    ],
)
def test_request_can_be_accepted_and_refused(client, manager, changes, accepted):
    client.force_login(manager.user)
    row = {**GOOD_REQUEST, **changes}

    assert page_accepts(client, manager.agency, row) == accepted
    assert import_accepts(manager.agency, "依申请公开", row) == accepted


GOOD_DISPUTE = {"案件类型": "行政复议", "案号": "1", "受理日期": "2022-04-01", "登记编号": "R-1"}
GOOD_PROPOSAL = {"类别": "政协提案", "编号": "1", "标题": "示例", "办理方式": "主办", "交办日期": "2022-03-01"}


@pytest.mark.parametrize(
    ("model", "sheet", "row", "accepted"),
    [
        (Dispute, "复议诉讼", GOOD_DISPUTE, True),
        (Dispute, "复议诉讼", {**GOOD_DISPUTE, "案件结果": "结果维持", "审结日期": "2022-05-01"}, True),
        (Dispute, "复议诉讼", {**GOOD_DISPUTE, "案件结果": "结果维持"}, False),
        (Dispute, "复议诉讼", {**GOOD_DISPUTE, "登记编号": "R-别的机关"}, False),
        (Proposal, "建议提案", GOOD_PROPOSAL, True),
        (Proposal, "建议提案", {**GOOD_PROPOSAL, "答复日期": "2022-05-01", "满意度": "满意", "是否公开": "是"}, True),
        (Proposal, "建议提案", {**GOOD_PROPOSAL, "满意度": "满意"}, False),
        (Proposal, "建议提案", {**GOOD_PROPOSAL, "交办日期": "1900-01-01"}, False),
    ],
)
def test_both_can_say_either(rf, manager, requests, model, sheet, row, accepted):
    """The twin: an agreement of two that always refuse would prove nothing."""
    fields = DISPUTE_FIELDS if model is Dispute else PROPOSAL_FIELDS
    data = {"agency": manager.agency.pk, **filled(row, fields, requests)}

    assert form_accepts(rf, manager.user, model, data) == accepted
    assert import_accepts(manager.agency, sheet, row) == accepted
