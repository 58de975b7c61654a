"""Addresses and small pieces that templates of the portal share."""

from urllib.parse import parse_qsl, quote

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.urls import get_script_prefix, reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def application_url(context: template.Context, name: str, *arguments: object) -> str:
    """The address of a page that only the application can answer: search, asking, status.

    On the site itself a path; in the static edition the application's own address.
    """
    path = reverse(name, args=arguments)
    if not context.get("static_edition"):
        return path
    return settings.APPLICATION_URL + "/" + path.removeprefix(get_script_prefix())


@register.simple_tag(takes_context=True)
def canonical_url(context: template.Context) -> str:
    """The page's one address, without the query: what search engines and quotations should use."""
    request = context.get("request")
    return settings.SITE_URL + quote(request.path) if request else settings.SITE_URL


@register.simple_tag
def page_numbers(page: Page) -> list[int | str]:
    """First, neighbours and last of the pages, "…" for those left out."""
    return list(page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1))


@register.simple_tag
def query_fields(query: str) -> list[tuple[str, str]]:
    """The fields of a query string, for a form that asks the same again."""
    return parse_qsl(query)
