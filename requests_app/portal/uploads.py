"""Files that a visitor sends with a form: several at once, of the kinds that a case keeps, under harmless names."""

from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from requests_app.identity import line
from requests_app.models import CaseFile
from requests_app.models.files import FILE_MEGABYTES, FILE_TYPES

MOST = 5
LONGEST_NAME = 100
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How a file of the kind begins; 金山 writes either of two under its endings.
BEGINNINGS: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "zip": (_ZIP,),
    "ofd": (_ZIP,),
    "docx": (_ZIP,),
    "xlsx": (_ZIP,),
    "doc": (_OLD_OFFICE,),
    "xls": (_OLD_OFFICE,),
    "wps": (_OLD_OFFICE, _ZIP),
    "et": (_OLD_OFFICE, _ZIP),
}


def safe_name(name: str) -> str:
    """The file's own name without folders and unseen characters; a long one loses the end of its stem."""
    plain = line(PurePath(name.replace("\\", "/")).name) or "材料"
    suffix = PurePath(plain).suffix[:12]
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix)] + suffix


def check(file: UploadedFile) -> None:
    """Raises ``ValidationError`` naming the file, unless it is what a case may keep and what its name says."""
    name = file.name = safe_name(file.name or "")
    if not file.size:
        raise ValidationError(f"“{name}”是空文件，请重新选择")
    try:
        for validator in CaseFile._meta.get_field("file").validators:
            validator(file)
    except ValidationError as fault:
        raise ValidationError(f"“{name}”没有上传：{'；'.join(fault.messages)}") from None
    beginnings = BEGINNINGS.get(PurePath(name).suffix[1:].lower())
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    if not (head.startswith(beginnings) if beginnings else b"\x00" not in head):
        raise ValidationError(f"“{name}”的内容和文件类型不符，请重新选择")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Cleans to a list of checked files; every fault names its file."""

    widget = FilesInput

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(f".{ending}" for ending in FILE_TYPES)
        kwargs.setdefault("widget", FilesInput(attrs={"accept": accept, "multiple": True}))
        kwargs.setdefault(
            "help_text",
            f"可以一次选择多个，最多{MOST}个，每个不超过{FILE_MEGABYTES}MB；可以是照片、PDF、文档或者压缩包",
        )
        super().__init__(**kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [file for file in (data or []) if file]
        if not given and self.required:
            raise ValidationError("请选择文件")
        if len(given) > MOST:
            raise ValidationError(f"最多上传{MOST}个文件，请减少后再选")
        faults: list[ValidationError] = []
        for file in given:
            try:
                check(file)
            except ValidationError as fault:
                faults.append(fault)
        if faults:
            raise ValidationError(faults)
        return given
