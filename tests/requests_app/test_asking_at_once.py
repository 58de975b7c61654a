"""提交申请 pressed twenty times at once: one case, and everybody is told the same number and code."""

import pytest
from django.conf import settings
from django.test import Client

from disclosures.models import Agency
from tests.factories.asking import fill_in, seen
from tests.factories.disclosures import AgencyFactory
from tests.requests_app.at_once import met_by
from tests.requests_app.test_numbering import numbers_stored

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
    arguments = [*visitor, str(PRESSES_IN_EACH), *how]
    return met_by(PROCESSES, "asking_senders", arguments, shared_database[0])


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
