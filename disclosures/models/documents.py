from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Case, F, OuterRef, Q, Subquery, Value, When

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
from disclosures.constraints import Never, NotBefore
from disclosures.models.agencies import Agency
from disclosures.models.items import Item, ItemState, Openness, Validity
from disclosures.models.terms import DutyKind, DutyTerm
from disclosures.terms import LAPSE_NOTICE
from disclosures.years import year_of


class DocumentKind(models.TextChoices):
    REGULATION = "regulation", "规章"
    NORMATIVE = "normative", "行政规范性文件"


# What the three numbers of Table A count; the day of repeal or lapse is the first without force.


def issued_in(year: int) -> Q:
    """本年制发件数."""
    return Q(issued_on__range=year_of(year))


def repealed_in(year: int) -> Q:
    """本年废止件数: repealed, or declared to have lapsed by a decision, in the year.

    The format does not say whether a lapse by the end of the term counts; read here as: it does not.
    """
    return Q(repealed_on__range=year_of(year))


def in_force_on(day: date) -> Q:
    """现行有效件数."""
    not_repealed = Q(repealed_on__isnull=True) | Q(repealed_on__gt=day)
    not_lapsed = Q(lapsed_on__isnull=True) | Q(lapsed_on__gt=day)
    return Q(issued_on__lte=day) & not_repealed & not_lapsed


def stands_as(validity: Validity, day: date) -> Q:
    """The rows whose ``validity_on(day)`` is this."""
    repealed, lapsed, amended = Q(repealed_on__lte=day), Q(lapsed_on__lte=day), Q(amended_on__lte=day)
    never_repealed = Q(repealed_on__isnull=True) | Q(repealed_on__gt=day)
    in_force = never_repealed & (Q(lapsed_on__isnull=True) | Q(lapsed_on__gt=day))
    return {
        Validity.REPEALED: repealed & Q(declared_lapsed=False),
        Validity.LAPSED: (repealed & Q(declared_lapsed=True)) | (never_repealed & lapsed),
        Validity.AMENDED: in_force & amended,
        Validity.IN_FORCE: in_force & (Q(amended_on__isnull=True) | Q(amended_on__gt=day)),
    }[validity]


# What the desk reminds of.


def lapses_soon(day: date) -> Q:
    """In force on ``day`` and to lapse within ``LAPSE_NOTICE`` calendar days after it, the last one included."""
    return in_force_on(day) & Q(lapsed_on__lte=day + timedelta(days=LAPSE_NOTICE))


def owes_interpretation(day: date) -> Q:
    """Of ``with_interpretation``: public and in force on ``day``, within the agency's term, and not interpreted."""
    remembered = Q(term_since__isnull=True) | Q(counted_from__gte=F("term_since"))
    waiting = Q(counted_from__isnull=False, interpreted_on__isnull=True, interpretation_waived="")
    return in_force_on(day) & remembered & waiting


class NormativeDocumentQuerySet(TellingQuerySet):
    def of(self, agency: Agency) -> "NormativeDocumentQuerySet":
        return self.filter(agency=agency)

    def issued_in(self, year: int) -> "NormativeDocumentQuerySet":
        return self.filter(issued_in(year))

    def repealed_in(self, year: int) -> "NormativeDocumentQuerySet":
        return self.filter(repealed_in(year))

    def in_force_on(self, day: date) -> "NormativeDocumentQuerySet":
        return self.filter(in_force_on(day))

    def with_validity(self, day: date) -> "NormativeDocumentQuerySet":
        """Each with its 有效性 on ``day`` as ``validity``."""
        each = (When(stands_as(validity, day), then=Value(validity)) for validity in Validity)
        return self.annotate(validity=Case(*each, output_field=models.CharField()))

    def lapsing(self, day: date) -> "NormativeDocumentQuerySet":
        return self.filter(lapses_soon(day))

    def with_interpretation(self) -> "NormativeDocumentQuerySet":
        """With what the clock of the interpretation asks: see ``disclosures.duties``.

        ``counted_from``: the day of publication, None while the full text waits for it; ``interpreted_on``: the first
        public interpretation; ``term_days``, ``term_since``: the agency's own term, None for the usual one.
        """
        public = NormativeDocument.interpretations.through.objects.filter(
            normativedocument=OuterRef("pk"),
            item__state=ItemState.PUBLISHED,
            item__openness=Openness.PROACTIVE,
        ).order_by("item__published_on")
        term = DutyTerm.objects.filter(agency=OuterRef("agency"), kind=DutyKind.INTERPRETATION)
        return self.annotate(
            counted_from=Case(
                When(published_on__isnull=False, then=F("published_on")),
                When(item__isnull=False, then=F("item__published_on")),
                default=F("issued_on"),
            ),
            interpreted_on=Subquery(public.values("item__published_on")[:1]),
            term_days=Subquery(term.values("days")),
            term_since=Subquery(term.values("since")),
        )

    def without_interpretation(self, day: date) -> "NormativeDocumentQuerySet":
        """Rows of ``with_interpretation`` that still need one."""
        return self.filter(owes_interpretation(day))


class NormativeDocument(models.Model):
    """规章或行政规范性文件 of the agency's own making; a joint document is its lead organ's."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="documents")
    kind = models.CharField("文件类别", max_length=10, choices=DocumentKind, default=DocumentKind.NORMATIVE)
    title = models.CharField("标题", max_length=200)
    number = models.CharField("发文字号", max_length=60, help_text="例如：文综执规〔2022〕1号")
    issued_on = models.DateField("制发日期")
    drafting_office = models.CharField(
        "起草科室", max_length=60, blank=True, help_text="谁起草、谁解读：政策解读由起草科室负责"
    )
    published_on = models.DateField(
        "公布日期",
        null=True,
        blank=True,
        help_text="政策解读从这一天起算。不填的按全文在本系统发布的日期，没有关联全文的按制发日期",
    )
    effective_on = models.DateField("施行日期", null=True, blank=True, help_text="不填则从制发日期起计算有效期")
    valid_years = models.PositiveSmallIntegerField(
        "有效期（年）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="填写后，失效日期留空的自动填入，请与文件核对",
    )
    repealed_on = models.DateField(
        "废止日期", null=True, blank=True, help_text="被明令废止、宣布失效的第一天；计入当年废止件数"
    )
    declared_lapsed = models.BooleanField(
        "是宣布失效", default=False, help_text="不是废止，而是由清理决定等宣布失效的，勾选"
    )
    lapsed_on = models.DateField("失效日期", null=True, blank=True, help_text="有效期届满后的第一天；长期有效的不填")
    item = models.ForeignKey(
        Item, verbose_name="文件全文", null=True, blank=True, on_delete=models.SET_NULL, related_name="documents"
    )
    interpretations = models.ManyToManyField(
        Item, verbose_name="政策解读", blank=True, related_name="interpreted_documents"
    )
    interpretation_waived = models.CharField(
        "无需解读的理由", max_length=200, blank=True, help_text="例如：仅修改个别文字，不涉及公众权利义务"
    )
    amended_on = models.DateField(
        "修改日期", null=True, blank=True, help_text="最近一次修改施行的日期；修改后的文件仍然有效"
    )
    amended_by = models.ForeignKey(
        "self", verbose_name="修改它的文件", null=True, blank=True, on_delete=models.SET_NULL, related_name="amends"
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
            NotBefore(
                later="published_on",
                earlier="issued_on",
                name="document_published_after_issue",
                violation_error_message="公布日期早于制发日期",
            ),
            NotBefore(
                later="amended_on",
                earlier="issued_on",
                name="document_amended_after_issue",
                violation_error_message="修改日期早于制发日期",
            ),
            Never(
                when={"declared_lapsed": [True], "repealed_on": [None]},
                at="repealed_on",
                name="document_declared_lapsed_on_a_day",
                violation_error_message="宣布失效的，请在“废止日期”填写宣布失效的日期",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.amended_by_id and self.amended_by_id == self.pk:
            raise ValidationError({"amended_by": "文件不能修改它自己，请选择另一份文件"})
        if self.amended_by_id and not self.amended_on:
            raise ValidationError({"amended_on": "已选择修改它的文件，请填写修改日期"})

    def validity_on(self, day: date) -> Validity:
        """有效性 on ``day``; an amended document is still in force."""
        if self.repealed_on and self.repealed_on <= day:
            return Validity.LAPSED if self.declared_lapsed else Validity.REPEALED
        if self.lapsed_on and self.lapsed_on <= day:
            return Validity.LAPSED
        if self.amended_on and self.amended_on <= day:
            return Validity.AMENDED
        return Validity.IN_FORCE
