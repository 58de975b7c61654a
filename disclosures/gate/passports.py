"""Numbers of passports and travel permits in folded text, where a label says so; pure.

They have no check digit: E12345678 by itself is as well the number of a part.
"""

import re
from collections.abc import Iterator

from disclosures.gate.kinds import Found, Kind

_BETWEEN = r"(?:证?(?:件)?(?:号码?|编号))?[^0-9A-Za-z\n，。；]{0,4}"
_DIGITS = r"(?:[ -]?[0-9]){7,10}"
_PATTERN = re.compile(
    rf"(?:(?:护照|通行证|台胞证|回乡证|居留证|军官证|士兵证|警官证){_BETWEEN}"
    rf"(?P<labelled>[A-Za-z]{{1,2}}{_DIGITS}|[0-9]{{8}}|[0-9]{{10}})"
    rf"|(?:军官证|士兵证|文职干部证|警官证|学员证){_BETWEEN}(?P<army>[军士文武警学南北空海][^\n0-9]{{0,3}}字第?[0-9]{{6,8}})(?=号)"
    rf"|永久居留(?:身份)?证(?:件)?{_BETWEEN}(?P<resident>[A-Z]{{3}}[0-9]{{12}})"
    rf"|证件号码?[:： ]{{0,2}}(?P<other>[EGDSPHMKCW][A-Z]?{_DIGITS}))(?![0-9A-Za-z*])"
)
# 香港身份证: one or two letters, six digits, a check digit in parentheses.
_HONG_KONG = re.compile(
    r"(?:身份证|香港|证件|港澳)[^\n0-9A-Za-z]{0,12}(?P<number>(?P<letters>[A-Z]{1,2}) ?(?P<digits>[0-9]{6})"
    r" ?[(（](?P<check>[0-9A])[)）])"
)


def find(plain: str) -> Iterator[Found]:
    for match in _PATTERN.finditer(plain):
        start, end = match.span(match.lastgroup or 0)
        signs = [place for place in range(start, end) if plain[place].isalnum()]
        yield Found(Kind.PASSPORT, start, end, signs[2:-2])
    for match in _HONG_KONG.finditer(plain):
        if _is_of_hong_kong(match["letters"], match["digits"], match["check"]):
            start, end = match.span("number")
            signs = [place for place in range(start, end) if plain[place].isalnum()]
            yield Found(Kind.IDENTITY, start, end, signs[2:-1])


def _is_of_hong_kong(letters: str, digits: str, check: str) -> bool:
    signs = [36 if letter == " " else ord(letter) - 55 for letter in letters.rjust(2)] + [
        int(digit) for digit in digits
    ]
    total = sum(weight * sign for weight, sign in zip(range(9, 1, -1), signs, strict=True))
    return (total + (10 if check == "A" else int(check))) % 11 == 0
