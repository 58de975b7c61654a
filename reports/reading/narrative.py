"""Title, year, agency and the running text of parts one, five and six, out of the paragraphs of a report."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from reports.reading.grids import Block, Paragraph, Picture
from reports.reading.words import WIDE, key, squeezed

# Part → what its heading says, without number and punctuation.
HEADINGS = {
    "一": re.compile(r"总体情况|总体工作情况|概述$|基本情况$"),
    "二": re.compile(r"(?:行政机关)?主动公开政府信息"),
    "三": re.compile(r"(?:行政机关)?收到和处理政府信息公开申请"),
    "四": re.compile(r"(?:因)?政府信息公开(?:工作)?.{0,6}行政复议|行政复议和?行政诉讼情况"),
    "五": re.compile(r"(?:政府信息公开)?(?:工作)?(?:中)?存在的?(?:主要)?问题|主要问题(?:及|和)改进"),
    "六": re.compile(r"其他需要报告的?事项|需要报告的其他事项|其他报告事项"),
}
PARTS = {"一": "overview", "五": "problems", "六": "other"}
NUMBERED = re.compile(r"([一二三四五六])[、.．,，:：]?")
SUFFIX = re.compile(r"^的?(?:及|和)?(?:下一步)?(?:改进)?(?:情况|措施|打算)?")
LONGEST_HEADING, LONGEST_BARE_HEADING = 45, 24
YEAR_DIGITS = {sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")} | {"○": "0", "零": "0", "Ｏ": "0"}
YEAR = r"(?:20[0-9]{2}|二[〇○零ＯO][一二三][〇○零一二三四五六七八九])"
REPORT = r"(?:政府)?信息公开(?:工作)?(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
TITLE = re.compile(
    rf"(?P<before>[^，。；！？]{{0,60}}?)(?P<year>{YEAR})年度?(?P<between>[^，。；！？]{{0,40}}?)(?P<report>{REPORT})"
)
SHORT_TITLE = re.compile(rf"(.{{3,60}}?)({YEAR})年度?(?:[（(]?草稿[）)]?)?")  # a line with no more than agency and year
PERIOD = re.compile(
    r"(?:统计[^。，；]{0,8}|期限|时限|数据)[^。；]{0,20}?(20[0-9]{2})年1月1日[^。；]{0,12}?(?:(20[0-9]{2})年)?12月31日"
)
ORGAN = re.compile(
    r"[\u4e00-\u9fff（）()·、]{2,40}?(?:人民政府(?:办公[厅室])?|办事处|委员会|管委会|办公[厅室]|[局厅部委署院处队站社会馆所办]|中心|公司|集团|政府|[省市县区镇乡州旗盟]|街道|自治区|兵团|海关)(?:[（(][^（）()]{1,12}[）)])?"
)
AROUND_NAME = re.compile(r"^(?:关于|首页|当前位置|您的位置|[《》::：·、的])+|(?:关于|发布|公布|[《》::：·、的])+$")
DAY = re.compile(rf"{YEAR}年[0-9一二三十]{{1,3}}月[0-9一二三十]{{1,3}}日")
# What stands around an article on a web page.
AFTER = re.compile(
    r"^(?:上一[篇条页]|下一[篇条页]|【?(?:打印|关闭|字体|收藏)|扫一扫|分享到|版权所有|主办(?:单位)?[:：]|承办(?:单位)?[:：]"
    r"|网站(?:标识码|地图)|相关(?:链接|文档|附件|稿件|阅读)|联系我们|友情链接|责任编辑|附件(?:下载)?[:：]?|.{0,20}ICP备|.{0,10}公网安备)"
)
LONGEST_TEXT = 200_000
LONGEST_TITLE = 120


@dataclass(frozen=True)
class Named:
    """A mention of a report by its title; ``by_page``: by the title of the page itself."""

    year: int
    agency: str
    by_page: bool


@dataclass
class Told:
    """``texts``: part → its text; ``pictures``: parts in which a picture stands; ``period``: the year of 统计期限."""

    agency: str = ""
    year: int | None = None
    period: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    pictures: set[str] = field(default_factory=set)


def told_in(blocks: Iterable[Block], titles: Iterable[str] = ()) -> Told:
    told, blocks = Told(), list(blocks)
    paragraphs = [block.text for block in blocks if isinstance(block, Paragraph)]
    named = [*_named(titles, True), *_named(paragraphs, False)]
    told.period = _period(paragraphs)
    told.year = _year_of(named, told.period)
    agencies = [each.agency for each in named if each.agency and each.year == told.year]
    told.agency = agencies[0] if agencies else _signature(paragraphs)
    _parts(told, blocks)
    return told


def _named(texts: Iterable[str], by_page: bool) -> Iterator[Named]:
    """Every mention of a report by its title."""
    before = ""
    for text in texts:
        line = squeezed(text).translate(WIDE)
        if len(line) > LONGEST_TITLE:
            before = ""
            continue
        if (short := SHORT_TITLE.fullmatch(line)) and (agency := _agency(short[1], "", "")):
            yield Named(_year(short[2]), agency, by_page)
        for piece in re.split(r"[-_|>»—]+", line):
            if match := TITLE.search(piece):
                agency = _agency(match["before"], match["between"], "" if by_page else before)
                yield Named(_year(match["year"]), agency, by_page)
        before = line


def _period(texts: Iterable[str]) -> int | None:
    for text in texts:
        if period := PERIOD.search(squeezed(text[:2000]).translate(WIDE)):
            return int(period[2] or period[1])
    return None


def _year_of(named: list[Named], period: int | None) -> int | None:
    """The year of the title. A page lists reports of other years too: the period told in the text decides between."""
    by_page = [each.year for each in named if each.by_page]
    years = [each.year for each in named]
    if by_page:
        return by_page[0]
    return period if period in years or not years else years[0]


def _agency(before: str, between: str, line_before: str) -> str:
    for text in (before, between, line_before):
        name = AROUND_NAME.sub("", text)
        if ORGAN.fullmatch(name):
            return name
    return ""


def _signature(paragraphs: list[str]) -> str:
    """The agency above the date at the end, where it stands alone on its line."""
    lines = [squeezed(text) for text in paragraphs]
    for at in range(len(lines) - 1, 0, -1):
        if DAY.fullmatch(lines[at].translate(WIDE)):
            return lines[at - 1] if ORGAN.fullmatch(lines[at - 1]) else ""
    return ""


def _year(text: str) -> int:
    return int("".join(YEAR_DIGITS.get(sign, sign) for sign in text.replace("O", "0")))


def _heading(text: str) -> tuple[str, str] | None:
    """(part, what follows the heading in the same paragraph). A heading without its number must be all of it."""
    plain = squeezed(text)
    numbered = NUMBERED.match(plain)
    if numbered is None:
        name = key(plain) if plain[:1] not in "（(" else ""  # 五（一）存在的主要问题 begins no part
        found = [part for part, heading in HEADINGS.items() if heading.match(name)]
        return (found[0], "") if len(found) == 1 and len(plain) <= LONGEST_BARE_HEADING else None
    part, name = numbered[1], plain[numbered.end() :]
    heading = HEADINGS[part].match(name)
    if heading is None:
        return None
    rest = SUFFIX.sub("", name[heading.end() :])
    if len(plain) <= LONGEST_HEADING and not re.search(r"[。；]", rest):
        return part, ""
    return part, rest.lstrip("。：:")


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
            is_date = DAY.fullmatch(squeezed(block.text).translate(WIDE))
            if is_date and lines and squeezed(lines[-1]) == told.agency:
                lines.pop()  # who signs is no text of the part
            if is_date or AFTER.match(squeezed(block.text)):
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
        (r"(?:镇|乡)(?:人民)?(?:政府)?$|街道(?:办事处)?$", "township"),
        (r"(?:省|自治区)(?:人民)?(?:政府)?$|^(?:北京|上海|天津|重庆)市(?:人民)?(?:政府)?$", "province"),
        (r"(?:自治州|盟)(?:人民)?(?:政府)?$", "city"),
        (r"(?:县|区|旗)(?:人民)?(?:政府)?$|市.{2,6}市(?:人民)?(?:政府)?$|管委会$|管理委员会$", "county"),
        (r"(?:政府|市|州)$", None),
        (r"(?:局|委员会|委|厅|办公室|办|部|署|队|中心)$", "department"),
    )
    name = re.sub(r"[（(][^（）()]*[）)]$", "", agency)
    return next((level for pattern, level in rules if re.search(pattern, name)), None)
