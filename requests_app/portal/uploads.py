"""Files that a visitor sends with a form: several at once, of the kinds that a case keeps, under harmless names."""

from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from disclosures.gate.files import Unreadable, refuse_disguised
from requests_app.identity import line
from requests_app.models import CaseFile
from requests_app.models.files import FILE_MEGABYTES, FILE_TYPES

MOST = 5
LONGEST_NAME = 100


def safe_name(name: str) -> str:
    """The file's own name without folders and unseen characters; a long one loses the end of its stem."""
    plain = line(PurePath(name.replace("\\", "/")).name) or "材料"
    suffix = PurePath(plain).suffix[:12]
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - len(suffix)] + suffix


def check(file: UploadedFile, *, archives: bool = True) -> None:
    """Raises ``ValidationError`` naming the file, unless it is what a case may keep and what its name says."""
    name = file.name = safe_name(file.name or "")
    if not file.size:
        raise ValidationError(f"“{name}”是空文件，请重新选择")
    if not archives and PurePath(name).suffix.lower() == ".zip":
        raise ValidationError(f"“{name}”是压缩包，请解开后直接上传里面的文件")
    try:
        for validator in CaseFile._meta.get_field("file").validators:
            validator(file)
    except ValidationError as fault:
        raise ValidationError(f"“{name}”没有上传：{'；'.join(fault.messages)}") from None
    try:
        refuse_disguised(cast(BinaryIO, file), name)
    except Unreadable as fault:
        raise ValidationError(f"“{name}”没有上传：{fault}") from None
    finally:
        file.seek(0)


class FilesInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Cleans to a list of checked files; every fault names its file. ``archives``: whether zip files are taken."""

    widget = FilesInput

    def __init__(self, *, archives: bool = True, **kwargs: Any) -> None:
        self.archives = archives
        accept = ",".join(f".{ending}" for ending in FILE_TYPES if archives or ending != "zip")
        kwargs.setdefault("widget", FilesInput(attrs={"accept": accept, "multiple": True}))
        zipped = "或者压缩包" if archives else "，不收压缩包"
        kwargs.setdefault(
            "help_text",
            f"可以一次选择多个，最多{MOST}个，每个不超过{FILE_MEGABYTES}MB；可以是照片、PDF、文档{zipped}",
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
                check(file, archives=self.archives)
            except ValidationError as fault:
                faults.append(fault)
        if faults:
            raise ValidationError(faults)
        return given
