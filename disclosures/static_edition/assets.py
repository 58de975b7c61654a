"""What pages carry with them: style sheets and scripts, the logo, the page of a wrong address, the open data files."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse

from disclosures.static_edition import inputs
from disclosures.static_edition.rendering import StaticRequest
from disclosures.static_edition.sources import Edition, NotPublished, Page, Rendered, digest, register


def gathered() -> None:
    """Names of static files hold their digest, which ``collectstatic`` works out; once is enough."""
    if not settings.DEBUG and getattr(staticfiles_storage, "hashed_files", None) == {}:
        call_command("collectstatic", interactive=False, verbosity=0)


def static_files(edition: Edition) -> Iterator[Page]:
    """Those of our own apps, under both of their names: the error pages use the plain one."""
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            source = Path(storage.path(name))
            if any(source.is_relative_to(folder) for folder in inputs.folders()):
                plain, hashed = settings.STATIC_URL + name, unquote(staticfiles_storage.url(name))
                yield Page(plain, _stamp(source), key=source)
                if hashed != plain:
                    kept = Path(settings.STATIC_ROOT) / hashed.removeprefix(settings.STATIC_URL)
                    yield Page(hashed, _stamp(kept), key=kept)


def logo(edition: Edition) -> Iterator[Page]:
    if settings.SITE_LOGO:
        file = f"site/logo{settings.SITE_LOGO.suffix.lower()}"
        yield Page(reverse("logo"), _stamp(settings.SITE_LOGO), file, key=settings.SITE_LOGO)


def open_data(edition: Edition) -> Iterator[Page]:
    folder = settings.OPEN_DATA_DIR
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        if path.is_file() and not path.name.startswith("."):
            yield Page(f"{reverse('data')}{path.relative_to(folder)}", _stamp(path), key=path)


def open_data_page(edition: Edition) -> Iterator[Page]:
    if files := [page.fingerprint for page in open_data(edition)]:
        yield Page(reverse("data"), digest(edition.site, *files))


def as_they_lie(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    for page in pages:
        yield page, page.key if page.key.is_file() else NotPublished("文件不在了")


def wrong_address(edition: Edition) -> Iterator[Page]:
    yield Page(f"{get_script_prefix()}404.html", edition.site)


def render_wrong_address(edition: Edition, pages: list[Page]) -> Iterator[Rendered]:
    for page in pages:
        yield page, render_to_string("404.html", request=StaticRequest(page.address)).encode()


def register_pages() -> None:
    register("static files", static_files, as_they_lie)
    register("logo", logo, as_they_lie)
    register("open data", open_data, as_they_lie)
    register("open data page", open_data_page)
    register("404", wrong_address, render_wrong_address)


def _stamp(path: Path) -> str:
    found = path.stat()
    return digest(path.name, found.st_size, found.st_mtime_ns)
