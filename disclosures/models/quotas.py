from django.db import models


class Quota(models.Model):
    """How often somebody did something since a moment. Who it was is kept as a keyed hash only."""

    family = models.CharField(max_length=30)
    who = models.CharField(max_length=64)
    since = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "次数限制"
        constraints = [models.UniqueConstraint(fields=["family", "who", "since"], name="quota_once")]
        indexes = [models.Index(fields=["since"], name="quota_since")]

    def __str__(self) -> str:
        return f"{self.family} {self.since:%Y-%m-%d %H:%M}"
