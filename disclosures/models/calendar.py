"""The working-day calendar as data: one notice of the State Council a year, and its days off and make-up days."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from disclosures.areas import Area
from disclosures.constraints import RowRule
from disclosures.dates import told
from disclosures.frozen import FrozenField
from disclosures.working_days import SATURDAY

FIRST_YEAR, LAST_YEAR = 2000, 2100


class DayKind(models.TextChoices):
    REST = "rest", "放假"
    WORK = "work", "调休上班"


class DayPart(Func):
    """A part of a date by the database's own functions: Django's would be missing wherever Django is not running."""

    output_field = models.IntegerField()

    def __init__(self, day: Any, sqlite: str, postgresql: str) -> None:
        super().__init__(day)
        self.sqlite, self.postgresql = sqlite, postgresql

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = f"CAST(strftime('%%%%{self.sqlite}', %(expressions)s) AS INTEGER)"
        return self.as_sql(compiler, connection, template=template)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template=f"EXTRACT({self.postgresql} FROM %(expressions)s)")


def belongs_to(day: date, year: int) -> bool:
    """May the notice of ``year`` arrange ``day``? It may begin in December before (2019: 29 December was worked)."""
    return day.year == year or (day.year == year - 1 and day.month == 12)


class OfItsYear(RowRule):
    """A day lies in the year of its notice, or in the December before."""

    def __init__(self, *, name: str, violation_error_message: str) -> None:
        year, month = DayPart(F("day"), "Y", "YEAR"), DayPart(F("day"), "m", "MONTH")
        condition = Q(exact(year, F("notice"))) | Q(exact(year + 1, F("notice")), exact(month, 12))
        super().__init__(condition=condition, name=name, violation_error_message=violation_error_message)

    def broken_by(self, instance: Any) -> bool:
        return not belongs_to(instance.day, instance.notice_id)

    def field(self) -> str:
        return "day"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return path, (), kwargs


class MakeUpOnWeekend(RowRule):
    """Only a Saturday or Sunday is worked in exchange for a holiday."""

    def __init__(self, *, name: str, violation_error_message: str) -> None:
        weekday = DayPart(F("day"), "w", "DOW")  # both: 0 for Sunday, 6 for Saturday
        condition = ~Q(kind=DayKind.WORK) | Q(exact(weekday, 0)) | Q(exact(weekday, 6))
        super().__init__(condition=condition, name=name, violation_error_message=violation_error_message)

    def broken_by(self, instance: Any) -> bool:
        return instance.kind == DayKind.WORK and instance.day.weekday() < SATURDAY

    def field(self) -> str:
        return "day"

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return path, (), kwargs


def exact(left: Any, right: Any) -> Any:
    return models.lookups.Exact(left, right)


class CalendarNotice(models.Model):
    """国务院办公厅关于部分节假日安排的通知 of one year. All agencies share it."""

    access_area = Area.SETUP

    year = models.PositiveSmallIntegerField(
        "年度", primary_key=True, validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("成文日期", null=True, blank=True)
    source = models.URLField("出处网址", blank=True)
    # With the year it tells whether a calendar kept in memory is still the stored one.
    updated_at = models.DateTimeField("更新时间", auto_now=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="载入人", null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "节假日安排"
        ordering = ["-year"]

    def __str__(self) -> str:
        return f"{self.year}年节假日安排"


class CalendarDay(models.Model):
    """A day off, or a weekend day worked in exchange; every other day follows the week."""

    access_area = Area.SETUP

    notice = models.ForeignKey(CalendarNotice, verbose_name="安排", on_delete=models.CASCADE, related_name="days")
    day = models.DateField("日期", unique=True)
    kind = models.CharField("类型", max_length=4, choices=DayKind)
    name = models.CharField("名称", max_length=20, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "节假日安排的日期"
        ordering = ["day"]
        constraints = [
            OfItsYear(
                name="calendar_day_of_its_year",
                violation_error_message="日期不在这一年（可以从上一年12月开始）",
            ),
            MakeUpOnWeekend(
                name="calendar_make_up_on_weekend",
                violation_error_message="调休上班只能是星期六或星期日",
            ),
        ]

    def __str__(self) -> str:
        return f"{told(self.day)} {self.get_kind_display()}{self.name}"


class CalendarChange(models.Model):
    """The trail of the calendar: who loaded or removed which year, and which cases got another last day by it."""

    access_area = Area.SETUP

    year = models.PositiveSmallIntegerField("年度")
    what = models.CharField("做了什么", max_length=200)
    made_at = models.DateTimeField("时间", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="操作人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    moved = FrozenField("变动的期限", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "节假日安排的变更"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.year}年 {self.what}"
