from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.constraints import Never, NotBefore, Together
from disclosures.models import Agency
from disclosures.years import year_of
from requests_app.enums import DisputeKind, DisputeResult, ReviewProcedure, SuitStage
from requests_app.models.requests import DisclosureRequest
from requests_app.outcomes import REVIEW_FIRST_SINCE, Outcome, first_review_needed
from requests_app.validators import plausible_day, printable

SUITS = [DisputeKind.LITIGATION_DIRECT.value, DisputeKind.LITIGATION_AFTER_REVIEW.value]
REFUSALS = [outcome.value for outcome in Outcome if first_review_needed(outcome)]


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

    def awaiting_answer(self) -> "DisputeQuerySet":
        """Those that we have still to answer: not answered, not concluded."""
        return self.filter(answered_on=None, closed_on=None)

    def review_skipped(self) -> "DisputeQuerySet":
        """Direct suits against a refusal under Art. 14–16 made since review must come first (行政复议法 Art. 23)."""
        return self.filter(
            kind=DisputeKind.LITIGATION_DIRECT,
            request__outcome__in=REFUSALS,
            request__answered_on__gte=REVIEW_FIRST_SINCE,
        )


class Dispute(models.Model):
    """因政府信息公开工作被申请行政复议、提起行政诉讼."""

    access_area = Area.CASES

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="disputes")
    kind = models.CharField("案件类型", max_length=24, choices=DisputeKind)
    case_number = models.CharField(
        "案号", max_length=80, validators=[printable], help_text="例如：（2026）鲁1003行初12号，或文政复〔2026〕8号"
    )
    organ = models.CharField(
        "受理机关或法院",
        max_length=100,
        blank=True,
        validators=[printable],
        help_text="复议机关或法院的全称，例如：文登区人民政府、威海市文登区人民法院",
    )
    request = models.ForeignKey(
        DisclosureRequest,
        verbose_name="所涉申请",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="disputes",
        help_text="因哪一件申请引起；不是由申请引起的（如要求主动公开）不填",
    )
    prior = models.ForeignKey(
        "self",
        verbose_name="此前的复议",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="复议后起诉的，选择已经审结的那件复议",
    )
    procedure = models.CharField(
        "复议程序",
        max_length=10,
        choices=ReviewProcedure,
        blank=True,
        help_text="看复议机关的通知：普通程序10个工作日内答复，简易程序5个工作日内答复；诉讼不填",
    )
    stage = models.CharField("审级", max_length=10, choices=SuitStage, blank=True, help_text="诉讼填写；复议不填")
    accepted_on = models.DateField("受理日期", validators=[plausible_day], help_text="复议机关受理、法院立案的日期")
    copy_received_on = models.DateField(
        "收到副本日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="本机关收到复议申请书副本或起诉状副本的日期；答复、答辩的期限从次日起算",
    )
    # Computed by requests_app.disputes; kept only so that lists can sort and filter.
    answer_due_on = models.DateField("答复（答辩）期限", null=True, editable=False)
    answered_on = models.DateField(
        "答复（答辩）日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="提交答复书、答辩状和证据的日期",
    )
    decided_on = models.DateField(
        "决定（裁判）日期", null=True, blank=True, validators=[plausible_day], help_text="复议决定书、裁判文书上的日期"
    )
    served_on = models.DateField(
        "决定送达日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="复议决定书、裁判文书送达申请人（原告）的日期；此后的起诉期限从次日起算",
    )
    result = models.CharField("案件结果", max_length=10, choices=DisputeResult, blank=True)
    closed_on = models.DateField("审结日期", null=True, blank=True, validators=[plausible_day])

    objects = DisputeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政复议、行政诉讼"
        ordering = ["-accepted_on", "-id"]
        indexes = [
            models.Index(fields=["agency", "closed_on", "accepted_on", "kind", "result"], name="dispute_closed"),
            models.Index(
                fields=["agency", "answer_due_on"],
                condition=Q(answered_on=None, closed_on=None),
                name="dispute_open_by_due",
            ),
        ]
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
            NotBefore(
                later="copy_received_on",
                earlier="accepted_on",
                name="dispute_copy_after_acceptance",
                violation_error_message="收到副本日期早于受理日期",
            ),
            NotBefore(
                later="answered_on",
                earlier="copy_received_on",
                name="dispute_answered_after_copy",
                violation_error_message="答复（答辩）日期早于收到副本日期",
            ),
            NotBefore(
                later="decided_on",
                earlier="accepted_on",
                name="dispute_decided_after_acceptance",
                violation_error_message="决定（裁判）日期早于受理日期",
            ),
            NotBefore(
                later="served_on",
                earlier="decided_on",
                name="dispute_served_after_decision",
                violation_error_message="决定送达日期早于决定（裁判）日期",
            ),
            Never(
                when={"kind": SUITS, "procedure": ReviewProcedure.values},
                at="procedure",
                name="dispute_procedure_of_a_review",
                violation_error_message="复议程序只在行政复议中填写，诉讼请留空",
            ),
            Never(
                when={"kind": [DisputeKind.REVIEW.value], "stage": SuitStage.values},
                at="stage",
                name="dispute_stage_of_a_suit",
                violation_error_message="审级只在行政诉讼中填写，复议请留空",
            ),
            models.CheckConstraint(
                condition=Q(prior__isnull=True) | Q(kind=DisputeKind.LITIGATION_AFTER_REVIEW),
                name="dispute_prior_of_a_suit_after_review",
                violation_error_message="只有“复议后起诉”才有此前的复议，请改案件类型或者留空",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.case_number}"

    def clean(self) -> None:
        faults: dict[str, list[str]] = {}
        for field, message in self.link_faults():
            faults.setdefault(field, []).append(message)
        if self.pk and not self._is_concluded_review() and self.followed_by.exists():
            faults.setdefault("closed_on", []).append("已有诉讼以这件复议为“此前的复议”，案件类型和审结日期不能改掉")
        if faults:
            raise ValidationError(faults)

    def link_faults(self) -> list[tuple[str, str]]:
        """(field, message): what is wrong with the request and the review that the case names."""
        faults = []
        if self.request and self.request.agency_id != self.agency_id:
            faults.append(("request", "这件申请属于别的机关"))
        prior = self.prior
        if prior is None:
            return faults
        if prior.agency_id != self.agency_id:
            return [*faults, ("prior", "此前的复议属于别的机关，请选择本机关的")]
        if not prior._is_concluded_review():
            faults.append(("prior", "请选择已经审结的行政复议"))
        elif self.accepted_on and prior.closed_on and self.accepted_on < prior.closed_on:
            faults.append(("accepted_on", "早于此前复议的审结日期，请核对"))
        if self.request_id and prior.request_id and self.request_id != prior.request_id:
            faults.append(("request", "与此前复议所涉的申请不是同一件"))
        return faults

    def _is_concluded_review(self) -> bool:
        return self.kind == DisputeKind.REVIEW and self.closed_on is not None
