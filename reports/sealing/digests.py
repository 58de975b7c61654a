"""The digest of an issued report, made so that its public part proves itself.

``sealed`` covers what is kept but not given out (the printed text, the names of staff); ``digest`` covers the open
format with ``sealed`` in it. Whoever holds the public JSON can compute the digest again.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# What of an issued report is for everyone. A key may be added; one that was sealed stays so, or old digests break.
OPEN_FORMAT = (
    "schema", "format", "agency", "year", "version", "status", "issued_on", "tables", "counts", "narrative", "checks",
    "sealed", "digest",
)  # fmt: skip
# Not covered: the status moves on from issued to published, and the digest cannot cover itself.
UNCOVERED = ("status", "digest")


def digest_of_file(content: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON of a file in the open format, with whatever a newer version adds to it."""
    return sha256({key: value for key, value in content.items() if key not in UNCOVERED})


def digest_of(frozen: Mapping[str, Any]) -> str:
    """The same of what was frozen, which holds more than the file."""
    if frozen.get("sealed") is None:
        # Reports issued before there was a seal: over everything that was frozen.
        return sha256({key: value for key, value in frozen.items() if key != "digest"})
    return digest_of_file({key: frozen[key] for key in OPEN_FORMAT if key in frozen})


def sealed_of(frozen: Mapping[str, Any]) -> str:
    """The same over what was frozen beside the open format."""
    return sha256({key: value for key, value in frozen.items() if key not in OPEN_FORMAT})


def is_whole(frozen: Mapping[str, Any]) -> bool:
    """Nothing of an issued report, open or sealed, has changed since."""
    sealed = frozen.get("sealed")
    return (sealed is None or sealed == sealed_of(frozen)) and digest_of(frozen) == frozen.get("digest")


def sha256(content: Any) -> str:
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
