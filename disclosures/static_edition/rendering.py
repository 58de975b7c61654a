"""A page as its view answers it, asked without a server: no middleware, no session, no cookie."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import request_finished
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_script_prefix, resolve

from disclosures.static_edition.sources import Edition, NotPublished, Page, Rendered, Source


class StaticRequest(HttpRequest):
    """A visitor without cookies at ``address``; templates see ``static_edition``."""

    static_edition = True

    def __init__(self, address: str) -> None:
        super().__init__()
        self.method = "GET"
        self.path = address
        self.path_info = "/" + address.removeprefix(get_script_prefix())
        site = urlsplit(settings.SITE_URL)
        self.META = {
            "REQUEST_METHOD": "GET",
            "HTTP_HOST": site.netloc,
            "SERVER_NAME": site.hostname or "",
            "SERVER_PORT": str(site.port or (443 if settings.HTTPS else 80)),
            "REMOTE_ADDR": "",
        }

    def _get_scheme(self) -> str:
        return "https" if settings.HTTPS else "http"

    def get_host(self) -> str:
        return self.META["HTTP_HOST"]


def render(source: Source, edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    return (source.render or by_view)(edition, pages)


def by_view(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    for page in pages:
        yield page, attempt(partial(answer, page.address))


def attempt(make: Callable[[], bytes]) -> bytes | NotPublished:
    """One page that fails does not keep the others back, least of all those that are to vanish."""
    try:
        return make()
    except NotPublished as told:
        return told
    except Exception as error:
        return NotPublished(f"{type(error).__name__}: {error}")


def answer(address: str) -> bytes:
    """The content at an address. Raises ``NotPublished`` for anything but a plain answer."""
    request = StaticRequest(address)
    match = resolve(request.path_info)
    request.resolver_match = match
    return content_of(match.func(request, *match.args, **match.kwargs), request)


@contextmanager
def within_one_connection() -> Iterator[None]:
    """No visitor leaves when a page is done: the database stays open, with the transaction around all of them."""
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_finished.connect(close_old_connections)


def content_of(response: HttpResponseBase, request: HttpRequest) -> bytes:
    if hasattr(response, "render"):
        response.render()
    with within_one_connection(), closing(response):
        if response.status_code != 200:
            raise NotPublished(f"状态码{response.status_code}")
        if response.cookies or request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            raise NotPublished("这个页面要用到访问者的标识，不能写成静态文件")
        return b"".join(response)  # type: ignore[arg-type,call-overload]
