import uuid
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models

from disclosures.areas import Area
from requests_app.models.letters import Letter
from requests_app.models.requests import DisclosureRequest

FILE_TYPES = ["pdf", "doc", "docx", "wps", "ofd", "xls", "xlsx", "et", "jpg", "jpeg", "png", "txt", "zip"]
FILE_MEGABYTES = 20


class FilePurpose(models.TextChoices):
    FROM_APPLICANT = "from_applicant", "申请材料"
    EVIDENCE = "evidence", "办理依据（检索记录、意见回函等）"
    ENCLOSURE = "enclosure", "随答复提供的信息"


def case_file_name(file: "CaseFile", filename: str) -> str:
    """Generated, in the private part of the store."""
    return f"private/cases/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


def not_too_large(file) -> None:
    if file.size > FILE_MEGABYTES * 1024 * 1024:
        raise ValidationError(f"文件超过{FILE_MEGABYTES}MB，请压缩或拆分后再上传")


class CaseFile(models.Model):
    """A file of a case. Nothing here has an address on the portal."""

    access_area = Area.CASES
    agency_path = "request__agency"

    request = models.ForeignKey(DisclosureRequest, verbose_name="申请", on_delete=models.CASCADE, related_name="files")
    letter = models.ForeignKey(
        Letter, verbose_name="随哪份文书发出", null=True, blank=True, on_delete=models.SET_NULL, related_name="files"
    )
    message = models.ForeignKey(
        "requests_app.ApplicantMessage",
        verbose_name="随哪次网上提交",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="files",
    )
    purpose = models.CharField("用途", max_length=14, choices=FilePurpose, default=FilePurpose.FROM_APPLICANT)
    file = models.FileField(
        "文件",
        upload_to=case_file_name,
        validators=[
            FileExtensionValidator(FILE_TYPES, "不支持这种文件。请上传：" + "、".join(FILE_TYPES)),
            not_too_large,
        ],
    )
    name = models.CharField("名称", max_length=200)
    pages = models.PositiveIntegerField(
        "页数", null=True, blank=True, help_text="随答复提供的信息须填，按量收费时据此计算"
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "案卷材料"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
