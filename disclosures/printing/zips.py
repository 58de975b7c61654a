"""Zip files whose bytes depend on nothing but what is in them."""

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the format knows no earlier day
READABLE_FILE = 0o100644 << 16


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The files in the order given, under names that may be Chinese, all dated the same."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, content in files.items():
            entry = ZipInfo(name, EARLIEST)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, READABLE_FILE
            entry.create_system = 3  # otherwise that of the machine
            archive.writestr(entry, content)
    return out.getvalue()
