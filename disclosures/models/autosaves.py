from django.conf import settings
from django.db import models


class Autosave(models.Model):
    """What a person had typed into a form of an item when the page was last heard of; theirs alone, gone when saved."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    # The item's key; 0 for one that is being entered.
    item_id = models.BigIntegerField(default=0)
    fields = models.JSONField(default=dict)
    at = models.DateTimeField("自动保存时间", auto_now=True)

    class Meta:
        verbose_name = verbose_name_plural = "自动保存"
        constraints = [models.UniqueConstraint(fields=["user", "item_id"], name="autosave_once")]

    def __str__(self) -> str:
        return f"自动保存 {self.item_id}"
