from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.frozen import FrozenField
from disclosures.models.agencies import Agency


class AppendOnly(Exception):
    """The trail is written once; nothing in it is changed or taken out."""


class HistoryQuerySet(models.QuerySet):
    def of(self, record: models.Model) -> "HistoryQuerySet":
        return self.filter(kind=record._meta.label_lower, record_id=record.pk)

    def update(self, **kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class HistoryEntry(models.Model):
    """办理记录: who did what to a record, when, why, and what it was before and after."""

    access_area = Area.CASES

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    at = models.DateTimeField("时间")
    # The account may go; the name it had stays.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    by_name = models.CharField("操作人", max_length=160)
    step = models.CharField(max_length=40)
    what = models.CharField("事项", max_length=200)
    reason = models.CharField("理由", max_length=500, blank=True)
    # {"changes": {field: [before, after]}, …}: what a step needs to be undone.
    details = FrozenField()
    undoes = models.OneToOneField(
        "self", verbose_name="撤销", null=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    digest = models.CharField(max_length=64)

    objects = HistoryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "办理记录"
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "record_id", "id"], name="history_of_record")]

    def __str__(self) -> str:
        return self.what

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly
