"""The sub-items of parts one, five and six, which each place arranges in its own way."""

from django.core.validators import RegexValidator
from django.db import models

from disclosures.areas import Area
from disclosures.models import Agency


class OutlineSection(models.Model):
    """A sub-item of the report in an agency and those beneath it; a row with the key of a usual one replaces that."""

    access_area = Area.REPORTS

    class Part(models.TextChoices):
        OVERVIEW = "一", "一、总体情况"
        PROBLEMS = "五", "五、存在的主要问题及改进情况"
        OTHER = "六", "六、其他需要报告的事项"

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="+")
    part = models.CharField("部分", max_length=1, choices=Part)
    key = models.CharField(
        "代号",
        max_length=60,
        validators=[RegexValidator(r"^[a-z]+(\.[a-z_0-9]+)+$", "用小写字母，例如 other.innovation")],
        help_text="与通用提纲的代号相同时，替换通用提纲的那一项；例如 other.innovation",
    )
    heading = models.CharField("小标题", max_length=60, help_text="不写序号，序号自动编排")
    default = models.TextField("起始文字", blank=True, max_length=5000, help_text="可以使用数据名称，例如 {申请情况}")
    position = models.PositiveSmallIntegerField("顺序", default=100)
    is_shown = models.BooleanField("列入报告", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告提纲"
        ordering = ["agency_id", "part", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "key"], name="outline_once", violation_error_message="本机关的提纲中已有这一代号"
            )
        ]

    def __str__(self) -> str:
        return self.heading
