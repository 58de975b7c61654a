from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import NotBefore
from disclosures.models import Agency, Item
from disclosures.years import year_of
from requests_app.enums import ProposalKind, ProposalRole, Satisfaction


class ProposalQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "ProposalQuerySet":
        return self.filter(agency=agency)

    def assigned_in(self, year: int) -> "ProposalQuerySet":
        """Handled in the year: by the day of assignment 交办之日, from which 代表法 Art. 51 counts."""
        return self.filter(assigned_on__range=year_of(year))

    def open(self) -> "ProposalQuerySet":
        return self.filter(answered_on__isnull=True)

    def awaiting_calendar(self) -> "ProposalQuerySet":
        """Open, and without a last day: it lacks one only while a year's notice is not loaded."""
        return self.open().filter(due_on=None)


class Proposal(models.Model):
    """人大代表建议、政协提案."""

    access_area = Area.PROPOSALS

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField("类别", max_length=8, choices=ProposalKind)
    session = models.CharField("届次", max_length=60, blank=True, help_text="例如：十九届人大一次会议")
    number = models.CharField("编号", max_length=40)
    title = models.CharField("标题", max_length=200)
    role = models.CharField("办理方式", max_length=8, choices=ProposalRole, default=ProposalRole.LEAD)
    assigned_on = models.DateField("交办日期")
    # Computed by clocks.proposal_due; kept so that lists can sort.
    due_on = models.DateField("答复期限", null=True, editable=False)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    result_class = models.CharField("办理结果类别", max_length=20, blank=True, help_text="例如：A。各地的含义不同")
    satisfaction = models.CharField("满意度", max_length=12, choices=Satisfaction, blank=True)
    is_public = models.BooleanField("是否公开", default=False)
    item = models.ForeignKey(
        Item, verbose_name="公开的答复", null=True, blank=True, on_delete=models.SET_NULL, related_name="proposals"
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建议提案"
        ordering = ["-assigned_on", "-id"]
        indexes = [models.Index(fields=["agency", "assigned_on"], name="proposal_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "session", "number"],
                name="proposal_once",
                violation_error_message="本机关在这一届次已有这个编号",
            ),
            NotBefore(
                later="answered_on",
                earlier="assigned_on",
                name="proposal_answered_after_assignment",
                violation_error_message="答复日期早于交办日期",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(answered_on__isnull=False),
                name="proposal_satisfaction_once_answered",
                violation_error_message="尚未答复的建议提案不能有满意度",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"
