"""What every test may rely on: no network but loopback, quick passwords, files in a folder of its own."""

import os
import socket
from pathlib import Path

import hypothesis
import pytest

# How long an example takes says something of the machine, nothing of the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

CHROMIUM = Path("/usr/bin/chromium")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}

# Playwright's synchronous API runs an event loop in the thread that also speaks to the test database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


ASK_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_addoption(parser):
    parser.addoption(
        "--database",
        action="store_true",
        help="only tests that ask the database, and none in a browser: what a second database can tell",
    )


def pytest_collection_modifyitems(config, items):
    if not config.getoption("--database"):
        return
    kept = [
        item
        for item in items
        if "chromium" not in item.fixturenames
        and (item.get_closest_marker("django_db") or ASK_DATABASE & set(item.fixturenames))
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(kept)])
    items[:] = kept


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse_other_than_loopback(host):
        if host not in LOOPBACK:
            raise AssertionError(f"a test reached for the network: {host}")

    def guarded(call):
        def call_on_loopback(self, *arguments):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse_other_than_loopback(arguments[-1][0])
            return call(self, *arguments)

        return call_on_loopback

    def look_up(host, *arguments, getaddrinfo=socket.getaddrinfo, **options):
        if host:  # none: an address to listen on
            refuse_other_than_loopback(host)
        return getaddrinfo(host, *arguments, **options)

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
    monkeypatch.setattr(socket, "getaddrinfo", look_up)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.OPEN_DATA_DIR = tmp_path / "open-data"
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet():
    """How often an address has called the API is counted for a minute, longer than a test takes."""
    from django.core.cache import caches

    caches["throttles"].clear()


@pytest.fixture(autouse=True)
def _every_page_releases_what_is_due(monkeypatch):
    """At every request, so that the number of queries does not hang on when the test began."""
    from config.middleware import TimedRelease

    monkeypatch.setattr(TimedRelease, "EVERY", 0.0)


@pytest.fixture(autouse=True)
def _no_page_is_kept(settings):
    """Each test sees what it has just written."""
    settings.PAGE_CACHE_SECONDS = 0


@pytest.fixture(autouse=True)
def _issued_without_printing(request, monkeypatch):
    """Printing every format takes seconds; a test that is about that is marked ``real_print``."""
    if "real_print" in request.keywords:
        return
    from reports import issuing
    from reports.rendering import formats

    def quick(document):
        return {key: formats.FORMATS[key].render(document) for key in ("html", "json")}

    monkeypatch.setattr(issuing, "issued_files", quick)


@pytest.fixture(scope="session", autouse=True)
def _one_printing_child():
    """Started by the first test that prints, for all of them."""
    from tests import printing

    yield
    printing.end()


def _load_published_years(sender, using, **_):
    from tests.factories.disclosures import load_published_years

    if sender.name == "disclosures":
        load_published_years()


@pytest.fixture(scope="session", autouse=True)
def _calendar_outlives_flushes():
    """A test with transactions of its own ends with empty tables; the calendar of the migration comes back."""
    from django.db.models.signals import post_migrate

    post_migrate.connect(_load_published_years)


@pytest.fixture(scope="module")
def _no_session_left(django_db_setup, django_db_blocker):
    """PostgreSQL drops no database in which the server's threads or the browser's event loop still hold a session.

    Set up before the browser, so that this runs once its event loop has ended.
    """
    from django.db import connection

    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="module")
def chromium(_no_session_left):
    """A headless browser: Debian's, the one the offices' machines can have."""
    if not CHROMIUM.exists():
        pytest.skip("no /usr/bin/chromium on this machine")
    from playwright.sync_api import sync_playwright

    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync"]
    flags += ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield browser
        browser.close()
