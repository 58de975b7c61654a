"""A run killed before each of its steps on the disk, one process each: a program of ``test_slots``.

Prints how many were killed; whatever is not as it must be stops it.
"""

import builtins
import os
import shutil
import signal
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

STEPS = [(os, name) for name in ("unlink", "link", "mkdir", "rmdir", "replace", "symlink", "fsync", "open")]
PAGES = 4


def pages(version):
    """Of the first, second… edition: some change, some vanish, some are new."""
    return {
        f"p/{place + version}/index.html": f"{place + version} {version if place % 2 else 0}" for place in range(PAGES)
    }


def publish(out, version):
    from disclosures.static_edition import publishing
    from disclosures.static_edition.sources import Edition, Page, Source, digest

    def listed(edition):
        return [Page(f"/{path}", digest(content), key=content) for path, content in pages(version).items()]

    def rendered(edition, some):
        for page in some:
            yield page, page.key.encode()

    publishing.registered = lambda: [Source("pages", listed, rendered)]
    return publishing.publish(out, Edition([], date(2026, 1, 31)))


def shown(out):
    return (
        {str(path.relative_to(out)): path.read_text() for path in sorted(out.rglob("*.html"))} if out.exists() else {}
    )


def die_before(number):
    """Kills this process before its ``number``-th step on the disk."""
    left = [number]

    def counted(call):
        def step(*args, **kwargs):
            left[0] -= 1
            if left[0] < 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*args, **kwargs)

        return step

    for module, name in STEPS:
        setattr(module, name, counted(getattr(module, name)))
    builtins.open = counted(open)


def killed(out, version, number):
    """Whether the process that publishes ``version`` was killed before it ended."""
    child = os.fork()
    if child == 0:
        die_before(number)
        publish(out, version)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0, (version, number)
    return os.WIFSIGNALED(status)


def main(folder):
    import django

    django.setup()
    from disclosures.static_edition import manifest

    # A killed process loses nothing that it has written: waiting for the disk would only make this slow.
    manifest.SYNCHRONOUS, os.fsync = "OFF", lambda handle: None
    deaths = 0
    for before in (0, 1, 2):  # nothing yet, after a first run, after a second
        number = 0
        begun = Path(folder, f"{before}")
        begun.mkdir()
        for version in range(1, before + 1):
            publish(begun / "out", version)
        while True:
            out = Path(folder, f"{before}-{number}", "out")
            # Of hard links, so that whoever wrote through one would spoil all that follow.
            shutil.copytree(begun, out.parent, symlinks=True, copy_function=os.link)
            for manifest_file in out.parent.glob(".*.manifest"):
                shutil.copy(begun / manifest_file.name, out.parent / "copy")
                os.replace(out.parent / "copy", manifest_file)
            old, new = pages(before) if before else {}, pages(before + 1)
            died = killed(out, before + 1, number)
            assert shown(out) in (old, new), (before, number, shown(out))
            deaths += died
            publish(out, before + 2)
            assert shown(out) == pages(before + 2), (before, number)
            publish(out, before + 3)
            assert shown(out) == pages(before + 3), (before, number)
            if not died:
                break
            shutil.rmtree(out.parent)
            number += 1
    print(deaths)


if __name__ == "__main__":
    main(*sys.argv[1:])
