"""What is written, kind by kind: the same records and the same fields as the API gives."""

import gc
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from config.api import agencies, categories, decisions, documents, figures, items, proposals, reports
from config.api.description import TAGS
from config.api.fields import LABELS, Derived
from reports.document import is_unchanged

BATCH = 500  # records in memory


@dataclass(frozen=True)
class Kind:
    """``rows``: batches of what ``serializer`` takes, each read from the database when it is asked for."""

    name: str
    serializer: type[serializers.Serializer]
    rows: Callable[[], Iterator[list[Any]]]

    @property
    def title(self) -> str:
        return TAGS[self.name]

    def records(self) -> Iterator[list[dict[str, Any]]]:
        for batch in self.rows():
            yield self.serializer(batch, many=True).data  # type: ignore[misc]

    def columns(self) -> list["Column"]:
        return [Column(name, field) for name, field in self.serializer().fields.items()]


class Column:
    """A member of a record, as the dictionary tells it and as a cell of a CSV file shows it."""

    def __init__(self, name: str, field: serializers.Field) -> None:
        self.name, self.field = name, field
        self.label, self.told = str(field.label), str(field.help_text or "")
        self.labels: dict[str, str] = getattr(field, "schema", {}).get(LABELS, {})

    @property
    def kind(self) -> str:
        if isinstance(self.field, (serializers.BaseSerializer, serializers.ListSerializer)):
            return "列表"
        if isinstance(self.field, Derived):
            schema = self.field.schema
            return FORMATS.get(schema.get("format", ""), TYPES.get(schema.get("type", ""), "整数或文字"))
        return next(words for kind, words in FIELDS if isinstance(self.field, kind))

    def cell(self, value: Any) -> Any:
        return self.labels.get(value, value) if self.labels else _plain(value)

    def inner(self) -> list["Column"]:
        child = getattr(self.field, "child", None)
        return [Column(name, field) for name, field in child.fields.items()] if child is not None else []


TYPES = {"string": "文字", "integer": "整数", "array": "列表", "object": "对象", "boolean": "true或false"}
FORMATS = {"date": "日期", "date-time": "时间", "uri": "网址"}
FIELDS: tuple[tuple[type, str], ...] = (
    (serializers.BooleanField, "true或false"),
    (serializers.IntegerField, "整数"),
    (serializers.DateField, "日期"),
    (serializers.DateTimeField, "时间"),
    (serializers.Field, "文字"),
)


def _plain(value: Any) -> Any:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return " ".join(str(_plain(each)) for each in value.values() if each not in (None, ""))
    if isinstance(value, list):
        return "；".join(str(_plain(each)) for each in value)
    return "" if value is None else value


def _batches(rows: QuerySet[Any]) -> Callable[[], Iterator[list[Any]]]:
    def read() -> Iterator[list[Any]]:
        last = 0
        while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
            yield batch
            last = batch[-1].pk
            del batch
            # An item and what was read with it point at each other: long texts would wait for the collector's turn.
            gc.collect()

    return read


def _reports() -> Iterator[list[Any]]:
    for batch in _batches(reports.published_reports())():
        yield [report for report in batch if is_unchanged(report)]


def _figures() -> Iterator[list[Any]]:
    for batch in _batches(figures.newest_published().select_related("agency"))():
        for report in filter(is_unchanged, batch):
            yield [row for _, row in figures.figures_of(report, figures.CODES)]


def kinds() -> Iterable[Kind]:
    public: dict[str, tuple[Any, Any]] = {
        "agencies": (agencies.AgencySerializer, agencies.Agencies),
        "categories": (categories.CategorySerializer, categories.Categories),
        "items": (items.ItemSerializer, items.Items),
        "documents": (documents.DocumentSerializer, documents.Documents),
        "decisions": (decisions.DecisionSerializer, decisions.Decisions),
        "proposals": (proposals.ProposalSerializer, proposals.Proposals),
    }
    for name, (serializer, view) in public.items():
        yield Kind(name, serializer, _batches(view.queryset.all()))
    yield Kind("reports", reports.ReportSerializer, _reports)
    yield Kind("figures", figures.FigureSerializer, _figures)
