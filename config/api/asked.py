"""How a list is narrowed: filters that take exactly what their description says, and refuse the rest in Chinese."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from config.api.cursors import PARAMETERS
from config.api.fields import codes_of, described
from config.api.texts import KEY_MOST, USABLE_LINE, is_line
from disclosures.models import Agency

FIRST_YEAR, LAST_YEAR = 1949, 2100
LONGEST_TEXT = 60
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 30, tzinfo=UTC)
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,12})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


class Exact(forms.CharField):
    """A text that ``read`` makes something of; anything it raises ``ValueError`` for is refused with ``fault``."""

    def __init__(self, *args: Any, read: Callable[[str], Any], fault: str, **options: Any) -> None:
        super().__init__(*args, strip=False, **options)
        self.read, self.fault = read, fault

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            return self.read(str(value))
        except ValueError:
            raise forms.ValidationError(self.fault) from None


class Asked(django_filters.Filter):
    """A filter by an ``Exact`` field; ``schema`` is what the description says of it."""

    field_class = Exact
    read: Callable[[str], Any]
    fault: str
    schema: dict[str, Any]

    def __init__(self, told: str, **options: Any) -> None:
        super().__init__(read=type(self).read, fault=self.fault, help_text=told, **options)
        described(self, {**self.schema, "description": told})


class Year(Asked):
    fault = f"年度写四位数字，{FIRST_YEAR}至{LAST_YEAR}，例如 2022"
    schema = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}

    @staticmethod
    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{4}", text) or not FIRST_YEAR <= int(text) <= LAST_YEAR:
            raise ValueError(text)
        return int(text)


class Key(Asked):
    fault = "编号写正整数，例如 12"
    schema = {"type": "integer", "minimum": 1, "maximum": KEY_MOST}

    @staticmethod
    def read(text: str) -> int:
        if not re.fullmatch("[1-9][0-9]{0,18}", text) or int(text) > KEY_MOST:
            raise ValueError(text)
        return int(text)


class Day(Asked):
    fault = "日期写成 2022-01-31 这样"
    schema = {"type": "string", "format": "date"}

    @staticmethod
    def read(text: str) -> date:
        if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)


class Moment(Asked):
    fault = "时间写成 2022-01-31T09:00:00+08:00 这样，加号在网址中写作 %2B；也可以用 Z 结尾的世界时"
    schema = {"type": "string", "format": "date-time"}

    @staticmethod
    def read(text: str) -> datetime:
        """Moments before 1970 or at the very end of time are as good as those days."""
        # A plus sign that was not escaped arrives as a blank.
        text = re.sub(r" (?=[0-9]{2}:[0-9]{2}\Z)", "+", text).upper()
        if not MOMENT.fullmatch(text):
            raise ValueError(text)
        moment = datetime.fromisoformat(re.sub(r":60(?=[.Z+-])", ":59", text))  # a leap second
        try:
            return min(max(moment.astimezone(UTC), EARLIEST), LATEST)
        except OverflowError:
            return EARLIEST if moment.year == 1 else LATEST


class Text(Asked):
    """The whole of it, as it is written."""

    fault = f"写1至{LONGEST_TEXT}个字，不要有控制字符"
    schema = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": USABLE_LINE}

    @staticmethod
    def read(text: str) -> str:
        if len(text) > LONGEST_TEXT or not is_line(text):
            raise ValueError(text)
        return text


class Code(Text):
    """Of an agency, or of a cell."""

    fault = "只能用小写字母、数字和中间的连字符，例如 wendeng-zfj"
    schema = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 40}

    @staticmethod
    def read(text: str) -> str:
        if len(text) > 40 or not re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", text):
            raise ValueError(text)
        return text


class YesNo(Asked):
    fault = "只能写 true 或者 false"
    schema = {"type": "boolean"}

    @staticmethod
    def read(text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"


def one_of(choices: Any, told: str, **options: Any) -> Asked:
    """A filter by the codes of an enumeration."""
    codes = [str(code) for code, _ in choices.choices]

    class OneOf(Asked):
        fault = f"只能写：{'、'.join(codes)}"
        schema = codes_of(choices)

        @staticmethod
        def read(text: str) -> str:
            if text not in codes:
                raise ValueError(text)
            return text

    return OneOf(told, **options)


class Filters(django_filters.FilterSet):
    """Of a list; each parameter is declared with what it means."""


class OfAgency(Filters):
    """By the code of an agency with a portal; of any other there is nothing."""

    agency = Code("机关代码，例如 wendeng-zfj", method="of_agency")

    def of_agency(self, rows: QuerySet[Any], name: str, code: str) -> QuerySet[Any]:
        # By key, so that an index on agency and day gives the newest without sorting all of them.
        found = Agency.objects.with_portal().filter(code=code).values_list("pk", flat=True).first()
        return rows.none() if found is None else rows.filter(agency_id=found)


class Backend(DjangoFilterBackend):
    """Refuses parameters that are not declared, that stand twice, or that are empty: a typing error must not pass."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        filters = self.get_filterset_class(view, queryset)
        require_known(request, {*(filters.base_filters if filters else ()), *PARAMETERS})
        filterset = self.get_filterset(request, queryset, view)
        if filterset is None:
            return queryset
        if not filterset.is_valid():
            raise ValidationError({name: list(said) for name, said in filterset.errors.items()})
        return filterset.qs


def require_known(request: Request, known: set[str]) -> None:
    """Raises ``ValidationError`` for parameters that are not among ``known``, stand twice, or are empty."""
    faults: dict[str, list[str]] = {}
    may = f"可用的参数：{'、'.join(sorted(known))}" if known else "这个地址没有参数"
    for name, values in request.query_params.lists():
        if name not in known:
            faults["detail"] = [f"有不认识的参数，请核对拼写。{may}"]
        elif len(values) > 1:
            faults[name] = ["这个参数只能写一次"]
        elif not values[0]:
            faults[name] = ["这个参数是空的，请填写或者去掉"]
    if faults:
        raise ValidationError(faults)
