"""Files that strangers send: how many, how large, of which kinds, and called what."""

import unicodedata
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from disclosures.gate.files import Unreadable, refuse_disguised
from requests_app.models.files import FILE_TYPES, not_too_large

MOST = 5
LONGEST_NAME = 100
# An archive hides what is in it from the officer who opens it.
TYPES = [kind for kind in FILE_TYPES if kind != "zip"]


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[UploadedFile]:
        return files.getlist(name) if hasattr(files, "getlist") else []


class FilesField(forms.FileField):
    """Up to ``MOST`` files, each examined; the fault names the file."""

    def __init__(self, **kwargs: Any) -> None:
        accept = ",".join(f".{kind}" for kind in TYPES)
        super().__init__(widget=SeveralFiles(attrs={"accept": accept, "multiple": True}), required=False, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = [each for each in data or [] if each]
        if len(given) > MOST:
            raise ValidationError(f"一次最多上传{MOST}份，请减少后再提交")
        return [examined(each) for each in given]


def examined(file: UploadedFile) -> UploadedFile:
    """The file under a harmless name. Raises ``ValidationError`` naming it."""
    name = file.name = plain_name(file.name or "")
    try:
        if PurePath(name).suffix.lower().lstrip(".") not in TYPES:
            raise ValidationError("不支持这种文件，请上传" + "、".join(TYPES) + "格式的文件")
        not_too_large(file)
        refuse_disguised(cast(BinaryIO, file), name)
    except Unreadable as fault:
        raise ValidationError(f"《{name}》：{fault}") from None
    except ValidationError as fault:
        raise ValidationError(f"《{name}》：{fault.messages[0]}") from None
    finally:
        file.seek(0)
    return file


def plain_name(name: str) -> str:
    """Without folders, control characters and marks that turn the direction of writing; its ending kept."""
    shown = "".join(each for each in unicodedata.normalize("NFC", name) if each.isprintable())
    path = PurePath(shown.replace("\\", "/").rsplit("/", 1)[-1].strip(" .") or "文件")
    return path.stem[: LONGEST_NAME - len(path.suffix)] + path.suffix
