"""What a file may cost before and while it is read; a file that would cost more is refused with the limit named."""

from dataclasses import dataclass

from django.conf import settings

MEGABYTE = 1024 * 1024


class UnusableFile(Exception):
    """The file cannot be read at all; the message says why and what to do."""


@dataclass(frozen=True)
class Limits:
    """Megabytes of the file and of what it unpacks to; rows below the header and columns of a sheet, all included.

    ``reader_megabytes`` and ``reader_seconds`` bound the process that reads a foreign format.
    """

    megabytes: int
    unpacked_megabytes: int
    rows: int
    reader_megabytes: int
    reader_seconds: int
    columns: int = 60
    cell: int = 32_767  # the format's own limit
    ratio: int = 100

    @property
    def cells(self) -> int:
        """Cells of the whole workbook, empty ones with a format included."""
        return max(self.rows, 2_000) * self.columns

    @property
    def text_bytes(self) -> int:
        """Memory that the distinct texts of the whole workbook may take."""
        return self.unpacked_megabytes * MEGABYTE * 2 // 3


def for_pages() -> Limits:
    """What comes in over the web; the operator's settings can only lower it."""
    return Limits(
        megabytes=min(10, settings.LEDGER_MAX_MEGABYTES),
        unpacked_megabytes=min(100, 10 * settings.LEDGER_MAX_MEGABYTES),
        rows=min(20_000, settings.LEDGER_MAX_ROWS),
        reader_megabytes=384,
        reader_seconds=20,
    )


def for_commands() -> Limits:
    """What the operator brings in by command: LEDGER_MAX_MEGABYTES, ten times that unpacked, LEDGER_MAX_ROWS."""
    return Limits(
        megabytes=settings.LEDGER_MAX_MEGABYTES,
        unpacked_megabytes=10 * settings.LEDGER_MAX_MEGABYTES,
        rows=settings.LEDGER_MAX_ROWS,
        reader_megabytes=384 + 64 * settings.LEDGER_MAX_MEGABYTES,
        reader_seconds=120,
    )
