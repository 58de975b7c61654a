"""Gapless numbers: the counter's row is locked by the transaction that uses the number."""

from django.db import connection
from django.db.models import F

from disclosures.models import Agency, Counter


def take(agency: Agency, family: str, year: int, how_many: int = 1) -> range:
    """The next ``how_many`` numbers, from 1 in each year.

    Must run inside the transaction that stores them: a rollback gives the numbers back, and another writer waits
    until it is known. Raises ``RuntimeError`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Numbers are taken inside the transaction that uses them.")
    counter, _ = Counter.objects.get_or_create(agency=agency, family=family, year=year)
    Counter.objects.filter(pk=counter.pk).update(last=F("last") + how_many)
    counter.refresh_from_db(fields=["last"])
    return range(counter.last - how_many + 1, counter.last + 1)


def seen(agency: Agency, family: str, year: int, number: int) -> None:
    """A number given elsewhere (a pasted ledger) is not given again."""
    Counter.objects.get_or_create(agency=agency, family=family, year=year)
    Counter.objects.filter(agency=agency, family=family, year=year, last__lt=number).update(last=number)
