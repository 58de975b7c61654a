"""The six parts of the report as the format prints them, and the usual sub-items with their default wording."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A titled stretch of text inside a part; ``heading`` is printed as （一）…, an empty one is not printed."""

    key: str
    heading: str
    default: str
    # What a government's report must say in its place (条例 Art. 50 item 4); empty: the same.
    government_default: str = ""


@dataclass(frozen=True)
class Part:
    """One of the six parts: exact heading, wording in 条例 Art. 50 (for the preamble), and its table or text."""

    number: str
    heading: str
    named_in_preamble: str
    table: str = ""
    sections: tuple[Section, ...] = ()


PREAMBLE = Section(
    "preamble",
    "",
    "根据《中华人民共和国政府信息公开条例》（以下简称《条例》）第四十九条、第五十条的规定，现公布{机关}{年度}年政府信息公开工作年度报告。\n"
    "本报告由{六部分名称}共六部分组成。\n"
    "本报告中所列数据的统计时限自{年度}年1月1日起至{年度}年12月31日止。{电子版}{联系方式}",
)

OUTLINE = (
    Part(
        "一",
        "总体情况",
        "总体情况",
        sections=(
            Section(
                "overview.proactive",
                "主动公开工作情况",
                "{年度}年，{自称}坚持以公开为常态、不公开为例外，围绕机关职能、政策文件、重点领域和群众关切，及时更新政府信息公开栏目。{发布情况}",
            ),
            Section("overview.requests", "依申请公开工作情况", "{年度}年，{自称}{申请情况}{复议诉讼情况}"),
            Section(
                "overview.management",
                "政府信息管理情况",
                "{自称}落实公开属性源头认定，制作政府信息时同步明确主动公开、依申请公开或者不予公开；发布前依法进行保密审查和个人信息审查，发布后定期检查，"
                "对内容失效、链接失效的信息及时更正。{文件情况}",
            ),
            Section(
                "overview.platform",
                "政府信息公开平台建设情况",
                "{自称}以政府网站政府信息公开专栏为主要平台，按照法定主动公开内容设置栏目，提供检索、查阅和下载服务。{新媒体情况}",
            ),
            Section(
                "overview.supervision",
                "监督保障情况",
                "{自称}明确分管负责人和具体承办人员，信息发布实行录入与审核分人负责，定期开展业务培训，并接受社会监督。"
                "{年度}年，未发生因政府信息公开工作不力被追究责任的情形。",
                "{自称}定期研究政府信息公开工作，明确分管负责人和具体承办人员，信息发布实行录入与审核分人负责，定期开展业务培训。"
                "{年度}年，将政府信息公开工作纳入对所属部门和下级机关的工作考核，开展社会评议并接受社会监督，未发生责任追究的情形。",
            ),
        ),
    ),
    Part("二", "主动公开政府信息情况", "行政机关主动公开政府信息的情况", table="proactive"),
    Part("三", "收到和处理政府信息公开申请情况", "行政机关收到和处理政府信息公开申请的情况", table="requests"),
    Part(
        "四",
        "政府信息公开行政复议、行政诉讼情况",
        "因政府信息公开工作被申请行政复议、提起行政诉讼的情况",
        table="disputes",
    ),
    Part(
        "五",
        "存在的主要问题及改进情况",
        "政府信息公开工作存在的主要问题及改进情况",
        sections=(
            Section(
                "problems.found",
                "存在的主要问题",
                "{年度}年，{自称}政府信息公开工作取得一定成效，但仍存在不足：一是主动公开的内容还不够及时、全面；二是政策解读的形式还不够丰富；"
                "三是工作人员的业务能力有待进一步提高。",
            ),
            Section(
                "problems.measures",
                "改进情况",
                "针对上述问题，{自称}将采取以下措施：一是对照法定主动公开内容逐栏自查，补齐缺项，按时更新；二是坚持政策文件与解读材料同步起草、同步审签、"
                "同步发布；三是结合典型案例开展培训，提高依法办理政府信息公开事项的能力。",
            ),
        ),
    ),
    Part(
        "六",
        "其他需要报告的事项",
        "其他需要报告的事项",
        sections=(
            Section("other.fees", "收取信息处理费情况", "{收费情况}"),
            Section(
                "other.priorities",
                "落实上级年度政务公开工作要点情况",
                "{年度}年，{自称}对照上级政务公开工作要点，将任务分解到责任科室，按期落实。",
            ),
            Section("other.proposals", "人大代表建议、政协提案办理结果公开情况", "{建议提案情况}"),
            Section("other.innovation", "政务公开工作创新情况", "无。"),
            Section("other.stat_notes", "年度报告数据统计需要说明的事项", "{调整说明}"),
            Section("other.other", "本机关认为需要报告的其他事项", "无。"),
            Section("other.mandated", "其他有关文件要求通过年度报告予以报告的事项", "无。"),
        ),
    ),
)
# 各级人民政府: their reports also tell of appraisal, public evaluation and accountability (条例 Art. 50 item 4).
GOVERNMENTS = frozenset({"township", "county", "city", "province"})
SECTIONS: dict[str, Section] = {
    section.key: section for section in (PREAMBLE, *(section for part in OUTLINE for section in part.sections))
}
