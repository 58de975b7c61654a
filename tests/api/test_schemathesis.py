"""The API under thousands of requests made from its own description, right ones and wrong ones, by Schemathesis.

No fault of ours, every answer as described, what is described is taken and what is not is refused.
"""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from rest_framework.throttling import SimpleRateThrottle
from schemathesis.checks import load_all_checks

from config.api.description import description
from config.wsgi import application
from disclosures import tokens
from disclosures.models import Item
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    ApiTokenFactory,
    CategoryFactory,
    ChannelFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.requests_app import ProposalFactory

pytestmark = pytest.mark.django_db

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(description())
SCHEMA.app = application
BOUNDED = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def agency(monkeypatch):
    """With one record of each kind, and nobody who counts the requests."""
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *_: True)
    # The connection is the test's own, as Django's test client knows and a WSGI server does not.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    agency = AgencyFactory(code="bureau")
    item = PublicationFactory(item__agency=agency, item__public=True).item
    NormativeDocumentFactory(agency=agency, item=item)
    AdministrativeDecisionFactory(agency=agency, published_on="2022-06-02", party="王小二")
    ProposalFactory(agency=agency, is_public=True)
    yield agency
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def token(agency):
    CategoryFactory(agency=agency, name="通知公告")
    ChannelFactory(agency=agency, name="政府网站")
    return ApiTokenFactory(agency=agency, token_hash=tokens.hash_of("gk_secret"))


@SCHEMA.parametrize()
@BOUNDED
def test_anybody_asks(case, agency):
    case.call_and_validate()

    assert Item.objects.count() == 1


@SCHEMA.include(tag="推送信息").parametrize()
@BOUNDED
def test_program_with_a_token_asks(case, token):
    case.call_and_validate(headers={"Authorization": "Bearer gk_secret"})

    assert not Item.objects.filter(external_id__gt="").exclude(state__in=["draft", "submitted"]).exists()
