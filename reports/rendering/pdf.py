"""HTML to PDF in a child process of its own, with limits on CPU, memory and time."""

import hashlib
import json
import subprocess
from types import TracebackType
from typing import Any, NoReturn

from django.conf import settings

from reports.rendering import fonts, pdf_process

TIMEOUT_SECONDS = 30
MISSING_GLYPHS = 4  # exit code of pdf_worker, which is not imported: it would load WeasyPrint here


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
        job: dict[str, Any] = {
            "html": html,
            "fonts": fonts.addresses(self._fonts),
            "identifier": hashlib.md5(html.encode(), usedforsecurity=False).hexdigest(),
            "cpu_seconds": timeout,
        }
        try:
            pdf, errors = self._process.communicate(json.dumps(job).encode(), timeout=timeout)
        except subprocess.TimeoutExpired:
            raise RenderingFailed(f"生成PDF超过{timeout}秒，已停止；请检查正文中是否有异常的内容") from None
        if self._process.returncode == 0:
            return pdf
        self._explain(errors)

    def _explain(self, errors: bytes) -> NoReturn:
        lines = errors.decode(errors="replace").strip().splitlines()
        try:
            failure = json.loads(lines[-1])
        except (IndexError, ValueError):
            failure = {}
        if self._process.returncode == MISSING_GLYPHS:
            raise MissingGlyphs(failure["characters"])
        reason = failure.get("reason") or (lines[-1] if lines else "排版进程被终止，可能超出内存或时间限制")
        raise RenderingFailed(f"生成PDF失败：{reason}")


def render_pdf(html: str, *, timeout: int = TIMEOUT_SECONDS) -> bytes:
    """One document in a process started for it."""
    with Renderer() as renderer:
        return renderer.render(html, timeout=timeout)
