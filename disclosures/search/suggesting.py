"""What is public already and may be what somebody is about to ask for: from whole sentences, not from a query.

Stretches of the text are looked for in titles, long ones first, for they are the rare ones; among what they bring, the
title wins that shares most with the text, and what few of them share counts more. A handful of questions to the index.
"""

import re
from collections import Counter
from itertools import chain, pairwise
from math import log

from disclosures.models import Agency, SearchEntry
from disclosures.search.engines import engine
from disclosures.search.finding import Filters, load
from disclosures.search.units import TITLE, pair, phrase, units

MOST_CHARACTERS = 200  # of the text
MOST_SUGGESTED = 5
CANDIDATES = 150  # a step
ENOUGH = 20  # candidates, after which shorter stretches are not asked for
IN_TITLES, IN_TEXTS = (4, 2), (5,)  # units of a stretch, step by step
# What requests are full of, whatever they ask for; and what stands between two things.
_IDLE = re.compile(
    "依?申请公开|政府信息|信息公开|请?公开|下列|如下|希望|关于|以及|相关|有关|文件|材料|复印件|本人|我们?|贵[局机]关?|需要|"
    "想要?|获取|了解|情况|内容|提供|包括|怎么样?|如何|什么|哪些|哪里|多少|是否|能否|可以|吗|呢|谢谢|您?好|请|的|了|和|与|或|在|是|\\W+"
)


def suggest(agency: Agency | None, text: str) -> list[SearchEntry]:
    """Up to ``MOST_SUGGESTED`` entries, the nearest first; ``agency`` None asks all."""
    parts = [units(part) for part in telling(text[:MOST_CHARACTERS])]
    if not parts:
        return []
    wanted = Filters(agencies=(agency.pk,) if agency else ()).wanted()
    keys: dict[int, None] = {}
    for lengths, mark in ((IN_TITLES, TITLE), (IN_TEXTS, "")):
        for length in lengths:
            if len(keys) < ENOUGH and (stretches := _stretches(parts, length)):
                ways = [[phrase(stretch, mark)] for stretch in stretches]
                keys |= dict.fromkeys(engine().find(wanted.only(*ways), CANDIDATES))
    return _nearest(parts, list(keys))


def telling(text: str) -> list[str]:
    """The parts of a text that say what it is about, as they are written."""
    return [part for part in _IDLE.split(text) if len(units(part)) > 1]


def _stretches(parts: list[list[str]], length: int) -> list[tuple[str, ...]]:
    """Of parts that are no longer, the whole part."""
    of_each = (
        (tuple(part[start : start + length]) for start in range(max(1, len(part) - length + 1))) for part in parts
    )
    return [stretch for stretch in dict.fromkeys(chain.from_iterable(of_each)) if len(stretch) >= min(length, 3)]


def _nearest(parts: list[list[str]], keys: list[int]) -> list[SearchEntry]:
    """Those whose titles share most; titles alone are read of all the candidates."""
    if not keys:
        return []
    asked = {pair(*two) for part in parts for two in pairwise(part)}
    titles = SearchEntry.objects.filter(pk__in=keys).values_list("pk", "title")
    shared = {key: asked & {pair(*two) for two in pairwise(units(title))} for key, title in titles}
    common = Counter(chain.from_iterable(shared.values()))

    def nearness(key: int) -> tuple[float, int]:
        return sum(log(1 + len(shared) / common[each]) for each in shared[key]), key

    return load(sorted(shared, key=nearness, reverse=True)[:MOST_SUGGESTED])
