import re
from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import NotBefore, Together
from disclosures.encryption import EncryptedTextField
from disclosures.models import Agency
from disclosures.years import year_of
from requests_app.enums import (
    CALENDAR_MISSING,
    ApplicantKind,
    ConsultedParty,
    EventKind,
    FeeMethod,
    IdentityProof,
    Opinion,
    RequestChannel,
    RequestState,
    WantedForm,
)
from requests_app.models.delivery import DeliveryMethod
from requests_app.outcomes import Outcome
from requests_app.validators import plausible_day, printable


class DisclosureRequestQuerySet(models.QuerySet):
    """The questions of Table B: each row of the table is one of these methods."""

    def of(self, agency: Agency) -> "DisclosureRequestQuerySet":
        return self.filter(agency=agency)

    def received_in(self, year: int) -> "DisclosureRequestQuerySet":
        """本年新收: by the day of receipt of 条例 Art. 31, not the day of arrival."""
        return self.filter(received_on__range=year_of(year))

    def answered_in(self, year: int) -> "DisclosureRequestQuerySet":
        """本年度办理结果: whatever year the request came in."""
        return self.filter(answered_on__range=year_of(year))

    def open_after(self, day: date) -> "DisclosureRequestQuerySet":
        """Received on or before ``day`` and not answered by its end."""
        return self.filter(Q(answered_on__isnull=True) | Q(answered_on__gt=day), received_on__lte=day)

    def carried_into(self, year: int) -> "DisclosureRequestQuerySet":
        """上年结转."""
        return self.open_after(date(year - 1, 12, 31))

    def carried_out_of(self, year: int) -> "DisclosureRequestQuerySet":
        """结转下年度继续办理."""
        return self.open_after(date(year, 12, 31))

    def open(self) -> "DisclosureRequestQuerySet":
        return self.filter(answered_on__isnull=True)

    def awaiting_calendar(self) -> "DisclosureRequestQuerySet":
        """Open, and without a last day only because a year's notice is not loaded."""
        return self.open().filter(due_on=None, due_note__contains=CALENDAR_MISSING)

    def missing_years(self) -> list[int]:
        """The years whose notices these wait for, as their notes say."""
        notes = self.awaiting_calendar().order_by().values_list("due_note", flat=True).distinct()
        return sorted({int(year) for note in notes for year in re.findall(rf"(\d{{4}}){CALENDAR_MISSING}", note)})

    def unconfirmed(self) -> "DisclosureRequestQuerySet":
        """Arrived, and the day of receipt not yet agreed with the applicant (条例 Art. 31): no clock runs."""
        return self.open().filter(received_on__isnull=True)

    def for_officer(self, user: Any) -> "DisclosureRequestQuerySet":
        """Handled by this person, or by nobody yet."""
        return self.filter(Q(handler=user) | Q(handler__isnull=True))

    def in_register(self) -> "DisclosureRequestQuerySet":
        """Closed, with a summary that an officer has released: what the public register lists, the newest first."""
        released = self.filter(state=RequestState.CLOSED, summary_released_on__isnull=False)
        return released.order_by("-answered_on", "-id")

    def overdue(self, on: date) -> "DisclosureRequestQuerySet":
        """Open, and the last day for the answer has passed."""
        return self.open().filter(due_on__lt=on)


class DisclosureRequest(models.Model):
    """政府信息公开申请."""

    access_area = Area.CASES
    personal_fields = ("applicant_name",)  # besides what is encrypted

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="requests")
    number = models.CharField(
        "登记编号", max_length=40, blank=True, validators=[printable], help_text="不填则自动编号，例如：2022-0007"
    )
    applicant_kind = models.CharField("申请人类型", max_length=24, choices=ApplicantKind)
    applicant_name = models.CharField("申请人名称", max_length=100, validators=[printable])
    id_number = EncryptedTextField(
        "证件号码",
        blank=True,
        max_length=60,
        validators=[printable],
        help_text="条例第二十九条要求的身份证明；加密保存",
    )
    identity_proof = models.CharField("身份证明", max_length=10, choices=IdentityProof, blank=True)
    contact = EncryptedTextField(
        "联系方式", blank=True, max_length=200, validators=[printable], help_text="电话、地址或邮箱；加密保存"
    )
    channel = models.CharField("申请渠道", max_length=10, choices=RequestChannel, default=RequestChannel.IN_PERSON)
    arrived_on = models.DateField(
        "送达日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="信件、网络申请实际到达的日期；与收到日期不同时填写",
    )
    received_on = models.DateField(
        "收到日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="条例第三十一条：当面提交之日、签收之日，平常信函、网络和传真为双方确认之日。期限从次日起算；尚未确认的先不填",
    )
    description = models.TextField(
        "申请内容",
        max_length=5000,
        validators=[printable],
        help_text="照申请人的描述录入：名称、文号或者便于查询的其他特征。不询问用途",
    )
    wanted_form = models.CharField("要求的提供形式", max_length=12, choices=WantedForm, blank=True)
    wanted_delivery = models.CharField(
        "要求的获取方式", max_length=12, choices=DeliveryMethod, blank=True, help_text="条例第二十九条：方式、途径"
    )
    state = models.CharField(
        "办理状态", max_length=12, choices=RequestState, default=RequestState.HANDLING, editable=False
    )
    outcome = models.CharField("办理结果", max_length=24, choices=Outcome, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    # Computed by clocks.answer_due from the events; kept only so that lists can sort and filter.
    due_on = models.DateField("答复期限", null=True, editable=False)
    due_note = models.CharField("期限说明", max_length=120, blank=True, editable=False)
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="经办人",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="handled_requests",
        help_text="由谁办理；工作台和提醒据此发给本人，不填则提醒本机关全体经办人",
    )
    # A request sent on the portal: one sending of the form makes one request; of its 查询码 only a keyed hash is kept.
    submission = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    spam_signs = models.CharField(
        "疑似垃圾信息", max_length=100, blank=True, editable=False, help_text="网上提交时的可疑之处；只作提示，照常办理"
    )
    public_summary = models.CharField(
        "公布的内容提要",
        max_length=200,
        blank=True,
        validators=[printable],
        help_text="本机关公布申请办理登记时显示；用自己的话概括，不写申请人，不写可以认出申请人的内容",
    )
    summary_released_on = models.DateField("提要公布日期", null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="登记人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    # Counted up by every change: what somebody else changed meanwhile is not overwritten.
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = DisclosureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "政府信息公开申请"
        ordering = ["-received_on", "-id"]
        indexes = [
            # A year's figures are read from these two alone (reports.tallies.requests).
            models.Index(fields=["agency", "received_on", "channel", "applicant_kind"], name="request_received"),
            models.Index(
                fields=["agency", "answered_on", "received_on", "due_on", "outcome", "applicant_kind"],
                name="request_answered",
            ),
            models.Index(fields=["agency", "applicant_name", "received_on"], name="request_of_applicant"),
            models.Index(fields=["agency", "due_on"], condition=Q(answered_on=None), name="request_open_by_due"),
            models.Index(
                fields=["agency", "-answered_on", "-id"],
                condition=Q(summary_released_on__isnull=False),
                name="request_in_register",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"],
                name="request_number_once",
                violation_error_message="本机关已有这个登记编号",
            ),
            Together(
                text="outcome",
                date="answered_on",
                name="request_outcome_with_date",
                violation_error_message="办理结果和答复日期必须同时填写，或者都不填",
            ),
            NotBefore(
                later="answered_on",
                earlier="received_on",
                name="request_answered_after_receipt",
                violation_error_message="答复日期早于收到日期",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | Q(received_on__isnull=False),
                name="request_answered_once_received",
                violation_error_message="还没有收到日期的申请不能办结",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.CLOSED, answered_on__isnull=False)
                | (~Q(state=RequestState.CLOSED) & Q(answered_on__isnull=True)),
                name="request_closed_when_answered",
            ),
            NotBefore(
                later="received_on",
                earlier="arrived_on",
                name="request_received_after_arrival",
                violation_error_message="收到日期早于送达日期",
            ),
        ]

    def __str__(self) -> str:
        # Admin logs and messages keep this text for ever, so it names no applicant.
        return f"申请 {self.number}"


class RequestEventQuerySet(models.QuerySet):
    def fees_in(self, agency: Agency, year: int) -> "RequestEventQuerySet":
        """Fee notices issued and payments received in the year (reported in part six)."""
        return self.filter(
            request__agency=agency, kind__in=[EventKind.FEE_NOTICE, EventKind.FEE_PAID], on__range=year_of(year)
        )


# 条例 Art. 30 (一次性告知), Art. 33 ¶2; 国办函〔2020〕109号 Art. 3.
ONCE = [
    EventKind.CORRECTION_ASKED,
    EventKind.CORRECTION_RECEIVED,
    EventKind.EXTENDED,
    EventKind.FEE_NOTICE,
    EventKind.FEE_PAID,
]


class RequestEvent(models.Model):
    """A dated step of a case; the due date is computed from these."""

    access_area = Area.CASES
    agency_path = "request__agency"

    request = models.ForeignKey(DisclosureRequest, verbose_name="申请", on_delete=models.CASCADE, related_name="events")
    kind = models.CharField("步骤", max_length=24, choices=EventKind)
    on = models.DateField("日期", validators=[plausible_day])
    answers = models.OneToOneField(
        "self",
        verbose_name="对应的征求意见",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="returned",
        help_text="收到反馈意见时，选择它回复的是哪一次征求意见",
    )
    days = models.PositiveSmallIntegerField(
        "延长工作日", null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    until = models.DateField("截止日期", null=True, blank=True, help_text="延迟答复至、补正或者缴费的最后一日")
    amount = models.DecimalField(
        "金额（元）", max_digits=10, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    counterpart = models.CharField("征求对象", max_length=100, blank=True, help_text="第三方或者机关的名称")
    party = models.CharField("对象类别", max_length=16, choices=ConsultedParty, blank=True)
    opinion = models.CharField("反馈意见", max_length=8, choices=Opinion, blank=True)
    served_on = models.DateField("对方收到日期", null=True, blank=True)
    approved_by = models.CharField("批准人", max_length=40, blank=True, help_text="政府信息公开工作机构负责人")
    fee_method = models.CharField("收费方式", max_length=8, choices=FeeMethod, blank=True)
    units = models.PositiveIntegerField("件数或页数", null=True, blank=True)
    note = models.CharField("说明", max_length=200, blank=True)

    objects = RequestEventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理步骤"
        ordering = ["on", "id"]
        indexes = [models.Index(fields=["kind", "on"], name="event_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "kind"],
                condition=Q(kind__in=ONCE),
                name="event_once",
                violation_error_message="补正、延长答复期限、收费都只能有一次（条例第三十条、第三十三条、第四十二条）",
            ),
            models.CheckConstraint(
                condition=Q(kind=EventKind.EXTENDED, days__range=(1, 20))
                | (~Q(kind=EventKind.EXTENDED) & Q(days__isnull=True)),
                name="event_extension_days",
                violation_error_message="延长答复期限须填1至20个工作日（条例第三十三条）",
            ),
            models.CheckConstraint(
                condition=~Q(kind=EventKind.POSTPONED) | Q(until__isnull=False),
                name="event_postponed_until",
                violation_error_message="延迟答复须填写延迟至哪一天（条例第三十五条）",
            ),
            models.CheckConstraint(
                condition=Q(kind=EventKind.CONSULTATION_RETURNED, answers__isnull=False)
                | (~Q(kind=EventKind.CONSULTATION_RETURNED) & Q(answers__isnull=True)),
                name="event_opinion_answers_consultation",
                violation_error_message="收到反馈意见须对应一次征求意见",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"
