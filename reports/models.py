from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from disclosures.areas import Area
from disclosures.frozen import FrozenField
from disclosures.models import Agency

FIRST_YEAR = 2008  # the Regulation first came into force on 2008-05-01


class ReportState(models.TextChoices):
    DRAFT = "draft", "编制中"
    SUBMITTED = "submitted", "待审签"
    RETURNED = "returned", "已退回"
    ISSUED = "issued", "已定稿"
    PUBLISHED = "published", "已发布"


FINAL = (ReportState.ISSUED, ReportState.PUBLISHED)


class AnnualReportQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "AnnualReportQuerySet":
        return self.filter(agency=agency)

    def published(self) -> "AnnualReportQuerySet":
        return self.filter(state=ReportState.PUBLISHED)

    def final(self) -> "AnnualReportQuerySet":
        return self.filter(state__in=FINAL)


class AnnualReport(models.Model):
    """政府信息公开工作年度报告 of an agency and year."""

    access_area = Area.REPORTS

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveSmallIntegerField(
        "年度", validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(2100)], help_text="报告哪一年的工作"
    )
    version = models.PositiveSmallIntegerField("版本", default=1, editable=False)
    state = models.CharField("状态", max_length=9, choices=ReportState, default=ReportState.DRAFT, editable=False)
    signed_on = models.DateField("落款日期", null=True, blank=True, help_text="印在报告末尾，应在次年1月31日前")
    # The open report format as it was when issued: figures, texts and check results.
    frozen = FrozenField(null=True, editable=False)
    digest = models.CharField("校验码", max_length=64, blank=True, editable=False)
    issued_on = models.DateField("定稿日期", null=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审签人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="编制人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度报告"
        ordering = ["-year", "agency_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "year", "version"],
                name="report_once",
                violation_error_message="本机关这一年度的报告已经建立",
            ),
            models.CheckConstraint(
                condition=Q(state__in=FINAL, frozen__isnull=False, issued_on__isnull=False)
                | (~Q(state__in=FINAL) & Q(frozen__isnull=True, issued_on__isnull=True)),
                name="report_frozen_when_issued",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | Q(created_by__isnull=True) | ~Q(issued_by=F("created_by")),
                name="report_signed_by_another",
                violation_error_message="审签人不能是编制人本人",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency.name}{self.year}年政府信息公开工作年度报告"

    def clean(self) -> None:
        if self.signed_on and self.year and self.signed_on.year <= self.year:
            raise ValidationError({"signed_on": f"落款日期应在{self.year}年结束之后"})

    @property
    def is_final(self) -> bool:
        return self.state in FINAL


class ReportText(models.Model):
    """A section of the text as the officer wrote it; sections without a row print their default."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField("段落", max_length=40)
    text = models.TextField("内容", blank=True, max_length=20_000)

    class Meta:
        verbose_name = verbose_name_plural = "报告文字"
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="report_text_once")]

    def __str__(self) -> str:
        return self.section


class Adjustment(models.Model):
    """A figure that comes from outside the records: shown as such, with its reason."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="adjustments")
    cell = models.CharField("单元格", max_length=60)
    value = models.DecimalField("数值", max_digits=18, decimal_places=6, validators=[MinValueValidator(0)])
    reason = models.CharField("原因", max_length=200, help_text="数据来自哪里，为什么台账里没有")
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
