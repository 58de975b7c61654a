"""Where the API begins, and where it ends."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.base import Endpoint
from config.api.errors import way_with_slash
from config.api.fields import page

NAMES = (
    "agencies", "categories", "items", "documents", "decisions", "proposals", "reports", "figures", "schema", "docs",
)  # fmt: skip


class Root(Endpoint):
    """各类数据的地址。"""

    @extend_schema(responses=inline_serializer("Root", {name: serializers.URLField() for name in NAMES}))
    def get(self, request: Request) -> Response:
        return Response({name: page(f"api:{name}") for name in NAMES})


@extend_schema(exclude=True)
class Unknown(Endpoint):
    """Says in JSON that there is nothing here."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        way = way_with_slash(request) if request.method in ("GET", "HEAD") else None
        return way or super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.check_throttles(request)
        raise NotFound("接口没有这个地址，可用的地址见 /api/v1/")

    def get(self, request: Request) -> Response:
        raise NotFound
