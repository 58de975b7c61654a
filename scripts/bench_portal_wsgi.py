"""The site, and beside it a trivial view of a Django of the same settings without any middleware of ours."""

from django.http import HttpResponse
from django.urls import path

from config import urls
from config.wsgi import application

urls.urlpatterns.insert(0, path("trivial", lambda request: HttpResponse("ok", headers={"Cache-Control": "no-store"})))

__all__ = ["application"]
