"""What every page hangs on whatever the records say: the program, its templates and style sheets, and the settings."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

FOLDERS = ("config", "disclosures", "requests_app", "reports", "templates")
SUFFIXES = {".py", ".html", ".css", ".js", ".svg", ".json", ".xml", ".txt"}
SHOWN = (
    "SITE_URL", "PATH_PREFIX", "APPLICATION_URL", "SITE_NAME", "SITE_ID_CODE", "ICP_NUMBER", "PUBLIC_SECURITY_NUMBER",
    "SITE_COLOUR", "SITE_LOGO", "HEADER_FRAGMENT", "FOOTER_FRAGMENT", "STATIC_URL",
)  # fmt: skip


def fingerprint() -> str:
    """By content: a copy of the program on another machine has the same."""
    seen = hashlib.blake2b(digest_size=12)
    for path in files():
        seen.update(f"\0{path.relative_to(settings.BASE_DIR)}\0".encode())
        seen.update(path.read_bytes())
    hashed = getattr(staticfiles_storage, "hashed_files", {})
    for value in (*(f"{name}={getattr(settings, name)}" for name in SHOWN), sorted(hashed.items())):
        seen.update(f"\0{value}".encode())
    return seen.hexdigest()


def folders() -> list[Path]:
    """Where our own program lies."""
    return [Path(settings.BASE_DIR) / folder for folder in FOLDERS]


def files() -> list[Path]:
    found = (path for folder in folders() for path in folder.rglob("*") if path.suffix in SUFFIXES)
    return sorted(path for path in found if path.is_file())
