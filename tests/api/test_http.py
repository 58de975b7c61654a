"""How the API behaves as a web service: caching, limits, methods, faults, other sites' pages."""

from datetime import UTC, datetime

import pytest
from django.core.cache import caches
from django.urls import path
from django.utils.http import http_date, parse_http_date
from rest_framework.throttling import SimpleRateThrottle

from config.api import throttles
from config.api.base import Endpoint
from disclosures.models import Item
from tests.factories.disclosures import AgencyFactory, ItemFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/items/"


@pytest.fixture
def item():
    return ItemFactory(agency=AgencyFactory(code="bureau"), public=True)


# Caching


def test_same_answer_is_not_sent_again(client, item):
    for address in (LIST, f"{LIST}{item.pk}/", "/api/v1/", "/api/v1/schema/", "/api/v1/reports/schema.json"):
        first = client.get(address)
        assert first["Cache-Control"] == "public, max-age=60" and "Cookie" not in first.get("Vary", "")

        again = client.get(address, headers={"if-none-match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"] and again["Access-Control-Allow-Origin"] == "*"


def test_changed_answer_is_sent(client, item):
    tag = client.get(LIST)["ETag"]
    Item.objects.filter(pk=item.pk).update(title="改过的标题")

    again = client.get(LIST, headers={"if-none-match": tag})

    assert again.status_code == 200 and again["ETag"] != tag


def test_record_says_when_it_changed(client, item):
    Item.objects.filter(pk=item.pk).update(updated_at=datetime(2022, 3, 1, 8, 30, 15, 700, tzinfo=UTC))
    address = f"{LIST}{item.pk}/"

    changed = client.get(address)["Last-Modified"]

    assert changed == "Tue, 01 Mar 2022 08:30:15 GMT"
    assert client.get(address, headers={"if-modified-since": changed}).status_code == 304
    before = http_date(parse_http_date(changed) - 1)
    assert client.get(address, headers={"if-modified-since": before}).status_code == 200
    assert "Last-Modified" not in client.get(LIST)  # what left the list changed it too, and left no moment


def test_faults_are_not_kept(client):
    for address in ("/api/v1/items/?x=1", "/api/v1/nothing/", "/api/v1/incoming/items/x/"):
        assert client.get(address)["Cache-Control"] == "no-store", address


def test_head_is_get_without_the_content(client, item):
    got, head = client.get(LIST), client.head(LIST)

    assert head.status_code == 200 and head.content == b""
    assert [head[name] for name in ("ETag", "Content-Type")] == [got[name] for name in ("ETag", "Content-Type")]


# Methods, formats, addresses


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", [LIST, "/api/v1/", "/api/v1/figures/", "/api/v1/schema/"])
def test_nothing_is_written_where_it_is_read(client, address, method):
    answer = getattr(client, method)(address)

    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json() == {"detail": "这个地址不支持这种请求方法，可用的见响应头 Allow"}


def test_options_tells_what_may_be_done(client):
    answer = client.options(LIST, headers={"origin": "https://a.example", "access-control-request-method": "GET"})

    assert (answer.status_code, answer.content, answer["Allow"]) == (204, b"", "GET, HEAD, OPTIONS")
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"


def test_any_page_may_read_and_none_with_cookies(client, item):
    for address in (LIST, "/api/v1/nothing/", "/api/v1/items/?x=1"):
        answer = client.get(address, headers={"origin": "https://a.example"})
        assert answer["Access-Control-Allow-Origin"] == "*" and "Access-Control-Allow-Credentials" not in answer


def test_no_page_of_another_site_may_push(client):
    for answer in (client.options("/api/v1/incoming/items/"), client.post("/api/v1/incoming/items/")):
        assert not [name for name in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("accepted", ["text/html", "application/xml", "*/*", "nonsense", ""])
def test_answer_is_json_whatever_is_accepted(client, item, accepted):
    answer = client.get(LIST, headers={"accept": accepted})

    assert answer.status_code == 200 and answer["Content-Type"] == "application/json"
    assert item.title in answer.content.decode()  # as it is, not as \u escapes


@pytest.mark.parametrize(
    "address",
    [
        "/api/", "/api/v2/", "/api/v1/nothing/", "/api/v1/items/x/", "/api/v1/items/0/", f"/api/v1/items/{'9' * 30}/",
        "/api/v1/items/%00/", "/api/v1/items/%E6%B1%89/", "/api/v1/agencies/%2e%2e/", "/api/v1/reports/bureau/99999/",
        "/api/v1/items/1/2/", "/api/v1/items/1%0a/", "/api/v1/figures/bureau/2022/nothing/",
        "/api/v1/items/9223372036854775807/",
    ],
)  # fmt: skip
def test_unknown_address_is_told_in_json(client, address):
    for method in ("get", "post"):
        answer = getattr(client, method)(address)
        assert answer["Content-Type"] == "application/json" and set(answer.json()) == {"detail"}
        assert answer.status_code in ((404,) if method == "get" else (404, 405))


def test_address_without_its_slash_is_shown_the_way(client, settings):
    answer = client.get("/api/v1/items?year=2022")

    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/items/?year=2022")


class Broken(Endpoint):
    def get(self, request):
        raise RuntimeError("a secret in the message")


urlpatterns = [path("broken/", Broken.as_view())]


@pytest.mark.urls(__name__)
def test_what_nobody_foresaw_is_told_without_a_word_of_it(client, caplog):
    client.raise_request_exception = False

    answer = client.get("/broken/")

    assert (answer.status_code, answer.json()) == (500, {"detail": "系统出现故障，请稍后再试"})
    assert "a secret" in caplog.text


# Limits


@pytest.fixture
def three_a_minute(monkeypatch):
    for throttle in (throttles.ByAddress, throttles.ByToken, throttles.Knocking):
        monkeypatch.setattr(throttle, "THROTTLE_RATES", {"address": "3/min", "knocking": "3/min", "token": "3/min"})


def test_who_asks_too_often_is_told_when_to_come_back(client, three_a_minute):
    for _ in range(3):
        assert client.get(LIST).status_code == 200

    answer = client.get(LIST)

    assert answer.status_code == 429 and 1 <= int(answer["Retry-After"]) <= 61
    assert answer.json() == {"detail": f"请求太频繁，请{answer['Retry-After']}秒以后再试"}
    assert client.get(LIST, REMOTE_ADDR="10.0.0.2").status_code == 200


def test_a_made_up_address_in_a_header_is_nobody_new(client, three_a_minute):
    told = [client.get(LIST, headers={"x-forwarded-for": f"10.0.0.{place}"}).status_code for place in range(4)]

    assert told == [200, 200, 200, 429]


def test_unknown_addresses_count_too(client, three_a_minute):
    assert [client.get("/api/v1/nothing/").status_code for _ in range(4)] == [404, 404, 404, 429]


def test_wrong_tokens_are_counted(client, three_a_minute):
    told = [
        client.post("/api/v1/incoming/items/", headers={"authorization": f"Bearer gk_{place}"}).status_code
        for place in range(4)
    ]

    assert told == [401, 401, 401, 429]


def test_without_the_brake_all_are_answered(client, three_a_minute, monkeypatch):
    """The twin."""
    monkeypatch.setattr(SimpleRateThrottle, "allow_request", lambda *_: True)

    assert {client.get(LIST).status_code for _ in range(5)} == {200}


def test_no_address_is_kept_in_the_clear(client):
    client.get(LIST, REMOTE_ADDR="203.0.113.77")

    assert "203.0.113.77" not in str(list(caches["throttles"]._cache))
