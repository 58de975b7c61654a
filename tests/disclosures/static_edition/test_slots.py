"""Two slots and a link: whole at every moment, whoever dies; nothing of others is touched."""

import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from disclosures.static_edition import publishing
from disclosures.static_edition.slots import Refused, held
from disclosures.static_edition.sources import Edition, Page, Source, digest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def publish(monkeypatch, tmp_path):
    """Publishes pages given as address → content."""
    out = tmp_path / "www" / "out"

    def run(pages, **options):
        def listed(edition):
            return [Page(address, digest(content), key=content) for address, content in pages.items()]

        def rendered(edition, some):
            for page in some:
                yield page, page.key if isinstance(page.key, Path) else page.key.encode()

        monkeypatch.setattr(publishing, "registered", lambda: [Source("pages", listed, rendered)])
        return publishing.publish(out, Edition([], date(2026, 1, 31)), **options)

    run.out = out
    return run


def numbers(outcome):
    return outcome.written, outcome.unchanged, outcome.removed


def test_killed_before_any_step_the_edition_shown_is_whole_and_the_next_run_mends(tmp_path):
    """Real processes and SIGKILL, before each link, write, rename and fsync of three runs."""
    program = Path(__file__).with_name("killed_publish.py")
    environment = os.environ | {"DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": ""}

    told = subprocess.run(
        [sys.executable, program, tmp_path], env=environment, cwd=ROOT, capture_output=True, text=True
    )

    assert told.returncode == 0, told.stderr
    assert int(told.stdout) > 100


def test_only_what_changed_is_written_and_the_rest_is_the_same_file(publish):
    publish({"/a/": "1", "/b/": "1", "/c.txt": "1"})
    same = (publish.out / "a/index.html").stat().st_ino

    outcome = publish({"/a/": "1", "/b/": "2", "/d/": "1"})

    assert numbers(outcome) == (2, 1, 1)
    assert (publish.out / "a/index.html").stat().st_ino == same
    assert (publish.out / "b/index.html").read_text() == "2"
    assert sorted(path.name for path in publish.out.iterdir()) == ["a", "b", "d"]


def test_an_unchanged_edition_does_not_even_turn(publish):
    publish({"/a/": "1"})
    slot = os.readlink(publish.out)

    assert numbers(publish({"/a/": "1"})) == (0, 1, 0)
    assert os.readlink(publish.out) == slot


def test_what_comes_out_the_same_stays_the_same_file(publish):
    publish({"/a/": "1", "/b/": "1"})
    same = (publish.out / "a/index.html").stat().st_ino

    assert numbers(publish({"/a/": "1", "/b/": "1"}, full=True)) == (0, 2, 0)
    assert (publish.out / "a/index.html").stat().st_ino == same


def test_the_edition_shown_is_never_written_through_a_link(publish):
    publish({"/a/": "1"})
    before = publish.out.resolve()

    publish({"/a/": "2"})

    assert (before / "a/index.html").read_text() == "1" and publish.out.resolve() != before


def test_runs_may_go_back_and_forth(publish):
    for turn in range(5):
        publish({"/a/": str(turn), f"/{turn % 2}/": "x"})

        assert (publish.out / "a/index.html").read_text() == str(turn)
        assert sorted(path.name for path in publish.out.iterdir()) == sorted(["a", str(turn % 2)])


@pytest.mark.parametrize("mask", [0o077, 0o777, 0o000])
def test_everybody_may_read_whatever_the_mask(publish, mask, tmp_path):
    source = tmp_path / "private"
    source.write_text("1")
    source.chmod(0o600)
    before = os.umask(mask)
    try:
        publish({"/a/b/": "1", "/c.txt": source})
    finally:
        assert os.umask(before) == mask

    for path in publish.out.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path
    assert publish.out.stat().st_mode & 0o777 == 0o755


def test_an_empty_folder_is_taken(publish):
    publish.out.mkdir(parents=True)

    publish({"/a/": "1"})

    assert publish.out.is_symlink()


@pytest.mark.parametrize("what", ["folder", "file", "link", "slot"])
def test_what_is_not_ours_is_left_alone(publish, what, tmp_path):
    out = publish.out
    out.parent.mkdir()
    if what == "folder":
        out.mkdir()
        (out / "theirs.html").write_text("theirs")
    elif what == "file":
        out.write_text("theirs")
    elif what == "link":
        out.symlink_to(tmp_path)
    else:
        out.with_name(".out.a").mkdir()
        (out.with_name(".out.a") / "theirs.html").write_text("theirs")
    before = sorted(str(path) for path in out.parent.rglob("*") if not path.name.endswith(".lock"))

    with pytest.raises(Refused, match="请"):
        publish({"/a/": "1"})

    assert sorted(str(path) for path in out.parent.rglob("*") if not path.name.endswith(".lock")) == before


def test_a_second_run_at_once_is_refused(publish):
    publish({"/a/": "1"})

    with held(publish.out), pytest.raises(Refused, match="另一个"):
        publish({"/a/": "2"})

    assert numbers(publish({"/a/": "2"})) == (1, 0, 0)


def test_an_edition_does_not_turn_into_that_of_another_agency(publish):
    publish({"/a/": "1"}, scope="")

    with pytest.raises(Refused, match="范围"):
        publish({"/b/": "1"}, scope="zfj")

    assert (publish.out / "a/index.html").exists()


def test_a_broken_manifest_of_the_idle_slot_costs_only_time(publish):
    publish({"/a/": "1", "/b/": "1"})
    idle = next(name for name in "ab" if f".out.{name}" != os.readlink(publish.out))
    publish.out.with_name(f".out.{idle}.manifest").write_bytes(b"not a database at all" * 100)

    assert numbers(publish({"/a/": "1", "/b/": "2"})) == (1, 1, 0)
