"""The static edition of a demonstration site: whole, without a broken link, and as new as the records."""

import os
import re
from html import unescape
from urllib.parse import unquote, urljoin

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from disclosures import actions
from disclosures.models import Attachment
from disclosures.static_edition import rendering
from disclosures.static_edition.links import Links
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    CategoryFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.reports import AnnualReportFactory, published

pytestmark = pytest.mark.django_db
ATTRIBUTE = re.compile(r'(?:href|src|action)="([^"]*)"')


@pytest.fixture
def agency():
    return AgencyFactory(code="zfj", name="示例局", shows_request_register=True)


@pytest.fixture
def items(agency):
    column = CategoryFactory(agency=agency, name="通知公告")
    made = [ItemFactory(agency=agency, category=column, public=True, title=f"示例{place}") for place in range(23)]
    for item in made:
        PublicationFactory(item=item)
    return made


@pytest.fixture
def out(tmp_path, settings):
    settings.APPLICATION_URL = "https://app.example"
    return tmp_path / "www"


def publish(out, capsys=None, **options):
    call_command("publish_static", str(out), jobs=1, **options)


def texts(out):
    return {str(path.relative_to(out)): path.read_text() for path in out.rglob("*.html")}


def broken(out):
    """(page, link) that leads neither to a file of the edition nor to the application."""
    found = []
    for page, html in texts(out).items():
        for written in map(unescape, ATTRIBUTE.findall(html)):
            if written.startswith(("#", "data:", "https://app.example/")) or not written:
                continue
            path = unquote(urljoin(f"/{page.removesuffix('index.html')}", written).partition("#")[0])
            if "?" in path or not (out / (path + "index.html" if path.endswith("/") else path).lstrip("/")).is_file():
                found.append((page, written))
    return found


def test_every_link_leads_to_a_file_or_to_the_application(out, agency, items):
    attached = Attachment(item=items[0], name="示例 附件.pdf")
    attached.file.save("a.pdf", ContentFile(b"%PDF-1.4 1"))
    NormativeDocumentFactory(agency=agency, item=items[1]).interpretations.add(items[2])
    AdministrativeDecisionFactory(agency=agency, published_on="2022-06-02")
    officer = MembershipFactory(agency=agency, role="manager").user
    published(AnnualReportFactory(agency=agency), officer)
    AgencyFactory(code="other")

    publish(out)

    assert broken(out) == []
    pages = texts(out)
    for name in (
        "index.html", "404.html", "zfj/index.html", "zfj/guide/index.html", "zfj/items/2022/03/index.html",
        "zfj/items/by-law/index.html", "zfj/decisions/index.html", "zfj/proposals/index.html",
        "zfj/reports/2022/index.html", "zfj/statistics/index.html", "zfj/requests/register/index.html",
    ):  # fmt: skip
        assert name in pages, name
    for name in ("robots.txt", "sitemap.xml", "site/theme.css", "zfj/feed/index.xml", "zfj/documents/in-force.xlsx"):
        assert (out / name).stat().st_size, name
    folder = out / f"zfj/items/{items[0].pk}/attachments/{attached.pk}"
    assert [path.name for path in folder.iterdir()] == ["示例 附件.pdf"]


def test_what_only_the_application_answers_leads_there(out, items):
    items[0].body = '<p><a href="/zfj/items/?year=2022">清单</a><a href="https://else.example/x">别处</a></p>'
    items[0].save()

    publish(out)

    page = texts(out)[f"zfj/items/{items[0].pk}/index.html"]
    assert 'href="https://app.example/zfj/items/?year=2022"' in page and 'href="https://else.example/x"' in page
    assert 'action="https://app.example/' in texts(out)["zfj/items/index.html"], "the search box"
    assert 'data-edition="static"' in page


def test_a_withdrawn_item_is_gone_from_every_file(out, agency, items, capsys):
    publish(out)
    gone = items[7]
    reviewer = MembershipFactory(agency=agency, role="reviewer").user
    assert any(gone.title + "<" in html for html in texts(out).values()), "the twin: it was there"

    actions.withdraw(item=gone, by=reviewer, reason="示例")
    publish(out)

    assert not (out / f"zfj/items/{gone.pk}").exists()
    address = f"/zfj/items/{gone.pk}/"
    for path in out.rglob("*"):
        if path.is_file():
            assert address.encode() not in path.read_bytes(), path
    assert "撤下1页" in capsys.readouterr().out.splitlines()[-1]


def test_one_change_writes_its_page_the_lists_that_name_it_and_its_neighbours(out, items, capsys):
    publish(out)
    before = {str(path.relative_to(out)): path.stat().st_ino for path in out.rglob("*") if path.is_file()}

    items[10].title = "改了标题"
    items[10].save()
    publish(out)

    after = {str(path.relative_to(out)): path.stat().st_ino for path in out.rglob("*") if path.is_file()}
    changed = {name for name in after if after[name] != before.get(name)}
    assert {f"zfj/items/{items[place].pk}/index.html" for place in (9, 10, 11)} <= changed
    assert "zfj/items/2022/03/index.html" in changed and "zfj/guide/index.html" not in changed
    assert f"zfj/items/{items[2].pk}/index.html" not in changed
    publish(out)
    assert "写出0页" in capsys.readouterr().out.splitlines()[-1]


def test_incremental_and_full_are_the_same(out, tmp_path, agency, items):
    publish(out)
    items[3].summary = "新的概述"
    items[3].save()
    items[4].publications.update(url="https://else.example/4")
    items[5].attachments.create(name="b.txt", file=ContentFile(b"1", name="b.txt"))
    publish(out)

    publish(tmp_path / "anew")

    for path in (tmp_path / "anew").rglob("*"):
        if path.is_file() and path.suffix != ".xlsx":  # a workbook tells when it was made
            assert (out / path.relative_to(tmp_path / "anew")).read_bytes() == path.read_bytes(), path
    assert sum(path.is_file() for path in out.rglob("*")) == sum(
        path.is_file() for path in (tmp_path / "anew").rglob("*")
    )


def test_one_agency_alone(out, items):
    other = ItemFactory(public=True, agency__code="other", title="别的机关的信息")

    publish(out, agency="zfj")

    assert not (out / "other").exists()
    assert all(other.title not in html for html in texts(out).values())
    with pytest.raises(CommandError, match="范围") as refused:
        publish(out)
    assert refused.value.returncode == 2


@pytest.mark.parametrize("wrong", [{"agency": "nobody"}, {"jobs": 0}])
def test_wrong_arguments_are_told(out, wrong):
    with pytest.raises(CommandError) as refused:
        call_command("publish_static", str(out), **{"jobs": 1, **wrong})

    assert refused.value.returncode == 2 and not out.exists()


def test_a_page_that_fails_is_told_and_keeps_no_other_back(out, items, monkeypatch, capsys):
    publish(out)

    def failing(request, item, *, around, shown=rendering.content_of):
        raise ValueError("示例")

    from disclosures.static_edition import floor

    monkeypatch.setattr(floor, "show_item", failing)
    items[0].title = "改了"
    items[0].save()
    with pytest.raises(CommandError, match="没有写出"):
        publish(out)

    assert f"zfj/items/{items[0].pk}/index.html" not in texts(out), "an old page may say what is no longer so"
    assert f"zfj/items/{items[9].pk}/index.html" in texts(out)


def test_no_page_is_written_that_needs_a_visitor(out, rf):
    from django.http import HttpResponse
    from django.middleware.csrf import get_token

    request = rendering.StaticRequest("/x/")
    get_token(request)

    with pytest.raises(rendering.NotPublished, match="访问者"):
        rendering.content_of(HttpResponse("x"), request)


def test_neither_session_nor_cookie_is_touched(out, items):
    from django.contrib.sessions.models import Session

    publish(out)

    assert not Session.objects.exists()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/a/", "/a/"),
        ("/a/#part", "/a/#part"),
        ("/b/", "/b/示例 1.pdf"),
        ("/a/?page=2", "https://app.example/a/?page=2"),
        ("?page=2", "https://app.example/a/?page=2"),
        ("/c/", "https://app.example/c/"),
        ("#part", "#part"),
        ("https://else.example/a/", "https://else.example/a/"),
        ("http://[", "http://["),
        ("../b/", "/b/示例 1.pdf"),
        ("/c/?q=%22%3E&amp;x=1", "https://app.example/c/?q=%22%3E&amp;x=1"),
    ],
)
def test_links(written, expected, settings):
    settings.APPLICATION_URL = "https://app.example"
    links = Links({"/a/": "a/index.html", "/b/": "b/示例 1.pdf"})

    assert unquote(links.target(written, "/a/")) == unquote(expected)


def test_text_that_looks_like_a_link_stays_text(settings):
    html = '<p>写成 href="/c/" 的文字</p>'

    assert Links({}).within(html, "/a/") == html


def test_under_a_prefix_files_lie_without_it_and_links_have_it(tmp_path, items):
    """In a process of its own: addresses begin with the prefix from its start."""
    import subprocess
    import sys

    from django.conf import settings
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("the file database of this test is SQLite")
    environment = os.environ | {
        "DATA_DIR": str(tmp_path / "data"), "DATABASE_URL": "", "PATH_PREFIX": "/zfxxgk", "DEBUG": "1",
        "SITE_URL": "https://www.example", "APPLICATION_URL": "https://app.example/gk",
    }  # fmt: skip

    def manage(*arguments):
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=settings.BASE_DIR, env=environment, capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "--verbosity", "0")
    manage("shell", "-c", "from disclosures.models import Agency; Agency.objects.create(code='zfj', name='示例局')")
    manage("publish_static", str(tmp_path / "out"))

    home = (tmp_path / "out/zfj/index.html").read_text()
    assert 'href="/zfxxgk/zfj/guide/"' in home and 'href="/zfxxgk/static/' in home
    assert 'href="https://app.example/gk/display/' in home
    assert "https://www.example/zfxxgk/zfj/" in home
