"""Which kind of file it is, and how its blocks become a reading."""

import re
from collections.abc import Callable
from pathlib import PurePath
from typing import IO

from reports.reading import books, disputes_table, narrative, open_format, web, word
from reports.reading.drafts import Draft, best, joined, settle
from reports.reading.grids import Grid, Source
from reports.reading.proactive_table import Reader as ProactiveReader
from reports.reading.reading import (
    FORM_2019,
    FORM_2021,
    LAST_YEAR_OF_2019_FORM,
    TABLE_TITLES,
    Collector,
    NothingFound,
    Reading,
    Unreadable,
    codes_of,
)
from reports.reading.requests_table import Reader as RequestsReader

MOST_BYTES = 10 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLD_BOOKS = {"xls", "et"}
TEXTS = {"overview": "一、总体情况", "problems": "五、存在的主要问题及改进情况", "other": "六、其他需要报告的事项"}
_PARTS = {"proactive": "二", "requests": "三", "disputes": "四"}
_KINDS = "可以读取：本系统或其他系统生成的JSON、Excel（.xlsx）、Word（.docx），或者在浏览器中另存的网页（.html）"


def read(file: IO[bytes] | bytes, name: str) -> Reading:
    """A report of any kind. Raises ``Unreadable``, whatever the file is; nothing else."""
    data = file if isinstance(file, bytes) else file.read(MOST_BYTES + 1)
    name = PurePath(name.replace("\\", "/")).name[:120] or "文件"
    if len(data) > MOST_BYTES:
        raise Unreadable(f"文件超过{MOST_BYTES // 1024 // 1024}MB，请只保留年度报告正文和三张表后再试")
    if not data.strip(b"\0 \r\n\t"):
        raise Unreadable("文件是空的，请重新选择")
    try:
        return _reader(data, name)()
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever a library makes of a file that nobody foresaw
        raise Unreadable("文件已损坏或者结构异常，无法读取，请用原来的软件打开检查，另存后再试") from error


def _reader(data: bytes, name: str) -> Callable[[], Reading]:
    """By what the file is; its ending may be wrong (a web page saved as .xls is common)."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    start = data[:1024].lstrip(b"\xef\xbb\xbf \r\n\t")
    if data.startswith(b"PK\x03\x04"):
        if ending == "zip":
            raise Unreadable(f"这是压缩包，请解压后选择其中的一个文件。{_KINDS}")
        is_word = ending == "docx" or (ending not in ("xlsx", "et") and b"word/document.xml" in data)
        source = word.source_of if is_word else books.source_of
        return lambda: of_source(source(data))
    if data.startswith(_OLE):
        if ending in _OLD_BOOKS:
            return lambda: of_source(books.source_of(data))
        raise Unreadable("这是旧格式或者加了密码的文件，请用WPS或Word打开，另存为.docx后再试")
    if data.startswith(b"%PDF"):
        raise Unreadable(f"不能读取PDF中的表格。{_KINDS}")
    if ending == "json" or (start[:1] in (b"{", b"[") and ending not in ("html", "htm")):
        return lambda: open_format.read(data, name)
    if ending in ("html", "htm", "mht", "mhtml", "xhtml", "shtml", "xls", "doc") or start[:1] == b"<":
        return lambda: _of_page(_page_in(data))
    raise Unreadable(f"不认识这种文件（{name}）。{_KINDS}")


def _of_page(data: bytes) -> Reading:
    """What the page shows; where it shows no table, what it keeps for its scripts to show (a folded part, a tab)."""
    try:
        return of_source(web.source_of(data))
    except NothingFound:
        return of_source(web.source_of(data, folded=True))


def _page_in(data: bytes) -> bytes:
    """The page itself of one saved with its pictures in a single file (MHTML)."""
    if not re.match(rb"(?:From|MIME-Version|Content-Type|Subject|Snapshot-Content-Location)\s*:", data[:200].lstrip()):
        return data
    from email import message_from_bytes

    for part in message_from_bytes(data).walk():
        if part.get_content_type() == "text/html" and isinstance(body := part.get_payload(decode=True), bytes):
            charset = part.get_content_charset()
            return body.decode(charset, "replace").encode() if charset and charset != "utf-8" else body
    raise Unreadable("单一文件网页里没有正文，请在浏览器中另存为“网页，仅HTML”后再试")


def of_source(source: Source) -> Reading:
    """Raises ``Unreadable`` where not one table of the form is found."""
    collector = Collector()
    told = narrative.told_in(source.blocks, source.titles)
    drafts = _drafts(source)
    chosen = {table: best(found, collector) for table, found in drafts.items()}
    if not any(chosen.values()):
        raise NothingFound(_nothing_found(told))
    missing = tuple(table for table, draft in chosen.items() if draft is None)
    for table, draft in chosen.items():
        if draft is not None:
            settle(draft, codes_of(table), collector)
        else:
            picture = "，这一部分只有图片，图片中的数字无法读取" if _PARTS[table] in told.pictures else ""
            collector.say("table", f"没有找到“{TABLE_TITLES[table]}”表{picture}")
    for message in source.says:
        collector.say("table", message)
    year = _year(told, collector)
    form = _form(chosen, year, collector)
    level = narrative.level_of(told.agency) if told.agency else None
    _say_who(told, level, collector)
    for part, label in TEXTS.items() if source.has_text else ():
        if part not in told.texts:
            collector.say("text", f"没有找到“{label}”的文字")
    return Reading(
        tables=collector.tables,
        agency=told.agency,
        level=level,
        year=year,
        form=form,
        narrative=told.texts,
        notes=tuple(collector.notes),
        missing=missing,
        faults=tuple(collector.faults),
    )


def _drafts(source: Source) -> dict[str, list[Draft]]:
    parts: dict[str, list[Draft]] = {table: [] for table in TABLE_TITLES}
    proactive, requests = ProactiveReader(), RequestsReader()
    for block in source.blocks:
        if isinstance(block, Grid):
            for draft in (proactive.read(block), requests.read(block), disputes_table.read(block)):
                if draft is not None:
                    parts[draft.table].append(draft)
    return {table: joined(found) for table, found in parts.items()}


def _nothing_found(told: narrative.Told) -> str:
    if told.pictures & set(_PARTS.values()):
        return "没有找到年度报告的表格：表格是图片，图片中的数字无法读取。请向编制机关索取文字版"
    return "没有找到年度报告的表格。请确认文件是政府信息公开工作年度报告，并且表格是文字而不是图片"


def _year(told: narrative.Told, collector: Collector) -> int | None:
    if told.year and told.period and told.period != told.year:
        collector.say("text", f"标题写的是{told.year}年，统计期限是{told.period}年，按标题的年度核对")
    if told.year is None:
        collector.say("text", "没有找到报告的年度，与年度有关的规则没有核对")
    return told.year


def _form(chosen: dict[str, Draft | None], year: int | None, collector: Collector) -> str:
    old_a = bool((draft := chosen["proactive"]) and draft.is_old)
    old_b = bool((draft := chosen["requests"]) and draft.is_old)
    if not old_a and not old_b:
        return FORM_2021
    if year is not None and year <= LAST_YEAR_OF_2019_FORM:
        collector.say("form", "用的是2019年格式；2021年格式新增的单元格没有数字")
    else:
        collector.say("form", "用的是2019年格式，2021年度起应使用国办公开办函〔2021〕30号的格式")
    if year is not None and year > LAST_YEAR_OF_2019_FORM:
        collector.fault("用的是2019年格式的表格，2021年度起应使用国办公开办函〔2021〕30号的格式")
    return FORM_2019


def _say_who(told: narrative.Told, level: str | None, collector: Collector) -> None:
    if not told.agency:
        collector.say("text", "没有找到机关名称，不知道机关级别")
    elif level is None:
        collector.say("text", f"从名称“{told.agency}”看不出机关级别（例如是设区的市还是县级市），请指明级别")
