"""Whole sentences about the year's figures: they say in words what a zero means. Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from disclosures.models import ChannelKind
from reports.cells import OUTCOME_GROUPS
from reports.text.facts import Facts
from reports.text.parts import OUTLINE


def growth(now: int | Decimal, before: int | Decimal | None, unit: str = "") -> str:
    """同比: the change against the year before, in per cent to one decimal, half up; no ratio to zero."""
    if before is None:
        return "上年无可比数据"
    if now == before:
        return "与上年持平"
    if not before:
        return f"上年为0{unit}"
    percent = abs(Decimal(now - before) * 100 / Decimal(before)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    if not percent:
        return "与上年基本持平"
    return f"同比{'增长' if now > before else '下降'}{percent}%"


def listing(counts: Mapping[str, int], unit: str) -> str:
    """机构职能2条、业务动态55条: what is not nought. A name with a figure at its end stands in quotation marks."""
    return "、".join(
        f"{f'“{name}”' if name[-1:].isdigit() else name}{number}{unit}" for name, number in counts.items() if number
    )


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
        ratio = f"，{growth(wechat, before, '篇')}" if before else ""
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
    groups = {name: sum(table[row]["total"] for row in rows) for name, rows in OUTCOME_GROUPS.items()}
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


def decisions(facts: Facts) -> str:
    table = facts.figures.tables["proactive"]
    counts = {"行政许可": table["licensing"], "行政处罚": table["penalties"], "行政强制": table["coercion"]}
    if not any(counts.values()):
        return "本年度未作出行政许可、行政处罚、行政强制决定。"
    return f"本年度作出{listing(counts, '件')}。"


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
