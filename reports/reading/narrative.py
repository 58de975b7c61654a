"""Title, year, agency and the running text of parts one, five and six, out of the paragraphs of a report."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from reports.reading.grids import Block, Paragraph, Picture
from reports.reading.words import key, squeezed

# Part → the words its heading begins with, without number and punctuation.
HEADINGS = {
    "一": ("总体情况",),
    "二": ("主动公开政府信息", "行政机关主动公开政府信息"),
    "三": ("收到和处理政府信息公开申请", "行政机关收到和处理政府信息公开申请"),
    "四": ("政府信息公开行政复议", "因政府信息公开工作被申请行政复议", "政府信息公开行政诉讼"),
    "五": ("存在的主要问题", "政府信息公开工作存在的主要问题", "主要问题及改进", "存在的问题"),
    "六": ("其他需要报告的事项", "其他需要报告事项", "需要报告的其他事项"),
}
PARTS = {"一": "overview", "五": "problems", "六": "other"}
LONGEST_HEADING = 45
YEAR_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
YEAR = r"(?:20[0-9]{2}|二[〇○零ＯO][一二三][〇○零一二三四五六七八九])"
REPORT = r"(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
TITLE = re.compile(
    rf"(?P<before>[^，。；！？]{{0,60}}?)(?P<year>{YEAR})年度?(?P<between>[^，。；！？]{{0,40}}?)(?P<report>{REPORT})"
)
PERIOD = re.compile(
    r"(?:统计[^。，；]{0,8}|期限|时限|数据)[^。；]{0,20}?(20[0-9]{2})年1月1日[^。；]{0,12}?(?:(20[0-9]{2})年)?12月31日"
)
ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府(?:办公[厅室])?|办事处|委员会|管委会|办公[厅室]|[局厅部委署院处队站社会馆所办]|中心|公司|集团)"
)
DAY = re.compile(rf"{YEAR}年[0-9一二三十]{{1,3}}月[0-9一二三十]{{1,3}}日")
# What stands around an article on a web page.
AFTER = re.compile(
    r"^(?:上一[篇条页]|下一[篇条页]|【?(?:打印|关闭|字体|收藏)|扫一扫|分享到|版权所有|主办(?:单位)?[:：]|承办(?:单位)?[:：]"
    r"|网站(?:标识码|地图)|相关(?:链接|文档|附件|稿件|阅读)|联系我们|友情链接|责任编辑|附件(?:下载)?[:：]?|.{0,20}ICP备|.{0,10}公网安备)"
)
LONGEST_TEXT = 200_000


@dataclass
class Told:
    """``texts``: part → its text; ``pictures``: parts in which a picture stands."""

    agency: str = ""
    years: list[int] = field(default_factory=list)
    period: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)


def told_in(blocks: Iterable[Block], titles: Iterable[str] = ()) -> Told:
    told = Told()
    blocks = list(blocks)
    paragraphs = [block.text for block in blocks if isinstance(block, Paragraph)]
    _title(told, [*titles, *paragraphs])
    _parts(told, blocks)
    if not told.agency:
        told.agency = _signature(paragraphs)
    return told


def _title(told: Told, texts: list[str]) -> None:
    lines = [squeezed(unicodedata.normalize("NFKC", text)) for text in texts]
    for at, line in enumerate(lines):
        if told.period is None and (period := PERIOD.search(line)):
            told.period = int(period[2] or period[1])
        if len(line) > 120:
            continue
        for piece in re.split(r"[-_|>»—]+", line):
            match = TITLE.search(piece)
            if not match:
                continue
            told.years.append(_year(match["year"]))
            before = lines[at - 1] if at and len(lines[at - 1]) <= 40 else ""
            told.agency = told.agency or _agency(match["before"], match["between"], before)


def _agency(before: str, between: str, line_before: str) -> str:
    for text in (before, between, line_before):
        name = re.sub(r"^(?:关于|《|首页|当前位置[:：]?|您的位置[:：]?)+", "", text).strip("《》:：·、的()（）")
        if ORGAN.fullmatch(name):
            return name
    return ""


def _signature(paragraphs: list[str]) -> str:
    """The agency above the date at the end, where it stands alone on its line."""
    lines = [squeezed(text) for text in paragraphs]
    for at in range(len(lines) - 1, 0, -1):
        if re.fullmatch(
            rf"{YEAR}年[0-9一二三十]{{1,3}}月[0-9一二三十]{{1,3}}日", unicodedata.normalize("NFKC", lines[at])
        ):
            return lines[at - 1] if ORGAN.fullmatch(lines[at - 1]) else ""
    return ""


def _year(text: str) -> int:
    return int("".join(YEAR_DIGITS.get(sign, sign) for sign in text.replace("O", "0")))


def _heading(text: str) -> tuple[str, str] | None:
    """(part, what follows the heading in the same paragraph)."""
    plain = squeezed(text)
    numbered = re.match(r"[（(]?([一二三四五六])[）)]?[、.．,，:：]?", plain)
    if not numbered:
        return None
    part = numbered[1]
    name = key(plain[:LONGEST_HEADING])
    for start in HEADINGS[part]:
        if name.startswith(start):
            if len(plain) <= LONGEST_HEADING:
                return part, ""
            cut = re.match(r"\s*[（(]?[一二三四五六][）)]?[、.．,，:：]?\s*", text)
            rest = text[cut.end() if cut else 0 :]
            return part, rest[len(start) :].lstrip("。：: 　")
    return None


def _parts(told: Told, blocks: list[Block]) -> None:
    found: dict[str, list[str]] = {}
    part = ""
    lines: list[str] = []
    for block in [*blocks, None]:
        heading = _heading(block.text) if isinstance(block, Paragraph) else None
        if block is None or heading:
            _keep(found, part, lines)
            part, lines = (heading[0], [heading[1]] if heading[1] else []) if heading else ("", [])
        elif isinstance(block, Picture):
            told.pictures.add(part)
        elif isinstance(block, Paragraph) and part:
            if AFTER.match(squeezed(block.text)):
                _keep(found, part, lines)
                part, lines = "", []
            elif _length(lines) < LONGEST_TEXT:
                lines.append(block.text)
    told.texts = {
        PARTS[part]: "\n".join(" ".join(line.split()) for line in lines if line.strip())
        for part, lines in sorted(found.items(), key=lambda item: list(PARTS).index(item[0]))
    }


def _keep(found: dict[str, list[str]], part: str, lines: list[str]) -> None:
    """The longest text under a heading: a menu may name the parts before the report does."""
    if part in PARTS and _length(lines) > _length(found.get(part, [])):
        found[part] = lines


def _length(lines: list[str]) -> int:
    return sum(len(line) for line in lines)


def level_of(agency: str) -> str | None:
    """The level that the name itself tells; None where it does not (市人民政府 may be of either kind)."""
    rules = (
        (r"^(?:国家|中华人民共和国).+(?:部|局|委员会|委|署|总局)$", "ministry"),
        (r"(?:镇|乡)人民政府$|街道办事处$", "township"),
        (r"(?:省|自治区)人民政府$|^(?:北京|上海|天津|重庆)市人民政府$", "province"),
        (r"(?:自治州|盟)人民政府$", "city"),
        (r"(?:县|区|旗)人民政府$|市.{2,6}市人民政府$", "county"),
        (r"人民政府$", None),
        (r"(?:局|委员会|委|厅|办公室|办|部|署|队)$", "department"),
    )
    return next((level for pattern, level in rules if re.search(pattern, agency)), None)
