"""Addresses for machines that watch or crawl the site."""

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from disclosures.portal.heads import absolute

PLAIN = "text/plain; charset=utf-8"
# Nothing here is to be found by a search engine: the back office, what only answers somebody's own question, and how
# a reader wants the pages shown. ``*`` stands for the agency.
NOT_CRAWLED = (
    "admin/",
    "display/",
    "calendar/",
    "api/v1/incoming/",
    "*/requests/new/",
    "*/requests/status/",
    "search/?",
    "*/search/?",
    "*/complaints/",
)


def healthz(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {settings.PATH_PREFIX}/{path}" for path in NOT_CRAWLED),
        "",
        f"Sitemap: {absolute(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)
