"""Several processes of one test module, each with threads of its own, all set off together on one database."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def met_by(processes, module, arguments, address):
    """What they met, each with how often. ``module`` says ``ready``, waits for a line, and prints a JSON list."""
    running = [
        subprocess.Popen(
            [sys.executable, "-m", f"tests.requests_app.{module}", *arguments],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    try:
        for process in running:
            assert process.stdout.readline() == "ready\n"
        for process in running:
            process.stdin.write("go\n")
            process.stdin.flush()
        met = Counter()
        for process in running:
            said, _ = process.communicate(timeout=60)
            met.update(json.loads(said))
    finally:
        for process in running:
            process.kill()
            process.communicate()
    return met
