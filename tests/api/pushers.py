"""Threads that push the same item at the same time, in a process of its own: ``TOKEN COUNT [unguarded]``.

``unguarded``: without the lock, and on SQLite with transactions that read before they ask to write. Prints what each
was told, a result or the name of the fault.
"""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier, BrokenBarrierError

import django


def main(token_key, count, unguarded):
    django.setup()
    from django.conf import settings
    from django.db import connection, connections

    from disclosures import intake
    from disclosures.models import ApiToken

    together, looked = Barrier(count), Barrier(count)
    if unguarded:
        connections["default"].settings_dict["OPTIONS"].pop("transaction_mode", None)
        settings.DATABASES["default"].get("OPTIONS", {}).pop("transaction_mode", None)
        intake.lock = lambda agency: None
        existing = intake._existing

        def looked_at_together(agency, content):
            found = existing(agency, content)
            with suppress(BrokenBarrierError):
                looked.wait(5)
            return found

        intake._existing = looked_at_together
    content = intake.Content(
        external_id="cms-1",
        title="示例通知",
        column="通知公告",
        channel="政府网站",
        published_on=date(2026, 3, 2),
        body="<p>正文</p>",
    )

    def push(_):
        token = ApiToken.objects.select_related("agency", "owner").get(pk=token_key)
        together.wait(20)
        try:
            return str(intake.push(token=token, content=content, today=date(2026, 3, 5)).result)
        except Exception as fault:
            return type(fault).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        print(json.dumps(Counter(pool.map(push, range(count)))))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), "unguarded" in sys.argv[3:])
