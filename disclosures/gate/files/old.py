"""Files of old Office and WPS (.doc, .xls, .ppt, .wps, .et): what is written in them; what is hidden stays unknown."""

import re
from io import BytesIO
from typing import Any, BinaryIO

import olefile
from python_calamine import CalamineWorkbook, SheetVisibleEnum

from disclosures.gate.files import people
from disclosures.gate.files.content import Content, Find, Findings, HiddenKind, Inner, Unreadable, sample

_BROKEN = "文件已损坏，或者内容与扩展名不符，请用WPS或Office打开，另存为新格式后再上传"
_NEWER = "这种旧格式里的隐藏内容无法检查，请用WPS或Office另存为.docx、.xlsx、.pptx后再上传"
_WORDS = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef\x20-\x7e\t\r\n，。]{6,}")
_SHEETS = (".xls", ".et")
_TEXTS = {"WordDocument", "PowerPoint Document", "Current User", "0Table", "1Table", "Pictures"}
MOST_STREAM = 60 * 1024 * 1024


def read(stream: BinaryIO, name: str, inner: Inner) -> Content:
    """Raises ``Unreadable``."""
    data = stream.read()
    findings = Findings()
    _compound(data, findings)
    if name.lower().endswith(_SHEETS):
        _workbook(data, findings)
    findings.unread(_NEWER)
    return findings.content


def cleaned(stream: BinaryIO, name: str) -> bytes:
    raise Unreadable(_NEWER)


def masked(stream: BinaryIO, name: str, find: Find) -> bytes:
    raise Unreadable("旧格式不能直接遮盖，请用WPS或Office另存为.docx、.xlsx、.pptx后再上传")


def _compound(data: bytes, findings: Findings) -> None:
    try:
        with olefile.OleFileIO(BytesIO(data)) as ole:
            parts = ["/".join(path) for path in ole.listdir(streams=True, storages=True)]
            if any(part in ("EncryptedPackage", "EncryptionInfo") for part in parts):
                raise Unreadable("文件加了密码，无法检查，请去掉密码后再上传")
            if any(re.search(r"(^|/)(VBA|_VBA_PROJECT|Macros)(/|$)", part, re.I) for part in parts):
                raise Unreadable("文件带有宏，不能公开，请另存为不带宏的格式（.docx、.xlsx、.pptx）后再上传")
            _properties(ole.get_metadata(), findings)
            for part in parts:
                if part.rpartition("/")[2] in _TEXTS and ole.get_size(part) <= MOST_STREAM:
                    _say(ole.openstream(part).read(), findings)
            if any(part.startswith("ObjectPool/") for part in parts):
                findings.hide(HiddenKind.EMBEDDED_FILE, "文件内部", "文件里嵌着另一个文件", cleanable=False)
    except Unreadable:
        raise
    except Exception as error:  # olefile raises whatever broken files make it
        raise Unreadable(_BROKEN) from error


def _properties(told: Any, findings: Findings) -> None:
    for key, label in (("author", "作者"), ("last_saved_by", "最后保存者"), ("manager", "主管"), ("comments", "备注")):
        value = getattr(told, key, None)
        text = value.decode("gb18030", "replace") if isinstance(value, bytes) else str(value or "")
        findings.say("文件属性", text)
        if people.is_person(text):
            findings.hide(HiddenKind.AUTHOR, "文件属性", f"{label}是“{sample(text)}”", cleanable=False)


def _say(data: bytes, findings: Findings) -> None:
    """The words of a stream, in both ways in which these programs store them."""
    for encoding in ("utf-16-le", "gb18030"):
        for shift in (0, 1) if encoding == "utf-16-le" else (0,):
            text = data[shift:].decode(encoding, "ignore")
            for words in _WORDS.findall(text):
                findings.say("正文", words)


def _workbook(data: bytes, findings: Findings) -> None:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            place = f"工作表“{sheet.name}”"
            findings.say("工作表名称", sheet.name)
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            filled = 0
            for row, cells in enumerate(rows, start=1):
                for column, cell in enumerate(cells, start=1):
                    if cell not in ("", None):
                        filled += 1
                        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
                        findings.say(f"{place} 第{row}行第{column}列", text)
            if filled and sheet.visible != SheetVisibleEnum.Visible:
                findings.hide(
                    HiddenKind.HIDDEN_SHEET, place, f"隐藏的工作表里有{filled}个单元格的内容", cleanable=False
                )
    except Exception as error:  # calamine raises whatever broken files make it
        raise Unreadable(_BROKEN) from error
