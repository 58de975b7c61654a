"""What is found in an attachment: its text with its place, what is hidden in it, what nobody could look at."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from disclosures.gate.kinds import Labelled

MOST_PASSAGES = 1_000_000  # of one file; a list of so many is split before it is published
MOST_OF_A_KIND = 100  # findings of one kind listed one by one
SAMPLE = 30  # characters of a hidden text that are shown
LONGEST_TEXT = 15_000  # characters of a file that the search keeps
# Places of what does not belong to the text itself.
_BESIDE_THE_TEXT = re.compile(
    "文件名|属性|批注|修订|注释|备注|隐藏|公式|说明文字|链接|表单|定义的名称|没有用到|文件内部|样式"
)


class Unreadable(Exception):
    """The file is refused; the message tells the clerk in Chinese why and what to do."""


class HiddenKind(Labelled):
    HIDDEN_SHEET = "hidden_sheet", "隐藏的工作表"
    HIDDEN_ROWS = "hidden_rows", "隐藏的行"
    HIDDEN_COLUMNS = "hidden_columns", "隐藏的列"
    HIDDEN_TEXT = "hidden_text", "隐藏文字"
    HIDDEN_SLIDE = "hidden_slide", "隐藏的幻灯片"
    HIDDEN_NAME = "hidden_name", "隐藏的名称"
    HIDDEN_LAYER = "hidden_layer", "关闭的图层"
    COMMENT = "comment", "批注"
    TRACKED_CHANGE = "tracked_change", "修订痕迹"
    AUTHOR = "author", "作者等文件属性"
    LOCATION = "location", "照片的拍摄位置"
    COVERED_TEXT = "covered_text", "遮盖块下仍可复制的文字"
    CROPPED_IMAGE = "cropped_image", "图片被裁掉的部分"
    EARLIER_REVISION = "earlier_revision", "文件的早期版本"
    LEFTOVER = "leftover", "已删除内容的残留"
    PIVOT_CACHE = "pivot_cache", "数据透视表的缓存"
    EMBEDDED_FILE = "embedded_file", "嵌入的文件"
    MACRO = "macro", "宏"
    SCRIPT = "script", "脚本"
    FORM = "form", "表单中的隐藏数据"
    NOTES = "notes", "演示文稿备注"
    EXTERNAL_LINK = "external_link", "外部链接"
    CUSTOM_DATA = "custom_data", "自定义数据"
    THUMBNAIL = "thumbnail", "缩略图"


class Passage(NamedTuple):
    """A text and where the clerk finds it. ``join``: what a reader sees between the last passage and this one.

    A tab between the cells of a row, a line end between paragraphs; empty where nothing goes on. A tuple, not a
    dataclass: a workbook has hundreds of thousands.
    """

    place: str
    text: str
    join: str = ""


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something a reader of the published file could dig out. ``cleanable``: ``cleaned`` takes it out."""

    kind: HiddenKind
    place: str
    what: str
    cleanable: bool


@dataclass
class Content:
    passages: list[Passage] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def running_text(self) -> str:
        """What a reader of the file sees, the first ``LONGEST_TEXT`` characters: what is hidden or about it is not."""
        pieces, length = [], 0
        for passage in self.passages:
            if length < LONGEST_TEXT and not _BESIDE_THE_TEXT.search(passage.place):
                pieces.append((passage.join or "\n") + passage.text)
                length += len(pieces[-1])
        return "".join(pieces).strip()[:LONGEST_TEXT]


class Hit(Protocol):
    """A place in a text, end not included, and what shall stand there instead."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def masked(self) -> str: ...


Find = Callable[[str], Sequence[Hit]]
Inner = Callable[[str, bytes], Content]


def sample(text: str) -> str:
    """A text in one short line."""
    line = " ".join(text.split())
    return line if len(line) <= SAMPLE else line[:SAMPLE] + "…"


class Findings:
    """Collects the content of one file."""

    def __init__(self) -> None:
        self.content = Content()
        self._of_kind: dict[HiddenKind, int] = {}
        self._full = False

    def say(self, place: str, text: str | None, join: str = "") -> None:
        if not text or text.isspace():
            return
        self.say_all([Passage(place, text, join)])

    def say_all(self, passages: list[Passage]) -> None:
        if len(self.content.passages) + len(passages) <= MOST_PASSAGES:
            self.content.passages += passages
        elif not self._full:
            self._full = True
            self.unread(f"文件超过{MOST_PASSAGES // 10_000}万段文字，其余没有检查，请拆分成几个文件")

    def hide(self, kind: HiddenKind, place: str, what: str, *, cleanable: bool = True) -> None:
        """Beyond ``MOST_OF_A_KIND`` one line stands for the rest; one that cannot be cleaned is never left out."""
        count = self._of_kind[kind] = self._of_kind.get(kind, 0) + 1
        if count < MOST_OF_A_KIND or not cleanable and count < 2 * MOST_OF_A_KIND:
            self.content.hidden.append(Hidden(kind, place, what, cleanable))
        elif count == MOST_OF_A_KIND:
            self.content.hidden.append(Hidden(kind, place, f"类似的{kind.label}还有很多，不再逐一列出", cleanable))

    def unread(self, sentence: str) -> None:
        if sentence not in self.content.unread:
            self.content.unread.append(sentence)

    def take(self, inner: Content, prefix: str, *, cleanable: bool | None = None) -> None:
        """Everything found in a file inside this one, its places led by ``prefix``."""
        for passage in inner.passages:
            self.say(prefix + passage.place, passage.text, passage.join)
        for hidden in inner.hidden:
            can = hidden.cleanable if cleanable is None else cleanable
            self.hide(hidden.kind, prefix + hidden.place, hidden.what, cleanable=can)
        for sentence in inner.unread:
            self.unread(prefix.strip() + "：" + sentence)


def replaced(text: str, hits: Sequence[Hit]) -> str:
    """The text with each hit replaced; of two that overlap the first stands, and the longer one where they begin."""
    pieces, at = [], 0
    for hit in _in_order(hits):
        if hit.start >= at:
            pieces += [text[at : hit.start], hit.masked]
            at = hit.end
        elif hit.end > at:  # the rest of an overlapping hit must not stay readable
            pieces.append("*" * (hit.end - at))
            at = hit.end
    return "".join([*pieces, text[at:]])


def spread(pieces: Sequence[str], hits: Sequence[Hit]) -> list[str]:
    """The pieces of one text after replacing each hit; the mask stands in the piece where the hit begins."""
    result = list(pieces)
    starts, at = [], 0
    for piece in pieces:
        starts.append(at)
        at += len(piece)
    whole = "".join(pieces)
    covered = 0
    changes: list[tuple[int, int, str]] = []
    for hit in _in_order(hits):
        start, mask = hit.start, hit.masked
        if start < covered:
            start, mask = covered, "*" * (hit.end - covered)
        if hit.end > start:
            changes.append((start, min(hit.end, len(whole)), mask))
            covered = hit.end
    for start, end, mask in reversed(changes):
        # Of equal length each piece keeps its own share, so that bold stays bold where it was.
        even = len(mask) == end - start
        first = True
        for number, (begin, piece) in enumerate(zip(starts, pieces, strict=True)):
            low, high = max(start, begin), min(end, begin + len(piece))
            if low >= high:
                continue
            part = mask[low - start : high - start] if even else (mask if first else "")
            first = False
            kept = result[number]
            result[number] = kept[: low - begin] + part + kept[high - begin :]
    return result


def _in_order(hits: Sequence[Hit]) -> list[Hit]:
    return sorted((hit for hit in hits if hit.end > hit.start), key=lambda hit: (hit.start, -hit.end))
