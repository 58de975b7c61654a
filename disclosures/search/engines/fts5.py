"""SQLite: an FTS5 table without a copy of the text. Its rowid is the entry's key, so newest first is its own order.

``ascii`` takes every sign beyond ASCII as part of a token: no table of an older Unicode has a say in what is a letter.
"""

from typing import Any

from django.db import connection

from disclosures.search.engines import Row, Wanted

TABLE = "disclosures_searchindex"


def create(execute: Any) -> None:
    execute(f"CREATE VIRTUAL TABLE {TABLE} USING fts5(tokens, content='', columnsize=0, tokenize='ascii')")


def drop(execute: Any) -> None:
    execute(f"DROP TABLE {TABLE}")


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE}({TABLE}) VALUES ('delete-all')")


def insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE}(rowid, tokens) VALUES (%s, %s)", [(row[0], _text(row)) for row in rows]
        )


def delete(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE}({TABLE}, rowid, tokens) VALUES ('delete', %s, %s)",
            [(row[0], _text(row)) for row in rows],
        )


def find(wanted: Wanted, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s AND rowid BETWEEN %s AND %s "
            "ORDER BY rowid DESC LIMIT %s",
            (expression(wanted), *wanted.keys, most),
        )
        return [key for (key,) in cursor.fetchall()]


def _text(row: Row) -> str:
    return " ".join([*row[1], *sorted(row[2])])


def expression(wanted: Wanted) -> str:
    """Tokens hold letters and digits only, so that between quotation marks nothing of them is syntax."""
    ways = [" AND ".join(_quoted(" ".join(phrase)) for phrase in way) for way in wanted.ways]
    groups = [" OR ".join(f"({way})" for way in ways)]
    groups += [" OR ".join(map(_quoted, group)) for group in wanted.facets]
    return " AND ".join(f"({group})" for group in groups)


def _quoted(text: str) -> str:
    return f'"{text}"'
