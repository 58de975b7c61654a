from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from disclosures.models import Agency, Item
from reports.models import AnnualReport


class Ours(Sitemap):
    """Addresses under the configured site, not the one that a request claims."""

    limit = 5000
    protocol = settings.SITE_URL.split("://")[0]

    def get_domain(self, site=None):
        return settings.SITE_URL.split("://")[1]


class Homes(Ours):
    def items(self):
        return Agency.objects.with_portal().order_by("pk")

    def location(self, agency):
        return reverse("portal:home", args=[agency.code])


class Items(Ours):
    def items(self):
        return Item.objects.public().filter(agency__has_portal=True).select_related("agency").order_by("pk")

    def location(self, item):
        return reverse("portal:item", args=[item.agency.code, item.pk])

    def lastmod(self, item):
        return item.updated_at


class Reports(Ours):
    def items(self):
        published = AnnualReport.objects.published().filter(agency__has_portal=True, version=1)
        return published.select_related("agency").order_by("pk")

    def location(self, report):
        return reverse("reports:detail", args=[report.agency.code, report.year])


SITEMAPS = {"homes": Homes, "items": Items, "reports": Reports}
