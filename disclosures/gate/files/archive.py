"""A zip of files that are published together: every member is read as if it were attached itself."""

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from disclosures.gate.files.container import Container
from disclosures.gate.files.content import Content, Findings, Inner, Unreadable

MOST_MEMBERS = 200
_NESTED = (".zip", ".rar", ".7z", ".tar", ".gz", ".bz2", ".xz", ".iso", ".cab")


def _members(stream: BinaryIO) -> tuple[Container, list[tuple[zipfile.ZipInfo, str]]]:
    """Raises ``Unreadable`` for what may not be in a published archive."""
    container = Container(stream, most_entries=MOST_MEMBERS)
    found = []
    for entry in container.entries:
        name = _name(entry)
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in name or any(ord(sign) < 32 for sign in name):
            raise Unreadable("压缩包里有的文件名带有路径，可能有危险，请重新压缩后再上传")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unreadable("压缩包里有快捷方式（链接），请放入文件本身后重新压缩")
        if entry.is_dir():
            continue
        if name.lower().endswith(_NESTED):
            raise Unreadable(f"压缩包里还有压缩包“{path.name[:60]}”，请解开后直接放入文件")
        found.append((entry, name))
    if container.gap:
        raise Unreadable("压缩包里残留有目录里没有的数据，请重新压缩后再上传")
    return container, found


def _name(entry: zipfile.ZipInfo) -> str:
    """Programs in China write names in GBK without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return entry.filename


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``, also for a member that would be refused by itself."""
    container, members = _members(stream)
    if not members:
        raise Unreadable("压缩包是空的，请放入文件后重新压缩")
    findings = Findings()
    for entry in container.entries:
        findings.say("压缩包内的文件名", _name(entry))
        findings.say("压缩包的注释", entry.comment.decode("utf-8", "replace"))
    findings.say("压缩包的注释", container.zip.comment.decode("utf-8", "replace"))
    for entry, member in members:
        try:
            content = inner(member, container.read(entry))
        except Unreadable as refused:
            raise Unreadable(f"压缩包内的“{member[-60:]}”：{refused}") from None
        findings.take(content, f"压缩包内 {member} ")
    return findings.content


def rewritten(stream: BinaryIO, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive with every member changed: ``change`` takes its name and its bytes."""
    container, members = _members(stream)
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, member in members:
            told = zipfile.ZipInfo(member, entry.date_time)
            archive.writestr(told, change(member, container.read(entry)), zipfile.ZIP_DEFLATED)
    return written.getvalue()
