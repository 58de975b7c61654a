from django.contrib import admin
from django.urls import include, path

from config import api
from config.sitemaps import SECTIONS
from disclosures.portal import agencies, search, service, site, sitemaps
from reports.portal import statistics
from requests_app import calendar_feed
from requests_app.portal import proposals, register

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("healthz", service.healthz, name="healthz"),
    path("display/", site.choose, name="display"),
    path("site/theme.css", site.theme, name="theme"),
    path("site/logo", site.logo, name="logo"),
    path("robots.txt", service.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, {"sections": SECTIONS}, name="sitemap"),
    path("sitemap-<slug:name>-<int:number>.xml", sitemaps.part, {"sections": SECTIONS}, name="sitemap_part"),
    path("search/", search.search, name="search"),
    path("", agencies.front, name="front"),
    path("<slug:agency>/proposals/", include((proposals.urlpatterns, "proposals"))),
    path("<slug:agency>/requests/register/", register.register, name="request_register"),
    path(
        "<slug:agency>/requests/register/years/<year4:year>/",
        register.register_of_year,
        name="request_register_of_year",
    ),
    path(
        "<slug:agency>/requests/register/years/<year4:year>/<int:sheet>/",
        register.register_of_year,
        name="request_register_of_year_sheet",
    ),
    path("<slug:agency>/statistics/", statistics.statistics, name="statistics"),
    path("<slug:agency>/reports/", include("reports.portal.urls")),
    path("<slug:agency>/requests/", include("requests_app.portal.urls")),
    path("<slug:agency>/", include("disclosures.portal.urls")),
]
