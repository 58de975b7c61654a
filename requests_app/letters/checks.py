"""What is checked before a letter goes out (each is a way letters are lost in review or court); pure.

A check that fails does not stop the letter: it asks for a reason, which is kept.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from disclosures.dates import told
from disclosures.working_days import CalendarNotCovered
from requests_app import clocks
from requests_app.enums import ConsultedParty, EventKind
from requests_app.letters.document import LetterText
from requests_app.letters.kinds import Addressee, LetterKind
from requests_app.letters.remedy import ONLINE, is_partial, is_told
from requests_app.outcomes import Outcome, RemedyMode
from requests_app.standing import Case

# Left over from the Regulation of 2008 and the practice under it.
OLD_LAW = (
    (r"第492号|492号令", "国务院令第492号已由第711号修订，不能再引用"),
    (r"15个工作日内(?:予以)?答复|十五个工作日内(?:予以)?答复", "答复期限是20个工作日，不是15个（条例第三十三条）"),
    (r"生产、生活、科研等?特殊需要|三需要", "“三需要”已取消，不得以此为由（条例第二十七条）"),
    (r"检索费|复制费|邮寄费", "检索、复制、邮寄费用已取消（条例第四十二条）"),
    (r"60日内.{0,12}上[一]?级主管部门", "部门的行政复议机关是本级人民政府（《行政复议法》第二十四条）"),
    (r"3个月内.{0,20}提起行政诉讼|三个月内.{0,20}提起行政诉讼", "起诉期限是6个月（《行政诉讼法》第四十六条）"),
)
# 条例 Art. 14 lets only laws and administrative regulations forbid.
LOWER_RULES = re.compile(
    r"规章|规定》|办法》|细则》|通知》|意见》|地方性法规|《(?!中华人民共和国)[^》]{2,8}(?:省|市|自治区|自治州|县)[^》]*条例》"
)
REFUSALS = {
    Outcome.DENY_SECRET,
    Outcome.DENY_LAW,
    Outcome.DENY_SECURITY,
    Outcome.DENY_THIRD_PARTY,
    Outcome.DENY_INTERNAL,
    Outcome.DENY_PROCESS,
    Outcome.DENY_CASEFILE,
}


@dataclass(frozen=True)
class Finding:
    id: str
    text: str


@dataclass(frozen=True)
class Sending:
    """All that the checks ask about. ``identity`` holds the applicant's name, number and contacts."""

    kind: LetterKind
    text: LetterText
    case: Case
    on: date
    values: dict[str, Any]
    remedy: RemedyMode
    outcome: Outcome | None = None
    identity: tuple[str, ...] = ()
    enclosures_without_pages: int = 0
    is_online: bool = False  # goes out through the internet


def findings(sending: Sending) -> list[Finding]:
    return [finding for check in CHECKS for finding in check(sending)]


def in_time(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 33."""
    due = sending.case.due()
    if sending.outcome and not sending.case.is_closed and due is not None and sending.on > due:
        yield Finding("L-DUE", f"答复日期晚于答复期限（{told(due)}）")


def separation(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 37 is considered first; courts order what can be separated to be opened."""
    if sending.outcome in REFUSALS and len(str(sending.values.get("separable") or "").strip()) < 5:
        yield Finding("L-PARTIAL", "没有说明为什么不能区分处理（条例第三十七条）")


def only_law_forbids(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 14."""
    if sending.outcome == Outcome.DENY_LAW and LOWER_RULES.search(str(sending.values.get("law") or "")):
        yield Finding(
            "L-LAW", "只有法律、行政法规可以作为禁止公开的依据，规章、地方性法规和规范性文件不可以（条例第十四条）"
        )


def third_party_asked(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 32: asked in writing."""
    if sending.outcome not in {Outcome.DENY_THIRD_PARTY, Outcome.GRANT, Outcome.PARTIAL}:
        return
    asked = [
        event
        for event in sending.case.events
        if event.kind == EventKind.CONSULTATION_SENT and event.party in {"", ConsultedParty.THIRD_PARTY}
    ]
    if not asked and sending.outcome == Outcome.DENY_THIRD_PARTY:
        yield Finding("L-THIRD", "案卷中没有书面征求第三方意见的记录（条例第三十二条）")
    elif any(event in asked for event in sending.case.unanswered_consultations):
        yield Finding("L-THIRD", "第三方的意见还没有收到，也没有登记逾期未回复（条例第三十二条）")


def searched(sending: Sending) -> Iterator[Finding]:
    """The burden of proof is the agency's."""
    if sending.outcome == Outcome.NOTHELD_NONE and not all(
        sending.values.get(name) for name in ("searched_on", "searched_by", "where", "words", "period")
    ):
        yield Finding("L-SEARCH", "没有完整的检索记录（何时、何人、何处、检索词、时间段）")


def correction_once_and_early(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 30."""
    if sending.kind.code == "P3" and sending.case.received_on:
        try:
            passed = len(sending.case.calendar.between(sending.case.received_on, sending.on))
        except CalendarNotCovered as missing:
            yield Finding("L-CORR", str(missing))
            return
        if passed > clocks.CORRECTION_NOTICE:
            yield Finding("L-CORR", "超过了告知补正的期限（收到之日起7个工作日）")
        if sum(event.kind == EventKind.CORRECTION_ASKED for event in sending.case.events) > 1:
            yield Finding("L-CORR", "补正只能一次性告知（条例第三十条）")


def extension_approved_in_time(sending: Sending) -> Iterator[Finding]:
    """条例 Art. 33 ¶2."""
    if sending.kind.code != "P5":
        return
    extended = sending.case.first(EventKind.EXTENDED)
    if extended is None or not extended.approved_by:
        yield Finding("L-EXT", "没有政府信息公开工作机构负责人批准延长的记录（条例第三十三条）")
    base = sending.case.due(without_extension=True)
    if base is not None and sending.on > base:
        yield Finding("L-EXT", f"延长答复期限须在原期限（{told(base)}）届满前告知（条例第三十三条）")


def remedy_as_derived(sending: Sending) -> Iterator[Finding]:
    # What the applicant wrote is quoted, whatever it says.
    text = re.sub("“[^”]*”", "", "\n".join(sending.text.paragraphs))
    partial = sending.outcome is not None and is_partial(sending.outcome)
    if not is_told(text, sending.remedy, partial=partial):
        yield Finding("L-REMEDY", f"救济告知与办理结果不符，应当是“{sending.remedy.label}”")


def online_channel_told(sending: Sending) -> Iterator[Finding]:
    """行政复议法 Art. 22 ¶2: who is served online is told where to apply online."""
    if sending.is_online and sending.remedy != RemedyMode.NONE and ONLINE not in sending.text.everything:
        yield Finding(
            "L-ONLINE",
            "网上送达的，应当同时告知网上申请行政复议的渠道（《行政复议法》第二十二条）；"
            "请在“机关”页面填写其地址，在申请中把获取方式选为“网络”，再重新生成本文书",
        )


def applicant_hidden(sending: Sending) -> Iterator[Finding]:
    """Whoever is consulted is not told who asked (条例 Art. 32; 个人信息保护法 Art. 6)."""
    if sending.kind.addressed == Addressee.CONSULTED and any(
        len(part) > 1 and part in sending.text.everything for part in sending.identity
    ):
        yield Finding("L-IDENTITY", "征求意见的文书中出现了申请人的姓名、证件号码或者联系方式，请删除")


def one_fee_method(sending: Sending) -> Iterator[Finding]:
    """国办函〔2020〕109号 Art. 3, 5."""
    if sending.kind.code == "P14" and "按件计收" in sending.text.everything and "按量计收" in sending.text.everything:
        yield Finding("L-FEE", "按件、按量只能选择一种（国办函〔2020〕109号第三条）")
    if sending.outcome == Outcome.GRANT_PUBLISHED and sending.case.has(EventKind.FEE_NOTICE):
        notice = sending.case.first(EventKind.FEE_NOTICE)
        if notice is not None and notice.fee_method == "by_page":
            yield Finding("L-FEE", "已经主动公开的信息，告知获取途径的，不能按量收费（国办函〔2020〕109号第五条）")


def pages_counted(sending: Sending) -> Iterator[Finding]:
    if sending.enclosures_without_pages:
        yield Finding("L-PAGES", f"有{sending.enclosures_without_pages}份随附材料没有填写页数")


def no_old_law(sending: Sending) -> Iterator[Finding]:
    # What the applicant wrote is quoted, whatever it says.
    said = sending.text.everything
    for quoted in re.findall(r"“[^”]*”", said):
        said = said.replace(quoted, "")
    for pattern, why in OLD_LAW:
        if re.search(pattern, said):
            yield Finding("L-OLD", why)


CHECKS = (
    in_time,
    separation,
    only_law_forbids,
    third_party_asked,
    searched,
    correction_once_and_early,
    extension_approved_in_time,
    remedy_as_derived,
    online_channel_told,
    applicant_hidden,
    one_fee_method,
    pages_counted,
    no_old_law,
)
