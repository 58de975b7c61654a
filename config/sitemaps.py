"""The sections of the sitemap, of every floor."""

from disclosures.portal import sitemaps
from reports.portal.reports import SITEMAP as REPORTS
from requests_app.portal.proposals import SITEMAP as PROPOSALS

SECTIONS = {**sitemaps.SECTIONS, "proposals": PROPOSALS, "reports": REPORTS}
