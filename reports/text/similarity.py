"""How much of a text stands in another already (30号: 内容雷同); pure.

By overlapping runs of characters, so that moving a sentence hides nothing; years and other numbers do not count.
"""

import re
from collections import Counter
from collections.abc import Iterable

RUN = 4  # characters that must agree in a row
SHORTEST = 40  # characters; of less nothing can be said
ALIKE = 60  # per cent, from which a page shows it
TOO_ALIKE = 85  # per cent, from which it is a warning


def likeness(text: str | Iterable[str], before: str) -> int | None:
    """Per cent, 0–100, of ``text`` (or its pieces) that stands in ``before``; None where it is too short to judge."""
    pieces = [_bare(piece) for piece in ([text] if isinstance(text, str) else text)]
    known = _bare(before)
    if sum(map(len, pieces)) < SHORTEST or len(known) < RUN:
        return None
    runs = Counter(run for piece in pieces for run in _runs(piece))
    shared = runs & Counter(_runs(known))
    return 100 * shared.total() // runs.total() if runs else None


def _bare(text: str) -> str:
    """Without marks and blanks; a number is a number."""
    return re.sub(r"\W+|_", "", re.sub(r"[\d０-９]+(?:\.\d+)?", "0", text))


def _runs(text: str) -> Iterable[str]:
    return (text[place : place + RUN] for place in range(len(text) - RUN + 1))
