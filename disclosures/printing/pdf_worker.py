"""The child process that makes PDFs: ``python -m disclosures.printing.pdf_worker``; no Django in it.

JSON jobs on standard input, answers on standard output, framed as in ``pdf_process``: a PDF, or one JSON object that
says why there is none, after which the process ends. It ends in silence when nobody sends more. CPU, memory and time
are limited, it has no network where the kernel allows that, and nothing but the listed addresses (fonts and the draft
mark) can be fetched.
"""

import base64
import io
import json
import logging
import os
import re
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from weasyprint import HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from disclosures.confinement import give_way, leave_network, limit
from disclosures.printing import archive_metadata, justify
from disclosures.printing.pdf_process import ANSWER, JOB

PRINTED, FAILED, MISSING_GLYPHS = 0, 3, 4
ARCHIVE = "pdf/a-3a"
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


def render(job: dict[str, Any], font_config: FontConfiguration) -> tuple[bytes, list[str]]:
    """The PDF and the characters that could not be printed."""
    missing = MissingGlyphs()
    logger = logging.getLogger("weasyprint")
    logger.handlers, logger.propagate = [missing], False
    justify.install()
    html = HTML(string=job["html"], url_fetcher=ListedOnly(set(job["allowed"])))
    breakable(html.etree_element)
    document = html.render(font_config=font_config, pdf_variant=job["variant"])
    pdf = document.write_pdf(
        pdf_variant=job["variant"],
        pdf_identifier=job["identifier"],
        attachments=[attachment(described) for described in job["attachments"]],
        finisher=archive_metadata.complete if job["variant"] == ARCHIVE else None,
    )
    return pdf, list(missing.characters)


def attachment(described: dict[str, str]) -> Attachment:
    """From the job's own bytes: no address is fetched for it, and its day is the one told, not today."""
    moment = datetime.fromisoformat(described["day"])
    return Attachment(
        file_obj=io.BytesIO(base64.b64decode(described["content"])),
        name=described["name"],
        description=described["description"],
        relationship=described["relationship"],
        created=moment,
        modified=moment,
    )


def reason(error: BaseException) -> str:
    """What went wrong, for a person."""
    if isinstance(error, FatalURLFetchingError):
        return str(error)
    if isinstance(error, RecursionError):
        return "内容嵌套过深"
    if isinstance(error, MemoryError):
        return "内容过大，超出内存限制"
    return f"内容无法排版（{type(error).__name__}: {error}）"[:500]


def answer_to(job: dict[str, Any], font_config: FontConfiguration) -> tuple[int, bytes]:
    try:
        pdf, missing = render(job, font_config)
    except (Exception, FatalURLFetchingError) as error:
        return FAILED, json.dumps({"reason": reason(error)}).encode()
    return (MISSING_GLYPHS, json.dumps({"characters": missing}).encode()) if missing else (PRINTED, pdf)


def serve(jobs: IO[bytes], answers: IO[bytes]) -> None:
    """Until one fails or no more come. Fonts are read once for all of them."""
    font_config = None
    while len(head := jobs.read(JOB.size)) == JOB.size:
        (length,) = JOB.unpack(head)
        job = json.loads(jobs.read(length))
        limit(job["cpu_seconds"])
        close_off(job["scratch"])
        font_config = font_config or FontConfiguration()
        status, content = answer_to(job, font_config)
        answers.write(ANSWER.pack(status, len(content)) + content)
        answers.flush()
        if status != PRINTED:
            return


def main() -> None:
    leave_network()
    give_way()
    # What a library prints goes to the errors: the answers keep the channel to themselves.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
