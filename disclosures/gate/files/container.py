"""Opening a zip file: sizes are judged before anything is unpacked; what its directory does not list is seen."""

import struct
import zipfile
from typing import BinaryIO

from disclosures.gate.files.content import Unreadable

MOST_ENTRIES = 5_000
MOST_UNPACKED = 100 * 1024 * 1024
MOST_RATIO = 100
SMALL_PART = 1024 * 1024  # a part up to this size may be packed as tightly as it likes
LARGEST_DIRECTORY = 2 * 1024 * 1024
LEAST_GAP = 32  # bytes between entries that are more than alignment

_END = b"PK\x05\x06"
_ENTRY = b"PK\x03\x04"
_TOO_BIG = "文件解压后过大，疑似压缩炸弹，不能上传。请用WPS或Office新建文件、粘贴内容后再上传"
_BROKEN = "文件已损坏，请用WPS或Office打开检查，另存后再上传"
_DISGUISED = "文件前后附有别的内容，可能夹带了其他文件，请重新另存后再上传"


class TooBig(Unreadable):
    """It would unpack to more than its size allows."""


class Container:
    """A zip file within the limits. Raises ``Unreadable`` for one that is not."""

    def __init__(self, stream: BinaryIO, *, most_entries: int = MOST_ENTRIES) -> None:
        self.size = stream.seek(0, 2)
        self._directory_fits(stream)
        stream.seek(0)
        if stream.read(4) != _ENTRY:
            raise Unreadable(_DISGUISED)
        stream.seek(0)
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as error:
            raise Unreadable(_BROKEN) from error
        self.entries = self.zip.infolist()
        self._stream = stream
        self._within_limits(most_entries)
        self.gap = self._unlisted_bytes()

    def read(self, name: str | zipfile.ZipInfo) -> bytes:
        """A part, never longer than the directory said."""
        try:
            return self.zip.read(name)
        except KeyError:
            raise Unreadable(_BROKEN) from None
        except Exception as error:  # zipfile lets through whatever its decompressors raise
            raise Unreadable(_BROKEN) from error

    def _directory_fits(self, stream: BinaryIO) -> None:
        """A directory of a million entries would fill the memory before it could be judged."""
        tail_at = max(0, self.size - 65_557)
        stream.seek(tail_at)
        tail = stream.read()
        at = tail.rfind(_END)
        if at < 0 or len(tail) < at + 22:
            raise Unreadable(_BROKEN)
        size, _offset, comment = struct.unpack("<LLH", tail[at + 12 : at + 22])
        if tail_at + at + 22 + comment != self.size:
            raise Unreadable(_DISGUISED)
        if size == 0xFFFFFFFF and (zip64 := tail.rfind(b"PK\x06\x06", 0, at)) >= 0:
            (size,) = struct.unpack("<Q", tail[zip64 + 40 : zip64 + 48])
        if size > LARGEST_DIRECTORY:
            raise Unreadable(f"文件内部超过{MOST_ENTRIES}个部分，不能上传，请拆分后再上传")

    def _within_limits(self, most_entries: int) -> None:
        if len(self.entries) > most_entries:
            raise Unreadable(f"文件内部超过{most_entries}个部分，不能上传，请拆分后再上传")
        if sum(entry.file_size for entry in self.entries) > MOST_UNPACKED:
            raise TooBig(_TOO_BIG)
        names: set[str] = set()
        for entry in self.entries:
            if entry.file_size > SMALL_PART and entry.file_size > MOST_RATIO * entry.compress_size:
                raise TooBig(_TOO_BIG)
            if entry.flag_bits & 0x41:
                raise Unreadable("文件加了密码，无法检查，请去掉密码后再上传")
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Unreadable("文件的压缩方式无法识别，请用WPS或Office重新另存后再上传")
            if entry.filename in names:
                raise Unreadable("文件内部有重名的部分，可能被改动过，请重新另存后再上传")
            names.add(entry.filename)
        if self.entries and min(entry.header_offset for entry in self.entries) != 0:
            raise Unreadable(_DISGUISED)

    def _unlisted_bytes(self) -> int:
        """How many bytes lie between the entries: what is left of parts that were taken out of the directory."""
        gap, at = 0, 0
        for entry in sorted(self.entries, key=lambda entry: entry.header_offset):
            if entry.header_offset < at:
                raise TooBig(_TOO_BIG)  # entries that share their bytes
            gap += entry.header_offset - at if entry.header_offset - at > LEAST_GAP else 0
            self._stream.seek(entry.header_offset + 26)
            lengths = self._stream.read(4)
            if len(lengths) < 4:
                raise Unreadable(_BROKEN)
            at = entry.header_offset + 30 + sum(struct.unpack("<HH", lengths)) + entry.compress_size
        at_directory = self.zip.start_dir
        return gap + (at_directory - at if at_directory - at > LEAST_GAP else 0)
