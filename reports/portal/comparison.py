"""五年对比: the figures of the published reports side by side, as charts and as the table that says the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.safestring import mark_safe

from disclosures.charts import OF_A_PHONE, comparison_chart
from disclosures.models import Agency
from reports.cells import TOTAL
from reports.checks import sheet_of
from reports.portal.years import COMPARED, Year, published
from reports.rendering.chart_set import Chart

ENOUGH = 2  # years with a number: one has nothing to stand beside


@dataclass(frozen=True)
class Compared:
    """``former``: how the report of a later year calls the same number of this one."""

    key: str
    title: str
    unit: str
    number: Callable[[Year], int | None]
    former: str


LINES = (
    Compared("items", "主动公开政府信息", "条", lambda year: year.count("items", "total"), "items"),
    Compared("new", "新收公开申请", "件", lambda year: year.number(f"requests.new.{TOTAL}"), "requests_new"),
    Compared(
        "answered",
        "办结公开申请",
        "件",
        lambda year: year.number(f"requests.answered_total.{TOTAL}"),
        "requests_answered",
    ),
)


@dataclass(frozen=True)
class Column:
    """A year and its numbers in the order of ``LINES``."""

    year: int
    numbers: tuple[int | None, ...]


def of(agency: Agency, last: int) -> list[Column]:
    """Five years up to ``last``, the earliest first, without those before the first known; one query.

    A year without a report here is told as the newest report told it of the years before.
    """
    years = range(last - COMPARED + 1, last + 1)
    known = {
        year: Year(year, sheet_of(frozen), "")
        for year, frozen in published(agency, years).items()
        if frozen is not None
    }
    before = known[max(known)].count("former_years") or {} if known else {}
    columns = [
        Column(year, tuple(line.number(known[year]) for line in LINES))
        if year in known
        else _told_later(year, before.get(str(year), {}))
        for year in years
    ]
    first = next((place for place, column in enumerate(columns) if any(n is not None for n in column.numbers)), None)
    return [] if first is None else columns[first:]


def _told_later(year: int, totals: Mapping[str, int | None]) -> Column:
    """As the report of a later year told it. Nothing but zeros is a year without records, not one of no work."""
    numbers = tuple(totals.get(line.former) for line in LINES)
    return Column(year, numbers if any(numbers) else (None,) * len(LINES))


def rows(columns: list[Column]) -> list[tuple[str, list[int | None]]]:
    """The table: a line each, a number a year."""
    return [
        (f"{line.title}（{line.unit}）", [column.numbers[place] for column in columns])
        for place, line in enumerate(LINES)
    ]


def charts(columns: list[Column]) -> list[Chart]:
    """Those with two numbers or more that are not all zero."""
    drawn = []
    for place, line in enumerate(LINES):
        told = [(f"{column.year}年", column.numbers[place]) for column in columns]
        data = [(label, number) for label, number in told if number is not None]
        if len(data) >= ENOUGH and any(number for _, number in data):
            title = f"{line.title}（{line.unit}）"
            svg = comparison_chart(title, data, unit=line.unit, key=f"compared-{line.key}", width=OF_A_PHONE)
            drawn.append(Chart(line.key, title, mark_safe(svg)))
    return drawn
