from datetime import date

from django.conf import settings
from django.core.validators import MinLengthValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import Together
from disclosures.encryption import EncryptedTextField
from disclosures.models.agencies import Agency


class ComplaintKind(models.TextChoices):
    WRONG = "wrong", "内容有错误"
    LINK = "link", "链接或者附件打不开"
    STALE = "stale", "长期没有更新"
    MISSING = "missing", "应当公开没有公开"
    PRIVACY = "privacy", "泄露个人信息"
    OTHER = "other", "其他"


class ComplaintQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "ComplaintQuerySet":
        return self.filter(agency=agency)

    def open(self) -> "ComplaintQuerySet":
        """Not answered, and not marked as spam."""
        return self.filter(replied_on__isnull=True, is_spam=False)

    def overdue(self, on: date) -> "ComplaintQuerySet":
        return self.open().filter(due_on__lt=on)


class Complaint(models.Model):
    """我要纠错: what a reader found wrong with the column, and what was answered."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="complaints")
    number = models.CharField("编号", max_length=40)
    kind = models.CharField("类型", max_length=8, choices=ComplaintKind)
    page = models.CharField("网页地址", max_length=500, blank=True)
    text = models.TextField("情况说明", max_length=1000, validators=[MinLengthValidator(5)])
    contact = EncryptedTextField("联系方式", blank=True, max_length=200, help_text="加密保存")
    code_digest = models.CharField(max_length=64, editable=False)
    # One sending of the form makes one complaint, however often it arrives.
    submission = models.CharField(max_length=64, unique=True, editable=False)
    received_on = models.DateField("收到日期")
    due_on = models.DateField("答复期限", null=True, editable=False)
    is_spam = models.BooleanField("疑似垃圾信息", default=False)
    reply = models.TextField("答复", blank=True, max_length=2000)
    replied_on = models.DateField("答复日期", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="答复人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=0, editable=False)

    objects = ComplaintQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "网民纠错"
        ordering = ["-received_on", "-id"]
        indexes = [
            models.Index(fields=["agency", "due_on"], condition=Q(replied_on=None), name="complaint_open_by_due")
        ]
        constraints = [
            models.UniqueConstraint(fields=["agency", "number"], name="complaint_number_once"),
            Together(
                text="reply",
                date="replied_on",
                name="complaint_reply_with_date",
                violation_error_message="答复和答复日期必须同时填写，或者都不填",
            ),
        ]

    def __str__(self) -> str:
        return self.number
