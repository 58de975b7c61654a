"""Number plates of vehicles (GA 36) in folded text; pure."""

import re
from collections.abc import Iterator

from disclosures.gate.kinds import Found, Kind

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = "[0-9A-HJ-NP-Za-hj-np-z]"  # never I or O
_GAP = r"[ .·\n-]?+"
# Five signs, six for new energy (a letter first or last), or four and the use of the vehicle.
_PLATE = re.compile(
    rf"[{_PROVINCES}]{_GAP}[A-HJ-Za-hj-z](?P<gap>[ .·\n-]{{0,2}}+)"
    rf"(?P<signs>[A-Ka-k]{_GAP}{_SIGN}(?:{_GAP}[0-9]){{4}}(?![0-9A-Za-z])|(?:[0-9]{_GAP}){{5}}[A-Ka-k](?![0-9A-Za-z])"
    rf"|{_SIGN}(?:{_GAP}{_SIGN}){{3}}{_GAP}(?:[挂学警港澳超](?![习校生术院警])|{_SIGN}(?![0-9A-Za-z])))"
)
_LABEL = re.compile(r"(?:车牌|号牌|车号|车辆|牌照|牌号|驾驶|轿车|货车|客车|汽车|挂车)[^\n]{0,8}\Z")
# 最新A12345, 政务云A10001: the end of a word, and a code after it.
_WORD_ENDING_SO = re.compile(r"(?:[更最重创全革翻刷自]新|[阿务云讯为里上星]云|[四银]川|[安]宁)\Z")
_CONTINUES = re.compile(r"[-/.]?[0-9]|[-/][A-Za-z0-9]|[A-Za-z]|[%％]")
_FEWEST_DIGITS = 2


def find(plain: str) -> Iterator[Found]:
    for match in _PLATE.finditer(plain):
        signs = [place for place in range(match.start(), match.end()) if plain[place].isalnum()]
        if _is_plate(match, [plain[place] for place in signs[2:]]):
            yield Found(Kind.PLATE, match.start(), match.end(), signs[2:-2])


def _is_plate(match: re.Match[str], signs: list[str]) -> bool:
    plain = match.string
    if sum(sign.isdigit() for sign in signs) < _FEWEST_DIGITS:
        return False
    if signs[-1].isascii() and _CONTINUES.match(plain, match.end()):
        return False
    before = plain[max(match.start() - 16, 0) : match.start()]
    if _LABEL.search(before):
        return True
    if _WORD_ENDING_SO.search(plain[max(match.start() - 1, 0) : match.start() + 1]):
        return False
    # 鲁B 2022 1: gaps of every length between the signs are no way to write a plate.
    broken = re.sub(r"[0-9A-Za-z\u4e00-\u9fff]", "", match["signs"])
    return len(broken) <= 1 or len(broken) >= len(signs) - 1
