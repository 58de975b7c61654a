"""Two folders beside OUT, of which OUT, a symbolic link, shows one: a run prepares the other and turns the link.

Unchanged files are hard links from slot to slot. What a reader sees is whole at every moment, also after a kill.
"""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from disclosures.static_edition.manifest import Manifest

FOLDER, FILE = 0o755, 0o644  # a web server of another account reads them
FEW = 500  # files whose content is brought to the disk one by one; beyond, everything the system holds is


class Refused(Exception):
    """Nothing was done; the message says in Chinese what to do."""


class Slot:
    def __init__(self, out: Path, letter: str) -> None:
        self.folder = out.with_name(f".{out.name}.{letter}")
        self.manifest_path = out.with_name(f".{out.name}.{letter}.manifest")
        self.written: list[str] = []

    def open(self) -> Manifest:
        """Raises ``Refused`` where a folder of that name is not ours."""
        if self.folder.exists() and not self.manifest_path.exists():
            raise Refused(f"{self.folder} 已经存在，但不是发布静态版时建立的。请移走它，或者换一个输出位置")
        try:
            found = Manifest(self.manifest_path)
        except sqlite3.DatabaseError:  # cut short by a power failure: the slot is filled anew
            self.manifest_path.unlink()
            found = Manifest(self.manifest_path)
        self.folder.mkdir(FOLDER, exist_ok=True)
        return found

    def empty(self) -> None:
        shutil.rmtree(self.folder)
        self.folder.mkdir(FOLDER)

    def write(self, path: str, content: bytes) -> None:
        """A file of its own: what lies there may be shared with the other slot."""
        with open(self._cleared(path), "xb", opener=_readable_by_all) as file:
            file.write(content)
        self.written.append(path)

    def copy(self, path: str, source: Path) -> None:
        target = self._cleared(path)
        shutil.copyfile(source, target)
        os.chmod(target, FILE)
        self.written.append(path)

    def link(self, path: str, other: "Slot") -> None:
        os.link(f"{other.folder}/{path}", self._cleared(path))

    def remove(self, path: str) -> None:
        """With the folders that it leaves empty."""
        with suppress(FileNotFoundError):
            os.unlink(f"{self.folder}/{path}")
        parent = os.path.dirname(path)
        with suppress(OSError):
            while parent:
                os.rmdir(f"{self.folder}/{parent}")
                parent = os.path.dirname(parent)

    def holds(self, path: str) -> bool:
        return os.path.exists(f"{self.folder}/{path}")

    def to_disk(self, paths: Iterable[str]) -> None:
        """The contents, and with them what was linked and removed before."""
        few = list(paths)
        if len(few) > FEW:
            os.sync()
            return
        for path in few:
            _sync(f"{self.folder}/{path}")
        for folder in {os.path.dirname(f"{self.folder}/{path}") for path in few} | {str(self.folder)}:
            _sync(folder)

    def _cleared(self, path: str) -> str:
        whole = f"{self.folder}/{path}"
        try:
            os.unlink(whole)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(whole), FOLDER, exist_ok=True)
        return whole


class Slots:
    """``out`` and its two slots. Raises ``Refused`` where something else lies there."""

    def __init__(self, out: Path) -> None:
        self.out = out
        self.pair = [Slot(out, letter) for letter in "ab"]
        names = [slot.folder.name for slot in self.pair]
        if out.is_symlink():
            if os.readlink(out) not in names:
                raise Refused(f"{out} 是指向别处的链接，不是静态版。请换一个输出位置")
            self.shown: Slot | None = self.pair[names.index(os.readlink(out))]
        elif out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise Refused(f"{out} 已有别的内容，不能覆盖。请换一个空的或者不存在的文件夹")
        else:
            self.shown = None

    @property
    def idle(self) -> Slot:
        return self.pair[0] if self.shown is None else next(slot for slot in self.pair if slot is not self.shown)

    def turn(self, slot: Slot) -> None:
        """Shows ``slot`` from now on."""
        if self.shown is None and self.out.is_dir() and not self.out.is_symlink():
            self.out.rmdir()
        new = self.out.with_name(f".{self.out.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(slot.folder.name)
        os.replace(new, self.out)
        _sync(str(self.out.parent))
        self.shown = slot


@contextmanager
def held(out: Path) -> Iterator[None]:
    """One run at a time, with files that everybody may read. Raises ``Refused`` for the second."""
    with open(out.with_name(f".{out.name}.lock"), "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"另一个发布静态版的命令正在写 {out}，请等它完成后再运行") from None
        mask = os.umask(0o022)
        try:
            yield
        finally:
            os.umask(mask)


def _readable_by_all(path: str, flags: int) -> int:
    return os.open(path, flags, FILE)


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
