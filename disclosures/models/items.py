from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from disclosures.areas import Area
from disclosures.bulk_changes import TellingQuerySet
from disclosures.dates import told
from disclosures.models.agencies import Agency
from disclosures.models.catalogue import Category, Channel
from disclosures.rich_text import sanitise
from disclosures.years import year_of


class Openness(models.TextChoices):
    """公开属性; 条例 Art. 13–16."""

    PROACTIVE = "proactive", "主动公开"
    ON_REQUEST = "on_request", "依申请公开"
    CLOSED = "closed", "不予公开"


class Validity(models.TextChoices):
    IN_FORCE = "in_force", "有效"
    LAPSED = "lapsed", "失效"
    REPEALED = "repealed", "废止"
    AMENDED = "amended", "已修改"


class NotOpenGround(models.TextChoices):
    """Why 政府信息 is not published on the agency's own motion."""

    SECRET = "secret", "国家秘密、法律行政法规禁止公开、危及“三安全一稳定”（条例第十四条）"
    THIRD_PARTY = "third_party", "商业秘密、个人隐私（条例第十五条）"
    INTERNAL = "internal", "内部事务信息（条例第十六条第一款）"
    PROCESS = "process", "过程性信息、行政执法案卷（条例第十六条第二款）"
    LIMITED = "limited", "不涉及公众利益调整、不需要公众广泛知晓（条例第十九条）"


class ItemState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "待发布"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


# 主动公开 information on its way to the public: the clock of Art. 26 runs.
ON_THE_WAY = Q(
    openness=Openness.PROACTIVE,
    state__in=[ItemState.DRAFT, ItemState.SUBMITTED, ItemState.RETURNED, ItemState.APPROVED],
    formed_on__isnull=False,
)


def to_be_reevaluated(day: date) -> Q:
    """Not public, and due for another look by ``day`` (条例 Art. 18)."""
    return ~Q(openness=Openness.PROACTIVE) & ~Q(state=ItemState.WITHDRAWN) & Q(reevaluate_on__lte=day)


class ItemQuerySet(TellingQuerySet):
    def public(self) -> "ItemQuerySet":
        """What anyone may read: published and 主动公开."""
        return self.filter(state=ItemState.PUBLISHED, openness=Openness.PROACTIVE)

    def of(self, agency: Agency) -> "ItemQuerySet":
        return self.filter(agency=agency)

    def awaiting_review(self) -> "ItemQuerySet":
        return self.filter(state=ItemState.SUBMITTED)

    def by_author(self, user: Any) -> "ItemQuerySet":
        """Entered or submitted by the person."""
        return self.filter(Q(created_by=user) | Q(submitted_by=user))

    def to_be_released(self, now: datetime) -> "ItemQuerySet":
        """Approved, and the time set for them has come."""
        return self.filter(state=ItemState.APPROVED, release_at__lte=now)

    def to_be_reevaluated(self, day: date) -> "ItemQuerySet":
        return self.filter(to_be_reevaluated(day))

    def unpublished(self) -> "ItemQuerySet":
        return self.filter(ON_THE_WAY)


class Item(models.Model):
    """One piece of 政府信息."""

    access_area = Area.PUBLISHING

    # Without indexes of their own: ``item_newest`` and ``item_newest_in_category`` begin with them.
    agency = models.ForeignKey(
        Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="items", db_index=False
    )
    category = models.ForeignKey(
        Category, verbose_name="栏目", on_delete=models.PROTECT, related_name="items", db_index=False
    )
    title = models.CharField("标题", max_length=200)
    index_number = models.CharField(
        "索引号", max_length=60, blank=True, help_text="不填则在提交审核时自动编号。同一机关内不得重复，用过的不再用"
    )
    # Given by the agency's own CMS or WeChat tool, through the API: sending the same again changes nothing.
    external_id = models.CharField("外部编号", max_length=100, blank=True, editable=False)
    document_number = models.CharField("发文字号", max_length=60, blank=True, help_text="例如：文综执发〔2022〕3号")
    formed_on = models.DateField("成文日期", null=True, blank=True, help_text="条例第二十六条的20个工作日从这一天起算")
    openness = models.CharField("公开属性", max_length=10, choices=Openness, default=Openness.PROACTIVE)
    not_open_ground = models.CharField(
        "不主动公开的依据", max_length=11, choices=NotOpenGround, blank=True, help_text="主动公开的不填"
    )
    reevaluate_on = models.DateField(
        "重新评估日期", null=True, blank=True, help_text="条例第十八条：定期评估审查，情势变化可以公开的应当公开"
    )
    validity = models.CharField("有效性", max_length=8, choices=Validity, default=Validity.IN_FORCE)
    office = models.CharField("责任科室", max_length=60, blank=True)
    subject = models.CharField("主题分类", max_length=60, blank=True, help_text="例如：城乡建设、环境保护／城市管理")
    keywords = models.CharField("关键词", max_length=100, blank=True, help_text="用顿号分开，例如：渣土运输、市容")
    summary = models.TextField("内容概述", blank=True, max_length=500, help_text="一两句话，不要重复标题")
    body = models.TextField("正文", blank=True)
    state = models.CharField("状态", max_length=9, choices=ItemState, default=ItemState.DRAFT, editable=False)
    published_on = models.DateField("首次发布日期", null=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="提交人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审核人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    # Of an office of one: whoever entered it examined it, and the record says so.
    self_reviewed = models.BooleanField("本人审核", default=False, editable=False)
    review_note = models.CharField("审核意见", max_length=200, blank=True, editable=False)
    release_at = models.DateTimeField("定时发布", null=True, editable=False)
    # Null for what was entered before this was kept.
    created_on = models.DateField("录入日期", null=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开信息"
        ordering = ["-published_on", "-id"]
        indexes = [
            # 有效性 at the end: what a list is narrowed by is read from the index that has its order.
            models.Index(
                fields=["agency", "state", "openness", "-published_on", "-id", "validity"], name="item_newest"
            ),
            models.Index(fields=["agency", "-published_on", "-id"], name="item_of_agency"),
            models.Index(fields=["agency", "state", "formed_on"], name="item_on_its_way"),
            models.Index(fields=["release_at"], condition=Q(release_at__isnull=False), name="item_to_be_released"),
            models.Index(
                fields=["category", "state", "openness", "-published_on", "-id", "validity"],
                name="item_newest_in_category",
            ),
            models.Index(fields=["state", "openness", "-published_on", "-id"], name="item_newest_of_all"),
            models.Index(fields=["document_number"], name="item_document_number"),
            models.Index(fields=["index_number"], name="item_index_number"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "index_number"],
                condition=~Q(index_number=""),
                name="item_index_number_once",
                violation_error_message="本机关已有这个索引号",
            ),
            models.UniqueConstraint(
                fields=["agency", "external_id"],
                condition=~Q(external_id=""),
                name="item_external_id_once",
                violation_error_message="本机关已有这个外部编号",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(created_by__isnull=True)
                | ~Q(reviewed_by=F("created_by"))
                | Q(self_reviewed=True),
                name="item_reviewer_is_not_author",
                violation_error_message="审核人不能是录入人本人",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(reviewed_by=F("submitted_by"))
                | Q(self_reviewed=True)
                | ~Q(state__in=["approved", "published"]),
                name="item_reviewer_is_not_submitter",
                violation_error_message="审核人不能是提交人本人",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(release_at__isnull=False),
                name="item_waits_for_a_time",
                violation_error_message="待发布的信息须有发布时间",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self.body = sanitise(self.body)
        if self.openness == Openness.PROACTIVE:
            self.not_open_ground, self.reevaluate_on = "", None
        if self.category_id and self.agency_id and self.category.agency_id != self.agency_id:
            raise ValidationError({"category": "这个栏目属于别的机关，请选择本机关的栏目"})


class PublicationQuerySet(models.QuerySet):
    def of(self, agency: Agency) -> "PublicationQuerySet":
        # A publication's channel is its agency's own; asking through it keeps to one index.
        return self.filter(channel__agency=agency)

    def made_in(self, year: int) -> "PublicationQuerySet":
        """Public publications dated in the calendar year."""
        return self.public_between(*year_of(year))

    def public_between(self, first: date, last: date) -> "PublicationQuerySet":
        """Public publications dated from ``first`` to ``last``, both included."""
        return self.filter(
            published_on__range=(first, last), item__state=ItemState.PUBLISHED, item__openness=Openness.PROACTIVE
        )


class Publication(models.Model):
    """An item on a channel on a day; 条数 are counted here."""

    access_area = Area.PUBLISHING
    agency_path = "item__agency"

    item = models.ForeignKey(Item, verbose_name="公开信息", on_delete=models.CASCADE, related_name="publications")
    channel = models.ForeignKey(Channel, verbose_name="发布渠道", on_delete=models.PROTECT, related_name="publications")
    published_on = models.DateField("发布日期")
    url = models.URLField("链接", blank=True, max_length=500)

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "发布记录"
        ordering = ["published_on", "id"]
        indexes = [models.Index(fields=["channel", "published_on", "item"], name="publication_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "channel"],
                name="publication_once_per_channel",
                violation_error_message="这条信息在该渠道已有发布记录",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {told(self.published_on)}"

    def clean(self) -> None:
        if self.item_id and self.item.formed_on and self.published_on and self.published_on < self.item.formed_on:
            raise ValidationError({"published_on": "发布日期早于成文日期，请核对这两个日期"})
        if self.channel_id and self.item_id and self.channel.agency_id != self.item.agency_id:
            raise ValidationError({"channel": "这个渠道属于别的机关，请选择本机关的渠道"})
