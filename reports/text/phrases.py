"""Starter phrases for each section: alternatives to the default wording, for a year with and without cases.

``fits`` says of which years a phrase is true; the page offers only those. Every one is bound to the figures.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reports.text.facts import Facts

Fits = Callable[[Facts], bool]


@dataclass(frozen=True)
class Phrase:
    """``title`` as the menu shows it."""

    title: str
    text: str
    fits: Fits = lambda facts: True


def _some(*cells: str) -> Fits:
    return lambda facts: facts.total(*cells) > 0


def _none(*cells: str) -> Fits:
    return lambda facts: facts.total(*cells) == 0


def _both(*conditions: Fits) -> Fits:
    return lambda facts: all(condition(facts) for condition in conditions)


NEW, CARRIED_IN = "requests.new.total", "requests.carried_in.total"
ANSWERED, CARRIED_OUT = "requests.answered_total.total", "requests.carried_out.total"
DISPUTES = (
    "disputes.review.total",
    "disputes.litigation_direct.total",
    "disputes.litigation_after_review.total",
)


def _published(facts: Facts) -> bool:
    return facts.count("items.by_channel_kind.website") > 0


def _led(facts: Facts) -> bool:
    return facts.count("proposals.npc") + facts.count("proposals.cppcc") > 0


def _charged(facts: Facts) -> bool:
    return facts.count("information_fee_notices") > 0 or facts.count("information_fees_yuan") > 0


def _not(condition: Fits) -> Fits:
    return lambda facts: not condition(facts)


PHRASES: dict[str, tuple[Phrase, ...]] = {
    "overview.proactive": (
        Phrase(
            "条数、分类和同比",
            "{年度}年，{自称}依法及时公开机关职能、政策文件、重点工作等信息。全年通过政府网站发布政府信息{网站条数}条，{网站同比}。"
            "\n{图:网站分类}",
            _published,
        ),
        Phrase(
            "按栏目列举",
            "{自称}对照法定主动公开内容逐项落实公开责任，信息由起草科室提出、公开工作机构审核后发布。"
            "{年度}年，政府网站发布政府信息的栏目和条数为：{网站分类}。",
            _published,
        ),
        Phrase(
            "本年未在网站发布",
            "{年度}年，{自称}未通过政府网站发布政府信息，依法应当公开的事项通过其他规定渠道公开。",
            _not(_published),
        ),
    ),
    "overview.requests": (
        Phrase(
            "未收到申请",
            "{年度}年，{自称}未收到政府信息公开申请，也没有上年结转的申请。当面、邮寄等受理渠道保持畅通。{复议诉讼情况}",
            _none(NEW, CARRIED_IN),
        ),
        Phrase(
            "未收到新申请，有上年结转",
            "{年度}年，{自称}未收到政府信息公开申请，上年结转{上年结转}件；本年度办结{办结申请}件，结转下年度继续办理{结转下年}件。{复议诉讼情况}",
            _both(_none(NEW), _some(CARRIED_IN)),
        ),
        Phrase(
            "数量和办理结果",
            "{年度}年，{自称}新收政府信息公开申请{新收申请}件，上年结转{上年结转}件。本年度办结{办结申请}件，其中予以公开{予以公开件数}件、"
            "部分公开{部分公开件数}件、不予公开{不予公开件数}件、无法提供{无法提供件数}件、不予处理{不予处理件数}件、其他处理{其他处理件数}件；"
            "结转下年度继续办理{结转下年}件。{复议诉讼情况}",
            _some(NEW),
        ),
        Phrase(
            "数量、同比和申请人",
            "{年度}年，{自称}新收政府信息公开申请{新收申请}件，{申请同比}。从申请人看，自然人{自然人申请}件，法人或其他组织{单位申请}件。"
            "本年度办结{办结申请}件，结转下年度继续办理{结转下年}件。{复议诉讼情况}",
            _some(NEW),
        ),
    ),
    "overview.management": (
        Phrase(
            "制度和审查",
            "{自称}执行政府信息公开审查制度，公开前审查是否涉及国家秘密、商业秘密和个人隐私，公开后定期检查，发现差错及时更正。{文件情况}",
        ),
        Phrase(
            "公开属性和文件清理",
            "{自称}在公文起草时确定公开属性，不予公开的说明理由；定期清理行政规范性文件，及时标注有效、失效和废止。{文件情况}",
        ),
        Phrase(
            "文件和行政决定",
            "{自称}按照职责分工维护各类政府信息，做到内容准确、更新及时。{文件情况}{决定情况}",
        ),
    ),
    "overview.platform": (
        Phrase(
            "网站和新媒体",
            "{自称}依托政府网站政府信息公开专栏集中公开政府信息，专人负责栏目维护，定期检查链接和更新情况。{新媒体情况}",
        ),
        Phrase(
            "附微信对比图",
            "{自称}以政府网站为第一平台，政务新媒体同步发布。{年度}年发布微信公众号信息{微信篇数}篇，{微信同比}。\n{图:微信对比}",
            lambda facts: facts.count("items.by_channel_kind.wechat") > 0,
        ),
        Phrase(
            "未开设新媒体",
            "{自称}以政府网站政府信息公开专栏为公开平台，未开设政务新媒体账号。专栏设置检索、下载功能，方便公众查阅。",
            lambda facts: not facts.count("items.by_channel_kind.wechat")
            and not facts.count("items.by_channel_kind.weibo"),
        ),
    ),
    "overview.supervision": (
        Phrase(
            "机构人员和培训",
            "{自称}政府信息公开工作机构为{工作机构}，明确专人负责信息发布和审核。组织工作人员学习《中华人民共和国政府信息公开条例》，"
            "定期自查并整改。{年度}年未发生责任追究的情形。",
        ),
        Phrase(
            "考核和评议",
            "{自称}将政府信息公开工作列入年度工作考核，通过公开电话、信箱等方式接受社会评议和监督，对发现的问题督促整改。"
            "{年度}年未发生责任追究的情形。",
        ),
    ),
    "problems.found": (
        Phrase(
            "内容和解读",
            "对照《条例》和群众期待，{自称}的政府信息公开工作还存在以下问题：一是部分栏目更新不够及时；二是政策解读以文字为主，形式比较单一。",
        ),
        Phrase(
            "办理和人员",
            "{年度}年工作中存在的主要问题：一是依申请公开的办理流程有待细化；二是从事公开工作的人员变动较多，业务熟练程度不够。",
        ),
        Phrase(
            "上年问题已改进",
            "针对上年报告提出的问题，{自称}已逐项整改。目前仍存在的不足：一是主动公开的深度不够，对公众关注的事项公开不够具体；"
            "二是公开渠道之间的衔接有待加强。",
        ),
    ),
    "problems.measures": (
        Phrase(
            "时限和解读",
            "下一步，{自称}将从以下方面改进：一是明确各栏目责任科室和更新时限，每季度检查一次；二是重要政策采用图解、问答等形式解读，与文件同步发布。",
        ),
        Phrase(
            "流程和培训",
            "改进措施：一是细化登记、审核、答复、归档各环节的要求，做到依法按期答复；二是组织业务培训和案例研讨，保持工作人员相对稳定。",
        ),
    ),
    "other.fees": (
        Phrase(
            "未收取",
            "{年度}年，{自称}未发出信息处理费收费通知，未收取信息处理费。",
            _not(_charged),
        ),
        Phrase(
            "通知、应收和实收",
            "{年度}年，{自称}依照规定收取信息处理费，发出收费通知{收费通知件数}件，应收金额{信息处理费应收}元，实际收取{信息处理费实收}元。",
            _charged,
        ),
    ),
    "other.priorities": (
        Phrase(
            "任务分解",
            "{自称}对照上级{年度}年政务公开工作要点制定任务清单，逐项明确责任科室和完成时限，任务均按要求推进。",
        ),
        Phrase(
            "重点领域",
            "{年度}年，{自称}按照上级政务公开工作要点，重点做好与企业和群众密切相关的政策、办事和民生信息公开，并定期检查落实情况。",
        ),
    ),
    "other.proposals": (
        Phrase(
            "承办和公开",
            "{年度}年，{自称}承办人大代表建议{建议件数}件、政协提案{提案件数}件，主动公开办理结果{建议提案公开件数}件。",
            _led,
        ),
        Phrase(
            "未承办",
            "{年度}年，{自称}未承办人大代表建议和政协提案。",
            lambda facts: not any(
                facts.count(f"proposals.{key}") for key in ("npc", "cppcc", "npc_assisted", "cppcc_assisted")
            ),
        ),
    ),
    "other.innovation": (
        Phrase("没有", "本年度没有需要报告的创新事项。"),
        Phrase("公开方式", "{年度}年，{自称}邀请群众代表走进机关了解政策制定和执行情况，听取对政务公开工作的意见。"),
    ),
    "other.stat_notes": (
        Phrase("没有", "没有需要说明的事项。", lambda facts: not facts.adjustments),
        Phrase("数据来源", "报告数据由{自称}按照统计口径汇总。{调整说明}", lambda facts: bool(facts.adjustments)),
    ),
    "other.other": (
        Phrase("没有", "没有其他需要报告的事项。"),
        Phrase("所属单位", "{自称}所属事业单位的政府信息公开工作由{自称}统一组织，并指导其做好日常公开。"),
    ),
    "other.mandated": (
        Phrase("没有", "没有其他文件专门要求报告的事项。"),
        Phrase("收费金额", "{年度}年，{自称}行政事业性收费金额为{收费万元}万元。", _some("proactive.fees_wan_yuan")),
    ),
}  # fmt: skip


def offered(section: str, facts: Facts) -> list[Phrase]:
    """The phrases that are true of the year, in order."""
    return [phrase for phrase in PHRASES.get(section, ()) if phrase.fits(facts)]
