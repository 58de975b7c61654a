"""Headers of every answer."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from disclosures import calendars

PORTAL = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# The back office's theme evaluates expressions written in its markup; it still speaks to nobody but us.
BACK_OFFICE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class OneCalendar:
    """A page counts by one calendar from its first line to its last, and asks for it once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with calendars.held():
            return self.get_response(request)


class ContentSecurityPolicy:
    """The portal runs no script at all; the back office only its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = BACK_OFFICE if request.path.startswith("/admin/") else PORTAL
        response.headers.setdefault("Content-Security-Policy", policy)
        return response
