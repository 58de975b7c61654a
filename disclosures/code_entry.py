"""A number and its 查询码 as the public enter them: one answer to every wrong pair, and so many tries and no more."""

import unicodedata
from datetime import timedelta

from django.db.models import QuerySet

from disclosures import quotas
from disclosures.keyed_hash import as_entered, keyed_hash, same
from disclosures.models import Agency

MOST, WITHIN = 10, timedelta(minutes=15)  # wrong pairs from one address, and for one number
NOBODY = "0" * 64  # compared with where there is no such number, or it has no code: the work is the same
DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹣－ー"), "-")


class TooManyTries(Exception):
    """Not even the right code opens anything before the window has passed."""


def digest_of(family: str, code: str) -> str:
    """What is kept of a 查询码 (``keyed_hash.code_of``): enough to know it again, not to tell it."""
    return keyed_hash(f"{family}.code", as_entered(code))


def number_as_entered(number: str) -> str:
    """登记编号 as somebody pastes it: blanks, full width, case and the kind of dash do not matter."""
    return "".join(unicodedata.normalize("NFKC", number).translate(DASHES).split()).upper()


def opened(rows: QuerySet, *, family: str, agency: Agency, number: str, code: str, address: str) -> int | None:
    """The key of the row of ``agency`` that number and code open; None for every wrong pair, whatever is wrong.

    ``rows`` have ``agency``, ``number`` and ``code_digest``. A try is counted before it is judged, so that a hundred at
    once are judged no more often than one after another; a right one is given back. Raises ``TooManyTries``.
    """
    number = number_as_entered(number)
    counted = ((f"{family} from", address), (f"{family} for", f"{agency.pk} {number}"))
    within = [quotas.take(*each, most=MOST, within=WITHIN) for each in counted]
    if not all(within):
        raise TooManyTries
    row = rows.filter(agency=agency, number=number).order_by().values_list("pk", "code_digest").first()
    key, kept = row or (None, NOBODY)
    if not same(digest_of(family, code), kept or NOBODY):
        return None
    for each in counted:
        quotas.give_back(*each, within=WITHIN)
    return key
