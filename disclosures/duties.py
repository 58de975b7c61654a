"""What an agency still owes: the interpretation of a document, the publicity of a decision, its withdrawal.

The last day follows from the day on which the clock began, the agency's term and the calendar, so none is stored: rows
are found by that day (``terms.latest_start``), and a list, its filter and the 工作台 ask the same function.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from disclosures import calendars, lights, terms
from disclosures.dates import told
from disclosures.lights import BANDS, light
from disclosures.models import AdministrativeDecision, DutyKind, DutyTerm, Validity
from disclosures.working_days import Calendar, CalendarNotCovered

OPEN_BANDS = tuple(each for each in BANDS if each.key != "unknown")
USUAL = {DutyKind.INTERPRETATION: terms.INTERPRETATION_DAYS, DutyKind.PUBLICITY: terms.PUBLICITY_DAYS}


@dataclass(frozen=True)
class Standing:
    """``tone`` as of a light, or ``done``; ``why``: from which day, how many working days, by which rule."""

    tone: str
    words: str
    why: str = ""


# Which rows


def terms_in_use() -> dict[str, set[int]]:
    """The working days that any agency has set, by duty; one query."""
    found: dict[str, set[int]] = {kind: set() for kind in DutyKind.values}
    for kind, days in DutyTerm.objects.order_by().values_list("kind", "days").distinct():
        found[kind].add(days)
    return found


def interpretations_in(key: str, day: date, used: dict[str, set[int]]) -> Q | None:
    """Rows of ``without_interpretation`` in a band of ``lights``; None for an unknown one."""
    return _of_terms(key, day, "counted_from", DutyKind.INTERPRETATION, used)


def publicity_in(key: str, day: date, used: dict[str, set[int]]) -> Q | None:
    """Rows of ``unpublished`` in a band."""
    return _of_terms(key, day, "decided_on", DutyKind.PUBLICITY, used)


def withdrawals_in(key: str, day: date, used: dict[str, set[int]] | None = None) -> Q | None:
    """Rows of ``to_withdraw`` in a band: the law's own term, the same for every agency."""
    return _started(key, day, "annulled_on", terms.WITHDRAWAL_DAYS, calendars.current())


def _of_terms(key: str, day: date, start: str, kind: DutyKind, used: dict[str, set[int]]) -> Q | None:
    calendar = calendars.current()
    usual = _started(key, day, start, USUAL[kind], calendar)
    if usual is None:
        return None
    found = Q(term_days__isnull=True) & usual
    for days in sorted(used[kind]):
        own = _started(key, day, start, days, calendar)
        found |= Q(term_days=days) & (own or Q())
    return found


def _started(key: str, day: date, start: str, days: int, calendar: Calendar) -> Q | None:
    """The rows whose last day, ``days`` working days after the column ``start``, is in the band on ``day``."""

    def by(until: date) -> date:
        return terms.latest_start(until, days, calendar=calendar)

    late, today = by(day - timedelta(days=1)), by(day)
    soon, week = (by(lights.after_working_days(day, n, calendar=calendar)) for n in (lights.SOON, lights.WEEK))
    return {
        "late": Q(**{f"{start}__lte": late}),
        "today": Q(**{f"{start}__gt": late, f"{start}__lte": today}),
        "soon": Q(**{f"{start}__gt": today, f"{start}__lte": soon}),
        "week": Q(**{f"{start}__gt": soon, f"{start}__lte": week}),
        "later": Q(**{f"{start}__gt": week}),
    }.get(key)


# How one row stands


def interpretation_standing(document: Any, day: date) -> Standing:
    """Of a row of ``NormativeDocumentQuerySet.with_interpretation``."""
    days = USUAL[DutyKind.INTERPRETATION] if document.term_days is None else document.term_days
    if document.interpreted_on:
        late = document.counted_from and _is_late(document.counted_from, days, document.interpreted_on)
        return Standing("done", "已解读，晚于期限" if late else "已解读", f"{told(document.interpreted_on)}发布解读")
    if document.interpretation_waived:
        return Standing("done", "无需解读", document.interpretation_waived)
    validity = document.validity_on(day)
    if validity not in (Validity.IN_FORCE, Validity.AMENDED):
        return Standing("done", "无需解读", f"文件已{validity.label}")
    if document.counted_from is None or document.issued_on > day:
        return Standing("unknown", "公布后计算", "文件全文发布后，从发布之日起算")
    if document.term_since and document.counted_from < document.term_since:
        return Standing("done", "不提醒", f"在本机关设定的起算日期{told(document.term_since)}以前公布")
    return _clock(document.counted_from, days, day, terms.interpretation_due, "解读", _why_interpret(document, days))


def _why_interpret(document: Any, days: int) -> str:
    who = document.drafting_office or "起草科室"
    when = f"公布后{days}个工作日内" if days else "与文件同步"
    return f"{told(document.counted_from)}公布，{when}解读（国办发〔2016〕80号），由{who}负责"


def publicity_standing(decision: Any, day: date) -> Standing:
    """Of a row of ``AdministrativeDecisionQuerySet.with_term``."""
    if decision.counts_several:
        return Standing("done", "汇总，不计期限")
    days = USUAL[DutyKind.PUBLICITY] if decision.term_days is None else decision.term_days
    if decision.published_on:
        late = _is_late(decision.decided_on, days, decision.published_on)
        return Standing("done", "已公示，晚于参考期限" if late else "已公示", f"{told(decision.published_on)}公示")
    if decision.unpublished_reason:
        return Standing("done", "不公示", decision.unpublished_reason)
    if decision.annulled_on:
        return Standing("done", "不再公示", f"{told(decision.annulled_on)}{annulment_told(decision)}")
    if decision.term_since and decision.decided_on < decision.term_since:
        return Standing("done", "不提醒", f"在本机关设定的起算日期{told(decision.term_since)}以前作出")
    why = f"{told(decision.decided_on)}作出，{days}个工作日内公示（参考期限，以当地规定为准）"
    return _clock(decision.decided_on, days, day, terms.publicity_due, "公示", why)


def withdrawal_standing(decision: AdministrativeDecision, day: date) -> Standing:
    """Of a published decision that was annulled or changed; empty words where there is nothing to take down."""
    if decision.withdrawn_on:
        late = decision.annulled_on and _is_late(decision.annulled_on, terms.WITHDRAWAL_DAYS, decision.withdrawn_on)
        return Standing("done", "已撤回，晚于期限" if late else "已撤回", f"{told(decision.withdrawn_on)}撤回")
    if not (decision.annulled_on and decision.published_on):
        return Standing("done", "—")
    why = (
        f"{told(decision.annulled_on)}{annulment_told(decision)}，{terms.WITHDRAWAL_DAYS}个工作日内撤回公示并公开说明理由"
        "（行政处罚法第四十八条）"
    )
    return _clock(decision.annulled_on, terms.WITHDRAWAL_DAYS, day, terms.due_of, "撤回", why)


def annulment_told(decision: AdministrativeDecision) -> str:
    return decision.get_annulment_display() or "撤销、变更"


def _clock(start: date, days: int, day: date, rule: Callable[..., date], verb: str, why: str) -> Standing:
    calendar = calendars.current()
    if start <= terms.latest_start(day - timedelta(days=1), days, calendar=calendar):
        return Standing("late", "已超期", why)
    try:
        due = rule(start, days, calendar=calendar)
    except CalendarNotCovered as missing:
        return Standing("unknown", "待定", f"{why}；{missing}")
    left = light(due, day, calendar=calendar)
    if due == day:
        return Standing(left.tone, f"今日应{verb}", why)
    return Standing(left.tone, f"应于{told(due)}前{verb}（{left.words}）", why)


def _is_late(start: date, days: int, done_on: date) -> bool:
    return start <= terms.latest_start(done_on - timedelta(days=1), days, calendar=calendars.current())
