"""Portal pages in memory for seconds: the same for everybody, or not kept at all."""

import time

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from config import page_cache
from config.page_cache import PageCache, Store, store
from disclosures import actions
from tests.factories.disclosures import AgencyFactory, ItemFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings):
    settings.PAGE_CACHE_SECONDS = 10
    store.clear()
    yield
    store.clear()


@pytest.fixture
def home():
    return f"/{AgencyFactory(code='zfj').code}/guide/"


def answers(view, **environ):
    """What the cache makes of a view that counts how often it is asked."""
    asked = []

    def counting(request):
        asked.append(request)
        return view(request)

    chain = PageCache(counting)

    def ask(path="/x/", method="GET", **more):
        return chain(RequestFactory().generic(method, path, **environ, **more))

    return ask, asked


def plain(request):
    return HttpResponse("示例")


def test_a_page_is_made_once_in_its_seconds(home, django_assert_num_queries):
    first = Client().get(home)

    with django_assert_num_queries(0):
        again = Client().get(home)

    assert again.content == first.content and dict(again.items()) == dict(first.items())


def test_a_page_is_made_anew_after_its_seconds(monkeypatch):
    ask, asked = answers(plain)
    ask()
    now = time.monotonic()
    monkeypatch.setattr(page_cache.time, "monotonic", lambda: now + 11)

    ask()

    assert len(asked) == 2


def test_off_nothing_is_kept(settings):
    settings.PAGE_CACHE_SECONDS = 0
    ask, asked = answers(plain)

    assert ask()["Cache-Control"] == "public, no-cache" and ask().has_header("ETag")
    assert len(asked) == 2 and not store.pages


@pytest.mark.parametrize(
    "difference",
    [
        {"path": "/x/?page=2"},
        {"path": "/y/"},
        {"HTTP_HOST": "127.0.0.1"},
        {"HTTP_COOKIE": "display=large.high"},
        {"HTTP_COOKIE": "sessionid=abc"},
        {"HTTP_AUTHORIZATION": "Bearer x"},
        {"wsgi.url_scheme": "https"},
        {"method": "POST"},
    ],
)
def test_what_may_answer_otherwise_is_asked_anew(difference):
    ask, asked = answers(plain)
    ask()

    ask(**difference)

    assert len(asked) == 2


def test_a_cookie_of_another_site_makes_no_difference():
    ask, asked = answers(plain)
    ask()

    ask(HTTP_COOKIE="__jsluid_h=0123")

    assert len(asked) == 1


def _with_cookie(request):
    response = plain(request)
    response.set_cookie("draft", "1")
    return response


def _reading_a_cookie(request):
    return HttpResponse(request.COOKIES.get("draft", "无"))


PERSONAL = {
    "sets a cookie": _with_cookie,
    "reads a cookie": _reading_a_cookie,
    "private": lambda request: HttpResponse("示例", headers={"Cache-Control": "private"}),
    "no-store": lambda request: HttpResponse("示例", headers={"Cache-Control": "no-store"}),
    "not found": lambda request: HttpResponse("示例", status=404),
    "a form to send": lambda request: HttpResponse('<form method="post"><input name="once" value="1"></form>'),
}


@pytest.mark.parametrize("view", PERSONAL.values(), ids=PERSONAL)
def test_what_is_one_visitors_own_is_not_kept(view):
    ask, asked = answers(view)

    ask()
    response = ask()

    assert len(asked) == 2 and not store.pages
    assert "public" not in response.get("Cache-Control", "")


def test_a_page_made_for_a_session_is_not_served_to_others():
    ask, asked = answers(lambda request: HttpResponse(request.COOKIES.get("sessionid", "无")))

    assert ask(HTTP_COOKIE="sessionid=secret").content == b"secret"
    assert ask().content == "无".encode()
    assert ask(HTTP_COOKIE="sessionid=other").content == b"other"


def test_without_the_guard_a_session_page_would_be_served_to_others(monkeypatch):
    """The twin: the request's session is what keeps it out."""
    monkeypatch.setattr(page_cache.settings, "SESSION_COOKIE_NAME", "another")
    ask, asked = answers(lambda request: HttpResponse(request.COOKIES.get("sessionid", "无")))
    monkeypatch.setattr(page_cache, "is_for_everybody", lambda *_: True)

    ask(HTTP_COOKIE="sessionid=secret")

    assert ask().content == b"secret"


def test_the_back_office_is_never_kept(client):
    client.get("/admin/login/")

    assert not store.pages


def test_what_is_withdrawn_vanishes_at_once_from_its_own_process(settings):
    item = ItemFactory(public=True)
    reviewer = MembershipFactory(agency=item.agency, role="reviewer").user
    address = f"/{item.agency.code}/items/{item.pk}/"
    staff = Client()
    staff.force_login(reviewer)
    assert Client().get(address).status_code == 200

    actions.withdraw(item=item, by=reviewer, reason="示例")
    assert Client().get(address).status_code == 200, "the twin: kept until somebody says that something has changed"
    staff.post("/admin/disclosures/item/")

    assert Client().get(address).status_code == 404


def test_what_was_begun_before_a_change_is_not_kept():
    def changed_meanwhile(request):
        store.clear()
        return plain(request)

    ask, asked = answers(changed_meanwhile)
    ask()

    assert not store.pages


def test_visitors_cannot_empty_the_cache_for_the_others():
    ask, asked = answers(plain)
    ask()

    ask(method="POST")

    assert store.pages


def test_the_cache_is_bounded_in_pages_and_bytes(monkeypatch):
    monkeypatch.setattr(page_cache, "ENTRIES", 3)
    monkeypatch.setattr(page_cache, "BYTES", 25)
    small = Store()
    for place in range(9):
        small.put((str(place),), page_cache.Kept(time.monotonic() + 9, b"0123456789", {}), 0)

    assert list(small.pages) == [("7",), ("8",)] and small.bytes == 20


def test_an_unchanged_page_is_not_sent_again(home, client):
    first = client.get(home)

    kept = client.get(home, headers={"If-None-Match": first["ETag"]})
    store.clear()
    made = client.get(home, headers={"If-None-Match": first["ETag"]})

    assert kept.status_code == made.status_code == 304 and not kept.content
    assert first["Cache-Control"] == "public, max-age=10" and first["Vary"] == "Cookie"
    assert client.get(home, headers={"If-None-Match": '"another"'}).status_code == 200
