"""Everything about a report in one zip: each format under its Chinese name, and a manifest with their digests."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from disclosures.printing.zips import zipped
from reports.document import ReportDocument
from reports.rendering.properties import file_stem

SCHEMA = "annual-report-package/1"
MANIFEST = "manifest.json"


def package(document: ReportDocument, files: Mapping[str, tuple[str, bytes]]) -> bytes:
    """``files``: suffix of the name and content of each format by its key. The same files give the same bytes."""
    stem = file_stem(document.agency_name, document.year, version=document.version, is_draft=document.is_draft)
    named = {f"{stem}{suffix}": (key, content) for key, (suffix, content) in files.items()}
    manifest = {
        "schema": SCHEMA,
        "agency": {"code": document.agency_code, "name": document.agency_name},
        "year": document.year,
        "version": document.version,
        "status": str(document.status),
        "digest": document.digest,
        "files": [_entry(name, key, content) for name, (key, content) in sorted(named.items())],
    }
    told = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    return zipped({**{name: content for name, (_, content) in sorted(named.items())}, MANIFEST: told.encode()})


def _entry(name: str, key: str, content: bytes) -> dict[str, Any]:
    return {"name": name, "format": key, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
