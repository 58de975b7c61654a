from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from config import api
from config.sitemaps import SITEMAPS
from disclosures.portal import agencies, service, site
from requests_app import calendar_feed

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("healthz", service.healthz, name="healthz"),
    path("display/", site.choose, name="display"),
    path("site/theme.css", site.theme, name="theme"),
    path("site/logo", site.logo, name="logo"),
    path("robots.txt", service.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("", agencies.front, name="front"),
    path("<slug:agency>/reports/", include("reports.portal.urls")),
    path("<slug:agency>/", include("disclosures.portal.urls")),
]
