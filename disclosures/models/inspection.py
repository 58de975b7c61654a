from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models

from disclosures.areas import Area
from disclosures.inspection.indicators import BY_CODE, INDICATORS
from disclosures.models.agencies import Agency


def indicator_choices() -> list[tuple[str, str]]:
    return [(indicator.code, indicator.title) for indicator in INDICATORS]


class InspectionSetting(models.Model):
    """An indicator as an agency, and those beneath it without a setting of their own, look at it."""

    access_area = Area.SETUP

    agency = models.ForeignKey(
        Agency,
        verbose_name="机关",
        on_delete=models.CASCADE,
        related_name="inspection_settings",
        help_text="下级机关没有另行设置的，也按这里的设置",
    )
    indicator = models.CharField("指标", max_length=20, choices=indicator_choices)
    watched = models.BooleanField("检查这一项", default=True)
    threshold = models.PositiveSmallIntegerField(
        "限值",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="不填则按通知的限值。例如：空白栏目填3，表示3个就按不合格提醒",
    )
    note = models.CharField("依据或者理由", max_length=200, blank=True, help_text="例如：本省检查细则第几条")

    class Meta:
        verbose_name = verbose_name_plural = "自查指标设置"
        ordering = ["agency_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "indicator"],
                name="inspection_setting_once",
                violation_error_message="本机关已经设置过这个指标，请修改原有的设置",
            )
        ]

    def __str__(self) -> str:
        return self.get_indicator_display()

    def clean(self) -> None:
        indicator = BY_CODE.get(self.indicator)
        if self.threshold and indicator and indicator.threshold is None:
            raise ValidationError({"threshold": "这个指标没有限值，发现一处就提醒，请不要填写"})
