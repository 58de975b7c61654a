"""Pictures: where and by whom they were taken, what hangs behind them; copies without it, pixels untouched."""

import re
import struct
import zlib
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

from PIL import ExifTags, Image

from disclosures.gate.files import people
from disclosures.gate.files.content import Content, Findings, HiddenKind, Inner, Unreadable, sample

MOST_PIXELS = 100_000_000
_PNG = b"\x89PNG\r\n\x1a\n"
_BROKEN = "图片已损坏，请重新导出或截图后再上传"
_POLYGLOT = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a|7z\xbc\xaf|%PDF-|<script|<html|<\?php|<svg|MZ.{50,200}PE\x00\x00|\x7fELF",
    re.I | re.S,
)
# Chunks of a PNG that change how it looks; all else tells about it.
_LOOKS = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"bKGD", b"pHYs",
    b"acTL", b"fcTL", b"fdAT", b"cICP", b"hIST",
}  # fmt: skip
_PERSON_TAGS = {
    "Artist": "作者",
    "XPAuthor": "作者",
    "CameraOwnerName": "相机所有者",
    "Copyright": "版权",
    "HostComputer": "电脑",
}
_REMARK_TAGS = {
    "ImageDescription": "说明", "UserComment": "说明", "XPComment": "说明", "XPTitle": "标题", "XPSubject": "主题",
    "XPKeywords": "关键词", "DocumentName": "文件名", "BodySerialNumber": "相机编号", "ImageUniqueID": "图片编号",
    "LensSerialNumber": "镜头编号",
}  # fmt: skip
_GPS_IN_XMP = re.compile(rb"GPSL(?:atitude|ongitude)")
_CREATOR_IN_XMP = re.compile(rb"<dc:creator>.*?<rdf:li[^>]*>([^<]+)</rdf:li>", re.S)
_WORDS_IN_XMP = re.compile(rb">\s*([^<>]{2,400}?)\s*<")


def looks_like_image(data: bytes) -> bool:
    return data.startswith((_PNG, b"\xff\xd8\xff"))


def large(data: bytes) -> bool:
    """Large enough to hold words."""
    try:
        with Image.open(BytesIO(data)) as image:
            return image.width >= 200 and image.height >= 100
    except Exception:  # Pillow raises whatever its decoders do
        return True


def is_blank(data: bytes) -> bool:
    """True for a thumbnail of an empty page."""
    try:
        with Image.open(BytesIO(data)) as image:
            if image.width * image.height > 4_000_000:
                return False
            low, high = image.convert("L").resize((64, 64)).getextrema()  # type: ignore[misc]
            return bool(high - low < 48)  # type: ignore[operator]
    except Exception:  # as above; a thumbnail that nobody can open shows nothing
        return not looks_like_image(data)


def read(stream: BinaryIO, name: str, inner: Inner | None = None) -> Content:
    """Raises ``Unreadable`` for a broken picture, one of too many pixels, and one with another file behind it."""
    data = stream.read()
    findings = Findings()
    _judge(data, name)
    parts = list(_segments(data)) if not data.startswith(_PNG) else []
    chunks = list(_chunks(data)) if data.startswith(_PNG) else []
    with Image.open(BytesIO(data)) as image:
        if data.startswith(_PNG):
            _png_texts(chunks, findings)
        _exif(image, findings)
    for marker, body in parts:
        _segment(marker, body, findings)
    behind = _behind(data)
    if behind.strip(b"\x00\r\n "):
        if _POLYGLOT.search(behind):
            raise Unreadable("图片后面夹带着另一个文件，请重新截图或导出图片后再上传")
        findings.hide(
            HiddenKind.EMBEDDED_FILE, "图片末尾", f"图片后面还附有{len(behind)}字节看不见的数据，可能是裁剪前的画面"
        )
    findings.unread("图片里的文字无法自动检查，请人工看一遍")
    return findings.content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """The same pixels, turned the same way, without anything told about them."""
    data = stream.read()
    _judge(data, name)
    if data.startswith(_PNG):
        kept = [chunk for chunk in _chunks(data) if chunk[0] in _LOOKS]
        return _PNG + b"".join(
            struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))
            for kind, body in kept
        )
    return _cleaned_jpeg(data)


def _judge(data: bytes, name: str) -> None:
    try:
        with Image.open(BytesIO(data), formats=["JPEG", "PNG"]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable("图片的像素太多，请缩小后再上传")
            if data.startswith(_PNG) != (image.format == "PNG"):
                raise Unreadable(_BROKEN)
            if image.format == "PNG":
                image.verify()
            else:
                image.draft("L", (image.width // 8 or 1, image.height // 8 or 1))
                image.load()
    except Unreadable:
        raise
    except Image.DecompressionBombError:
        raise Unreadable("图片的像素太多，请缩小后再上传") from None
    except Exception as error:  # Pillow raises whatever its decoders do
        raise Unreadable(_BROKEN) from error
    if data.startswith(_PNG):
        list(_chunks(data))


# PNG


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG)
    while at + 12 <= len(data):
        (length,) = struct.unpack(">L", data[at : at + 4])
        kind = data[at + 4 : at + 8]
        if at + 12 + length > len(data):
            raise Unreadable(_BROKEN)
        yield kind, data[at + 8 : at + 8 + length]
        at += 12 + length
        if kind == b"IEND":
            return
    raise Unreadable(_BROKEN)


def _png_texts(chunks: list[tuple[bytes, bytes]], findings: Findings) -> None:
    for kind, body in chunks:
        if kind in (b"tEXt", b"zTXt", b"iTXt"):
            key, text = _png_text(kind, body)
            findings.say("图片属性", key)
            _told(findings, key, text)
        elif kind not in _LOOKS and kind not in (b"eXIf", b"tIME", b"sPLT"):
            findings.say("图片属性", _readable(body))
            findings.hide(HiddenKind.CUSTOM_DATA, "图片属性", f"图片里有看不见的附加数据（{len(body)}字节）")


def _png_text(kind: bytes, body: bytes) -> tuple[str, str]:
    key, _, rest = body.partition(b"\x00")
    try:
        if kind == b"tEXt":
            value = rest
        elif kind == b"zTXt":
            value = _inflated(rest[1:])
        else:
            packed = rest[:1] == b"\x01"
            value = rest[2:].split(b"\x00", 2)[-1]
            value = _inflated(value) if packed else value
    except zlib.error:
        raise Unreadable(_BROKEN) from None
    try:
        return key.decode("latin-1"), value.decode()
    except UnicodeDecodeError:
        return key.decode("latin-1"), value.decode("gb18030", "replace")


def _inflated(data: bytes) -> bytes:
    return zlib.decompressobj().decompress(data, 1_000_000)


# JPEG


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(marker, body) up to the picture itself."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            return
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if length < 2:
            raise Unreadable(_BROKEN)
        yield marker, data[at + 4 : at + 2 + length]
        at += 2 + length


def _scan(data: bytes) -> Iterator[tuple[int, int]]:
    """(begin, end) of every stretch of a JPEG in order: segments and the coded picture between them, up to its end."""
    at = 2
    while at + 2 <= len(data):
        if data[at] != 0xFF:
            raise Unreadable(_BROKEN)
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xD9:
            yield at, at + 2
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            yield at, at + 2
            at += 2
            continue
        if at + 4 > len(data):
            break
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if marker == 0xDA:
            end = _end_of_coded(data, end)
        yield at, end
        at = end
    raise Unreadable(_BROKEN)


def _end_of_coded(data: bytes, at: int) -> int:
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Unreadable(_BROKEN)
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        elif data[at + 1] == 0xFF:
            at += 1
        else:
            return at


def _segment(marker: int, body: bytes, findings: Findings) -> None:
    if marker == 0xFE:
        _told(findings, "comment", _decoded(body))
    elif marker == 0xE1 and b"http://ns.adobe.com/" in body[:40]:
        _xmp(body, findings)
    elif marker == 0xED:
        words = [_decoded(word) for word in _iptc(body)]
        for word in words:
            findings.say("图片属性", word)
        if words:
            findings.hide(HiddenKind.AUTHOR, "图片属性", f"图片里写着“{sample('；'.join(words))}”")
    elif marker == 0xE0 and body.startswith(b"JFIF") and len(body) > 14 and body[12] and body[13]:
        findings.hide(HiddenKind.THUMBNAIL, "图片属性", "图片里存着缩略图，可能是修改前的样子")
    elif marker == 0xE2 and body.startswith(b"MPF\x00"):
        findings.hide(HiddenKind.EMBEDDED_FILE, "图片末尾", "图片里还存着另外的画面")
    elif 0xE3 <= marker <= 0xEF and marker != 0xEE:
        findings.say("图片属性", _readable(body))
        if len(body) > 200:
            _told_of_data(body, findings)


def _told_of_data(body: bytes, findings: Findings) -> None:
    findings.hide(HiddenKind.CUSTOM_DATA, "图片属性", f"图片里有看不见的附加数据（{len(body)}字节）")


def _readable(body: bytes) -> str:
    """The words among bytes of a make that nobody told us."""
    return "\n".join(_decoded(word) for word in re.findall(rb"[\x20-\x7e\x80-\xff]{6,400}", body[:100_000]))


def _iptc(body: bytes) -> list[bytes]:
    """The texts of a news picture's caption record."""
    return [
        match[2][: int.from_bytes(match[1], "big")]
        for match in re.finditer(rb"\x1c\x02[\x05-\xff](\x00.|\x01.)(.{1,511})", body, re.S)
        if match[2][: int.from_bytes(match[1], "big")].strip(b"\x00 ")
    ]


def _cleaned_jpeg(data: bytes) -> bytes:
    with Image.open(BytesIO(data)) as image:
        orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    kept = [b"\xff\xd8"]
    turned = orientation in range(2, 9)
    for begin, end in _scan(data):
        marker, body = data[begin + 1], data[begin + 4 : end]
        if turned and marker != 0xE0:
            # A camera held upright: without this one value the picture would lie on its side.
            kept.append(_upright(orientation))
            turned = False
        if marker == 0xE0 and body.startswith(b"JFIF"):
            body = body[:12] + b"\x00\x00"
            kept.append(b"\xff\xe0" + struct.pack(">H", len(body) + 2) + body)
        elif marker in (0xE0, 0xFE) or 0xE1 <= marker <= 0xEF and not _shapes_colour(marker, body):
            continue
        else:
            kept.append(data[begin:end])
    return b"".join(kept)


def _shapes_colour(marker: int, body: bytes) -> bool:
    return marker == 0xE2 and body.startswith(b"ICC_PROFILE") or marker == 0xEE and body.startswith(b"Adobe")


def _upright(orientation: int) -> bytes:
    body = b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01"
    body += struct.pack(">HHL", orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _behind(data: bytes) -> bytes:
    if data.startswith(_PNG):
        at = len(_PNG) + sum(12 + len(body) for _, body in _chunks(data))
        return data[at:]
    return data[max(end for _, end in _scan(data)) :]


# What is told about a picture


def _exif(image: Any, findings: Findings) -> None:
    try:
        exif = image.getexif()
        inner = dict(exif.get_ifd(ExifTags.IFD.Exif))
        place = dict(exif.get_ifd(ExifTags.IFD.GPSInfo))
        small = dict(exif.get_ifd(ExifTags.IFD.IFD1))
    except Exception as error:  # Pillow raises whatever broken EXIF makes it
        raise Unreadable(_BROKEN) from error
    if any(tag in place for tag in (1, 2, 3, 4, 29)) or len(place) > 1:
        findings.hide(HiddenKind.LOCATION, "照片属性", f"照片记着拍摄地点{_coordinates(place)}")
    for tag, value in [*exif.items(), *inner.items()]:
        name = ExifTags.TAGS.get(tag, "")
        text = _exif_text(name, value)
        if not text:
            continue
        if name in _PERSON_TAGS:
            findings.say("图片属性", text)
            if people.is_person(text):
                findings.hide(HiddenKind.AUTHOR, "图片属性", f"{_PERSON_TAGS[name]}是“{sample(text)}”")
        elif name in _REMARK_TAGS:
            findings.say("图片属性", text)
            findings.hide(HiddenKind.AUTHOR, "图片属性", f"{_REMARK_TAGS[name]}写着“{sample(text)}”")
    if 0x0201 in small or 0x0111 in small:
        findings.hide(HiddenKind.THUMBNAIL, "图片属性", "图片里存着缩略图，可能是修改前的样子")
    if isinstance(xmp := image.info.get("xmp"), bytes) and image.format == "PNG":
        _xmp(xmp, findings)


def _exif_text(name: str, value: Any) -> str:
    if isinstance(value, bytes):
        if name.startswith("XP"):
            text = value.decode("utf-16-le", "replace")
        elif value.startswith(b"UNICODE\x00"):
            text = value[8:].decode(
                "utf-16-le" if value[9:10] == b"\x00" or value[8:9] != b"\x00" else "utf-16-be", "replace"
            )
        else:
            text = _decoded(value.removeprefix(b"ASCII\x00\x00\x00").removeprefix(b"\x00" * 8))
        return text.strip("\x00 ")
    if isinstance(value, str):
        with suppress(UnicodeError):  # Pillow reads these as Latin-1
            value = value.encode("latin-1").decode("utf-8")
        return value.strip("\x00 ")
    return ""


def _coordinates(place: dict[int, Any]) -> str:
    def degrees(value: Any) -> float:
        whole, minutes, seconds = (float(number) for number in value)
        return whole + minutes / 60 + seconds / 3600

    try:
        return f"：纬度{degrees(place[2]):.4f}，经度{degrees(place[4]):.4f}"
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return ""


def _xmp(data: bytes, findings: Findings) -> None:
    if _GPS_IN_XMP.search(data):
        findings.hide(HiddenKind.LOCATION, "照片属性", "照片记着拍摄地点")
    for word in _WORDS_IN_XMP.findall(data):
        findings.say("图片属性", _decoded(word))
    for creator in _CREATOR_IN_XMP.findall(data):
        if people.is_person(_decoded(creator)):
            findings.hide(HiddenKind.AUTHOR, "图片属性", f"作者是“{sample(_decoded(creator))}”")


def _told(findings: Findings, key: str, text: str) -> None:
    if "XML:com.adobe.xmp" in key:
        _xmp(text.encode(), findings)
        return
    text = text.strip("\x00 \n")
    if not text or key.lower() in ("software", "date:create", "date:modify", "date:timestamp", "creation time"):
        return
    findings.say("图片属性", text)
    if key.lower() in ("author", "artist", "creator") and not people.is_person(text):
        return
    if not people.is_remark(text) or text.startswith(("CREATOR: gd-jpeg", "Created with", "LEAD Technologies")):
        return
    kind = HiddenKind.COMMENT if key.lower() in ("comment", "description") else HiddenKind.AUTHOR
    findings.hide(kind, "图片属性", f"图片里写着“{sample(text)}”")


def _decoded(data: bytes) -> str:
    try:
        return data.decode().strip("\x00 ")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace").strip("\x00 ")
