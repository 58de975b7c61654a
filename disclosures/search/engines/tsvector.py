"""PostgreSQL: prepared tokens in a tsvector under a GIN index, beside the entries and with their key.

The table holds nothing else, so that walking the newest keys reads little.
"""

from typing import Any

from django.db import connection

from disclosures.search.engines import Row, Wanted

TABLE = "disclosures_searchindex"
LAST_PLACE = 16_383
# New rows wait in a short list, for the index takes a hundred of them at the price of ten; each search reads the list.
CREATE_INDEX = (
    f"CREATE INDEX disclosures_searchindex_tokens ON {TABLE} USING gin (tokens) WITH (gin_pending_list_limit = 256)"
)
DROP_INDEX = "DROP INDEX disclosures_searchindex_tokens"


def create(execute: Any) -> None:
    execute(f"CREATE TABLE {TABLE} (id bigint PRIMARY KEY, tokens tsvector NOT NULL)")
    execute(CREATE_INDEX)
    # How often a word stands decides whether the newest rows are walked or the index is asked.
    execute(f"ALTER TABLE {TABLE} ALTER COLUMN tokens SET STATISTICS 1000")


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


# The planner takes the words of a phrase for independent and is wrong by a factor of a hundred, so it is not asked: the
# newest rows are looked through first, and how many of them fit decides. Of a common word the newest rows are walked
# on until there are enough; of a rare one the index tells all. Only one of the three parts is carried out
# (``ts_match_vq`` is ``@@`` as a function, for which no index is used).
PROBED, OFTEN = 3_000, 30  # one in a hundred: from there on walking a million rows costs less than the index
_FIND = f"""
WITH probe AS MATERIALIZED (
    SELECT id FROM (
        SELECT id, tokens FROM {TABLE} WHERE id BETWEEN %(first)s AND %(last)s ORDER BY id DESC LIMIT {PROBED}
    ) newest WHERE tokens @@ %(query)s::tsquery LIMIT %(most)s
), hits AS MATERIALIZED (SELECT count(*) AS number FROM probe)
SELECT id FROM probe WHERE (SELECT number FROM hits) = %(most)s
UNION ALL (
    SELECT id FROM {TABLE}
    WHERE (SELECT number FROM hits) >= {OFTEN} AND (SELECT number FROM hits) < %(most)s
    AND id BETWEEN %(first)s AND %(last)s AND ts_match_vq(tokens, %(query)s::tsquery)
    ORDER BY id DESC LIMIT %(most)s
) UNION ALL (
    SELECT id FROM {TABLE}
    WHERE (SELECT number FROM hits) < {OFTEN} AND (SELECT number FROM hits) < %(most)s
    AND id BETWEEN %(first)s AND %(last)s AND tokens @@ %(query)s::tsquery
    ORDER BY id + 0 DESC LIMIT %(most)s
)
"""


def find(wanted: Wanted, most: int) -> list[int]:
    first, last = wanted.keys
    given: dict[str, str | int] = {"query": expression(wanted), "first": first, "last": last, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, given)
        return sorted((key for (key,) in cursor.fetchall()), reverse=True)


def _vector(row: Row) -> str:
    placed = [f"'{token}':{min(place, LAST_PLACE)}" for place, token in enumerate(row[1], start=1)]
    return " ".join(placed + [f"'{token}'" for token in sorted(row[2])])


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
