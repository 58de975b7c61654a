"""Fields of the records that are given out: each with its name and what it means, in Chinese.

The OpenAPI description, the reference page, the headers of the CSV files and the data dictionary all read these.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
ADDRESS: dict[str, Any] = {"type": "string", "format": "uri"}


def text(label: str, told: str = "", **options: Any) -> serializers.CharField:
    return serializers.CharField(read_only=True, label=label, help_text=told, **options)


def whole(label: str, told: str = "", **options: Any) -> serializers.IntegerField:
    return serializers.IntegerField(read_only=True, label=label, help_text=told, **options)


def day(label: str, told: str = "", **options: Any) -> serializers.DateField:
    return serializers.DateField(read_only=True, label=label, help_text=told, **options)


def moment(label: str, told: str = "", **options: Any) -> serializers.DateTimeField:
    return serializers.DateTimeField(read_only=True, label=label, help_text=told, **options)


def yes_no(label: str, told: str = "", **options: Any) -> serializers.BooleanField:
    return serializers.BooleanField(read_only=True, label=label, help_text=told, **options)


LABELS = "x-labels"  # of a schema: what its codes mean


def codes_of(choices: Any) -> dict[str, Any]:
    """The schema of a code of an enumeration, with what each means."""
    labels = {str(code): str(label) for code, label in choices.choices}
    return {"type": "string", "enum": list(labels), LABELS: labels}


def described(field: Any, schema: dict[str, Any]) -> None:
    """Tells the description what the field holds."""
    extend_schema_field(schema)(field)


class Coded(serializers.ChoiceField):
    """One of the codes of an enumeration; empty where ``allow_blank``."""

    def __init__(self, label: str, choices: Any, told: str = "", **options: Any) -> None:
        super().__init__(choices.choices, read_only=True, label=label, help_text=told, **options)
        self.schema = codes_of(choices)
        if self.allow_blank:
            self.schema["enum"].append("")
        described(self, {**self.schema, **({"description": told} if told else {})})


class Derived(serializers.Field):
    """What ``of`` makes of the record; ``schema`` as OpenAPI says it."""

    def __init__(
        self, label: str, of: Callable[[Any], Any], schema: dict[str, Any], told: str = "", *, nullable: bool = False
    ) -> None:
        super().__init__(source="*", read_only=True, label=label, help_text=told, allow_null=nullable)
        self.of = of
        self.schema = {**schema, **({"nullable": True} if nullable else {}), **({"description": told} if told else {})}
        described(self, self.schema)

    def to_representation(self, record: Any) -> Any:
        return self.of(record)


def several(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": schema}


def page(name: str, *arguments: Any) -> str:
    """The full address of a page, under the configured site and not the one that a request claims."""
    return settings.SITE_URL + reverse(name, args=arguments)
