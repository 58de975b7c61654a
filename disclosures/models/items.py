import uuid
from datetime import date
from pathlib import PurePath

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator
from django.db import models
from django.db.models import F, Q

from disclosures.areas import Area
from disclosures.models.agencies import Agency
from disclosures.models.catalogue import Category, Channel
from disclosures.rich_text import sanitise
from disclosures.years import year_of

ATTACHMENT_TYPES = [
    "pdf",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "wps",
    "et",
    "ofd",
    "txt",
    "csv",
    "jpg",
    "png",
    "zip",
]
ATTACHMENT_MEGABYTES = 50


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


class ItemState(models.TextChoices):
    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "已退回"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤下"


class ItemQuerySet(models.QuerySet):
    def public(self) -> "ItemQuerySet":
        """What anyone may read: published and 主动公开."""
        return self.filter(state=ItemState.PUBLISHED, openness=Openness.PROACTIVE)

    def of(self, agency: Agency) -> "ItemQuerySet":
        return self.filter(agency=agency)

    def awaiting_review(self) -> "ItemQuerySet":
        return self.filter(state=ItemState.SUBMITTED)


class Item(models.Model):
    """One piece of 政府信息."""

    access_area = Area.PUBLISHING

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="items")
    category = models.ForeignKey(Category, verbose_name="栏目", on_delete=models.PROTECT, related_name="items")
    title = models.CharField("标题", max_length=200)
    index_number = models.CharField(
        "索引号", max_length=60, blank=True, help_text="例如：11371081004301234B/2022-00017。同一机关内不得重复"
    )
    document_number = models.CharField("发文字号", max_length=60, blank=True, help_text="例如：文综执发〔2022〕3号")
    formed_on = models.DateField("成文日期", null=True, blank=True, help_text="条例第二十六条的20个工作日从这一天起算")
    openness = models.CharField("公开属性", max_length=10, choices=Openness, default=Openness.PROACTIVE)
    validity = models.CharField("有效性", max_length=8, choices=Validity, default=Validity.IN_FORCE)
    office = models.CharField("责任科室", max_length=60, blank=True)
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
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="审核人",
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    review_note = models.CharField("审核意见", max_length=200, blank=True, editable=False)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "公开信息"
        ordering = ["-published_on", "-id"]
        indexes = [
            models.Index(fields=["agency", "state", "openness", "-published_on", "-id"], name="item_newest"),
            models.Index(
                fields=["category", "state", "openness", "-published_on", "-id"], name="item_newest_in_category"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "index_number"],
                condition=~Q(index_number=""),
                name="item_index_number_once",
                violation_error_message="本机关已有这个索引号",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | Q(created_by__isnull=True) | ~Q(reviewed_by=F("created_by")),
                name="item_reviewer_is_not_author",
                violation_error_message="审核人不能是录入人本人",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        self.body = sanitise(self.body)
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
        return f"{self.channel} {self.published_on}"

    def clean(self) -> None:
        if self.item_id and self.item.formed_on and self.published_on and self.published_on < self.item.formed_on:
            raise ValidationError({"published_on": "发布日期早于成文日期，请核对这两个日期"})
        if self.channel_id and self.item_id and self.channel.agency_id != self.item.agency_id:
            raise ValidationError({"channel": "这个渠道属于别的机关，请选择本机关的渠道"})


def stored_name(attachment: "Attachment", filename: str) -> str:
    """A generated name: nothing of the uploader's file name reaches the disk."""
    return f"items/{date.today():%Y%m}/{uuid.uuid4().hex}{PurePath(filename).suffix.lower()}"


def not_too_large(file) -> None:
    if file.size > ATTACHMENT_MEGABYTES * 1024 * 1024:
        raise ValidationError(f"附件超过{ATTACHMENT_MEGABYTES}MB，请压缩或拆分后再上传")


class Attachment(models.Model):
    access_area = Area.PUBLISHING
    agency_path = "item__agency"

    item = models.ForeignKey(Item, verbose_name="公开信息", on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(
        "附件",
        upload_to=stored_name,
        validators=[
            FileExtensionValidator(ATTACHMENT_TYPES, "不支持这种文件。请上传：" + "、".join(ATTACHMENT_TYPES)),
            not_too_large,
        ],
    )
    name = models.CharField("显示名称", max_length=200, help_text="公众看到和下载时的文件名，含后缀")

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name
