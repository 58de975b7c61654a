import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.encryption import EncryptedTextField
from disclosures.models.agencies import Agency

NO_SIGN_OF_LIFE = timedelta(seconds=90)  # after which a running import is taken for dead


class LedgerImportState(models.TextChoices):
    QUEUED = "queued", "等待检查"
    CHECKING = "checking", "正在检查"
    CHECKED = "checked", "已检查，待确认"
    REFUSED = "refused", "有错误，未写入"
    WAITING = "waiting", "等待写入"
    WRITING = "writing", "正在写入"
    DONE = "done", "已导入"
    CANCELLED = "cancelled", "已取消"
    UNDONE = "undone", "已撤销"


RUNNING = (
    LedgerImportState.QUEUED,
    LedgerImportState.CHECKING,
    LedgerImportState.WAITING,
    LedgerImportState.WRITING,
)


def private_name(job: "LedgerImport", filename: str) -> str:
    """Generated: the uploader's file name never reaches the disk."""
    return f"private/imports/{uuid.uuid4().hex}.upload"


class LedgerImport(models.Model):
    """An uploaded workbook from its check to its confirmation; each step trusts nothing but this row."""

    access_area = Area.PUBLISHING

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导入人", on_delete=models.CASCADE, related_name="+"
    )
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="+")
    file = models.FileField("文件", upload_to=private_name)
    name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=9, choices=LedgerImportState, default=LedgerImportState.QUEUED)
    result = models.JSONField("结果", default=dict)
    rows_done = models.PositiveIntegerField("已处理行数", default=0)
    rows_total = models.PositiveIntegerField("总行数", default=0)
    cancel_asked = models.BooleanField(default=False)
    # The trail as it stood when this import was written: what came later stands in the way of an undo.
    last_entry = models.BigIntegerField(default=0)
    undo_reason = models.CharField("撤销原因", max_length=200, blank=True)
    created_at = models.DateTimeField("上传时间", auto_now_add=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "台账导入"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"台账导入 {self.pk}"

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def percent(self) -> int:
        return min(100, 100 * self.rows_done // self.rows_total) if self.rows_total else 0

    def is_interrupted(self, now: datetime) -> bool:
        """Whether whatever worked on it has died: nothing was written, and it may be run again."""
        return self.is_running and now - (self.alive_at or self.created_at) > NO_SIGN_OF_LIFE


class ImportedRow(models.Model):
    """A record that an import added or changed, and the cells it had before: what an undo needs."""

    job = models.ForeignKey(LedgerImport, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField("工作表", max_length=40)
    record_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    added = models.BooleanField()
    # JSON; applicants' data may be in it.
    before = EncryptedTextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "导入的记录"

    def __str__(self) -> str:
        return f"{self.sheet} {self.record_id}"
