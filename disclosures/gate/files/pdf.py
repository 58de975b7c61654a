"""PDF: the text of every page, what lies under black boxes, earlier revisions, comments, attachments, scripts."""

import ctypes
import re
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any, BinaryIO

import pypdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from disclosures.gate.files import people
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, Unreadable, sample

MOST_SECONDS = 6.0  # of reading pages
MOST_REVISIONS = 5
_BROKEN = "PDF已损坏或结构异常，请从原稿重新生成后再上传"
_LEAST_COVER = 4.0  # points; thinner fills are lines of tables
_OPAQUE = 200  # of 255
_BIG = 0.5  # of the page: a scan
_TINY = 1.0  # points; lower letters are not read by anybody
_PAPER = 250  # of 255
DEEPEST = 6  # drawings within drawings
FEWEST_LETTERS = 30  # a scan with a page number is a scan
MOST_OBJECTS = 200_000
_SHORTEST = 5  # characters of a text that anything could be found in
_BINARY = {"/ID", "/W", "/Widths", "/DW2", "/Differences", "/FontDescriptor", "/CharProcs", "/ToUnicode"}
_REMARKS = {"/Text", "/FreeText", "/Popup", "/Highlight", "/Underline", "/StrikeOut", "/Squiggly", "/Ink", "/Stamp",
            "/Caret", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/Redact"}  # fmt: skip
_COVERING = {"/Square", "/Redact", "/Stamp", "/FreeText", "/Circle"}


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    data = stream.read()
    findings = Findings()
    _no_passenger(data)
    reader = _structure(data)
    _pages(data, findings, _covers_by_remarks(reader))
    _revisions(data, findings)
    _properties(reader, findings)
    _catalogue(reader, findings, inner)
    _remarks(reader, findings)
    _strings(reader, findings)
    return findings.content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """The pages and their links anew, without properties, remarks, attachments, scripts and earlier revisions."""
    reader = _structure(stream.read())
    writer = pypdf.PdfWriter()
    try:
        for page in reader.pages:
            added = writer.add_page(page)
            kept = [
                note for note in added.get("/Annots") or () if _entry(note, "/Subtype") == "/Link" and _harmless(note)
            ]
            if "/Annots" in added:
                if kept:
                    added[pypdf.generic.NameObject("/Annots")] = pypdf.generic.ArrayObject(kept)
                else:
                    del added["/Annots"]
            for key in ("/AA", "/Metadata", "/PieceInfo", "/Thumb"):
                if key in added:
                    del added[key]
        writer.metadata = None
        out = BytesIO()
        writer.write(out)
    except Unreadable:
        raise
    except Exception as error:  # pypdf raises whatever broken files make it
        raise Unreadable(_BROKEN) from error
    return out.getvalue()


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    raise Unreadable("PDF里的文字不能直接遮盖（盖上色块并不能去掉下面的文字）。请在原稿中改好，重新生成PDF后再上传")


def _no_passenger(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise Unreadable("文件内容与扩展名不符，不是PDF，请从原稿重新生成后再上传")
    end = data.rfind(b"%%EOF")
    if end < 0:
        raise Unreadable(_BROKEN)
    if data[end + 5 :].strip(b"\r\n \x00") and re.search(rb"PK\x03\x04|PK\x05\x06|<script|<html", data[end:], re.I):
        raise Unreadable("PDF后面夹带着另一个文件，请从原稿重新生成后再上传")


def _structure(data: bytes) -> pypdf.PdfReader:
    try:
        reader = pypdf.PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("PDF加了密码，无法检查，请去掉密码后再上传")
        len(reader.pages)
    except Unreadable:
        raise
    except Exception as error:  # pypdf raises whatever broken files make it
        raise Unreadable(_BROKEN) from error
    return reader


# Pages

Box = tuple[float, float, float, float]
"""left, bottom, right, top in points."""


def _pages(data: bytes, findings: Findings, covers: dict[int, list[Box]], prefix: str = "") -> None:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise Unreadable(_BROKEN) from error
    began, empty = time.monotonic(), 0
    try:
        for number in range(len(document)):
            if time.monotonic() - began > MOST_SECONDS:
                findings.unread(f"PDF太大，第{number + 1}页以后没有检查，请拆分后再上传")
                break
            empty += _page(document, number, findings, covers.get(number, []), prefix)
        if empty and not prefix:
            findings.unread(f"有{empty}页没有文字，可能是扫描件，无法自动检查，请人工逐页看一遍")
    except pdfium.PdfiumError as error:
        raise Unreadable(_BROKEN) from error
    finally:
        document.close()


def _page(document: Any, number: int, findings: Findings, covers: list[Box], prefix: str) -> int:
    """1 for a page that has a picture or a drawing and no text."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        text = text_page.get_text_range() if text_page.count_chars() else ""
        findings.say(f"{prefix}第{number + 1}页", text, "\n")
        if prefix:
            return 0
        if not text.strip():
            return int(any(True for _ in page.get_objects(max_depth=1)))
        drawn = list(page.get_objects(max_depth=DEEPEST))
        if covered := _covered(drawn, text_page, covers):
            told = f"色块或图片下面还有可以复制的文字{len(covered)}字，请在原稿中删去后重新生成PDF"
            findings.hide(HiddenKind.COVERED_TEXT, f"第{number + 1}页", told, cleanable=False)
        scan = _is_scan(page, drawn)
        if unseen := _unseen(page, drawn, text_page, scan):
            told = f"有{len(unseen)}字看不见但可以复制（白色、过小、透明，或者在页面以外），请在原稿中删去后重新生成PDF"
            findings.hide(HiddenKind.HIDDEN_TEXT, f"第{number + 1}页", told, cleanable=False)
        return int(scan and len("".join(text.split())) < FEWEST_LETTERS)
    finally:
        text_page.close()
        page.close()


def _is_scan(page: Any, drawn: list[Any]) -> bool:
    """Whether a picture takes up most of the page."""
    width, height = page.get_size()
    for each in drawn:
        if each.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = each.get_bounds()
            if (right - left) * (top - bottom) > _BIG * width * height:
                return True
    return False


def _unseen(page: Any, drawn: list[Any], text_page: Any, scan: bool) -> str:
    """Letters that nobody sees. What a scanner recognised is invisible by nature, white letters on a ground are not."""
    left, bottom, right, top = page.get_bbox()
    grounds = any(_opaque_box(each) for each in drawn)
    found = []
    for index in range(text_page.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(text_page.raw, index) or 32)
        if sign.isspace() or raw.FPDFText_IsGenerated(text_page.raw, index) == 1:
            continue
        x0, y0, x1, y1 = text_page.get_charbox(index)
        outside = x1 <= left or x0 >= right or y1 <= bottom or y0 >= top
        owner = raw.FPDFText_GetTextObject(text_page.raw, index)
        tiny = 0 < y1 - y0 < _TINY and raw.FPDFText_GetFontSize(text_page.raw, index) < _TINY * 2
        ghost = not scan and raw.FPDFTextObj_GetTextRenderMode(owner) == raw.FPDF_TEXTRENDERMODE_INVISIBLE
        if outside or tiny or ghost or (not grounds and not scan and _is_white(text_page, index)):
            found.append(sign)
    return "".join(found)


def _is_white(text_page: Any, index: int) -> bool:
    colours = [ctypes.c_uint() for _ in range(4)]
    known = raw.FPDFText_GetFillColor(text_page.raw, index, *colours)
    return bool(known) and all(colour.value >= _PAPER for colour in colours[:3])


def _covered(drawn_on_it: list[Any], text_page: Any, covers: list[Box]) -> str:
    """The letters that lie under something opaque that was drawn after them."""
    order: dict[int, int] = {}
    boxes: list[tuple[int, Box]] = [(1 << 30, box) for box in covers]
    invisible: set[int] = set()
    for place, drawn in enumerate(drawn_on_it):
        if drawn.type == raw.FPDF_PAGEOBJ_TEXT:
            order[_address(drawn.raw)] = place
            if raw.FPDFTextObj_GetTextRenderMode(drawn.raw) == raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                invisible.add(_address(drawn.raw))
        elif box := _opaque_box(drawn):
            boxes.append((place, box))
    if not boxes or not order:
        return ""
    found = []
    for index in range(text_page.count_chars()):
        owner = _address(raw.FPDFText_GetTextObject(text_page.raw, index))
        if owner not in order or owner in invisible:
            continue  # what a scanner recognised lies under its picture by nature
        left, bottom, right, top = text_page.get_charbox(index)
        x, y = (left + right) / 2, (bottom + top) / 2
        if any(place > order[owner] and b[0] <= x <= b[2] and b[1] <= y <= b[3] for place, b in boxes):
            found.append(chr(raw.FPDFText_GetUnicode(text_page.raw, index) or 32))
    return "".join("".join(found).split())


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _opaque_box(drawn: Any) -> Box | None:
    if drawn.type not in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE) or raw.FPDFPageObj_HasTransparency(drawn.raw):
        return None
    if drawn.type == raw.FPDF_PAGEOBJ_PATH:
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(drawn.raw, mode, stroke)
        if mode.value == raw.FPDF_FILLMODE_NONE:
            return None
        colours = [ctypes.c_uint() for _ in range(4)]
        raw.FPDFPageObj_GetFillColor(drawn.raw, *colours)
        if colours[3].value < _OPAQUE:
            return None
    left, bottom, right, top = drawn.get_bounds()
    if right - left < _LEAST_COVER or top - bottom < _LEAST_COVER:
        return None
    return left, bottom, right, top


# Structure


def _entry(holder: Any, key: str) -> Any:
    """A value of a dictionary, wherever it is kept; None where there is none."""
    try:
        holder = holder.get_object() if hasattr(holder, "get_object") else holder
        value = holder.get(key)
        return value.get_object() if hasattr(value, "get_object") else value
    except Exception:  # pypdf raises whatever broken files make it
        return None


def _annotations(reader: pypdf.PdfReader) -> Iterator[tuple[int, Any]]:
    for number, page in enumerate(reader.pages):
        notes = _entry(page, "/Annots")
        for note in notes if isinstance(notes, list) else ():
            yield number, note


def _covers_by_remarks(reader: pypdf.PdfReader) -> dict[int, list[Box]]:
    found: dict[int, list[Box]] = {}
    for number, note in _annotations(reader):
        if _entry(note, "/Subtype") not in _COVERING or not (_entry(note, "/IC") or _entry(note, "/AP")):
            continue
        opacity = _entry(note, "/CA")
        rect = _entry(note, "/Rect")
        if isinstance(rect, list) and len(rect) == 4 and (opacity is None or float(opacity) > 0.8):
            try:
                x0, y0, x1, y1 = (float(value) for value in rect)
            except (TypeError, ValueError):
                continue
            if _entry(note, "/Subtype") != "/FreeText" or _entry(note, "/C"):
                found.setdefault(number, []).append((min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)))
    return found


def _remarks(reader: pypdf.PdfReader, findings: Findings) -> None:
    for number, note in _annotations(reader):
        kind = _entry(note, "/Subtype")
        place = f"第{number + 1}页"
        for key in ("/Contents", "/T", "/RC", "/Subj"):
            if isinstance(value := _entry(note, key), str):
                findings.say(f"{place}的批注", value)
        if kind in _REMARKS and kind != "/Popup":
            text = _entry(note, "/Contents")
            findings.hide(HiddenKind.COMMENT, place, f"批注或标记：{sample(str(text))}" if text else "有批注或标记")
        elif kind == "/FileAttachment":
            findings.hide(HiddenKind.EMBEDDED_FILE, place, "页面上附着另一个文件")
        elif kind == "/Widget":
            value = _entry(note, "/V") or _entry(_entry(note, "/Parent") or {}, "/V")
            if isinstance(value, str):
                findings.say(f"{place}的表单", value)
            flags = _entry(note, "/F")
            if isinstance(flags, int) and flags & 0b100010 and value:
                findings.hide(HiddenKind.FORM, place, f"隐藏的表单项里有内容：{sample(str(value))}")
        elif kind in ("/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"):
            findings.unread(f"{place}有音频、视频，无法自动检查，请人工看一遍")
        if not _harmless(note):
            findings.hide(HiddenKind.SCRIPT, place, "点击时会运行脚本或打开程序")
        address = _entry(_entry(note, "/A") or {}, "/URI")
        if isinstance(address, str):
            findings.say(f"{place}的链接", address)


def _harmless(note: Any) -> bool:
    action = _entry(note, "/A") or {}
    return _entry(action, "/S") not in ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData") and not _entry(
        note, "/AA"
    )


def _strings(reader: pypdf.PdfReader, findings: Findings) -> None:
    """Every text of the structure, wherever it hangs: bookmarks, values of forms, what programs keep for themselves."""
    began, seen = time.monotonic(), set[str]()
    forms = _entry(_entry(reader.trailer["/Root"], "/AcroForm") or {}, "/Fields")
    shown = {id(note.get_object()) for _, note in _annotations(reader) if hasattr(note, "get_object")}
    for field in forms if isinstance(forms, list) else ():
        value = _entry(field, "/V")
        if (
            isinstance(value, str)
            and value.strip()
            and not _entry(field, "/Kids")
            and id(field.get_object()) not in shown
        ):
            findings.hide(HiddenKind.FORM, "文件", f"有一项表单内容没有显示在页面上：{sample(value)}")
    waiting: list[Any] = [reader.trailer]
    done: set[tuple[int, int]] = set()
    while waiting and len(done) < MOST_OBJECTS and time.monotonic() - began < MOST_SECONDS:
        value = waiting.pop()
        if isinstance(value, pypdf.generic.IndirectObject):
            if (value.idnum, value.generation) in done:
                continue
            done.add((value.idnum, value.generation))
            try:
                value = value.get_object()
            except Exception:  # pypdf raises whatever broken files make it
                continue
        if isinstance(value, dict):
            waiting += [entry for key, entry in value.items() if key not in _BINARY]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and len(value) >= _SHORTEST and not value.startswith("/") and value not in seen:
            seen.add(value)
            findings.say("文件内部", value)
    if waiting:
        findings.unread("PDF的结构太复杂，没有检查完，请从原稿重新生成PDF")


def _properties(reader: pypdf.PdfReader, findings: Findings) -> None:
    try:
        told = dict(reader.metadata or {})
    except Exception:  # as above
        told = {}
    for key, value in told.items():
        text = str(value).strip()
        if not text or key in ("/Producer", "/Creator", "/CreationDate", "/ModDate", "/Trapped"):
            continue
        findings.say("文件属性", text)
        if key == "/Author" and people.is_person(text):
            findings.hide(HiddenKind.AUTHOR, "文件属性", f"作者是“{sample(text)}”")
        elif key in ("/Keywords", "/Subject") and people.is_remark(text):
            findings.hide(HiddenKind.AUTHOR, "文件属性", f"写着“{sample(text)}”")
        elif key not in ("/Author", "/Title", "/Keywords", "/Subject") and key.strip("/") not in people.BY_PROGRAMS:
            findings.hide(HiddenKind.CUSTOM_DATA, "文件属性", f"自定义属性“{sample(key.strip('/'))}”是“{sample(text)}”")
    metadata = _entry(reader.trailer["/Root"], "/Metadata")
    if metadata is not None:
        try:
            xmp = metadata.get_data()
        except Exception:  # as above
            return
        for word in re.findall(rb">\s*([^<>]{2,400}?)\s*<|=\"([^\"<>]{5,400})\"", xmp[:1_000_000]):
            findings.say("文件属性", (word[0] or word[1]).decode("utf-8", "replace"))
        if creator := re.search(rb"<dc:creator>.*?<rdf:li[^>]*>([^<]+)</rdf:li>", xmp, re.S):
            author = creator[1].decode("utf-8", "replace")
            if people.is_person(author) and author.strip() != str(told.get("/Author", "")).strip():
                findings.hide(HiddenKind.AUTHOR, "文件属性", f"作者是“{sample(author)}”")


def _catalogue(reader: pypdf.PdfReader, findings: Findings, inner: Inner) -> None:
    root = reader.trailer["/Root"]
    names = _entry(root, "/Names") or {}
    opening = _entry(root, "/OpenAction")
    script = isinstance(opening, dict) and _entry(opening, "/S") in ("/JavaScript", "/Launch")
    if script or _entry(names, "/JavaScript") or _entry(root, "/AA"):
        findings.hide(HiddenKind.SCRIPT, "文件", "打开文件时会运行脚本")
    form = _entry(root, "/AcroForm")
    if form is not None and _entry(form, "/XFA"):
        findings.hide(HiddenKind.FORM, "文件", "文件带有动态表单，里面可能存着填写过的数据")
    layers = _entry(_entry(root, "/OCProperties") or {}, "/D") or {}
    if _entry(layers, "/OFF") or _entry(layers, "/BaseState") == "/OFF":
        told = "有关闭的图层，读者打开图层就能看到，请在原稿中删去"
        findings.hide(HiddenKind.HIDDEN_LAYER, "文件", told, cleanable=False)
    try:
        attached = list(reader.attachments.items())
    except Exception:  # as above
        attached = []
    for name, several in attached:
        findings.say("文件名", name)
        findings.hide(HiddenKind.EMBEDDED_FILE, f"附件{name}", "PDF里附着另一个文件")
        for data in several:
            try:
                findings.take(inner(name, data), f"{name} 内 ")
            except Unreadable as refused:
                findings.unread(f"PDF里附着的{name}无法检查（{refused}），请去掉")


def _revisions(data: bytes, findings: Findings) -> None:
    """A file that was changed by appending still holds what it was before."""
    ends = [match.end() for match in re.finditer(rb"startxref\s+\d+\s+%%EOF", data)]
    linear = b"/Linearized" in data[:2048]
    earlier = ends[:-1]
    if linear and earlier:
        earlier = earlier[1:]  # a file for the web has two ends from the start
    if not earlier:
        return
    findings.hide(HiddenKind.EARLIER_REVISION, "文件", f"文件里保留着{len(earlier)}个早期版本，修改前的内容可以恢复")
    for number, end in enumerate(earlier[:MOST_REVISIONS], start=1):
        try:
            _pages(data[:end], findings, {}, prefix=f"早期版本{number} ")
        except Unreadable:
            findings.unread("文件里的早期版本无法检查，请从原稿重新生成PDF")
