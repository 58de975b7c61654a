"""How often one address, and one token, may ask. Counted by each process for itself: a brake, not a bill."""

from typing import Any

from django.core.cache import caches
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from disclosures.keyed_hash import keyed_hash
from disclosures.quotas import address_of


class ByAddress(SimpleRateThrottle):
    """Whoever reads."""

    scope = "address"
    cache = caches["throttles"]

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"api-{self.scope}-{keyed_hash('throttle', address_of(request._request))}"


class ByToken(SimpleRateThrottle):
    scope = "token"
    cache = caches["throttles"]

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"api-token-{request.auth.pk}" if request.auth else None


class Knocking(ByAddress):
    """Whoever shows a token, right or wrong."""

    scope = "knocking"
