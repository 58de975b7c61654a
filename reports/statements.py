"""What the text of a report says about the tables, and whether it is so (N-TEXT, N-ZERO); pure.

Only plain claims are read: a verb or label of the form, a whole number and 件. A clause about another year, about a
part (其中…) or with a round figure (余件) claims nothing about a total and is left alone.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Number = Callable[[str], int | None]
"""A cell's code → its number, or None where the table has none."""

COUNT = r"(\d+)[件宗]"
ABOUT_PARTS = re.compile(r"其中|网上|网络|互联网|信函|邮寄|邮政|当面|现场|传真|自然人|企业|法人|机构|委托|律师")
ABOUT_OTHER_TIMES = re.compile(r"去年|同比|环比|增长|增加|减少|下降|历年|累计|以来|月份|季度|半年")
REFUSALS = (
    "state_secret", "prohibited_by_law", "security_stability", "third_party", "internal_affairs",
    "process_information", "enforcement_file", "administrative_query",
)  # fmt: skip
UNABLE = ("not_held", "needs_creation", "still_unclear")
NOT_HANDLED = ("petition", "repeated", "publication", "excessive", "reconfirmation")
OTHERWISE = ("correction_lapsed", "fee_lapsed", "other_handling")


@dataclass(frozen=True)
class Claim:
    """A kind of statement: how it is told, and the sums of cells that may stand behind it."""

    name: str
    pattern: re.Pattern[str]
    sums: tuple[tuple[str, ...], ...]


def _rows(*rows: str) -> tuple[str, ...]:
    return tuple(f"requests.{row}.total" for row in rows)


CLAIMS = (
    # 受理 may mean what came in, or that and what was carried over.
    Claim(
        "收到申请",
        re.compile(rf"(?<!未)(?<!没有)(?:新收|新增|收到|接收|受理)[^，。；：0-9]{{0,30}}?申请[^，。；：0-9]{{0,10}}?{COUNT}"),
        (_rows("new"), _rows("new", "carried_in")),
    ),
    Claim("上年结转", re.compile(rf"上一?年度?结转[^，。；：0-9]{{0,16}}?{COUNT}"), (_rows("carried_in"),)),
    Claim(
        "办结答复",
        re.compile(rf"(?:办结|办理完结|已?答复)(?:[^，。；：0-9]{{0,12}}?申请)?[^，。；：、0-9]{{0,6}}?{COUNT}"),
        (_rows("answered_total"),),
    ),
    Claim(
        "予以公开",
        re.compile(rf"(?<![不未])予以公开(?:的)?(?:共)?{COUNT}"),
        (_rows("granted"), _rows("granted", "partial")),
    ),
    Claim("部分公开", re.compile(rf"部分公开(?:的)?(?:共)?{COUNT}"), (_rows("partial"),)),
    Claim("不予公开", re.compile(rf"不予公开(?:的)?(?:共)?{COUNT}"), (_rows(*REFUSALS),)),
    Claim("无法提供", re.compile(rf"无法提供(?:的)?(?:共)?{COUNT}"), (_rows(*UNABLE),)),
    Claim("不予处理", re.compile(rf"不予处理(?:的)?(?:共)?{COUNT}"), (_rows(*NOT_HANDLED),)),
    Claim("其他处理", re.compile(rf"其他处理(?:的)?(?:共)?{COUNT}"), (_rows(*OTHERWISE),)),
    Claim(
        "结转下年度",
        re.compile(rf"(?:结转|顺延)(?:至|到)?(?:下|次|\d{{4}})一?年度?[^，。；：0-9]{{0,10}}?{COUNT}"),
        (_rows("carried_out"),),
    ),
    Claim(
        "行政复议", re.compile(rf"(?<!行政诉讼)行政复议(?:案件|申请)?(?:共)?{COUNT}"), (("disputes.review.total",),)
    ),
    Claim(
        "行政诉讼",
        re.compile(rf"行政诉讼(?:案件)?(?:共)?{COUNT}"),
        (("disputes.litigation_direct.total", "disputes.litigation_after_review.total"),),
    ),
)  # fmt: skip

NO_REQUESTS = re.compile(
    r"(?:未|没有|无)(?:收到|接到|接收|受理)[^，。；]{0,24}?申请|(?:收到|受理)[^，。；0-9]{0,24}?申请(?:共)?[0零]件|零申请"
    r"|无(?:政府信息)?依?申请公开(?:事项|件|申请)?(?=[，。；]|$)"
)
NO_DISPUTES = re.compile(r"(?:未(?!经)|没有|无(?!法))[^，。；]{0,24}?(?:行政复议|行政诉讼|复议诉讼)[^，。；]*")
BREAKDOWN = re.compile(r"(\d+)([条件篇项次])[，,：:（(]?(?:其中|包括|分别为|分别是)[，,：:]?([^。；]*)")


def normalised(text: str) -> str:
    """Half-width digits, no blanks, no thousands separators."""
    text = unicodedata.normalize("NFKC", text).replace(",", "，").replace(";", "；").replace(":", "：")
    text = re.sub(r"\s+", "", text)
    return re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", "", text)


def contradictions(text: str, number: Number, year: int | None) -> Iterator[tuple[str, str]]:
    """N-TEXT: (cell, what is wrong in Chinese) for each claim that no sum of cells bears out."""
    text = normalised(text)
    for claim in CLAIMS:
        for match in claim.pattern.finditer(text):
            if _is_about_something_else(text, match, year):
                continue
            told = int(match.group(1))
            sums = [values for cells in claim.sums if None not in (values := [number(cell) for cell in cells])]
            totals = [sum(value for value in values if value is not None) for values in sums]
            if totals and told not in totals:
                yield claim.sums[0][0], f"正文写“{match.group(0)}”，而表中{claim.name}为{totals[0]}件"
    yield from _uneven_breakdowns(text)


def zero_contradictions(text: str, number: Number) -> Iterator[tuple[str, str]]:
    """N-ZERO: (cell, what is wrong) where the text denies what the tables count."""
    text = normalised(text)
    received = number("requests.new.total")
    denial = NO_REQUESTS.search(text)
    if denial and received:
        yield "requests.new.total", f"正文写“{denial.group(0)}”，而表中本年新收{received}件"
    for match in NO_DISPUTES.finditer(text):
        denied = match.group(0)
        for word, cells in (("复议", ("review",)), ("诉讼", ("litigation_direct", "litigation_after_review"))):
            counted = sum(number(f"disputes.{group}.total") or 0 for group in cells)
            if word in denied and counted:
                yield f"disputes.{cells[0]}.total", f"正文写“{denied}”，而表中行政{word}为{counted}件"


def says_nothing_received(text: str) -> bool:
    """Does the text say in some form that no request came in?"""
    return bool(NO_REQUESTS.search(normalised(text)))


def _clause(text: str, match: re.Match[str]) -> str:
    """From the sentence mark or comma before the match to its end."""
    start = max(text.rfind(mark, 0, match.start()) for mark in "，。；：") + 1
    return text[start : match.end()]


def _is_about_something_else(text: str, match: re.Match[str], year: int | None) -> bool:
    clause = _clause(text, match)
    if ABOUT_PARTS.search(clause.removesuffix(match.group(0)) + match.group(0)[:2]) or ABOUT_OTHER_TIMES.search(clause):
        return True
    years = {int(found) for found in re.findall(r"(20\d\d)年(?!度?继续)", clause)}
    return bool(years and year and year not in years and "结转" not in clause and "顺延" not in clause)


def _uneven_breakdowns(text: str) -> Iterator[tuple[str, str]]:
    """A list of parts (其中…) that is more than its total, or ends in 其他 and is less."""
    for match in BREAKDOWN.finditer(text):
        total, unit, listed = int(match.group(1)), match.group(2), match.group(3)
        parts = [(label, int(count)) for label, count in re.findall(rf"([^\d，、：（）]+?)(\d+){unit}", listed)]
        summed = sum(count for _, count in parts)
        closed = bool(parts) and parts[-1][0].lstrip("及和与").startswith(("其他", "其它"))
        if len(parts) > 1 and (summed > total or (closed and summed < total)):
            yield "", f"正文写共{total}{unit}，而所列各项之和为{summed}{unit}：{match.group(0)[:60]}"
