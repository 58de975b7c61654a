import uuid

from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.models.agencies import Agency


class LedgerImportState(models.TextChoices):
    CHECKED = "checked", "已检查，待确认"
    REFUSED = "refused", "有错误，未写入"
    DONE = "done", "已导入"


def private_name(job: "LedgerImport", filename: str) -> str:
    """Generated: the uploader's file name never reaches the disk."""
    return f"private/imports/{uuid.uuid4().hex}.xlsx"


class LedgerImport(models.Model):
    """An uploaded workbook between its preview and its confirmation; the confirm step trusts nothing but this row."""

    access_area = Area.PUBLISHING

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.CASCADE, related_name="+"
    )
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="+")
    file = models.FileField("文件", upload_to=private_name)
    name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=8, choices=LedgerImportState, default=LedgerImportState.CHECKED)
    result = models.JSONField("结果", default=dict)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"台账导入 {self.pk}"
