"""Row rules kept by the database and told in the form: the same declaration answers both.

Django would ask the database whether a row keeps a check constraint, once a rule and row; these compare in Python, so a
ledger of twenty thousand rows costs no query, and they put the message beside the field to correct.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q


class RowRule(models.CheckConstraint):
    """A check constraint that can judge an unsaved row without the database."""

    def broken_by(self, instance: models.Model) -> bool:
        raise NotImplementedError

    def field(self) -> str:
        """The field that the message belongs to."""
        raise NotImplementedError

    def validate(self, model: Any, instance: models.Model, exclude: Any = None, using: str = "default") -> None:
        if self.broken_by(instance):
            message = str(self.violation_error_message)
            raise ValidationError(message if exclude and self.field() in exclude else {self.field(): message})


class NotBefore(RowRule):
    """``later`` is on or after ``earlier`` wherever both are known."""

    def __init__(self, *, later: str, earlier: str, name: str, violation_error_message: str) -> None:
        self.later, self.earlier = later, earlier
        condition = (
            Q(**{f"{later}__isnull": True}) | Q(**{f"{earlier}__isnull": True}) | Q(**{f"{later}__gte": F(earlier)})
        )
        super().__init__(condition=condition, name=name, violation_error_message=violation_error_message)

    def broken_by(self, instance: models.Model) -> bool:
        later, earlier = getattr(instance, self.later), getattr(instance, self.earlier)
        return later is not None and earlier is not None and later < earlier

    def field(self) -> str:
        return self.later

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return path, (), {**kwargs, "later": self.later, "earlier": self.earlier}


class Together(RowRule):
    """A text and a date are both given or both missing."""

    def __init__(self, *, text: str, date: str, name: str, violation_error_message: str) -> None:
        self.text, self.date = text, date
        condition = Q(**{text: "", f"{date}__isnull": True}) | (~Q(**{text: ""}) & Q(**{f"{date}__isnull": False}))
        super().__init__(condition=condition, name=name, violation_error_message=violation_error_message)

    def broken_by(self, instance: models.Model) -> bool:
        return bool(getattr(instance, self.text)) != (getattr(instance, self.date) is not None)

    def field(self) -> str:
        return self.date

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return path, (), {**kwargs, "text": self.text, "date": self.date}


class Never(RowRule):
    """No row holds all of these at once: each field of ``when`` one of its values; ``None`` stands for no value."""

    def __init__(self, *, when: dict[str, list[Any]], at: str, name: str, violation_error_message: str) -> None:
        self.when, self.at = when, at
        together = Q()
        for field, values in sorted(when.items()):  # as the migration writes them
            together &= Q(**{f"{field}__isnull": True}) if values == [None] else Q(**{f"{field}__in": values})
        super().__init__(condition=~together, name=name, violation_error_message=violation_error_message)

    def broken_by(self, instance: models.Model) -> bool:
        names = {field.name: field.attname for field in instance._meta.concrete_fields}
        return all(getattr(instance, names[field]) in values for field, values in self.when.items())

    def field(self) -> str:
        return self.at

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("condition")
        return path, (), {**kwargs, "when": self.when, "at": self.at}


def broken_row_rules(instance: models.Model) -> list[tuple[str, str]]:
    """(field, message) of every row rule of the model that the instance breaks; no query."""
    return [
        (rule.field(), str(rule.violation_error_message))
        for rule in instance._meta.constraints
        if isinstance(rule, RowRule) and rule.broken_by(instance)
    ]
