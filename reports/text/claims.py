"""Plain statements about the tables in the text of a report; pure.

Only plain claims are read: a verb or label of the form, a whole number and its unit. A clause about another year, about
a part (其中…), about another scope than the report's or another business than requests, or with a round figure (余件)
claims nothing about a cell and is left alone: a false alarm costs an office more than a missed slip.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from reports.cells import OUTCOME_GROUPS

COUNT = r"(\d{1,9})(?:[件宗起份例条]|次)(?![以人])"
LONGEST_SENTENCE = 200  # characters looked back and ahead: a text without a full stop must not take for ever
ABOUT_PARTS = re.compile(
    r"其中|网上|线上|网络|互联网|网站|平台|系统|邮箱|邮件|信函|邮寄|邮政|当面|现场|窗口|传真|自然人|个人|公民|企业|法人|(?<![我本])(?:单位|机构)"
    r"|委托|律师|代理|第三方|涉及|关于|有关|补正|延期|转办|口头|书面"
)
ANY_APPLICANT = re.compile(
    r"公民、?法人(?:和|或|或者|及|以及|、)?(?:其他|其它)组织|(?:任何)?(?:单位|个人)[和或、](?:单位|个人)|法律文书|网上公开"
)
ABOUT_OTHER_TIMES = re.compile(
    r"去年|同比|环比|同期|相比|较上|比上|增长|增加|增幅|减少|下降|降低|上升|历年|累计|以来|往年|近年|年均|月均|平均|月份|季度|半年|截[至止]"
)
ABOUT_OTHER_SCOPES = re.compile(
    r"全[省市区县州旗镇乡街]|各[省市区县州旗镇乡街级部单科]|本级|下[属级辖]|所[属辖]|系统|办公[厅室]|局属|直属"
)
# 受理 and 办结 are said of much else.
# Said at the head of a sentence, it goes for all the numbers in it.
WHOLE_PLACE = re.compile(r"全[省市区县州旗镇乡街](?!局)|各[省市区县镇乡级部单][^，。；]{0,8}(?:共|累计|合计)")
OTHER_BUSINESS = re.compile(
    r"许可|审批|审核|复议|诉讼|应诉|仲裁|救助|补贴|补助|登记|备案|资格|资质|项目|专利|商标|注册|年检|认定|鉴定|赔偿|听证|注销|变更|验收"
    r"|施工|用地|办证|证照|贷款|低保|住房|公租|入学|户籍|职称|援助|公证|裁决|调解|建议|提案|议案|热线|留言|信箱|来信|来访|信访|投诉|举报|工单"
    r"|咨询|诉求|(?<!公开)事项|案卷|处罚|强制|执法|舆情|民生|问政|意见|线索|业务|服务|求助|来电|电话|减免"
)
REQUESTS = re.compile(r"信息公开申请|公开申请|申请公开|依申请|公开信息申请|申请信息公开|申请(?!人|复议|行政|执行)")
NOT_THE_FACT = re.compile(r"目标|计划|力争|不超过|不少于|以上|左右|标准|每[年月件]|第")
# Marks that a document was given a kind of openness, not an answer to an applicant.
ABOUT_DOCUMENTS = re.compile(r"公文|文件|属性|源头|栏目|清单|目录|会议|议题")
REFUSALS, UNABLE, NOT_HANDLED, OTHERWISE = (
    OUTCOME_GROUPS[name] for name in ("不予公开", "无法提供", "不予处理", "其他处理")
)
SUITS = ("disputes.litigation_direct.total", "disputes.litigation_after_review.total")
RECEIVED = r"(?:新收|新增|收到|接收|接到|受理|收悉)"


@dataclass(frozen=True)
class Claim:
    """A kind of statement: how it is told, the sums of cells that may stand behind it, and its placeholder."""

    name: str
    pattern: re.Pattern[str]
    sums: tuple[tuple[str, ...], ...]
    placeholder: str
    # An outcome is part of the total wherever it is told; 其中 before it changes nothing.
    is_outcome: bool = False
    is_dispute: bool = False


@dataclass(frozen=True)
class Told:
    """A claim found in a text: its number, and the words it was told in."""

    claim: Claim
    number: int
    words: str
    clause: str
    sentence: str


def rows(*rows: str) -> tuple[str, ...]:
    return tuple(f"requests.{row}.total" for row in rows)


def _outcome(name: str, told: str, *sums: tuple[str, ...]) -> Claim:
    pattern = re.compile(rf"{told}(?:的|答复|决定|申请|情形|共|为|有|共计|：){{0,3}}{COUNT}")
    return Claim(name, pattern, sums, f"{name}件数", is_outcome=True)


def _outcome_row(name: str, told: str, row: str) -> Claim:
    pattern = re.compile(rf"{told}(?:信息|事项|类申请|申请|的|有|共){{0,3}}{COUNT}")
    return Claim(name, pattern, (rows(row),), "", is_outcome=True)


CLAIMS = (
    # 受理 may mean what came in, or that and what was carried over.
    Claim(
        "收到申请",
        re.compile(
            rf"(?<![未无])(?<!没有){RECEIVED}(?:[^，。；：0-9]{{0,30}}?申请[^，。；：0-9]{{0,10}}?{COUNT}"
            rf"|[^，。；：0-9]{{0,12}}?{COUNT}[^，。；：0-9]{{0,12}}?(?:信息公开申请|公开申请|依申请公开))"
        ),
        (rows("new"), rows("new", "carried_in")),
        "新收申请",
    ),
    Claim(
        "办理申请",
        re.compile(rf"(?<![未无])(?:办理|处理)[^，。；：0-9]{{0,24}}?(?:信息公开申请|公开申请|依申请公开)[^，。；：0-9]{{0,8}}?{COUNT}"),
        (rows("answered_total"), rows("new"), rows("new", "carried_in")),
        "办结申请",
    ),
    Claim("上年结转", re.compile(rf"上一?年度?结转[^，。；：0-9]{{0,16}}?{COUNT}"), (rows("carried_in"),), "上年结转"),
    Claim(
        "办结答复",
        re.compile(
            rf"(?<![未无按])(?:办结|办理完结|办理完毕|答复(?![书函率]|意见))(?:[^，。；：0-9]{{0,12}}?申请)?[^，。；：、0-9]{{0,6}}?{COUNT}"
        ),
        (rows("answered_total"),),
        "办结申请",
    ),
    _outcome("予以公开", r"(?<![不未])予以公开", rows("granted"), rows("granted", "partial")),
    _outcome("部分公开", r"(?<!不)(?:予以)?部分公开", rows("partial")),
    _outcome("不予公开", "不予公开", rows(*REFUSALS)),
    _outcome("无法提供", "无法提供", rows(*UNABLE)),
    _outcome("不予处理", "不予处理", rows(*NOT_HANDLED)),
    _outcome("其他处理", "其他处理", rows(*OTHERWISE)),
    *(
        _outcome_row(name, told, row)
        for name, told, row in (
            ("属于国家秘密", "属于国家秘密", "state_secret"),
            ("属于三类内部事务信息", "属于(?:三类)?内部事务", "internal_affairs"),
            ("属于四类过程性信息", "属于(?:四类)?过程性", "process_information"),
            ("属于行政执法案卷", "属于?行政执法案卷", "enforcement_file"),
            ("信访举报投诉类申请", "信访举报投诉类", "petition"),
            ("重复申请", "(?<!反复)重复申请", "repeated"),
        )
    ),
    Claim(
        "结转下年度",
        re.compile(rf"(?:结转|顺延)(?:至|到)?(?:下|次|\d{{4}})一?年度?[^，。；：0-9]{{0,10}}?{COUNT}"),
        (rows("carried_out"),),
        "结转下年",
    ),
    Claim(
        "行政复议",
        re.compile(rf"(?<!行政诉讼)行政复议(?:案件|案|申请)?(?:共计|共|为|有)?{COUNT}"),
        (("disputes.review.total",),),
        "复议件数",
        is_dispute=True,
    ),
    Claim(
        "行政诉讼",
        re.compile(rf"(?<!行政复议、)(?<!行政复议和)(?<!行政复议及)行政诉讼(?:案件|案)?(?:共计|共|为|有)?{COUNT}"),
        (SUITS,),
        "诉讼件数",
        is_dispute=True,
    ),
)  # fmt: skip

CHINESE_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}


def normalised(text: str) -> str:
    """Half-width digits, no blanks, no thousands separators, counts in figures; a line is a sentence."""
    text = unicodedata.normalize("NFKC", text).replace(",", "，").replace(";", "；").replace(":", "：")
    text = re.sub(r"[^\S\n]+", "", text)
    text = re.sub(r"(?<=[。！？；，：、])\n+|\n+(?=[，。；、：）])", "", text).replace("\n", "。")
    text = re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", "", text)
    return re.sub(r"(?<![每任第逐某首同哪几数上])([零〇一二两三四五六七八九十]{1,3})(?=[件宗起])", _in_figures, text)


def _in_figures(match: re.Match[str]) -> str:
    """一, 十二, 三十… to 99; anything else stays."""
    word = match.group(1)
    tens, ten, ones = word.rpartition("十")
    if any(len(part) > 1 for part in (tens, ones)):
        return word
    if not ten:
        return str(CHINESE_DIGITS[ones])
    return str((CHINESE_DIGITS[tens] if tens else 1) * 10 + (CHINESE_DIGITS[ones] if ones else 0))


def claims_in(text: str, year: int | None) -> Iterator[Told]:
    """What the (normalised) text says in plain words about the tables of ``year``."""
    for claim in CLAIMS:
        for match in claim.pattern.finditer(text):
            if not _is_about_something_else(text, match, year, claim):
                number = next(group for group in match.groups() if group is not None)
                yield Told(claim, int(number), match.group(0), clause_of(text, match), sentence_of(text, match))


def clause_of(text: str, match: re.Match[str]) -> str:
    """From the sentence mark or comma before the match to its end."""
    return text[_start(text, match, "，。；：！？") : match.end()]


def sentence_of(text: str, match: re.Match[str]) -> str:
    end = text.find("。", match.end(), match.end() + LONGEST_SENTENCE)
    return text[_start(text, match, "。！？") : end if end >= 0 else match.end() + LONGEST_SENTENCE]


def _start(text: str, match: re.Match[str], marks: str) -> int:
    furthest = max(match.start() - LONGEST_SENTENCE, 0)
    return max(furthest, *(text.rfind(mark, furthest, match.start()) + 1 for mark in marks))


def is_of_another_time(clause: str, year: int | None) -> bool:
    if ABOUT_OTHER_TIMES.search(clause.replace("截至年底", "").replace("截止年底", "")):
        return True
    if re.search(r"上一?年(?!度?结转)", clause) and "结转" not in clause:
        return True
    if re.search(r"\d月", clause) and not re.search(r"(?<!\d)1月1日.*12月31日", clause):
        return True
    years = {int(found) for found in re.findall(r"(20\d\d)年(?!度?继续)", clause)}
    return bool(years and year and year not in years and "结转" not in clause and "顺延" not in clause)


def _is_about_something_else(text: str, match: re.Match[str], year: int | None, claim: Claim) -> bool:
    clause, words = clause_of(text, match), match.group(0)
    before = text[_start(text, match, "。") : match.start()]
    lead = clause.removesuffix(words)
    parts = lead.removeprefix("其中") if claim.is_outcome else lead + ANY_APPLICANT.sub("", words)
    if ABOUT_PARTS.search(parts) or is_of_another_time(clause, year) or NOT_THE_FACT.search(clause):
        return True
    if ABOUT_OTHER_SCOPES.search(lead) or WHOLE_PLACE.search(before):
        return True
    if claim.is_dispute:
        return reviews_others(before + words)
    if claim.is_outcome:
        return bool(ABOUT_DOCUMENTS.search(before)) and not re.search(
            r"收到|受理|答复|办结|办理结果|件申请|申请\d", before
        )
    return _is_other_business(before, words)


def _is_other_business(before: str, words: str) -> bool:
    """Of all the kinds of work that the sentence names, is the last one before the number not requests?"""
    # 行政许可申请: the other business names the request.
    told = re.sub(rf"({OTHER_BUSINESS.pattern})(?:事项|案件|类|的)?申请(?!公开)", r"\1", before + words)
    requests = max((found.end() for found in REQUESTS.finditer(told)), default=-1)
    return max((found.end() for found in OTHER_BUSINESS.finditer(told)), default=-1) > requests


def reviews_others(told: str) -> bool:
    """An organ that decides on reviews, or defends others, tells of that business in the same words."""
    return bool(re.search(r"办理|审理|受理|收到|审结|承办|代理|指导|应诉|出庭|机关负责人", told)) and not re.search(
        r"信息公开|公开申请|申请公开|依申请|被申请|被提起|引[发起]", told
    )
