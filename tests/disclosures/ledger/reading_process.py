"""Run by the tests as a process of its own: reads each file of a folder and tells what came of it, and its memory."""

import json
import os
import resource
import sys
import time
from pathlib import Path

ADDRESS_SPACE = 1536 * 1024 * 1024  # far above what is allowed to be used; a bomb that goes off dies of it


def memory(kind):
    """Megabytes of this process: VmRSS now, VmHWM at its highest since ``forget_peak``."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(kind)) / 1024


def forget_peak():
    Path("/proc/self/clear_refs").write_text("5")


def main(folder):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from disclosures.ledger import UnusableFile, read

    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    answers = {}
    for path in sorted(Path(folder).iterdir()):
        forget_peak()
        before, start = memory("VmRSS"), time.perf_counter()
        try:
            with path.open("rb") as stream:
                told = f"read {len(read(stream).sheets)}"
        except UnusableFile as refusal:
            told = str(refusal)
        seconds, grown = time.perf_counter() - start, memory("VmHWM") - before
        answers[path.name] = {"told": told, "seconds": seconds, "megabytes": grown}
    print(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1])
