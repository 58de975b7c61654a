"""What every page of the portal shares: the site around it, and how this reader wants it shown."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import nh3
from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

COOKIE = "display"
LONGEST_ADDRESS = 1000
A_YEAR = 365 * 24 * 3600
# What a reader may choose; the first of each is what everybody gets.
SIZES = {"normal": "标准字号", "large": "大字号", "larger": "特大字号"}
CONTRASTS = {"plain": "标准配色", "high": "高对比度"}
FRAGMENT_TAGS = nh3.ALLOWED_TAGS | {"header", "footer", "section", "form", "input", "button", "label"}


@dataclass(frozen=True)
class Site:
    """Identifiers are shown as they are set; none is made up."""

    url: str
    name: str
    id_code: str
    icp_number: str
    public_security_number: str
    header: SafeString
    footer: SafeString
    has_logo: bool

    @property
    def domain(self) -> str:
        return self.url.split("://")[-1]


def site() -> Site:
    return Site(
        url=settings.SITE_URL,
        name=settings.SITE_NAME,
        id_code=settings.SITE_ID_CODE,
        icp_number=settings.ICP_NUMBER,
        public_security_number=settings.PUBLIC_SECURITY_NUMBER,
        header=fragment(settings.HEADER_FRAGMENT),
        footer=fragment(settings.FOOTER_FRAGMENT),
        has_logo=settings.SITE_LOGO is not None,
    )


@cache
def fragment(html: str) -> SafeString:
    """The portal's own header or footer without scripts and inline styles, which our content policy stops anyhow."""
    attributes = {**{tag: {"class", "id", "aria-label", "role"} for tag in FRAGMENT_TAGS}}
    attributes["a"] |= {"href", "title"}
    attributes["img"] |= {"src", "alt", "width", "height"}
    attributes["form"] |= {"action", "method"}
    attributes["input"] |= {"type", "name", "value", "placeholder"}
    attributes["label"] |= {"for"}
    return mark_safe(nh3.clean(html, tags=FRAGMENT_TAGS, attributes=attributes, link_rel="noopener"))


@dataclass(frozen=True)
class Display:
    """How this reader wants the pages: 适老化 and 无障碍 without scripts, kept in a cookie that holds nothing else."""

    size: str = "normal"
    contrast: str = "plain"

    @classmethod
    def of(cls, request: HttpRequest) -> "Display":
        size, _, contrast = request.COOKIES.get(COOKIE, "").partition(".")
        return cls(size if size in SIZES else "normal", contrast if contrast in CONTRASTS else "plain")

    @property
    def classes(self) -> str:
        """Classes of the page's root; empty for the usual look."""
        return " ".join(
            name
            for name in (
                f"size-{self.size}" if self.size != "normal" else "",
                f"contrast-{self.contrast}" if self.contrast != "plain" else "",
            )
            if name
        )


def portal(request: HttpRequest) -> dict[str, Any]:
    """Context of every template: ``site``, ``display`` and the choices, ``static_edition``, ``here_again``."""
    return {
        "site": site(),
        "display": Display.of(request),
        "sizes": SIZES,
        "contrasts": CONTRASTS,
        "here_again": _here(request),
        "static_edition": getattr(request, "static_edition", False),
    }


def _here(request: HttpRequest) -> str:
    """The address of the page itself; of one too long to be repeated in its links, only the path."""
    address = request.get_full_path()
    return address if len(address) <= LONGEST_ADDRESS else request.path[:LONGEST_ADDRESS]


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Keeps a choice (``size``, ``contrast``) and goes back to ``next``, a page of this site."""
    now = Display.of(request)
    size, contrast = request.GET.get("size", now.size), request.GET.get("contrast", now.contrast)
    back = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = reverse("front")
    response = redirect(back)
    chosen = f"{size if size in SIZES else now.size}.{contrast if contrast in CONTRASTS else now.contrast}"
    response.set_cookie(
        COOKIE, chosen, max_age=A_YEAR, path=settings.SESSION_COOKIE_PATH, secure=settings.HTTPS, samesite="Lax"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@require_safe
@cache_control(public=True, max_age=3600)
def theme(request: HttpRequest) -> HttpResponse:
    """The one colour of the site, as a style sheet: the pages carry no inline style."""
    return HttpResponse(
        f":root:not(.contrast-high) {{ --accent: {settings.SITE_COLOUR}; }}\n", content_type="text/css; charset=utf-8"
    )


@require_safe
@cache_control(public=True, max_age=3600)
def logo(request: HttpRequest) -> FileResponse:
    if settings.SITE_LOGO is None:
        raise Http404("没有设置标志")
    response = FileResponse(settings.SITE_LOGO.open("rb"))
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'; style-src 'unsafe-inline'"
    return response
