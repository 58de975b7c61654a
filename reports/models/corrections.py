"""What an officer says beside the computed figures: a number from elsewhere, or why a broken identity stands."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from reports.models.reports import AnnualReport


class Adjustment(models.Model):
    """A figure that comes from outside the records: shown as such, with its reason and where it comes from."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="adjustments")
    cell = models.CharField("单元格", max_length=60)
    value = models.DecimalField("数值", max_digits=18, decimal_places=6, validators=[MinValueValidator(0)])
    reason = models.CharField("原因", max_length=200, help_text="为什么台账里没有，例如：由上级平台统一受理")
    source = models.CharField(
        "来源", max_length=200, blank=True, help_text="数据出自哪里，例如：市许可系统12月31日导出"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="填写人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "数据调整"
        constraints = [
            models.UniqueConstraint(
                fields=["report", "cell"],
                name="adjustment_once",
                violation_error_message="这个单元格已有调整，请修改原来的调整",
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="adjustment_not_negative"),
        ]

    def __str__(self) -> str:
        return self.cell


class Justification(models.Model):
    """Why a report is issued although a rule of level error does not hold; printed in 需要说明的事项."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="justifications")
    rule = models.CharField("规则", max_length=20)
    cell = models.CharField("单元格", max_length=60, blank=True)
    reason = models.CharField("说明", max_length=200, help_text="印在“年度报告数据统计需要说明的事项”中")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="说明人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField("说明人姓名", max_length=150)
    at = models.DateTimeField("说明时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "勾稽说明"
        constraints = [
            models.UniqueConstraint(fields=["report", "rule", "cell"], name="justification_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="justification_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.cell}"
