"""What every address of the API shares: limits, headers, and answers from the cache of whoever asks again."""

import hashlib
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework import generics
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.api.asked import Backend, require_known
from config.api.cursors import Pages
from config.api.texts import require_usable
from config.api.throttles import ByAddress

FRESH = 60  # seconds for which an answer may be given again without asking
EXPOSED = "ETag, Last-Modified, Retry-After"


class AlwaysJson(BaseContentNegotiation):
    """There is one format, whatever a program says it accepts."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        kind = request.content_type.partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == kind), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


class Endpoint(APIView):
    """Everybody's: throttled by address, readable from any origin, without cookies."""

    throttle_classes: Any = [ByAddress]
    content_negotiation_class = AlwaysJson
    # What may stand in the address; a list adds its filters.
    parameters: Collection[str] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        require_usable(dict(request.query_params.lists()))
        self.require_known_parameters(request)

    def require_known_parameters(self, request: Request) -> None:
        require_known(request, set(self.parameters))

    def options(self, request: Request, *args: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        return Response(status=204)

    def last_modified(self) -> datetime | None:
        """When the record changed last; None where no single moment says so, as of a list."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        response: Any = super().dispatch(request, *args, **kwargs)
        if isinstance(response, Response):
            response.render()
        reading = request.method in ("GET", "HEAD")
        if reading and response.status_code == 200:
            response["Cache-Control"] = f"public, max-age={FRESH}"
            response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            changed = self.last_modified()
            if changed:
                response["Last-Modified"] = http_date(changed.timestamp())
            stamp = int(changed.timestamp()) if changed else None
            response = get_conditional_response(request, etag=etag, last_modified=stamp, response=response)
        else:
            response["Cache-Control"] = "no-store"
        self.add_headers(request, response)
        return response

    def add_headers(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """Any page of any site may read; there is nothing that only some may see, and no cookie counts."""
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        if request.method == "OPTIONS":
            response["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response["Access-Control-Allow-Headers"] = "If-None-Match, If-Modified-Since"
            response["Access-Control-Max-Age"] = "86400"


class Listed(Endpoint, generics.ListAPIView):  # type: ignore[misc]
    """A list, newest first: by key, or by day where the parameters narrow it to what an index has in that order."""

    filter_backends = [Backend]
    pagination_class: Any = Pages
    filterset_class: Any
    newest_by: str | None = None
    narrowing: Collection[str] = ()

    def require_known_parameters(self, request: Request) -> None:
        """The filters ask it."""

    def sorted_by(self, request: Request) -> str | None:
        return self.newest_by if any(name in request.query_params for name in self.narrowing) else None


class One(Endpoint, generics.RetrieveAPIView):  # type: ignore[misc]
    """A record by its key."""

    pagination_class = None
    filter_backends: Any = []

    def get_object(self) -> Any:
        self.found = super().get_object()
        return self.found

    def last_modified(self) -> datetime | None:
        return getattr(getattr(self, "found", None), "updated_at", None)


def public_rows(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of agencies that publish under their own name."""
    return rows.filter(agency__has_portal=True)
