"""Who wants to know of rows that one statement creates or changes: Django's own signals do not tell of those."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction

Receiver = Callable[[list[int]], None]  # given the primary keys
_receivers: dict[type[models.Model], list[tuple[frozenset[str], Receiver]]] = defaultdict(list)


def listen(model: type[models.Model], fields: frozenset[str], receiver: Receiver) -> None:
    """``receiver`` is called after rows of ``model`` were created, or one of ``fields`` changed, in bulk."""
    _receivers[model].append((fields, receiver))


@contextmanager
def unheard() -> Iterator[None]:
    """Nobody is told: for whoever sees to the consequences himself, and for tests of what would go wrong."""
    kept = dict(_receivers)
    _receivers.clear()
    try:
        yield
    finally:
        _receivers.update(kept)


class TellingQuerySet(models.QuerySet):
    """Tells of ``bulk_create``, ``update`` and, through it, ``bulk_update``, within the same transaction."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **kwargs)
            _tell([receiver for _, receiver in _receivers[self.model]], [row.pk for row in created])
        return created

    bulk_create.alters_data = True  # type: ignore[attr-defined]

    def update(self, **kwargs: Any) -> int:
        told = [receiver for fields, receiver in _receivers[self.model] if fields & set(kwargs)]
        if not told:
            return super().update(**kwargs)
        with transaction.atomic(using=self.db):
            # Before: the change itself may decide whether a row is among them.
            keys = list(self.order_by().values_list("pk", flat=True))
            changed = super().update(**kwargs)
            _tell(told, keys)
        return changed

    update.alters_data = True  # type: ignore[attr-defined]


def _tell(receivers: list[Receiver], keys: list[int]) -> None:
    if keys:
        for receiver in receivers:
            receiver(keys)
