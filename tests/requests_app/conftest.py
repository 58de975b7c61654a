"""What tests of the desk share."""

import sqlite3
from urllib.parse import quote

import pytest
from django.db import connection

from tests.factories.disclosures import AgencyFactory


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """The address at which other processes find an agency, and that agency's key.

    The test's own SQLite database lives in memory, so it is copied to a file.
    """
    agency = AgencyFactory()
    if connection.vendor == "sqlite":
        file = tmp_path / "numbers.sqlite3"
        copy = sqlite3.connect(file)
        connection.ensure_connection()
        connection.connection.backup(copy)
        # As ``migrate`` leaves it: of several who open a new file at once, only one can turn the log on.
        copy.execute("PRAGMA journal_mode=WAL")
        copy.close()
        return f"sqlite:///{file}", agency.pk
    at = connection.settings_dict
    login = ":".join(quote(at[part], safe="") for part in ("USER", "PASSWORD") if at[part])
    return f"postgres://{login}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}", agency.pk
