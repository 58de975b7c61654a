"""Numbers bound to the text by fixed names in braces, ``{网站条数}``.

There is no template language: only the names of ``PLACEHOLDERS`` are filled, anything else stays as written and is
reported.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from disclosures.models import ChannelKind
from reports.cells import OUTCOME_GROUPS, REQUEST_COLUMNS, TOTAL
from reports.money import decimal_text
from reports.text import sentences
from reports.text.facts import Facts

Quantity = Callable[[Facts], int | Decimal]


@dataclass(frozen=True)
class Placeholder:
    """What stands for a name in braces, and how the menu explains it. ``quantity`` where it is one number."""

    explains: str
    value: Callable[[Facts], str]
    group: str
    unit: str = ""
    quantity: Quantity | None = None


def _words(group: str, **told: tuple[str, Callable[[Facts], str]]) -> dict[str, Placeholder]:
    return {name: Placeholder(explains, value, group) for name, (explains, value) in told.items()}


def _number(group: str, explains: str, unit: str, quantity: Quantity) -> Placeholder:
    return Placeholder(explains, lambda facts: _told(quantity(facts)), group, unit, quantity)


def _told(value: int | Decimal) -> str:
    return decimal_text(value) if isinstance(value, Decimal) else str(value)


def _cells(group: str, explains: str, *cells: str, unit: str = "件") -> Placeholder:
    return _number(group, explains, unit, lambda facts: facts.total(*cells))


def _count(group: str, explains: str, *paths: str, unit: str = "件") -> Placeholder:
    return _number(group, explains, unit, lambda facts: sum((facts.count(path) for path in paths), 0))


def _on(explains: str, kind: ChannelKind, unit: str) -> Placeholder:
    return _number("主动公开", explains, unit, lambda facts: facts.on(kind))


def _on_before(explains: str, kind: ChannelKind, unit: str) -> Placeholder:
    return _number("与上年相比", explains, unit, lambda facts: facts.last_year_on(kind))


def _growth_of(explains: str, *cells: str, unit: str = "件") -> Placeholder:
    return Placeholder(
        explains,
        lambda facts: sentences.growth(facts.total(*cells), facts.total_before(*cells), unit),
        "与上年相比",
    )


def _growth_on(explains: str, kind: ChannelKind, unit: str) -> Placeholder:
    def value(facts: Facts) -> str:
        before = facts.last_year_on(kind) if facts.published_last_year else None
        return sentences.growth(facts.on(kind), before, unit)

    return Placeholder(explains, value, "与上年相比")


def _growth_of_count(explains: str, *paths: str) -> Placeholder:
    def value(facts: Facts) -> str:
        before = [number for path in paths if (number := facts.count_before(path)) is not None]
        known = sum(before, 0) if len(before) == len(paths) else None
        return sentences.growth(sum((facts.count(path) for path in paths), 0), known, "件")

    return Placeholder(explains, value, "与上年相比")


def _rows(*rows: str, column: str = TOTAL) -> tuple[str, ...]:
    return tuple(f"requests.{row}.{column}" for row in rows)


SUITS = ("disputes.litigation_direct.total", "disputes.litigation_after_review.total")
PENDING = tuple(f"disputes.{group}.pending" for group in ("review", "litigation_direct", "litigation_after_review"))
APPLICANTS = {
    "自然人申请": "natural_person",
    "商业企业申请": "commercial_enterprise",
    "科研机构申请": "research_institution",
    "公益组织申请": "public_welfare",
    "法律服务机构申请": "legal_service",
    "其他组织申请": "other",
}
ORGANISATIONS = tuple(column.key for column in REQUEST_COLUMNS if column.key not in ("natural_person", TOTAL))

PLACEHOLDERS: dict[str, Placeholder] = {
    **_words(
        "机关和年度",
        机关=("机关全称", lambda facts: facts.name),
        自称=("正文中的自称，如“我局”", lambda facts: facts.self_reference),
        工作机构=("政府信息公开工作机构", lambda facts: facts.office or "办公室"),
        年度=("报告年度", lambda facts: str(facts.figures.year)),
        上年=("上一年度", lambda facts: str(facts.figures.year - 1)),
        六部分名称=("六个部分的名称", sentences.six_parts),
    ),
    **_words(
        "整句",
        电子版=("在哪里查阅电子版", sentences.electronic_copy),
        联系方式=("联系部门、地址、电话", sentences.contact),
        发布情况=("政府网站发布条数和分类", sentences.published),
        新媒体情况=("微信、微博、发布会", sentences.new_media),
        申请情况=("收到和办理申请的情况", sentences.requests),
        复议诉讼情况=("复议、诉讼的情况", sentences.disputes),
        文件情况=("规范性文件制发、废止、有效件数", sentences.documents),
        决定情况=("许可、处罚、强制的决定件数", sentences.decisions),
        收费情况=("信息处理费通知、应收、实收", sentences.fees),
        建议提案情况=("建议提案办理和公开情况", sentences.proposals),
        调整说明=("对数据调整的说明；没有则为“无。”", sentences.adjustment_notes),
    ),
    "公开总条数": _count("主动公开", "各渠道发布的总条数", "items.total", unit="条"),
    "网站条数": _on("政府网站发布条数", ChannelKind.WEBSITE, "条"),
    **_words(
        "主动公开",
        网站分类=(
            "政府网站各栏目条数的列举",
            lambda facts: sentences.listing(facts.items["website_by_category"], "条") or "无",
        ),
    ),
    "微信篇数": _on("微信公众号发布篇数", ChannelKind.WECHAT, "篇"),
    "微博条数": _on("政务微博发布条数", ChannelKind.WEIBO, "条"),
    "发布会次数": _on("新闻发布会、访谈次数", ChannelKind.PRESS_EVENT, "次"),
    "规章制发": _cells("文件和决定", "本年制发规章件数", "proactive.regulations.issued"),
    "规章有效": _cells("文件和决定", "现行有效规章件数", "proactive.regulations.in_force"),
    "文件制发": _cells("文件和决定", "本年制发行政规范性文件件数", "proactive.normative_documents.issued"),
    "文件废止": _cells("文件和决定", "本年废止行政规范性文件件数", "proactive.normative_documents.repealed"),
    "文件有效": _cells("文件和决定", "现行有效行政规范性文件件数", "proactive.normative_documents.in_force"),
    "许可件数": _cells("文件和决定", "行政许可处理决定件数", "proactive.licensing"),
    "处罚件数": _cells("文件和决定", "行政处罚决定件数", "proactive.penalties"),
    "强制件数": _cells("文件和决定", "行政强制决定件数", "proactive.coercion"),
    "新收申请": _cells("申请", "本年新收申请件数", *_rows("new")),
    "上年结转": _cells("申请", "上年结转申请件数", *_rows("carried_in")),
    "申请合计": _cells("申请", "新收和上年结转的合计", *_rows("new", "carried_in")),
    "办结申请": _cells("申请", "本年度办结申请件数", *_rows("answered_total")),
    "结转下年": _cells("申请", "结转下年度件数", *_rows("carried_out")),
    **{
        f"{name}件数": _cells("办理结果", f"{name}的申请件数", *_rows(*rows))
        for name, rows in OUTCOME_GROUPS.items()
    },
    **{
        name: _cells("申请人", f"本年新收申请中{name.removesuffix('申请')}的件数", *_rows("new", column=column))
        for name, column in APPLICANTS.items()
    },
    "单位申请": _cells(
        "申请人", "本年新收申请中法人或其他组织的件数", *(f"requests.new.{kind}" for kind in ORGANISATIONS)
    ),
    "复议件数": _cells("复议诉讼", "行政复议案件数", "disputes.review.total"),
    "诉讼件数": _cells("复议诉讼", "行政诉讼案件数", *SUITS),
    "直接起诉件数": _cells("复议诉讼", "未经复议直接起诉的案件数", SUITS[0]),
    "复议后起诉件数": _cells("复议诉讼", "复议后起诉的案件数", SUITS[1]),
    "复议纠正件数": _cells("复议诉讼", "复议结果纠正的案件数", "disputes.review.corrected"),
    "尚未审结件数": _cells("复议诉讼", "尚未审结的复议、诉讼案件数", *PENDING),
    "收费万元": _cells("收费", "行政事业性收费金额（万元）", "proactive.fees_wan_yuan", unit="万元"),
    "收费通知件数": _count("收费", "信息处理费收费通知件数", "information_fee_notices"),
    "信息处理费应收": _count("收费", "信息处理费应收金额（元）", "information_fees_charged_yuan", unit="元"),
    "信息处理费实收": _count("收费", "信息处理费实收金额（元）", "information_fees_yuan", unit="元"),
    "建议件数": _count("建议提案", "主办的人大代表建议件数", "proposals.npc"),
    "提案件数": _count("建议提案", "主办的政协提案件数", "proposals.cppcc"),
    "协办建议件数": _count("建议提案", "协办的人大代表建议件数", "proposals.npc_assisted"),
    "协办提案件数": _count("建议提案", "协办的政协提案件数", "proposals.cppcc_assisted"),
    "建议提案公开件数": _count("建议提案", "办理结果主动公开的件数", "proposals.public"),
    "上年微信篇数": _on_before("上年微信公众号篇数", ChannelKind.WECHAT, "篇"),
    "上年网站条数": _on_before("上年政府网站条数", ChannelKind.WEBSITE, "条"),
    "网站同比": _growth_on("网站条数与上年相比", ChannelKind.WEBSITE, "条"),
    "微信同比": _growth_on("微信篇数与上年相比", ChannelKind.WECHAT, "篇"),
    "微博同比": _growth_on("微博条数与上年相比", ChannelKind.WEIBO, "条"),
    "发布会同比": _growth_on("发布会次数与上年相比", ChannelKind.PRESS_EVENT, "次"),
    "申请同比": _growth_of("新收申请与上年相比", *_rows("new")),
    "办结同比": _growth_of("办结申请与上年相比", *_rows("answered_total")),
    "复议同比": _growth_of("行政复议与上年相比", "disputes.review.total"),
    "诉讼同比": _growth_of("行政诉讼与上年相比", *SUITS),
    "许可同比": _growth_of("行政许可与上年相比", "proactive.licensing"),
    "处罚同比": _growth_of("行政处罚与上年相比", "proactive.penalties"),
    "强制同比": _growth_of("行政强制与上年相比", "proactive.coercion"),
    "收费同比": _growth_of("行政事业性收费与上年相比", "proactive.fees_wan_yuan", unit="万元"),
    "建议同比": _growth_of_count("人大代表建议（主办）与上年相比", "proposals.npc"),
    "提案同比": _growth_of_count("政协提案（主办）与上年相比", "proposals.cppcc"),
}  # fmt: skip
_NAME = re.compile(r"\{([^{}\n]{1,20})\}")
_CHART = re.compile(r"\s*图\s*[:：]")


def menu(facts: Facts) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Groups of (name, explanation, what it stands for now), in the order of the table."""
    by_group = groupby(
        sorted(PLACEHOLDERS.items(), key=lambda entry: GROUPS.index(entry[1].group)), lambda entry: entry[1].group
    )
    return [
        (group, [(name, placeholder.explains, placeholder.value(facts)) for name, placeholder in entries])
        for group, entries in by_group
    ]


def fill(text: str, facts: Facts) -> str:
    """``text`` with every known placeholder replaced; unknown ones stay as written."""

    def replace(match: re.Match[str]) -> str:
        placeholder = PLACEHOLDERS.get(match.group(1))
        return placeholder.value(facts) if placeholder else match.group(0)

    return _NAME.sub(replace, text)


def names_in(text: str) -> Iterator[str]:
    """Names in braces, in the order they appear; the marks of charts are not among them."""
    return (name for name in _NAME.findall(text) if not _CHART.match(name))


def unknown_placeholders(text: str) -> list[str]:
    """Names in braces that mean nothing here, in the order they appear."""
    return [name for name in names_in(text) if name not in PLACEHOLDERS]


def literal_parts(text: str) -> list[str]:
    """What the officer wrote between the names in braces."""
    return _NAME.sub("\0", text).split("\0")


GROUPS = list(dict.fromkeys(placeholder.group for placeholder in PLACEHOLDERS.values()))
