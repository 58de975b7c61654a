from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from disclosures.areas import Area
from disclosures.models.history import AppendOnly
from disclosures.models.items import Item


class ReviewOutcome(models.TextChoices):
    PASSED = "passed", "审核通过"
    RETURNED = "returned", "退回修改"


class Review(models.Model):
    """把关审核: what the reviewer answered before an item became public, who and when (条例 Art. 17)."""

    access_area = Area.PUBLISHING
    agency_path = "item__agency"

    item = models.ForeignKey(Item, verbose_name="公开信息", on_delete=models.CASCADE, related_name="reviews")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="审核人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    by_name = models.CharField("审核人", max_length=160)
    at = models.DateTimeField("审核时间")
    outcome = models.CharField("结论", max_length=8, choices=ReviewOutcome)
    facts = models.BooleanField("事实、文字和格式无误", default=False)
    secrecy = models.BooleanField("已作保密审查，不涉及国家秘密等不得公开的内容", default=False)
    privacy = models.BooleanField("不含个人隐私、商业秘密，个人信息已作处理", default=False)
    # Of an office of one: the author reviewed.
    alone = models.BooleanField("本人审核", default=False)
    note = models.CharField("意见", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "审核记录"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="returned") | Q(facts=True, secrecy=True, privacy=True),
                name="review_passes_on_three_answers",
                violation_error_message="三项都确认了才能通过审核",
            )
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise AppendOnly


class Clearance(models.Model):
    """A finding of the release gate that is let pass: why, by whom, and by which second person."""

    access_area = Area.PUBLISHING
    agency_path = "item__agency"

    item = models.ForeignKey(Item, verbose_name="公开信息", on_delete=models.CASCADE, related_name="clearances")
    # Keyed digest of kind, place and text: the finding itself, without the personal data in it.
    finding = models.CharField(max_length=64)
    label = models.CharField("发现", max_length=200)
    reason = models.CharField("放行理由", max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField("提出时间")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="确认人", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)
    alone = models.BooleanField("本人确认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "放行记录"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "finding"], name="clearance_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(confirmed_by=F("asked_by"))
                | Q(alone=True),
                name="clearance_by_a_second_person",
                violation_error_message="放行须由另一人确认",
            ),
        ]

    def __str__(self) -> str:
        return self.label
