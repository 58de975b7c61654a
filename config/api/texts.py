"""What no address, no database and no reader can do with: refused in one place, wherever it comes in."""

import re
from typing import Any

from rest_framework.exceptions import ValidationError

# NUL, which PostgreSQL refuses, other controls that are no line end, half a surrogate pair, and what turns the
# direction of the text around it.
UNUSABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
BREAKS = re.compile("[\t\n\r]")
FAULT = "含有不能使用的控制字符，请删去"
# The same in the dialect of JSON Schema: of a text, of a text on one line, and of one that is not blank.
TURNING = r"\u202a-\u202e\u2066-\u2069"
USABLE = rf"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f{TURNING}]*$"
USABLE_LINE = rf"^[^\u0000-\u001f\u007f{TURNING}]*$"
USABLE_WORDS = (
    rf"^[^\u0000-\u001f\u007f{TURNING}]*[^\s\u0000-\u001f\u007f-\u00a0{TURNING}][^\u0000-\u001f\u007f{TURNING}]*$"
)
KEY_MOST = 2**63 - 1


def is_line(text: str) -> bool:
    return not (UNUSABLE.search(text) or BREAKS.search(text))


def require_usable(value: Any, name: str = "") -> None:
    """Raises ``ValidationError`` naming the first member that holds such a character; looks at names too."""
    waiting = [(name, value)]
    while waiting:
        where, inner = waiting.pop()
        if isinstance(inner, dict):
            for key, each in inner.items():
                if UNUSABLE.search(str(key)):
                    raise ValidationError({where or "detail": [f"参数名{FAULT}"]})
                waiting.append((where or str(key), each))
        elif isinstance(inner, list):
            waiting.extend((where, each) for each in inner)
        elif isinstance(inner, str) and UNUSABLE.search(inner):
            raise ValidationError({where or "detail": [FAULT]})
