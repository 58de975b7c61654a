"""Labels and numbers as people write them; pure. Nothing is guessed: what has two readings has none."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Not seen, but there: zero-width signs, the byte order mark, soft hyphens, marks of direction.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u180e]")
_NOT_WORDS = re.compile(r"[^\w]|_")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]{1,3}|[0-9]{1,2})(?=\D)")
_DIGITS = re.compile(r"[0-9]+")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+")
_DECIMAL = re.compile(r"([0-9]+)\.([0-9]*)")
WIDE = {ord("０") + n: ord("0") + n for n in range(10)} | {
    ord(wide): ord(plain) for wide, plain in zip("，．－−＋\u3000", ",.--+ ", strict=True)
}
_STROKES = set("/\\-—–―－─_·.…*×xX○〇、﹣﹘⁃") | {"／", "＼", "～", "~"}
LONGEST_LABEL = 300  # with all its blanks
LONGEST_NUMBER = 15
SHOWN = 20  # characters of a cell that are shown


def squeezed(text: str) -> str:
    """Without white space of any kind and signs that are not seen."""
    return "".join(_UNSEEN.sub("", text).split())


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """A label in the form in which two ways of writing it are one: no blanks, no punctuation, no number before it.

    Empty for a text that is too long to be a label.
    """
    if len(text) > LONGEST_LABEL:
        return ""
    plain = _NOT_WORDS.sub("", unicodedata.normalize("NFKC", squeezed(text))).replace("其它", "其他")
    return unnumbered(plain)


def unnumbered(plain: str) -> str:
    """Without the number that a label begins with: 三、 and （三） and 3. of what punctuation has left."""
    return _NUMBERING.sub("", plain)


def shown(text: str) -> str:
    line = " ".join(_UNSEEN.sub("", text).split())
    return line if len(line) <= SHOWN else line[:SHOWN] + "…"


@dataclass(frozen=True)
class Number:
    """``value`` as written (an int, a decimal string for money) or None; ``fault`` says why not, ``remark`` how so."""

    value: int | str | None
    fault: str = ""
    remark: str = ""


def whole(text: str) -> Number:
    """A count as written in a cell."""
    return _number(text, units=("件",), money=False)


def money(text: str) -> Number:
    """An amount in 万元 as written in a cell, as a decimal string."""
    return _number(text, units=("万元", "万"), money=True)


def _number(text: str, *, units: tuple[str, ...], money: bool) -> Number:
    wide = text.translate(WIDE)
    plain = " ".join(_UNSEEN.sub("", wide).split())
    if not plain:
        return Number(None, "空白")
    if all(sign in _STROKES or sign == " " for sign in plain) and not any(sign in ".,、" for sign in plain[:1]):
        return Number(None, f"填的是“{shown(text)}”，不是数字")
    remarks = []
    if any(ord("０") <= ord(sign) <= ord("９") for sign in text):
        remarks.append("全角数字")
    for unit in units:
        if plain.endswith(unit) and len(plain) > len(unit):
            plain = plain.removesuffix(unit).rstrip()
            remarks.append(f"带有单位“{unit}”")
            break
    negative = plain.startswith("-") and plain[1:2].isdigit()
    digits = plain[1:] if negative else plain
    if _THOUSANDS.fullmatch(digits.partition(".")[0]) and "," in digits:
        digits = digits.replace(",", "")
        remarks.append("带有千分位分隔符")
    return _value(text, digits, negative, remarks, money)


def _value(text: str, digits: str, negative: bool, remarks: list[str], money: bool) -> Number:
    decimal = _DECIMAL.fullmatch(digits)
    if not _DIGITS.fullmatch(digits) and not decimal:
        return Number(None, _why_not(text, digits))
    if len(digits) > LONGEST_NUMBER:
        return Number(None, f"“{shown(text)}”位数过多")
    sign = "-" if negative else ""
    if money:
        if len(digits) > 1 and digits[0] == "0" and digits[1] != ".":
            remarks.append(f"写作“{digits}”")
        units, _, cents = digits.partition(".")
        amount = str(int(units)) + (f".{cents}" if cents else "")
        return Number(sign + amount, remark=_joined(text, remarks))
    if decimal:
        if decimal[2].strip("0"):
            return Number(None, f"“{shown(text)}”不是整数")
        remarks.append("带有小数位")
        digits = decimal[1]
    elif len(digits) > 1 and digits[0] == "0":
        remarks.append("前面有多余的0")
    return Number(int(sign + digits), remark=_joined(text, remarks))


def _joined(text: str, remarks: list[str]) -> str:
    return f"写作“{shown(text)}”（{'、'.join(remarks)}）" if remarks else ""


def _why_not(text: str, digits: str) -> str:
    if re.fullmatch(r"[0-9][0-9 ]*[0-9]", digits) and " " in digits:
        return f"“{shown(text)}”中间有空格，不能确定是几"
    unit = re.fullmatch(r"-?[0-9][0-9,.]*\s*(\D{1,4})", digits)
    if unit:
        return (
            f"“{shown(text)}”的单位是“{unit[1]}”，与表格不同"
            if unit[1] in _OTHER_UNITS
            else f"“{shown(text)}”不只是数字"
        )
    return f"填的是“{shown(text)}”，不是数字"


_OTHER_UNITS = {"元", "万", "万元", "亿元", "亿", "件", "项", "宗", "条", "份", "次", "个", "起", "篇", "%", "％", "部"}
