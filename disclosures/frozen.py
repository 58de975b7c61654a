"""What was issued stays as it was."""

import json
from typing import Any

from django.db import models


class FrozenField(models.TextField):
    """JSON kept as text: a database's own JSON type may reorder keys, and what was issued stays as it was."""

    # What mypy's Django plugin takes a field to give and to accept.
    _pyi_private_get_type: Any
    _pyi_private_set_type: Any

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else json.loads(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False)
