"""Plain text and CSV: read by line in whichever encoding it is in, masked in the same."""

import codecs
import re
from typing import BinaryIO

from disclosures.gate.files.content import Content, Find, Findings, Inner, Unreadable, replaced

_DISGUISED = re.compile(r"\s*(?:<!doctype html|<html|<script|<\?php|<svg|%PDF-|\{\\rtf|From: |MIME-Version:)", re.I)
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def _decoded(data: bytes) -> tuple[str, str]:
    """(text, encoding). Raises ``Unreadable``."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding), encoding
            except UnicodeDecodeError:
                break
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            break
        return text, encoding
    raise Unreadable("不是文本文件，或者编码无法识别，请用记事本打开，另存为UTF-8编码后再上传")


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    text, _ = _decoded(stream.read())
    if _DISGUISED.match(text.lstrip("\ufeff")):
        raise Unreadable("文件内容与扩展名不符，请另存为相应格式后再上传")
    findings = Findings()
    for number, line in enumerate(text.splitlines(), start=1):
        findings.say(f"第{number}行", line, "\n")
    return findings.content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    return stream.read()


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    text, encoding = _decoded(stream.read())
    text = "".join(replaced(line, find(line)) for line in text.splitlines(keepends=True))
    return replaced(text, find(text)).encode(encoding)  # what goes on in the next line
