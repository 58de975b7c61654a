"""The ledger sheets of this floor: 依申请公开, 复议诉讼, 建议提案."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils import timezone

from disclosures import calendars, counters
from disclosures.areas import Area
from disclosures.ledger.columns import Column, LinkColumn
from disclosures.ledger.sheets import BATCH, Key, LedgerResource, Sheet, register
from disclosures.ledger.widgets import Choice, Day, LedgerWidget, Parsed, Text, Whole, YesNo
from disclosures.resources import labels
from requests_app import outcomes, proposals
from requests_app.actions import NUMBER_FAMILY, number_for, state_and_due
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
from requests_app.models import DisclosureRequest, Dispute, Letter, LetterState, Proposal, RequestEvent
from requests_app.outcomes import Outcome

OWN_NUMBER = re.compile(r"(\d{4})-(\d{4,9})")


class StepColumn(Column):
    """The day (or the working days) of the first step of a kind; it lives on an event of the request."""

    def __init__(self, name: str, kind: EventKind, widget: LedgerWidget, **options: Any) -> None:
        super().__init__(name, kind.value, widget, **options)
        self.kind = kind

    def put(self, instance: Model, value: Any) -> None:
        instance.steps[self.kind] = value  # type: ignore[attr-defined]

    def current(self, instance: Model) -> Any:
        return instance.steps.get(self.kind)  # type: ignore[attr-defined]


# (a step, the step it needs and cannot precede, what to say)
STEP_ORDER = (
    (EventKind.CORRECTION_RECEIVED, EventKind.CORRECTION_ASKED, "填了补正收到日期，须先填补正告知日期"),
    (EventKind.CONSULTATION_RETURNED, EventKind.CONSULTATION_SENT, "填了征求意见收到日期，须先填征求意见发出日期"),
)


class DisclosureRequestResource(LedgerResource):
    begins, ends = "received_on", ("answered_on",)
    columns = (
        Column(
            "登记编号",
            "number",
            Text(40),
            note="按登记编号查重；不填则自动编号",
            synonyms=("受理编号", "申请编号", "登记号", "受理号", "申请登记编号", "编号"),
        ),
        Column(
            "申请人类型",
            "applicant_kind",
            Choice(
                labels(ApplicantKind),
                {
                    "公民": ApplicantKind.NATURAL_PERSON,
                    "个人": ApplicantKind.NATURAL_PERSON,
                    "企业": ApplicantKind.COMMERCIAL_ENTERPRISE,
                    "律师事务所": ApplicantKind.LEGAL_SERVICE,
                },
            ),
            required=True,
            synonyms=("申请人类别", "申请人性质"),
        ),
        Column(
            "申请人名称",
            "applicant_name",
            Text(100),
            required=True,
            personal=True,
            synonyms=("申请人", "申请人姓名", "姓名", "申请人姓名（名称）", "申请人姓名或名称"),
        ),
        Column(
            "证件号码",
            "id_number",
            Text(60),
            personal=True,
            note="请保持文本格式，避免变成 3.7E+17",
            synonyms=("证件号", "身份证号", "身份证号码", "有效证件号码", "申请人证件号码"),
        ),
        Column(
            "联系方式",
            "contact",
            Text(200),
            personal=True,
            synonyms=("联系电话", "电话", "手机号", "手机号码", "申请人联系方式"),
        ),
        Column(
            "申请渠道",
            "channel",
            Choice(
                labels(RequestChannel),
                {
                    **dict.fromkeys(("现场", "窗口", "当面提交"), RequestChannel.IN_PERSON),
                    **dict.fromkeys(("信函", "信件", "邮政"), RequestChannel.MAIL),
                    **dict.fromkeys(("网上", "在线", "网站", "电子邮件"), RequestChannel.ONLINE),
                },
            ),
            required=True,
            synonyms=("申请方式", "申请途径", "接收渠道", "提交方式"),
        ),
        Column(
            "收到日期",
            "received_on",
            Day(),
            required=True,
            note="条例第三十一条的收到之日",
            synonyms=("收到时间", "收件日期", "收到申请日期", "收到申请时间"),
        ),
        Column(
            "申请内容",
            "description",
            Text(5000),
            required=True,
            synonyms=("申请公开内容", "申请事项", "申请信息内容", "所需信息内容描述", "所需政府信息内容", "内容描述"),
        ),
        StepColumn(
            "补正告知日期", EventKind.CORRECTION_ASKED, Day(), synonyms=("补正告知时间", "补正通知日期", "告知补正日期")
        ),
        StepColumn(
            "补正收到日期",
            EventKind.CORRECTION_RECEIVED,
            Day(),
            synonyms=("补正收到时间", "收到补正日期", "补正材料收到日期"),
        ),
        StepColumn(
            "征求意见发出日期",
            EventKind.CONSULTATION_SENT,
            Day(),
            synonyms=("征求意见发出时间", "征求意见发函日期", "征求第三方意见日期"),
        ),
        StepColumn(
            "征求意见收到日期",
            EventKind.CONSULTATION_RETURNED,
            Day(),
            synonyms=("征求意见收到时间", "第三方意见收到日期", "收到第三方意见日期"),
        ),
        StepColumn(
            "延期工作日",
            EventKind.EXTENDED,
            Whole(1, 20, units=("个工作日", "工作日")),
            note="条例第三十三条：最多20个工作日",
            synonyms=("延期工作日数", "延长工作日", "延期（工作日）"),
        ),
        Column(
            "办理结果",
            "outcome",
            Parsed(outcomes.parse, lambda value: Outcome(value).label),
            note="与答复日期同时填写",
            synonyms=("答复结果", "处理结果", "答复类型"),
        ),
        Column("答复日期", "answered_on", Day(), synonyms=("答复时间", "书面答复日期", "作出答复日期")),
    )

    class Meta:
        model = DisclosureRequest

    @cached_property
    def answered_here(self) -> dict[int, tuple[Any, ...]]:
        """Requests whose answer went out from here, as they stand: outcome, day of the answer, day of receipt."""
        return {}

    @cached_property
    def today(self) -> date:
        return timezone.localdate()

    def keys_of_row(self, row: Any) -> list[Key]:
        number = self.value("登记编号", row.get("登记编号"))
        return [(number,)] if number else []

    def key_of(self, instance: DisclosureRequest) -> list[Key]:
        return [(instance.number,)]

    def key_column(self, row: Any) -> str:
        return "登记编号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "登记编号")
        for start in range(0, len(numbers), BATCH):
            yield DisclosureRequest.objects.of(self.agency).filter(number__in=numbers[start : start + BATCH])

    def existing(self, dataset: Any) -> dict[Key, Model]:
        found = super().existing(dataset)
        self.attach(list(found.values()))
        return found

    def attach(self, batch: list[Any]) -> None:
        """The steps of each request as the sheet knows them: the first of each kind."""
        by_id = {request.pk: request for request in batch}
        sent = Letter.objects.filter(state=LetterState.SENT).exclude(outcome="").exclude(content={})
        for request in batch:
            request.steps, request.step_events = {}, []
        ids = list(by_id)
        for start in range(0, len(ids), BATCH):
            for key in sent.filter(request_id__in=ids[start : start + BATCH]).values_list("request_id", flat=True):
                answered = by_id[key]
                self.answered_here[key] = (answered.outcome, answered.answered_on, answered.received_on)
            for event in RequestEvent.objects.filter(request_id__in=ids[start : start + BATCH]):
                request = by_id[event.request_id]
                request.step_events.append(event)
                kind = EventKind(event.kind)
                request.steps.setdefault(kind, event.days if kind == EventKind.EXTENDED else event.on)

    def new_instance(self, row: Any) -> DisclosureRequest:
        request = DisclosureRequest(agency=self.agency, created_by=self.by)
        request.steps, request.step_events = {}, []  # type: ignore[attr-defined]
        return request

    def column_of(self, attribute: str) -> str:
        return "办理结果" if attribute == "state" else super().column_of(attribute)

    def relate(self, instance: Any, row: Any, faults: dict[str, list[str]]) -> None:
        sent = [event for event in instance.step_events if event.kind == EventKind.CONSULTATION_SENT]
        if len(sent) > 1:
            for name in ("征求意见发出日期", "征求意见收到日期"):
                kept = instance.steps.get(self.fields[name].kind)
                first = next((event.on for event in instance.step_events if event.kind == self.fields[name].kind), None)
                if kept != first:
                    faults.setdefault(name, []).append("这件申请有多次征求意见，请在系统的申请页面中修改")

    def rules(self, instance: Any) -> list[tuple[str, str]]:
        broken = super().rules(instance)
        steps, received, today = instance.steps, instance.received_on, self.today
        dated = {**steps, "received_on": received, "answered_on": instance.answered_on}
        broken += [
            (str(name), "日期不能晚于今天") for name, day in dated.items() if isinstance(day, date) and day > today
        ]
        for step, before, message in STEP_ORDER:
            if step in steps and before not in steps:
                broken.append((step.value, message))
            elif step in steps and steps[step] < steps[before]:
                broken.append((step.value, f"早于{before.label}的日期"))
        for kind in (EventKind.CORRECTION_ASKED, EventKind.CONSULTATION_SENT):
            if kind in steps and steps[kind] < received:
                broken.append((kind.value, "早于收到日期"))
        stands = (instance.outcome, instance.answered_on, instance.received_on)
        if instance.pk in self.answered_here and stands != self.answered_here[instance.pk]:
            broken.append(("outcome", "本件已在系统中发出答复书，收到日期和办理结果不能用台账修改，请在申请页面办理"))
        if not broken:
            instance.state, instance.due_on, instance.due_note = state_and_due(
                received_on=received,
                answered_on=instance.answered_on,
                events=self.planned_events(instance),
                calendar=calendars.current(),
            )
        return broken

    def planned_events(self, instance: Any) -> list[RequestEvent]:
        """The request's steps as they will be stored: those it has, moved where the row says so, and the new ones."""
        events = list(instance.step_events)
        for kind, value in instance.steps.items():
            event = next((event for event in events if event.kind == kind), None)
            if event is None:
                event = RequestEvent(request=instance, kind=kind)
                events.append(event)
            if kind == EventKind.EXTENDED:
                event.days, event.on = value, event.on or instance.received_on
            else:
                event.on = value
        sent = next((event for event in events if event.kind == EventKind.CONSULTATION_SENT), None)
        for event in events:
            if event.kind == EventKind.CONSULTATION_RETURNED and event.answers is None:
                event.answers = sent
        instance.step_events = events
        return events

    def store_new(self, instances: list[Any]) -> None:
        self._number(instances)
        super().store_new(instances)
        self._store_events(instances)

    def store_changed(self, instances: list[Any]) -> None:
        own = {column.attribute for column in self.columns if not isinstance(column, StepColumn)}
        fields = sorted({*own, "state", "due_on", "due_note", "version"} - {"number"})
        for request in instances:
            request.agency = self.agency  # known: not asked for once a row
            request.version += 1  # an officer who has the case open is told
        DisclosureRequest.objects.bulk_update(instances, fields, batch_size=BATCH)
        self._store_events(instances)

    def _number(self, instances: list[Any]) -> None:
        given = {request.number for request in instances if request.number}
        highest: dict[int, int] = {}
        for number in given:
            if match := OWN_NUMBER.fullmatch(number):
                year, serial = map(int, match.groups())
                highest[year] = max(highest.get(year, 0), serial)
        for year, serial in highest.items():
            counters.seen(self.agency, NUMBER_FAMILY, year, serial)
        blank: dict[int, list[Any]] = {}
        for request in instances:
            if not request.number:
                blank.setdefault(request.received_on.year, []).append(request)
        for year, waiting in blank.items():
            serials = counters.take(self.agency, NUMBER_FAMILY, year, len(waiting))
            for request, serial in zip(waiting, serials, strict=True):
                request.number = number_for(year, serial)

    @staticmethod
    def _store_events(instances: list[Any]) -> None:
        events = [event for request in instances for event in request.step_events]
        for event in events:
            event.request = event.request  # the key it has now
        fresh = [event for event in events if event.pk is None]
        # An opinion names the consultation it answers, which must be stored first.
        for replies in (False, True):
            batch = [event for event in fresh if (event.kind == EventKind.CONSULTATION_RETURNED) is replies]
            for event in batch if replies else ():
                event.answers = event.answers
            RequestEvent.objects.bulk_create(batch, batch_size=BATCH)
        kept = [event for event in events if event.pk is not None and event not in fresh]
        RequestEvent.objects.bulk_update(kept, ["on", "days"], batch_size=BATCH)

    def put_back(self, instance: Any, column: Column, cell: Any) -> None:
        if isinstance(column, StepColumn):
            raise ValidationError(
                f"“{instance.number}”的{column.column_name}是这次导入更新的，不能整批撤销，请逐条处理"
            )
        super().put_back(instance, column, cell)


class DisputeResource(LedgerResource):
    begins, ends = "accepted_on", ("closed_on",)
    columns = (
        Column("案件类型", "kind", Choice(labels(DisputeKind)), required=True, synonyms=("案件类别", "类型", "类别")),
        Column(
            "案号", "case_number", Text(80), required=True, note="按案件类型和案号查重", synonyms=("案件编号", "案件号")
        ),
        LinkColumn(
            "登记编号",
            "request",
            "number",
            Text(40),
            note="所涉政府信息公开申请的登记编号",
            synonyms=("申请登记编号", "所涉登记编号", "申请编号"),
        ),
        Column("受理日期", "accepted_on", Day(), required=True, synonyms=("受理时间", "立案日期", "立案时间")),
        Column(
            "案件结果",
            "result",
            Choice(labels(DisputeResult)),
            note="与审结日期同时填写",
            synonyms=("结果", "审理结果", "处理结果"),
        ),
        Column("审结日期", "closed_on", Day(), synonyms=("审结时间", "结案日期", "结案时间")),
    )

    class Meta:
        model = Dispute

    def keys_of_row(self, row: Any) -> list[Key]:
        return [(self.value("案件类型", row.get("案件类型")), self.value("案号", row.get("案号")))]

    def key_of(self, instance: Dispute) -> list[Key]:
        return [(instance.kind, instance.case_number)]

    def key_column(self, row: Any) -> str:
        return "案号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "案号")
        for start in range(0, len(numbers), BATCH):
            stored = Dispute.objects.of(self.agency).select_related("request", "prior")
            yield stored.filter(case_number__in=numbers[start : start + BATCH])

    def existing(self, dataset: Any) -> dict[Key, Model]:
        numbers = self.texts(dataset, "登记编号")
        self.requests = {
            request.number: request
            for start in range(0, len(numbers), BATCH)
            for request in DisclosureRequest.objects.of(self.agency).filter(number__in=numbers[start : start + BATCH])
        }
        return super().existing(dataset)

    def relate(self, instance: Any, row: Any, faults: dict[str, list[str]]) -> None:
        number = self.value("登记编号", row.get("登记编号"))
        if number and number not in self.requests:
            faults.setdefault("登记编号", []).append(f"没有登记编号为“{number}”的申请，请核对")
        elif number:
            instance.request = self.requests[number]

    def rules(self, instance: Dispute) -> list[tuple[str, str]]:
        return [*super().rules(instance), *instance.link_faults()]

    def records(self) -> QuerySet[Any]:
        return super().records().select_related("request")


class ProposalResource(LedgerResource):
    begins = "assigned_on"
    columns = (
        Column(
            "类别",
            "kind",
            Choice(
                labels(ProposalKind),
                {"人大建议": ProposalKind.NPC, "代表建议": ProposalKind.NPC, "政协委员提案": ProposalKind.CPPCC},
            ),
            required=True,
            synonyms=("类型", "建议提案类别"),
        ),
        Column(
            "编号",
            "number",
            Text(40),
            required=True,
            note="按类别、届次和编号查重",
            synonyms=("建议提案编号", "建议号", "提案号"),
        ),
        Column("标题", "title", Text(200), required=True, synonyms=("案由", "题目", "名称", "建议提案标题")),
        Column("届次", "session", Text(60), note="例如：十九届人大一次会议", synonyms=("会议届次",)),
        Column("办理方式", "role", Choice(labels(ProposalRole)), required=True, synonyms=("承办方式",)),
        Column("交办日期", "assigned_on", Day(), required=True, synonyms=("交办时间",)),
        Column("答复日期", "answered_on", Day(), synonyms=("答复时间",)),
        Column(
            "办理结果类别", "result_class", Text(20), note="例如：A", synonyms=("结果类别", "办理结果分类", "答复类别")
        ),
        Column("满意度", "satisfaction", Choice(labels(Satisfaction)), synonyms=("满意程度",)),
        Column("是否公开", "is_public", YesNo(), synonyms=("公开与否",)),
    )

    class Meta:
        model = Proposal

    def keys_of_row(self, row: Any) -> list[Key]:
        kind, session, number = (self.value(name, row.get(name)) for name in ("类别", "届次", "编号"))
        return [(kind, session or "", number)]

    def key_of(self, instance: Proposal) -> list[Key]:
        return [(instance.kind, instance.session, instance.number)]

    def key_column(self, row: Any) -> str:
        return "编号"

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        numbers = self.texts(dataset, "编号")
        for start in range(0, len(numbers), BATCH):
            yield Proposal.objects.of(self.agency).filter(number__in=numbers[start : start + BATCH])

    def rules(self, instance: Proposal) -> list[tuple[str, str]]:
        broken = super().rules(instance)
        if instance.satisfaction and instance.answered_on is None:
            broken.append(("satisfaction", "尚未答复的建议提案不能有满意度，请补填答复日期"))
        proposals.derive(instance, self.terms)
        return broken

    @cached_property
    def terms(self) -> proposals.Terms:
        return proposals.terms_of(self.agency)

    def store_changed(self, instances: list[Any]) -> None:
        fields = sorted({column.attribute for column in self.columns} | {"due_on", "publish_due_on"})
        Proposal.objects.bulk_update(instances, fields, batch_size=BATCH)


def register_sheets() -> None:
    register(Sheet("依申请公开", Area.CASES, DisclosureRequestResource))
    register(Sheet("复议诉讼", Area.CASES, DisputeResource, points_to=("依申请公开",)))
    register(Sheet("建议提案", Area.PROPOSALS, ProposalResource))
