from datetime import date

from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import NotBefore
from disclosures.models.agencies import Agency
from disclosures.models.items import Item, Validity
from disclosures.years import year_of


class DocumentKind(models.TextChoices):
    REGULATION = "regulation", "规章"
    NORMATIVE = "normative", "行政规范性文件"


# What the three numbers of Table A count; the day of repeal or lapse is the first without force.


def issued_in(year: int) -> Q:
    """本年制发件数."""
    return Q(issued_on__range=year_of(year))


def repealed_in(year: int) -> Q:
    """本年废止件数. The format does not say whether a lapse counts; read here as: it does not."""
    return Q(repealed_on__range=year_of(year))


def in_force_on(day: date) -> Q:
    """现行有效件数."""
    not_repealed = Q(repealed_on__isnull=True) | Q(repealed_on__gt=day)
    not_lapsed = Q(lapsed_on__isnull=True) | Q(lapsed_on__gt=day)
    return Q(issued_on__lte=day) & not_repealed & not_lapsed


class NormativeDocumentQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "NormativeDocumentQuerySet":
        return self.filter(agency=agency)

    def issued_in(self, year: int) -> "NormativeDocumentQuerySet":
        return self.filter(issued_in(year))

    def repealed_in(self, year: int) -> "NormativeDocumentQuerySet":
        return self.filter(repealed_in(year))

    def in_force_on(self, day: date) -> "NormativeDocumentQuerySet":
        return self.filter(in_force_on(day))


class NormativeDocument(models.Model):
    """规章或行政规范性文件 of the agency's own making; a joint document is its lead organ's."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField("文件类别", max_length=10, choices=DocumentKind, default=DocumentKind.NORMATIVE)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("发文字号", max_length=60, help_text="例如：文综执规〔2022〕1号")
    issued_on = models.DateField("制发日期")
    repealed_on = models.DateField("废止日期", null=True, blank=True)
    lapsed_on = models.DateField("失效日期", null=True, blank=True, help_text="有效期届满后的第一天；长期有效的不填")
    item = models.ForeignKey(
        Item, verbose_name="文件全文", null=True, blank=True, on_delete=models.SET_NULL, related_name="documents"
    )
    interpretations = models.ManyToManyField(
        Item, verbose_name="政策解读", blank=True, related_name="interpreted_documents"
    )

    objects = NormativeDocumentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "规章、规范性文件"
        ordering = ["-issued_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"],
                name="document_number_once",
                violation_error_message="本机关已有这个发文字号",
            ),
            NotBefore(
                later="repealed_on",
                earlier="issued_on",
                name="document_repealed_after_issue",
                violation_error_message="废止日期早于制发日期",
            ),
            NotBefore(
                later="lapsed_on",
                earlier="issued_on",
                name="document_lapsed_after_issue",
                violation_error_message="失效日期早于制发日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def validity_on(self, day: date) -> Validity:
        if self.repealed_on and self.repealed_on <= day:
            return Validity.REPEALED
        if self.lapsed_on and self.lapsed_on <= day:
            return Validity.LAPSED
        return Validity.IN_FORCE
