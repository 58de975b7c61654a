"""A ledger's question, and how it is asked: all of them in one statement, grouped or row by row.

A tally names a handful of keys of its rows, all as text, and the codes that a row with such keys counts towards. So
the figures (grouped) and the records behind them (row by row) cannot part.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Count, DecimalField, F, Func, QuerySet, Sum, Value
from django.db.models.functions import Cast, Coalesce

from disclosures.models import Agency
from disclosures.terms import due_of
from disclosures.working_days import Calendar, CalendarNotCovered
from disclosures.years import year_of

WIDTH = 6  # keys of the widest tally
Keys = tuple[str | None, ...]
Codes = Callable[["Scope", Keys], Iterable[tuple[int, str]]]
MONEY = DecimalField(max_digits=18, decimal_places=2)


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


def as_text(field: str) -> Cast:
    return Cast(field, CharField())


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

    def has(self, year: str | None) -> bool:
        return bool(year) and int(str(year)) in self.years


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

    def _weighed(self) -> Any:
        return Coalesce(F(self.weight), Value(Decimal(0)), output_field=MONEY) if self.weight else _zero()

    def grouped(self) -> QuerySet[Any]:
        rows, keys = self._keyed()
        amount = Sum(self.weight, output_field=MONEY) if self.weight else _zero()
        return rows.values(*keys).annotate(tally_number=Count("pk"), tally_amount=amount).values_list(*keys, *COUNTED)

    def one_by_one(self) -> QuerySet[Any]:
        rows, keys = self._keyed()
        return rows.annotate(tally_number=F("pk"), tally_amount=self._weighed()).values_list(*keys, *COUNTED)


COUNTED = ("tally_number", "tally_amount")


@dataclass(frozen=True)
class Row:
    """``number``: how many, or the key of the record where asked one by one."""

    tally: str
    keys: Keys
    number: int
    amount: Decimal


def grouped(tallies: Iterable[Tally]) -> list[Row]:
    """The answers of all tallies; one query."""
    return list(_rows([tally.grouped() for tally in tallies]))


def one_by_one(tallies: Iterable[Tally]) -> Iterator[Row]:
    """Every record of all tallies, streamed; one query."""
    return _rows([tally.one_by_one() for tally in tallies])


def _rows(questions: list[QuerySet[Any]]) -> Iterator[Row]:
    first, *others = questions
    for name, *keys, number, amount in first.union(*others, all=True).iterator(chunk_size=5000):
        yield Row(name, tuple(keys), number, amount or Decimal(0))


def _nothing() -> Value:
    return Value("", output_field=CharField())


def _zero() -> Value:
    return Value(Decimal(0), output_field=MONEY)


def judged(start: str | None, done: str, days: int, calendar: Calendar) -> str:
    """Was it done within ``days`` working days after ``start``? ``undated`` where no day or no calendar tells."""
    if not start:
        return "undated"
    try:
        due = due_of(date.fromisoformat(start), days, calendar=calendar)
    except CalendarNotCovered:
        return "undated"
    return "late" if done > due.isoformat() else "in_time"
