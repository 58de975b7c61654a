"""What an applicant is told of a case: its steps in their words, the next last day and why; no database."""

from dataclasses import dataclass
from datetime import date

import pytest

from requests_app import progress
from requests_app.enums import EventKind
from requests_app.outcomes import Outcome, RemedyMode
from requests_app.standing import Case

NAMES = "一二三四五"


@dataclass(frozen=True)
class Event:
    kind: EventKind
    on: date
    until: date | None = None
    days: int | None = None
    answers: "Event | None" = None


ASKED = Event(EventKind.CORRECTION_ASKED, date(2026, 3, 4), until=date(2026, 3, 18))
SENT = Event(EventKind.CONSULTATION_SENT, date(2026, 3, 5))


def case(*events, received=date(2026, 3, 2), **closed):
    return Case(received, events=tuple(events), **closed)


def told(found):
    stages = progress.stages(found, arrived_on=date(2026, 3, 1), number="2026-0007")
    assert [stage.state for stage in stages].count("current") == 1
    return [stage.label for stage in stages], next(stage.label for stage in stages if stage.state == "current")


@pytest.mark.parametrize(
    ("found", "middle", "current"),
    [
        (case(received=None), [], "等待确认收到日期"),
        (case(), [], "办理中"),
        (case(ASKED), ["请您补正"], "等待您补正"),
        (case(ASKED, Event(EventKind.CORRECTION_RECEIVED, date(2026, 3, 9))), ["请您补正", "收到补正"], "办理中"),
        (case(SENT), ["征求意见"], "正在征求意见"),
        (case(SENT, SENT), ["征求意见"], "正在征求意见"),
        (case(Event(EventKind.FEE_NOTICE, date(2026, 3, 5))), ["请您缴费"], "等待您缴费"),
        (case(Event(EventKind.EXTENDED, date(2026, 3, 5), days=10)), ["延长答复期限"], "办理中"),
    ],
)
def test_steps_of_an_open_case(found, middle, current):
    labels, now = told(found)

    assert now == current and labels[:2] == ["已提交", "已登记"] and labels[-1] == "答复"
    begun = [] if found.received_on is None else ["确认收到日期"]
    assert labels[2:-1] == [*begun, *middle, current]


def test_steps_of_a_closed_case():
    answered = Event(EventKind.ANSWERED, date(2026, 3, 20))
    delivered = Event(EventKind.DELIVERED, date(2026, 3, 23))
    closed = {"answered_on": date(2026, 3, 20), "outcome": Outcome.GRANT}

    assert told(case(answered, **closed))[0][-1] == "已答复"
    assert told(case(**closed))[0][-1] == "已答复", "closed by a ledger"
    assert told(case(answered, delivered, **closed)) == (
        ["已提交", "已登记", "确认收到日期", "已答复", "答复已送达"],
        "答复已送达",
    )
    withdrawn = {"answered_on": date(2026, 3, 20), "outcome": Outcome.CLOSE_WITHDRAWN}
    assert told(case(Event(EventKind.WITHDRAWN, date(2026, 3, 20)), answered, **withdrawn))[0][-2:] == [
        "撤回申请",
        "已办结",
    ]


@pytest.mark.parametrize(
    ("found", "day", "tone", "words", "why"),
    [
        (case(received=None), date(2026, 3, 9), "unknown", "还没有开始计算", "双方确认之日"),
        (case(), date(2026, 3, 9), "fine", "2026年3月30日（还有15个工作日）", "2026年3月2日收到申请的次日起20个工作日"),
        (case(), date(2026, 3, 27), "soon", "还有1个工作日", "第三十三条"),
        (case(), date(2026, 3, 31), "late", "已超过", "第五十一条"),
        (case(ASKED), date(2026, 3, 9), "fine", "请您补正，最后一日：2026年3月18日", "第三十条"),
        (case(ASKED), date(2026, 3, 19), "late", "已超过", "视为放弃"),
        (case(SENT), date(2026, 3, 9), "unknown", "待定", "征求意见所需时间不计入"),
        (
            case(Event(EventKind.EXTENDED, date(2026, 3, 5), days=10)),
            date(2026, 3, 9),
            "fine",
            "2026年4月14日",
            "加上延长的10个工作日",
        ),
        (
            case(ASKED, Event(EventKind.CORRECTION_RECEIVED, date(2026, 3, 9))),
            date(2026, 3, 10),
            "fine",
            "2026年4月7日",
            "2026年3月9日收到补正的次日起",
        ),
        (case(received=date(2026, 12, 20)), date(2026, 12, 21), "unknown", "待定", "2027年节假日安排尚未载入"),
    ],
)
def test_next_last_day_and_why(found, day, tone, words, why):
    said = progress.deadline(found, day)

    assert said.tone == tone and words in said.words and why in said.why
    assert not said.why.endswith("。")


def test_every_step_and_outcome_has_words_for_the_applicant():
    assert set(EventKind) - set(progress.WORDS) == {EventKind.ANSWERED}
    for outcome in Outcome:
        said = progress.outcome_told(outcome)
        assert len(said) > 6 and "close" not in said


@pytest.mark.parametrize(
    ("mode", "outcome", "lines"),
    [
        (RemedyMode.FREE_CHOICE, Outcome.GRANT, 3),
        (RemedyMode.REVIEW_FIRST, Outcome.DENY_PROCESS, 2),
        (RemedyMode.REVIEW_FIRST, Outcome.PARTIAL, 3),
    ],
)
def test_last_days_of_review_and_suit(mode, outcome, lines):
    """60 days from 9 March is 8 May; six months is 9 September (行政复议法 Art. 20, 行政诉讼法 Art. 46)."""
    found = progress.remedy(case(answered_on=date(2026, 3, 9), outcome=outcome), mode, "依法……", date(2026, 3, 9))

    assert len(found.lines) == lines and found.lines[1].endswith("2026年5月8日")
    assert ("2026年9月9日" in "".join(found.lines)) == (lines == 3)


def test_last_day_of_a_year_without_calendar_is_open():
    found = progress.remedy(
        case(answered_on=date(2026, 12, 1), outcome=Outcome.GRANT), RemedyMode.FREE_CHOICE, "依法……", date(2026, 12, 1)
    )

    assert "2027年的节假日安排还没有公布" in found.lines[1]
