"""One plain reading of a text, however it was typed, and the way back to the places of the original.

Full-width, circled and foreign digits become 0-9, every kind of blank, dash, dot and line end becomes one of its kind,
and what nobody sees is gone.
"""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

# Ordinary Chinese text; all else is looked at. Common punctuation stays as it is, so that most text is left alone.
_ORDINARY = r"\n\t -~\u4e00-\u9fff、。《》「」『』【】〔〕，：；（）！？“”‘’…"
_UNUSUAL = re.compile(f"[^{_ORDINARY}]+")
_UNSEEN = re.compile("\x00+")
_LINE_ENDS = "\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_DOTS = "\u00b7\u2022\u2027\u2219\u22c5\u25cf\u25e6\u30fb\uff65\u318d"
# They look like nothing, but are letters or symbols to Unicode.
_FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
_LOOKALIKES = {"\u0425": "X", "\u0445": "x", "\u03a7": "X", "\u03c7": "x", "\u2212": "-", "\u2043": "-", "\u30fc": "-"}
_NUMERALS = {
    **{numeral: digit for digit, numeral in enumerate("零一二三四五六七八九")},
    **{numeral: digit for digit, numeral in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "幺": 1,
}
# The last sign of an identity number, where the keyboard offered another cross.
_TIMES_FOR_X = re.compile("(?<=[0-9]{4})[×✕✖╳](?![ ]?[0-9])")
_BETWEEN = r"[ \t\n.·-]{0,3}+"
# Eleven and more in a row are no count, no year and no heading; of these, three in a row are no word (一直, 一一).
_SPELT = re.compile(r"[0-9{0}](?:{1}[0-9{0}]){{10,}}+".format("".join(_NUMERALS), _BETWEEN))
_SPELT_OUT = re.compile(r"[{0}](?:{1}[{0}]){{2,}}+".format("".join(_NUMERALS), _BETWEEN))
_TO_DIGITS = {ord(numeral): str(digit) for numeral, digit in _NUMERALS.items()}

# ①, ⑴, ⒈, ❶, ² and their like: digits of a number, or the number of a paragraph right before or after one.
_ENCLOSED = {
    code: str(unicodedata.digit(chr(code)))
    for block in ((0xB2, 0xBA), (0x2070, 0x208A), (0x2460, 0x2500), (0x2776, 0x2794), (0x1F100, 0x1F10B))
    for code in range(*block)
    if unicodedata.digit(chr(code), None) is not None and unicodedata.decimal(chr(code), None) is None
}
_ENCLOSED_RUN = re.compile("[{0}](?:{1}[{0}])*+".format("".join(map(chr, _ENCLOSED)), _BETWEEN))
_DIGITS_AHEAD = re.compile(r"(?:[ .-]{0,2}+[0-9]){0,20}+[ .-]{0,2}+[Xx]?")
_DIGITS_BEHIND = re.compile(r"(?:[0-9][ .-]{0,2}){0,20}[Xx]?$")
_WHOLE_NUMBERS = {11, 15, 16, 18, 19}  # digits of a telephone number, of identity numbers, of cards
_LOOK_BACK = 40


def _folded(char: str) -> str:
    if char in _LINE_ENDS:
        return "\n"
    if char in _FILLERS:
        return "\x00"
    if char in _DOTS:
        return "·"
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    category = unicodedata.category(char)
    if category in ("Cf", "Cc", "Mn", "Me"):
        return "\x00"
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if ord(char) in _ENCLOSED:
        return char
    if (digit := unicodedata.decimal(char, None)) is not None:
        return str(digit)
    compatible = unicodedata.normalize("NFKC", char)
    return compatible if len(compatible) == 1 else char


class _Folding(dict[int, str]):
    """A table for ``str.translate`` that learns; only assigned characters are kept, so that it stays small."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if unicodedata.category(char) in ("Cn", "Co", "Cs"):
            return char
        self[code] = _folded(char)
        return self[code]


_FOLDING = _Folding()


def _spelt_out(match: re.Match[str]) -> str:
    return _SPELT_OUT.sub(lambda part: part.group().translate(_TO_DIGITS), match.group())


def _enclosed(match: re.Match[str]) -> str:
    """Digits, but for a single one that stands right before or after a whole number: it counts paragraphs or notes."""
    if len(match.group()) > 1:
        return match.group().translate(_ENCLOSED)
    plain, place = match.string, match.start()
    behind = _DIGITS_BEHIND.search(plain, max(place - _LOOK_BACK, 0), place)
    before = sum(char.isalnum() for char in behind.group()) if behind else 0
    ahead = _DIGITS_AHEAD.match(plain, match.end())
    after = sum(char.isalnum() for char in ahead.group()) if ahead else 0
    if before in _WHOLE_NUMBERS or (not before and after in _WHOLE_NUMBERS):
        return match.group()
    return match.group().translate(_ENCLOSED)


@dataclass(frozen=True)
class Folded:
    """``plain`` is what scanners read; the rest leads back."""

    plain: str
    kept_from: tuple[int, ...]  # where in ``plain`` each stretch begins that nothing was taken out of
    shifts: tuple[int, ...]  # what to add there to reach the original

    def origin(self, position: int) -> int:
        """The place in the original of a character of ``plain``."""
        return position + self.shifts[bisect_right(self.kept_from, position) - 1]


def fold(text: str) -> Folded:
    same_length = _UNUSUAL.sub(lambda match: match.group().translate(_FOLDING), text)
    stretches, kept_from, shifts = [], [], []
    done = gone = 0
    for match in _UNSEEN.finditer(same_length):
        stretches.append(same_length[done : match.start()])
        kept_from.append(done - gone)
        shifts.append(gone)
        done = match.end()
        gone += match.end() - match.start()
    stretches.append(same_length[done:])
    kept_from.append(done - gone)
    shifts.append(gone)
    plain = _ENCLOSED_RUN.sub(_enclosed, "".join(stretches))
    plain = _SPELT.sub(_spelt_out, plain)
    plain = _TIMES_FOR_X.sub("X", plain)
    return Folded(plain, tuple(kept_from), tuple(shifts))
