from django.conf import settings
from django.db import models

from disclosures.areas import Area
from disclosures.models.agencies import Agency


class ApiToken(models.Model):
    """What lets the agency's own CMS or WeChat tool put items before the reviewer; never before the public.

    Only a keyed hash of it is kept: it is told once. It acts in the name of ``owner``, within that person's powers.
    """

    access_area = Area.PEOPLE

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=60, help_text="例如：网站后台推送")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="录入人",
        on_delete=models.CASCADE,
        related_name="api_tokens",
        help_text="推送来的信息记为这个人录入，须由另一个人审核；这个人须有录入权限",
    )
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_on = models.DateField("有效期至", help_text="到期当日仍可使用，次日起失效")
    revoked_at = models.DateTimeField("停用时间", null=True, editable=False)
    created_at = models.DateTimeField("创建时间", auto_now_add=True)
    last_used_at = models.DateTimeField("最近使用", null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "接口令牌"
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return f"{self.agency}：{self.name}"
