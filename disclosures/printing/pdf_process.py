"""The PDF child process seen from outside: started before Django where that saves time; standard library only."""

import os
import selectors
import struct
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
# What goes in: the length of a job and the job. What comes out: a status, a length, and the PDF or why there is none.
JOB, ANSWER = struct.Struct(">Q"), struct.Struct(">BQ")
LARGEST_ANSWER = 512 * 1024**2
LAST_WORDS = 64 * 1024
PIECE = 1024**2

_waiting: list[subprocess.Popen[bytes]] = []


class ChildEnded(Exception):
    """The process ended without an answer: its exit code (negative: the signal) and its last words."""

    def __init__(self, code: int, errors: str) -> None:
        super().__init__(code, errors)
        self.code, self.errors = code, errors


def start() -> subprocess.Popen[bytes]:
    """A child that loads its libraries at once and then waits for jobs on standard input."""
    return subprocess.Popen(
        [sys.executable, "-m", "disclosures.printing.pdf_worker"],
        cwd=ROOT,
        env=ENVIRONMENT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        bufsize=0,
    )


def start_early(arguments: list[str]) -> None:
    """For a command line that will print a PDF: the library takes as long to load as Django, so both load at once."""
    if arguments[1:2] == ["annual_report"] and ("pdf" in arguments or arguments[-1].endswith(".pdf")):
        _waiting.append(start())


def take() -> subprocess.Popen[bytes]:
    """The child started early, or a new one."""
    return _waiting.pop() if _waiting else start()


def end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def exchange(process: subprocess.Popen[bytes], job: bytes, seconds: float) -> tuple[int, bytes]:
    """The child's answer to a job: status and content. Raises ``TimeoutError`` and ``ChildEnded``.

    Neither side waits for the other to read: the job goes in while answers and warnings come out.
    """
    assert process.stdin and process.stdout and process.stderr
    deadline = time.monotonic() + seconds
    waiting = memoryview(JOB.pack(len(job)) + job)
    answer, errors = bytearray(), bytearray()
    os.set_blocking(process.stdin.fileno(), False)
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdin, selectors.EVENT_WRITE)
        selector.register(process.stdout, selectors.EVENT_READ, answer)
        selector.register(process.stderr, selectors.EVENT_READ, errors)
        while not _is_whole(answer):
            if (left := deadline - time.monotonic()) <= 0:
                raise TimeoutError
            for key, _ in selector.select(left):
                if key.fileobj is process.stdin:
                    waiting = _send(process.stdin.fileno(), waiting)
                    if not waiting:
                        selector.unregister(process.stdin)
                elif piece := os.read(key.fd, PIECE):
                    key.data.extend(piece)
                    del errors[:-LAST_WORDS]
                elif key.fileobj is process.stdout:
                    errors += _rest(process.stderr.fileno(), deadline) if process.stderr in selector.get_map() else b""
                    raise ChildEnded(process.wait(max(deadline - time.monotonic(), 1)), errors.decode(errors="replace"))
                else:
                    selector.unregister(process.stderr)
    return answer[0], bytes(memoryview(answer)[ANSWER.size :])


def _is_whole(answer: bytearray) -> bool:
    if len(answer) < ANSWER.size:
        return False
    length = ANSWER.unpack_from(answer)[1]
    if length > LARGEST_ANSWER:
        raise ChildEnded(0, "answer too large")
    return len(answer) >= ANSWER.size + length


def _send(descriptor: int, waiting: memoryview) -> memoryview:
    """What is left to send; nothing when the child no longer reads, which its end will explain."""
    try:
        return waiting[os.write(descriptor, waiting[:PIECE]) :]
    except BlockingIOError:
        return waiting
    except BrokenPipeError:
        return waiting[:0]


def _rest(descriptor: int, deadline: float) -> bytes:
    """The last words of a child that has closed its output."""
    os.set_blocking(descriptor, False)
    words = b""
    while time.monotonic() < deadline:
        try:
            piece = os.read(descriptor, LAST_WORDS)
        except BlockingIOError:
            time.sleep(0.01)
            continue
        if not piece:
            break
        words = (words + piece)[-LAST_WORDS:]
    return words
