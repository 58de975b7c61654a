import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import NotBefore
from disclosures.frozen import FrozenField
from disclosures.models import Agency
from requests_app.models.delivery import DeliveryMethod
from requests_app.models.requests import DisclosureRequest, RequestEvent
from requests_app.outcomes import Outcome


class LetterState(models.TextChoices):
    DRAFT = "draft", "待发出"
    SENT = "sent", "已发出"
    VOID = "void", "已作废"


class LetterQuerySet(models.QuerySet):
    def standing(self) -> "LetterQuerySet":
        """Without those declared void, whose numbers are kept and not given again."""
        return self.exclude(state=LetterState.VOID)


def printed_name(letter: "Letter", filename: str) -> str:
    """Generated, in the private part of the store: a letter names the applicant."""
    return f"private/letters/{uuid.uuid4().hex}.pdf"


class Letter(models.Model):
    """A numbered 文书 of a case: made anew while it waits, frozen once it is sent."""

    access_area = Area.CASES

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="letters")
    request = models.ForeignKey(
        DisclosureRequest, verbose_name="申请", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    # The step it tells of: sending the letter dates the step.
    event = models.OneToOneField(
        RequestEvent, null=True, editable=False, on_delete=models.SET_NULL, related_name="letter"
    )
    code = models.CharField("文书种类", max_length=4)
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=120)
    state = models.CharField("状态", max_length=5, choices=LetterState, default=LetterState.DRAFT, editable=False)
    dated_on = models.DateField("落款日期")
    outcome = models.CharField("办理结果", max_length=24, choices=Outcome, blank=True, editable=False)
    addressee = models.CharField("送达对象", max_length=100, blank=True, editable=False)
    # The step that sending it takes: a draft has no effect in law.
    planned = FrozenField(default=dict, editable=False)
    # What the officer filled in, and the text that came of it.
    values = FrozenField(default=dict, editable=False)
    content = FrozenField(default=dict, editable=False)
    printed = models.FileField(upload_to=printed_name, blank=True, editable=False)
    digest = models.CharField("校验码", max_length=64, blank=True, editable=False)
    exception_reason = models.CharField("未通过核对仍发出的理由", max_length=300, blank=True)
    sent_on = models.DateField("发出日期", null=True, blank=True, help_text="邮寄以交邮之日为准")
    delivery_method = models.CharField("送达方式", max_length=10, choices=DeliveryMethod, blank=True)
    waybill = models.CharField("邮件单号", max_length=40, blank=True)
    delivered_on = models.DateField("送达日期", null=True, blank=True)
    receiver = models.CharField("签收人", max_length=60, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["-dated_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], name="letter_number_once", violation_error_message="本机关已有这个文号"
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.SENT, sent_on__isnull=False)
                | (~Q(state=LetterState.SENT) & Q(sent_on__isnull=True)),
                name="letter_sent_with_date",
            ),
            NotBefore(
                later="sent_on",
                earlier="dated_on",
                name="letter_sent_after_date",
                violation_error_message="发出日期早于落款日期",
            ),
            NotBefore(
                later="delivered_on",
                earlier="sent_on",
                name="letter_delivered_after_sending",
                violation_error_message="送达日期早于发出日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
