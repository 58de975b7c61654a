"""JSON from outside, read one way only: what two readers might take differently is refused."""

import json
from typing import Any

DEEPEST = 40  # levels; a report has seven


def loads(data: bytes) -> Any:
    """Raises ``ValueError`` for what is no UTF-8 JSON, a name that stands twice, ``NaN``, half a character, depth."""
    try:
        content = json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_refuse)
        json.dumps(content, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except RecursionError:
        raise ValueError("too deep") from None
    if too_deep(content):
        raise ValueError("too deep")
    return content


def too_deep(content: Any) -> bool:
    level = [content]
    for _ in range(DEEPEST):
        level = [
            inner
            for value in level
            if isinstance(value, (dict, list))
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return False
    return True


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a name that stands twice one reader sees the first value and another the second."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
