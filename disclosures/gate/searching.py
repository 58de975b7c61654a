"""All of a file's text searched at once: each text looked at once, and numbers that go on in the next cell; pure.

Joined by a sign that no pattern reads across, a hundred thousand cells cost little more than one text; only the few
where a pattern found anything at all are then searched by themselves.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import accumulate

from disclosures.gate import patterns
from disclosures.gate.files.content import Passage
from disclosures.gate.folding import fold
from disclosures.gate.kinds import Kind
from disclosures.gate.patterns import Hit

BLOCK = 20_000  # characters searched at once; of a shorter block more patterns can be left out
SHORTEST = 2  # characters of a label: 手机
_BETWEEN = "\n~\n"
_SPLIT = {Kind.IDENTITY, Kind.PHONE, Kind.BANK_CARD}
LONGEST = 24  # cells or lines that one number may be spread over
# Only what a label announces, or parts that could not stand by themselves, are put together: see ``numbers``.
_MAY_BE_SPLIT = (
    re.compile(r"身份|证号|证件|电话|手机|联系|号码|微信|卡号|账号|帐号|账户|帐户|银行|存折|一卡通|ID"),
    re.compile(r"[0-9](?<![0-9A-Za-z.][0-9])(?:(?<=0)[0-9]{4,8}|[0-9]{9}|[0-9]{11,16})(?![0-9.])"),
)
_ENDS_SO, _BEGINS_SO = re.compile(r"[\d -][^\w\s]?\Z"), re.compile(r"[^\w\s]?[\d -]|[XxＸ]\Z")


def search(
    passages: Sequence[Passage], *, known: Collection[str] = (), on: date | None = None
) -> Iterator[tuple[str, Hit, bool]]:
    """(place, hit, whether it is spread over several passages), those of one passage first, in order."""
    suspects, hints = _looked_over({text for _, text, _ in passages if len(text) >= SHORTEST})
    found: dict[str, list[Hit]] = {}
    for place, text, _ in passages:
        if text in suspects:
            if text not in found:
                found[text] = patterns.find(text, known=known, on=on)
            for hit in found[text]:
                yield place, hit, False
    done = -1
    for number, (_, text, _) in enumerate(passages):
        if text in hints and number > done:
            first, last = _stretch(passages, number)
            if last > first:
                done = last
                yield from _spread(passages[first : last + 1], known, on)


def _looked_over(texts: Collection[str]) -> tuple[set[str], set[str]]:
    """The texts in which a pattern begins to find something, and those beside which a number may be split."""
    suspects: set[str] = set()
    hints: set[str] = set()
    block: list[str] = []
    size = 0
    for text in (*texts, ""):
        block.append(text)
        size += len(text)
        if size > BLOCK or not text:
            _look_over(block, suspects, hints)
            block, size = [], 0
    return suspects, hints


def _look_over(block: list[str], suspects: set[str], hints: set[str]) -> None:
    joined = _BETWEEN.join(block)
    starts = list(accumulate((len(text) + len(_BETWEEN) for text in block), initial=0))
    folded = fold(joined)
    for place in patterns.traces(folded.plain):
        suspects.add(block[bisect_right(starts, folded.origin(place)) - 1])
    for pattern in _MAY_BE_SPLIT:
        for match in pattern.finditer(folded.plain):
            hints.add(block[bisect_right(starts, folded.origin(match.start())) - 1])


def _stretch(passages: Sequence[Passage], number: int) -> tuple[int, int]:
    """The first and last of the passages around this one that may hold one number between them; its label first."""
    first = last = number
    while first and number - first < LONGEST and passages[first].join and _ENDS_SO.search(passages[first - 1].text):
        if not _BEGINS_SO.match(passages[first].text):
            break
        first -= 1
    while last + 1 < len(passages) and last - number < LONGEST and passages[last + 1].join:
        if not _BEGINS_SO.match(passages[last + 1].text) or last > number and not _ENDS_SO.search(passages[last].text):
            break
        last += 1
    if first == number < last and first and passages[first].join and _ENDS_SO.search(passages[first].text):
        first -= 1  # what stands before the first part may be its label
    return first, last


def _spread(passages: Sequence[Passage], known: Collection[str], on: date | None) -> Iterator[tuple[str, Hit, bool]]:
    """What is found in all of them together and lies in more than one."""
    pieces = [passages[0].text, *(passage.join + passage.text for passage in passages[1:])]
    starts = list(accumulate((len(piece) for piece in pieces), initial=0))
    for hit in patterns.find("".join(pieces), known=known, on=on):
        begins, ends = bisect_right(starts, hit.start), bisect_right(starts, hit.end - 1)
        if begins < ends and hit.kind in _SPLIT:
            yield passages[begins - 1].place, hit, True
