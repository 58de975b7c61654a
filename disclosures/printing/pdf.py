"""HTML to PDF in a child process of its own, with limits on CPU, memory and time."""

import base64
import hashlib
import json
import re
import signal
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from django.conf import settings

from disclosures.printing import fonts, pdf_process
from disclosures.printing.text import LONE_SURROGATE, printable

TIMEOUT_SECONDS = 30
# Answers of pdf_worker, which is not imported: it would load WeasyPrint here.
PRINTED, MISSING_GLYPHS = 0, 4
# The library keeps a little of every document; a child this old is replaced, well below its limit of memory.
DOCUMENTS_A_CHILD = 40
# The only images a page may use: those inside our own style sheet (the draft mark).
PRINT_CSS = Path(__file__).with_name("print.css")
OWN_IMAGES = re.findall(r'url\("(data:[^"]+)"\)', PRINT_CSS.read_text("utf-8"))


class RenderingFailed(Exception):
    """No PDF; the message tells a person why and what to do."""


class MissingGlyphs(RenderingFailed):
    """No font has these characters; printing boxes in their place would be worse than no PDF."""

    def __init__(self, characters: list[str]) -> None:
        self.characters = characters
        named = "、".join(f"“{character}”（U+{ord(character):04X}）" for character in characters)
        super().__init__(
            f"字体中没有下列字符，无法生成PDF：{named}。请改用其他字，或在 LICENSED_FONTS_DIR 中提供含有该字的字体"
        )


@dataclass(frozen=True)
class Attachment:
    """A file inside an archival PDF; ``relationship`` as in ISO 19005-3 Annex E, ``day`` when its content was fixed.

    The name is plain ASCII with the usual ending, from which readers know the kind.
    """

    name: str
    content: bytes
    description: str
    day: date
    relationship: str = "Source"

    def as_job(self) -> dict[str, str]:
        return {
            "name": self.name,
            "content": base64.b64encode(self.content).decode(),
            "description": self.description,
            "day": self.day.isoformat(),
            "relationship": self.relationship,
        }


class Variant(StrEnum):
    """Which standard a PDF keeps. The archival one keeps both."""

    ACCESSIBLE = "pdf/ua-1"
    ARCHIVE = "pdf/a-3a"


class Renderer:
    """A child process, started early so that it loads its libraries while figures are computed.

    ``with Renderer() as renderer: …; pdf = renderer.render(html)``; any number of documents, one after the other. A
    document that fails or takes too long fails alone: the next one gets a new child.
    """

    def __enter__(self) -> "Renderer":
        # Checked first: without fonts there is nothing to start.
        self._fonts = fonts.files(settings.FONTS_DIR, settings.LICENSED_FONTS_DIR)
        self._child: _Child | None = _Child()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def font_faces(self) -> str:
        """``@font-face`` rules for the page's own style element."""
        return fonts.stylesheet(self._fonts)

    def render(
        self,
        html: str,
        *,
        variant: Variant = Variant.ACCESSIBLE,
        attachments: Sequence[Attachment] = (),
        timeout: int = TIMEOUT_SECONDS,
    ) -> bytes:
        """The PDF. The same arguments give the same bytes, on any day. Raises ``RenderingFailed``."""
        if broken := LONE_SURROGATE.search(html):
            raise RenderingFailed(f"正文中有残缺的字符（U+{ord(broken.group()):04X}），请删除后重试")
        job: dict[str, Any] = {
            "html": printable(html),
            "allowed": fonts.addresses(self._fonts) + OWN_IMAGES,
            "variant": variant,
            "attachments": [attachment.as_job() for attachment in attachments],
            "cpu_seconds": timeout,
        }
        job["identifier"] = self._identifier(job)
        self._child = self._child or _Child()
        try:
            pdf = self._child.print(job, timeout)
        except BaseException:
            self._end()
            raise
        if self._child.printed >= DOCUMENTS_A_CHILD:
            self._end()
        return pdf

    def _identifier(self, job: dict[str, Any]) -> str:
        """The file's /ID: of what is printed, not of the folder in which this machine keeps its fonts."""
        content = json.dumps(job)
        for path in self._fonts.values():
            content = content.replace(path.as_uri(), path.name)
        return hashlib.md5(content.encode(), usedforsecurity=False).hexdigest()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child:
            child.end()


class _Child:
    """The process and its folder: killed, it leaves the copies it made of the fonts, 100 MB, for us to clear away."""

    def __init__(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="gongkai-pdf-", ignore_cleanup_errors=True)
        self.process = pdf_process.take()
        self.printed = 0

    def print(self, job: dict[str, Any], timeout: int) -> bytes:
        try:
            status, content = pdf_process.exchange(
                self.process, json.dumps({**job, "scratch": self.scratch.name}).encode(), timeout
            )
        except TimeoutError:
            raise RenderingFailed(f"生成PDF超过{timeout}秒，已停止；请检查正文中是否有异常的内容") from None
        except pdf_process.ChildEnded as ended:
            explain(ended.code, ended.errors)
        if status == PRINTED:
            self.printed += 1
            return content
        failure = json.loads(content)
        if status == MISSING_GLYPHS:
            raise MissingGlyphs(failure["characters"])
        raise RenderingFailed(f"生成PDF失败：{failure['reason']}；请检查正文中是否有异常的内容")

    def end(self) -> None:
        pdf_process.end(self.process)
        self.scratch.cleanup()


def explain(code: int, errors: str) -> NoReturn:
    """Raises what the child's exit code and last words mean, when it ended without an answer."""
    if "cannot load library" in errors:
        raise RenderingFailed("生成PDF失败：缺少排版所需的系统库，请先运行 make install")
    if code == -signal.SIGXCPU:
        raise RenderingFailed("生成PDF超过时间限制，已停止；请检查正文中是否有异常的内容")
    raise RenderingFailed(f"生成PDF失败：排版进程异常终止（{code}），可能超出内存限制；请检查正文中是否有异常的内容")


def render_pdf(html: str, *, timeout: int = TIMEOUT_SECONDS) -> bytes:
    """One document in a process started for it."""
    with Renderer() as renderer:
        return renderer.render(html, timeout=timeout)
