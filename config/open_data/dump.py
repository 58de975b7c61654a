"""Writes all kinds as JSON Lines and CSV, with the dictionary and a manifest; shown only once it is whole.

The folder that is shown is a link, put in place by one renaming: a reader sees the files of one run, never of two.
The run before is kept, for whoever is still reading it.
"""

import csv
import fcntl
import hashlib
import io
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from config.open_data.dictionary import as_json, as_markdown
from config.open_data.kinds import Kind, kinds
from disclosures.ledger.delimited import escaped

MANIFEST = "manifest.json"
BOM = "\ufeff"


class Unusable(Exception):
    """Why nothing could be written, in Chinese."""


class Counted:
    """A file that knows its size and digest; on the disk when it is closed."""

    def __init__(self, path: Path) -> None:
        self.path, self.size, self.digest = path, 0, hashlib.sha256()
        self.file = path.open("xb")

    def write(self, text: str) -> None:
        data = text.encode()
        self.file.write(data)
        self.digest.update(data)
        self.size += len(data)

    def __enter__(self) -> "Counted":
        return self

    def __exit__(self, *_: Any) -> None:
        self.file.flush()
        os.fsync(self.file.fileno())
        self.file.close()

    def told(self) -> dict[str, Any]:
        return {"name": self.path.name, "bytes": self.size, "sha256": self.digest.hexdigest()}


def export(out: Path, *, now: datetime) -> dict[str, Any]:
    """Writes everything and shows it at ``out``. Returns the manifest.

    Raises ``Unusable`` where another run is writing, or where ``out`` is something else than what this has made.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    with _alone(out):
        if out.exists() and not out.is_symlink():
            raise Unusable(f"{out} 已经有别的文件或者文件夹，请换一个位置")
        _clear(out, keep={_shown(out)})
        made = out.with_name(f".{out.name}-{now:%Y%m%d%H%M%S}-{uuid.uuid4().hex[:8]}")
        made.mkdir()
        try:
            manifest = _write(made, now)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
        before = _shown(out)
        _show(out, made)
        _clear(out, keep={made, before})
    return manifest


def _write(folder: Path, now: datetime) -> dict[str, Any]:
    written = [_write_kind(folder, kind) for kind in kinds()]
    told = []
    for name, text in (("dictionary.json", as_json()), ("dictionary.md", as_markdown())):
        with Counted(folder / name) as file:
            file.write(text)
        told.append(file.told())
    manifest = {
        "made_at": now.isoformat(timespec="seconds"),
        "site": settings.SITE_URL,
        "kinds": written,
        "dictionary": told,
    }
    with Counted(folder / MANIFEST) as file:
        file.write(json.dumps(manifest, ensure_ascii=False, indent=2))
    _sync(folder)
    return manifest


def _write_kind(folder: Path, kind: Kind) -> dict[str, Any]:
    columns, count = kind.columns(), 0
    with Counted(folder / f"{kind.name}.jsonl") as lines, Counted(folder / f"{kind.name}.csv") as table:
        table.write(BOM + _rows([[column.label for column in columns]]))
        for batch in kind.records():
            lines.write("".join(f"{json.dumps(record, ensure_ascii=False)}\n" for record in batch))
            table.write(_rows([_cell(column.cell(record[column.name])) for column in columns] for record in batch))
            count += len(batch)
    return {"name": kind.name, "title": kind.title, "records": count, "files": [lines.told(), table.told()]}


def _rows(rows: Any) -> str:
    page = io.StringIO(newline="")
    csv.writer(page).writerows(rows)
    return page.getvalue()


def _cell(value: Any) -> Any:
    return escaped(value) if isinstance(value, str) else value


@contextmanager
def _alone(out: Path) -> Iterator[None]:
    with out.with_name(f".{out.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable("另一次导出正在进行，请等它结束") from None
        yield


def _shown(out: Path) -> Path | None:
    return out.with_name(os.readlink(out)) if out.is_symlink() else None


def _show(out: Path, made: Path) -> None:
    link = out.with_name(f"{made.name}.link")
    link.symlink_to(made.name, target_is_directory=True)
    os.replace(link, out)
    _sync(out.parent)


def _clear(out: Path, keep: set[Path | None]) -> None:
    """What earlier runs have left, killed ones too."""
    for path in out.parent.glob(f".{out.name}-*"):
        if path.is_symlink():
            path.unlink()
        elif path not in keep:
            shutil.rmtree(path)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
