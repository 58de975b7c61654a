"""Starting the PDF child process, before Django where that saves time; standard library only."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}

_waiting: list[subprocess.Popen[bytes]] = []


def start() -> subprocess.Popen[bytes]:
    """A child that loads its libraries at once and then waits for its job on standard input."""
    return subprocess.Popen(
        [sys.executable, "-m", "disclosures.printing.pdf_worker"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def start_early(arguments: list[str]) -> None:
    """For a command line that will print a PDF: the library takes as long to load as Django, so both load at once."""
    if arguments[1:2] == ["annual_report"] and ("pdf" in arguments or arguments[-1].endswith(".pdf")):
        _waiting.append(start())


def take() -> subprocess.Popen[bytes]:
    """The child started early, or a new one."""
    return _waiting.pop() if _waiting else start()
