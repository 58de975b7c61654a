"""What holds for every text: hits slice it, covering it is final, nothing raises, and no text takes long."""

import time
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from disclosures.gate.folding import fold
from disclosures.gate.patterns import Kind, find, mask
from tests.disclosures.gate import corpus

BETWEEN = [
    "",
    " ",
    "  ",
    "\u00a0",
    "\u3000",
    "\t",
    "-",
    "－",
    "–",
    ".",
    "·",
    "\u200b",
    "\u00ad",
    "\u202e",
    "\ufeff",
    "\n",
    "\r\n",
    "-\n",
]
DIGIT_SETS = [
    "0123456789",
    "０１２３４５６７８９",
    "⓪①②③④⑤⑥⑦⑧⑨",
    "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "零一二三四五六七八九",
    "〇壹贰叁肆伍陆柒捌玖",
]
SURROUNDINGS = [("身份证号码：", "，住文登区"), ("张三（公民身份号码", "）"), ("证件号码 ", "\n李四")]


@st.composite
def disguised_identities(draw):
    number = corpus.identity(Random(draw(st.integers(0, 10**9))))
    signs = draw(st.sampled_from(DIGIT_SETS))
    written = "".join(signs[int(sign)] if sign.isdigit() else draw(st.sampled_from("XxＸｘ")) for sign in number)
    gaps = draw(st.lists(st.sampled_from(BETWEEN), min_size=17, max_size=17))
    before, after = draw(st.sampled_from(SURROUNDINGS))
    return before, written[0] + "".join(gap + sign for gap, sign in zip(gaps, written[1:], strict=True)), after


@settings(max_examples=300, deadline=None)
@given(disguised_identities())
def test_an_identity_number_is_found_in_any_disguise(parts):
    before, written, after = parts
    text = before + written + after

    hits = find(text, on=corpus.DAY)

    assert [(hit.kind, hit.text) for hit in hits] == [(Kind.IDENTITY, written)]
    assert hits[0].start == len(before) and len(hits[0].masked) == len(written)
    assert find(mask(text, hits), on=corpus.DAY) == []


PIECES = st.one_of(
    st.text(
        alphabet="0123456789Xx*@.- \t\n·１①一\u200b\u00ad鲁KAD村号楼单元室组住址：，省市区镇路元电话身份证", max_size=20
    ),
    st.text(max_size=10),
    st.integers(0, 10**9).map(lambda seed: corpus.identity(Random(seed))),
    st.integers(0, 10**9).map(lambda seed: corpus.phone(Random(seed))),
    st.integers(0, 10**9).map(lambda seed: corpus.card(Random(seed))),
    st.integers(0, 10**9).map(lambda seed: corpus.mailbox(Random(seed))),
    st.integers(0, 10**9).map(lambda seed: corpus.plate(Random(seed))),
    st.integers(0, 10**9).map(lambda seed: corpus.address(Random(seed))[0]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
@example("\ud800138\udfff")
def test_hits_are_in_order_apart_and_slice_the_text(text):
    hits = find(text, on=corpus.DAY)

    assert all(text[hit.start : hit.end] == hit.text and hit.text != hit.masked for hit in hits)
    assert all(one.end <= other.start for one, other in zip(hits, hits[1:], strict=False))
    covered = mask(text, hits)
    assert len(covered) == len(text) + sum(len(hit.masked) - len(hit.text) for hit in hits)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
@example("60487647@wh.shandong.cn60487647@wh.shandong.cn.li.si@139.com0@li.si@163.com")
@example("威海市文登区高村镇道口村21号米山公寓55-4-1401·13000000000")
@example("粤A0000警4367424011134566797")
def test_what_is_covered_stays_covered(text):
    covered = mask(text, find(text, on=corpus.DAY))

    assert find(covered, on=corpus.DAY) == []


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_folding_leads_back(text):
    folded = fold(text)
    places = [folded.origin(place) for place in range(len(folded.plain))]

    assert places == sorted(set(places)) and all(0 <= place < len(text) for place in places)
    assert all(
        text[place] == char
        for place, char in zip(places, folded.plain, strict=True)
        if "A" <= char <= "Z" and text[place].isascii()
    )


HOSTILE = {
    "ones": "1" * 100_000,
    "spaced ones": "1 " * 50_000,
    "phones": "13800001234 " * 8_400,
    "grouped": "138 0000 1234 " * 7_200,
    "identities": "110101199001010015" * 5_600,
    "no identities": "110101199001010016 " * 5_300,
    "cards": "6228480000000000000 " * 5_000,
    "commas": "1,3-8.0 " * 12_500,
    "ats": "@" * 100_000,
    "locals": "a" * 100_000,
    "dotted": "a." * 50_000,
    "mails": "a@b." * 25_000,
    "mail chain": "a@b.c" * 20_000,
    "mail list": "a@b.com" * 14_000,
    "at words": "a at " * 20_000,
    "hyphens": "a@" + "b-" * 50_000,
    "plates": "鲁K1234" * 16_600,
    "provinces": "鲁" * 100_000,
    "villages": "村" * 100_000,
    "doors": "村1号楼2单元" * 14_000,
    "units": "一" * 100_000,
    "numerals": "一二三 " * 25_000,
    "labels": "住址：" * 33_000,
    "long label": "住址：" + "区" * 100_000,
    "levels": "住址：" + "文登区葛家镇" * 16_000,
    "homes": "住址：文登区葛家镇西谭家泊村12号，" * 5_500,
    "blanks": " " * 100_000,
    "lines": "1\n" * 50_000,
    "unseen": "1\u200b" * 50_000,
    "circled": "①" * 100_000,
    "circled apart": "①1" * 50_000,
    "wide": "１" * 100_000,
    "marks": "1" + "-" * 100_000,
    "stars": "138****" * 14_000,
    "web": "http://" + "1/" * 50_000,
    "letters": "a1" * 50_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_time_in_proportion(name):
    """Twice the text takes about twice the time; a square would take four times. And never long."""
    text = HOSTILE[name]

    def seconds(part):
        best = float("inf")
        for _ in range(5):
            begun = time.process_time()
            find(part, on=corpus.DAY)
            best = min(best, time.process_time() - begun)
        return best

    half, whole = seconds(text[: len(text) // 2]), seconds(text)

    assert whole < 2
    assert whole < 0.05 or whole < 3.5 * half
