"""A ledger's question, and how it is asked: all of them in one statement, grouped or row by row.

A tally names a handful of keys of its rows, all as text, and the codes that a row with such keys counts towards. So
the figures (grouped) and the records behind them (row by row) cannot part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Case, CharField, Count, DecimalField, F, Func, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from disclosures.models import Agency
from disclosures.terms import due_of
from disclosures.working_days import Calendar, CalendarNotCovered
from disclosures.years import year_of

WIDTH = 6  # keys of the widest tally
Keys = tuple[Any, ...]  # texts, or None where a field is empty
Codes = Callable[["Scope", Keys], Iterable[tuple[int, str]]]


class YearOf(Func):
    """The year of a day as text, without a call into Python for every row as Django's own has on SQLite."""

    arity, output_field = 1, CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 4)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="EXTRACT(YEAR FROM %(expressions)s)::varchar", **context)


class MonthOf(Func):
    """Year and month of a day as text: 2022-03."""

    arity, output_field = 1, CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="substr(%(expressions)s, 1, 7)", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM')", **context)


class AsText(Func):
    """A day or a number as text. SQLite keeps days as text: left as they are, they group in the order of an index."""

    arity, output_field = 1, CharField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="%(expressions)s", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)::varchar", **context)


@dataclass(frozen=True)
class Scope:
    """Whose records, of which years, and by which calendar and terms they are judged."""

    agency: Agency
    years: tuple[int, ...]  # every year from the first to the last
    calendar: Calendar
    terms: Mapping[str, int]  # duty → working days

    @property
    def first(self) -> date:
        return year_of(self.years[0])[0]

    @property
    def last(self) -> date:
        return year_of(self.years[-1])[1]

    def year_of(self, day: str) -> Any:
        """The year of a day that is not after the years; the year before the first for all that is earlier.

        By comparison with the ends of the years: cheaper than taking every day apart.
        """
        before = When(**{f"{day}__lt": self.first}, then=Value(str(self.years[0] - 1)))
        within = [When(**{f"{day}__lte": year_of(year)[1]}, then=Value(str(year))) for year in self.years[:-1]]
        return Case(before, *within, default=Value(str(self.years[-1])), output_field=CharField())

    def year_within(self, day: str) -> Any:
        """The year of a day that lies within the years; nothing to compute where they are one."""
        return self.year_of(day) if len(self.years) > 1 else Value(str(self.years[0]), output_field=CharField())


@dataclass(frozen=True)
class Tally:
    """``weight``: the column that a row weighs, for the codes that do not simply count it."""

    name: str
    records: QuerySet[Any]
    keys: tuple[Any, ...]
    codes: Codes | None
    weight: str = ""

    def _keyed(self) -> tuple[QuerySet[Any], list[str]]:
        padded = [F(key) if isinstance(key, str) else key for key in self.keys]
        padded += [_nothing()] * (WIDTH - len(padded))
        keys = {f"tally_{place}": key for place, key in enumerate(padded)}
        named = {"tally_name": Value(self.name, output_field=CharField()), **keys}
        return self.records.order_by().annotate(**named), list(named)

    def _sum(self, of: Any) -> Any:
        return AsText(Coalesce(of, Value(0), output_field=DecimalField())) if self.weight else Value("0")

    def grouped(self) -> QuerySet[Any]:
        rows, keys = self._keyed()
        counted = {"tally_number": Count("*"), "tally_amount": self._sum(Sum(self.weight or "pk"))}
        return rows.values(*keys).annotate(**counted).values_list(*keys, *counted)

    def one_by_one(self) -> QuerySet[Any]:
        rows, keys = self._keyed()
        counted = {"tally_number": F("pk"), "tally_amount": self._sum(F(self.weight or "pk"))}
        return rows.annotate(**counted).values_list(*keys, *counted)


class Row(NamedTuple):
    """``number``: how many, or the key of the record where asked one by one."""

    tally: str
    keys: Keys
    number: int
    weighs: Any

    @property
    def amount(self) -> Decimal:
        """The sum of what they weigh. SQLite adds up in binary fractions: good to the fen for sums of 15 digits."""
        return Decimal(str(self.weighs))


def grouped(tallies: Iterable[Tally]) -> dict[str, list[Row]]:
    """The answers to each tally by its name; one query."""
    tallies = list(tallies)
    found: dict[str, list[Row]] = {tally.name: [] for tally in tallies}
    sql, params = _all_of([tally.grouped() for tally in tallies]).query.sql_with_params()
    # Texts and numbers need no conversion, and there may be tens of thousands of pairs of days.
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        for row in cursor:
            found[row[0]].append(Row(row[0], row[1:-2], row[-2], row[-1]))
    return found


def one_by_one(tallies: Iterable[Tally]) -> Iterator[Row]:
    """Every record of all tallies, streamed; one query."""
    for row in _all_of([tally.one_by_one() for tally in tallies]).iterator(chunk_size=5000):
        yield Row(row[0], row[1:-2], row[-2], row[-1])


def _all_of(questions: list[QuerySet[Any]]) -> QuerySet[Any]:
    first, *others = questions
    return first.union(*others, all=True)


def _nothing() -> Value:
    return Value("", output_field=CharField())


def judged(start: str | None, done: str, days: int, calendar: Calendar) -> str:
    """Was it done within ``days`` working days after ``start``? ``undated`` where no day or no calendar tells."""
    if not start:
        return "undated"
    try:
        due = due_of(date.fromisoformat(start), days, calendar=calendar)
    except CalendarNotCovered:
        return "undated"
    return "late" if done > due.isoformat() else "in_time"
