from django.core.validators import MinValueValidator
from django.db import models

from disclosures.areas import Area
from disclosures.models.agencies import Agency, AgencyLevel
from disclosures.trees import TreeNode, TreeQuerySet


class Article20(models.TextChoices):
    """What 条例 Art. 20 obliges every organ to publish, by its items."""

    REGULATIONS = "20-01", "（一）行政法规、规章和规范性文件"
    INSTITUTION = "20-02", "（二）机关职能、机构设置、办公地址、办公时间、联系方式、负责人姓名"
    PLANS = "20-03", "（三）国民经济和社会发展规划、专项规划、区域规划及相关政策"
    STATISTICS = "20-04", "（四）国民经济和社会发展统计信息"
    LICENSING = "20-05", "（五）办理行政许可和其他对外管理服务事项的依据、条件、程序以及办理结果"
    PENALTIES = "20-06", "（六）实施行政处罚、行政强制的依据、条件、程序以及有一定社会影响的行政处罚决定"
    BUDGET = "20-07", "（七）财政预算、决算信息"
    CHARGES = "20-08", "（八）行政事业性收费项目及其依据、标准"
    PROCUREMENT = "20-09", "（九）政府集中采购项目的目录、标准及实施情况"
    PROJECTS = "20-10", "（十）重大建设项目的批准和实施情况"
    WELFARE = "20-11", "（十一）扶贫、教育、医疗、社会保障、促进就业等方面的政策、措施及其实施情况"
    EMERGENCIES = "20-12", "（十二）突发公共事件的应急预案、预警信息及应对情况"
    INSPECTIONS = "20-13", "（十三）环境保护、公共卫生、安全生产、食品药品、产品质量的监督检查情况"
    RECRUITMENT = "20-14", "（十四）公务员招考的职位、名额、报考条件等事项以及录用结果"
    OTHER = "20-15", "（十五）法律、法规、规章和国家有关规定规定应当主动公开的其他政府信息"


class Article21(models.TextChoices):
    """What 条例 Art. 21 adds for city, county and township governments and their departments."""

    URBAN = "21-01", "市政建设、公共服务、公益事业"
    LAND = "21-02", "土地征收、房屋征收"
    SAFETY = "21-03", "治安管理"
    RELIEF = "21-04", "社会救助"
    RURAL = "21-05", "乡镇：贯彻落实农业农村政策、农田水利工程建设运营、农村土地承包经营权流转、宅基地使用情况审核"
    RURAL_FUNDS = "21-06", "乡镇：筹资筹劳"


PUBLICATION_DUTIES = [("条例第二十条", Article20.choices), ("条例第二十一条（地方）", Article21.choices)]


def binds(code: str, level: str) -> bool:
    """Whether an organ of this level must publish what the item ``code`` says.

    Art. 20 binds every organ. Art. 21 binds cities and counties with their departments (¶1) and townships (¶2).
    A department's record does not say whose it is; read here as: of a city or county, as nearly all are.
    """
    local = {AgencyLevel.CITY, AgencyLevel.COUNTY, AgencyLevel.DEPARTMENT}
    if code in (Article21.RURAL, Article21.RURAL_FUNDS):
        return level == AgencyLevel.TOWNSHIP
    if code in (Article21.LAND, Article21.RELIEF):  # both paragraphs name them
        return level in {*local, AgencyLevel.TOWNSHIP}
    return level in local if code in Article21.values else True


class ColumnKind(models.TextChoices):
    """How often a column must have something new (国办秘函〔2019〕19号)."""

    NEWS = "news", "动态、要闻类"
    NOTICES = "notices", "通知公告、政策文件类"
    REGULAR = "regular", "其他应更新类"
    FIXED = "fixed", "固定内容类（不要求更新）"


# Calendar days. The notice says two weeks and six months; "long" for the others is read here as a year.
USUAL_LIMITS: dict[str, int] = {ColumnKind.NEWS: 14, ColumnKind.NOTICES: 180, ColumnKind.REGULAR: 365}


class Category(TreeNode):
    access_area = Area.SETUP

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="categories")
    name = models.CharField("栏目名称", max_length=60)
    article_20 = models.CharField(
        "对应的法定公开内容", max_length=5, choices=PUBLICATION_DUTIES, blank=True, help_text="条例第二十条、第二十一条"
    )
    kind = models.CharField(
        "栏目类型",
        max_length=8,
        choices=ColumnKind,
        default=ColumnKind.REGULAR,
        help_text="自查时按类型计算：动态、要闻类一般14天，通知公告、政策文件类一般180天，其他应更新类一般365天应有更新",
    )
    freshness_limit = models.PositiveSmallIntegerField(
        "更新期限（天）",
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="超过这么多天没有更新就提醒。不填则按栏目类型的一般天数",
    )
    must_not_be_empty = models.BooleanField(
        "不得空白", default=False, help_text="机构职能、领导信息等必须有内容的栏目，一旦空白就提醒"
    )
    is_rules = models.BooleanField(
        "列入政府信息公开制度",
        default=False,
        help_text="规章制度类栏目勾选后，显示在专栏左侧的“政府信息公开制度”中，不再列入“法定主动公开内容”",
    )
    owner = models.CharField("责任科室", max_length=60, blank=True, help_text="负责更新这个栏目的科室，例如：办公室")
    position = models.PositiveSmallIntegerField("顺序", default=0, help_text="数字小的排在前面")

    objects = TreeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "栏目"
        ordering = ["agency_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"], name="category_name_once", violation_error_message="本机关已有同名栏目"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def limit(self) -> int | None:
        """Calendar days within which something new must appear; None where nothing need."""
        return None if self.kind == ColumnKind.FIXED else self.freshness_limit or USUAL_LIMITS[self.kind]


class ChannelKind(models.TextChoices):
    WEBSITE = "website", "政府网站"
    WECHAT = "wechat", "微信公众号"
    WEIBO = "weibo", "政务微博"
    PRESS_EVENT = "press_event", "新闻发布会"
    GAZETTE = "gazette", "政府公报"
    NOTICE_BOARD = "notice_board", "公告栏、查阅点"
    OTHER = "other", "其他"

    @classmethod
    def of_name(cls, name: str) -> "ChannelKind":
        """The kind that a channel's name gives away; ``OTHER`` where it gives none."""
        for kind, marks in _MARKS.items():
            if any(mark in name for mark in marks):
                return kind
        return cls.OTHER


_MARKS = {
    ChannelKind.WECHAT: ("微信", "公众号"),
    ChannelKind.WEIBO: ("微博",),
    ChannelKind.PRESS_EVENT: ("发布会", "访谈"),
    ChannelKind.GAZETTE: ("公报",),
    ChannelKind.NOTICE_BOARD: ("公告栏", "查阅"),
    ChannelKind.WEBSITE: ("网站", "门户", "网页"),
}


class Channel(models.Model):
    access_area = Area.SETUP

    agency = models.ForeignKey(Agency, verbose_name="机关", on_delete=models.CASCADE, related_name="channels")
    name = models.CharField("渠道名称", max_length=60)
    kind = models.CharField("渠道类型", max_length=12, choices=ChannelKind, default=ChannelKind.WEBSITE)

    class Meta:
        verbose_name = verbose_name_plural = "发布渠道"
        ordering = ["agency_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"], name="channel_name_once", violation_error_message="本机关已有同名渠道"
            )
        ]

    def __str__(self) -> str:
        return self.name
