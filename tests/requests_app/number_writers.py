"""Registers requests from many threads at once, each with a connection of its own; a program of ``test_numbering``.

Arguments: the agency, how many requests to store, how many to give up after their number is taken, and ``unguarded``
to take numbers by reading first and writing later. Says ``ready``, starts at a line on standard input, and prints as
JSON what each thread met: a number, ``given up``, or the error it died of.
"""

import json
import os
import sys
import threading
import time
from datetime import date

import django
from django.db import connection, transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class GivenUp(Exception):
    pass


def read_then_write(agency, family, year, how_many=1):
    """``counters.take`` as one would write it without thinking of others."""
    from disclosures.models import Counter

    counter, _ = Counter.objects.get_or_create(agency=agency, family=family, year=year)
    last = counter.last
    time.sleep(0.01)
    Counter.objects.filter(pk=counter.pk).update(last=last + how_many)
    return range(last + 1, last + how_many + 1)


def register(agency, give_up):
    from requests_app import actions
    from requests_app.enums import ApplicantKind
    from requests_app.models import DisclosureRequest

    request = DisclosureRequest(
        agency=agency,
        applicant_kind=ApplicantKind.OTHER,
        applicant_name="示例",
        description="示例",
        received_on=date(2022, 3, 1),
    )
    with transaction.atomic():
        number = actions.register(request=request, by=None).number
        if give_up:
            raise GivenUp
    return number


def main(agency_pk, stored, given_up, *how):
    from disclosures import counters
    from disclosures.models import Agency

    if "unguarded" in how:
        counters.take = read_then_write
        # SQLite's lock is the one its transactions begin with.
        connection.settings_dict["OPTIONS"].pop("transaction_mode", None)
    agency = Agency.objects.get(pk=agency_pk)
    writers = int(stored) + int(given_up)
    together, met = threading.Barrier(writers + 1), []

    def write(place):
        try:
            connection.ensure_connection()
            together.wait()
            # Those who give up are spread among the others.
            met.append(register(agency, give_up=place * int(given_up) % writers < int(given_up)))
        except GivenUp:
            met.append("given up")
        except Exception as error:
            met.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[place]) for place in range(writers)]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    together.wait()
    for thread in threads:
        thread.join()
    print(json.dumps(met))


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
