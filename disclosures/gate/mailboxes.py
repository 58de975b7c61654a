"""E-mail addresses in folded text; pure."""

import re
from collections.abc import Iterator

from disclosures.gate.kinds import Found, Kind

_AT = (
    r"(?: ?@ ?|\n@|@\n| ?[(（\[【] ?(?:at|AT|@|艾特) ?[)）\]】] ?| at (?=[a-z0-9-]+ ?(?:\.|dot))"
    r"| AT (?=[A-Za-z0-9-]+ ?(?:\.|DOT|dot))| ?艾特 ?)"
)
# A blank beside the dot only before the end of a host's name: a sentence may end with an address.
_DOT = (
    r"(?:\.| ?[.。][ \n]?(?=(?i:com|cn|net|org|gov|edu)\b)| ?[(（\[【](?:dot|DOT|点)[)）\]】] ?| (?:dot|DOT) "
    r"| ?点(?=(?:com|cn|net|org|gov|edu)(?![A-Za-z])))"
)
_SIGN = re.compile("[@#＃]|at|AT|艾特")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?+"
_WHOLE = rf"(?P<local>[A-Za-z0-9._%+-]++){_AT}(?P<domain>{_LABEL}(?:{_DOT}{_LABEL}){{1,5}}+)"
# A row of letters is entered at its beginning only, so that none is read twice; or where the last mailbox ended.
_MAILBOX, _NEXT = re.compile(rf"(?<![A-Za-z0-9._%+-]){_WHOLE}"), re.compile(_WHOLE)
# zhangsan#163.com keeps robots out, not people.
_WITHOUT_AT = re.compile(
    r"(?<![A-Za-z0-9._%+-])(?P<local>[A-Za-z0-9._%+-]++) ?[#＃] ?"
    r"(?P<domain>(?:qq|163|126|139|189|sina|sohu|foxmail|gmail|outlook|hotmail|aliyun|yeah|wo)\.(?:com\.cn|com|cn|net))(?![A-Za-z0-9])"
)
_TOP = re.compile(r"(?<![A-Za-z0-9-])[A-Za-z]{2,24}\Z")
# The next column, run into this one.
_TOP_BEFORE_DIGITS = re.compile(r"\.(?:com\.cn|com|cn|net|org)(?=[0-9])", re.IGNORECASE)
_TOP_BEFORE_MORE = re.compile(r"\.(?:com\.cn|com|cn|net|org)(?=[0-9A-Za-z._-])", re.IGNORECASE)
_FILES = {
    "png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "ico", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "wps",
    "zip", "rar", "css", "js", "html", "htm", "txt", "json", "xml", "mp4", "mp3", "ofd", "et",
}  # fmt: skip


def find(plain: str) -> Iterator[Found]:
    if not _SIGN.search(plain):
        return
    done = 0
    for first in _MAILBOX.finditer(plain):
        match: re.Match[str] | None = first
        while match and match.start() >= done:
            end = _end_of_domain(plain, *match.span("domain"))
            if end:
                yield from _found(match, end)
            # In a@b.c@d.com the domain may be the next one's name.
            done = end or match.start("domain")
            match = _NEXT.match(plain, done)
    for other in _WITHOUT_AT.finditer(plain):
        yield from _found(other, other.end())


def _found(match: re.Match[str], end: int) -> Iterator[Found]:
    local = match["local"].lstrip("._%+-")
    start = match.end("local") - len(local)
    if local:
        shown = 1 if len(local) > 1 else 0
        yield Found(Kind.EMAIL, start, end, range(start + shown, match.end("local")))


def _end_of_domain(plain: str, start: int, end: int) -> int | None:
    """Where the domain ends that is a host's; None where it is a file's name, a version or no domain."""
    if glued := _TOP_BEFORE_DIGITS.search(plain, start, end):
        return glued.end()
    top = _TOP.search(plain[start:end])
    if top and not plain.startswith("@", end):
        return end if top.group().lower() not in _FILES else None
    glued = _TOP_BEFORE_MORE.search(plain, start, end)
    return glued.end() if glued else None
