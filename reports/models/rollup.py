"""Reports made elsewhere: handed in from below, or of the years before this system."""

import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.frozen import FrozenField
from disclosures.models import Agency
from reports.models.reports import FIRST_YEAR, AnnualReport

YEAR = [MinValueValidator(FIRST_YEAR), MaxValueValidator(2100)]


class DeliveryState(models.TextChoices):
    DELIVERED = "delivered", "已报送"
    RETURNED = "returned", "已退回"
    ACCEPTED = "accepted", "已接收"


class DeliveryQuerySet(models.QuerySet):
    def to(self, agency: Agency, year: int) -> "DeliveryQuerySet":
        return self.filter(to_agency=agency, year=year)

    def accepted(self) -> "DeliveryQuerySet":
        return self.filter(state=DeliveryState.ACCEPTED)


class Delivery(models.Model):
    """报送: a child's issued report as it was handed to the agency above; its tables are kept as delivered."""

    access_area = Area.REPORTS
    agency_path = "to_agency"

    to_agency = models.ForeignKey(
        Agency, verbose_name="主管部门", on_delete=models.PROTECT, related_name="deliveries_received"
    )
    agency = models.ForeignKey(
        Agency, verbose_name="报送机关", on_delete=models.PROTECT, related_name="deliveries_made"
    )
    year = models.PositiveSmallIntegerField("年度", validators=YEAR)
    report = models.ForeignKey(
        AnnualReport,
        verbose_name="本系统的报告",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="deliveries",
    )
    # The open report format; of a report of this installation only what the sum needs.
    document = FrozenField(editable=False)
    digest = models.CharField("校验码", max_length=64)
    failures = models.JSONField("不成立的勾稽关系", default=list)
    state = models.CharField("状态", max_length=9, choices=DeliveryState, default=DeliveryState.DELIVERED)
    comment = models.CharField("意见", max_length=500, blank=True)
    delivered_at = models.DateTimeField("报送时间", auto_now_add=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="报送人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField("处理时间", null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="处理人", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "下级报送"
        ordering = ["-id"]
        indexes = [models.Index(fields=["to_agency", "year", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["to_agency", "agency", "year", "digest"],
                name="delivered_once",
                violation_error_message="这份报告已经报送过",
            ),
            models.UniqueConstraint(
                fields=["to_agency", "agency", "year"],
                condition=Q(state="accepted"),
                name="one_accepted_delivery",
                violation_error_message="这个机关的报告已经接收，请先退回原来的一份",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(comment=""), name="returned_delivery_has_comment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency} {self.year}年"


class FormerReport(models.Model):
    """A report of a year before this system: last year's numbers to compare with and to carry over."""

    access_area = Area.REPORTS

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="former_reports")
    year = models.PositiveSmallIntegerField("年度", validators=YEAR)
    # ``tables`` and ``counts`` of the open report format; a cell that was not to be read is null.
    document = FrozenField(editable=False)
    source = models.CharField("来源", max_length=200, help_text="文件名，或者在哪里查到的")
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    entered_at = models.DateTimeField("录入时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "以前年度报告"
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year"], name="former_report_once", violation_error_message="这一年度的报告已经录入"
            )
        ]

    def __str__(self) -> str:
        return f"{self.agency.name}{self.year}年"


def batch_name(batch: "ReportBatch", filename: str) -> str:
    return f"private/batches/{uuid.uuid4().hex}.zip"


class BatchState(models.TextChoices):
    QUEUED = "queued", "等待生成"
    RUNNING = "running", "正在生成"
    DONE = "done", "已生成"
    CANCELLED = "cancelled", "已取消"


class ReportBatch(models.Model):
    """The reports of all agencies beneath one, printed behind the page into one package."""

    access_area = Area.REPORTS

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="+")
    year = models.PositiveSmallIntegerField("年度", validators=YEAR)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="生成人", on_delete=models.CASCADE, related_name="+"
    )
    state = models.CharField("状态", max_length=9, choices=BatchState, default=BatchState.QUEUED)
    done = models.PositiveIntegerField("已生成", default=0)
    total = models.PositiveIntegerField("总数", default=0)
    failures = models.JSONField("未能生成", default=list)
    file = models.FileField("文件", upload_to=batch_name, blank=True)
    cancel_asked = models.BooleanField(default=False)
    created_at = models.DateTimeField("开始时间", auto_now_add=True)
    alive_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField("完成时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "批量生成"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.agency} {self.year}年 批量生成"

    @property
    def percent(self) -> int:
        return 100 * self.done // self.total if self.total else 0

    def is_interrupted(self, now: datetime) -> bool:
        running = self.state in (BatchState.QUEUED, BatchState.RUNNING)
        return running and (now - (self.alive_at or self.created_at)).total_seconds() > 90
