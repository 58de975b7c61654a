"""Many programs that push the same item at the same moment make one item."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from tests.factories.disclosures import AgencyFactory, ApiTokenFactory, CategoryFactory, ChannelFactory

ROOT = Path(__file__).resolve().parents[2]
THREADS = 8


@pytest.fixture
def shared(transactional_db, tmp_path):
    """The address at which another process finds a token with its agency, and the token's key.

    The test's own SQLite database lives in memory, so it is copied to a file.
    """
    token = ApiTokenFactory(agency=AgencyFactory())
    CategoryFactory(agency=token.agency, name="通知公告")
    ChannelFactory(agency=token.agency, name="政府网站")
    if connection.vendor == "sqlite":
        file = tmp_path / "pushed.sqlite3"
        copy = sqlite3.connect(file)
        connection.ensure_connection()
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=WAL")
        copy.close()
        return f"sqlite:///{file}", token.pk
    at = connection.settings_dict
    login = ":".join(quote(at[part], safe="") for part in ("USER", "PASSWORD") if at[part])
    return f"postgres://{login}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}", token.pk


def told(shared, *how):
    address, token = shared
    pushers = subprocess.run(
        [sys.executable, "-m", "tests.api.pushers", str(token), str(THREADS), *how],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert pushers.returncode == 0, pushers.stderr
    return json.loads(pushers.stdout)


def test_same_push_many_times_at_once_makes_one_item(shared):
    assert told(shared) == {"created": 1, "unchanged": THREADS - 1}


def test_without_the_lock_some_are_refused_by_the_database(shared):
    """The twin: whoever looked before the first was stored is told of a fault, not that nothing changed."""
    found = told(shared, "unguarded")

    assert {"IntegrityError", "OperationalError", "ValidationError"} & set(found), found
    assert found.get("created", 0) <= 1
