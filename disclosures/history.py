"""The trail of a record: who, when, what, from, to, why. Written with the change, in its transaction; append-only.

Each entry's digest covers the entry before it of the same record, so a change behind the program's back shows.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from disclosures import access
from disclosures.dates import told, told_moment
from disclosures.encryption import EncryptedTextField
from disclosures.gate import patterns
from disclosures.models import HistoryEntry
from disclosures.people import name_of

BATCH = 1000
LONGEST_VALUE = 2000  # characters of an old or new value that the trail keeps


def record(
    subject: models.Model,
    *,
    by: Any,
    step: str,
    what: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
    undoes: HistoryEntry | None = None,
) -> HistoryEntry:
    """Adds an entry. ``details`` is plain JSON; personal data does not belong in it."""
    before = entries_of(subject).last()
    entry = _entry(subject, by=by, step=step, what=what, reason=reason, details=details or {}, undoes=undoes)
    entry.digest = _digest(entry, before.digest if before else "")
    entry.save()
    return entry


def record_many(
    words: dict[models.Model, str],
    *,
    by: Any,
    step: str,
    reason: str = "",
    details: dict[models.Model, dict[str, Any]] | None = None,
) -> None:
    """One entry to each subject, with its words and the shared ``reason``; a fixed number of queries a thousand."""
    subjects = list(words)
    for start in range(0, len(subjects), BATCH):
        batch = subjects[start : start + BATCH]
        of_batch = HistoryEntry.objects.filter(
            kind=batch[0]._meta.label_lower, record_id__in=[subject.pk for subject in batch]
        )
        last = dict(of_batch.order_by("id").values_list("record_id", "digest"))
        entries = [
            _entry(
                subject,
                by=by,
                step=step,
                what=words[subject],
                reason=reason,
                details=(details or {}).get(subject, {}),
            )
            for subject in batch
        ]
        for entry in entries:
            entry.digest = _digest(entry, last.get(entry.record_id, ""))
        HistoryEntry.objects.bulk_create(entries)


def edits(before: models.Model, after: models.Model, names: Iterable[str]) -> dict[str, list[str]]:
    """Old and new of each field that differs, by its label; personal data only as changed, not what it was."""
    found = {}
    for name in names:
        field: Any = before._meta.get_field(name)
        values = [_shown(each, field) for each in (before, after)]
        if values[0] != values[1]:
            personal = isinstance(field, EncryptedTextField) or name in getattr(before, "personal_fields", ())
            found[str(field.verbose_name)] = ["（不记录）", "（不记录）"] if personal else values
    return found


def _shown(record: models.Model, field: Any) -> str:
    value = getattr(record, field.name)
    return plain(dict(field.flatchoices).get(value, value) if field.choices else value)


def plain(value: Any) -> str:
    """A value as the trail tells it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return told_moment(value)
    if isinstance(value, date):
        return told(value)
    text = str("" if value is None else value)
    # What a clerk took out of a text must not live on in its trail.
    text = patterns.mask(text, patterns.find(text))
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}……（共{len(text)}字）"


def _entry(
    subject: models.Model,
    *,
    by: Any,
    step: str,
    what: str,
    reason: str = "",
    details: dict[str, Any] | None = None,
    undoes: HistoryEntry | None = None,
) -> HistoryEntry:
    agency = access.agency_of(subject)
    assert agency is not None
    person = by if by is not None and by.pk else None
    return HistoryEntry(
        agency=agency,
        kind=subject._meta.label_lower,
        record_id=subject.pk,
        at=timezone.now(),
        by=person,
        by_name=name_of(person) or "系统",
        step=step,
        what=what[:200],
        reason=reason,
        details=details or {},
        undoes=undoes,
    )


def entries_of(subject: models.Model) -> Any:
    """Oldest first."""
    return HistoryEntry.objects.of(subject).select_related("by", "undone_by").order_by("id")


def told_otherwise(model: type[models.Model], ids: Any, *, step: str, after: int = 0) -> Any:
    """Keys among ``ids`` in whose trail another step than ``step`` stands, later than the entry ``after``."""
    entries = HistoryEntry.objects.filter(kind=model._meta.label_lower, record_id__in=ids, id__gt=after)
    return entries.exclude(step=step).values("record_id")


def last_entry() -> int:
    """The key of the newest entry of all; 0 where there is none."""
    return HistoryEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0


def first_broken(subject: models.Model) -> HistoryEntry | None:
    """The first entry that is not as it was written, or that follows one taken out; None where all is whole."""
    before = ""
    for entry in entries_of(subject):
        if entry.digest != _digest(entry, before):
            return entry
        before = entry.digest
    return None


def _digest(entry: HistoryEntry, before: str) -> str:
    sealed = [
        before,
        entry.kind,
        entry.record_id,
        entry.at.isoformat(),
        entry.by_name,
        entry.step,
        entry.what,
        entry.reason,
        entry.details,
        entry.undoes_id,
    ]
    return hashlib.sha256(json.dumps(sealed, ensure_ascii=False).encode()).hexdigest()
