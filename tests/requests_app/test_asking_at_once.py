"""提交申请 pressed twenty times at once: one case, and everybody is told the same number and code."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from disclosures.models import Agency
from tests.factories.asking import fill_in, seen
from tests.factories.disclosures import AgencyFactory
from tests.requests_app.test_numbering import numbers_stored

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, PRESSES_IN_EACH = 4, 5


@pytest.fixture
def visitor(transactional_db):
    """A visitor who has checked everything: agency, session, draft key, and what the page would send."""
    client, agency = Client(), AgencyFactory(code="asked")
    fill_in(client, agency)
    checked = seen(client, agency)
    return "asked", client.cookies[settings.SESSION_COOKIE_NAME].value, client.session["ask"]["asked"], checked


def told(visitor, shared_database, *how):
    """What the pressers were told, each with how often; all press together."""
    address, _ = shared_database
    pressers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.requests_app.asking_senders", *visitor, str(PRESSES_IN_EACH), *how],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    try:
        for presser in pressers:
            assert presser.stdout.readline() == "ready\n"
        for presser in pressers:
            presser.stdin.write("go\n")
            presser.stdin.flush()
        met = Counter()
        for presser in pressers:
            said, _ = presser.communicate(timeout=60)
            met.update(json.loads(said))
    finally:
        for presser in pressers:
            presser.kill()
            presser.communicate()
    return met


def stored(shared_database):
    return numbers_stored((shared_database[0], Agency.objects.get(code="asked").pk))


def test_twenty_presses_make_one_case_and_tell_the_same(visitor, shared_database):
    met = told(visitor, shared_database)

    (answer,) = met
    assert met[answer] == PROCESSES * PRESSES_IN_EACH
    assert stored(shared_database) == [answer.split()[0]]


def test_presses_without_the_drafts_token_make_several(visitor, shared_database):
    """The twin."""
    told(visitor, shared_database, "tokenless")

    assert len(stored(shared_database)) > 1
