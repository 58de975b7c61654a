"""The OpenAPI document, made from the views, and the page that explains it to people."""

import json
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from config.api.base import Endpoint
from config.api.fields import LABELS

REQUESTED = "PushedItem"
# Of every operation, beside its own answers.
FAULTS = {
    "400": "参数或者请求体不对，逐项说明原因",
    "401": "没有令牌，或者令牌不对、停用、过期",
    "403": "令牌没有权限",
    "404": "没有这条记录，或者没有公开",
    "409": "与本机关已有的内容不符，逐项说明原因",
    "413": "请求体太大",
    "415": "请求体不是JSON",
    "429": "请求太频繁，等响应头Retry-After所说的秒数以后再试",
}
FAULT_SCHEMA = {
    "type": "object",
    "description": "detail 是总的原因；其他各项以参数名、字段名为键，列出各自的原因",
    "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
}
TAGS = {
    "agencies": "机关",
    "categories": "栏目",
    "items": "信息",
    "documents": "规章、规范性文件",
    "decisions": "行政决定",
    "proposals": "建议提案",
    "reports": "年度报告",
    "figures": "年度报告的数值",
    "incoming": "推送信息",
    "": "入口",
}


class Described(AutoSchema):
    """Names and words of an operation from its view: the first line of the docstring, then the rest."""

    def get_operation_id(self) -> str:
        return type(self.view).__name__

    def get_tags(self) -> list[str]:
        parts = self.path.removeprefix("/api/v1/").split("/")
        return [TAGS[parts[0]]]

    def get_summary(self) -> str:
        return self._words()[0].rstrip("。")

    def get_description(self) -> str:  # type: ignore[override]
        return "\n".join(self._words()[1:]).strip()

    def _words(self) -> list[str]:
        return [line.strip() for line in (type(self.view).__doc__ or "").strip().splitlines()]

    def _resolve_path_parameters(self, variables: Any) -> Any:
        """Without the documentation of a model: what stands in the address is told by its converter."""
        from config.api.urls import CONVERTERS

        found = []
        for variable in variables:
            name = self.path_regex.partition(f":{variable}>")[0].rpartition("<")[2]
            found.append({"name": variable, "in": "path", "required": True, "schema": dict(CONVERTERS[name][1])})
        return found


def finish(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """What the views share: faults, limits of the body, the server."""
    result["servers"] = [{"url": settings.SITE_URL + settings.PATH_PREFIX}]
    result["tags"] = [{"name": name} for name in TAGS.values()]
    schemas = result["components"]["schemas"]
    schemas["Fault"] = FAULT_SCHEMA
    schemas[REQUESTED]["additionalProperties"] = False
    schemas[REQUESTED]["anyOf"] = [{"required": ["external_id"]}, {"required": ["index_number"]}]
    fault = {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            statuses = {"400", "429"}
            statuses |= {"404"} if "{" in path else set()
            needs_token = any(operation.pop("security", []))
            if needs_token:
                operation["security"] = [{"token": []}]
            statuses |= {"401", "403"} if needs_token else set()
            statuses |= {"409", "413", "415"} if method == "post" else set()
            for status in sorted(statuses):
                operation["responses"][status] = {"description": FAULTS[status], "content": fault}
            if method == "get" and not needs_token:
                operation["responses"]["304"] = {"description": "与If-None-Match所说的相同，没有内容"}
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


@cache
def description() -> dict[str, Any]:
    """The same for everybody for as long as the process lives."""
    return SchemaGenerator().get_schema(request=None, public=True)


@cache
def _as_yaml() -> bytes:
    return OpenApiYamlRenderer().render(description(), renderer_context={})


@cache
def _as_json() -> bytes:
    return json.dumps(description(), ensure_ascii=False, default=str).encode()


@extend_schema(exclude=True)
class Schema(Endpoint):
    """本接口的OpenAPI说明；format=json 给JSON，不写给YAML。"""

    parameters = ("format",)

    def get(self, request: Request) -> HttpResponseBase:
        asked = request.query_params.get("format") or (
            "json" if "json" in request.headers.get("Accept", "") else "yaml"
        )
        if asked == "json":
            return HttpResponse(_as_json(), content_type="application/vnd.oai.openapi+json; charset=utf-8")
        return HttpResponse(_as_yaml(), content_type="application/vnd.oai.openapi; charset=utf-8")


# The page for people

KINDS = {"string": "文字", "integer": "整数", "number": "数", "boolean": "true或false", "object": "对象"}
FORMATS = {"date": "日期", "date-time": "时间", "uri": "网址"}


@require_safe
@cache_control(public=True, max_age=3600)
def docs(request: HttpRequest) -> HttpResponse:
    said = description()
    groups: dict[str, list[dict[str, Any]]] = {tag: [] for tag in TAGS.values()}
    for path, operations in said["paths"].items():
        for method, operation in operations.items():
            groups[operation["tags"][0]].append(_operation(said, path, method, operation))
    context = {
        "info": said["info"],
        "server": said["servers"][0]["url"],
        "groups": [(f"group-{place}", tag, found) for place, (tag, found) in enumerate(groups.items()) if found],
        "faults": FAULTS,
        "has_dump": settings.OPEN_DATA_DIR.exists(),
    }
    return render(request, "api/docs.html", context)


def _operation(said: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    answer = _content(good)
    listed = _resolved(said, answer).get("properties", {}).get("results", {}).get("items")
    return {
        "key": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation.get("description", ""),
        "needs_token": "security" in operation,
        "parameters": [
            {**_row(said, each["name"], each["schema"]), "required": each.get("required"), "told": _told(each)}
            for each in operation.get("parameters", [])
        ],
        "body": _rows(said, body.get("schema", {})),
        "example": _example(body),
        "fields": _rows(said, listed or answer),
        "is_list": listed is not None,
    }


def _content(answer: dict[str, Any]) -> dict[str, Any]:
    found: list[dict[str, Any]] = list(answer.get("content", {}).values())
    return found[0].get("schema", {}) if found else {}


def _example(body: dict[str, Any]) -> str:
    examples = body.get("examples", {}).values()
    return json.dumps(next(iter(examples))["value"], ensure_ascii=False, indent=2) if examples else ""


def _resolved(said: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref") or next((each["$ref"] for each in schema.get("allOf", []) if "$ref" in each), "")
    return said["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def _rows(said: dict[str, Any], schema: dict[str, Any], before: str = "") -> list[dict[str, Any]]:
    """The members of an object, those of the records within it after it."""
    whole = _resolved(said, schema)
    rows = []
    for name, member in whole.get("properties", {}).items():
        rows.append({**_row(said, before + name, member), "required": name in whole.get("required", [])})
        inner = _resolved(said, member.get("items", member))
        if inner is not whole and "properties" in inner:
            rows += _rows(said, inner, f"{before}{name}.")
    return rows


def _row(said: dict[str, Any], name: str, schema: dict[str, Any]) -> dict[str, Any]:
    title = schema.get("title", "")
    told = schema.get("description", "")
    return {
        "name": name,
        "kind": _kind(said, schema),
        "told": title if not told or told == title else f"{title}。{told}" if title else told,
        "codes": list(schema.get(LABELS, {}).items()) or [(code, "") for code in schema.get("enum", [])],
    }


def _told(parameter: dict[str, Any]) -> str:
    return parameter.get("description", "") or PATH_WORDS.get(parameter["name"], "")


PATH_WORDS = {
    "pk": "编号",
    "code": "机关代码",
    "agency": "机关代码",
    "year": "年度",
    "version": "版本",
    "cell": "单元格代码",
    "external_id": "外部编号",
}


def _kind(said: dict[str, Any], schema: dict[str, Any]) -> str:
    if "oneOf" in schema:
        return "或".join(dict.fromkeys(_kind(said, each) for each in schema["oneOf"]))
    whole = _resolved(said, schema)
    if whole.get("type") == "array":
        return f"{_kind(said, whole.get('items', {}))}的列表"
    words = FORMATS.get(whole.get("format", "")) or KINDS.get(whole.get("type", ""), "任意")
    if "minimum" in whole and whole.get("maximum", 10**9) < 10**6:
        words += f"，{whole['minimum']}至{whole['maximum']}"
    if whole.get("maxLength"):
        words += f"，不超过{whole['maxLength']}字"
    return words
