"""What a reader would stumble over in the text of a report; pure.

``run`` judges our own report section by section, ``of_report`` any report in the open format by its parts. What it
finds are warnings, save what the law demands or what would print as a broken mark.
"""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from reports.checks import Level, Result
from reports.figures import Figures
from reports.text import blocks, similarity
from reports.text.claims import CLAIMS, clause_of, is_of_another_time, normalised
from reports.text.facts import Facts
from reports.text.hand_written import hand_written
from reports.text.parts import GOVERNMENTS
from reports.text.placeholders import PLACEHOLDERS, fill, literal_parts, unknown_placeholders

if TYPE_CHECKING:
    from reports.document import ReportDocument

PREAMBLE, OVERVIEW, PROBLEMS, OTHER = "preamble", "overview", "problems", "other"
PART_KEYS = {"一": OVERVIEW, "五": PROBLEMS, "六": OTHER}


def run(document: "ReportDocument", written: Mapping[str, str], facts: Facts) -> list[Result]:
    """Every rule on our own report. ``written``: section → text with its placeholders, for what is printed."""
    texts = {PREAMBLE: "\n".join(document.preamble)}
    for part in document.parts:
        texts |= {section.key: "\n".join(section.paragraphs) for section in part.sections if section.key}
    whole = {
        PART_KEYS[part.number]: "\n".join(
            line for section in part.sections for line in (section.heading, *section.paragraphs)
        )
        for part in document.parts
        if part.number in PART_KEYS
    }
    return [
        *_marks(written),
        *(fault for key, text in texts.items() for fault in _years(key, text, document.year)),
        *_preamble(texts[PREAMBLE]),
        *_mandatory(whole, document.agency_level, _place_of(document), "error"),
        *_counts(written, facts),
        *_denials(written, facts),
        *_alike(written, facts.previous),
    ]


def of_report(report: Mapping[str, Any]) -> list[Result]:
    """The rules that need nothing but a report in the open format (contract §5); none where it has no text."""
    narrative = report.get("narrative")
    told = {
        key: text
        for key, text in (narrative if isinstance(narrative, Mapping) else {}).items()
        if isinstance(text, str)
    }
    if not any(text.strip() for text in told.values()):
        return []
    year = report.get("year")
    agency = report.get("agency")
    level = agency.get("level", "") if isinstance(agency, Mapping) else ""
    results = [
        fault for key, text in told.items() for fault in (_years(key, text, year) if isinstance(year, int) else ())
    ]
    if told.get(PREAMBLE, "").strip():
        results += _preamble(told[PREAMBLE])
    empty = [key for key in (OVERVIEW, PROBLEMS, OTHER) if not told.get(key, "").strip()]
    names = {OVERVIEW: "一、总体情况", PROBLEMS: "五、存在的主要问题及改进情况", OTHER: "六、其他需要报告的事项"}
    results += [
        Result("N-EMPTY", "warning", False, key, f"“{names[key]}”没有文字，没有可报告的也应写“无”") for key in empty
    ]
    present = {key: text for key, text in told.items() if key not in empty}
    return [*results, *_mandatory(present, level, {}, "warning")]


# Marks in braces


def _marks(written: Mapping[str, str]) -> Iterator[Result]:
    """N-BIND: every name in braces is a placeholder that can be filled, every mark of a chart one that can be drawn."""
    for section, text in written.items():
        for name in unknown_placeholders(text):
            message = f"正文中的“{{{name}}}”不是可用的数据名称，请从列表中选择或删除花括号"
            yield Result("N-BIND", "error", False, section, message)
        faults = blocks.faults(text)
        if section == PREAMBLE and not faults and blocks.split(text)[1]:
            faults = ["报告开头不能放图，请移到正文中"]
        for fault in faults:
            yield Result("N-BIND", "error", False, section, fault)
        for brace in re.findall(r"[{}]", re.sub(r"\{[^{}\n]*\}", "", text))[:1]:
            message = f"有单个的花括号“{brace}”，数据名称应写成一对花括号，例如 {{年度}}"
            yield Result("N-BIND", "warning", False, section, message)


# Years

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)年")
# A year that dates a document, a plan or a beginning, wherever it lies.
_DATED = re.compile(r"《[^》]*》|（[^（）]*）|\([^()]*\)|“[^”]*”|〔\d{4}〕")
_PLANNED = re.compile(
    r"^(?:版|修[订正]|施行|实施|起|以[来前后]|前|后|之前|之后|远景|规划|\d{1,2}月(?:\d{1,2}日)?(?:起|施行|实施|修[订正]|公布|印发|成立|发布的《))"
)
_SINCE = re.compile(r"[自从至—\-–~～]$|(?:十[一二三四五]五|截至|始于)[^，。]{0,6}$")
_COMPARED = re.compile(r"相比|同期|对比|较|比|分别|同比|问题|整改|报告|上年|不足|印发|制定|出台|以来|结转")
_OPENING = re.compile(
    r"(?:^|(?<=[。；！？\n]))[\s\u3000]*(?:（[一二三四五六七八九十]+）)?((?:19|20)\d\d)年(?:度)?(?=[，,]|我|本|全|区|市|县|局|镇|共|政府|各)"
)


def _years(key: str, text: str, year: int) -> Iterator[Result]:
    """N-YEAR: a year that is not the report's, nor the one before or after; or last year's where this year is told."""
    bare = _DATED.sub("", text)
    strange = dict.fromkeys(
        found
        for match in _YEAR.finditer(bare)
        if abs((found := int(match.group(1))) - year) > 1
        and not _PLANNED.match(bare[match.end() : match.end() + 20])
        and not _SINCE.search(bare[max(match.start() - 12, 0) : match.start()])
        and not (found > year and bare[match.start() - 1 : match.start()] == "到")
        and not _COMPARED.search(_around(bare, match))
    )
    for found in strange:
        yield Result("N-YEAR", "warning", False, key, f"正文写到{found}年，而报告年度是{year}年，请核对")
    for match in _OPENING.finditer(bare):
        found, sentence = int(match.group(1)), _around(bare, match)
        told = match.group(0).strip()
        if found == year - 1 and str(year) not in sentence and not _COMPARED.search(sentence):
            message = f"“{told}”开头的一句写的是上一年，如是沿用去年的文字，请改为{year}年"
            yield Result("N-YEAR", "warning", False, key, message)
        elif (
            found == year + 1
            and re.search(r"共[^，。]*\d|收到|办结", sentence)
            and not re.search(r"将|拟|计划|下一步|力争", sentence)
        ):
            yield Result("N-YEAR", "warning", False, key, f"“{told}”开头的一句写的是下一年，请核对年份")
    for first, last in re.findall(r"自?(20\d\d)年1月1日[起]?[至到—-]+(20\d\d)年12月31日", re.sub(r"\s", "", text)):
        if {int(first), int(last)} != {year}:
            message = f"统计时限写的是{first}年1月1日至{last}年12月31日，报告年度是{year}年"
            yield Result("N-YEAR", "warning", False, key, message)


def _around(text: str, match: re.Match[str]) -> str:
    """The sentence of the match, as far as 200 characters either way."""
    first, last = max(match.start() - 200, 0), match.end() + 200
    start = max(first, *(text.rfind(mark, first, match.start(1)) + 1 for mark in "。！？\n"))
    ends = [end for mark in "。！？\n" if (end := text.find(mark, match.end(), last)) >= 0]
    return text[start : min(ends, default=last)]


# What must be said

# The six parts as a preamble may call them: by the words of 条例 Art. 50 or of the format.
_NAMED = {
    "总体情况": r"总体情况|概述|总体",
    "主动公开政府信息情况": r"主动公开",
    "收到和处理政府信息公开申请情况": r"收到和处理|依申请|公开申请",
    "政府信息公开行政复议、行政诉讼情况": r"复议|诉讼",
    "存在的主要问题及改进情况": r"问题",
    "其他需要报告的事项": r"其[他它]",
}
_PREAMBLE_SAYS = {
    "编制依据（《中华人民共和国政府信息公开条例》）": r"条例",
    "数据的统计时限": r"统计(?:的)?(?:时限|期限|时段|时间|范围|区间|周期|期)|1月1日[^。]{0,8}12月31日",
    "在哪里查阅电子版": r"电子版|电子文本|下载|查阅",
    "联系方式": r"联系|电话|邮箱",
}
# 总体情况 tells of five subjects (国办公开办函〔2021〕30号).
_SUBJECTS = {
    "主动公开": r"主动公开|公开[^。]{0,12}信息|发布",
    "依申请公开": r"申请",
    "政府信息管理": r"信息管理|审[核查]|保密|规范[^。]{0,8}信息|属性|更新|台账|目录|管理",
    "平台建设": r"平台|网站|新媒体|专栏|公众号|微信",
    "监督保障": r"监督|保障|考核|培训|评议|追究|组织领导|领导小组|专人|检查|评估",
}
_ACCOUNTABILITY = {
    "工作考核": r"考核|考评|绩效|评估|测评",
    "社会评议": r"评议|评价|满意度|意见建议|社会监督|测评",
    "责任追究结果": r"追究|问责|追责|责任",
}
_FEES = r"收费|信息处理费|收取[^。，]{0,10}费|费用|减免"


def _preamble(text: str) -> Iterator[Result]:
    """N-MUST: what the opening tells. N-SIX: a preamble that counts the parts names all of them."""
    for what, said in _PREAMBLE_SAYS.items():
        if not re.search(said, text):
            yield Result("N-MUST", "warning", False, PREAMBLE, f"报告开头没有写明{what}")
    counted = re.search(r"(?<!\d)([二三四五六七八九4-9])(?:个|大)?部分", text)
    if not counted:
        return
    if counted.group(1) not in "六6":
        yield Result("N-SIX", "warning", False, PREAMBLE, f"报告开头写“{counted.group(0)}”，2021年格式为六部分")
    told = re.search(rf"[^。]*{counted.group(0)}[^。]*", text)
    missing = [name for name, said in _NAMED.items() if told and not re.search(said, told.group(0))]
    # Some only count the parts and name none.
    if missing and len(missing) < len(_NAMED) - 1:
        yield Result("N-SIX", "warning", False, PREAMBLE, f"报告开头写六部分，没有写出：{'、'.join(missing)}")


def _mandatory(parts: Mapping[str, str], level: str, places: Mapping[str, str], by_law: Level) -> Iterator[Result]:
    """N-MUST: the statements that a report of this level has to make. ``places``: where each would be written."""

    def fault(where: str, message: str, grade: Level = "warning") -> Result:
        return Result("N-MUST", grade, False, places.get(where, where), message)

    overview, problems, other = (parts.get(key) for key in (OVERVIEW, PROBLEMS, OTHER))
    if overview is not None:
        missing = [subject for subject, said in _SUBJECTS.items() if not re.search(said, overview)]
        if missing:
            yield fault(OVERVIEW, f"总体情况没有写到：{'、'.join(missing)}")
        lacking = [what for what, said in _ACCOUNTABILITY.items() if not re.search(said, overview)]
        if level in GOVERNMENTS and lacking:
            message = f"各级人民政府的报告应当写明{'、'.join(lacking)}情况（条例第五十条第四项）"
            # 街道办事处 is of the township's level and no government.
            yield fault("supervision", message, "warning" if level == "township" else by_law)
    if problems is not None:
        if not re.search(r"问题|不足|差距|短板|薄弱|困难|不够|有待|欠缺|^\W*(?:无|没有)", problems):
            yield fault(PROBLEMS, "第五部分没有写存在的主要问题")
        elif not re.search(r"改进|措施|整改|下一步|加强|加大|提[高升]|完善|强化|^\W*无", problems):
            yield fault("measures", "第五部分没有写改进情况")
    if other is not None and not re.search(_FEES, other):
        message = "第六部分没有写收取信息处理费的情况，没有收取的也应写明“未收取信息处理费”"
        yield fault("fees", message)


def _place_of(document: "ReportDocument") -> dict[str, str]:
    """Where a missing statement belongs: the section by its usual key, else the first of its part."""
    first = {
        PART_KEYS[part.number]: part.sections[0].key
        for part in document.parts
        if part.number in PART_KEYS and part.sections
    }
    shown = {section.key for part in document.parts for section in part.sections}
    wanted = {"supervision": (OVERVIEW, "overview.supervision"), "measures": (PROBLEMS, "problems.measures")}
    wanted["fees"] = (OTHER, "other.fees")
    places = {name: key if key in shown else first.get(part, part) for name, (part, key) in wanted.items()}
    return {**first, **places}


# Numbers written by hand


def _counts(written: Mapping[str, str], facts: Facts) -> Iterator[Result]:
    """N-COUNT: a number written by hand against the records beside the tables; those of the tables are N-TEXT's."""
    of_tables = {claim.placeholder for claim in CLAIMS}
    for section, text in written.items():
        for found in hand_written(section, text, facts):
            if found.agrees or found.name in of_tables:
                continue
            message = f"正文写“{found.words}”，而台账中为{found.figures[0]}{found.unit}"
            yield Result("N-COUNT", "warning", False, section, message)


# What a text denies → the figure that must then be nought.
_DENIED = (
    (
        r"(?:未|没有|无)(?:发生|产生|收取)[^，。；]{0,12}?(?:信息处理费|信息公开[^，。；]{0,4}费用?|政府信息公开收费)",
        "信息处理费实收",
    ),
    (r"(?:未|没有)(?:新)?(?:制发|制定|出台|印发)(?:行政)?规范性文件", "文件制发"),
    (r"未(?:通过|在)[^，。；]{0,6}网站[^，。；]{0,6}发布", "网站条数"),
    (r"未(?:承办|办理)[^，。；]{0,10}建议", "建议件数"),
    (r"未(?:承办|办理)[^，。；]{0,16}提案", "提案件数"),
)


def _denials(written: Mapping[str, str], facts: Facts) -> Iterator[Result]:
    """N-COUNT: the text says there were none, and the records have some."""
    for section, text in written.items():
        filled = normalised(fill(text, facts))
        for denied, name in _DENIED:
            quantity = PLACEHOLDERS[name].quantity
            number = quantity(facts) if quantity else 0
            found = next((one for one in re.finditer(denied, filled) if not _of_another_year(filled, one, facts)), None)
            if number and found:
                message = f"正文写“{found.group(0)}”，而台账中{PLACEHOLDERS[name].explains}为{number}"
                yield Result("N-COUNT", "warning", False, section, message)


def _of_another_year(text: str, match: re.Match[str], facts: Facts) -> bool:
    return is_of_another_time(clause_of(text, match), facts.figures.year)


# Last year's text


def last_year_texts(previous: Mapping[str, Any] | Figures | None) -> dict[str, str]:
    """Section → what last year's issued report printed there; nothing where none was issued here."""
    printed = previous.get("printed") if isinstance(previous, Mapping) else None
    if not isinstance(printed, Mapping):
        return {}
    return {
        section["key"]: "\n".join(section["paragraphs"])
        for part in printed.get("parts", ())
        for section in part.get("sections", ())
    }


def likeness(section: str, text: str, before: Mapping[str, str]) -> int | None:
    """Per cent of what the officer wrote that stood there last year; None where it cannot be said."""
    return similarity.likeness(literal_parts(text), before[section]) if section in before else None


def _alike(written: Mapping[str, str], previous: Mapping[str, Any] | Figures | None) -> Iterator[Result]:
    """N-SAME: 内容雷同 (国办公开办函〔2021〕30号 四)."""
    before = last_year_texts(previous)
    for section, text in written.items():
        if section == PREAMBLE:
            continue  # it says the same every year
        percent = likeness(section, text, before)
        if percent is not None and percent >= similarity.TOO_ALIKE:
            message = f"文字与上年报告有{percent}%相同，请按本年实际情况改写，避免内容雷同"
            yield Result("N-SAME", "warning", False, section, message)
