from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
from disclosures.constraints import Never, NotBefore
from disclosures.models import Agency, Item, ItemState, Openness
from disclosures.years import year_of
from requests_app.clocks import DIFFICULT_PROPOSAL_MONTHS, PROPOSAL_MONTHS
from requests_app.enums import ProposalKind, ProposalRole, Publicity, Satisfaction
from requests_app.validators import plausible_day, printable

MONTHS = [(PROPOSAL_MONTHS, "一般"), (DIFFICULT_PROPOSAL_MONTHS, "涉及面广、处理难度大（6个月）")]


# Said to be public, and the item that holds the answer is.
PUBLIC = Q(is_public=True, item__state=ItemState.PUBLISHED, item__openness=Openness.PROACTIVE)


class ProposalQuerySet(TellingQuerySet):
    def of(self, agency: Agency) -> "ProposalQuerySet":
        return self.filter(agency=agency)

    def assigned_in(self, year: int) -> "ProposalQuerySet":
        """Handled in the year: by the day of assignment 交办之日, from which 代表法 Art. 51 counts."""
        return self.filter(assigned_on__range=year_of(year))

    def open(self) -> "ProposalQuerySet":
        return self.filter(answered_on=None)

    def awaiting_calendar(self) -> "ProposalQuerySet":
        """Open, and without a last day: it lacks one only while a year's notice is not loaded."""
        return self.open().filter(due_on=None)

    def awaiting_publication(self) -> "ProposalQuerySet":
        """Answers that must be published and are not yet; an opinion to the lead organ is not ours to publish."""
        answered = self.filter(concerns_public=True, answered_on__isnull=False, is_public=False)
        return answered.exclude(publicity=Publicity.CLOSED).exclude(role=ProposalRole.ASSIST)

    def public(self) -> "ProposalQuerySet":
        """Whose answer anyone may read here."""
        return self.filter(PUBLIC)


class Proposal(models.Model):
    """人大代表建议、政协提案: the answer that stands, or the one being written; earlier rounds are ``rounds``."""

    access_area = Area.PROPOSALS

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField("类别", max_length=8, choices=ProposalKind)
    session = models.CharField(
        "届次", max_length=60, blank=True, validators=[printable], help_text="例如：十九届人大一次会议"
    )
    number = models.CharField("编号", max_length=40, validators=[printable], help_text="例如：12，或第12号")
    title = models.CharField("标题", max_length=200, validators=[printable])
    role = models.CharField(
        "办理方式",
        max_length=8,
        choices=ProposalRole,
        default=ProposalRole.LEAD,
        help_text="主办、分办、独办直接答复代表、委员；协办（会办）把意见送主办单位",
    )
    lead_organ = models.CharField(
        "主办单位",
        max_length=100,
        blank=True,
        validators=[printable],
        help_text="协办的填写意见送给谁，例如：文登区住房和城乡建设局",
    )
    assigned_on = models.DateField("交办日期", validators=[plausible_day], help_text="期限从次日起算")
    months = models.PositiveSmallIntegerField(
        "办理难度",
        choices=MONTHS,
        default=PROPOSAL_MONTHS,
        help_text="一般的三个月内答复，重大复杂的六个月内答复（代表法第五十一条）；协办按会办期限，不受此项影响",
    )
    months_reason = models.CharField(
        "六个月的理由",
        max_length=200,
        blank=True,
        validators=[printable],
        help_text="例如：涉及多个部门和资金安排，经交办机关同意",
    )
    # Both computed by requests_app.proposals; kept so that lists can sort.
    due_on = models.DateField("答复期限", null=True, editable=False)
    publish_due_on = models.DateField("公开期限", null=True, editable=False)
    redo_from = models.DateField("重办起算日期", null=True, editable=False)
    answered_on = models.DateField(
        "答复日期",
        null=True,
        blank=True,
        validators=[plausible_day],
        help_text="协办的填写意见送出的日期；重办的填写再次答复的日期",
    )
    result_class = models.CharField(
        "办理结果类别",
        max_length=20,
        blank=True,
        validators=[printable],
        help_text="例如：A。各地的含义不同，在“办理结果类别”中维护",
    )
    satisfaction = models.CharField(
        "满意度", max_length=12, choices=Satisfaction, blank=True, help_text="按代表、委员寄回的意见表填写"
    )
    reply = models.TextField(
        "答复内容",
        blank=True,
        max_length=20000,
        validators=[printable],
        help_text="粘贴复文的文字；生成公开草稿时会删去代表、委员的联系方式",
    )
    concerns_public = models.BooleanField(
        "应当公开",
        default=False,
        help_text="涉及公共利益、公众权益、社会关切，需要社会广泛知晓的复文应当公开（国办发〔2014〕46号）；"
        "勾选后从答复之日起提醒20个工作日内公开",
    )
    publicity = models.CharField(
        "公开方式", max_length=8, choices=Publicity, blank=True, help_text="与复文同步审查；还没有确定的不填"
    )
    publicity_reason = models.CharField(
        "公开的理由或说明",
        max_length=200,
        blank=True,
        validators=[printable],
        help_text="部分公开、不予公开的写理由，例如：涉及商业秘密（条例第十五条）；"
        "不在本系统公开的写公开在哪里，例如：已在《文登日报》公布",
    )
    is_public = models.BooleanField("是否公开", default=False, help_text="答复已经公开的勾选；年度报告按此统计")
    item = models.ForeignKey(
        Item,
        verbose_name="公开的答复",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
        help_text="公开在本系统的，选择那条信息",
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "建议提案"
        ordering = ["-assigned_on", "-id"]
        indexes = [
            models.Index(fields=["agency", "assigned_on"], name="proposal_by_day"),
            models.Index(fields=["agency", "due_on"], condition=Q(answered_on=None), name="proposal_open_by_due"),
            models.Index(
                fields=["agency", "publish_due_on"], condition=Q(is_public=False), name="proposal_unpublished_by_due"
            ),
        ]
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
            NotBefore(
                later="answered_on",
                earlier="redo_from",
                name="proposal_answered_after_redo",
                violation_error_message="早于重办起算日期；这件正在重办，请填再次答复的日期",
            ),
            NotBefore(
                later="redo_from",
                earlier="assigned_on",
                name="proposal_redo_after_assignment",
                violation_error_message="交办日期晚于重办起算日期，请核对",
            ),
            models.CheckConstraint(
                condition=Q(satisfaction="") | Q(answered_on__isnull=False),
                name="proposal_satisfaction_once_answered",
                violation_error_message="尚未答复的建议提案不能有满意度",
            ),
            Never(
                when={"months": [DIFFICULT_PROPOSAL_MONTHS], "months_reason": [""]},
                at="months_reason",
                name="proposal_reason_for_six_months",
                violation_error_message="按六个月办理的，请写明理由（代表法第五十一条）",
            ),
            Never(
                when={"publicity": [Publicity.PARTIAL.value, Publicity.CLOSED.value], "publicity_reason": [""]},
                at="publicity_reason",
                name="proposal_reason_against_publicity",
                violation_error_message="部分公开、不予公开的，请写明理由",
            ),
            Never(
                when={"publicity": [Publicity.CLOSED.value], "is_public": [True]},
                at="is_public",
                name="proposal_closed_is_not_public",
                violation_error_message="公开方式是“不予公开”，不能同时填“是否公开”，请核对",
            ),
            Never(
                when={
                    "publicity": [Publicity.FULL.value],
                    "is_public": [True],
                    "item": [None],
                    "publicity_reason": [""],
                },
                at="item",
                name="proposal_public_somewhere",
                violation_error_message="已经公开的，请选择公开的答复；不在本系统公开的，在说明中写公开在哪里",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"


class ProposalRound(models.Model):
    """An answer with which the deputy was not satisfied, as it was when it came back; written by ``proposals.redo``."""

    access_area = Area.PROPOSALS
    agency_path = "proposal__agency"

    proposal = models.ForeignKey(Proposal, verbose_name="建议提案", on_delete=models.CASCADE, related_name="rounds")
    number = models.PositiveSmallIntegerField("第几次答复")
    began_on = models.DateField("起算日期")
    due_on = models.DateField("答复期限", null=True)
    answered_on = models.DateField("答复日期")
    result_class = models.CharField("办理结果类别", max_length=20, blank=True)
    reply = models.TextField("答复内容", blank=True)
    returned_on = models.DateField("反馈不满意日期")
    satisfaction = models.CharField("满意度", max_length=12, choices=Satisfaction, blank=True)
    publicity = models.CharField("公开方式", max_length=8, choices=Publicity, blank=True)
    publicity_reason = models.CharField("理由", max_length=200, blank=True)
    is_public = models.BooleanField("是否公开", default=False)
    item = models.ForeignKey(
        Item, verbose_name="公开的答复", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "此前的答复"
        ordering = ["proposal_id", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "number"],
                name="proposal_round_once",
                violation_error_message="这件建议提案已有这一次答复的记录",
            ),
            NotBefore(
                later="returned_on",
                earlier="answered_on",
                name="proposal_round_returned_after_answer",
                violation_error_message="反馈不满意的日期早于答复日期",
            ),
        ]

    def __str__(self) -> str:
        return f"第{self.number}次答复"


class ResultClass(models.Model):
    """What a letter printed on the reply's first page means here: it differs from place to place."""

    access_area = Area.SETUP

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="result_classes")
    code = models.CharField("类别", max_length=20, validators=[printable], help_text="例如：A")
    meaning = models.CharField(
        "含义",
        max_length=100,
        validators=[printable],
        help_text="按当地人大、政协的规定填写，例如：A——已经解决或者基本解决；B——正在解决或者列入计划；C——因条件限制留作参考",
    )

    class Meta:
        verbose_name = verbose_name_plural = "办理结果类别"
        ordering = ["agency_id", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "code"], name="result_class_once", violation_error_message="本机关已有这个类别"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}（{self.meaning}）"


class ProposalTerm(models.Model):
    """The months that local rules give an organ in a role, where they are not the usual ones."""

    access_area = Area.SETUP

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="proposal_terms")
    kind = models.CharField("类别", max_length=8, choices=ProposalKind)
    role = models.CharField("办理方式", max_length=8, choices=ProposalRole)
    months = models.PositiveSmallIntegerField(
        "期限（月）",
        validators=[MinValueValidator(1), MaxValueValidator(6)],
        help_text="不设置的：主办、分办、独办3个月，协办1个月。例如有的地方政协提案5个月内答复",
    )

    class Meta:
        verbose_name = verbose_name_plural = "建议提案办理期限"
        ordering = ["agency_id", "kind", "role"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind", "role"],
                name="proposal_term_once",
                violation_error_message="本机关已设置这一类别和办理方式的期限",
            ),
            models.CheckConstraint(
                condition=Q(months__range=(1, 6)),
                name="proposal_term_months",
                violation_error_message="期限应在1至6个月之间",
            ),
            Never(
                when={"kind": [ProposalKind.NPC.value], "months": [4, 5, 6]},
                at="months",
                name="proposal_term_of_the_law",
                violation_error_message="代表建议应当自交办之日起三个月内答复（代表法第五十一条），不能更长；"
                "重大复杂的在那一件里选六个月",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}{self.get_role_display()}{self.months}个月"
