"""WeChat posts and press events, a line each, or the list that a platform exports: rows of the 公开信息 ledger.

They go through the ledger's own rules and are found again as any ledger row is, so a list that overlaps with last
week's adds only what is new.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from disclosures.ledger import ImportReport, UnusableFile, Workbook, import_workbook
from disclosures.ledger.widgets import is_blank
from disclosures.ledger.workbook import SheetRows
from disclosures.models import Agency, Category, Channel

SHEET = "公开信息"
HEADERS = ["标题", "栏目", "发布渠道", "发布日期", "链接"]
MOST_LINES = 2000
LINK = re.compile(r"https?://\S+")
SHORT_DAY = re.compile(r"(?<!\d)\d{1,2}月\d{1,2}[日号]")  # told as a day, so that the fault says what it lacks
DAY = re.compile(r"\d{4}(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号]|\d{4}(?!\d))")
CLOCK = re.compile(r"[ T]*\d{1,2}:\d{2}(?::\d{2})?(?=\s|$)")
# The headers under which the platforms' exported lists have what we need.
TITLES = ("标题", "内容标题", "文章标题", "图文标题", "信息标题", "作品标题", "活动名称", "名称")
DAYS = ("发布日期", "发布时间", "发表时间", "发表日期", "推送时间", "群发时间", "日期", "时间")
LINKS = ("链接", "内容url", "内容URL", "文章链接", "内容链接", "图文链接", "原文链接", "作品链接", "url", "URL")


def of_lines(text: str) -> list[tuple[int, list[Any]]]:
    """(line, [day, title, link]) of every filled line; the parts in any order. Raises ``UnusableFile``."""
    rows: list[tuple[int, list[Any]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        link = LINK.search(line)
        rest = line.replace(link[0], " ") if link else line
        day = DAY.search(rest) or SHORT_DAY.search(rest)
        around = [rest[: day.start()], CLOCK.sub("", rest[day.end() :], count=1)] if day else [rest]
        title = " ".join(around).strip(" \t,，;；、|")
        rows.append((number, [day[0] if day else None, " ".join(title.split()), link[0] if link else None]))
    if len(rows) > MOST_LINES:
        raise UnusableFile(f"一次最多{MOST_LINES}行，请分几次登记")
    return rows


def of_list(workbook: Workbook) -> list[tuple[int, list[Any]]]:
    """The same of a platform's exported list. Raises ``UnusableFile`` where a title or a day is not to be found."""
    for sheet in workbook.sheets:
        places = [_place(sheet.headers, names) for names in (DAYS, TITLES, LINKS)]
        if places[0] is None or places[1] is None:
            continue
        return [
            (number, [_day(_cell(cells, places[0])), _cell(cells, places[1]), _cell(cells, places[2])])
            for number, cells in sheet.rows
        ]
    raise UnusableFile("没有找到标题和日期两列。第一行请写列名，例如：标题、发布日期、链接")


def _place(headers: list[str], names: Iterable[str]) -> int | None:
    return next((headers.index(name) for name in names if name in headers), None)


def _cell(cells: list[Any], place: int | None) -> Any:
    return cells[place] if place is not None and place < len(cells) and not is_blank(cells[place]) else None


def _day(value: Any) -> Any:
    """Platforms tell the minute; the ledger counts days."""
    if isinstance(value, datetime):
        return value.date()
    return CLOCK.sub("", value.strip()) if isinstance(value, str) else value


def log(
    rows: list[tuple[int, list[Any]]], *, agency: Agency, category: Category, channel: Channel, by: Any
) -> ImportReport:
    """Stores all of it or, with a fault anywhere, nothing; the report names every fault by its line."""
    filled = [(number, [title, category.name, channel.name, day, link]) for number, (day, title, link) in rows]
    workbook = Workbook([SheetRows(SHEET, 0, HEADERS, filled)])
    return import_workbook(workbook, agency=agency, by=by, only=[SHEET])
