from django.db import models

from disclosures.areas import Area
from disclosures.constraints import NotBefore
from disclosures.models import Agency
from requests_app.models.requests import DisclosureRequest


class DeliveryMethod(models.TextChoices):
    IN_PERSON = "in_person", "当面送达"
    MAIL = "mail", "邮寄"
    ONLINE = "online", "网络"
    FAX = "fax", "传真"


class Letter(models.Model):
    """A numbered 文书 of a case."""

    access_area = Area.CASES

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.PROTECT, related_name="letters")
    request = models.ForeignKey(
        DisclosureRequest, verbose_name="申请", null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    code = models.CharField(
        "文书种类", max_length=4, help_text="文书目录中的代号，例如 P3 补正告知书、O2 予以公开答复书"
    )
    number = models.CharField("文号", max_length=60)
    title = models.CharField("标题", max_length=120)
    body = models.TextField("正文")
    dated_on = models.DateField("落款日期")
    sent_on = models.DateField("发出日期", null=True, blank=True, help_text="邮寄以交邮之日为准")
    delivery_method = models.CharField("送达方式", max_length=10, choices=DeliveryMethod, blank=True)
    delivered_on = models.DateField("送达日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "文书"
        ordering = ["-dated_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "number"], name="letter_number_once", violation_error_message="本机关已有这个文号"
            ),
            NotBefore(
                later="sent_on",
                earlier="dated_on",
                name="letter_sent_after_date",
                violation_error_message="发出日期早于落款日期",
            ),
            NotBefore(
                later="delivered_on",
                earlier="sent_on",
                name="letter_delivered_after_sending",
                violation_error_message="送达日期早于发出日期",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.number}"
