"""One run: what has changed is rendered into the idle slot, what has vanished leaves it, and the link turns."""

import hashlib
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.db import connections

from disclosures import calendars
from disclosures.static_edition import slots as places
from disclosures.static_edition.links import Links
from disclosures.static_edition.manifest import Entry, Manifest
from disclosures.static_edition.rendering import render
from disclosures.static_edition.slots import Refused, Slot, Slots
from disclosures.static_edition.sources import ALWAYS, Content, Edition, NotPublished, Page, Source, registered

TOGETHER = 100  # pages rendered by one process at a time
WORTH_A_PROCESS = 300  # pages; fewer are quicker done at once


@dataclass
class Outcome:
    """Of a run: numbers of pages, ``failed`` with the reasons, and seconds."""

    written: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Work:
    """What a process needs to render; inherited by the processes that are forked."""

    edition: Edition
    links: Links
    slot: Slot
    known: dict[str, Entry]


def publish(out: Path, edition: Edition, *, scope: str = "", full: bool = False, jobs: int = 1) -> Outcome:
    """Brings the edition at ``out`` up to date. Raises ``Refused``, and ``OSError`` where the disk refuses.

    ``scope`` says which agencies it holds: one edition does not turn into another. ``full`` renders every page; those
    that come out the same stay the same files.
    """
    begun = time.perf_counter()
    out = Path(out).absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    with places.held(out):
        slots = Slots(out)
        with closing(slots.idle.open()) as manifest:
            outcome = _publish(slots, manifest, edition, scope=scope, full=full, jobs=jobs)
    outcome.seconds = time.perf_counter() - begun
    return outcome


def _publish(slots: Slots, manifest: Manifest, edition: Edition, *, scope: str, full: bool, jobs: int) -> Outcome:
    idle = slots.idle
    _catch_up(idle, manifest, slots.shown, scope)
    known = manifest.entries()
    by_path = {page.path: (source, page) for source in registered() for page in source.pages(edition)}
    stale = [each for path, each in by_path.items() if full or _is_stale(each[1], known.get(path))]
    gone = [path for path in known if path not in by_path]
    if slots.shown and not stale and not gone:
        return Outcome(unchanged=len(known))
    manifest.begin()
    links = Links({page.address: path for path, (_, page) in by_path.items()})
    outcome, made, changed = Outcome(), {}, []
    for path, entry, fault in _rendered(Work(edition, links, idle, known), stale, jobs):
        if entry is None:
            outcome.failed.append((path, fault))
            if path in known:
                gone.append(path)
        else:
            made[path] = entry
            if known.get(path) is None or known[path].content != entry.content:
                changed.append(path)
    for path in gone:
        idle.remove(path)
    idle.to_disk(changed)
    manifest.finish(made, gone, scope=scope)
    former = slots.shown
    if former is None or changed or gone:
        slots.turn(idle)
    outcome.written, outcome.removed = len(changed), len(gone)
    outcome.unchanged = len(by_path) - len(changed) - len(outcome.failed)
    if former is None:
        # Nobody reads the other slot yet, so it is filled now: the next run then does only what has changed.
        with closing(slots.idle.open()) as other:
            _catch_up(slots.idle, other, slots.shown, scope)
    return outcome


def _is_stale(page: Page, entry: Entry | None) -> bool:
    return entry is None or page.fingerprint == ALWAYS or entry.fingerprint != page.fingerprint


def _catch_up(slot: Slot, manifest: Manifest, shown: Slot | None, scope: str) -> None:
    """Makes ``slot`` the same as the one that is shown; what a killed run left in it goes."""
    if shown is None:
        manifest.begin()
        slot.empty()
        manifest.forget()
        return
    with closing(shown.open()) as leading:
        if leading.fact("scope") != scope:
            raise Refused("这个位置已有另一范围的静态版（整站或者别的机关），不能改变范围。请换一个输出位置")
        if not manifest.whole:
            slot.empty()
            manifest.forget()
        different, gone = manifest.differences(leading)
        if different or gone:
            manifest.begin()
        for path in gone:
            slot.remove(path)
        for path in different:
            slot.link(path, shown)
        manifest.follow(leading)


def _rendered(work: Work, stale: list[tuple[Source, Page]], jobs: int) -> Iterator[tuple[str, Entry | None, str]]:
    """(path, its entry or None, why not) of each page, written into the slot."""
    global _work
    _work = work
    batches = _batches(stale)
    if jobs == 1 or len(stale) < WORTH_A_PROCESS:
        for batch in batches:
            yield from _write(batch)
        return
    connections.close_all()  # a child must not speak on its parent's connection
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("fork")) as pool:
        for results in pool.map(_write_named, batches):
            yield from results


_work: Work


def _batches(stale: Iterable[tuple[Source, Page]]) -> Iterator[tuple[str, list[Page]]]:
    waiting: dict[str, list[Page]] = {}
    for source, page in stale:
        waiting.setdefault(source.name, []).append(page)
    for name, pages in waiting.items():
        rest = iter(pages)
        while some := list(islice(rest, TOGETHER)):
            yield name, some


def _write_named(batch: tuple[str, list[Page]]) -> list[tuple[str, Entry | None, str]]:
    return list(_write(batch))


def _write(batch: tuple[str, list[Page]]) -> Iterator[tuple[str, Entry | None, str]]:
    name, pages = batch
    source = next(each for each in registered() if each.name == name)
    with calendars.held():
        for page, content in render(source, _work.edition, pages):
            if isinstance(content, NotPublished):
                yield page.path, None, str(content)
            else:
                yield page.path, _kept(page, content), ""


def _kept(page: Page, content: Content) -> Entry:
    """Written, unless the same lies there already."""
    path, slot = page.path, _work.slot
    if isinstance(content, bytes) and path.endswith(".html") and not page.file:  # a download stays as it is
        content = _work.links.within(content.decode(), page.address).encode()
    size = page.fingerprint if isinstance(content, Path) else hashlib.blake2b(content, digest_size=12).hexdigest()
    entry, before = Entry(page.fingerprint, size), _work.known.get(path)
    if before is None or before.content != entry.content or not slot.holds(path):
        if isinstance(content, Path):
            slot.copy(path, content)
        else:
            slot.write(path, content)
    return entry
