"""Takes deputies' contact data out of a reply before it is published (国办发〔2014〕46号; 个人信息保护法 Art. 6); pure.

Only what stands there as contact data goes: a number that is labelled or shaped as a telephone's, an e-mail address,
and what follows 联系人, 通讯地址 and the like. Sums, document numbers, dates and public hot lines such as 12345 stay.
"""

import re
from dataclasses import dataclass

_GAP = r"[ \t\u3000]*"


def _spaced(*labels: str) -> str:
    """Any of the labels, with or without blanks between the characters (电　话)."""
    return "(?:" + "|".join(_GAP.join(map(re.escape, label)) for label in labels) + ")"


_OPENING = r"(?<![\w])"  # not the end of a longer word: 项目地址, 举报电话 of an office stays unless it has a number
_COLON = rf"{_GAP}[:：]{_GAP}"
_DIGIT = r"[0-9０-９]"
_DASH = r"[-－—–‐ \u3000]"
# A mobile number, grouped or not, with or without +86; never a part of a longer number, nor a sum.
_MOBILE = (
    rf"(?<![0-9０-９A-Za-z.．/〔〕-])(?:(?:\+|＋|00)?(?:86|８６){_DASH}?)?"
    rf"[1１][3-9３-９]{_DIGIT}{_DASH}?{_DIGIT}{{4}}{_DASH}?{_DIGIT}{{4}}"
    r"(?![0-9０-９A-Za-z]|[.．][0-9０-９]|\s*(?:元|万|亿|余|多|人|户|件|吨|平方|立方|公里|米|号文))"
)
# A land line with its area code, and perhaps an extension.
_LAND_LINE = (
    rf"(?<![0-9０-９A-Za-z.．/〔〕-])(?:[（(]{_GAP}[0０]{_DIGIT}{{2,3}}{_GAP}[）)]|[0０]{_DIGIT}{{2,3}}){_DASH}?"
    rf"[2-8２-８]{_DIGIT}{{6,7}}(?:(?:转|{_DASH}){_DIGIT}{{1,6}})?(?![0-9０-９A-Za-z])"
)
# Bounded everywhere: a page of digits costs no more than a page of prose.
_EMAIL = r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}[@＠](?:[A-Za-z0-9-]{1,63}[.．]){1,8}[A-Za-z]{2,24}"

_PHONE_LABELS = _spaced(
    "联系电话", "联系方式", "电话号码", "办公电话", "固定电话", "手机号码", "手机号", "移动电话", "联系手机", "手机",
    "电话", "座机", "传真号码", "传真", "Tel", "TEL", "QQ号", "QQ", "微信号", "微信", "邮政编码", "邮编",
)  # fmt: skip
_ADDRESS_LABELS = _spaced(
    "通讯地址", "通信地址", "联系地址", "家庭住址", "家庭地址", "邮寄地址", "单位地址", "住址", "地址",
)  # fmt: skip
_MAIL_LABELS = _spaced("电子邮箱", "电子邮件", "电子信箱", "邮箱地址", "邮箱", "E-mail", "Email", "email", "e-mail")
_NAME_LABELS = _spaced("联系人", "联络人", "联系人及电话", "联系人姓名")
_ANY_LABEL = f"(?:{_PHONE_LABELS}|{_ADDRESS_LABELS}|{_MAIL_LABELS}|{_NAME_LABELS})"

# Numbers given to the public stay.
_PUBLIC = (
    r"(?:举报|投诉|监督|咨询|服务|受理|值班|报修|客服|救助|预约|报警)(?:电话|热线|专线)?"
    rf"{_GAP}[:：为是]?{_GAP}(?:{_LAND_LINE})(?:[、/](?:{_LAND_LINE}))*"
)
_PARTS = (
    rf"(?P<kept>{_PUBLIC})",
    # A label and its colon, with the value as far as it is one.
    rf"{_OPENING}(?:本人|代表|委员)?{_ADDRESS_LABELS}{_COLON}(?:(?![ \t\u3000]+{_ANY_LABEL}{_COLON})[^。；;，,\n）)])*",
    rf"{_OPENING}(?:本人|代表|委员)?{_NAME_LABELS}{_COLON}(?:(?!{_GAP}{_ANY_LABEL}{_COLON})[^。；;，,、\n）)]){{0,20}}",
    rf"{_OPENING}(?:本人|代表|委员)?{_MAIL_LABELS}(?:{_COLON}(?:{_EMAIL})?|{_GAP}{_EMAIL})",
    rf"{_OPENING}(?:本人|代表|委员)?{_PHONE_LABELS}{_COLON}"
    rf"(?:{_EMAIL}|(?:[（(]{_DIGIT}+[）)])?[A-Za-z0-9０-９_+＋][A-Za-z0-9０-９_+＋转、/ \t\u3000－—–-]*)?",
    # Without a colon a label needs a number after it.
    rf"{_OPENING}(?:本人|代表|委员)?{_PHONE_LABELS}{_GAP}(?:为|是)?{_GAP}{_DIGIT}(?:{_DASH}?{_DIGIT}){{5,11}}"
    rf"(?!{_DIGIT}|{_GAP}[件个次人户元条])",
    _MOBILE,
    _LAND_LINE,
    _EMAIL,
)
_CONTACT = re.compile("|".join(f"(?:{part})" for part in _PARTS))
PASSES = 30  # no line that a person writes needs more than three
_EMPTY_BRACKETS = re.compile(r"[（(][\s，,、；;。]*[）)]")
_LOOSE_MARKS = re.compile(r"[，,、；;](?=[。；;])|(?<=[（(])[，,、；;\s]+|(?<![，,、；;\s])[，,、；;\s]++(?=[）)])")
_LEADING_MARKS = re.compile(r"^(\s*)[，,、；;。][，,、；;。\s]*")
_BLANK_LINE = re.compile(r"[\s，,、；;。.：:（）()\u3000]*")


@dataclass(frozen=True)
class Stripped:
    """The text that may be published, and each piece that was taken out."""

    text: str
    removed: list[str]


def strip(text: str) -> Stripped:
    """``text`` without contact data; what remains keeps its lines, less those that held nothing else."""
    removed: list[str] = []
    lines = [_clean(line, removed) for line in text.split("\n")]
    return Stripped("\n".join(line for line in lines if line is not None), removed)


def _clean(line: str, removed: list[str]) -> str | None:
    """The line without contact data; None where nothing else was in it. What taking out brings together goes too."""
    rest = line
    for _ in range(PASSES):
        found = [match.group(0).strip() for match in _CONTACT.finditer(rest) if not match["kept"]]
        if not found:
            break
        removed.extend(found)
        rest = _CONTACT.sub(lambda match: match["kept"] or "", rest)
        rest = _LOOSE_MARKS.sub("", _EMPTY_BRACKETS.sub("", rest)).rstrip()
        rest = _LEADING_MARKS.sub(r"\1", rest)
    return None if rest != line and _BLANK_LINE.fullmatch(rest) else rest
