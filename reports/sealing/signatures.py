"""The signatures on a PDF that somebody sent, read in a process of its own: all a hostile file can end is that."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import date

from disclosures.printing.pdf_process import ENVIRONMENT, ROOT

CPU_SECONDS, SECONDS = 10, 20
MOMENT = re.compile(r"D:(\d{4})(\d\d)(\d\d)")


class Unreadable(Exception):
    """The file could not be read to its end."""


@dataclass(frozen=True)
class Signature:
    """``holds``: nothing has changed since, not even by an addition. ``on``: what the signer's clock said."""

    signer: str
    fingerprint: str
    holds: bool
    on: date | None


def of(pdf: bytes) -> list[Signature]:
    """Raises ``Unreadable`` for what is no PDF, or takes too long or too much to read."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.sealing.signature_worker", str(CPU_SECONDS)],
            input=pdf,
            cwd=ROOT,
            env=ENVIRONMENT,
            capture_output=True,
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable from None
    try:
        told = json.loads(done.stdout)
    except ValueError:
        raise Unreadable from None
    return [Signature(one["signer"][:200], one["fingerprint"], one["holds"], _day(one["at"])) for one in told]


def _day(moment: str) -> date | None:
    found = MOMENT.match(moment)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
