"""Reading of files from strangers in a process of its own: all that a hostile one can end is that.

What comes back is small: the findings, or a copy of the file. The process has no more memory and time than it is given.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

WORKER = Path(__file__).with_name("reader_worker.py")
MEGABYTES, SECONDS = 1_200, 10
TOO_MUCH = "文件内容过多，或者结构异常，检查不完；请拆分成几个小的文件，或者用原来的软件另存后再上传"


class Refused(Exception):
    """The file is refused; the message tells the clerk in Chinese why and what to do."""


def examine(stream: BinaryIO, name: str, known: Collection[str]) -> dict[str, Any]:
    """What is found in the file: ``hits`` and ``hidden`` as lists, ``unread`` as sentences; and its running ``text``.

    Raises ``Refused``.
    """
    told, _ = _work("examine", stream, name, known)
    return told


def running_text(stream: BinaryIO, name: str) -> str:
    """The words that a reader of the file sees, the beginning of a long one. Raises ``Refused``."""
    told, _ = _work("text", stream, name, ())
    return told["text"]


def refuse_unreadable(stream: BinaryIO, name: str) -> None:
    """Raises ``Refused`` for a file that cannot be examined."""
    _work("read", stream, name, ())


def masked(stream: BinaryIO, name: str, known: Collection[str]) -> bytes:
    """Raises ``Refused``."""
    return _work("masked", stream, name, known)[1]


def cleaned(stream: BinaryIO, name: str) -> bytes:
    """Raises ``Refused``."""
    return _work("cleaned", stream, name, ())[1]


def _work(task: str, stream: BinaryIO, name: str, known: Collection[str]) -> tuple[dict[str, Any], bytes]:
    asked = json.dumps({"task": task, "name": name, "known": list(known)}).encode()
    command = [sys.executable, "-I", "-S", str(WORKER), str(MEGABYTES), str(SECONDS), str(settings.BASE_DIR), *sys.path]
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as answer:
        given.write(asked + b"\n")
        stream.seek(0)
        while piece := stream.read(1 << 20):
            given.write(piece)
        given.seek(0)
        try:
            done = subprocess.run(
                command,
                stdin=given,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                env={"PYTHONIOENCODING": "utf-8", "LANG": "C.UTF-8"},
                timeout=3 * SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Refused(TOO_MUCH) from None
        answer.seek(0)
        line = answer.readline()
        if done.returncode or not line.endswith(b"\n"):
            raise Refused(TOO_MUCH)
        told = json.loads(line)
        if "refused" in told:
            raise Refused(told["refused"])
        return told, answer.read()
