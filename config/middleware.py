"""What every answer shares: its headers, one calendar, and items public from the minute they were set to be."""

import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone

from config.page_cache import store
from disclosures import actions, calendars

PORTAL = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
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


class TimedRelease:
    """Approved items become public when their time comes, with no other process needed: the next visitor sees them.

    Asked at most once in ``EVERY`` seconds by each process.
    """

    EVERY = 20.0

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.asked = float("-inf")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if time.monotonic() - self.asked >= self.EVERY:
            self.asked = time.monotonic()
            if actions.release(timezone.now()):
                store.clear()
        return self.get_response(request)


class ContentSecurityPolicy:
    """Nobody else's script, style or picture, and none written into a page of the portal."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = BACK_OFFICE if request.path_info.startswith("/admin/") else PORTAL
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


class SoundSessions:
    """A session cookie that was never given out is none: with NUL in it, PostgreSQL would fail and not just miss."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        shown = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if shown is not None and not (shown.isascii() and shown.isalnum()):
            del request.COOKIES[settings.SESSION_COOKIE_NAME]
        return self.get_response(request)


class ToldRefusals:
    """A method that an address does not take is refused in words, as everything else is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            response.content = render_to_string("405.html")
        return response
