"""登记编号 when many write at once: no number twice, none left out, no writer lost; and the year they belong to."""

import sqlite3
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from requests_app import actions
from requests_app.enums import ApplicantKind
from requests_app.models import DisclosureRequest
from tests.factories.disclosures import AgencyFactory
from tests.requests_app.at_once import met_by

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, STORED_BY_EACH, GIVEN_UP_BY_EACH = 4, 16, 4
STORED, GIVEN_UP = PROCESSES * STORED_BY_EACH, PROCESSES * GIVEN_UP_BY_EACH


def numbers_written(shared_database, *how):
    """What the writers met, each number or error with how often; all start together."""
    address, agency = shared_database
    arguments = [str(agency), str(STORED_BY_EACH), str(GIVEN_UP_BY_EACH), *how]
    met = met_by(PROCESSES, "number_writers", arguments, address)
    assert met.total() == STORED + GIVEN_UP
    return met


def numbers_stored(shared_database):
    address, agency = shared_database
    if connection.vendor == "sqlite":
        file = sqlite3.connect(address.removeprefix("sqlite:///"))
        rows = file.execute(
            "SELECT number FROM requests_app_disclosurerequest WHERE agency_id = ? ORDER BY number", [agency]
        ).fetchall()
        file.close()
        return [number for (number,) in rows]
    return list(DisclosureRequest.objects.filter(agency=agency).order_by("number").values_list("number", flat=True))


GAPLESS = [actions.number_for(2022, serial) for serial in range(1, STORED + 1)]


def test_many_writers_share_the_numbers_without_gap(shared_database):
    """64 requests stored and 16 given up after their number was taken, from 4 processes of 20 threads."""
    met = numbers_written(shared_database)

    assert met == Counter(GAPLESS) + Counter({"given up": GIVEN_UP})
    assert numbers_stored(shared_database) == GAPLESS


def test_reading_first_and_writing_later_loses_writers(shared_database):
    """The twin: without the lock some are told a number already given, or that the database is locked."""
    met = numbers_written(shared_database, "unguarded")

    assert {"IntegrityError", "OperationalError"} & set(met)
    assert len(numbers_stored(shared_database)) < STORED


def register(agency, received_on):
    request = DisclosureRequest(
        agency=agency,
        applicant_kind=ApplicantKind.OTHER,
        applicant_name="示例",
        description="示例",
        received_on=received_on,
    )
    return actions.register(request=request, by=None).number


@pytest.mark.django_db
def test_numbers_begin_anew_on_the_first_of_january():
    agency = AgencyFactory()
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2025, 12, 31), date(2026, 1, 1)]

    assert [register(agency, day) for day in days] == ["2025-0001", "2026-0001", "2025-0002", "2026-0002"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "number"),
    [
        (datetime(2025, 12, 31, 15, 59, tzinfo=UTC), "2025-0001"),
        (datetime(2025, 12, 31, 16, 0, tzinfo=UTC), "2026-0001"),  # midnight in Shanghai
        (datetime(2026, 1, 1, 0, 0, tzinfo=UTC), "2026-0001"),
    ],
)
def test_year_of_a_number_is_that_of_the_day_in_shanghai(moment, number):
    assert register(AgencyFactory(), timezone.localdate(moment)) == number


@pytest.mark.django_db
def test_agencies_count_by_themselves():
    one, other = AgencyFactory(), AgencyFactory()
    day = date(2022, 3, 1)

    numbers = [register(agency, day) for agency in (one, other, one, one, other)]

    assert numbers == ["2022-0001", "2022-0001", "2022-0002", "2022-0003", "2022-0002"]
