"""The charts a report may have, declared once: what each shows, from the report's own figures, and how it is drawn.

A report issued before a figure was counted has no such chart; nor has a year in which there is nothing to show.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.safestring import SafeString, mark_safe

from disclosures import charts
from disclosures.models import ChannelKind
from reports.cells import OUTCOME_ROWS, REQUEST_COLUMNS, REQUEST_ROWS, TOTAL

if TYPE_CHECKING:
    from reports.document import ReportDocument

SECTION = "charts"  # the row of ``ReportText`` that keeps the choice, a key a line
Pair = tuple[str, int]


@dataclass(frozen=True)
class Chart:
    """A chart as drawn; every text in ``svg`` was escaped where it was drawn."""

    key: str
    title: str
    svg: SafeString


@dataclass(frozen=True)
class Choice:
    """``name``: what an officer chooses by; ``title``: over the chart, ``{year}`` filled in."""

    name: str
    title: str
    unit: str
    data: Callable[["ReportDocument"], list[Any]]
    draw: Callable[..., str]

    def drawn(self, key: str, document: "ReportDocument") -> Chart | None:
        """None where there is nothing to show."""
        data = [row for row in self.data(document) if all(value is not None for value in row[1:])]
        if not any(value for _, *values in data for value in values):
            return None
        title = self.title.format(year=document.year)
        names = {"names": (f"{document.year - 1}年", f"{document.year}年")} if self.draw is charts.paired_chart else {}
        return Chart(key, title, mark_safe(self.draw(title, data, unit=self.unit, key=key, **names)))


def _counted(document: "ReportDocument", *path: str) -> Any:
    """The counts at a place, empty where the report does not know them."""
    found: Any = document.figures.counts
    for key in path:
        found = found.get(key) if isinstance(found, dict) else None
    return found or {}


def _website(document: "ReportDocument") -> list[Pair]:
    return list(_counted(document, "items", "website_by_category").items())


def _wechat(document: "ReportDocument") -> list[Pair]:
    before = _counted(document, "items", "last_year_by_channel_kind")
    now = _counted(document, "items", "by_channel_kind")
    years = ((document.year - 1, before), (document.year, now))
    # A year in which nothing at all was published is one without records, not one of zero posts.
    told = [(year, found) for year, found in years if year == document.year or any(before.values())]
    return [(f"{year}年", found.get(ChannelKind.WECHAT, 0)) for year, found in told]


def _channels(document: "ReportDocument") -> list[tuple[str, int, int]]:
    before = _counted(document, "items", "last_year_by_channel_kind")
    now = _counted(document, "items", "by_channel_kind")
    if not any(before.values()):  # without records there is nothing to compare with
        return []
    rows = [(kind.label, before.get(kind, 0), now.get(kind, 0)) for kind in ChannelKind]
    return [row for row in rows if any(row[1:])]


def _months(document: "ReportDocument") -> list[Pair]:
    kinds = [numbers for numbers in _counted(document, "items", "by_month").values() if len(numbers) == 12]
    return [(f"{month}月", sum(column)) for month, column in enumerate(zip(*kinds, strict=True), start=1)]


def _outcomes(document: "ReportDocument") -> list[Pair]:
    """The groups of 三、本年度办理结果 as printed, without their numbers and remarks."""
    sums: dict[str, int] = {}
    for row in REQUEST_ROWS:
        if row.key in OUTCOME_ROWS:
            group = str(row.path[1]).split("）", 1)[1].split("（")[0]
            sums[group] = sums.get(group, 0) + (document.figures[f"requests.{row.key}.{TOTAL}"] or 0)
    return list(sums.items())


def _applicants(document: "ReportDocument") -> list[Pair]:
    columns = (column for column in REQUEST_COLUMNS if column.key != TOTAL)
    return [(column.label, document.figures[f"requests.new.{column.key}"] or 0) for column in columns]


def _timeliness(document: "ReportDocument") -> list[Pair]:
    found = _counted(document, "timeliness")
    names = {"in_time": "按期办结", "late": "逾期办结", "without_due": "期限未定"}
    return [(name, found.get(key, 0)) for key, name in names.items() if key != "without_due" or found.get(key)]


def _over_the_years(what: str, now: Callable[["ReportDocument"], int]) -> Callable[["ReportDocument"], list[Pair]]:
    """At least three years in a row up to this one; two are a comparison with last year, which has its own chart."""

    def data(document: "ReportDocument") -> list[Pair]:
        former, rows = _counted(document, "former_years"), [(f"{document.year}年", now(document))]
        for year in range(document.year - 1, document.year - 5, -1):
            number = former.get(str(year), {}).get(what)
            if number is None:
                break
            rows.insert(0, (f"{year}年", number))
        return rows if len(rows) > 2 else []

    return data


CHARTS: dict[str, Choice] = {
    "website": Choice(
        "政府网站各栏目条数", "{year}年度政府网站信息发布情况（条）", "条", _website, charts.bar_chart
    ),
    "wechat": Choice(
        "微信公众号与上年对比", "微信公众号信息发布对比（篇）", "篇", _wechat, charts.comparison_chart
    ),
    "channels": Choice(
        "各渠道与上年对比", "各渠道信息发布与上年对比（条）", "条", _channels, charts.paired_chart
    ),
    "months": Choice("各月发布条数", "{year}年各月信息发布情况（条）", "条", _months, charts.bar_chart),
    "outcomes": Choice(
        "申请办理结果", "{year}年政府信息公开申请办理结果（件）", "件", _outcomes, charts.bar_chart
    ),
    "applicants": Choice(
        "申请人类型", "{year}年新收政府信息公开申请的申请人（件）", "件", _applicants, charts.bar_chart
    ),
    "timeliness": Choice(
        "申请办结时效", "{year}年政府信息公开申请办结时效（件）", "件", _timeliness, charts.bar_chart
    ),
    "items_by_year": Choice(
        "历年发布条数", "历年信息发布情况（条）", "条",
        _over_the_years("items", lambda document: _counted(document, "items", "total") or 0), charts.comparison_chart,
    ),
    "requests_by_year": Choice(
        "历年新收申请", "历年新收政府信息公开申请（件）", "件",
        _over_the_years("requests_new", lambda document: document.figures[f"requests.new.{TOTAL}"] or 0),
        charts.comparison_chart,
    ),
}  # fmt: skip
DEFAULT = ("website", "wechat")


def read(text: str | None) -> tuple[str, ...]:
    """The choice as stored, in the order of ``CHARTS``; ``DEFAULT`` where nobody has chosen."""
    if text is None:
        return DEFAULT
    asked = set(text.split())
    return tuple(key for key in CHARTS if key in asked)


def written(keys: Iterable[str]) -> str:
    """The inverse of ``read``."""
    return "\n".join(key for key in CHARTS if key in set(keys))


def told(keys: Iterable[str]) -> str:
    """The charts of these keys by name."""
    return "、".join(CHARTS[key].name for key in keys if key in CHARTS) or "不用图表"


def drawn(document: "ReportDocument", keys: Iterable[str]) -> list[Chart]:
    """The charts of these keys that have something to show; what is no chart is left out."""
    found = (CHARTS[key].drawn(key, document) for key in keys if key in CHARTS)
    return [chart for chart in found if chart]
