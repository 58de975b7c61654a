"""What a list of counted records shows of each ledger. Whoever asked is never in it: the record's own page tells that.

``day`` orders the list; with the key it names a place in it, so that a page far back costs what the first does.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from disclosures.dates import told
from disclosures.models import AdministrativeDecision, FeeCollection, Item, NormativeDocument, Publication
from reports.cells import OUTCOME_ROWS
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent

Column = tuple[str, Callable[[Any], Any]]


@dataclass(frozen=True)
class Ledger:
    """``subject``: the record whose page is opened, where it is not the row itself."""

    day: str
    columns: tuple[Column, ...]
    related: tuple[str, ...] = ()
    subject: Callable[[Any], Any] = lambda record: record

    def values(self, record: Any) -> list[str]:
        return [shown(read(record)) for _, read in self.columns]


def shown(value: Any) -> str:
    return told(value) if hasattr(value, "year") else "" if value is None else str(value)


LEDGERS: dict[Any, Ledger] = {
    DisclosureRequest: Ledger(
        "received_on",
        (
            ("登记编号", lambda record: record.number),
            ("收到日期", lambda record: record.received_on),
            ("申请人类型", lambda record: record.get_applicant_kind_display()),
            ("申请渠道", lambda record: record.get_channel_display()),
            ("答复期限", lambda record: record.due_on),
            ("答复日期", lambda record: record.answered_on),
            ("办理结果", lambda record: record.get_outcome_display()),
        ),
    ),
    RequestEvent: Ledger(
        "on",
        (
            ("登记编号", lambda record: record.request.number),
            ("步骤", lambda record: record.get_kind_display()),
            ("日期", lambda record: record.on),
            ("申请人类型", lambda record: record.request.get_applicant_kind_display()),
            ("办理结果", lambda record: record.request.get_outcome_display()),
        ),
        ("request",),
        lambda record: record.request,
    ),
    Dispute: Ledger(
        "accepted_on",
        (
            ("案号", lambda record: record.case_number),
            ("案件类型", lambda record: record.get_kind_display()),
            ("受理日期", lambda record: record.accepted_on),
            ("审结日期", lambda record: record.closed_on),
            ("案件结果", lambda record: record.get_result_display()),
        ),
    ),
    Proposal: Ledger(
        "assigned_on",
        (
            ("编号", lambda record: record.number),
            ("类别", lambda record: record.get_kind_display()),
            ("标题", lambda record: record.title),
            ("办理方式", lambda record: record.get_role_display()),
            ("交办日期", lambda record: record.assigned_on),
            ("答复期限", lambda record: record.due_on),
            ("答复日期", lambda record: record.answered_on),
            ("满意度", lambda record: record.get_satisfaction_display()),
        ),
    ),
    Publication: Ledger(
        "published_on",
        (
            ("标题", lambda record: record.item.title),
            ("栏目", lambda record: record.item.category.name),
            ("发布渠道", lambda record: record.channel.name),
            ("发布日期", lambda record: record.published_on),
        ),
        ("item__category", "channel"),
        lambda record: record.item,
    ),
    Item: Ledger(
        "published_on",
        (
            ("标题", lambda record: record.title),
            ("栏目", lambda record: record.category.name),
            ("成文日期", lambda record: record.formed_on),
            ("首次发布日期", lambda record: record.published_on),
        ),
        ("category",),
    ),
    NormativeDocument: Ledger(
        "issued_on",
        (
            ("标题", lambda record: record.title),
            ("文件类别", lambda record: record.get_kind_display()),
            ("发文字号", lambda record: record.number),
            ("制发日期", lambda record: record.issued_on),
            ("废止日期", lambda record: record.repealed_on),
            ("失效日期", lambda record: record.lapsed_on),
        ),
    ),
    AdministrativeDecision: Ledger(
        "decided_on",
        (
            ("决定书文号", lambda record: record.number),
            ("决定类别", lambda record: record.get_kind_display()),
            ("决定日期", lambda record: record.decided_on),
            ("公示日期", lambda record: record.published_on),
        ),
    ),
    FeeCollection: Ledger(
        "collected_on",
        (
            ("收费项目", lambda record: record.name),
            ("收费日期", lambda record: record.collected_on),
            ("票据号", lambda record: record.receipt_number),
        ),
    ),
}
WEIGHTS = {"quantity": "件数", "amount": "金额（元）"}


def day_of(code: str, model: Any) -> str:
    """The day a list is ordered by: that of the answer for what counts answers."""
    row = code.split(".")[1]
    if model is DisclosureRequest and (row in (*OUTCOME_ROWS, "answered_total") or row == "timeliness"):
        return "answered_on"
    return LEDGERS[model].day
