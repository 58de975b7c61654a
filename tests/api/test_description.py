"""The OpenAPI document: valid, in Chinese, complete; and the page that explains it."""

import json
import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from drf_spectacular.validation import validate_schema

from config.api.description import description

pytestmark = pytest.mark.django_db


def test_description_is_valid_and_made_without_a_warning(capsys):
    out = StringIO()

    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)

    assert capsys.readouterr().err == ""
    validate_schema(yaml.safe_load(out.getvalue()))


def test_description_is_served_in_both_forms(client):
    asked = client.get("/api/v1/schema/?format=json")
    plain = client.get("/api/v1/schema/")

    assert asked["Content-Type"].startswith("application/vnd.oai.openapi+json")
    assert yaml.safe_load(plain.content) == json.loads(asked.content)
    assert client.get("/api/v1/schema/", headers={"accept": "application/json"}).content == asked.content


def test_every_operation_parameter_and_member_is_told_in_chinese():
    chinese, silent = re.compile("[\u4e00-\u9fff]"), []
    said = description()
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            if not chinese.search(operation["summary"]):
                silent.append(f"{method} {path}")
            silent += [
                f"{path}?{each['name']}"
                for each in operation.get("parameters", [])
                if each["in"] == "query" and not chinese.search(each.get("description", ""))
            ]
    for name, schema in said["components"]["schemas"].items():
        for member, told in schema.get("properties", {}).items():
            if not chinese.search(f"{told.get('title', '')}{told.get('description', '')}") and name != "Root":
                silent.append(f"{name}.{member}")

    assert [each for each in silent if not each.startswith("Paginated")] == []


def test_every_address_of_the_contract_is_described():
    said = description()["paths"]

    for name in ("agencies", "categories", "items", "documents", "decisions", "proposals", "reports", "figures"):
        assert f"/api/v1/{name}/" in said and [path for path in said if path.startswith(f"/api/v1/{name}/{{")], name


def test_page_explains_every_address_without_scripts_or_strangers(client):
    answer = client.get("/api/v1/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200 and len(answer.content) < 150_000
    for path in description()["paths"]:
        assert path.replace("{", "&#x7B;") in page or path in page, path
    assert "<script" not in page.replace('<script src="/static/disclosures/portal.js" defer></script>', "")
    page = re.sub('<link rel="canonical"[^>]*>', "", page)
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page) and 'style="' not in page
