"""PostgreSQL: prepared tokens in a tsvector under a GIN index, beside the entries and with their key.

An index of this kind knows no order: asked for the newest thousand of a word, it fetches everything that has the word.
So each row also has tokens of the spans of days that it lies in, and a word is asked for span by span from the newest
back, short spans first, until there is enough: a common word ends in the first ones, and of a rare one there is little
to fetch anywhere. The same once more for the spans of each agency, so that the few rows of a small one are looked at
once and not with every span.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection

from disclosures.models.search import KIND_BITS, OBJECT_BITS
from disclosures.search.engines import Row, Wanted
from disclosures.search.units import FACET

TABLE = "disclosures_searchindex"
LAST_PLACE = 16_383
# New rows wait in a short list, for the index takes a hundred of them at the price of ten; each search reads the list.
CREATE_INDEX = (
    f"CREATE INDEX disclosures_searchindex_tokens ON {TABLE} USING gin (tokens) WITH (gin_pending_list_limit = 256)"
)

DAY = KIND_BITS + OBJECT_BITS  # bits of a key behind its day
# Spans of 8, 64, 512 and 4096 days; after a few of one length the next longer, where it begins with the day before.
LEVELS, STEP, FEW = 4, 3, 4
AGENCY = f"{FACET}a"


def spans(key: int, scope: str = FACET) -> Iterator[str]:
    """The tokens of the spans in which the day of a key lies; ``scope``: of everything, or the facet of an agency."""
    for level in range(LEVELS):
        yield f"{scope}s{level}n{key >> DAY + STEP * (level + 1)}"


def create(execute: Any) -> None:
    execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)")
    execute(CREATE_INDEX)
    # No plan depends on how often a word stands, and counting that would read every row.
    execute(f"ALTER TABLE {TABLE} ALTER COLUMN tokens SET STATISTICS 0")


def drop(execute: Any) -> None:
    execute(f"DROP TABLE {TABLE}")


def clear() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE}")


def insert(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {TABLE}(id, tokens) VALUES (%s, %s::tsvector)", [(row[0], _vector(row)) for row in rows]
        )


def delete(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE id = ANY(%s)", ([row[0] for row in rows],))


# ``span``: from key to key, both included, the newest first; each begins with the newest row below the one before, so
# that years of nothing are one step. It is read no further than ``hit`` needs. ``id + 0``: the order of the keys is
# not to be walked, nor a range of them, for both would be read whole.
_BITS = f"({DAY + STEP} + {STEP} * level)"
_FIND = f"""
WITH RECURSIVE span(level, walked, first, last) AS (
    SELECT 0, 1, newest.id >> {DAY + STEP} << {DAY + STEP}, newest.id
    FROM (SELECT max(id) AS id FROM {TABLE} WHERE id BETWEEN %(first)s AND %(last)s) newest WHERE newest.id IS NOT NULL
    UNION ALL
    SELECT next.level, CASE WHEN next.level = span.level THEN span.walked + 1 ELSE 1 END,
        next.id >> next.bits << next.bits, next.id
    FROM span, LATERAL (
        SELECT id FROM {TABLE} WHERE id >= %(first)s AND id < span.first ORDER BY id DESC LIMIT 1
    ) newest, LATERAL (
        SELECT newest.id, level, {_BITS} AS bits FROM (VALUES (span.level), (span.level + 1)) levels(level)
        WHERE level = span.level OR level < {LEVELS} AND span.walked >= {FEW}
            AND (newest.id >> {_BITS}) + 1 << {_BITS} <= span.first
        ORDER BY level DESC LIMIT 1
    ) next
)
SELECT hit.id FROM span, LATERAL (
    SELECT id FROM {TABLE}
    WHERE tokens @@ (
        %(query)s::tsquery && ('''' || %(scope)s || 's' || level || 'n' || (span.first >> {_BITS}) || '''')::tsquery
    ) AND id + 0 BETWEEN greatest(span.first, %(first)s) AND span.last
    ORDER BY id + 0 DESC LIMIT %(most)s
) hit LIMIT %(most)s
"""


def find(wanted: Wanted, most: int) -> list[int]:
    first, last = wanted.keys
    scope, wanted = _scope(wanted)
    given: dict[str, str | int] = {"query": expression(wanted), "scope": scope}
    given |= {"first": first, "last": last, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, given)
        return [key for (key,) in cursor.fetchall()]


def _scope(wanted: Wanted) -> tuple[str, Wanted]:
    """The one agency that is asked, whose spans stand for it; else everything."""
    for group in wanted.facets:
        if len(group) == 1 and group[0].startswith(AGENCY):
            return group[0], replace(wanted, facets=tuple(each for each in wanted.facets if each != group))
    return FACET, wanted


def _vector(row: Row) -> str:
    placed = [f"'{token}':{min(place, LAST_PLACE)}" for place, token in enumerate(row[1], start=1)]
    scopes = [FACET, *(token for token in row[2] if token.startswith(AGENCY))]
    unplaced = {*row[2], *(token for scope in scopes for token in spans(row[0], scope))}
    return " ".join(placed + [f"'{token}'" for token in sorted(unplaced)])


def expression(wanted: Wanted) -> str:
    """Tokens hold letters and digits only, so that between apostrophes nothing of them is syntax."""
    ways = [" & ".join(_side_by_side(phrase) for phrase in way) for way in wanted.ways]
    groups = [" | ".join(f"({way})" for way in ways)]
    groups += [" | ".join(map(_quoted, group)) for group in wanted.facets]
    return " & ".join(f"({group})" for group in groups)


def _side_by_side(phrase: tuple[str, ...]) -> str:
    return f"({' <-> '.join(map(_quoted, phrase))})"


def _quoted(token: str) -> str:
    return f"'{token}'"
