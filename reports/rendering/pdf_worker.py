"""The child process that makes a PDF: ``python -m reports.rendering.pdf_worker``; no Django in it.

One JSON job on standard input, the PDF on standard output. A failure is one JSON line on standard error and an exit
code of its own. CPU, memory and time are limited, and nothing but the listed fonts can be fetched.
"""

import json
import logging
import re
import resource
import sys
from typing import Any

from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from reports.rendering import justify

FAILED, MISSING_GLYPHS = 3, 4
MEMORY_BYTES = 2 * 1024**3
UNPRINTED = re.compile(r"\.notdef glyph rendered .*\(U\+([0-9A-F]+)\)", re.DOTALL)


class FontsOnly(URLFetcher):
    """Fetches the fonts it was given and refuses everything else, whatever the scheme."""

    def __init__(self, allowed: set[str]) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False)
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


def limit(cpu_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def render(job: dict[str, Any]) -> tuple[bytes, list[str]]:
    """The PDF and the characters that could not be printed."""
    missing = MissingGlyphs()
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [missing], False
    justify.install()
    document = HTML(string=job["html"], url_fetcher=FontsOnly(set(job["fonts"]))).render(pdf_variant="pdf/ua-1")
    pdf = document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=job["identifier"])
    return pdf, list(missing.characters)


def fail(code: int, reason: str, **details: Any) -> None:
    sys.stderr.write(json.dumps({"reason": reason, **details}, ensure_ascii=False) + "\n")
    sys.exit(code)


def main() -> None:
    job = json.load(sys.stdin)
    limit(job["cpu_seconds"])
    try:
        pdf, missing = render(job)
    except (Exception, FatalURLFetchingError) as error:
        fail(FAILED, f"{type(error).__name__}: {error}"[:500])
    else:
        if missing:
            fail(MISSING_GLYPHS, "missing glyphs", characters=missing)
        sys.stdout.buffer.write(pdf)


if __name__ == "__main__":
    main()
