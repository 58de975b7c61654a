"""Beneath a path of a larger portal, with its header and footer: through the server's own entry, each in a process."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env
from disclosures.portal.site import fragment
from tests.factories.disclosures import AgencyFactory

ROOT = Path(__file__).resolve().parent.parent

PROGRAM = """
import json, sys
from io import BytesIO
from config.wsgi import application
from django.core.management import call_command
call_command("migrate", verbosity=0)
from disclosures.models import Agency
Agency.objects.create(code="zfj", name="示例局")
Agency.objects.create(code="other", name="示例二局")
found = {}
for path in json.loads(sys.argv[1]):
    path, _, query = path.partition("?")
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
               "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "wsgi.input": BytesIO(),
               "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.version": (1, 0)}
    told = []
    body = b"".join(application(environ, lambda status, headers, *_: told.append((status, headers))))
    status, headers = told[-1]
    found[path] = [int(status[:3]), [list(each) for each in headers], body.decode("utf-8", "replace")]
print("ANSWERS" + json.dumps(found))
"""
PATHS = [
    "/", "/zfj/", "/zfj/guide/", "/zfj", "/zfj/feed/", "/sitemap.xml", "/sitemap-homes-0.xml", "/robots.txt",
    "/api/v1/agencies/", "/static/disclosures/portal.css", "/site/theme.css", "/display/?size=large&next=/zfxxgk/zfj/",
    "/admin/login/", "/nowhere/", "/healthz",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Of every path, with the prefix as an unstripping proxy leaves it, and without."""
    environment = os.environ | {
        "DATA_DIR": str(tmp_path_factory.mktemp("data")), "DATABASE_URL": "", "PATH_PREFIX": "/zfxxgk", "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }  # fmt: skip
    asked = [*PATHS, *(f"/zfxxgk{path}" for path in PATHS)]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(asked)], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert "ANSWERS" in done.stdout, done.stderr
    return json.loads(done.stdout.partition("ANSWERS")[2])


@pytest.mark.parametrize("path", PATHS)
def test_the_same_whether_or_not_the_proxy_takes_the_prefix_off(answers, path):
    path = path.partition("?")[0]
    (status, headers, body), (status_2, headers_2, body_2) = answers[path], answers[f"/zfxxgk{path}"]

    volatile = re.compile(r'csrfmiddlewaretoken" value="[^"]*"|\w{32,}')
    assert status == status_2
    assert volatile.sub("", body) == volatile.sub("", body_2)
    assert {name for name, _ in headers} == {name for name, _ in headers_2}


@pytest.mark.parametrize("path", [path.partition("?")[0] for path in PATHS])
def test_every_address_in_an_answer_has_the_prefix(answers, path):
    status, headers, body = answers[path]
    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', body)
    addresses += [value for name, value in headers if name == "Location"]
    addresses += re.findall(r"https?://(?:localhost|127\.0\.0\.1:8000)(/[^\"<\s]*)", body)

    assert [address for address in addresses if not address.startswith("/zfxxgk/")] == []
    expected = {"/zfj": 301, "/display/": 302, "/nowhere/": 404}.get(path, 200)
    assert status == expected, body[:300]


@pytest.mark.parametrize("path", ["/display/", "/admin/login/"])
def test_cookies_are_for_the_prefix_alone(answers, path):
    cookies = [value for name, value in answers[path][1] if name == "Set-Cookie"]

    assert cookies and all("Path=/zfxxgk/" in cookie for cookie in cookies)


def test_the_back_office_has_its_own_content_policy_beneath_a_prefix(answers):
    policies = {path: dict(answers[path][1])["Content-Security-Policy"] for path in ("/admin/login/", "/zfj/")}

    assert "'unsafe-inline'" in policies["/admin/login/"] and "unsafe" not in policies["/zfj/"]


# The portal around us


HOSTILE = (
    '<header><p onclick="x()" style="color:red">示例门户</p><script src="//else.example/x.js"></script>'
    '<iframe src="//else.example"></iframe><a href="javascript:x()">坏</a><a href="/ok">好</a><style></style></header>'
)


@pytest.mark.django_db
def test_header_and_footer_are_shown_where_they_are_set(client, settings):
    home = f"/{AgencyFactory().code}/"
    assert 'class="surrounding"' not in client.get(home).text

    settings.HEADER_FRAGMENT, settings.FOOTER_FRAGMENT = "<p>示例门户头</p>", "<p>示例门户尾</p>"
    html = client.get(home).text

    assert html.index("示例门户头") < html.index("<main") < html.index("示例门户尾")


def test_a_hostile_fragment_is_cleaned():
    shown = str(fragment(HOSTILE))

    assert "示例门户" in shown and 'href="/ok"' in shown
    for bad in ("script", "style", "onclick", "iframe", "javascript"):
        assert bad not in shown, bad


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("SITE_NAME", "示例区人民政府"), ("SITE_ID_CODE", "3710810001"), ("ICP_NUMBER", "鲁ICP备00000000号"),
        ("PUBLIC_SECURITY_NUMBER", "鲁公网安备00000000000000号"),
    ],
)  # fmt: skip
def test_identifiers_are_shown_as_set_and_never_made_up(client, settings, setting, value):
    home = f"/{AgencyFactory().code}/"
    assert value not in client.get(home).text

    setattr(settings, setting, value)

    assert value in client.get(home).text


@pytest.mark.parametrize(
    ("read", "name", "value"),
    [
        (env.path_prefix, "PATH_PREFIX", "/政务"),
        (env.path_prefix, "PATH_PREFIX", "/a/../b c"),
        (lambda name: env.colour(name, "#9b1c1c"), "SITE_COLOUR", "red"),
        (lambda name: env.colour(name, "#9b1c1c"), "SITE_COLOUR", "#ffcc00"),
        (env.fragment, "HEADER_FRAGMENT", "/nowhere.html"),
        (env.logo, "SITE_LOGO", __file__),
        (lambda name: env.integer(name, 10), "PAGE_CACHE_SECONDS", "-1"),
    ],
)
def test_wrong_values_stop_the_start_and_say_what_to_set(monkeypatch, read, name, value):
    monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=f"{name}.*请"):
        read(name)


def test_a_fragment_must_be_utf8(monkeypatch, tmp_path):
    (tmp_path / "header.html").write_bytes("示例门户的页头".encode("gb18030"))
    monkeypatch.setenv("HEADER_FRAGMENT", str(tmp_path / "header.html"))

    with pytest.raises(ImproperlyConfigured, match="UTF-8"):
        env.fragment("HEADER_FRAGMENT")
