"""Addresses and small pieces that templates of the portal share."""

from urllib.parse import quote

from django import template
from django.conf import settings
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
