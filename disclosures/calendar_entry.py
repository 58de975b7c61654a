"""A year's arrangement as people write it: lines of text, or a sheet with the columns 日期, 类型, 名称."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from disclosures.calendars import Day
from disclosures.dates import told
from disclosures.ledger import widgets
from disclosures.ledger.workbook import Workbook
from disclosures.models import DayKind

LONGEST = 31  # days of one holiday; more is a slip of the pen
COLUMNS = ("日期", "类型", "名称")
RANGE = re.compile(r"\s*(?:至|到|~|—+|–)\s*(?=\d)")
REST_OF_RANGE = re.compile(r"(?:(\d{1,2})月)?(\d{1,2})[日号]")  # 2027年1月1日至3日
PLACE = re.compile(r"第(\d+)行")
KIND = widgets.Choice(
    {DayKind.REST.label: DayKind.REST.value, DayKind.WORK.label: DayKind.WORK.value},
    {
        "休息": DayKind.REST.value,
        "放假调休": DayKind.REST.value,
        "上班": DayKind.WORK.value,
        "补班": DayKind.WORK.value,
    },
)


@dataclass
class Entry:
    """What was read, and what could not be, each with its line or row."""

    days: list[Day] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def faults_with(self, others: list[str]) -> list[str]:
        """Its own and those of the days it read, in the order of the lines."""
        return sorted([*self.faults, *others], key=lambda fault: int((PLACE.match(fault) or "00")[1]))

    def add(self, place: int, when: Any, kind: Any, name: Any) -> None:
        try:
            found, chosen = _days(when), KIND.clean(kind)
        except ValueError as fault:
            self.faults.append(f"第{place}行：{fault}")
        else:
            called = "" if widgets.is_blank(name) else widgets.plain(name)
            self.days += [Day(day, chosen, called, place) for day in found]


def from_text(text: str) -> Entry:
    """A day or a range, its kind, its name: ``2027-01-01至2027-01-03 放假 元旦``; a line each."""
    entry = Entry()
    for place, line in enumerate(text.splitlines(), 1):
        words = RANGE.sub("至", widgets.plain(line)).split(maxsplit=2)
        if len(words) == 1:
            entry.faults.append(f"第{place}行：日期、类型、名称之间要用空格分开，例如：2027-01-01 放假 元旦")
        elif words:
            entry.add(place, words[0], words[1], "".join(words[2:]))
    return entry


def from_workbook(workbook: Workbook) -> Entry:
    """The first filled sheet."""
    entry = Entry()
    for sheet in workbook.sheets[:1]:
        missing = [name for name in COLUMNS if name not in sheet.headers]
        if missing:
            entry.faults.append(f"第{sheet.header_row}行：表头缺少“{'”“'.join(missing)}”列，表头应为：日期、类型、名称")
            continue
        when, kind, name = (sheet.headers.index(column) for column in COLUMNS)
        for place, cells in sheet.rows:
            if widgets.is_blank(cells[when]) or widgets.is_blank(cells[kind]):
                entry.faults.append(f"第{place}行：日期和类型必须填写")
            else:
                entry.add(place, cells[when], cells[kind], cells[name])
    return entry


def as_text(days: Iterable[Day]) -> str:
    """The lines that ``from_text`` reads as the same days; days of one holiday on one line."""
    lines: list[list[Day]] = []
    for day in sorted(days, key=lambda day: day.day):
        last = lines[-1][-1] if lines else None
        if last and (day.kind, day.name) == (last.kind, last.name) and (day.day - last.day).days == 1:
            lines[-1].append(day)
        else:
            lines.append([day])
    return "\n".join(_line(days) for days in lines)


def _line(days: list[Day]) -> str:
    first, last = days[0], days[-1]
    when = str(first.day) if first is last else f"{first.day}至{last.day}"
    return f"{when} {DayKind(first.kind).label} {first.name}".strip()


def _days(when: Any) -> list[date]:
    """A day or a range of days, both ends included. Raises ``ValueError`` in Chinese."""
    first, to, end = RANGE.sub("至", widgets.plain(when)).partition("至") if isinstance(when, str) else (when, "", "")
    begins = widgets.Day().clean(first)
    if not to:
        return [begins]
    if short := REST_OF_RANGE.fullmatch(end):
        end = f"{begins.year}-{short[1] or begins.month}-{short[2]}"
    count = (widgets.Day().clean(end) - begins).days + 1
    if count < 1:
        raise ValueError(f"结束日期早于开始日期{told(begins)}")
    if count > LONGEST:
        raise ValueError(f"从{told(begins)}起共{count}天，超过{LONGEST}天，请核对")
    return [begins + timedelta(days=place) for place in range(count)]
