"""统计: what was published each month and where, and how requests were answered; totals alone, of nobody."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from disclosures.charts import OF_A_PHONE, bar_chart
from disclosures.models import Agency, ChannelKind
from disclosures.portal import heads
from disclosures.portal.agencies import agency_or_404
from reports.cells import OUTCOME_GROUPS, TOTAL
from reports.portal import years
from reports.portal.years import Year
from reports.rendering.chart_set import Chart

NAME = "公开工作统计"
MONTHS = 12


@dataclass(frozen=True)
class Line:
    label: str
    numbers: tuple[Any, ...]


@require_safe
def statistics(request: HttpRequest, agency: str) -> HttpResponse:
    """Five years up to this one; each says whether its report or the ledger tells it."""
    found, today = agency_or_404(agency), timezone.localdate()
    told = years.of(found, today.year)
    shown = [year for year in told if has_something(year)] or told[-1:]
    context = {
        "agency": found,
        "here": "reports",
        "head": head_of(found),
        "years": shown,
        "months": months(shown, today),
        "chart": month_chart(shown, today),
        "channels": channels(shown),
        "publication": publication(shown),
        "timeliness": timeliness(shown),
        "requests": requests(shown),
    }
    return render(request, "reports/statistics.html", context)


def has_something(year: Year) -> bool:
    numbers = (year.count("items", "total"), *(year.number(f"requests.{row}.{TOTAL}") for row in ("new", "carried_in")))
    return any(numbers)


def by_month(year: Year, today: date) -> list[int | None]:
    """January to December over all channels; None for months to come, and where a report does not tell the months."""
    kinds = [numbers for numbers in (year.count("items", "by_month") or {}).values() if len(numbers) == MONTHS]
    begun = today.month if year.year == today.year else MONTHS
    counted = [sum(column) for column in zip(*kinds, strict=True)][:begun]
    return [*counted, *[None] * (MONTHS - len(counted))]


def months(shown: list[Year], today: date) -> list[Line]:
    columns = [by_month(year, today) for year in shown]
    return [Line(f"{place + 1}月", tuple(column[place] for column in columns)) for place in range(MONTHS)]


def month_chart(shown: list[Year], today: date) -> Chart | None:
    """Of the newest year that has something to show."""
    for year in reversed(shown):
        numbers = by_month(year, today)
        if any(numbers):
            title = f"{year.year}年各月公开的政府信息（条）"
            data = [(f"{place}月", number) for place, number in enumerate(numbers, start=1) if number is not None]
            svg = bar_chart(title, data, unit="条", key="months", width=OF_A_PHONE)
            return Chart("months", title, mark_safe(svg))
    return None


def channels(shown: list[Year]) -> list[Line]:
    """Channels by their kind, those that were used; and all of them."""
    lines = [
        Line(kind.label, tuple(year.count("items", "by_channel_kind", kind.value) for year in shown))
        for kind in ChannelKind
    ]
    return [*(line for line in lines if any(line.numbers)), Line("合计", _counts(shown, "items", "total"))]


def publication(shown: list[Year]) -> list[Line]:
    """条例 Art. 26."""
    return [
        Line("成文后20个工作日内公开（条）", _counts(shown, "publication_clock", "in_time")),
        Line("超过20个工作日公开（条）", _counts(shown, "publication_clock", "late")),
    ]


def timeliness(shown: list[Year]) -> list[Line]:
    """条例 Art. 33."""
    return [
        Line("按期办结（件）", _counts(shown, "timeliness", "in_time")),
        Line("超期办结（件）", _counts(shown, "timeliness", "late")),
        Line("按期办结率", tuple(share_in_time(year) for year in shown)),
        Line("平均用时（工作日）", _counts(shown, "timeliness", "mean_working_days")),
        Line("用时中位数（工作日）", _counts(shown, "timeliness", "median_working_days")),
    ]


def share_in_time(year: Year) -> str | None:
    """Of those closed with a known last day; one decimal, rounded down so that 100% means all."""
    in_time, late = (year.count("timeliness", key) for key in ("in_time", "late"))
    if not isinstance(in_time, int) or not isinstance(late, int) or not in_time + late:
        return None
    tenths = in_time * 1000 // (in_time + late)
    return f"{tenths // 10}.{tenths % 10}%"


def requests(shown: list[Year]) -> list[Line]:
    """Received, closed by the groups of the statutory table, and carried over: totals of all applicants."""
    groups = [
        Line(f"其中：{group}", tuple(_sum(year, rows) for year in shown)) for group, rows in OUTCOME_GROUPS.items()
    ]
    whole = {
        "new": "新收",
        "carried_in": "上年结转",
        "answered_total": "办结",
        "carried_out": "结转下年（当年的，为尚在办理）",
    }
    lines = {
        key: Line(label, tuple(year.number(f"requests.{key}.{TOTAL}") for year in shown))
        for key, label in whole.items()
    }
    return [lines["new"], lines["carried_in"], lines["answered_total"], *groups, lines["carried_out"]]


def _sum(year: Year, rows: tuple[str, ...]) -> int | None:
    numbers = [year.number(f"requests.{row}.{TOTAL}") for row in rows]
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else None


def _counts(shown: list[Year], *path: str) -> tuple[Any, ...]:
    return tuple(year.count(*path) for year in shown)


def head_of(agency: Agency) -> heads.Head:
    about = "主动公开和依申请公开的统计数字：各月发布、发布渠道、办理结果和时效。"
    return heads.listing(agency, NAME, about, heads.CATALOGUE, reverse("statistics", args=[agency.code]))
