"""About the repository itself: what the README promises, what no file may say, what the lock must hold."""

import re
import subprocess
from pathlib import Path

import pytest

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


def test_no_file_names_a_registry_or_a_machine():
    needles = [
        "/wo" + "rk/",
        "py" + "thonhosted",
        "py" + "pi.org",
        "deb.de" + "bian.org",
        "registry.npm" + "js",
        "/ro" + "ot/",
    ]
    found = [
        f"{path.relative_to(ROOT)}: {needle}"
        for path in tracked_files()
        if path.suffix not in {".mo", ".pdf", ".xlsx"}
        for needle in needles
        if needle in path.read_text("utf-8")
    ]

    assert found == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hashes(name):
    blocks = re.split(r"\n(?=\S)", (ROOT / name).read_text("utf-8").strip())

    assert len(blocks) > 20
    assert [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block] == []


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
