from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import NotBefore, Together
from disclosures.models import Agency
from disclosures.years import year_of
from requests_app.enums import DisputeKind, DisputeResult
from requests_app.models.requests import DisclosureRequest


def concluded_in(year: int) -> Q:
    return Q(closed_on__range=year_of(year))


def pending_after(year: int) -> Q:
    """尚未审结 on 12-31 of the year; such a case appears again next year."""
    end = date(year, 12, 31)
    return Q(accepted_on__lte=end) & (Q(closed_on__isnull=True) | Q(closed_on__gt=end))


class DisputeQuerySet(models.QuerySet):
    """Table C of a year: the cases concluded in it and the cases pending at its end."""

    def of(self, agency: Agency) -> "DisputeQuerySet":
        return self.filter(agency=agency)

    def concluded_in(self, year: int) -> "DisputeQuerySet":
        return self.filter(concluded_in(year))

    def pending_after(self, year: int) -> "DisputeQuerySet":
        return self.filter(pending_after(year))

    def counted_in(self, year: int) -> "DisputeQuerySet":
        return self.filter(concluded_in(year) | pending_after(year))


class Dispute(models.Model):
    """因政府信息公开工作被申请行政复议、提起行政诉讼."""

    access_area = Area.CASES

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="disputes")
    kind = models.CharField("案件类型", max_length=24, choices=DisputeKind)
    case_number = models.CharField("案号", max_length=80)
    request = models.ForeignKey(
        DisclosureRequest,
        verbose_name="所涉申请",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disputes",
    )
    prior = models.ForeignKey(
        "self", verbose_name="此前的复议", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by"
    )
    accepted_on = models.DateField("受理日期")
    result = models.CharField("案件结果", max_length=10, choices=DisputeResult, blank=True)
    closed_on = models.DateField("审结日期", null=True, blank=True)

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政复议、行政诉讼"
        ordering = ["-accepted_on", "-id"]
        indexes = [models.Index(fields=["agency", "closed_on", "accepted_on", "kind", "result"], name="dispute_closed")]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "case_number"],
                name="dispute_once",
                violation_error_message="本机关已有这个案号",
            ),
            Together(
                text="result",
                date="closed_on",
                name="dispute_result_with_date",
                violation_error_message="案件结果和审结日期必须同时填写，或者都不填",
            ),
            NotBefore(
                later="closed_on",
                earlier="accepted_on",
                name="dispute_closed_after_acceptance",
                violation_error_message="审结日期早于受理日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number}"

    def clean(self) -> None:
        if self.request and self.request.agency_id != self.agency_id:
            raise ValidationError({"request": "这件申请属于别的机关"})
