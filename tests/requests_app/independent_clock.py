"""The answer clock a second time, written from the wording of the law and as plainly as possible; nothing of ours.

条例 Art. 33 ¶2: “行政机关不能当场答复的，应当自收到申请之日起20个工作日内予以答复；需要延长答复期限的，应当经政府
信息公开工作机构负责人同意并告知申请人，延长的期限最长不得超过20个工作日。” ¶3: “行政机关征求第三方和其他机关意见所需
时间不计算在前款规定的期限内。” Art. 30: “答复期限自行政机关收到补正的申请之日起计算。” Art. 35: the agency
may set “延迟答复的合理期限”. 国办函〔2020〕109号 Art. 6: counted anew from the day after the fee is paid. 民事诉讼法
Art. 85: the day on which a period begins is not counted.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ONE_DAY = timedelta(days=1)


class BeyondTheTable(Exception):
    def __init__(self, year):
        self.year = year


@dataclass(frozen=True)
class History:
    received: date
    corrected: date | None = None
    paid: date | None = None
    consultations: tuple[tuple[date, date], ...] = ()
    extension: int = 0
    postponed: date | None = None


def each_day(first, last):
    days = set()
    while first <= last:
        days.add(first)
        first += ONE_DAY
    return days


def read_table():
    years, off, worked = set(), set(), set()
    for line in (Path(__file__).parent / "days_off.txt").read_text().splitlines():
        if line.startswith("#"):
            continue
        year, spans, weekends = line.split("|")
        years.add(int(year))
        worked |= {date.fromisoformat(f"{year.strip()}-{day}") for day in weekends.split()}
        for span in spans.split():
            first, last = span.split("…")
            # 元旦 may begin in December of the year before.
            first_year = int(year) - 1 if first > last else int(year)
            off |= each_day(date.fromisoformat(f"{first_year}-{first}"), date.fromisoformat(f"{year.strip()}-{last}"))
    return years, off, worked


YEARS, OFF, WORKED_WEEKENDS = read_table()


def is_worked(day):
    if day.year not in YEARS:
        raise BeyondTheTable(day.year)
    if day in WORKED_WEEKENDS:
        return True
    if day in OFF:
        return False
    return day.strftime("%a") not in ("Sat", "Sun")


def first_day(history):
    """The day the period in force begins on; it is not counted itself."""
    return sorted(day for day in (history.received, history.corrected, history.paid) if day)[-1]


def walk(history):
    """``(day, kind, number)`` of every day from day 0 to the last. Raises ``BeyondTheTable``."""
    elsewhere = set()
    for sent, returned in history.consultations:
        elsewhere |= each_day(sent + ONE_DAY, returned)
    today = first_day(history)
    told = [(today, "start", 0)]
    left, number = 20 + history.extension, 0
    while left:
        today += ONE_DAY
        if not is_worked(today):
            told.append((today, "rest", 0))
        elif today in elsewhere:
            told.append((today, "excluded", 0))
        else:
            left, number = left - 1, number + 1
            told.append((today, "counted" if left else "due", number))
    return told


def last_day(history):
    return history.postponed or walk(history)[-1][0]


def worked_days_outside(history, after, until):
    """Worked days later than ``after`` up to ``until`` on which no opinion was awaited."""
    elsewhere = set()
    for sent, returned in history.consultations:
        elsewhere |= each_day(sent + ONE_DAY, returned)
    return [day for day in sorted(each_day(after + ONE_DAY, until)) if is_worked(day) and day not in elsewhere]
