"""What an applicant types about who they are and how to reach them, made into the one form that is stored; pure.

However it was typed, with blanks, in full width, in small letters, the same thing is the same text afterwards; and what
is stored comes back unchanged. A ``ValueError`` is a Chinese sentence that says what to do.
"""

import re
import unicodedata
from datetime import date

from disclosures.gate import checks

# Nothing to see, and what turns the direction of the text around it.
_UNSEEN = [*range(0x20), *range(0x7F, 0xA0), 0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F)]
_UNSEEN += [*range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0xFFFC), 0xFFFE, 0xFFFF]
_DROPPED: dict[int, str | None] = dict.fromkeys(_UNSEEN) | {
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
    0x0B: "\n",
    0x0C: "\n",
}
_DROPPED |= {ord("\t"): " ", ord("\n"): "\n", 0xA0: " "}
_SURROGATE = re.compile("[\ud800-\udfff]")
_HALF_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
_MIDDLE_DOTS = dict.fromkeys(map(ord, "•・‧∙⋅●﹒ᆞ"), "·")  # 买买提·艾力
_BLANK_AMONG_CHINESE = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_DASHES = re.compile("[‐-―−－ー﹣﹘]")

RESIDENT = re.compile(r"[0-9]{17}[0-9X]")
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
OTHER_NUMBER = 4, 40  # characters
_MOBILE = re.compile(r"(?:(?:\+|00)?86-?)?(1[3-9][0-9])-?([0-9]{4})-?([0-9]{4})")
_LAND_LINE = re.compile(
    r"(?:(?:\+|00)?86-?0?|0)(10|2[0-9]|[3-9][0-9]{2})-?([2-8][0-9]{6,7})(?:(?:-|转|#)([0-9]{1,6}))?"
)
_ABROAD = re.compile(r"(?:\+|00)(?!86)([1-9][0-9]{5,14})")


def prose(text: str) -> str:
    """Text of several lines without what cannot be seen; lines end without blanks."""
    text = _SURROGATE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_DROPPED)
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def line(text: str) -> str:
    """The same on one line, single blanks between words."""
    # Composed anew: what was taken out may have kept a letter and its accent apart.
    plain = unicodedata.normalize("NFC", prose(text).replace("\u200c", "").replace("\u200d", ""))
    return " ".join(plain.split())


def name(text: str) -> str:
    """A person's or an organisation's: no blanks among Chinese characters, one kind of middle dot."""
    plain = line(line(text).translate(_HALF_WIDTH).translate(_MIDDLE_DOTS))
    return unicodedata.normalize("NFC", _BLANK_AMONG_CHINESE.sub("", plain))


def _number(text: str) -> str:
    """Half width, capital letters, no blanks and dashes."""
    folded = unicodedata.normalize("NFKC", line(text)).upper()
    return re.sub(r"[\s\-‐-―−_·.]", "", folded)


def resident_number(text: str, today: date) -> str:
    """公民身份号码: 18 characters, with a birth up to ``today`` and the check digit of GB 11643."""
    number = _number(text)
    if not RESIDENT.fullmatch(number):
        raise ValueError("身份证号码应为18位，最后一位可以是X，请核对")
    if not checks.IDENTITY_SHAPE.match(number) or not checks.is_identity(number, today):
        raise ValueError("身份证号码有误，请对照证件逐位核对")
    return number


def credit_code(text: str) -> str:
    """统一社会信用代码: 18 characters with the check character of GB 32100."""
    code = _number(text)
    if not CREDIT_CODE.fullmatch(code):
        raise ValueError("统一社会信用代码应为18位数字和大写字母，请核对")
    if not checks.is_credit_code(code):
        raise ValueError("统一社会信用代码有误，请对照证照逐位核对")
    return code


def other_number(text: str) -> str:
    """Of any other document: passport, 军官证, 登记证书…"""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", line(text))).upper()
    number = unicodedata.normalize("NFKC", folded)
    if not OTHER_NUMBER[0] <= len(number) <= OTHER_NUMBER[1]:
        raise ValueError(f"证件号码应为{OTHER_NUMBER[0]}至{OTHER_NUMBER[1]}个字，请核对")
    return number


def phone(text: str) -> str:
    """A mobile number of 11 digits, 0631-8451120-123, or +852 and so on."""
    folded = _DASHES.sub("-", unicodedata.normalize("NFKC", line(text)))
    number = re.sub(r"-{2,}", "-", re.sub(r"[\s().]", "", folded).strip("-"))
    if found := _MOBILE.fullmatch(number):
        return "".join(found.groups())
    if found := _LAND_LINE.fullmatch(number):
        return "-".join(["0" + found[1], found[2], *([found[3]] if found[3] else [])])
    if found := _ABROAD.fullmatch(number.replace("-", "")):
        return f"+{found[1]}"
    if re.fullmatch(r"[0-9-]{7,8}", number):
        raise ValueError("座机号码请加上区号，例如：0631-8451120")
    raise ValueError("电话号码有误，请填手机号码，或者带区号的座机号码")


def email(text: str) -> str:
    """In half width, the domain in small letters; whether it is one is not asked here."""
    folded = re.sub(r"\s", "", unicodedata.normalize("NFKC", line(text))).replace("。", ".")
    local, at, domain = folded.rpartition("@")
    return unicodedata.normalize("NFKC", f"{local}{at}{domain.lower()}")
