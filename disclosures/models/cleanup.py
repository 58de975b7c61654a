from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.constraints import Together
from disclosures.frozen import FrozenField
from disclosures.models.agencies import Agency
from disclosures.models.documents import NormativeDocument


class CleanUpResult(models.TextChoices):
    KEEP = "keep", "保留"
    AMEND = "amend", "修改"
    REPEAL = "repeal", "废止"
    DECLARE_LAPSED = "lapse", "宣布失效"


class CleanUp(models.Model):
    """规范性文件清理: one decision over a number of documents, carried out and undone as a whole by ``cleanup``."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="clean_ups")
    basis = models.CharField("清理决定文号", max_length=60)
    made_at = models.DateTimeField("登记时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="登记人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)
    undo_reason = models.CharField("撤销的理由", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "规范性文件清理"
        ordering = ["-made_at", "-id"]
        constraints = [
            Together(
                text="undo_reason",
                date="undone_at",
                name="clean_up_undone_with_reason",
                violation_error_message="撤销须写明理由",
            )
        ]

    def __str__(self) -> str:
        return self.basis


class CleanUpEntry(models.Model):
    """What the decision said of one document."""

    access_area = Area.PUBLISHING
    agency_path = "clean_up__agency"

    clean_up = models.ForeignKey(CleanUp, verbose_name="清理", on_delete=models.CASCADE, related_name="entries")
    document = models.ForeignKey(
        NormativeDocument, verbose_name="文件", on_delete=models.PROTECT, related_name="clean_up_entries"
    )
    result = models.CharField("清理结果", max_length=6, choices=CleanUpResult)
    on = models.DateField("日期")
    note = models.CharField("说明", max_length=200, blank=True)
    # What the step changed, as it was; and the whole document as the step left it, so that a later change shows.
    before = FrozenField()
    after = FrozenField()

    class Meta:
        verbose_name = verbose_name_plural = "清理结果"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["clean_up", "document"],
                name="clean_up_document_once",
                violation_error_message="同一次清理中每份文件只有一个结果",
            )
        ]

    def __str__(self) -> str:
        return f"{self.document}：{self.get_result_display()}"
