"""Where the links of a page lead once it is a file: to other files, else to the application.

A template says which links only the application can answer (``{% application_url %}``); here the rest is made true,
whatever stands in a text: an address that is no file of the edition, or that asks something, is the application's.
"""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from html import escape, unescape
from urllib.parse import quote, unquote, urljoin, urlsplit

from django.conf import settings
from django.urls import get_script_prefix

TAG = re.compile(r"<(?:a|area|audio|form|image|img|link|script|source|use|video)\b[^<>]*>")
ATTRIBUTE = re.compile(r'(\s(?:href|src|action|poster))="([^"]*)"')
ELSEWHERE = ("#", "data:", "mailto:", "tel:", "javascript:")


class Links:
    """``files`` of the edition by their address; an address keeps its form wherever that is also the file's place."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.files = files
        self.prefix = get_script_prefix()
        site = urlsplit(settings.SITE_URL)
        self.ours = site.netloc.lower()
        # What stands on every page is worked out once.
        self.from_root = lru_cache(maxsize=4096)(partial(self.target, address=self.prefix))

    def within(self, html: str, address: str) -> str:
        """The page with the links of its tags made true."""

        def attribute(match: re.Match[str]) -> str:
            name, written = match[1], match[2]
            true = self.from_root(written) if written.startswith("/") else self.target(written, address)
            return f'{name}="{true}"'

        def tag(match: re.Match[str]) -> str:
            text = match[0]
            if text.startswith("<form"):
                return self._form(text, address)
            return ATTRIBUTE.sub(attribute, text)

        return TAG.sub(tag, html)

    def target(self, written: str, address: str) -> str:
        """The attribute's value for one as written on the page at ``address``."""
        if not written or written.startswith(ELSEWHERE):
            return written
        try:
            parts = urlsplit(unescape(written))
            if parts.scheme not in ("", "http", "https") or parts.netloc.lower() not in ("", self.ours):
                return written
            whole = urlsplit(urljoin(address, unescape(written)))
        except ValueError:
            return written
        path = unquote(whole.path) or "/"
        if not path.startswith(self.prefix) or (parts.netloc and written.startswith(settings.APPLICATION_URL + "/")):
            return written
        fragment = f"#{whole.fragment}" if whole.fragment else ""
        if not whole.query and (file := self.files.get(path)) is not None:
            return escape(self._place(path, file) + fragment)
        return escape(self._application(quote(path), whole.query) + fragment)

    def _place(self, path: str, file: str) -> str:
        inside = path.removeprefix(self.prefix)
        shown = path if file in (inside, f"{inside}index.html") else self.prefix + file
        return quote(shown)

    def _application(self, path: str, query: str) -> str:
        address = f"{settings.APPLICATION_URL}/{path.removeprefix(self.prefix)}"
        return f"{address}?{query}" if query else address

    def _form(self, tag: str, address: str) -> str:
        """What a form asks, the application answers."""
        match = ATTRIBUTE.search(tag)
        written = unescape(match[2]) if match else ""
        if urlsplit(written).netloc:
            return tag
        whole = urlsplit(urljoin(address, written))
        action = escape(self._application(quote(unquote(whole.path)), whole.query))
        bare = tag if match is None else tag[: match.start()] + tag[match.end() :]
        return f'{bare[:-1]} action="{action}">'
