"""The sitemaps in the static edition: of the items each part of its own, the others whenever anything changes."""

from collections import defaultdict
from collections.abc import Iterator

from django.urls import reverse

from disclosures.portal.sitemaps import RANGE
from disclosures.static_edition import floor
from disclosures.static_edition.sources import Edition, Page, digest, register


def sitemaps(edition: Edition) -> Iterator[Page]:
    from config.sitemaps import SECTIONS  # their addresses need converters that the apps register as they start

    everything = digest(edition.site, edition.today, *edition.overviews.values())
    rows: dict[int, list[str]] = defaultdict(list)
    for row in floor.items(edition):
        rows[row.pk // RANGE].append(row.fingerprint)
    yield Page(reverse("sitemap"), everything)
    for name, section in SECTIONS.items():
        for number in section.parts():
            told = digest(edition.site, *rows[number]) if name == "items" else everything
            yield Page(reverse("sitemap_part", args=[name, number]), told)


def register_pages() -> None:
    register("sitemaps", sitemaps)
