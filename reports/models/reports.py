from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
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
EDITABLE = (ReportState.DRAFT, ReportState.RETURNED)


class AnnualReportQuerySet(TellingQuerySet):
    def of(self, agency: Agency) -> "AnnualReportQuerySet":
        return self.filter(agency=agency)

    def published(self) -> "AnnualReportQuerySet":
        return self.filter(state=ReportState.PUBLISHED)

    def final(self) -> "AnnualReportQuerySet":
        return self.filter(state__in=FINAL)

    def newest_first(self) -> "AnnualReportQuerySet":
        return self.order_by("-year", "-version")


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
    corrects = models.OneToOneField(
        "self",
        verbose_name="更正的版本",
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="corrected_by",
    )
    correction_reason = models.CharField("更正原因", max_length=200, blank=True, editable=False)
    children_due_on = models.DateField(
        "下级报送截止日期", null=True, blank=True, help_text="下级机关应在哪一天前报送；不填按次年1月31日计算"
    )
    # Counts the savings of the text: of two officers who edit at once the second is told.
    edits = models.PositiveIntegerField(default=0, editable=False)
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
    published_on = models.DateField("发布日期", null=True, editable=False)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
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
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | Q(submitted_by__isnull=True) | ~Q(issued_by=F("submitted_by")),
                name="report_signed_by_another_than_submitter",
                violation_error_message="审签人不能是提交人本人",
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True) | Q(version__gt=1, corrects__isnull=False),
                name="report_correction_names_what_it_corrects",
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

    @property
    def is_correction(self) -> bool:
        return self.version > 1


class ReportText(models.Model):
    """A section of the text as the officer wrote it; sections without a row print their default."""

    access_area = Area.REPORTS
    agency_path = "report__agency"

    report = models.ForeignKey(AnnualReport, on_delete=models.CASCADE, related_name="texts")
    section = models.CharField("段落", max_length=60)
    text = models.TextField("内容", blank=True, max_length=20_000)

    class Meta:
        verbose_name = verbose_name_plural = "报告文字"
        constraints = [models.UniqueConstraint(fields=["report", "section"], name="report_text_once")]

    def __str__(self) -> str:
        return self.section
