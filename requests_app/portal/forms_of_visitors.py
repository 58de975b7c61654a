"""What the pages on which visitors write have in common: no browser keeps them, and no stale one loses a text."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.decorators import decorator_from_middleware
from django.views.decorators.csrf import csrf_exempt

from disclosures.portal.agencies import agency_or_404


class Stale(CsrfViewMiddleware):
    """A form whose token is no longer good is not refused but marked: the view shows it again as it was filled in."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:
        request.stale = True  # type: ignore[attr-defined]
        return None


def is_stale(request: HttpRequest) -> bool:
    """Sent without a good token: from a page left open for too long, or from elsewhere. Nothing may be stored."""
    return getattr(request, "stale", False)


def private_page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The view is given the agency itself; it must ask ``is_stale`` before it stores anything."""
    marked = decorator_from_middleware(Stale)(view)

    @csrf_exempt
    @wraps(view)
    def wrapped(request: HttpRequest, agency: str, **given: Any) -> HttpResponseBase:
        response = marked(request, agency=agency_or_404(agency), **given)
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapped
