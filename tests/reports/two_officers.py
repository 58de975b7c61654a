"""Two officers accept one delivery at the same moment, each with a connection; a program of ``test_rollup``.

Arguments: the delivery, the two officers, and ``unguarded`` to look at the row first and write later. Prints as JSON
what each met: ``done``, ``refused``, or the error it died of.
"""

import json
import os
import sys
import threading
import time

import django
from django.core.exceptions import ValidationError
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def main(delivery, first, second, *how):
    from django.contrib.auth import get_user_model

    from reports.models import Delivery
    from reports.rollup import deliveries

    if "unguarded" in how:
        # SQLite's lock is the one its transactions begin with.
        connection.settings_dict["OPTIONS"].pop("transaction_mode", None)

        def look(delivery):
            found = deliveries._rows().get(pk=delivery.pk)
            time.sleep(0.3)
            return found

        deliveries._locked = look
        deliveries._one_at_a_time = lambda sender: None
    found = Delivery.objects.get(pk=delivery)
    people = [get_user_model().objects.get(pk=pk) for pk in (first, second)]
    together, met = threading.Barrier(2), []

    def press(by):
        try:
            connection.ensure_connection()
            together.wait()
            deliveries.accept(delivery=found, by=by)
            met.append("done")
        except ValidationError:
            met.append("refused")
        except Exception as error:
            met.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[by]) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(sorted(met)))


if __name__ == "__main__":
    django.setup()
    main(*sys.argv[1:])
