"""The site, and beside it a trivial view of the same Django behind the same middleware."""

from django.http import HttpResponse
from django.urls import path

from config.wsgi import application  # isort: split

from config import urls  # the apps are ready once the line above has run

urls.urlpatterns.insert(0, path("trivial", lambda request: HttpResponse("ok", headers={"Cache-Control": "no-store"})))

__all__ = ["application"]
