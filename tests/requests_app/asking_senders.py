"""Presses 提交申请 from many threads at once, with one visitor's session; a program of ``test_asking_at_once``.

Arguments: the agency's code, the visitor's session and draft keys, what they checked, how many press, and ``tokenless``
to give every press a token of its own and leave the draft standing. Says ``ready``, starts at a line on standard input,
and prints as JSON what each thread was told: number and code, or the status it met.
"""

import json
import os
import sys
import threading

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def press(agency, session, key, seen):
    from django.conf import settings
    from django.test import Client

    from disclosures.models import Agency
    from requests_app import online

    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    answer = client.post(f"/{agency}/requests/new/check/", {"seen": seen})
    if answer.status_code != 302 or not answer.url.endswith("/done/"):
        return str(answer.status_code)
    sent = online.sent_with(Agency.objects.get(code=agency), key)
    return f"{sent.request.number} {sent.code}" if sent else "nothing"


def without_token():
    from disclosures.keyed_hash import new_token
    from requests_app import online
    from requests_app.models import AskDraft

    online.submission_of = lambda key: new_token()
    AskDraft.delete = lambda self: None
    online.quotas.take = lambda *_, **__: True


def main(agency, session, key, seen, pressing, *how):
    if "tokenless" in how:
        without_token()
    together, met = threading.Barrier(int(pressing) + 1), []

    def run():
        try:
            connection.ensure_connection()
            together.wait()
            met.append(press(agency, session, key, seen))
        except Exception as error:
            met.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(int(pressing))]
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
