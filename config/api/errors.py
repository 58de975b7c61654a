"""Every fault of the API in JSON and Chinese: ``{"detail": …}``, or those of each field or parameter by its name."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import SuspiciousOperation
from django.core.signals import got_request_exception
from django.http import Http404, HttpRequest, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve
from rest_framework import exceptions, serializers
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

logger = logging.getLogger("django.request")
SAID: dict[type[exceptions.APIException], str] = {
    exceptions.NotFound: "没有这条记录，或者没有公开",
    exceptions.UnsupportedMediaType: "只接受JSON，请求头写 Content-Type: application/json",
    exceptions.ParseError: "请求体不是合格的JSON，请检查后再发",
    exceptions.NotAuthenticated: "请在请求头中写上接口令牌：Authorization: Bearer 令牌",
    exceptions.AuthenticationFailed: "接口令牌不对、已停用或者已过期，请向本机关负责人要新的令牌",
    exceptions.PermissionDenied: "没有权限",
}


class ErrorSerializer(serializers.Serializer):
    detail = serializers.CharField(read_only=True, label="原因", help_text="哪里不对，怎么办")


class TooLarge(exceptions.APIException):
    status_code = 413
    default_code = "too_large"


class Conflict(exceptions.APIException):
    status_code = 409
    default_code = "conflict"


def answer(fault: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's hook. What nobody foresaw is logged as ever, and answered without a word of what went wrong."""
    if isinstance(fault, Http404):
        fault = exceptions.NotFound()
    elif isinstance(fault, DjangoPermissionDenied):
        fault = exceptions.PermissionDenied()
    elif isinstance(fault, SuspiciousOperation):
        fault = exceptions.ParseError("请求不合规范，请检查后再发")
    if not isinstance(fault, exceptions.APIException):
        return _unforeseen(fault, context)
    response = exception_handler(fault, context)
    assert response is not None
    if isinstance(fault, exceptions.Throttled):
        # Never "0 seconds": whoever waits as long as told gets through.
        wait = max(int(getattr(fault, "wait", None) or 0) + 1, 1)
        response["Retry-After"] = str(wait)
        response.data = {"detail": f"请求太频繁，请{wait}秒以后再试"}
    elif isinstance(fault, exceptions.MethodNotAllowed):
        response.data = {"detail": "这个地址不支持这种请求方法，可用的见响应头 Allow"}
    elif isinstance(fault, (exceptions.ValidationError, Conflict)):
        response.data = told(fault.detail)
    elif type(fault) in SAID and _says_nothing(fault):
        response.data = {"detail": SAID[type(fault)]}
    return response


def _says_nothing(fault: exceptions.APIException) -> bool:
    """Nothing of our own: the library's words stand in it."""
    return isinstance(fault, exceptions.UnsupportedMediaType) or fault.detail == fault.default_detail


def told(detail: Any) -> dict[str, Any]:
    """Lists of sentences by field; what belongs to no field under ``detail``."""
    if not isinstance(detail, dict):
        return {"detail": "；".join(map(str, detail if isinstance(detail, list) else [detail]))}
    found: dict[str, Any] = {}
    for name, said in detail.items():
        if name == api_settings.NON_FIELD_ERRORS_KEY:
            name = "detail"
        if isinstance(said, dict):
            said = [sentence for inner in said.values() for sentence in (inner if isinstance(inner, list) else [inner])]
        sentences = [str(sentence) for sentence in (said if isinstance(said, list) else [said])]
        found[name] = "；".join(sentences) if name == "detail" else sentences
    return found


def _unforeseen(fault: Exception, context: dict[str, Any]) -> Response | None:
    if settings.DEBUG:
        return None
    request = context["request"]._request
    got_request_exception.send(sender=None, request=request)
    logger.error("%s: %s", type(fault).__name__, request.path, exc_info=fault, extra={"request": request})
    response = Response({"detail": "系统出现故障，请稍后再试"}, status=500)
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def way_with_slash(request: HttpRequest) -> HttpResponseBase | None:
    """Where a slash at the end is all that an address lacks, the way there."""
    try:
        found = resolve(f"{request.path_info}/")
    except Resolver404:
        return None
    if found.url_name == "unknown":
        return None
    return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
