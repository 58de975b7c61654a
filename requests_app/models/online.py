"""What reaches a case from the portal, and what is kept before it becomes one."""

from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.encryption import EncryptedTextField
from disclosures.models import Agency
from requests_app.models.requests import DisclosureRequest


class AskDraft(models.Model):
    """An application that somebody is writing; gone when it is sent, given up, or two hours old.

    The key is in the visitor's session; here only its keyed hash, and what they wrote encrypted.
    """

    key_digest = models.CharField(max_length=64, unique=True)
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="+")
    content = EncryptedTextField()  # JSON
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = verbose_name_plural = "未提交的申请"

    def __str__(self) -> str:
        return f"未提交的申请 {self.begun_at:%Y-%m-%d %H:%M}"


class MessageKind(models.TextChoices):
    CORRECTION = "correction", "提交补正"
    WITHDRAWAL = "withdrawal", "撤回申请"


class ApplicantMessageQuerySet(models.QuerySet):
    def waiting(self) -> "ApplicantMessageQuerySet":
        """No officer has dealt with it yet."""
        return self.filter(handled_at=None)

    def cases_waiting(self, kind: str) -> "models.QuerySet":
        """Keys of the open cases in which a message of ``kind`` waits."""
        return self.waiting().filter(kind=kind, request__answered_on=None).order_by().values("request")


class ApplicantMessage(models.Model):
    """Sent by the applicant on the status page. It waits for the officer, who takes the step it asks for."""

    access_area = Area.CASES
    agency_path = "request__agency"

    request = models.ForeignKey(
        DisclosureRequest, verbose_name="申请", on_delete=models.CASCADE, related_name="messages"
    )
    kind = models.CharField("类型", max_length=10, choices=MessageKind)
    text = EncryptedTextField("内容", blank=True, max_length=5000)
    submission = models.CharField(max_length=64, unique=True, editable=False)
    sent_at = models.DateTimeField("提交时间")
    handled_at = models.DateTimeField("处理时间", null=True, editable=False)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="处理人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ApplicantMessageQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请人网上提交"
        ordering = ["sent_at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_at:%Y-%m-%d}"
