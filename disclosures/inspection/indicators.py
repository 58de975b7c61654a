"""What a self-check looks at, as data: 国办秘函〔2019〕19号 (政府网站检查指标), 条例 and the site guide. Pure.

Only what the records can tell is here: not spelling, not whether the server answers. ``checked`` is False where a
document is named whose wording was not read in a public copy, but remembered. Users are shown all of it as a
reference (参考), and each agency may change a threshold or leave an indicator out.
"""

from dataclasses import dataclass
from enum import Enum


class Weight(Enum):
    """How an inspection counts it."""

    VETO = "单项否决"
    DEDUCTION = "扣分"
    DUTY = "法定义务"
    ADVICE = "规范要求"


class Subject(Enum):
    """What is counted, and so which list a number leads to."""

    AGENCY = "agency"
    COLUMN = "category"
    ITEM = "item"
    DOCUMENT = "normativedocument"


@dataclass(frozen=True)
class Indicator:
    """``threshold`` in ``unit``: of columns the number that fails the site, else a period; None: one is a fault."""

    code: str
    title: str
    subject: Subject
    weight: Weight
    basis: str
    checked: bool
    remedy: str
    threshold: int | None = None
    unit: str = ""


NOTICE = "国办秘函〔2019〕19号"
COLUMN, ITEM, DOCUMENT = Subject.COLUMN, Subject.ITEM, Subject.DOCUMENT
VETO, DEDUCTION, DUTY, ADVICE = Weight.VETO, Weight.DEDUCTION, Weight.DUTY, Weight.ADVICE

INDICATORS = (
    Indicator(
        code="home_stale",
        title="首页不更新",
        subject=Subject.AGENCY,
        weight=VETO,
        basis=f"{NOTICE}：监测2周，首页无信息更新",
        checked=True,
        remedy="请尽快发布新的信息",
        threshold=14,
        unit="天",
    ),
    Indicator(
        code="news_stale",
        title="动态、要闻类栏目和通知、政策类一级栏目未更新",
        subject=COLUMN,
        weight=VETO,
        basis=f"{NOTICE}：动态、要闻类2周，通知公告、政策文件类一级栏目6个月，累计5个以上（含）未更新",
        checked=True,
        remedy="请更新这些栏目",
        threshold=5,
        unit="个",
    ),
    Indicator(
        code="other_stale",
        title="其他应更新而长期未更新的栏目",
        subject=COLUMN,
        weight=VETO,
        basis=f"{NOTICE}：应更新但长期未更新的栏目10个以上（含）",
        checked=True,
        remedy="请更新这些栏目；内容固定、不需要更新的，在栏目设置中改为“固定内容类”",
        threshold=10,
        unit="个",
    ),
    Indicator(
        code="empty",
        title="空白栏目",
        subject=COLUMN,
        weight=VETO,
        basis=f"{NOTICE}：空白栏目5个以上（含）",
        checked=True,
        remedy="请补充内容，或者合并、删去空白栏目",
        threshold=5,
        unit="个",
    ),
    Indicator(
        code="required_empty",
        title="不得空白的栏目没有内容",
        subject=COLUMN,
        weight=DEDUCTION,
        basis=f"{NOTICE}：机构职能、领导信息等必设栏目没有内容",
        checked=False,
        remedy="请马上补充内容",
    ),
    Indicator(
        code="dead_link",
        title="正文中的站内链接打不开",
        subject=ITEM,
        weight=DEDUCTION,
        basis=f"{NOTICE}：页面上的链接打不开或者错误，按个数扣分",
        checked=False,
        remedy="请撤下后改正链接，再重新发布",
    ),
    Indicator(
        code="missing_file",
        title="附件打不开",
        subject=ITEM,
        weight=DEDUCTION,
        basis=f"{NOTICE}：附件打不开，按个数扣分；条例第二十四条：能够下载",
        checked=False,
        remedy="附件的文件已不在服务器上，请撤下后重新上传，再重新发布",
    ),
    Indicator(
        code="no_content",
        title="没有正文、附件和链接",
        subject=ITEM,
        weight=DEDUCTION,
        basis=f"{NOTICE}：有标题没有内容的页面",
        checked=False,
        remedy="请补充正文，或者上传附件",
    ),
    Indicator(
        code="no_interpretation",
        title="规范性文件没有政策解读",
        subject=DOCUMENT,
        weight=DEDUCTION,
        basis="国办发〔2016〕80号：解读与文件同步；最迟在文件公开后3个工作日内",
        checked=False,
        remedy="请发布解读，并在规范性文件中选定",
        threshold=3,
        unit="个工作日",
    ),
    Indicator(
        code="late",
        title="公开超过规定时限",
        subject=ITEM,
        weight=DUTY,
        basis="条例第二十六条：自形成或者变更之日起20个工作日内公开，法律、法规另有规定的除外",
        checked=True,
        remedy="请核对成文日期；确已超期的，记下原因，今后及时公开",
        threshold=20,
        unit="个工作日",
    ),
    Indicator(
        code="no_index",
        title="没有索引号",
        subject=ITEM,
        weight=DUTY,
        basis="条例第十二条：公开目录包括索引",
        checked=True,
        remedy="请补填索引号",
    ),
    Indicator(
        code="no_summary",
        title="没有内容概述，或者只重复标题",
        subject=ITEM,
        weight=DUTY,
        basis="条例第十二条：公开目录包括内容概述",
        checked=True,
        remedy="请用一两句话补填内容概述",
    ),
    Indicator(
        code="no_formed",
        title="没有成文日期",
        subject=ITEM,
        weight=DUTY,
        basis="条例第十二条：公开目录包括生成日期",
        checked=True,
        remedy="请补填成文日期",
    ),
    Indicator(
        code="no_text",
        title="规范性文件没有公开全文",
        subject=DOCUMENT,
        weight=DUTY,
        basis="条例第二十条第一项：主动公开行政法规、规章和规范性文件",
        checked=True,
        remedy="请发布全文，并在规范性文件中选定",
    ),
    Indicator(
        code="future_date",
        title="日期晚于今天",
        subject=ITEM,
        weight=ADVICE,
        basis=f"日期明显有误；{NOTICE}把伪造发稿日期列为单项否决情形",
        checked=True,
        remedy="请核对成文日期和各渠道的发布日期",
    ),
    Indicator(
        code="before_formed",
        title="发布日期早于成文日期",
        subject=ITEM,
        weight=ADVICE,
        basis="两个日期前后矛盾",
        checked=True,
        remedy="请核对成文日期和发布日期",
    ),
    Indicator(
        code="ancient",
        title="成文日期早于1949年10月1日",
        subject=ITEM,
        weight=ADVICE,
        basis="日期明显有误",
        checked=True,
        remedy="请核对成文日期",
    ),
    Indicator(
        code="number_year",
        title="发文字号的年份与成文日期不一致",
        subject=ITEM,
        weight=ADVICE,
        basis="发文字号的年份一般就是成文的年份",
        checked=True,
        remedy="请核对发文字号和成文日期；年底编号、次年成文的不必改",
    ),
    Indicator(
        code="no_office",
        title="没有责任科室",
        subject=ITEM,
        weight=ADVICE,
        basis="便于更正信息和答复询问",
        checked=True,
        remedy="请补填责任科室",
    ),
    Indicator(
        code="same_title",
        title="标题重复",
        subject=ITEM,
        weight=ADVICE,
        basis="同一信息不应重复发布",
        checked=True,
        remedy="请核对是否重复发布，重复的请撤下",
    ),
    Indicator(
        code="validity_shown",
        title="文件已失效或者废止，页面仍显示有效",
        subject=ITEM,
        weight=ADVICE,
        basis="规章、规范性文件的页面应当标明有效性",
        checked=True,
        remedy="请把页面上的有效性改为失效或者废止",
    ),
    Indicator(
        code="no_expiry",
        title="规范性文件制发多年，没有写明失效日期",
        subject=DOCUMENT,
        weight=ADVICE,
        basis="各地规定不同：有效期一般5年，暂行、试行的一般2年",
        checked=False,
        remedy="请清理：继续有效的写明失效日期，不再执行的填写废止日期",
        threshold=5,
        unit="年",
    ),
)

BY_CODE = {indicator.code: indicator for indicator in INDICATORS}
