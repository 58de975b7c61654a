from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from config.api import urls as api
from config.open_data import pages as open_data
from config.sitemaps import SECTIONS
from disclosures.portal import agencies, search, service, site, sitemaps
from reports.portal import statistics
from requests_app import calendar_feed

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include((api.urlpatterns, "api"))),
    path("data/", open_data.index, name="data"),
    path("data/<str:name>", open_data.file, name="data_file"),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("healthz", service.healthz, name="healthz"),
    path("display/", site.choose, name="display"),
    path("site/theme.css", site.theme, name="theme"),
    path("site/logo", site.logo, name="logo"),
    path("robots.txt", service.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sections": SECTIONS}, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.part, {"sections": SECTIONS}, name="sitemap_part"),
    path("search/", search.search, name="search"),
    path("", require_safe(agencies.front), name="front"),
    path("<slug:agency>/proposals/", include("requests_app.portal.proposal_urls")),
    path("<slug:agency>/requests/register/", include("requests_app.portal.register_urls")),
    path("<slug:agency>/statistics/", statistics.statistics, name="statistics"),
    path("<slug:agency>/reports/", include("reports.portal.urls")),
    path("<slug:agency>/requests/", include("requests_app.portal.urls")),
    path("<slug:agency>/complaints/", include("disclosures.portal.complaint_urls")),
    path("<slug:agency>/", include("disclosures.portal.urls")),
]
