"""Charts placed in the text: a line of its own, ``{图:网站分类}``, stands where the chart is printed. Pure."""

import re

from reports.rendering import chart_set

# The name in the mark → the key of the chart; the first two by a short name, and as all others by their own.
CHARTS = {"网站分类": "website", "微信对比": "wechat"} | {
    choice.name: key for key, choice in chart_set.CHARTS.items() if key not in ("website", "wechat")
}
_ALL = CHARTS | {choice.name: key for key, choice in chart_set.CHARTS.items()}
# Either colon, and blanks that slip in while typing.
_MARK = re.compile(r"^[\s\u3000]*\{\s*图\s*[:：]\s*([^{}\n]{1,20}?)\s*\}[\s\u3000。]*$")
_ANYWHERE = re.compile(r"\{\s*图\s*[:：][^{}\n]{0,20}\}")


def chart_in(line: str) -> str | None:
    """The key of the chart that the line places; None for a line of text or an unknown name."""
    match = _MARK.match(line)
    return _ALL.get(match.group(1)) if match else None


def split(text: str) -> tuple[tuple[str, ...], tuple[tuple[int, str], ...]]:
    """(lines of text, charts as (after how many of those lines, key)); a chart that is placed twice stands once."""
    lines: list[str] = []
    charts: dict[str, int] = {}
    for line in text.splitlines():
        key = chart_in(line)
        if key is None:
            lines.append(line)
        else:
            charts.setdefault(key, sum(bool(before.strip().strip("\u3000")) for before in lines))
    return tuple(lines), tuple((place, key) for key, place in charts.items())


def faults(text: str) -> list[str]:
    """In Chinese: marks with an unknown name, or within a line of text."""
    found = []
    for line in text.splitlines():
        for mark in _ANYWHERE.findall(line):
            if chart_in(line) is not None:
                continue
            known = "、".join(f"{{图:{name}}}" for name in CHARTS)
            if _MARK.match(line):
                found.append(f"没有名称为“{mark}”的图，可用的是：{known}")
            else:
                found.append(f"“{mark}”应单独占一行，图将印在那里")
    return found
