"""The child process that makes a PDF: ``python -m disclosures.printing.pdf_worker``; no Django in it.

One JSON job on standard input, the PDF on standard output. A failure is one JSON line on standard error and an exit
code of its own. CPU, memory and time are limited, it has no network where the kernel allows that, and nothing but the
listed addresses (fonts and the draft mark) can be fetched.
"""

import ctypes
import json
import logging
import os
import re
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any, NoReturn

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from disclosures.printing import justify

FAILED, MISSING_GLYPHS = 3, 4
MEMORY_BYTES = 2 * 1024**3
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h; os.unshare came with Python 3.12
ADDRESS = re.compile(r"(?:https?://|www\.|[\w.+-]+@)[!-~]+", re.ASCII)
WITHIN_ADDRESS = re.compile(r"(?<=[/.@?&=_-])(?=[A-Za-z0-9])")
ZERO_WIDTH_SPACE = "\u200b"
NOT_RUNNING_TEXT = {"head", "style", "script"}
UNPRINTED = re.compile(r"\.notdef glyph rendered .*\(U\+([0-9A-F]+)\)", re.DOTALL)


class ListedOnly(URLFetcher):
    """Fetches the addresses it was given and refuses everything else, whatever the scheme."""

    def __init__(self, allowed: set[str]) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self._allowed = allowed

    def fetch(self, url: str, headers: Any = None) -> Any:
        if url not in self._allowed:
            raise FatalURLFetchingError(f"不允许引用外部资源：{url[:100]}")
        return super().fetch(url, headers)


class MissingGlyphs(logging.Handler):
    """Gathers the characters that no font of the document has."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.characters: dict[str, None] = {}

    def emit(self, record: logging.LogRecord) -> None:
        if match := UNPRINTED.search(record.getMessage()):
            self.characters[chr(int(match.group(1), 16))] = None


def close_off(scratch: str) -> None:
    """No font of the machine fills a gap in ours, and what is written goes to the folder that the parent clears."""
    os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
    tempfile.tempdir = scratch


def leave_network() -> None:
    """A second wall behind the fetcher: as root, or where users may have namespaces. Elsewhere nothing changes."""
    kernel = ctypes.CDLL(None)
    if kernel.unshare(CLONE_NEWNET):
        kernel.unshare(CLONE_NEWUSER | CLONE_NEWNET)


def limit(cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def breakable(root: Any) -> None:
    """Lets web and mail addresses break after their marks: otherwise one leaves a hole at the end of the line before.

    The zero-width space only guides the line breaking; no character of the PDF stands for it.
    """
    if root.tag in NOT_RUNNING_TEXT:
        return
    root.text = _breakable(root.text)
    for child in root:
        breakable(child)
        child.tail = _breakable(child.tail)


def _breakable(text: str | None) -> str | None:
    return text and ADDRESS.sub(lambda address: WITHIN_ADDRESS.sub(ZERO_WIDTH_SPACE, address.group()), text)


def render(job: dict[str, Any]) -> tuple[bytes, list[str]]:
    """The PDF and the characters that could not be printed."""
    missing = MissingGlyphs()
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [missing], False
    justify.install()
    html = HTML(string=job["html"], url_fetcher=ListedOnly(set(job["allowed"])))
    breakable(html.etree_element)
    document = html.render(pdf_variant="pdf/ua-1")
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=job["identifier"])
    return pdf, list(missing.characters)


def reason(error: BaseException) -> str:
    """What went wrong, for a person."""
    if isinstance(error, FatalURLFetchingError):
        return str(error)
    if isinstance(error, RecursionError):
        return "内容嵌套过深"
    if isinstance(error, MemoryError):
        return "内容过大，超出内存限制"
    return f"内容无法排版（{type(error).__name__}: {error}）"[:500]


def fail(code: int, why: str, **details: Any) -> NoReturn:
    sys.stderr.write(json.dumps({"reason": why, **details}) + "\n")
    sys.exit(code)


def main() -> None:
    leave_network()
    job = sys.stdin.read()
    if not job:  # started early for a page that never came
        return
    job = json.loads(job)
    limit(job["cpu_seconds"])
    close_off(job["scratch"])
    try:
        pdf, missing = render(job)
    except (Exception, FatalURLFetchingError) as error:
        fail(FAILED, reason(error))
    if missing:
        fail(MISSING_GLYPHS, "missing glyphs", characters=missing)
    sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
