import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models

from disclosures.areas import Area, Role
from disclosures.trees import TreeNode, TreeQuerySet

# First segments of addresses that are not portals (contract: addresses).
RESERVED_CODES = {
    "admin", "api", "calendar", "static", "media", "healthz", "robots.txt", "sitemap.xml", "display", "feed", "search",
    "site", "data",
}  # fmt: skip
INDEX_PARTS = ("信用代码", "机关代码", "年", "序号")

__all__ = ["Agency", "AgencyLevel", "Membership", "Role"]


class AgencyLevel(models.TextChoices):
    DEPARTMENT = "department", "政府部门"
    TOWNSHIP = "township", "乡镇（街道）"
    COUNTY = "county", "县（市、区）政府"
    CITY = "city", "设区的市政府"
    PROVINCE = "province", "省级政府"
    MINISTRY = "ministry", "国务院部门"
    INSTITUTION = "institution", "事业单位"


def not_reserved(code: str) -> None:
    if code in RESERVED_CODES:
        raise ValidationError(f"“{code}”是系统保留的地址，请换一个机关代码")


def is_index_pattern(pattern: str) -> None:
    """Raises ``ValidationError`` for a pattern that would not give each item a number of its own."""
    unknown = [part for part in re.findall(r"\{([^{}]*)\}", pattern) if part not in INDEX_PARTS]
    if unknown:
        raise ValidationError(f"不认识“{{{unknown[0]}}}”，只能用{'、'.join(f'{{{part}}}' for part in INDEX_PARTS)}")
    if not {"{年}", "{序号}"} <= set(re.findall(r"\{[^{}]*\}", pattern)):
        raise ValidationError("须有 {年} 和 {序号}，否则会重号")


class AgencyQuerySet(TreeQuerySet):
    def with_portal(self) -> "AgencyQuerySet":
        """Agencies that publish under their own name; subordinate institutions publish through their agency."""
        return self.filter(has_portal=True)


class Agency(TreeNode):
    access_area = Area.SETUP

    code = models.CharField(
        "机关代码",
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", "只能用小写字母、数字和中间的连字符，例如 wendeng-zfj"),
            not_reserved,
        ],
        help_text="用在网址和命令中，启用后请不要再改。例如：wendeng-zfj",
    )
    name = models.CharField("机关全称", max_length=100, unique=True, help_text="印在报告标题和落款处的全称")
    short_name = models.CharField(
        "简称", max_length=40, blank=True, help_text="正文中的自称，例如：我局。不填则写“本机关”"
    )
    level = models.CharField("层级", max_length=12, choices=AgencyLevel, default=AgencyLevel.DEPARTMENT)
    credit_code = models.CharField(
        "统一社会信用代码",
        max_length=18,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-HJ-NPQRTUWXY]{18}$", "应为18位统一社会信用代码")],
    )
    has_portal = models.BooleanField("开设信息公开专栏", default=True)

    office = models.CharField("公开工作机构", max_length=60, blank=True, help_text="例如：办公室")
    address = models.CharField("办公地址", max_length=120, blank=True)
    postcode = models.CharField(
        "邮政编码", max_length=6, blank=True, validators=[RegexValidator(r"^\d{6}$", "应为6位数字")]
    )
    phone = models.CharField("联系电话", max_length=40, blank=True, help_text="例如：0631-8451120")
    fax = models.CharField("传真", max_length=40, blank=True)
    email = models.EmailField("电子邮箱", blank=True)
    office_hours = models.CharField("办公时间", max_length=120, blank=True)
    website_name = models.CharField("网站名称", max_length=60, blank=True, help_text="报告电子版可在哪个网站查阅")
    website_url = models.URLField("网站地址", blank=True)
    review_organ = models.CharField(
        "行政复议机关", max_length=100, blank=True, help_text="《行政复议法》第二十四条：部门的复议机关是本级人民政府"
    )
    court = models.CharField(
        "有管辖权的人民法院",
        max_length=100,
        blank=True,
        help_text="印在答复书的救济告知中；实行集中管辖的，填集中管辖法院",
    )
    review_online_url = models.URLField(
        "网上申请行政复议的地址", blank=True, help_text="《行政复议法》第二十二条：网上送达的答复须同时告知"
    )
    document_mark = models.CharField(
        "机关代字", max_length=20, blank=True, help_text="文书文号的开头，例如：文综执。文号如：文综执公开复〔2026〕1号"
    )
    index_pattern = models.CharField(
        "索引号格式",
        max_length=60,
        default="{信用代码}/{年}-{序号}",
        validators=[is_index_pattern],
        help_text="自动编号用。可用 {信用代码} {机关代码} {年} {序号}，须有 {年} 和 {序号}",
    )
    takes_online_requests = models.BooleanField(
        "受理网上申请", default=True, help_text="在专栏开通网上申请和进度查询；不开通的，专栏写明当面、邮寄等方式"
    )
    shows_request_register = models.BooleanField(
        "公布申请办理登记",
        default=False,
        help_text="公布办结申请的编号、日期、结果和用时，以及经办人写好的内容提要；不含申请人的任何信息",
    )
    one_person_office = models.BooleanField(
        "单人岗位",
        default=False,
        help_text="确实只有一名信息发布人员的，可以本人审核本人录入的信息；每一条都会如实记为“本人审核”",
    )

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "机关"
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name

    @property
    def self_reference(self) -> str:
        """How running text names the agency: 我局, 本机关…"""
        return self.short_name or "本机关"


class Membership(models.Model):
    access_area = Area.PEOPLE

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="用户", on_delete=models.CASCADE, related_name="memberships"
    )
    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("角色", max_length=16, choices=Role)

    class Meta:
        verbose_name = verbose_name_plural = "岗位"
        constraints = [
            models.UniqueConstraint(
                fields=["user", "agency", "role"],
                name="membership_once",
                violation_error_message="该用户在这个机关已有这个角色",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}：{self.agency} {self.get_role_display()}"
