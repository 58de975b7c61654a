"""One form a step: it asks for what the law wants to know, and hands it to the action."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosures import calendars
from disclosures.dates import told
from disclosures.working_days import CalendarNotCovered
from requests_app import actions, charges, clocks, correspondence, steps
from requests_app.correspondence import CONSULTATION_LETTERS, Plan
from requests_app.enums import ConsultedParty, EventKind, FeeMethod, Opinion
from requests_app.letters.compose import kind_of
from requests_app.letters.kinds import Addressee, Field, FieldKind
from requests_app.models import ApplicantMessage, CaseFile, DeliveryMethod, DisclosureRequest, Letter, MessageKind
from requests_app.outcomes import RULES, Outcome
from requests_app.standing import Case

CORRECTION_DAYS = 10  # working days offered; 条例 Art. 30 asks for a reasonable period, without a number


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required, widget=DayInput())


def reason_field(help_text: str = "一般不填；补填较早的日期或者超过期限时须写明") -> forms.CharField:
    return forms.CharField(label="理由", required=False, max_length=500, help_text=help_text)


def asked(field: Field) -> forms.Field:
    """A form field for what a letter's declaration asks."""
    given: dict[str, Any] = {"label": field.label, "help_text": field.help, "required": field.required}
    if field.kind == FieldKind.DATE:
        return forms.DateField(widget=DayInput(), **given)
    if field.kind == FieldKind.NUMBER:
        return forms.IntegerField(min_value=0, max_value=1_000_000, **given)
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(choices=field.choices, **given)
    widget = forms.Textarea(attrs={"rows": 3}) if field.kind == FieldKind.TEXT else forms.TextInput()
    return forms.CharField(max_length=field.longest, widget=widget, **given)


def working_days_after(day_: date, n: int) -> date | None:
    try:
        return clocks.correction_due(day_, n, calendar=calendars.current())
    except CalendarNotCovered:
        return None


def sent_online(request: DisclosureRequest, kind: MessageKind) -> date | None:
    """The day of the latest message of the applicant that waits; it is the day on which it came in."""
    sent = ApplicantMessage.objects.waiting().filter(request=request, kind=kind).defer("text").last()
    return timezone.localdate(sent.sent_at) if sent else None


class StepForm(forms.Form):
    """``take`` does the step; the faults it raises stand beside their fields."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = day("日期")
    reason = reason_field()
    button = "办理"
    field_order: list[str] | None = None

    def __init__(self, *args: Any, request: DisclosureRequest, case: Case, by: Any, today: date, **kwargs: Any) -> None:
        self.request, self.case, self.by, self.today = request, case, by, today
        kwargs["initial"] = {
            "version": request.version,
            "on": today,
            **self.first_values(),
            **kwargs.get("initial", {}),
        }
        super().__init__(*args, **kwargs)
        self.add_fields()
        self.order_fields(
            ["version", *[name for name in self.fields if name not in {"version", "on", "reason"}], "on", "reason"]
        )

    def first_values(self) -> dict[str, Any]:
        """May be asked before the form's fields are there."""
        return {}

    def add_fields(self) -> None:
        pass

    def perform(self, given: dict[str, Any]) -> Letter | None:
        raise NotImplementedError

    def take(self) -> tuple[bool, Letter | None]:
        """(done, the letter it drafted). Not done: the form has the faults."""
        if not self.is_valid():
            return False, None
        given = {**self.cleaned_data}
        common = {"request": self.request, "by": self.by, "today": self.today, "version": given.pop("version")}
        try:
            return True, self.perform({**common, **given})
        except ValidationError as fault:
            tell(self, fault)
            return False, None


def tell(form: forms.Form, fault: ValidationError) -> None:
    """Beside the field where the form has it, above the form otherwise."""
    if not hasattr(fault, "error_dict"):
        form.add_error(None, fault)
        return
    for name, messages in fault.error_dict.items():
        # A letter's form has one field for every reason.
        asked_as = "exception_reason" if name == "reason" and "exception_reason" in form.fields else name
        form.add_error(asked_as if asked_as in form.fields else None, messages)


class ConfirmReceipt(StepForm):
    def add_fields(self) -> None:
        self.fields["on"].label = "收到日期"
        self.fields["on"].help_text = "与申请人双方确认之日（平常信函、网络、传真），期限从次日起算"

    def perform(self, given: dict[str, Any]) -> None:
        actions.confirm_receipt(**given)


class ReceiveCorrection(StepForm):
    def first_values(self) -> dict[str, Any]:
        sent = sent_online(self.request, MessageKind.CORRECTION)
        return {"on": sent} if sent else {}

    def perform(self, given: dict[str, Any]) -> None:
        actions.receive_correction(**given)


class ReceiveReasons(StepForm):
    def perform(self, given: dict[str, Any]) -> None:
        actions.receive_reasons(**given)


class ReceivePayment(StepForm):
    def perform(self, given: dict[str, Any]) -> None:
        actions.receive_payment(**given)


class Withdraw(StepForm):
    reason = reason_field("例如：申请人书面说明已从其他途径获取")

    def first_values(self) -> dict[str, Any]:
        sent = sent_online(self.request, MessageKind.WITHDRAWAL)
        if sent is None:
            return {}
        return {"on": max(sent, self.request.received_on or sent), "reason": f"申请人{told(sent)}在网上提交撤回"}

    def perform(self, given: dict[str, Any]) -> None:
        actions.withdraw(**given)


class LapseCorrection(StepForm):
    def perform(self, given: dict[str, Any]) -> None:
        actions.lapse_correction(**given)


class LapsePayment(StepForm):
    def perform(self, given: dict[str, Any]) -> None:
        actions.lapse_payment(**given)


class ReceiveOpinion(StepForm):
    opinion = forms.ChoiceField(
        label="反馈意见",
        choices=Opinion,
        help_text="第三方逾期未回复不等于同意，由本机关依照条例决定（第三十二条）；共同制作机关逾期未回复视为同意（第三十四条）",
    )
    served_on = day("对方收到征求意见书的日期", "登记逾期未回复时必填，15个工作日从次日起算", required=False)
    note = forms.CharField(label="意见摘要", required=False, max_length=200)

    def first_values(self) -> dict[str, Any]:
        waiting = self.case.unanswered_consultations
        return {"consultation": waiting[0].pk, "served_on": waiting[0].served_on} if waiting else {}

    def add_fields(self) -> None:
        waiting = [
            (event.pk, f"{event.counterpart or '被征求方'}（{told(event.on)}发出）")
            for event in self.case.unanswered_consultations
        ]
        self.fields["consultation"] = forms.TypedChoiceField(label="哪一次征求意见", choices=waiting, coerce=int)
        self.fields["on"].help_text = "意见到达之日；逾期未回复的，填对方期限届满之日。次日起恢复计算期限"
        self.order_fields(["consultation", "opinion"])

    def perform(self, given: dict[str, Any]) -> None:
        given["consultation"] = self.request.events.get(pk=given["consultation"])
        given["opinion"] = Opinion(given["opinion"])
        actions.receive_opinion(**given)


class RecordAnswer(StepForm):
    outcome = forms.ChoiceField(
        label="办理结果", choices=[(o.value, o.label) for o in Outcome if not o.value.startswith("close_")]
    )
    letter_number = forms.CharField(
        label="答复书文号", max_length=60, help_text="照答复书填写，例如：文综执公开复〔2026〕5号"
    )

    def add_fields(self) -> None:
        self.fields["on"].label, self.fields["on"].help_text = "答复发出日期", "邮寄的，填交邮之日"

    def perform(self, given: dict[str, Any]) -> None:
        given["outcome"] = Outcome(given["outcome"])
        actions.record_answer(**given)


class DraftForm(StepForm):
    """A letter of one kind, with what its declaration asks; a subclass adds what the step records."""

    button = "起草文书"
    code = ""
    computed: frozenset[str] = frozenset()  # asked by the declaration, found by us

    def __init__(self, *args: Any, code: str = "", outcome: Outcome | None = None, **kwargs: Any) -> None:
        self.code, self.outcome = RULES[outcome].letter if outcome else code or self.code, outcome
        super().__init__(*args, **kwargs)

    def first_values(self) -> dict[str, Any]:
        asked_ = self.case.first(EventKind.CORRECTION_ASKED)
        notice = self.case.first(EventKind.FEE_NOTICE)
        sent = self.case.first(EventKind.CONSULTATION_SENT)
        told_of = notice if self.outcome == Outcome.CLOSE_NOPAY else asked_
        withdrawn = self.case.first(EventKind.WITHDRAWN)
        return {
            "asked_on": told_of.on if told_of else None,
            "until": told_of.until if told_of and self.outcome else None,
            "sent_on": sent.on if sent else None,
            "withdrawn_on": withdrawn.on if withdrawn else None,
            "searched_on": self.today,
            **charges.earlier_answer(self.request),
        }

    def add_fields(self) -> None:
        for field in kind_of(self.code, self.outcome).fields:
            if field.name not in self.computed and field.name not in self.fields:
                self.fields[field.name] = asked(field)
        self.fields["on"].label = "落款日期"

    def values(self, given: dict[str, Any]) -> dict[str, Any]:
        names = [field.name for field in kind_of(self.code, self.outcome).fields]
        return {name: given[name] for name in names if name in given}

    def plan(self, given: dict[str, Any]) -> Plan:
        addressee = ""
        if kind_of(self.code, self.outcome).addressed == Addressee.CONSULTED:
            # Opened against their will: whoever refused (条例 Art. 32).
            refusing = (event for event in self.case.events if event.opinion == Opinion.REFUSAL)
            addressee = next((event.counterpart for event in refusing if event.counterpart), "第三方")
        return Plan(self.code, self.values(given), self.outcome, addressee)

    def perform(self, given: dict[str, Any]) -> Letter:
        return correspondence.draft(
            request=given["request"],
            by=given["by"],
            plan=self.plan(given),
            on=given["on"],
            today=given["today"],
            reason=given["reason"],
            version=given["version"],
        )


class AskCorrection(DraftForm):
    code = "P3"

    def first_values(self) -> dict[str, Any]:
        return {**super().first_values(), "until": working_days_after(self.today, CORRECTION_DAYS)}

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["until"].label = "补正期限（最后一日）"
        self.fields["until"].help_text = f"条例第三十条要求合理的期限，预填{CORRECTION_DAYS}个工作日"

    def plan(self, given: dict[str, Any]) -> Plan:
        return Plan(self.code, self.values(given), event={"until": given["until"]})


class AskReasons(DraftForm):
    code = "P4"

    def first_values(self) -> dict[str, Any]:
        return {**super().first_values(), "until": working_days_after(self.today, CORRECTION_DAYS)}

    def plan(self, given: dict[str, Any]) -> Plan:
        return Plan(self.code, self.values(given), event={"until": given["until"]})


class Extend(DraftForm):
    code, computed = "P5", frozenset({"reason", "until"})
    why = forms.CharField(
        label="延长的理由", max_length=300, help_text="印在告知书中，例如：所涉资料数量较多，需要逐份核对"
    )
    approved_by = forms.CharField(
        label="批准人",
        max_length=40,
        help_text="政府信息公开工作机构负责人的姓名（条例第三十三条第二款），不印在告知书中",
    )

    def first_values(self) -> dict[str, Any]:
        return {"days": clocks.LONGEST_EXTENSION}

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["days"].help_text = "1至20个工作日，只能延长一次"

    def plan(self, given: dict[str, Any]) -> Plan:
        days = given["days"]
        with actions.faults_of("days"):
            steps.check_extension(self.case, given["on"], days, given["approved_by"])
            until = clocks.add_to_due(self.case.due(), days, calendar=self.case.calendar)
        values = {"reason": given["why"], "days": days, "until": until}
        return Plan(self.code, values, event={"days": days, "approved_by": given["approved_by"]})


class Postpone(DraftForm):
    code, computed = "P6", frozenset({"reason"})
    why = forms.CharField(label="不能按期答复的原因", max_length=300, help_text="例如：申请涉及132份文件，须逐件审查")

    def plan(self, given: dict[str, Any]) -> Plan:
        values = {"reason": given["why"], "until": given["until"]}
        return Plan(self.code, values, event={"until": given["until"]})


class Consult(DraftForm):
    """Which letter depends on who is asked."""

    code = "P7"
    party = forms.ChoiceField(label="征求谁的意见", choices=ConsultedParty)
    counterpart = forms.CharField(label="对方名称", max_length=100, help_text="第三方的姓名、名称，或者机关全称")
    content = forms.CharField(
        label="所涉信息",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只写所涉信息本身，不得写申请人的任何信息。例如：某项目环境影响评价报告表",
    )
    question = forms.CharField(
        label="需要对方答复的问题", max_length=500, required=False, help_text="征求其他机关、主管部门意见时填写"
    )
    until = day(
        "请对方何日前回复",
        "征求其他机关、主管部门意见时填写；第三方和共同制作机关的期限是法定的15个工作日",
        required=False,
    )

    def add_fields(self) -> None:
        self.fields["on"].label = "落款日期"

    def clean(self) -> dict[str, Any] | None:
        given = super().clean() or {}
        self.code = CONSULTATION_LETTERS.get(given.get("party", ""), "P7")  # type: ignore[call-overload]
        if self.code in {"P12", "P13"}:
            for name in ("question", "until"):
                if not given.get(name):
                    self.add_error(name, "征求其他机关、主管部门意见时必填")
        return given

    def plan(self, given: dict[str, Any]) -> Plan:
        event = {"party": given["party"], "counterpart": given["counterpart"]}
        return Plan(self.code, self.values(given), addressee=given["counterpart"], event=event)


class NotifyFee(DraftForm):
    code, computed = "P14", frozenset({"method", "units", "amount"})
    method = forms.ChoiceField(label="收费方式", choices=FeeMethod, help_text="按件、按量只能选择一种")
    pages = forms.IntegerField(
        label="本件页数", min_value=1, max_value=100_000, required=False, help_text="按量收费时填写，A4及以下单面为1页"
    )

    def add_fields(self) -> None:
        super().add_fields()
        self.fields["method"].help_text = f"{charges.count_told(self.request)}。按件、按量只能选择一种"
        self.order_fields(["version", "method", "pages", "how"])

    def plan(self, given: dict[str, Any]) -> Plan:
        method = FeeMethod(given["method"])
        if method == FeeMethod.BY_PAGE and not given.get("pages"):
            raise ValidationError({"pages": "按量收费须填写页数"})
        units, amount = charges.charge(self.request, method, given.get("pages") or 0)
        if amount == 0:
            raise ValidationError({"method": "没有超过免费的数量，不能收费（条例第四十二条）"})
        values = {"method": method.value, "units": units, "amount": amount, "how": given["how"]}
        with actions.faults_of("on"):
            until = clocks.payment_due(given["on"], calendar=self.case.calendar)
        event = {"fee_method": method.value, "units": units, "amount": amount, "until": until}
        return Plan(self.code, values, event=event)


STEP_FORMS: dict[str, type[StepForm]] = {
    "confirm_receipt": ConfirmReceipt,
    "ask_correction": AskCorrection,
    "receive_correction": ReceiveCorrection,
    "consult": Consult,
    "receive_opinion": ReceiveOpinion,
    "extend": Extend,
    "ask_reasons": AskReasons,
    "receive_reasons": ReceiveReasons,
    "postpone": Postpone,
    "notify_fee": NotifyFee,
    "receive_payment": ReceivePayment,
    "withdraw": Withdraw,
    "lapse_correction": LapseCorrection,
    "lapse_payment": LapsePayment,
    "record_answer": RecordAnswer,
    "answer": DraftForm,
}


class Decline(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="理由",
        max_length=300,
        help_text="申请人在网上看得到，例如：提交的内容与需要补正的事项无关，请按告知书补正",
    )


class Undo(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="撤销的理由", max_length=300, help_text="撤销后步骤和理由仍留在办理记录中")


class Send(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    on = day("发出日期", "邮寄的，填交邮之日；这一天决定是否按期")
    method = forms.ChoiceField(label="送达方式", choices=DeliveryMethod)
    waybill = forms.CharField(label="邮件单号", max_length=40, required=False, help_text="邮寄时必填，须由邮政企业寄送")
    exception_reason = forms.CharField(
        label="理由", max_length=300, required=False, help_text="一般不填；核对未通过仍要发出，或者补填较早的日期时写明"
    )


class Delivered(forms.Form):
    on = day("送达日期", "签收之日；网上送达的，填到达对方系统之日")
    receiver = forms.CharField(label="签收人", max_length=60, required=False)


class Discard(forms.Form):
    reason = forms.CharField(label="作废的理由", max_length=300, help_text="文号保留，不再使用")


def may_be_summarised(request: DisclosureRequest) -> bool:
    """Closed, of an agency that makes a register public."""
    return request.agency.shows_request_register and request.answered_on is not None


class Summary(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    summary = forms.CharField(
        label="内容提要",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="用一两句话概括申请公开什么，例如：申请公开某路段2021年道路改造工程的验收材料。"
        "不写申请人，不写可以认出申请人的内容；公布前检查个人信息和申请人名称",
    )

    @staticmethod
    def initial_of(request: DisclosureRequest) -> dict[str, Any]:
        return {"version": request.version, "summary": request.public_summary}


class WithdrawSummary(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label="撤下的理由", max_length=200)


class FileForm(forms.ModelForm):
    class Meta:
        model = CaseFile
        fields = ["purpose", "file", "pages"]

    def save_for(self, request: DisclosureRequest, by: Any) -> CaseFile:
        found = self.save(commit=False)
        found.request, found.added_by, found.name = request, by, self.cleaned_data["file"].name[:200]
        found.save()
        return found
