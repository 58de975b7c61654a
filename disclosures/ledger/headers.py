"""The names of columns as people write them, and the columns they stand for."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

REASON = "错误原因"  # our own column, before a row that is given back to be corrected
IGNORED = frozenset({"序号", "序", "行号", "no", "no.", REASON})  # columns that carry nothing to import
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
# Remarks in parentheses that change nothing; a unit does, and is left for the column's own names.
HARMLESS = re.compile(
    r"[(\[](?:必填|必填项|必须填写|选填|选填项|可选|可不填|非必填|文本|文本格式|日期|日期格式|年月日|年-月-日"
    r"|y{4}[-/.]?m{1,2}[-/.]?d{1,2}|(?:格式|例|如|例如|示例)[:如]?[^()\[\]]{0,30})[)\]]",
    re.IGNORECASE,
)


def normalised_header(value: Any) -> str:
    """``金额(元) *`` and ``金额（元）`` are the same column."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).translate(INVISIBLE)
    return HARMLESS.sub("", "".join(text.split()).strip("*※")).strip("*※:")


class ColumnNames:
    """The headers that a table knows: normalised header → normalised name of its column.

    ``names``: column name → other names people give it. Raises ``ValueError`` where a header would mean two columns.
    """

    def __init__(self, names: Mapping[str, Iterable[str]]) -> None:
        self.of: dict[str, str] = {}
        for name, others in names.items():
            for written in (name, *others):
                header = normalised_header(written)
                if self.of.setdefault(header, normalised_header(name)) != normalised_header(name):
                    raise ValueError(f"{written} would name two columns")

    def column(self, header: Any) -> str | None:
        """The column's name, normalised; None for a header that is not known."""
        return self.of.get(normalised_header(header))

    def count(self, cells: Iterable[Any]) -> int:
        return len(self.known(cells))

    def known(self, cells: Iterable[Any]) -> set[str]:
        """The columns that a row of texts names."""
        return {column for cell in cells if isinstance(cell, str) and len(cell) <= 60 and (column := self.column(cell))}


def is_ignored(header: str) -> bool:
    return header.lower() in IGNORED
