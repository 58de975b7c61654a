"""An item's files at the gate: what is found in them is kept with the file; copies without it take the file's place."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, BinaryIO, cast

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from disclosures.gate import reader_process
from disclosures.gate.clearing import Finding, grouped, known_to_all
from disclosures.gate.files.content import HiddenKind
from disclosures.gate.kinds import Kind
from disclosures.gate.reader_process import Refused
from disclosures.models import Attachment, AttachmentText

# To be changed with what the readers or the patterns find: files are then examined again.
RULES = "2"


def refuse_unreadable(stream: BinaryIO, name: str) -> None:
    """Raises ``ValidationError`` for a file that cannot be examined, saying what to do."""
    try:
        reader_process.refuse_unreadable(stream, name)
    except Refused as fault:
        raise ValidationError(str(fault)) from None
    finally:
        stream.seek(0)


def examine_if_stale(attachment: Attachment) -> None:
    if attachment.scanned_by != RULES:
        examine(attachment)


def examine(attachment: Attachment) -> None:
    """Reads the file and keeps what was found."""
    try:
        with attachment.file.open("rb") as stream:
            told = reader_process.examine(cast(BinaryIO, stream), attachment.name, known_to_all(attachment.item.agency))
            found, text = _found(told), told["text"]
    except (Refused, FileNotFoundError) as fault:
        why = str(fault) if isinstance(fault, Refused) else "文件不在了，请重新上传"
        found, text = [grouped(where="", field="file", what=why, told=[("", "", why)], remedy="")], ""
    _keep_text(attachment, text)
    attachment.findings = [_plain(finding) for finding in found]
    attachment.scanned_by = RULES
    attachment.save(update_fields=["findings", "scanned_by"])


def read_text(attachment: Attachment) -> None:
    """Keeps the text of a file that was examined before texts were kept; empty where it cannot be read."""
    try:
        with attachment.file.open("rb") as stream:
            text = reader_process.running_text(cast(BinaryIO, stream), attachment.name)
    except (Refused, FileNotFoundError):
        text = ""
    _keep_text(attachment, text)


def _keep_text(attachment: Attachment, text: str) -> None:
    kept = {"file": attachment.file.name or "", "text": text.replace("\0", "")}
    AttachmentText.objects.update_or_create(attachment=attachment, defaults=kept)


def _found(told: dict[str, Any]) -> list[Finding]:
    by_kind: dict[tuple[str, bool], list[tuple[str, str, str]]] = {}
    for kind, place, masked, text, spread in told["hits"]:
        by_kind.setdefault((kind, spread), []).append((place, masked, text))
    found = [
        grouped(
            where="",
            field="file",
            what=f"{Kind.of(kind).label}{'（分写在相邻的几格、几行）' if spread else ''}",
            told=of_kind,
            remedy="" if spread else "mask",
        )
        for (kind, spread), of_kind in by_kind.items()
    ]
    hidden: dict[tuple[str, bool], list[tuple[str, str, str]]] = {}
    for kind, place, what, cleanable in told["hidden"]:
        # What was hidden is not shown either; its place is enough to find it.
        hidden.setdefault((kind, cleanable), []).append((place, "", what))
    for (kind, cleanable), of_kind in hidden.items():
        label = HiddenKind.of(kind).label
        found.append(grouped(where="", field="file", what=label, told=of_kind, remedy="clean" if cleanable else ""))
    unread = told["unread"]
    return found + [grouped(where="", field="file", what=said, told=[("", "", said)], remedy="") for said in unread]


def _plain(finding: Finding) -> dict[str, Any]:
    kept = asdict(finding)
    kept.pop("attachment")
    return kept


def mask(attachment: Attachment) -> None:
    """Everything found in the text masked. Raises ``ValidationError`` where the kind of file forbids it."""
    known = known_to_all(attachment.item.agency)
    _put_copy(attachment, lambda stream: reader_process.masked(stream, attachment.name, known))


def clean(attachment: Attachment) -> None:
    """Hidden contents taken out. Raises ``ValidationError`` where they cannot be."""
    _put_copy(attachment, lambda stream: reader_process.cleaned(stream, attachment.name))


@transaction.atomic
def _put_copy(attachment: Attachment, made: Callable[[Any], bytes]) -> None:
    """The copy takes the file's place; the first original is kept, privately, for good."""
    try:
        with attachment.file.open("rb") as stream:
            copy = made(stream)
            stream.seek(0)
            before = stream.read()
    except Refused as fault:
        raise ValidationError(f"附件《{attachment.name}》：{fault}") from None
    except FileNotFoundError:
        raise ValidationError(f"附件《{attachment.name}》的文件不在了，请重新上传") from None
    replaced, storage = str(attachment.file.name), attachment.file.storage
    ending = PurePath(replaced).suffix
    if not attachment.original:
        attachment.original.save(f"original{ending}", ContentFile(before), save=False)
    attachment.file.save(f"copy{ending}", ContentFile(copy), save=False)
    attachment.scanned_by = ""
    attachment.save()
    transaction.on_commit(lambda: storage.delete(replaced))
    examine(attachment)
