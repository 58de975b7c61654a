from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """A person's subscription of due dates. Only a keyed hash of the token is kept: the address cannot be read back."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feed")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self) -> str:
        return f"日历订阅 {self.created_at:%Y-%m-%d}"


class DigestSent(models.Model):
    """A person's mail of a day: kept so that running the command twice sends it once."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()

    class Meta:
        verbose_name = verbose_name_plural = "每日提醒"
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"每日提醒 {self.day}"
