"""Lists are read on from where a page ended: what is entered meanwhile neither repeats a row nor hides one.

A cursor holds the sorting values of the row at the page's edge: its key, and its day where the list may go by day (see
``Listed.newest_by``). Every text of the shape is a cursor; the description says the shape, and people need not know it.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

USUAL, MOST = 50, 100  # records a page
SIZE = re.compile(r"[1-9][0-9]{0,2}")
BROKEN = "翻页标记不对，请使用上一页结果里的 next 或者 previous"
# n or p for the pages after or before, the key, and the day as a number, from 1 to that of 9999-12-31.
BY_KEY = "[np][1-9][0-9]{0,17}"
_NUMBER = "[1-9][0-9]{0,5}|[12][0-9]{6}|3[0-5][0-9]{5}|36[0-4][0-9]{4}|365[01][0-9]{3}|36520[0-5][0-9]"
BY_DAY = f"{BY_KEY}d(?:{_NUMBER})"
CURSOR_TOLD = "翻页标记，取自上一页结果里的 next、previous，不要自己拼写"
PAGE_SIZE: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
PARAMETERS = ("cursor", "page_size")


@dataclass(frozen=True)
class Edge:
    """Rows beyond this one: after it in the order of the list, or before it. ``day`` where the list may go by day."""

    key: int
    day: date | None = None
    backwards: bool = False

    def written(self) -> str:
        return f"{'p' if self.backwards else 'n'}{self.key}{f'd{self.day.toordinal()}' if self.day else ''}"

    @classmethod
    def read(cls, cursor: str, *, by_day: bool) -> "Edge":
        """Raises ``ValidationError`` for anything that ``written`` has not made."""
        if not re.fullmatch(BY_DAY if by_day else BY_KEY, cursor):
            raise ValidationError({"cursor": [BROKEN]})
        key, _, number = cursor[1:].partition("d")
        return cls(int(key), date.fromordinal(int(number)) if number else None, cursor[0] == "p")


class Pages(BasePagination):
    """``{"next": …, "previous": …, "results": […]}``, newest first."""

    request: Request
    day_field: str | None
    ahead: Edge | None = None
    behind: Edge | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request, self.day_field, field = request, view.newest_by, view.sorted_by(request)
        size, edge = _size(request), _edge(request, by_day=view.newest_by is not None)
        backwards = bool(edge and edge.backwards)
        if edge:
            queryset = queryset.filter(_beyond(edge, field))
        sign = "" if backwards else "-"
        order = [f"{sign}{name}" for name in (field, "pk") if name]
        rows = list(queryset.order_by(*order)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        if rows and (more or backwards):
            self.ahead = self._edge_of(rows[-1])
        if rows and edge and (more or not backwards):
            self.behind = self._edge_of(rows[0], backwards=True)
        return rows

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"next": self._address(self.ahead), "previous": self._address(self.behind), "results": data})

    def _address(self, edge: Edge | None) -> str | None:
        return address_of(self.request, edge.written()) if edge else None

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        def link(told: str) -> dict[str, Any]:
            return {"type": "string", "format": "uri", "nullable": True, "description": told}

        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": link("下一页的地址；没有下一页时为null"),
                "previous": link("上一页的地址；没有上一页时为null"),
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        pattern = f"^{BY_DAY if view.newest_by else BY_KEY}$"
        told = f"每页条数，1至{MOST}，不写为{USUAL}"
        return [
            {
                "name": "cursor",
                "in": "query",
                "description": CURSOR_TOLD,
                "schema": {"type": "string", "pattern": pattern},
            },
            {"name": "page_size", "in": "query", "description": told, "schema": PAGE_SIZE},
        ]

    def _edge_of(self, row: Any, *, backwards: bool = False) -> Edge:
        return Edge(row.pk, getattr(row, self.day_field) if self.day_field else None, backwards)


def address_of(request: Request, cursor: str) -> str:
    """Of the same list at another place."""
    query = {**request.query_params.dict(), "cursor": cursor}
    return f"{settings.SITE_URL}{request.path}?{urlencode(query)}"


def _size(request: Request) -> int:
    text = request.query_params.get("page_size", str(USUAL))
    if not SIZE.fullmatch(text) or int(text) > MOST:
        raise ValidationError({"page_size": [f"每页条数写1至{MOST}的整数"]})
    return int(text)


def _edge(request: Request, *, by_day: bool) -> Edge | None:
    cursor = request.query_params.get("cursor")
    return None if cursor is None else Edge.read(cursor, by_day=by_day)


def _beyond(edge: Edge, field: str | None) -> Q:
    side = "gt" if edge.backwards else "lt"
    by_key = Q(**{f"pk__{side}": edge.key})
    if field is None:
        return by_key
    # The first condition is one range of the index; the second takes out what of that day has been given.
    return Q(**{f"{field}__{side}e": edge.day}) & (Q(**{f"{field}__{side}": edge.day}) | by_key)
