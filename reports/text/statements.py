"""Whether what the text of a report says about the tables is so (N-TEXT, N-ZERO); pure."""

import re
from collections.abc import Callable, Iterator

from reports.cells import OUTCOME_GROUPS
from reports.text.claims import (
    ABOUT_OTHER_SCOPES,
    ABOUT_OTHER_TIMES,
    ABOUT_PARTS,
    ANY_APPLICANT,
    OTHER_BUSINESS,
    OTHERWISE,
    SUITS,
    Told,
    claims_in,
    clause_of,
    is_of_another_time,
    normalised,
    reviews_others,
    rows,
    sentence_of,
)

Number = Callable[[str], int | None]
"""A cell's code → its number, or None where the table has none."""


NO_REQUESTS = re.compile(
    r"(?:未|没有|无)(?:收到|接到|接收|受理|收悉)(?P<what>[^，。；]{0,24}?)申请(?P<rest>[^，。；]{0,12})"
    r"|(?:收到|受理|接到)(?P<which>[^，。；0-9]{0,24}?)申请(?:公开)?(?:共|共计|为)?[0零](?:件|宗|份|条)|零申请"
    r"|无(?:政府信息)?依?申请公开(?:事项|件|申请)?(?=[，。；]|$)"
)
# Any way of saying so, for a report that should say it.
NOTHING_RECEIVED = re.compile(
    r"(?:未|无|没有|尚未|零)[^。；]{0,30}?申请|申请[^。；]{0,16}?(?:[0零](?:件|宗|份|条|次|起|，|。|$)|为[0零无]|均?无(?=[，。；]|$))|[0零][件份宗条][^，。；]{0,12}申请"
)
NO_DISPUTES = re.compile(
    r"(?:未(?!经|审|结|办结|按|及时|依)|没有|(?<!有)无(?!法|正当|需|须|理))[^，。；0-9]{0,24}?(?:行政复议|行政诉讼|复议诉讼|复议|诉讼)[^，。；]*"
)
# It denies something about cases, not that there were any; or it is no statement of fact.
NOT_A_DENIAL = re.compile(
    r"纠正|败诉|撤销|违法|维持|超期|逾期|审结|责令|新增|可以|可申|应当|有权|如[果有]|《|办法|前置|不服|另行|执行|[1-9]\d*[件起宗例]"
)
BREAKDOWN = re.compile(
    r"(?<!\d)(\d{1,9})([条件篇项次个])[，,：:（(]?(?:其中|包括|分别为|分别是)[，,：:]?([^。；]{0,400})"
)
CHANNELS = re.compile(r"网站|门户|微信|公众号|微博|公报|客户端|抖音|头条|媒体|电视|报刊|报纸|平台|渠道|公告栏")


def contradictions(text: str, number: Number, year: int | None) -> Iterator[tuple[str, str]]:
    """N-TEXT: (cell, what is wrong in Chinese) for each claim that no sum of cells bears out."""
    text = normalised(text)
    for told in claims_in(text, year):
        totals = [total for cells in told.claim.sums if (total := _total(cells, number)) is not None]
        if totals and told.number not in totals and not _may_mean_another(told, number):
            yield told.claim.sums[0][0], f"正文写“{told.words}”，而表中{told.claim.name}为{totals[0]}件"
    yield from _uneven_breakdowns(text, _total(rows("answered_total"), number))


def _total(cells: tuple[str, ...], number: Number) -> int | None:
    values = [number(cell) for cell in cells]
    return sum(value for value in values if value is not None) if None not in values else None


def _may_mean_another(told: Told, number: Number) -> bool:
    """Readings that the words allow as well."""
    answered = _total(rows("answered_total"), number)
    if told.claim.name == "收到申请" and re.search("答复|办结|办理", told.clause):
        return told.number == answered  # 受理并答复
    if told.claim.name == "办结答复":
        # 答复 the applicant, leaving out what was closed without an answer (其他处理).
        without = _total(rows(*OTHERWISE), number)
        return answered is not None and without is not None and answered - without <= told.number <= answered
    if told.claim.name == "予以公开":
        # What was told to be public already is told apart by some, though the form counts it here.
        granted = _total(rows("granted"), number)
        return (
            granted is not None and told.number < granted and bool(re.search("主动公开|告知|途径|指引", told.sentence))
        )
    return False


def zero_contradictions(text: str, number: Number, year: int | None = None) -> Iterator[tuple[str, str]]:
    """N-ZERO: (cell, what is wrong) where the text denies what the tables count."""
    text = normalised(text)
    received = number("requests.new.total")
    if received:
        for match in NO_REQUESTS.finditer(text):
            if _denies_all_requests(text, match, year):
                yield "requests.new.total", f"正文写“{match.group(0)}”，而表中本年新收{received}件"
                break
    for match in NO_DISPUTES.finditer(text):
        denied = match.group(0)
        sentence = sentence_of(text, match)
        if NOT_A_DENIAL.search(denied) or is_of_another_time(clause_of(text, match), year) or reviews_others(sentence):
            continue
        for word, cells in (("复议", ("disputes.review.total",)), ("诉讼", SUITS)):
            counted = sum(number(cell) or 0 for cell in cells)
            if word in denied and counted:
                yield cells[0], f"正文写“{denied}”，而表中行政{word}为{counted}件"


def says_nothing_received(text: str) -> bool:
    """Does the text say in some form that no request came in?"""
    text = normalised(text)
    return bool(NO_REQUESTS.search(text) or NOTHING_RECEIVED.search(text))


def _denies_all_requests(text: str, match: re.Match[str], year: int | None) -> bool:
    what = "".join(filter(None, (match.groupdict()["what"], match.groupdict()["which"])))
    rest = match.groupdict()["rest"] or ""
    clause = clause_of(text, match)
    if OTHER_BUSINESS.search(what) or re.search(r"复议|诉讼|投诉|举报|申诉|减免|异议|的?(?:情况|问题)?反[映馈]", rest):
        return False
    kinds = ANY_APPLICANT.sub("", what)
    return not (
        ABOUT_PARTS.search(kinds)
        or re.search(r"其中|网上|线上|平台|信函|当面", clause)
        or ABOUT_OTHER_SCOPES.search(clause)
        or is_of_another_time(clause, year)
    )


def _uneven_breakdowns(text: str, answered: int | None = None) -> Iterator[tuple[str, str]]:
    """A list of parts (其中…) that is more than its total, or ends in 其他 and is less.

    After the requests received some list the outcomes of all that were ``answered``, the ones carried in among them.
    """
    for match in BREAKDOWN.finditer(text):
        total, unit, listed = int(match.group(1)), match.group(2), re.sub(r"[（(][^（）()]*[）)]", "", match.group(3))
        listed = re.split(r"其中|包括", listed)[0]
        if re.search(r"同时|重复|兼|分别在|均|各", match.group(3)):
            continue
        parts = [
            (label, int(count))
            for label, count in re.findall(rf"([^\d，、：（）]+?)(\d+){unit}", listed)
            if not ABOUT_OTHER_TIMES.search(label)
        ]
        # One piece of news goes out on several channels.
        if len(parts) < 2 or all(CHANNELS.search(label) for label, _ in parts):
            continue
        summed = sum(count for _, count in parts)
        closed = parts[-1][0].lstrip("及和与以").startswith(("其他", "其它"))
        outcomes = all(label.endswith(tuple(OUTCOME_GROUPS)) for label, _ in parts)
        if outcomes and summed == answered:
            continue
        in_several_ways = not outcomes and _in_several_ways(total, [count for _, count in parts])
        if (summed > total and not in_several_ways) or (closed and summed < total):
            yield "", f"正文写共{total}{unit}，而所列各项之和为{summed}{unit}：{match.group(0)[:60]}"


def _in_several_ways(total: int, counts: list[int]) -> bool:
    """Is the total taken apart more than once in a row (by applicant, then by channel)?"""
    running = 0
    for count in counts:
        running = count if running == total else running + count
        if running > total:
            return False
    return True
