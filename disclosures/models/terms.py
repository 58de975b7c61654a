from django.core.validators import MaxValueValidator
from django.db import models

from disclosures.areas import Area
from disclosures.constraints import Never
from disclosures.models.agencies import Agency
from disclosures.terms import INTERPRETATION_LIMIT, PUBLICITY_LIMIT


class DutyKind(models.TextChoices):
    INTERPRETATION = "interpretation", "政策解读"
    PUBLICITY = "publicity", "行政决定公示"


class DutyTerm(models.Model):
    """The working days that local rules give an agency, where they are not the usual ones (``disclosures.terms``)."""

    access_area = Area.SETUP

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="duty_terms")
    kind = models.CharField("事项", max_length=14, choices=DutyKind)
    days = models.PositiveSmallIntegerField(
        "期限（工作日）",
        validators=[MaxValueValidator(PUBLICITY_LIMIT)],
        help_text="政策解读：0表示与文件同步，最长3个工作日；行政决定公示：常用7个工作日，以当地规定为准",
    )
    since = models.DateField(
        "起算日期",
        null=True,
        blank=True,
        help_text="只提醒这一天及以后公布的文件、作出的决定；不填则全部提醒",
    )

    class Meta:
        verbose_name = verbose_name_plural = "解读、公示期限"
        ordering = ["agency_id", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                name="duty_term_once",
                violation_error_message="本机关已设置这一事项的期限",
            ),
            models.CheckConstraint(
                condition=models.Q(days__lte=PUBLICITY_LIMIT),
                name="duty_term_days",
                violation_error_message=f"期限最长{PUBLICITY_LIMIT}个工作日（条例第二十六条）",
            ),
            Never(
                when={
                    "kind": [DutyKind.INTERPRETATION.value],
                    "days": list(range(INTERPRETATION_LIMIT + 1, PUBLICITY_LIMIT + 1)),
                },
                at="days",
                name="duty_term_interpretation",
                violation_error_message=f"政策解读最迟在文件公布后{INTERPRETATION_LIMIT}个工作日内，不能更长",
            ),
            Never(
                when={"kind": [DutyKind.PUBLICITY.value], "days": [0]},
                at="days",
                name="duty_term_publicity",
                violation_error_message="公示期限至少1个工作日",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.days}个工作日"
