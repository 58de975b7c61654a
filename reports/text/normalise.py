"""标点和数字: half-width figures, full-width marks in Chinese, the brackets of document numbers; pure.

Addresses of pages and mail, times, decimals and names in braces are never touched.
"""

import re
from collections.abc import Callable

HAN = r"[\u3400-\u9fff\uf900-\ufaff]"
CHINESE = r"[\u3400-\u9fff\uf900-\ufaff，。；：！？、（）“”‘’《》〔〕—…]"
_KEPT = re.compile(
    r"\{[^{}\n]{1,40}\}"  # names in braces
    r"|(?:https?://|www\.)[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*[A-Za-z0-9/]"
    r"|(?<![A-Za-z0-9._%+\-])[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+"
    r"|(?<![0-9])[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
    r"|(?<![0-9])[0-9]{1,15}(?:[.,][0-9]{1,15})+"
    r"|[\U00100000-\U0010FFFD]"
)
_FIRST_MARK = 0x100000
_WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B), 0xFF05)
}
_FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
Rule = tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]
_RULES: tuple[Rule, ...] = (
    # 国办发[2021]30号, （2021）30号 → 国办发〔2021〕30号; a court's （2022）鲁…号 has Chinese after the bracket.
    (
        re.compile(rf"(?<={HAN})[\[［【(（〔]((?:19|20)\d\d)[\]］】)）〕](?=第?\d{{1,6}}(?:[-—]\d{{1,6}})?号)"),
        r"〔\1〕",
    ),
    (re.compile(rf"(?<=[\dA-Za-z%]|{CHINESE})[ \u00a0\u2002-\u200a\u3000]+(?={HAN}|[，。；：！？、（）“”])"), ""),
    (re.compile(rf"(?<={CHINESE})[ \u00a0\u2002-\u200a\u3000]+(?=[\d{HAN[1:-1]}])"), ""),
    (re.compile(rf"(?<={CHINESE})[,;:?!]|[,;:?!](?={HAN})"), lambda match: _FULL[match.group()]),
    (re.compile(rf"(?<={HAN})\.(?=\s*$|{HAN})", re.MULTILINE), "。"),
    (
        re.compile(
            rf"(?<={CHINESE})\(([^()\n]*)\)|\(([^()\n]*{HAN}[^()\n]*)\)|\(([^()\n]*)\)(?={HAN})"
        ),
        lambda match: f"（{next(group for group in match.groups() if group is not None)}）",
    ),
    (re.compile(r"（([^()（）\n]*)\)"), r"（\1）"),
    (re.compile(r"\(([^()（）\n]*)）"), r"（\1）"),
    (re.compile(r"([，。；：、])\1+"), r"\1"),
    (re.compile(rf"(?<={HAN})\.{{3,}}"), "……"),
)  # fmt: skip


def normalise(text: str) -> str:
    """``text`` in official typography; doing it again changes nothing."""
    while (changed := _once(text)) != text:
        text = changed
    return text


def _once(text: str) -> str:
    kept: list[str] = []

    def put_away(match: re.Match[str]) -> str:
        kept.append(match.group())
        return chr(_FIRST_MARK + len(kept) - 1)

    text = _KEPT.sub(put_away, text)
    text = text.translate(_WIDE)
    for pattern, told in _RULES:
        text = pattern.sub(told, text)
    text = "\n".join(map(_quoted, text.split("\n")))
    return re.sub(
        "[\U00100000-\U0010fffd]",
        lambda match: kept[ord(match.group()) - _FIRST_MARK],
        text,
    )


def _quoted(line: str) -> str:
    """Straight quotation marks become a pair each, where the line is Chinese and they do come in pairs."""
    if line.count('"') % 2 or not re.search(HAN, line):
        return line
    pieces = line.split('"')
    return "".join(piece + ("" if place == len(pieces) - 1 else "“”"[place % 2]) for place, piece in enumerate(pieces))
