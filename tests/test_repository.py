"""About the repository itself: what the README promises, what no file may say, what the lock must hold."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from tests.test_layering import FORBIDDEN, imports_of

ROOT = Path(__file__).resolve().parent.parent


def tracked_files():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_settings_table_lists_what_settings_read():
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text("utf-8")))
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))

    assert told == read


# Put together here, so that this file is judged like every other.
NEVER_SAID = ["/wo" + "rk/", "/ro" + "ot/", "python" + "hosted", "py" + "pi.org", "deb." + "debian.org", "npm" + "js"]
NEVER_LEFT = ["TO" + "DO", "FIX" + "ME", "待" + "补充", "待" + "填写", "此处" + "填写", "占位" + "符"]


def mentions(root, paths, needles):
    """``file:line needle`` for each needle found; what is no text is looked at as bytes."""
    return [
        f"{path.relative_to(root)}:{number} {needle}"
        for path in paths
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1)
        for needle in needles
        if needle.encode() in line
    ]


def test_no_file_names_a_registry_or_a_machine():
    assert mentions(ROOT, tracked_files(), NEVER_SAID) == []


def test_no_file_holds_a_gap_to_fill():
    assert mentions(ROOT, tracked_files(), NEVER_LEFT) == []


def test_a_mention_is_named(tmp_path):
    """The twin."""
    (tmp_path / "notes.md").write_text(f"one\nsee {NEVER_SAID[0]}x，{NEVER_LEFT[2]}\n")

    found = mentions(tmp_path, tmp_path.iterdir(), NEVER_SAID + NEVER_LEFT)

    assert found == [f"notes.md:2 {NEVER_SAID[0]}", f"notes.md:2 {NEVER_LEFT[2]}"]


def test_settings_import_no_app():
    """They are read before any app is; and what they said would depend on what they configure."""
    for name in ("settings.py", "env.py"):
        for line, package in imports_of((ROOT / "config" / name).read_text("utf-8")):
            assert package not in FORBIDDEN, f"config/{name}:{line} imports {package}"


def test_tests_cannot_reach_the_network():
    closed = socket.socket()
    closed.close()  # should the guard be gone, nothing leaves the machine all the same

    with pytest.raises(AssertionError, match="network"):
        closed.connect(("192.0.2.1", 9))
    with pytest.raises(AssertionError, match="network"):
        closed.connect_ex(("192.0.2.1", 9))
    with pytest.raises(AssertionError, match="network"):
        closed.sendto(b"", ("192.0.2.1", 9))
    with pytest.raises(AssertionError, match="network"):
        socket.getaddrinfo("gongkai.invalid", 80)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hashes(name):
    lock = (ROOT / name).read_text("utf-8")
    blocks = re.split(r"\n(?=\S)", lock.strip())

    assert len(blocks) > 20
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert re.findall(r"^--.*|\S+://\S+", lock, re.MULTILINE) == [], "a lock names no host"


def test_make_targets_of_the_contract_are_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in ("demo", "test", "serve", "install", "test-postgres", "check", "bench"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize(
    "variable",
    ["DEBUG=maybe", "SITE_URL=gk.example", "LEDGER_MAX_ROWS=many", "SECRET_KEY=short", "DATABASE_URL=mysql://x/y"],
)
def test_wrong_setting_stops_the_start_and_says_what_to_set(variable, tmp_path):
    import os
    import sys

    name, value = variable.split("=")
    environment = {**os.environ, "DATA_DIR": str(tmp_path), name: value, "DJANGO_SETTINGS_MODULE": "config.settings"}
    started = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )

    assert started.returncode != 0
    assert name in started.stderr.splitlines()[-1] and re.search("[请须]", started.stderr.splitlines()[-1])


def test_keys_are_made_once_and_for_the_owner_only(tmp_path):
    from config import env

    first = env.secret("NO_SUCH_KEY", tmp_path)

    assert env.secret("NO_SUCH_KEY", tmp_path) == first and len(first) >= 48
    assert (tmp_path / "no_such_key").stat().st_mode & 0o077 == 0
