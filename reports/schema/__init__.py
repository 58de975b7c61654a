"""The published JSON Schema of the open report format, and what it finds wrong with a report, in Chinese."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend

from reports.cells import CELLS, label_of

FILE = Path(__file__).with_name("annual-report-1.json")
MOST_FAULTS, LONGEST_VALUE = 50, 30
MOST_STEPS = 8  # of a path that is told
UNWRITABLE = re.compile("[\x00\ud800-\udfff]")  # half a character, and NUL, which PostgreSQL refuses
TYPES = {
    "integer": "整数",
    "string": "文字",
    "object": "对象",
    "array": "列表",
    "null": "空值null",
    "boolean": "true或false",
}


def validate(document: Mapping[str, Any]) -> list[str]:
    """What keeps ``document`` from being a report in the open format, place by place; empty when nothing does.

    No more than ``MOST_FAULTS`` are told. Arithmetic is not judged here: that is ``reports.checks``.
    """
    faults: dict[str, None] = {}
    for error in islice(_validator().iter_errors(document), MOST_FAULTS * 4):
        faults.update(dict.fromkeys(_told(error)))
    faults.update(dict.fromkeys(islice(_unwritable(document), MOST_FAULTS)))
    told = list(faults)
    more = [f"错误较多，只列出前{MOST_FAULTS}处"] if len(told) > MOST_FAULTS else []
    return told[:MOST_FAULTS] + more


@lru_cache
def _validator() -> Any:
    # In JSON Schema 3.0 is an integer; a count with a decimal point is a sign of a wrong export.
    types = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda checker, value: isinstance(value, int) and not isinstance(value, bool)
    )
    strict = extend(Draft202012Validator, type_checker=types)
    return strict(json.loads(FILE.read_text("utf-8")), format_checker=FormatChecker(["date"]))


def _unwritable(document: Any) -> Iterator[str]:
    """Places of texts that no database or file can hold. Not recursive: the nesting is whatever came in."""
    waiting: list[tuple[list[str], Any]] = [([], document)]
    while waiting:
        where, value = waiting.pop()
        if isinstance(value, Mapping):
            waiting.extend(([*where[:MOST_STEPS], str(key)], inner) for key, inner in value.items())
            waiting.extend((where, str(key)) for key in value)
        elif isinstance(value, list):
            waiting.extend(([*where[:MOST_STEPS], str(place)], inner) for place, inner in enumerate(value))
        elif isinstance(value, str) and (broken := UNWRITABLE.search(value)):
            yield f"{_place(where)}：含有无法保存的字符（U+{ord(broken.group()):04X}），请删除"


def _told(error: ValidationError) -> Iterable[str]:
    where = [str(step) for step in error.absolute_path]
    known = error.schema.get("properties", {}) if isinstance(error.schema, Mapping) else {}
    if error.validator == "required":
        # The library tells each missing member apart, this tells them all each time; the caller keeps one.
        return [f"{_place([*where, name])}：缺少这一项" for name in error.validator_value if name not in error.instance]
    if error.validator == "additionalProperties":
        unknown = [name for name in error.instance if name not in known]
        return [f"{_place(where)}：有不认识的项“{_short(name)}”，请核对拼写" for name in unknown[:MOST_FAULTS]]
    return [f"{_place(where)}：{_expected(error)}，现为{_shown(error.instance)}"]


def _expected(error: ValidationError) -> str:
    limit, described = error.validator_value, error.schema.get("description", "")
    if error.validator in ("pattern", "format") or (error.validator == "type" and described):
        return f"应为{described}"
    if error.validator == "type":
        return f"应为{'或'.join(TYPES[name] for name in ([limit] if isinstance(limit, str) else limit))}"
    return {
        "const": f"应为“{limit}”",
        "enum": f"应为下列之一：{'、'.join(map(str, limit)) if isinstance(limit, list) else limit}",
        "minimum": f"不能小于{limit}",
        "maximum": f"不能大于{limit}",
        "minLength": "不能为空",
        "maxLength": f"不能超过{limit}字",
        "maxItems": f"不能超过{limit}项",
    }.get(str(error.validator), "不符合开放格式")


def _place(where: list[str]) -> str:
    """``tables.requests.new.total（一、本年新收政府信息公开申请数量·总计）``."""
    path = ".".join(map(_short, where))
    code = ".".join(where[1:])
    return f"{path}（{label_of(code)}）" if where[:1] == ["tables"] and code in CELLS else path or "整个文件"


def _shown(value: Any) -> str:
    if value is None:
        return "空值null"
    if isinstance(value, (Mapping, list)):
        return "对象" if isinstance(value, Mapping) else "列表"
    return f"“{_short(value)}”"


def _short(value: Any) -> str:
    text = "".join(character if character.isprintable() else "�" for character in str(value)[: LONGEST_VALUE + 1])
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
