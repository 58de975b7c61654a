"""The text of the report: its six parts, default wording for each section, and numbers bound by fixed placeholders.

A placeholder is a Chinese name in braces, ``{网站条数}``. There is no template language: only the names of
``PLACEHOLDERS`` are filled, anything else stays as written and is reported.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from disclosures.models import Agency, ChannelKind
from reports.cells import OUTCOME_ROWS, REQUEST_ROWS
from reports.figures import Figures


@dataclass(frozen=True)
class Section:
    """A titled stretch of text inside a part; ``heading`` is printed as （一）…, an empty one is not printed."""

    key: str
    heading: str
    default: str


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
SECTIONS: dict[str, Section] = {
    section.key: section for section in (PREAMBLE, *(section for part in OUTLINE for section in part.sections))
}


@dataclass(frozen=True)
class Facts:
    """All that the text may speak of: the agency as it introduces itself, and the year's figures."""

    name: str
    self_reference: str
    website_name: str
    website_url: str
    office: str
    address: str
    postcode: str
    phone: str
    figures: Figures
    adjustments: tuple[str, ...] = ()

    @classmethod
    def of(cls, agency: Agency, figures: Figures, adjustments: tuple[str, ...] = ()) -> "Facts":
        return cls(
            name=agency.name,
            self_reference=agency.self_reference,
            website_name=agency.website_name,
            website_url=agency.website_url,
            office=agency.office,
            address=agency.address,
            postcode=agency.postcode,
            phone=agency.phone,
            figures=figures,
            adjustments=adjustments,
        )

    @property
    def items(self) -> Mapping[str, Any]:
        return self.figures.counts["items"]

    def on(self, kind: ChannelKind) -> int:
        """Publications of the year on a kind of channel."""
        return int(self.items["by_channel_kind"][kind])

    def last_year_on(self, kind: ChannelKind) -> int:
        return int(self.items["last_year_by_channel_kind"][kind])


@dataclass(frozen=True)
class Placeholder:
    """What stands for a name in braces, and how the menu explains it."""

    explains: str
    value: Callable[[Facts], str]


# Whole sentences: they say in words what a zero means.


def growth(now: int, before: int) -> str:
    """同比: the change against the year before, in per cent to one decimal; no ratio to zero."""
    if not before:
        return "上年没有发布" if now else "与上年持平"
    if now == before:
        return "与上年持平"
    percent = abs(Decimal(now - before) * 100 / before).quantize(Decimal("0.1"))
    return f"同比{'增长' if now > before else '下降'}{percent}%"


def listing(counts: Mapping[str, int], unit: str) -> str:
    return "、".join(f"{name}{number}{unit}" for name, number in counts.items() if number)


def published(facts: Facts) -> str:
    website = facts.on(ChannelKind.WEBSITE)
    if not website:
        return "本年度未通过政府网站发布政府信息。"
    by_category = facts.items["website_by_category"]
    parts = f"，其中{listing(by_category, '条')}" if len(by_category) > 1 else ""
    return f"全年通过政府网站发布各类政府信息{website}条{parts}。"


def new_media(facts: Facts) -> str:
    wechat, before = facts.on(ChannelKind.WECHAT), facts.last_year_on(ChannelKind.WECHAT)
    sentences = []
    if wechat or before:
        ratio = f"，{growth(wechat, before)}" if before else ""
        sentences.append(f"全年发布微信公众号信息{wechat}篇{ratio}。" if wechat else "本年度未发布微信公众号信息。")
    if weibo := facts.on(ChannelKind.WEIBO):
        sentences.append(f"全年发布政务微博{weibo}条。")
    if press := facts.on(ChannelKind.PRESS_EVENT):
        sentences.append(f"参加新闻发布会、专题访谈等{press}次。")
    return "".join(sentences)


def requests(facts: Facts) -> str:
    table = facts.figures.tables["requests"]
    new, carried_in, answered, carried_out = (
        table[row]["total"] for row in ("new", "carried_in", "answered_total", "carried_out")
    )
    if not (new or carried_in):
        return "未收到政府信息公开申请，无上年结转的申请。"
    received = f"新收政府信息公开申请{new}件" if new else "未收到新的政府信息公开申请"
    handled = f"本年度办结{answered}件" if answered else "本年度尚未办结"
    left = f"结转下年度继续办理{carried_out}件" if carried_out else "无结转下年度继续办理的申请"
    outcomes = _outcomes(table) if answered else ""
    return f"{received}，上年结转{carried_in}件；{handled}{outcomes}；{left}。"


def _outcomes(table: Mapping[str, Mapping[str, int]]) -> str:
    """予以公开3件、部分公开1件…: by the groups of the form."""
    groups: dict[str, int] = {}
    for row in REQUEST_ROWS:
        if row.key in OUTCOME_ROWS:
            name = re.sub(r"（.*?）", "", str(row.path[1]))
            groups[name] = groups.get(name, 0) + table[row.key]["total"]
    return f"，其中{listing(groups, '件')}"


def disputes(facts: Facts) -> str:
    table = facts.figures.tables["disputes"]
    reviews = table["review"]["total"]
    suits = table["litigation_direct"]["total"] + table["litigation_after_review"]["total"]
    if not (reviews or suits):
        return "本年度未发生因政府信息公开工作被申请行政复议、提起行政诉讼的情况。"
    pending = sum(group["pending"] for group in table.values())
    told = "，".join(
        [
            f"行政复议{reviews}件" if reviews else "未发生行政复议案件",
            f"行政诉讼{suits}件" if suits else "未发生行政诉讼案件",
            f"其中尚未审结{pending}件" if pending else "均已审结",
        ]
    )
    return f"因政府信息公开工作引起的案件中，{told}。"


def documents(facts: Facts) -> str:
    table = facts.figures.tables["proactive"]["normative_documents"]
    made = f"制发行政规范性文件{table['issued']}件" if table["issued"] else "未制发行政规范性文件"
    repealed = f"废止{table['repealed']}件" if table["repealed"] else "无废止文件"
    stock = f"现行有效{table['in_force']}件" if table["in_force"] else "无现行有效的行政规范性文件"
    return f"本年度{made}，{repealed}，截至年底{stock}。"


def fees(facts: Facts) -> str:
    counts = facts.figures.counts
    notices = counts["information_fee_notices"]
    if not notices and counts["information_fees_yuan"] == "0":
        return "本年度未收取政府信息公开信息处理费。"
    return (
        f"本年度发出收费通知{notices}件，应收信息处理费{counts['information_fees_charged_yuan']}元，"
        f"实际收取{counts['information_fees_yuan']}元。"
    )


def proposals(facts: Facts) -> str:
    counts = facts.figures.counts["proposals"]
    led = [f"{name}{counts[key]}件" for key, name in (("npc", "人大代表建议"), ("cppcc", "政协提案")) if counts[key]]
    helped = [
        f"{name}{counts[key]}件"
        for key, name in (("npc_assisted", "人大代表建议"), ("cppcc_assisted", "政协提案"))
        if counts[key]
    ]
    if not (led or helped):
        return "本年度未承办人大代表建议和政协提案。"
    told = [f"共办理{'、'.join(led)}"] if led else []
    told += [f"协助办理{'、'.join(helped)}"] if helped else []
    handled = "，".join(told)
    return f"{facts.figures.year}年，{facts.self_reference}{handled}{_satisfaction(counts)}{_made_public(counts)}。"


def _satisfaction(counts: Mapping[str, int]) -> str:
    ratings = {
        "满意": counts["rated_satisfied"],
        "基本满意": counts["rated_mostly"],
        "不满意": counts["rated_dissatisfied"],
    }
    rated = sum(ratings.values())
    if not rated:
        return ""
    return "，反馈满意率为100%" if ratings["满意"] == rated else f"，反馈意见{rated}件，其中{listing(ratings, '件')}"


def _made_public(counts: Mapping[str, int]) -> str:
    total = sum(counts[key] for key in ("npc", "cppcc", "npc_assisted", "cppcc_assisted"))
    if counts["public"] == total:
        return "，办理结果均已主动公开"
    return f"，主动公开办理结果{counts['public']}件" if counts["public"] else ""


def electronic_copy(facts: Facts) -> str:
    if not facts.website_name:
        return "本报告的电子版可在本机关政府信息公开专栏查阅和下载。"
    address = f"（{facts.website_url}）" if facts.website_url else ""
    return f"本报告的电子版可在“{facts.website_name}”网站{address}政府信息公开专栏查阅和下载。"


def contact(facts: Facts) -> str:
    ways = [
        f"{label}：{value}"
        for label, value in (("地址", facts.address), ("邮编", facts.postcode), ("电话", facts.phone))
        if value
    ]
    details = f"（{'；'.join(ways)}）" if ways else ""
    return f"如对本报告有疑问，请与{facts.name}{facts.office}联系{details}。"


def six_parts(_: Facts) -> str:
    return "，".join(part.named_in_preamble for part in OUTLINE)


def adjustment_notes(facts: Facts) -> str:
    return "".join(facts.adjustments) or "无。"


def _figure(code: str) -> Callable[[Facts], str]:
    return lambda facts: str(facts.figures[code])


PLACEHOLDERS: dict[str, Placeholder] = {
    "机关": Placeholder("机关全称", lambda facts: facts.name),
    "自称": Placeholder("正文中的自称，如“我局”", lambda facts: facts.self_reference),
    "年度": Placeholder("报告年度", lambda facts: str(facts.figures.year)),
    "上年": Placeholder("上一年度", lambda facts: str(facts.figures.year - 1)),
    "六部分名称": Placeholder("六个部分的名称", six_parts),
    "电子版": Placeholder("在哪里查阅电子版，整句", electronic_copy),
    "联系方式": Placeholder("联系部门、地址、电话，整句", contact),
    "发布情况": Placeholder("政府网站发布条数和分类，整句", published),
    "新媒体情况": Placeholder("微信、微博、发布会，整句", new_media),
    "申请情况": Placeholder("收到和办理申请的情况，整句", requests),
    "复议诉讼情况": Placeholder("复议、诉讼的情况，整句", disputes),
    "文件情况": Placeholder("规范性文件制发、废止、有效件数，整句", documents),
    "收费情况": Placeholder("信息处理费通知、应收、实收，整句", fees),
    "建议提案情况": Placeholder("建议提案办理和公开情况，整句", proposals),
    "调整说明": Placeholder("对数据调整的说明；没有则为“无。”", adjustment_notes),
    "网站条数": Placeholder("政府网站发布条数", lambda facts: str(facts.on(ChannelKind.WEBSITE))),
    "网站分类": Placeholder(
        "政府网站各栏目条数的列举", lambda facts: listing(facts.items["website_by_category"], "条") or "无"
    ),
    "微信篇数": Placeholder("微信公众号发布篇数", lambda facts: str(facts.on(ChannelKind.WECHAT))),
    "上年微信篇数": Placeholder("上年微信公众号篇数", lambda facts: str(facts.last_year_on(ChannelKind.WECHAT))),
    "微信同比": Placeholder(
        "微信篇数与上年相比", lambda facts: growth(facts.on(ChannelKind.WECHAT), facts.last_year_on(ChannelKind.WECHAT))
    ),
    "发布会次数": Placeholder("新闻发布会、访谈次数", lambda facts: str(facts.on(ChannelKind.PRESS_EVENT))),
    "新收申请": Placeholder("本年新收申请件数", _figure("requests.new.total")),
    "上年结转": Placeholder("上年结转申请件数", _figure("requests.carried_in.total")),
    "办结申请": Placeholder("本年度办结申请件数", _figure("requests.answered_total.total")),
    "结转下年": Placeholder("结转下年度件数", _figure("requests.carried_out.total")),
    "复议件数": Placeholder("行政复议案件数", _figure("disputes.review.total")),
    "建议件数": Placeholder("主办的人大代表建议件数", lambda facts: str(facts.figures.counts["proposals"]["npc"])),
    "提案件数": Placeholder("主办的政协提案件数", lambda facts: str(facts.figures.counts["proposals"]["cppcc"])),
}
_NAME = re.compile(r"\{([^{}\n]{1,20})\}")


def fill(text: str, facts: Facts) -> str:
    """``text`` with every known placeholder replaced; unknown ones stay as written."""

    def replace(match: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(match.group(1))
        return placeholder.value(facts) if placeholder else match.group(0)

    return _NAME.sub(replace, text)


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that mean nothing here, in the order they appear."""
    return [name for name in _NAME.findall(text) if name not in PLACEHOLDERS]


def paragraphs(text: str) -> tuple[str, ...]:
    """One a line; blank lines and indents typed by hand are dropped (the layout indents)."""
    return tuple(line.strip().strip("\u3000") for line in text.splitlines() if line.strip().strip("\u3000"))
