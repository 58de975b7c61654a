"""Which pages there are. The floors register them; this package knows nobody above.

A page's fingerprint covers everything its content hangs on: the same fingerprint, the same page.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import Model
from django.urls import get_script_prefix, reverse

from disclosures.models import Agency, Category, Channel
from disclosures.static_edition import inputs


@dataclass(frozen=True)
class Page:
    """What one address answers. ``file``, beneath the edition's folder, where the address does not say it.

    ``key`` is the source's own: what it renders the page from.
    """

    address: str
    fingerprint: str
    file: str = ""
    key: Any = field(default=None, compare=False)

    @property
    def path(self) -> str:
        inside = self.address.removeprefix(get_script_prefix())
        return self.file or (f"{inside}index.html" if not inside or inside.endswith("/") else inside)


# Of a page that counts over more than is worth looking through: it is made at every run, and kept if it is the same.
ALWAYS = ""


class NotPublished(Exception):
    """A page that cannot be written; the message says why."""


# The content of a page, as it goes over the wire or as a file to copy.
Content = bytes | Path
Rendered = tuple[Page, Content | NotPublished]


@dataclass(frozen=True)
class Source:
    """A kind of page. ``pages`` lists them by few light queries whatever their number; ``render`` makes some of them.

    Without ``render`` the view at each page's address is asked.
    """

    name: str
    pages: Callable[["Edition"], Iterable[Page]]
    render: Callable[["Edition", list[Page]], Iterator[Rendered]] | None = None


_sources: dict[str, Source] = {}


def register(
    name: str,
    pages: Callable[["Edition"], Iterable[Page]],
    render: Callable[["Edition", list[Page]], Iterator[Rendered]] | None = None,
) -> None:
    _sources[name] = Source(name, pages, render)


def registered() -> list[Source]:
    return list(_sources.values())


def digest(*parts: object) -> str:
    """A short fingerprint of the parts in their order."""
    return hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=12).hexdigest()


# What the pages that look over all of an agency hang on beside its items: a digest by the agency's key.
Overview = Callable[["Edition"], Mapping[int, str]]
_overviews: list[Overview] = []


def looked_over(digests: Overview) -> None:
    """Says that an agency's home and statistics hang on ``digests`` too."""
    _overviews.append(digests)


@dataclass(eq=False)
class Edition:
    """What is published: these agencies, as of this day, and what all of their pages hang on."""

    agencies: list[Agency]
    today: date

    @cached_property
    def by_id(self) -> dict[int, Agency]:
        return {agency.pk: agency for agency in self.agencies}

    @cached_property
    def site(self) -> str:
        """Of every page: templates, style sheets, code and settings."""
        return inputs.fingerprint()

    @cached_property
    def bases(self) -> dict[int, str]:
        """Of every page of an agency: its own row, its columns and its channels."""
        rows = {key: [self.site, values_of(agency)] for key, agency in self.by_id.items()}
        for model in (Category, Channel):
            for row in model._default_manager.filter(agency__in=rows).order_by("pk"):
                rows[row.agency_id].append(values_of(row))
        return {key: digest(*parts) for key, parts in rows.items()}

    @cached_property
    def overviews(self) -> dict[int, str]:
        """Of the pages that look over all of an agency, today."""
        parts = [digests(self) for digests in _overviews]
        return {key: digest(base, self.today, *(each.get(key) for each in parts)) for key, base in self.bases.items()}


class Addresses:
    """Of a view that takes an agency's code and a number: one address table look-up for all of them."""

    SOME = 987_654_321

    def __init__(self, view: str, *arguments: object) -> None:
        self.before, self.after = reverse(view, args=[*arguments, self.SOME]).rsplit(str(self.SOME), 1)

    def __call__(self, number: int) -> str:
        return f"{self.before}{number}{self.after}"


def values_of(record: Model) -> str:
    """All the stored values of a small record."""
    return repr([record.__dict__[each.attname] for each in record._meta.concrete_fields])
