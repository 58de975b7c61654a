from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from config import api
from config.sitemaps import SITEMAPS
from disclosures import views as portal
from requests_app import calendar_feed

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path("calendar/<str:token>.ics", calendar_feed.feed, name="calendar_feed"),
    path("healthz", portal.healthz, name="healthz"),
    path("robots.txt", portal.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("", portal.front, name="front"),
    path("<slug:agency>/reports/", include("reports.urls")),
    path("<slug:agency>/", include("disclosures.urls")),
]
