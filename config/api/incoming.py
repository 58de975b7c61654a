"""/api/v1/incoming/: where the agency's own CMS or WeChat tool hands in items, with a token, for the reviewer."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import PermissionDenied as NotAllowed
from django.core.exceptions import ValidationError as Refused
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, NotFound, PermissionDenied
from rest_framework.parsers import BaseParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from config.api.asked import Day
from config.api.base import Endpoint
from config.api.errors import Conflict, TooLarge
from config.api.fields import ADDRESS, Coded, Derived, described, page, text, whole
from config.api.texts import KEY_MOST, USABLE, USABLE_LINE, USABLE_WORDS, is_line, require_usable
from config.api.throttles import ByToken, Knocking
from disclosures import intake, tokens
from disclosures.models import ItemState
from reports import strict_json

LARGEST = 2 * 1024 * 1024  # bytes of a request
EXTERNAL_ID = r"^[0-9A-Za-z][0-9A-Za-z._:-]{0,99}$"
EXTERNAL = re.compile(EXTERNAL_ID.strip("^$"))
NO_POWER = "令牌的录入人没有本机关的录入权限，请联系本机关负责人"


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer gk_…``; ``request.user`` is in whose name it acts, ``request.auth`` the token."""

    realm = "gongkai"

    def authenticate(self, request: Request) -> Any:
        said = get_authorization_header(request).split()
        if not said or said[0].lower() != b"bearer":
            return None
        try:
            shown = said[1].decode("ascii") if len(said) == 2 and len(said[1]) <= 200 else ""
        except UnicodeDecodeError:
            shown = ""
        token = tokens.find(shown, timezone.now()) if shown else None
        if token is None:
            raise AuthenticationFailed
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{self.realm}"'


class BearerTokenScheme(OpenApiAuthenticationExtension):
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "接口令牌，由本机关负责人在后台“接口令牌”中新建"}


class HasToken(BasePermission):
    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.auth)


class BoundedJson(BaseParser):
    """JSON of a bounded size, read one way only."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise TooLarge("请求体超过2MB，请把大图和大文件作为附件在后台上传")
        try:
            content = strict_json.loads(data)
        except ValueError:
            raise serializers.ValidationError({"detail": ["请求体不是合格的JSON，请检查后再发"]}) from None
        if not isinstance(content, dict):
            raise serializers.ValidationError({"detail": ["请求体应当是一个JSON对象"]})
        require_usable(content)
        return content


# What is pushed


class Line(serializers.Field):
    """A text on one line."""

    pattern = USABLE_LINE

    def __init__(self, label: str, told: str = "", *, longest: int, required: bool = False) -> None:
        super().__init__(label=label, help_text=told, required=required)
        self.longest = longest
        schema = {"type": "string", "maxLength": longest, "pattern": self.pattern, "description": told or label}
        described(self, schema)

    def is_usable(self, value: str) -> bool:
        return is_line(value)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("应当是文字")
        if len(data) > self.longest:
            raise serializers.ValidationError(f"不超过{self.longest}字")
        if not self.is_usable(data):
            raise serializers.ValidationError("不能换行，不能有控制字符")
        return data.strip()


class Words(Line):
    """A text on one line that says something."""

    pattern = USABLE_WORDS

    def to_internal_value(self, data: Any) -> str:
        words = super().to_internal_value(data)
        if not words:
            raise serializers.ValidationError("不能为空")
        return words


class Lines(Line):
    pattern = USABLE

    def is_usable(self, value: str) -> bool:
        return True  # the parser has looked at every text


class ExternalId(Line):
    pattern = EXTERNAL_ID

    def to_internal_value(self, data: Any) -> str:
        value = super().to_internal_value(data)
        if not EXTERNAL.fullmatch(data if isinstance(data, str) else ""):
            raise serializers.ValidationError("只能用字母、数字和 . _ : -，以字母或者数字开头，不超过100个")
        return value


class NameOrKey(serializers.Field):
    def __init__(self, label: str, told: str) -> None:
        super().__init__(label=label, help_text=told)
        name = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": USABLE_WORDS}
        key = {"type": "integer", "minimum": 1, "maximum": KEY_MOST}
        described(self, {"oneOf": [name, key], "description": told})

    def to_internal_value(self, data: Any) -> str | int:
        if type(data) is int and 0 < data <= KEY_MOST:
            return data
        if isinstance(data, str) and 0 < len(data) <= 60 and is_line(data) and data.strip():
            return data.strip()
        raise serializers.ValidationError("写名称或者编号")


class Date(serializers.Field):
    def __init__(self, label: str, told: str = "", *, required: bool = False) -> None:
        super().__init__(label=label, help_text=told, required=required)
        described(self, {"type": "string", "format": "date", "description": told or label})

    def to_internal_value(self, data: Any) -> date:
        try:
            return Day.read(data) if isinstance(data, str) else Day.read("")
        except ValueError:
            raise serializers.ValidationError(Day.fault) from None


class PushedItemSerializer(serializers.Serializer):
    external_id = ExternalId("外部编号", "您的系统中的编号；与索引号至少填一个，再次推送凭它找到原来那条", longest=100)
    index_number = Words("索引号", "不填则提交审核时自动编号", longest=60)
    agency = Line("机关代码", "可以不填；填了须是令牌所属的机关", longest=40)
    title = Words("标题", longest=200, required=True)
    column = NameOrKey("栏目", "本机关栏目的名称或者编号")
    channel = NameOrKey("渠道", "本机关发布渠道的名称或者编号")
    published_on = Date(
        "发布日期", "网站的可以写以后的日期，审核通过后到那一天发布；其他渠道写已经发布的日期", required=True
    )
    url = Line("链接", "在那个渠道上的网址", longest=500)
    body = Lines("正文", "HTML；只保留段落、标题、列表、表格和链接", longest=1_000_000)
    summary = Lines("内容概述", longest=500)
    document_number = Line("发文字号", longest=60)
    formed_on = Date("成文日期")
    keywords = Line("关键词", "用顿号分开", longest=100)
    subject = Line("主题分类", longest=60)
    office = Line("责任科室", longest=60)

    default_error_messages = {"numberless": "外部编号、索引号至少填一个"}

    def to_internal_value(self, data: Any) -> Any:
        if unknown := [name for name in data if name not in self.fields]:
            raise serializers.ValidationError({name: ["没有这一项，请核对拼写"] for name in unknown[:20]})
        return super().to_internal_value(data)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("external_id") and not attrs.get("index_number"):
            self.fail("numberless")
        return attrs


# What is answered


class FindingSerializer(serializers.Serializer):
    where = text("哪里")
    what = text("是什么")
    total = whole("几处")
    samples = Derived(
        "示例",
        lambda finding: [masked for _, masked in finding.samples],
        {"type": "array", "items": {"type": "string"}},
        "已经遮盖",
    )


def _public_address(receipt: intake.Receipt) -> str | None:
    public = receipt.item.state == ItemState.PUBLISHED
    return page("portal:item", receipt.item.agency.code, receipt.item.pk) if public else None


class ReceiptSerializer(serializers.Serializer):
    result = Coded("结果", intake.Result)
    id = whole("信息编号", source="item.pk")
    external_id = text("外部编号", "可能为空", source="item.external_id")
    index_number = text("索引号", "没有提交审核以前可能为空", source="item.index_number")
    state = Coded("状态", ItemState, source="item.state")
    review_note = text("审核意见", "退回、撤下的原因；可能为空", source="item.review_note")
    findings = FindingSerializer(many=True, read_only=True, help_text="发布前检查的发现，须由录入人在后台处理")
    detail = Derived("说明", lambda receipt: _said(receipt), {"type": "string"}, "下一步怎么办")
    url = Derived("网页地址", _public_address, ADDRESS, "没有公开的为null", nullable=True)


def _said(receipt: intake.Receipt) -> str:
    if receipt.findings:
        return "发布前检查有发现，没有提交审核；请录入人在后台遮盖、清除或者写明理由以后提交"
    comes_next = {
        ItemState.DRAFT: "现在是草稿，请录入人在后台提交审核",
        ItemState.SUBMITTED: "现在待审核，由审核员办理",
        ItemState.RETURNED: "已退回，请按审核意见改好以后再推送",
        ItemState.APPROVED: "审核已通过，到时间自动发布",
        ItemState.PUBLISHED: "已经发布",
        ItemState.WITHDRAWN: "已经撤下",
    }
    return comes_next[ItemState(receipt.item.state)]


EXAMPLE = OpenApiExample(
    "推送一条信息",
    request_only=True,
    value={
        "external_id": "cms-20260301-17",
        "title": "示例：城区道路占用审批结果公示",
        "column": "行政执法",
        "channel": "政府网站",
        "published_on": "2026-03-02",
        "formed_on": "2026-03-01",
        "body": "<p>正文……</p>",
    },
)


class Handover(Endpoint):
    """With a token; nobody else's page may do this in a visitor's browser."""

    authentication_classes = [BearerToken]
    permission_classes = [HasToken]
    parser_classes: Any = [BoundedJson]
    throttle_classes = [ByToken]

    def perform_authentication(self, request: Request) -> None:
        """Tokens cannot be tried at any speed."""
        knocking = Knocking()
        if not knocking.allow_request(request, self):
            self.throttled(request, knocking.wait() or 1)
        super().perform_authentication(request)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    def add_headers(self, request: HttpRequest, response: HttpResponseBase) -> None:
        """None of those by which other sites' pages may read."""


class PushedItems(Handover):
    """推送信息，进入审核。

    以令牌录入人的名义录入，经发布前检查后提交审核，由另一人审核通过才会公开。
    再次推送同样的内容不会有变化；内容不同的，审核通过以前会更新并重新提交，审核通过以后不能由接口修改。
    400表示请求不合上述格式；409表示格式合乎要求，但与本机关的栏目、渠道、已有信息或者日期规则不符。
    """

    @extend_schema(
        request=PushedItemSerializer,
        examples=[EXAMPLE],
        responses={
            200: OpenApiResponse(ReceiptSerializer, description="没有变化，或者已更新"),
            201: OpenApiResponse(ReceiptSerializer, description="新建；有发现的是草稿"),
        },
    )
    def post(self, request: Request) -> Response:
        token: Any = request.auth
        pushed = PushedItemSerializer(data=request.data)
        pushed.is_valid(raise_exception=True)
        values = dict(pushed.validated_data)
        if values.pop("agency", "") not in ("", token.agency.code):
            raise PermissionDenied("令牌属于另一个机关，不能为这个机关推送")
        try:
            receipt = intake.push(token=token, content=intake.Content(**values), today=timezone.localdate())
        except NotAllowed:
            raise PermissionDenied(NO_POWER) from None
        except Refused as fault:
            raise Conflict(_by_field(fault)) from None
        return Response(ReceiptSerializer(receipt).data, status=201 if receipt.result == intake.Result.CREATED else 200)


class PushedItem(Handover):
    """推送过的一条信息现在到了哪一步。"""

    @extend_schema(responses=ReceiptSerializer)
    def get(self, request: Request, external_id: str) -> Response:
        token: Any = request.auth
        if not tokens.may_push(token.owner, token.agency):
            raise PermissionDenied(NO_POWER)
        receipt = intake.found(token=token, external_id=external_id)
        if receipt is None:
            raise NotFound("没有推送过这个外部编号")
        return Response(ReceiptSerializer(receipt).data)


def _by_field(fault: Refused) -> dict[str, Any]:
    if not hasattr(fault, "error_dict"):
        return {"detail": "；".join(fault.messages)}
    return {"detail" if name == NON_FIELD_ERRORS else name: said for name, said in fault.message_dict.items()}
