"""What lies in a slot and of which inputs it was made: a small SQLite file beside the slot.

``whole`` is taken back before anything in the slot is touched and given when all of it stands on the disk: whatever
kills the work in between, the next run knows.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    path TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, content TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Entry:
    fingerprint: str  # of what it was made
    content: str  # of what it is


# What a run relies on after a power failure, it waits for; a test that only kills processes need not.
SYNCHRONOUS = "FULL"


class Manifest:
    """Raises ``sqlite3.Error`` where the file cannot be written or is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = sqlite3.connect(path, isolation_level=None)
        self.rows.execute(f"PRAGMA synchronous={SYNCHRONOUS}")
        self.rows.executescript(SCHEMA)

    def close(self) -> None:
        self.rows.close()

    def fact(self, name: str) -> str:
        found = self.rows.execute("SELECT value FROM facts WHERE name = ?", [name]).fetchone()
        return found[0] if found else ""

    def _state(self, **facts: str) -> None:
        self.rows.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())

    @property
    def whole(self) -> bool:
        return self.fact("whole") == "yes"

    def begin(self) -> None:
        """From now on what lies in the slot is not known."""
        if self.whole:
            self._state(whole="no")

    def entries(self) -> dict[str, Entry]:
        return {path: Entry(*rest) for path, *rest in self.rows.execute("SELECT * FROM files")}

    def forget(self) -> None:
        """The slot is empty."""
        self.rows.execute("DELETE FROM files")

    def finish(self, written: dict[str, Entry], removed: Iterable[str], *, scope: str) -> None:
        """What is written here lies on the disk; the slot is whole."""
        with self._transaction():
            self.rows.executemany("DELETE FROM files WHERE path = ?", ([path] for path in removed))
            self.rows.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?)",
                ((path, entry.fingerprint, entry.content) for path, entry in written.items()),
            )
            self._state(whole="yes", scope=scope)

    def differences(self, other: "Manifest") -> tuple[list[str], list[str]]:
        """Files of ``other`` that are new or different here, and those that it no longer has."""
        with self._beside(other):
            different = """
                SELECT theirs.path FROM other.files AS theirs LEFT JOIN main.files AS ours ON ours.path = theirs.path
                WHERE ours.path IS NULL OR ours.content <> theirs.content"""
            gone = """
                SELECT ours.path FROM main.files AS ours LEFT JOIN other.files AS theirs ON ours.path = theirs.path
                WHERE theirs.path IS NULL"""
            return tuple([path for (path,) in self.rows.execute(sql)] for sql in (different, gone))  # type: ignore[return-value]

    def follow(self, other: "Manifest") -> None:
        """The slot is the same as that of ``other``."""
        with self._beside(other), self._transaction():
            self.rows.execute("DELETE FROM main.files WHERE path NOT IN (SELECT path FROM other.files)")
            self.rows.execute("""
                INSERT OR REPLACE INTO main.files SELECT * FROM other.files EXCEPT SELECT * FROM main.files""")
            self._state(whole="yes", scope=other.fact("scope"))

    def _transaction(self) -> "_Transaction":
        return _Transaction(self.rows)

    def _beside(self, other: "Manifest") -> closing["_Attached"]:
        return closing(_Attached(self.rows, other.path))


class _Transaction:
    def __init__(self, rows: sqlite3.Connection) -> None:
        self.rows = rows

    def __enter__(self) -> None:
        self.rows.execute("BEGIN IMMEDIATE")

    def __exit__(self, fault: object, *_: object) -> None:
        self.rows.execute("COMMIT" if fault is None else "ROLLBACK")


class _Attached:
    def __init__(self, rows: sqlite3.Connection, path: Path) -> None:
        self.rows = rows
        self.rows.execute("ATTACH DATABASE ? AS other", [str(path)])

    def close(self) -> None:
        self.rows.execute("DETACH DATABASE other")
