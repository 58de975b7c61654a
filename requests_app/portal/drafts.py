"""An application being written: encrypted in the database, its key in the visitor's session and nowhere else.

Two hours after its last change it is gone, with its files: the next change of any draft sweeps away what is older. The
files lie where those of cases do, so that sending the application gives them to the case without moving a byte.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from disclosures.encryption import WrongKey
from disclosures.keyed_hash import keyed_hash, new_token
from disclosures.models import Agency
from requests_app.models import AskDraft, CaseFile
from requests_app.models.files import case_file_name
from requests_app.portal.uploads import MOST

IDLE = timedelta(hours=2)
TOUCHED_EVERY = timedelta(minutes=1)
SESSION = "ask"
SWEPT_AT_ONCE = 50


class Gone(Exception):
    """The draft was sent, given up, or left alone for too long."""


class TooManyFiles(Exception):
    """More than ``MOST`` with those sent before."""


@dataclass
class Content:
    """``files``: name in the store and name as told; ``signs``: what looked like a program's doing."""

    answers: dict[str, dict[str, str]] = field(default_factory=dict)
    files: list[dict[str, str]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)
    notice: str = ""

    @classmethod
    def of(cls, draft: AskDraft) -> "Content":
        return cls(**json.loads(draft.content))

    def as_text(self) -> str:
        return json.dumps(vars(self), ensure_ascii=False)

    def seen_as(self, key: str) -> str:
        """Of what the applicant checks: another answer, another text."""
        shown = json.dumps([self.answers, self.files], ensure_ascii=False, sort_keys=True)
        return keyed_hash("ask.seen", f"{key} {shown}")[:32]


def key_of(request: HttpRequest, agency: Agency) -> str:
    """Of the application that this visitor writes, or wrote last; empty where there is none."""
    keys = request.session.get(SESSION)
    key = keys.get(agency.code, "") if isinstance(keys, dict) else ""
    return key if isinstance(key, str) else ""


def digest_of(key: str) -> str:
    return keyed_hash("ask.draft", key)


def begin(request: HttpRequest, agency: Agency, now: datetime, content: Content | None = None) -> AskDraft:
    """A new draft under a new key; here the session begins, and ends with the browser's."""
    key = new_token()
    text = (content or Content()).as_text()
    draft = AskDraft.objects.create(
        key_digest=digest_of(key), agency=agency, content=text, begun_at=now, updated_at=now
    )
    request.session.cycle_key()  # whoever knew the visitor's session before does not know this one
    request.session[SESSION] = {**request.session.get(SESSION, {}), agency.code: key}
    if not request.user.is_authenticated:
        request.session.set_expiry(0)
    sweep(now)
    return draft


def forget(request: HttpRequest, agency: Agency) -> None:
    """Nothing in the session tells of the application any more."""
    keys = {code: key for code, key in request.session.get(SESSION, {}).items() if code != agency.code}
    if keys:
        request.session[SESSION] = keys
    else:
        request.session.pop(SESSION, None)


def find(agency: Agency, key: str, now: datetime, *, lock: bool = False) -> AskDraft | None:
    """The living draft of the key."""
    if not key:
        return None
    rows = AskDraft.objects.select_for_update() if lock else AskDraft.objects.all()
    return rows.filter(key_digest=digest_of(key), agency=agency, updated_at__gt=now - IDLE).first()


def touch(draft: AskDraft, now: datetime) -> None:
    """Somebody is at work on it; told to the database once a minute."""
    if now - draft.updated_at >= TOUCHED_EVERY:
        AskDraft.objects.filter(pk=draft.pk).update(updated_at=now)
        draft.updated_at = now


@contextmanager
def changing(draft: AskDraft, now: datetime) -> Iterator[Content]:
    """What is changed in the content is stored, on top of what other windows stored meanwhile. Raises ``Gone``."""
    with transaction.atomic():
        current = AskDraft.objects.select_for_update().filter(pk=draft.pk).first()
        if current is None:
            raise Gone
        content = Content.of(current)
        yield content
        current.content, current.updated_at = content.as_text(), now
        current.save(update_fields=["content", "updated_at"])
    draft.content, draft.updated_at = current.content, now
    sweep(now)


# Files


def keep_files(draft: AskDraft, files: list[UploadedFile], now: datetime) -> None:
    """Kept with the draft. Raises ``TooManyFiles``, ``Gone``.

    Each is entered before it is written, so that no file is without a draft that knows of it.
    """
    entered = [{"stored": case_file_name(CaseFile(), file.name or ""), "name": file.name or ""} for file in files]
    with changing(draft, now) as content:
        if len(content.files) + len(entered) > MOST:
            raise TooManyFiles
        content.files += entered
    for entry, file in zip(entered, files, strict=True):
        try:
            default_storage.save(entry["stored"], file)
        except BaseException:
            drop_files(draft, [each["stored"] for each in entered], now)
            raise


def drop_files(draft: AskDraft, stored: list[str], now: datetime) -> None:
    with changing(draft, now) as content:
        dropped = [entry for entry in content.files if entry["stored"] in stored]
        content.files = [entry for entry in content.files if entry not in dropped]
    _delete_files(dropped)


def _delete_files(entries: list[dict[str, str]]) -> None:
    for entry in entries:
        default_storage.delete(entry["stored"])


# The end of a draft


def give_up(draft: AskDraft) -> None:
    _delete(AskDraft.objects.filter(pk=draft.pk), _content_or_nothing(draft.pk))


def sweep(now: datetime) -> None:
    """Takes away drafts that were left alone, some at a time."""
    old = AskDraft.objects.filter(updated_at__lte=now - IDLE)
    for pk in list(old.order_by("updated_at").values_list("pk", flat=True)[:SWEPT_AT_ONCE]):
        _delete(old.filter(pk=pk), _content_or_nothing(pk))


def _content_or_nothing(pk: int) -> Content:
    """Nothing where the row is gone, or was written under a key that was since lost."""
    try:
        draft = AskDraft.objects.filter(pk=pk).first()
        return Content.of(draft) if draft else Content()
    except WrongKey:
        return Content()


def _delete(rows: Any, content: Content) -> None:
    """The files go only with a row that was still there: once sent, they are the case's."""
    deleted, _ = rows.delete()
    if deleted:
        transaction.on_commit(lambda: _delete_files(content.files))
