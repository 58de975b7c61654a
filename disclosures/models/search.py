from datetime import date

from django.db import models
from django.urls import NoReverseMatch, reverse

from disclosures.areas import Area
from disclosures.models.agencies import Agency
from disclosures.models.attachments import Attachment
from disclosures.models.catalogue import Category

# A key sorts by day, then kind, then object, so that the index itself is in the order of the newest first.
DAY_BITS, KIND_BITS, OBJECT_BITS = 22, 4, 36


def key_of(day: date, kind: int, object_id: int) -> int:
    return (day.toordinal() << (KIND_BITS + OBJECT_BITS)) | (kind << OBJECT_BITS) | object_id


def object_of(key: int) -> int:
    return key & (2**OBJECT_BITS - 1)


def keys_between(first: date, last: date) -> tuple[int, int]:
    """The least and greatest key of the days, both included."""
    return key_of(first, 0, 0), key_of(last, 2**KIND_BITS - 1, 2**OBJECT_BITS - 1)


class SearchEntry(models.Model):
    """One public object as the search shows it; written by ``disclosures.search.keeping`` alone.

    Names that may change (agency, column) are not copied, nor is the address.
    """

    access_area = Area.PUBLISHING

    id = models.BigIntegerField(primary_key=True)
    kind = models.PositiveSmallIntegerField("种类")
    object_id = models.BigIntegerField("编号")
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="+")
    column = models.ForeignKey(
        Category, verbose_name="栏目", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    day = models.DateField("日期")
    title = models.CharField("标题", max_length=300)
    document_number = models.CharField("文号", max_length=80, blank=True)
    index_number = models.CharField("索引号", max_length=60, blank=True)
    text = models.TextField("文字", blank=True)
    validity = models.CharField("有效性", max_length=8, blank=True)
    # Of an attachment: the title of its item.
    belongs_to = models.CharField("所属信息", max_length=200, blank=True)
    # The name of the page and the numbers in its address, parted by slashes.
    page = models.CharField("页面", max_length=60)
    arguments = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "检索条目"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="search_entry_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        given = [int(part) for part in self.arguments.split("/") if part]
        try:
            return reverse(self.page, args=[self.agency.code, *given])
        except NoReverseMatch:
            return reverse("portal:home", args=[self.agency.code])

    @property
    def kind_label(self) -> str:
        from disclosures.search.kinds import kinds

        return kinds()[self.kind].label

    @property
    def numbers(self) -> str:
        return f"{self.document_number} {self.index_number}".strip()


class AttachmentText(models.Model):
    """The text of an attachment as the release gate read it, for the search. ``file``: which file it was."""

    access_area = Area.PUBLISHING
    agency_path = "attachment__item__agency"

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="text")
    file = models.CharField(max_length=100)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件文字"

    def __str__(self) -> str:
        return self.file
