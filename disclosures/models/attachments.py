import uuid
from datetime import date
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
from disclosures.models.items import Item

ATTACHMENT_TYPES = [
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "wps",
    "et",
    "ofd",
    "txt",
    "csv",
    "jpg",
    "png",
    "zip",
]
ATTACHMENT_MEGABYTES = 50


def stored_name(attachment: "Attachment", filename: str) -> str:
    """A generated name: nothing of the uploader's file name reaches the disk."""
    return f"items/{date.today():%Y%m}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


def private_name(attachment: "Attachment", filename: str) -> str:
    return f"private/originals/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


def not_too_large(file) -> None:
    if file.size > ATTACHMENT_MEGABYTES * 1024 * 1024:
        raise ValidationError(f"附件超过{ATTACHMENT_MEGABYTES}MB，请压缩或拆分后再上传")


class Attachment(models.Model):
    """A file of an item."""

    access_area = Area.PUBLISHING
    agency_path = "item__agency"

    item = models.ForeignKey(Item, verbose_name="公开信息", on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(
        "附件",
        upload_to=stored_name,
        validators=[
            FileExtensionValidator(ATTACHMENT_TYPES, "不支持这种文件。请上传：" + "、".join(ATTACHMENT_TYPES)),
            not_too_large,
        ],
    )
    # What was uploaded, where a cleaned or masked copy stands in its place; never served to the public.
    original = models.FileField("原件", upload_to=private_name, blank=True, editable=False)
    # What the release gate found in ``file``, as of the rules ``scanned_by``; no personal data, only masked samples.
    findings = models.JSONField("检查结果", default=list, editable=False)
    scanned_by = models.CharField(max_length=20, blank=True, editable=False)
    name = models.CharField("显示名称", max_length=200, help_text="公众看到和下载时的文件名，含后缀")

    objects = TellingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
