"""Run by ``reader_process.py`` with no more memory and time than it is given.

Standard input is a line of JSON (task, name, known) and the file; standard output a line of JSON, and a copy of the
file where one was asked for. A line ``{"refused": …}`` says in Chinese why the file is not read.
"""

import gc
import json
import resource
import sys
from io import BytesIO


def main(megabytes: int, seconds: int, paths: list[str]) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path[:] = [*paths, *(path for path in sys.path if path not in paths)]
    gc.disable()  # nothing here lives long enough to be collected, and hundreds of thousands of cells would be counted
    asked = json.loads(sys.stdin.buffer.readline())
    data = BytesIO(sys.stdin.buffer.read())
    from disclosures.gate import files

    told, copy = {}, b""
    try:
        if asked["task"] == "examine":
            told = examined(data, asked["name"], asked["known"])
        elif asked["task"] == "read":
            files.read(data, asked["name"])
        elif asked["task"] == "text":
            told = {"text": files.read(data, asked["name"]).running_text()}
        else:
            copy = copied(data, asked)
    except files.Unreadable as refused:
        told = {"refused": str(refused)}
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + copy)


def examined(data: BytesIO, name: str, known: list[str]) -> dict[str, object]:
    from disclosures.gate import files, searching

    content = files.read(data, name)
    found = searching.search(content.passages, known=known)
    hits = [(str(hit.kind), place, hit.masked, hit.text, spread) for place, hit, spread in found]
    hidden = [(str(each.kind), each.place, each.what, each.cleanable) for each in content.hidden]
    return {"hits": hits, "hidden": hidden, "unread": content.unread, "text": content.running_text()}


def copied(data: BytesIO, asked: dict) -> bytes:
    from disclosures.gate import files, patterns

    if asked["task"] == "cleaned":
        return files.cleaned(data, asked["name"])
    return files.masked(data, asked["name"], lambda text: patterns.find(text, known=asked["known"]))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
