from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import ExtractMonth

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
from disclosures.constraints import Never, NotBefore, Together
from disclosures.dates import told
from disclosures.models.agencies import Agency
from disclosures.models.terms import DutyKind, DutyTerm
from disclosures.years import year_of


class DecisionKind(models.TextChoices):
    LICENCE = "licence", "行政许可"
    PENALTY = "penalty", "行政处罚"
    COERCION = "coercion", "行政强制"


class Annulment(models.TextChoices):
    """行政处罚法 Art. 48 ¶2: what obliges to take a published decision down."""

    REVOKED = "revoked", "撤销"
    CHANGED = "changed", "变更"
    UNLAWFUL = "unlawful", "确认违法"
    VOID = "void", "确认无效"


# 汇总: rows that stand for several decisions; no single one of them can be published.
TOTAL = Q(is_total=True) | Q(quantity__gt=1)
# Of ``with_term``: single, standing, within the agency's term, neither published nor kept back for a reason.
UNPUBLISHED = (
    ~TOTAL
    & Q(published_on__isnull=True, annulled_on__isnull=True, unpublished_reason="")
    & (Q(term_since__isnull=True) | Q(decided_on__gte=F("term_since")))
)
# What anyone may read: single decisions published and not taken down.
PUBLIC = ~TOTAL & Q(published_on__isnull=False, withdrawn_on__isnull=True)
# Published, then annulled or changed, and not yet taken down.
TO_WITHDRAW = Q(published_on__isnull=False, annulled_on__isnull=False, withdrawn_on__isnull=True)


class AdministrativeDecisionQuerySet(TellingQuerySet):
    def of(self, agency: Agency) -> "AdministrativeDecisionQuerySet":
        return self.filter(agency=agency)

    def made_in(self, year: int) -> "AdministrativeDecisionQuerySet":
        """本年处理决定数量 is the sum of their quantities.

        The format counts decisions made; it takes none away that were annulled later, and neither is done here.
        """
        return self.filter(decided_on__range=year_of(year))

    def by_year(self) -> dict[int, dict[str, int]]:
        """处理决定数量 by year, the newest first, and kind; 汇总 rows with the number they stand for. One query."""
        found: dict[int, dict[str, int]] = {}
        days = self.order_by("-decided_on").values_list("decided_on", "kind").annotate(Sum("quantity"))
        for day, kind, quantity in days:
            year = found.setdefault(day.year, dict.fromkeys(DecisionKind.values, 0))
            year[kind] += quantity
        return found

    def with_term(self) -> "AdministrativeDecisionQuerySet":
        """With the agency's own term of publicity (``term_days``, ``term_since``), None for the usual one."""
        term = DutyTerm.objects.filter(agency=OuterRef("agency"), kind=DutyKind.PUBLICITY)
        return self.annotate(term_days=Subquery(term.values("days")), term_since=Subquery(term.values("since")))

    def totals(self) -> "AdministrativeDecisionQuerySet":
        return self.filter(TOTAL)

    def unpublished(self) -> "AdministrativeDecisionQuerySet":
        return self.filter(UNPUBLISHED)

    def public(self) -> "AdministrativeDecisionQuerySet":
        return self.filter(PUBLIC)

    def withdrawn(self) -> "AdministrativeDecisionQuerySet":
        """Once published and taken down: what stays public is that, when and why (行政处罚法 Art. 48 ¶2)."""
        return self.filter(~TOTAL, published_on__isnull=False, withdrawn_on__isnull=False)

    def to_withdraw(self) -> "AdministrativeDecisionQuerySet":
        return self.filter(TO_WITHDRAW)


class AdministrativeDecision(models.Model):
    """One decision, or the total that another system reports (汇总: marked, or 件数 above 1)."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="decisions")
    kind = models.CharField("决定类别", max_length=8, choices=DecisionKind)
    number = models.CharField("决定书文号", max_length=80, blank=True)
    decided_on = models.DateField("决定日期")
    party = models.CharField("相对人", max_length=100, blank=True)
    quantity = models.PositiveIntegerField(
        "件数", default=1, validators=[MinValueValidator(1)], help_text="业务系统只提供总数时，填汇总的件数"
    )
    is_total = models.BooleanField(
        "是汇总", default=False, help_text="一行代表多件决定的，勾选；件数大于1的都按汇总处理，不计算公示期限"
    )
    published_on = models.DateField("公示日期", null=True, blank=True)
    publicity_url = models.URLField("公示链接", max_length=500, blank=True, help_text="公示页面的网址")
    unpublished_reason = models.CharField(
        "不公示的理由", max_length=200, blank=True, help_text="例如：涉及商业秘密；填写后不再提醒公示"
    )
    annulled_on = models.DateField(
        "撤销、变更日期", null=True, blank=True, help_text="决定被撤销、变更、确认违法或者确认无效的日期"
    )
    annulment = models.CharField("撤销、变更的情形", max_length=8, choices=Annulment, blank=True)
    withdrawn_on = models.DateField(
        "撤回公示日期",
        null=True,
        blank=True,
        help_text="已公示的决定被撤销、变更的，三个工作日内撤回并公开说明理由（行政处罚法第四十八条）",
    )
    withdrawal_reason = models.CharField("公开说明的理由", max_length=500, blank=True)

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
            NotBefore(
                later="published_on",
                earlier="decided_on",
                name="decision_published_after_made",
                violation_error_message="公示日期早于决定日期",
            ),
            NotBefore(
                later="annulled_on",
                earlier="decided_on",
                name="decision_annulled_after_made",
                violation_error_message="撤销、变更日期早于决定日期",
            ),
            NotBefore(
                later="withdrawn_on",
                earlier="annulled_on",
                name="decision_withdrawn_after_annulled",
                violation_error_message="撤回公示日期早于撤销、变更日期",
            ),
            NotBefore(
                later="withdrawn_on",
                earlier="published_on",
                name="decision_withdrawn_after_published",
                violation_error_message="撤回公示日期早于公示日期",
            ),
            Together(
                text="withdrawal_reason",
                date="withdrawn_on",
                name="decision_withdrawn_with_reason",
                violation_error_message="撤回公示日期和公开说明的理由要一起填写（行政处罚法第四十八条）",
            ),
            Never(
                when={"annulment": Annulment.values, "annulled_on": [None]},
                at="annulled_on",
                name="decision_annulled_on_a_day",
                violation_error_message="已选择撤销、变更的情形，请填写日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number or told(self.decided_on)}"

    @property
    def counts_several(self) -> bool:
        """汇总, as ``totals`` asks it of the rows."""
        return self.is_total or self.quantity > 1


class FeeCollectionQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "FeeCollectionQuerySet":
        return self.filter(agency=agency)

    def collected_in(self, year: int) -> "FeeCollectionQuerySet":
        return self.filter(collected_on__range=year_of(year))

    def by_month(self, year: int) -> dict[str, dict[int, Decimal]]:
        """Yuan by project and month (1–12) of the year, projects by name; one query."""
        found: dict[str, dict[int, Decimal]] = {}
        rows = self.collected_in(year).order_by("name").annotate(month=ExtractMonth("collected_on"))
        for name, month, yuan in rows.values_list("name", "month").annotate(Sum("amount")):
            found.setdefault(name, {})[month] = yuan
        return found


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
        return f"{self.name} {told(self.collected_on)}"
