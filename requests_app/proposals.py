"""Steps and clocks of a proposal: 交办 → 答复 → 公开, and 重办 when the deputy is not satisfied."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape

from disclosures import access, calendars
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.ledger.sheets import BATCH
from disclosures.models import Agency, Category, Item, ItemState
from disclosures.rich_text import sanitise
from disclosures.working_days import Calendar, CalendarNotCovered
from requests_app import clocks
from requests_app.disputes import Term, rolled
from requests_app.enums import CALENDAR_MISSING, ProposalKind, ProposalRole, Publicity, Satisfaction
from requests_app.models import Proposal, ProposalRound, ProposalTerm

Terms = Mapping[tuple[str, str], int]
"""(kind, role) → months, as the agency has set them."""

COUNTED = "零一二三四五六"
USUAL = {ProposalRole.ASSIST.value: clocks.OPINION_MONTHS}  # the others: 代表法 Art. 51
SHELF = "其他信息"  # the column that every agency starts with
# What goes with an answer that did not satisfy; the duty to publish follows the answer that will stand.
KEPT: dict[str, Any] = {
    "result_class": "",
    "satisfaction": "",
    "publicity": "",
    "publicity_reason": "",
    "is_public": False,
    "item": None,
}


# The clocks


def terms_of(agency: Agency) -> Terms:
    return {(term.kind, term.role): term.months for term in ProposalTerm.objects.filter(agency=agency)}


def months_of(proposal: Proposal, terms: Terms) -> int:
    """Months for the answer or opinion now owed."""
    if proposal.redo_from:
        return clocks.REDO_MONTHS
    if proposal.months == clocks.DIFFICULT_PROPOSAL_MONTHS and proposal.role != ProposalRole.ASSIST:
        return clocks.DIFFICULT_PROPOSAL_MONTHS
    return terms.get((proposal.kind, proposal.role), USUAL.get(proposal.role, clocks.PROPOSAL_MONTHS))


def answer_term(proposal: Proposal, terms: Terms, calendar: Calendar | None = None) -> Term:
    """The last day for the answer to the deputy, or for the opinion to the lead organ."""
    start, months = proposal.redo_from or proposal.assigned_on, months_of(proposal, terms)
    why = f"{told(start)}{'反馈不满意' if proposal.redo_from else '交办'}，{COUNTED[months]}个月内{_what(proposal)}"
    try:
        due = clocks.proposal_due(start, months=months, calendar=calendar)
    except CalendarNotCovered as missing:
        return Term("答复", None, f"{why}；待定：{missing.year}{CALENDAR_MISSING}")
    return Term("答复", due, why + rolled(start + relativedelta(months=months), due))


def _what(proposal: Proposal) -> str:
    if proposal.redo_from:
        return "重新办理并再次答复"
    if proposal.role == ProposalRole.ASSIST:
        return f"把会办意见送{proposal.lead_organ or '主办单位'}"
    return "答复代表（代表法第五十一条）" if proposal.kind == ProposalKind.NPC else "答复委员（提案工作条例）"


def must_publish(proposal: Proposal) -> bool:
    """An answer of ours that people need to know; an assisting organ's opinion is published by the lead, if at all."""
    return proposal.concerns_public and proposal.answered_on is not None and proposal.role != ProposalRole.ASSIST


def publication_term(proposal: Proposal, calendar: Calendar | None = None) -> Term:
    """20 working days after the answer (国办发〔2014〕46号; 条例 Art. 26)."""
    if proposal.answered_on is None or not must_publish(proposal):
        return Term("公开", None, "")
    why = f"{told(proposal.answered_on)}答复，二十个工作日内公开（国办发〔2014〕46号、条例第二十六条）"
    try:
        due = clocks.publication_due(proposal.answered_on, calendar=calendar)
        return Term("公开", due, why)
    except CalendarNotCovered as missing:
        return Term("公开", None, f"{why}；待定：{missing.year}{CALENDAR_MISSING}")


def derive(proposal: Proposal, terms: Terms | None = None, calendar: Calendar | None = None) -> None:
    """The stored last days, in step with the dates; the only place that sets them."""
    terms = terms_of(proposal.agency) if terms is None else terms
    calendar = calendar or calendars.current()
    proposal.due_on = answer_term(proposal, terms, calendar).due_on
    proposal.publish_due_on = publication_term(proposal, calendar).due_on


@transaction.atomic
def redate(*, agency: Agency) -> list[Proposal]:
    """Brings the stored last days of the agency's open cases in step with its terms and the calendar; those moved."""
    terms, moved = terms_of(agency), []
    open_cases = Proposal.objects.of(agency)
    for proposal in (open_cases.open() | open_cases.awaiting_publication()).select_for_update():
        before = proposal.due_on, proposal.publish_due_on
        derive(proposal, terms)
        if (proposal.due_on, proposal.publish_due_on) != before:
            moved.append(proposal)
    Proposal.objects.bulk_update(moved, ["due_on", "publish_due_on"], batch_size=BATCH)
    return moved


# The steps


def may_redo(proposal: Proposal) -> bool:
    return (
        proposal.answered_on is not None
        and proposal.role != ProposalRole.ASSIST
        and proposal.satisfaction in ("", Satisfaction.DISSATISFIED)
    )


@transaction.atomic
def redo(*, proposal: Proposal, by: Any, on: date) -> Proposal:
    """Not satisfied: the answer becomes a round of the history, and a new one is due three months after ``on``.

    Raises ``ValidationError`` unless there is an answer that was not found satisfying, given by ``on``.
    """
    proposal = _locked(proposal, by)
    if proposal.role == ProposalRole.ASSIST:
        raise ValidationError("协办件由主办单位答复和重办，请在主办单位来文后重新登记")
    if proposal.answered_on is None:
        raise ValidationError("还没有答复，不能登记重办")
    if proposal.satisfaction not in ("", Satisfaction.DISSATISFIED):
        raise ValidationError(f"满意度是“{proposal.get_satisfaction_display()}”，只有“不满意”的才重办")
    if on < proposal.answered_on:
        raise ValidationError(f"反馈不满意的日期早于答复日期{told(proposal.answered_on)}")
    _keep_round(proposal, proposal.answered_on, on)
    proposal.redo_from, proposal.answered_on = on, None
    for name, nothing in KEPT.items():
        setattr(proposal, name, nothing)
    _store(proposal)
    _log(by, proposal, CHANGE, f"反馈不满意，重新办理：{told(on)}起算")
    return proposal


def _keep_round(proposal: Proposal, answered_on: date, on: date) -> None:
    ProposalRound.objects.create(
        proposal=proposal,
        number=proposal.rounds.count() + 1,
        began_on=proposal.redo_from or proposal.assigned_on,
        due_on=proposal.due_on,
        answered_on=answered_on,
        reply=proposal.reply,
        returned_on=on,
        **{name: getattr(proposal, name) for name in KEPT},
    )


def may_undo_redo(proposal: Proposal) -> bool:
    return proposal.redo_from is not None and proposal.answered_on is None


@transaction.atomic
def undo_redo(*, proposal: Proposal, by: Any, reason: str) -> Proposal:
    """A redo entered by mistake: the answer of the last round stands again; the trail keeps why.

    Raises ``ValidationError`` without a reason, or once a new answer is given.
    """
    proposal = _locked(proposal, by)
    if not may_undo_redo(proposal):
        raise ValidationError("没有正在进行的重办，或者已经再次答复，不能撤销")
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise ValidationError("请填写撤销的原因，不超过200字")
    kept = proposal.rounds.order_by("number").last()
    if kept is None:
        raise ValidationError("没有找到上一次答复的记录，不能撤销")
    proposal.redo_from = kept.began_on if kept.number > 1 else None
    proposal.answered_on = kept.answered_on
    for name in KEPT:
        setattr(proposal, name, getattr(kept, name))
    _store(proposal)
    kept.delete()
    _log(by, proposal, CHANGE, f"撤销重办：{reason}")
    return proposal


def may_draft(proposal: Proposal) -> bool:
    return bool(proposal.reply.strip()) and proposal.item_id is None and proposal.publicity != Publicity.CLOSED


@transaction.atomic
def draft_item(*, proposal: Proposal, by: Any) -> tuple[Item, list[str]]:
    """A draft for the portal from the reply without contact data, and what was taken out.

    Raises ``ValidationError`` without a reply, with an item already, or against a decision not to publish.
    """
    proposal = _locked(proposal, by)
    if not access.can(by, Action.ADD, Area.PUBLISHING, proposal.agency):
        raise ValidationError("您没有录入公开信息的权限，请联系本机关录入员")
    if not proposal.reply.strip():
        raise ValidationError("请先填写并保存答复内容")
    if proposal.item_id is not None:
        raise ValidationError("已有公开的答复，请直接修改那条信息")
    if proposal.publicity == Publicity.CLOSED:
        raise ValidationError("公开方式是“不予公开”，不能生成公开草稿")
    from requests_app import contact_data  # its patterns are slow to compile, and every command line would wait

    cleaned = contact_data.strip(proposal.reply)
    item = Item.objects.create(
        agency=proposal.agency,
        category=_shelf(proposal.agency),
        title=draft_title(proposal),
        formed_on=proposal.answered_on,
        summary=proposal.title,
        body=_paragraphs(cleaned.text),
        state=ItemState.DRAFT,
        created_by=by,
    )
    proposal.item = item
    proposal.save(update_fields=["item"])
    _log(by, item, ADDITION, f"由{proposal}的答复生成公开草稿")
    _log(by, proposal, CHANGE, f"生成公开草稿，删去联系方式{len(cleaned.removed)}处")
    return item, cleaned.removed


def draft_title(proposal: Proposal) -> str:
    """关于十九届人大一次会议第12号人大代表建议的答复."""
    bare = re.sub(r"^第|号$", "", proposal.number.strip())
    return f"关于{proposal.session}第{bare}号{proposal.get_kind_display()}的答复"


def _paragraphs(text: str) -> str:
    return sanitise("\n".join(f"<p>{escape(line.strip())}</p>" for line in text.splitlines() if line.strip()))


def _shelf(agency: Agency) -> Category:
    """The column for replies where the agency has one, else 其他信息, else its first; the clerk may change it."""
    own = Category.objects.filter(agency=agency)
    for wanted in ({"name__contains": "建议"}, {"name__contains": "提案"}, {"name": SHELF}, {}):
        if found := own.filter(**wanted).order_by("position", "pk").first():
            return found
    raise ValidationError("本机关还没有栏目，请先由负责人添加栏目")


def _store(proposal: Proposal) -> None:
    derive(proposal)
    proposal.save(update_fields=["redo_from", "answered_on", "due_on", "publish_due_on", *KEPT])


def _locked(proposal: Proposal, by: Any) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("agency").get(pk=proposal.pk)
    if not access.can(by, Action.CHANGE, Area.PROPOSALS, found.agency):
        raise ValidationError("您没有办理这件建议提案的权限")
    return found


def _log(by: Any, record: Any, flag: int, said: str) -> None:
    LogEntry.objects.log_actions(by.pk, [record], flag, said, single_object=True)


# What the page says of publication


def publication_told(proposal: Proposal) -> str:
    """Where the publication of the answer stands, and what is to be done."""
    item = proposal.item
    if proposal.is_public:
        return "已公开"
    if proposal.publicity == Publicity.CLOSED:
        return f"不予公开：{proposal.publicity_reason}"
    if item is not None and item.state == ItemState.PUBLISHED:
        return "答复已经发布，请勾选“是否公开”并保存"
    why = publication_term(proposal, calendars.current()).why
    if item is not None:
        return f"公开草稿的状态是“{item.get_state_display()}”；{why}"
    return why or ("没有勾选“应当公开”" if proposal.answered_on else "答复以后计算")
