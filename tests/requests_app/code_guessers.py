"""Guesses a 查询码 from many threads at once, each with a connection of its own; a program of ``test_status_guessing``.

Arguments: how many threads, how many guesses each, the number of the case, its agency, and ``unguarded`` to count uses
by reading first and writing later. Prints as JSON how often each status was met, and how many guesses were judged.
"""

import json
import os
import sys
import threading
import time
from collections import Counter

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def read_then_write(family, who, *, most, within, now=None):
    """``quotas.take`` as one would write it without thinking of others."""
    from django.utils import timezone

    from disclosures.models import Quota
    from disclosures.quotas import _window

    quota, _ = Quota.objects.get_or_create(**_window(family, who, within, now or timezone.now()))
    used = quota.used + 1
    time.sleep(0.02)
    Quota.objects.filter(pk=quota.pk).update(used=used)
    return used <= most


def main(threads, guesses, number, agency, *how):
    from django.test import Client

    from disclosures import code_entry, quotas

    if "unguarded" in how:
        quotas.take = read_then_write
        connection.settings_dict["OPTIONS"].pop("transaction_mode", None)
    met, judged = Counter(), []
    same = code_entry.same
    code_entry.same = lambda *both: judged.append(1) or same(*both)
    together = threading.Barrier(int(threads))

    def guess(place):
        try:
            client = Client(SERVER_NAME="localhost")
            together.wait()
            for serial in range(int(guesses)):
                answer = client.post(
                    f"/{agency}/requests/status/", {"number": number, "code": f"GUESS-{place}-{serial}"}
                )
                met[answer.status_code] += 1
        except Exception as error:
            met[f"{type(error).__name__}: {error}"] += 1
        finally:
            connection.close()

    workers = [threading.Thread(target=guess, args=[place]) for place in range(int(threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(json.dumps([met, len(judged)]))


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
