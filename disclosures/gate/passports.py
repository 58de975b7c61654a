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
    rf"|证件号码?[:： ]{{0,2}}(?P<other>[EGDSPHMKCW][A-Z]?{_DIGITS}))(?![0-9A-Za-z*])"
)


def find(plain: str) -> Iterator[Found]:
    for match in _PATTERN.finditer(plain):
        start, end = match.span("labelled" if match["labelled"] else "other")
        signs = [place for place in range(start, end) if plain[place].isalnum()]
        yield Found(Kind.PASSPORT, start, end, signs[2:-2])
