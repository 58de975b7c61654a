"""Portal pages kept for seconds in the memory of each process: first in the chain, so that a kept page costs next to
nothing.

A page is kept only where it is the same for everybody who wants it displayed alike: no session, no authorisation, no
cookie set, and no cookie but the display settings read while it was made. The time is short, for a page that was
withdrawn must vanish everywhere; in the process that withdrew it, it vanishes at once.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

from disclosures.portal.site import COOKIE

ENTRIES = 2000
BYTES = 64 * 1024 * 1024
LARGEST = 1024 * 1024  # bytes of one page
LONGEST_QUERY = 500
# Read by the middleware on every request; whoever uses what they name has it set anew, or comes with a session.
READ_ALWAYS = {COOKIE, settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
POSTED = b'method="post"'
NEVER_PUBLIC = ("/admin/", "/api/", "/calendar/", "/healthz")

Key = tuple[str, ...]


class WatchedCookies(dict[str, str]):
    """Knows which cookies were asked for, whether or not they came."""

    def __init__(self, cookies: dict[str, str]) -> None:
        super().__init__(cookies)
        self.read: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __contains__(self, name: object) -> bool:
        self.read.add(str(name))
        return super().__contains__(name)

    def __iter__(self) -> Iterator[str]:
        self.read.add("*")
        return super().__iter__()

    def items(self) -> Any:
        self.read.add("*")
        return super().items()

    def values(self) -> Any:
        self.read.add("*")
        return super().values()


@dataclass(frozen=True)
class Kept:
    until: float
    content: bytes
    headers: dict[str, str]


class Store:
    """The newest pages of a process, bounded in number and bytes."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Key, Kept] = OrderedDict()
        self.bytes = 0
        self.generation = 0
        self.lock = threading.Lock()

    def get(self, key: Key) -> Kept | None:
        kept = self.pages.get(key)
        return kept if kept is not None and kept.until > time.monotonic() else None

    def put(self, key: Key, kept: Kept, generation: int) -> None:
        """Not what was begun before the last ``clear``: it may show what has been withdrawn since."""
        with self.lock:
            if generation != self.generation:
                return
            self._drop(key)
            self.pages[key] = kept
            self.bytes += len(kept.content)
            while len(self.pages) > ENTRIES or self.bytes > BYTES:
                self._drop(next(iter(self.pages)))

    def clear(self) -> None:
        with self.lock:
            self.generation += 1
            self.pages.clear()
            self.bytes = 0

    def _drop(self, key: Key) -> None:
        if (old := self.pages.pop(key, None)) is not None:
            self.bytes -= len(old.content)


store = Store()


class PageCache:
    """Answers from ``store``, keeps what may be kept, and gives every portal page its ETag and caching headers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        if meta["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self._changing(request)
        if "HTTP_AUTHORIZATION" in meta or settings.SESSION_COOKIE_NAME in request.COOKIES:
            return self.get_response(request)
        seconds = settings.PAGE_CACHE_SECONDS
        key = (
            request.scheme or "", meta.get("HTTP_HOST", ""), request.path, meta.get("QUERY_STRING", ""),
            request.COOKIES.get(COOKIE, ""),
        )  # fmt: skip
        if seconds and (kept := store.get(key)) is not None:
            return _conditional(request, HttpResponse(kept.content, headers=kept.headers))
        generation = store.generation
        request.COOKIES = watched = WatchedCookies(request.COOKIES)
        response = self.get_response(request)
        if not is_for_everybody(request, response, watched):
            return response
        _with_headers(response, seconds)
        if seconds and meta["REQUEST_METHOD"] == "GET" and _is_worth_keeping(key, response):
            headers = dict(response.items())
            store.put(key, Kept(time.monotonic() + seconds, response.content, headers), generation)
        return _conditional(request, response)

    def _changing(self, request: HttpRequest) -> HttpResponse:
        """What staff or their tools change is public, or no longer, with the next page of this process."""
        try:
            return self.get_response(request)
        finally:
            if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES:
                store.clear()


def is_for_everybody(request: HttpRequest, response: HttpResponse, cookies: WatchedCookies) -> bool:
    """Whether the same answer may be given to anybody else, as far as its view and what it read say."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and cookies.read <= READ_ALWAYS
        and not request.path_info.startswith(NEVER_PUBLIC)
        and (not response.has_header("Cache-Control") or "public" in response["Cache-Control"])
        and POSTED not in response.content  # a form to be sent may hold what is one visitor's own
    )


def _with_headers(response: HttpResponse, seconds: int) -> None:
    if not response.has_header("Cache-Control"):
        response.headers["Cache-Control"] = f"public, max-age={seconds}" if seconds else "public, no-cache"
    if response.headers.get("Content-Type", "").startswith("text/html"):
        patch_vary_headers(response, ["Cookie"])  # the display settings
    if not response.has_header("ETag"):
        response.headers["ETag"] = f'"{hashlib.blake2b(response.content, digest_size=12).hexdigest()}"'


def _is_worth_keeping(key: Key, response: HttpResponse) -> bool:
    return len(key[3]) <= LONGEST_QUERY and len(response.content) <= LARGEST


def _conditional(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """304 where the visitor has the same already."""
    if "HTTP_IF_NONE_MATCH" not in request.META:
        return response
    return get_conditional_response(request, etag=response.headers.get("ETag"), response=response) or response
