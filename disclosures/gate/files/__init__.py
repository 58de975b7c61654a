"""Attachments at the gate: all text with its place, what is hidden, and copies without it; one reader for each family.

``read``, ``cleaned`` and ``masked`` raise ``Unreadable`` for what is refused, with what to do in Chinese.
"""

from collections.abc import Callable
from importlib import import_module
from io import BytesIO
from pathlib import PurePath
from typing import Any, BinaryIO

from disclosures.gate.files.content import Content, Find, Hidden, HiddenKind, Passage, Unreadable

__all__ = [
    "Content",
    "Find",
    "Hidden",
    "HiddenKind",
    "Passage",
    "Unreadable",
    "cleaned",
    "masked",
    "read",
    "refuse_disguised",
]

MOST_DEPTH = 3  # files within files
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Of programs and archives: no text begins so.
_FOREIGN = (_ZIP, _OLE, b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"%PDF-", b"\xff\xd8\xff", b"\x89PNG")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_DISGUISED = "文件内容与扩展名不符，请用原来的软件打开，另存为相应格式后再上传"
# By the name of the module, for each is slow to load and most files need but one.
_READERS = {
    "docx": "docx", "xlsx": "xlsx", "pptx": "pptx", "pdf": "pdf", "txt": "plain", "csv": "plain", "ofd": "ofd",
    "doc": "old", "wps": "old", "xls": "old", "et": "old", "ppt": "old", "dps": "old",
    "jpg": "images", "jpeg": "images", "png": "images",
}  # fmt: skip
_MAGIC = {
    "docx": (_ZIP,),
    "xlsx": (_ZIP,),
    "pptx": (_ZIP,),
    "ofd": (_ZIP,),
    "old": (_OLE,),
    "pdf": (b"%PDF-",),
    "images": (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"),
}
# WPS saves some of its own files in the new Office format under its own ending.
_NEW_INSIDE = {"wps": "docx", "et": "xlsx", "dps": "pptx", "doc": "docx", "xls": "xlsx", "ppt": "pptx"}


def read(stream: BinaryIO, name: str, depth: int = 0) -> Content:
    """Everything in the file. ``name`` decides by its ending which kind it must be; its content must agree."""
    ending = _ending(name)
    data_start = _start(stream)

    def inner(inner_name: str, data: bytes) -> Content:
        if depth + 1 >= MOST_DEPTH:
            raise Unreadable("文件里一层套一层，请直接放入文件")
        return read(BytesIO(data), inner_name, depth + 1)

    if ending == "zip":
        if depth:
            raise Unreadable("压缩包里还有压缩包，请解开后直接放入文件")
        content = _guarded(lambda: _module("archive").read(stream, name, inner))
    else:
        reader = _reader(ending, data_start)
        content = _guarded(lambda: _module(reader).read(stream, name, inner))
    content.passages.insert(0, Passage("文件名", name.removesuffix(PurePath(name).suffix)))
    return content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """The same file without the hidden things that can be taken out."""
    ending, start = _ending(name), _start(stream)
    if ending == "zip":
        return _guarded(
            lambda: _module("archive").rewritten(stream, lambda member, data: cleaned(BytesIO(data), member))
        )
    return _guarded(lambda: _module(_reader(ending, start)).cleaned(stream, name))


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    """The same file with what is found in its text replaced by its mask."""
    ending, start = _ending(name), _start(stream)
    if ending == "zip":
        return _guarded(
            lambda: _module("archive").rewritten(stream, lambda member, data: masked(BytesIO(data), member, find))
        )
    reader = _reader(ending, start)
    if reader == "images":
        raise Unreadable("图片上的内容不能直接遮盖，请用画图软件涂掉后重新保存，再上传")
    return _guarded(lambda: _module(reader).masked(stream, name, find))


def refuse_disguised(stream: BinaryIO, name: str) -> None:
    """Raises ``Unreadable`` for a file whose beginning is not that of the kind its name says; nothing more is read.

    For files that stay inside the house: those that go out are ``read``.
    """
    ending, start = _ending(name), _start(stream)
    if ending == "zip":
        if not start.startswith(_ZIP):
            raise Unreadable(_DISGUISED)
        return
    reader = _reader(ending, start)
    if reader == "plain" and (start.startswith(_FOREIGN) or b"\0" in start and not start.startswith(_UTF16)):
        raise Unreadable(_DISGUISED)
    if start.startswith(_ZIP):
        _guarded(lambda: _require_part(stream, "OFD.xml" if reader == "ofd" else "[Content_Types].xml"))
    stream.seek(0)


def _require_part(stream: BinaryIO, part: str) -> None:
    """An office file is an archive with a table of contents; any other archive is only called one."""
    if part not in {entry.filename for entry in _module("container").Container(stream).entries}:
        raise Unreadable(_DISGUISED)


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower().lstrip(".")


def _start(stream: BinaryIO) -> bytes:
    stream.seek(0)
    start = stream.read(16)
    stream.seek(0)
    if not start:
        raise Unreadable("文件是空的，请重新选择文件")
    return start


def _module(name: str) -> Any:
    return import_module(f"disclosures.gate.files.{name}")


def _reader(ending: str, start: bytes) -> str:
    reader = _READERS.get(ending)
    if reader is None:
        raise Unreadable(f"不能检查这种文件（.{ending[:10]}），请转换成PDF、Word或Excel后再上传")
    if reader == "old" and start.startswith(_ZIP):
        return _NEW_INSIDE[ending]
    if reader in ("docx", "xlsx", "pptx") and start.startswith(_OLE):
        raise Unreadable("文件加了密码，或者是改了扩展名的旧格式，请去掉密码、另存为新格式后再上传")
    wanted = _MAGIC.get(reader)
    if wanted and not start.startswith(wanted):
        raise Unreadable(_DISGUISED)
    if reader == "images" and start.startswith(b"\x89PNG") != (ending == "png"):
        raise Unreadable(_DISGUISED)
    return reader


def _guarded(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (Unreadable, MemoryError):
        raise
    except RecursionError as error:
        raise Unreadable("文件内部嵌套太深，请重新另存后再上传") from error
    except Exception as error:  # whatever a library makes of a file that nobody foresaw
        raise Unreadable("文件已损坏或结构异常，请用原来的软件打开检查，另存后再上传") from error
