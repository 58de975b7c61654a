"""HTML to PDF in a child process of its own, with limits on CPU, memory and time."""

import hashlib
import json
import re
import signal
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

from django.conf import settings

from disclosures.printing import fonts, pdf_process
from disclosures.printing.text import LONE_SURROGATE, printable

TIMEOUT_SECONDS = 30
MISSING_GLYPHS = 4  # exit code of pdf_worker, which is not imported: it would load WeasyPrint here
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


class Renderer:
    """A child process, started early so that it loads its libraries while figures are computed.

    ``with Renderer() as renderer: …; pdf = renderer.render(html)``; one document each.
    """

    def __enter__(self) -> "Renderer":
        # Checked first: without fonts there is nothing to start.
        self._fonts = fonts.files(settings.FONTS_DIR, settings.LICENSED_FONTS_DIR)
        self._process = pdf_process.take()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream:
                stream.close()

    def font_faces(self) -> str:
        """``@font-face`` rules for the page's own style element."""
        return fonts.stylesheet(self._fonts)

    def render(self, html: str, *, timeout: int = TIMEOUT_SECONDS) -> bytes:
        """The PDF. The same ``html`` gives the same bytes. Raises ``RenderingFailed``."""
        if broken := LONE_SURROGATE.search(html):
            raise RenderingFailed(f"正文中有残缺的字符（U+{ord(broken.group()):04X}），请删除后重试")
        # A child that is killed leaves the copies it made of the fonts, 100 MB: so they are made where we clear away.
        with tempfile.TemporaryDirectory(prefix="gongkai-pdf-", ignore_cleanup_errors=True) as scratch:
            job: dict[str, Any] = {
                "html": printable(html),
                "allowed": fonts.addresses(self._fonts) + OWN_IMAGES,
                "identifier": hashlib.md5(html.encode(), usedforsecurity=False).hexdigest(),
                "cpu_seconds": timeout,
                "scratch": scratch,
            }
            try:
                pdf, errors = self._process.communicate(json.dumps(job).encode(), timeout=timeout)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
                raise RenderingFailed(f"生成PDF超过{timeout}秒，已停止；请检查正文中是否有异常的内容") from None
        if self._process.returncode == 0 and pdf:
            return pdf
        explain(self._process.returncode, errors.decode(errors="replace"))


def explain(code: int, errors: str) -> NoReturn:
    """Raises what the child's exit code and last words mean."""
    try:
        failure = json.loads(errors.strip().splitlines()[-1])
    except (IndexError, ValueError):
        failure = {}
    if code == MISSING_GLYPHS and failure:
        raise MissingGlyphs(failure["characters"])
    if "reason" in failure:
        raise RenderingFailed(f"生成PDF失败：{failure['reason']}；请检查正文中是否有异常的内容")
    if "cannot load library" in errors:
        raise RenderingFailed("生成PDF失败：缺少排版所需的系统库，请先运行 make install")
    if code == -signal.SIGXCPU:
        raise RenderingFailed("生成PDF超过时间限制，已停止；请检查正文中是否有异常的内容")
    raise RenderingFailed(f"生成PDF失败：排版进程异常终止（{code}），可能超出内存限制；请检查正文中是否有异常的内容")


def render_pdf(html: str, *, timeout: int = TIMEOUT_SECONDS) -> bytes:
    """One document in a process started for it."""
    with Renderer() as renderer:
        return renderer.render(html, timeout=timeout)
