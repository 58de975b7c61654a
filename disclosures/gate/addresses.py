"""Home addresses in folded text: a door in a village or a housing estate, or what a label says is one; pure.

A street and its number are as often an office's; without a label they are left alone. So are buildings and units
without a room (老旧小区改造), and what a label calls a place of business or a site.
"""

import re
from collections.abc import Iterator

from disclosures.gate.kinds import Found, Kind

_GAP = r"[ \n]{0,2}+"
_N = r"(?:[0-9]{1,4}|[一二三四五六七八九十百零〇]{1,4})"
_ROOM = rf"(?:[0-9]{{3,4}}(?![0-9年]){_GAP}[室号户房]?|{_N}{_GAP}[室户房])"
_SIDE = r"[东西中南北左右]{1,2}[户室侧手门]"
_FLOOR = rf"{_N}{_GAP}[楼层](?:{_GAP}(?:{_SIDE}|[东西中南北左右]|{_ROOM}))?"
_BUILDING = rf"[A-Za-z甲乙丙丁]?{_N}{_GAP}(?:号楼|栋楼?|幢楼?|号院|座|#楼?|[号楼])"
_UNIT = rf"(?:{_N}|[A-Za-z甲乙丙丁]){_GAP}(?:单元|门)"
_DOOR = rf"(?:{_ROOM}|{_FLOOR}|[东西中南北左右]{{1,2}}[户室手])"
_ESTATE = (
    r"(?:小区|花园|家园|公寓|新村|嘉园|公馆|华府|新城|名城|庄园|宿舍|家属院|家属楼|社区|雅居|佳园|丽园|景园|御园|新苑|"
    r"嘉苑|佳苑|雅苑|花苑|馨苑|家苑|丽苑|怡园|名苑|华庭|名都|豪庭|雅园|馨园|府邸|安置区|平房)"
    r"(?:[一二三四五六七八九十东西南北中A-Za-z][区里院]|[一二三四五1-9]期)?"
)
_NOT_A_DOOR = (
    r"(?![0-9楼院文令线路井桥桩点坝泵门机台车店库厂矿窑池塘地宗图仓棚渠沟站变段支闸片标]|公告|大棚|污水|建议|提案|议案|通[告知]|决定|批复|"
    r"住宅楼|安置|公交|项目|会议|水|田|涵|灯|杆|塔|风|采|粮|沼|机井|配电)"
)
_VILLAGE_PARTS = (
    rf"(?:第?{_N}{_GAP}(?:村民小组|小组|组|队|社|区|排|街|巷|胡同|条|大街){_GAP}|[东西南北中前后]{{1,2}}[街路巷]{_GAP})"
)
_VILLAGE_DOOR = rf"{_VILLAGE_PARTS}{{0,3}}(?:门牌)?{_N}{_GAP}号{_NOT_A_DOOR}"

# Each has a place that is kept, and what is beyond it.
_PATTERNS = (
    re.compile(rf"(?P<place>){_BUILDING}{_GAP}{_UNIT}{_GAP}{_DOOR}"),
    re.compile(rf"(?P<place>){_N}{_GAP}弄{_GAP}{_N}{_GAP}号{_GAP}(?:[0-9A-Z]{{1,3}}座)?{_ROOM}"),
    re.compile(
        rf"(?P<place>{_ESTATE}){_GAP}(?:{_BUILDING}{_GAP}(?:{_UNIT}{_GAP})?(?:-?[0-9]{{1,2}}-)?{_DOOR}|{_UNIT}{_GAP}{_DOOR}"
        rf"|[A-Z]{_GAP}[座栋]{_GAP}{_DOOR}|[0-9]{{1,3}}[-#][0-9]{{1,2}}-[0-9]{{3,4}}(?![0-9])室?|[0-9]{{1,3}}[-#][0-9]{{3,4}}(?![0-9-])室?"
        rf"|{_VILLAGE_DOOR})"
    ),
    re.compile(rf"(?P<place>[\u4e00-\u9fff][村屯庄寨疃夼](?:村|社区)?|居委会){_GAP}{_VILLAGE_DOOR}"),
)
# What each cannot do without, and a text mostly does.
_NEEDS = (
    re.compile(rf"[0-9A-Za-z一二三四五六七八九十百零〇甲乙丙丁]{_GAP}(?:单元|门)"),
    re.compile("弄"),
    re.compile(_ESTATE),
    re.compile(r"[村屯庄寨疃夼社居]"),
)
_SELF_EVIDENT = 2  # so many of the patterns are homes whatever follows them
_GENERAL_VILLAGE = re.compile(r"(?:[农乡全各本该几个我多]|行政|自然|示范|贫困|试点|特色|传统|美丽)村\Z")

_LABEL = re.compile(
    r"(?:住址|现住址|常住址|家庭住址|户籍住址|户口住址|居住住址|暂住址|家庭地址|户籍(?:所在)?地址?|户口所在地|居住地址?|常住地址?|现居住地?|"
    r"现住(?![房宅建户])|家住|居住[在于]|住在|暂住(?![证人])[在于]?|租住[在于]?)[ \t]*[:：|\t为是在于,，]{0,2}[ \t]*"
    r"(?P<content>[\u4e00-\u9fffA-Za-z0-9#（）() -]{4,70}+)"
)
_END_OF_CONTENT = re.compile(r"的|电话|手机|联系|身份证|公民身份|邮编|邮政|姓名")
_LEVEL = re.compile(
    rf"(?:[\u4e00-\u9fff]{{1,10}}?(?:省|自治[区州县]|市|盟|县|旗|区|镇|乡(?!村)|街道|办事处|[村屯庄寨疃夼](?![民委里镇乡街])|{_ESTATE}|路|街|巷|胡同|大道))"
)
_FINE = re.compile(
    rf"{_BUILDING}(?:{_GAP}{_UNIT})?(?:{_GAP}{_DOOR})?|{_VILLAGE_DOOR}|第?{_N}(?:村民小组|组|队)|{_N}号|[0-9]{{1,3}}[-#][0-9]{{1,2}}-[0-9]{{3,4}}|{_ROOM}"
)
_SMALLEST = re.compile(rf"(?:[村屯庄寨疃夼](?![民委里镇乡街])|{_ESTATE}|路|街|巷|胡同|大道)")
_TOWNSHIP = re.compile(r"(?:镇|乡|街道|办事处|[县区市旗])")
_HOME_VILLAGE = re.compile(rf"(?:[\u4e00-\u9fff][村屯庄寨疃夼]|{_ESTATE})\Z")
_NOWHERE = re.compile(r"[本该外各所附同偏其我原远当异城]|农村|[^ ]{0,6}(?:以外|以内|范围|区域|辖区|任何|及其|或者)")

_BUSINESS_BEFORE = re.compile(
    r"(?:(?:单位|办公|注册|经营|营业|公司|企业|机构|项目|建设|施工|工程|生产|仓库|宗地)(?:地[址点]|位置|场所)|驻地|[店厂校园场]址|地点)"
    r"[ \t]*[:：为是在]{0,2}[^，。；,;\n]{0,24}\Z"
)
_SEAT_BEFORE = re.compile(r"住所地?[ \t]*[:：为是在]{0,2}[^，。；,;\n]{0,24}\Z")  # a company's or a person's
_BUSINESS_WITHIN = re.compile(r"公司|合作社|委员会|经营部|[^大小]学校|政府|[^前后]厂[^\u4e00-\u9fff]?")
_BUSINESS_AFTER = re.compile(
    r"[（(]?[^，。；、,;\n]{0,14}(?:公司|委员会|村委|居委|办事处|派出所|超市|商店|门市|商行|经营部|[饭酒药商]店|宾馆|幼儿园|学校|[中小]学|"
    r"卫生[室院]|诊所|服务[站中]|合作社|改造|整治|加装|工程|项目|施工|建设|修缮|粉刷|采购|招标|地块|宗地)"
)
_BUSINESS_JUST_BEFORE = re.compile(
    r"(?:公司|学校|[中小]学|幼儿园|卫生[室院]|合作社|厂|店|超市)[ ，,、（(：:]{0,2}(?:地址|位于)?[ :：]{0,2}\Z"
)
_LOOK_BACK, _LOOK_AHEAD = 40, 24
_BEGINNING = re.compile(
    r".*(?:[\s，。；：、,;:|“”\"（）()【】*]|家住|住在|住址|地址|居住[在于]?|现住|位于|坐落[在于]?|户籍|所在地|住所地?|住(?![宅房院所])|[为是])",
    re.DOTALL,
)


def traces(plain: str) -> Iterator[int]:
    """Where there are a label and its content, or a door."""
    for match in _LABEL.finditer(plain):
        yield match.start("content")
    for start, _, _ in _doors(plain):
        yield start


def find(plain: str) -> Iterator[Found]:
    """Not sorted, and may overlap: labelled ones first."""
    for match in _LABEL.finditer(plain):
        if found := _labelled(plain, *match.span("content")):
            yield found
    done = 0
    for start, evident, match in sorted(_doors(plain), key=lambda door: door[0]):
        if start < done:
            continue
        start = max(_beginning(plain, start), done)
        if _is_home(plain, start, match, evident):
            done = match.end()
            yield Found(Kind.ADDRESS, start, done, cut=match.end("place"))


def _doors(plain: str) -> Iterator[tuple[int, bool, re.Match[str]]]:
    """Where a door may be, whether it is a home's whatever stands around it, and the match."""
    for number, (pattern, needs) in enumerate(zip(_PATTERNS, _NEEDS, strict=True)):
        if not needs.search(plain):
            continue
        for match in pattern.finditer(plain):
            yield match.start(), number < _SELF_EVIDENT, match


def _beginning(plain: str, anchor: int) -> int:
    """Where the name of the place may begin: after the last mark or label before its number."""
    window = max(anchor - _LOOK_BACK, 0)
    behind = _BEGINNING.match(plain, window, anchor)
    return behind.end() if behind else window


def _is_home(plain: str, start: int, match: re.Match[str], self_evident: bool) -> bool:
    before = plain[max(start - _LOOK_BACK, 0) : match.start()]
    if plain.startswith("*", match.end()) or _BUSINESS_BEFORE.search(before):
        return False
    if self_evident:
        return True
    if _SEAT_BEFORE.search(before):
        return False
    name = plain[start : match.end("place")]
    return not (
        _GENERAL_VILLAGE.search(name)
        or _BUSINESS_WITHIN.search(name)
        or _BUSINESS_JUST_BEFORE.search(plain, max(start - _LOOK_BACK, 0), start)
        or _BUSINESS_AFTER.match(plain, match.end(), match.end() + _LOOK_AHEAD)
    )


def _labelled(plain: str, start: int, end: int) -> Found | None:
    """The address at the beginning of what a label is followed by, if it is one."""
    if stop := _END_OF_CONTENT.search(plain, start, end):
        end = stop.start()
    if _NOWHERE.match(plain, start, end):
        return None
    levels = list(_LEVEL.finditer(plain, start, end))
    fine = [part for part in _FINE.finditer(plain, start, end) if part.start() >= start + 2]
    if not levels:
        return None
    last = max(part.end() for part in (levels[-1], *fine[-1:]))
    if plain.startswith("*", last):
        return None
    if fine:
        places = [place.end() for place in _SMALLEST.finditer(plain, start, fine[0].start())]
        return Found(Kind.ADDRESS, start, last, cut=places[-1] if places else fine[0].start())
    if len(levels) > 1 and _HOME_VILLAGE.search(plain[start:last]):
        towns = [town.end() for town in _TOWNSHIP.finditer(plain, start, levels[-1].start())]
        return Found(Kind.ADDRESS, start, last, cut=towns[-1] if towns else levels[-1].start())
    return None
