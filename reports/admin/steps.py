"""The steps that the workspace offers, declared once: when, to whom, what is asked, what is said when it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from reports import actions, issuing
from reports.models import AnnualReport, ReportState
from reports.rollup import deliveries

State = ReportState


@dataclass(frozen=True)
class Step:
    """``asks`` names the reason that has to be given, empty where none is; ``hint`` says what the step means."""

    name: str
    label: str
    states: tuple[ReportState, ...]
    power: Action
    act: Callable[[AnnualReport, Any, str], AnnualReport]
    done: str
    hint: str
    asks: str = ""
    # Cannot be taken back: what it does is read before it is done.
    is_weighty: bool = False
    only: Callable[[AnnualReport, Any], bool] = lambda report, user: True

    def is_open(self, report: AnnualReport, user: Any) -> bool:
        may = report.state in self.states and access.can(user, self.power, Area.REPORTS, report.agency)
        return may and self.only(report, user)


def _has_no_correction(report: AnnualReport, user: Any) -> bool:
    return not AnnualReport.objects.filter(corrects=report).exists()


def _deliver(report: AnnualReport, user: Any) -> AnnualReport:
    deliveries.deliver(report=report, by=user)
    return report


STEPS = (
    Step(
        "submit",
        "提交审签",
        (State.DRAFT, State.RETURNED),
        Action.CHANGE,
        lambda report, user, _: actions.submit(report=report, by=user),
        "已提交，等待本机关负责人审签",
        "提交后不能再改；需要改的，可以撤回提交，或者由负责人退回",
    ),
    Step(
        "issue",
        "审签定稿",
        (State.SUBMITTED,),
        Action.REVIEW,
        lambda report, user, _: issuing.issue(report=report, by=user, on=timezone.localdate()),
        "已定稿，数据、文字和文件不再随台账变化",
        "由编制人、提交人以外的负责人审签；定稿后不能再改，只能另建更正版。各种格式的文件同时生成，约需几秒",
        is_weighty=True,
    ),
    Step(
        "return",
        "退回修改",
        (State.SUBMITTED,),
        Action.REVIEW,
        lambda report, user, reason: actions.return_to_officer(report=report, by=user, comment=reason),
        "已退回编制人",
        "写明哪里要改，编制人会在工作台和这一页看到",
        asks="退回意见",
    ),
    Step(
        "take_back",
        "撤回提交",
        (State.SUBMITTED,),
        Action.CHANGE,
        lambda report, user, _: actions.take_back(report=report, by=user),
        "已撤回，可以继续修改",
        "报告回到编制中",
    ),
    Step(
        "publish",
        "发布到门户",
        (State.ISSUED,),
        Action.REVIEW,
        lambda report, user, _: actions.publish(report=report, by=user, on=timezone.localdate()),
        "已在门户发布",
        "公众即可查阅和下载，不能撤回，只能另建更正版",
        is_weighty=True,
    ),
    Step(
        "deliver",
        "报送主管部门",
        (State.ISSUED, State.PUBLISHED),
        Action.CHANGE,
        lambda report, user, _: _deliver(report, user),
        "已报送上级机关，等待接收",
        "把定稿的报告交给上级机关（条例第四十九条：向主管部门提交并向社会公布）",
        only=deliveries.may_deliver,
    ),
    Step(
        "correct",
        "另建更正版",
        (State.ISSUED, State.PUBLISHED),
        Action.CHANGE,
        lambda report, user, reason: actions.correct(report=report, by=user, reason=reason),
        "已建立更正版，沿用原来的文字和数据调整；原来的版本保留不变",
        "定稿的内容不能改动；确有错误的，另建更正版，经审签、发布后与原版本一并公开",
        asks="更正原因",
        only=_has_no_correction,
    ),
    Step(
        "discard",
        "放弃更正",
        (State.DRAFT, State.RETURNED),
        Action.CHANGE,
        lambda report, user, _: actions.discard(report=report, by=user),
        "已放弃更正，原来的版本不变",
        "删除这份尚未定稿的更正版，不能恢复",
        is_weighty=True,
        only=lambda report, user: report.is_correction,
    ),
)
BY_NAME = {step.name: step for step in STEPS}


def offered(report: AnnualReport, user: Any) -> list[Step]:
    """The steps that the person may take now."""
    return [step for step in STEPS if step.is_open(report, user)]
