"""The index in step with the records, within the transaction that changes them.

Whatever changes a record ends in ``refresh``: it asks the kind's own question of what is public, compares that with
what the index holds, and writes the difference. What may have changed is told by Django's signals (save, delete, and
the cascades of both) and by ``bulk_changes`` (bulk creation and update). Names of agencies and columns are not in the
index.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save, pre_delete

from disclosures.bulk_changes import listen
from disclosures.models import Agency, SearchEntry
from disclosures.models.search import key_of
from disclosures.search.engines import MOST_UNITS, Row, batches, engine
from disclosures.search.kinds import Entry, Follows, Kind, kinds
from disclosures.search.units import facet, tokens

BATCH = 500
# Of a longer text the beginning is kept and searched: no text has more units than characters.
LONGEST_TEXT = MOST_UNITS
_COPIED = [field.name for field in fields(Entry) if field.name not in ("agency", "column")]


def refresh(kind: Kind, keys: Iterable[int]) -> None:
    """The entries of these objects as the records are now."""
    for batch in batches(sorted(set(keys)), BATCH):
        with transaction.atomic():
            _refresh(kind, batch)


def _refresh(kind: Kind, keys: list[int]) -> None:
    if connection.features.has_select_for_update:
        # Two that change what one entry is made from write it one after the other.
        held = kind.model._base_manager.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
        list(held.values_list("pk", flat=True))
    wanted = {row.pk: _entry(kind, kind.entry(row)) for row in kind.rows().filter(pk__in=keys).order_by()}
    present = {entry.object_id: entry for entry in SearchEntry.objects.filter(kind=kind.number, object_id__in=keys)}
    same = {key for key in wanted if key in present and _content(wanted[key]) == _content(present[key])}
    remove([entry for key, entry in present.items() if key not in same])
    _insert([entry for key, entry in wanted.items() if key not in same])


def _entry(kind: Kind, told: Entry) -> SearchEntry:
    values = {name: getattr(told, name) for name in _COPIED}
    texts = {name: text.replace("\0", "") for name, text in values.items() if isinstance(text, str)}
    values |= texts | {"text": texts["text"][:LONGEST_TEXT]}
    key = key_of(told.day, kind.number, told.object_id)
    return SearchEntry(id=key, kind=kind.number, agency_id=told.agency, column_id=told.column, **values)


def _content(entry: SearchEntry) -> tuple[Any, ...]:
    return tuple(getattr(entry, field.attname) for field in SearchEntry._meta.concrete_fields)


def _row(entry: SearchEntry) -> Row:
    facets = [facet("a", entry.agency_id), facet("k", entry.kind)]
    facets += [facet("c", entry.column_id)] if entry.column_id else []
    return entry.id, *tokens(entry.title, entry.numbers, f"{entry.text}\n{entry.belongs_to}", MOST_UNITS, facets)


def _insert(entries: list[SearchEntry]) -> None:
    if entries:
        SearchEntry.objects.bulk_create(entries)
        engine().insert([_row(entry) for entry in entries])


def remove(entries: list[SearchEntry]) -> None:
    """Out of the index; the engine needs to be told what was in it."""
    if entries:
        engine().delete([_row(entry) for entry in entries])
        SearchEntry.objects.filter(pk__in=[entry.pk for entry in entries]).delete()


# What may have changed


def watch(kind: Kind) -> None:
    """Registers for everything that an entry of the kind is made from."""

    def of_rows(keys: Iterable[int]) -> None:
        refresh(kind, keys)

    _watch(kind.model, kind.reads, f"search-{kind.number}", of_rows)
    for follows in kind.follows:
        _follow(kind, follows)


def _watch(model: type[Model], reads: frozenset[str], uid: str, told: Any) -> None:
    def saved(sender: Any, instance: Any, raw: bool, update_fields: Any, **_: Any) -> None:
        # Fixtures come in any order; ``rebuild_search`` follows them.
        if not raw and (update_fields is None or reads & set(update_fields)):
            told([instance.pk])

    def deleted(sender: Any, instance: Any, **_: Any) -> None:
        told([instance.pk])

    post_save.connect(saved, sender=model, weak=False, dispatch_uid=uid)
    post_delete.connect(deleted, sender=model, weak=False, dispatch_uid=uid)
    listen(model, reads, told)


def _follow(kind: Kind, follows: Follows) -> None:
    uid = f"search-{kind.number}-{follows.look_up}"

    def pointing(keys: Iterable[int]) -> list[int]:
        return list(
            kind.model._base_manager.filter(**{f"{follows.look_up}__in": list(keys)}).values_list("pk", flat=True)
        )

    def changed(keys: Iterable[int]) -> None:
        for batch in batches(keys, BATCH):
            refresh(kind, pointing(batch))

    def saved(sender: Any, instance: Any, raw: bool, update_fields: Any, **_: Any) -> None:
        if not raw and (update_fields is None or follows.reads & set(update_fields)):
            changed([instance.pk])

    # Once it is gone nothing points to it any more: who did is asked before, and looked at after.
    def about_to_go(sender: Any, instance: Any, **_: Any) -> None:
        instance.__dict__[uid] = pointing([instance.pk])

    def gone(sender: Any, instance: Any, **_: Any) -> None:
        refresh(kind, instance.__dict__.pop(uid, ()))

    post_save.connect(saved, sender=follows.model, weak=False, dispatch_uid=uid)
    pre_delete.connect(about_to_go, sender=follows.model, weak=False, dispatch_uid=uid)
    post_delete.connect(gone, sender=follows.model, weak=False, dispatch_uid=uid)
    listen(follows.model, follows.reads, changed)


def watch_agencies() -> None:
    """An agency that opens its portal brings everything public of it, one that closes it takes that away."""

    def saved(sender: Any, instance: Agency, raw: bool, created: bool, update_fields: Any, **_: Any) -> None:
        if not raw and not created and (update_fields is None or "has_portal" in update_fields):
            portals_changed([instance.pk])

    post_save.connect(saved, sender=Agency, weak=False, dispatch_uid="search-portals")
    listen(Agency, frozenset({"has_portal"}), portals_changed)


def portals_changed(keys: Iterable[int]) -> None:
    for agency in Agency.objects.filter(pk__in=list(keys)):
        if not agency.has_portal:
            take_out(agency)
        elif not SearchEntry.objects.filter(agency=agency).exists():
            with transaction.atomic():
                fill(agency)


@transaction.atomic
def take_out(agency: Agency) -> None:
    entries = SearchEntry.objects.filter(agency=agency).order_by()
    while batch := list(entries[:BATCH]):
        remove(batch)


# All of it


def fill(agency: Agency | None = None, told: Any = lambda kind, done: None) -> None:
    """Every object that is public or in the index, compared and written where they differ; bounded memory."""
    for kind in kinds().values():
        public, present = kind.rows(), SearchEntry.objects.filter(kind=kind.number)
        if agency is not None:
            public, present = public.filter(**{kind.agency: agency}), present.filter(agency=agency)
        done = 0
        for rows, key in ((present, "object_id"), (public, "pk")):
            for batch in _keys(rows, key):
                refresh(kind, batch)
                done += len(batch)
                told(kind, done)


def _keys(rows: Any, name: str) -> Iterable[list[int]]:
    """A batch at a time, each asked for by itself, so that nothing is held open while it is worked on."""
    last = -1
    while batch := list(rows.filter(**{f"{name}__gt": last}).order_by(name).values_list(name, flat=True)[:BATCH]):
        yield batch
        last = batch[-1]


def number_of_entries(agency: Agency | None) -> int:
    return (SearchEntry.objects.filter(agency=agency) if agency else SearchEntry.objects.all()).count()


@transaction.atomic
def empty() -> None:
    """Nothing is found any more, until ``fill``."""
    engine().clear()
    entries = SearchEntry.objects.all()
    entries._raw_delete(entries.db)


def fill_if_empty(**_: Any) -> None:
    """After ``migrate``: an installation that has records and no index gets one; emptied tables empty it too."""
    if SearchEntry.objects.exists():
        return
    engine().clear()
    fill()
