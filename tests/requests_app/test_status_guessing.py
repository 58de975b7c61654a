"""Codes guessed by the hundred in parallel: no more of them are judged than one after another."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from disclosures.code_entry import MOST, WITHIN
from disclosures.models import Quota
from tests.factories.disclosures import AgencyFactory
from tests.factories.online import online_case

ROOT = Path(__file__).resolve().parents[2]
THREADS, GUESSES = 12, 10


@pytest.fixture
def case(transactional_db):
    return online_case(agency=AgencyFactory(code="bureau"), number="2026-0007")


def guessed(case, address, *how):
    """({status: how often}, how many were judged)."""
    arguments = [str(THREADS), str(GUESSES), case.number, case.agency.code, *how]
    done = subprocess.run(
        [sys.executable, "-m", "tests.requests_app.code_guessers", *arguments],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address, "DEBUG": "1"},  # no collected static files are asked for
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    met, judged = json.loads(done.stdout)
    return {int(status) if status.isdigit() else status: often for status, often in met.items()}, judged


def test_parallel_guesses_are_judged_no_more_often_than_the_quota_allows(case, shared_database):  # noqa: F811
    met, judged = guessed(case, shared_database[0])

    windows = 1 + (judged > MOST)  # where the minutes turned meanwhile
    assert sum(met.values()) == THREADS * GUESSES and set(met) <= {403, 429}
    assert met[403] == judged <= windows * MOST and WITHIN.total_seconds() == 900
    assert not Quota.objects.filter(used__gt=THREADS * GUESSES).exists()


def test_counting_by_reading_first_lets_more_through(case, shared_database):  # noqa: F811
    """The twin."""
    met, judged = guessed(case, shared_database[0], "unguarded")

    assert judged > 2 * MOST, met
