"""The files of an issued report in storage: written once, and held against their digest whenever they are read."""

import hashlib
import os
from collections.abc import Mapping

from django.core.files.base import ContentFile
from django.core.files.storage import Storage, default_storage
from django.db import IntegrityError, transaction

from reports.models import AnnualReport, IssuedFile


class DamagedFile(Exception):
    """What lies in storage is not what was issued; the message tells a person what to do."""


def store(report: AnnualReport, files: Mapping[str, tuple[str, bytes]]) -> list[IssuedFile]:
    """Writes ``files`` (kind → file name, content) to storage and their rows, in the caller's transaction.

    What an earlier try left behind when it died is cleared first; nobody refers to it.
    """
    clear(report)
    kept = []
    for kind, (name, content) in files.items():
        file = IssuedFile(report=report, kind=kind, size=len(content), sha256=hashlib.sha256(content).hexdigest())
        file.file.save(name, ContentFile(content), save=False)
        _to_disk(file)
        kept.append(file)
    return IssuedFile.objects.bulk_create(kept)


def add(report: AnnualReport, kind: str, name: str, content: bytes) -> bytes:
    """Keeps one more; of two who make it at once the first is kept. Returns what was kept."""
    try:
        with transaction.atomic():
            store(report, {kind: (name, content)})
    except IntegrityError:
        return read(IssuedFile.objects.get(report=report, kind=kind))
    return content


def read(file: IssuedFile) -> bytes:
    """The content as issued. Raises ``DamagedFile`` where it is missing or no longer the same."""
    try:
        with file.file.open("rb") as opened:
            content: bytes = opened.read()
    except OSError:
        raise DamagedFile(f"定稿文件“{file.kind}”不在存储中，请从备份恢复后再下载") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DamagedFile(f"定稿文件“{file.kind}”与定稿时的校验码不符，可能已损坏，请从备份恢复后再下载")
    return content


def clear(report: AnnualReport, storage: Storage = default_storage) -> None:
    """Deletes files in the report's folder that no row refers to."""
    folder = IssuedFile.folder(report)
    try:
        _, names = storage.listdir(folder)
    except OSError:
        return
    kept = set(IssuedFile.objects.filter(report=report).values_list("file", flat=True))
    for name in names:
        if (path := f"{folder}/{name}") not in kept:
            storage.delete(path)


def _to_disk(file: IssuedFile) -> None:
    """On a disk of our own the content is safe before the row that names it is committed."""
    try:
        path = file.file.path
    except NotImplementedError:  # a storage that is no disk keeps its own promises
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
