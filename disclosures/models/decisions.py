from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.models.agencies import Agency
from disclosures.years import year_of


class DecisionKind(models.TextChoices):
    LICENCE = "licence", "行政许可"
    PENALTY = "penalty", "行政处罚"
    COERCION = "coercion", "行政强制"


class AdministrativeDecisionQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "AdministrativeDecisionQuerySet":
        return self.filter(agency=agency)

    def made_in(self, year: int) -> "AdministrativeDecisionQuerySet":
        """本年处理决定数量 is the sum of their quantities."""
        return self.filter(decided_on__range=year_of(year))


class AdministrativeDecision(models.Model):
    """One decision, or the total that another system reports (件数 above 1)."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField("决定类别", max_length=8, choices=DecisionKind)
    number = models.CharField("决定书文号", max_length=80, blank=True)
    decided_on = models.DateField("决定日期")
    party = models.CharField("相对人", max_length=100, blank=True)
    quantity = models.PositiveIntegerField(
        "件数", default=1, validators=[MinValueValidator(1)], help_text="业务系统只提供总数时，填汇总的件数"
    )

    objects = AdministrativeDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政决定"
        ordering = ["-decided_on", "-id"]
        indexes = [models.Index(fields=["agency", "decided_on", "kind", "quantity"], name="decision_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "number"],
                condition=~Q(number=""),
                name="decision_number_once",
                violation_error_message="本机关已有这个决定书文号",
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="decision_quantity", violation_error_message="件数至少为1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or self.decided_on}"


class FeeCollectionQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "FeeCollectionQuerySet":
        return self.filter(agency=agency)

    def collected_in(self, year: int) -> "FeeCollectionQuerySet":
        return self.filter(collected_on__range=year_of(year))


class FeeCollection(models.Model):
    """行政事业性收费 as collected, in yuan (the report prints 万元)."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="fee_collections")
    name = models.CharField("收费项目", max_length=100)
    collected_on = models.DateField("收费日期")
    amount = models.DecimalField("金额（元）", max_digits=16, decimal_places=2, validators=[MinValueValidator(0)])
    receipt_number = models.CharField("票据号", max_length=60, blank=True)

    objects = FeeCollectionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政事业性收费"
        ordering = ["-collected_on", "-id"]
        indexes = [models.Index(fields=["agency", "collected_on", "amount"], name="fee_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "receipt_number"],
                condition=~Q(receipt_number=""),
                name="fee_receipt_once",
                violation_error_message="本机关已有这个票据号",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="fee_not_negative", violation_error_message="金额不能为负数"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.collected_on}"
