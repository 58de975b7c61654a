"""An agency's year in numbers: what was published, by channel, by column and by month; charts of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.utils.safestring import SafeString, mark_safe

from disclosures import charts
from disclosures.models import Agency, Category, Channel, Item, ItemState, Openness, Publication
from disclosures.portal.paging import remembered
from disclosures.years import year_of

WIDTH = 320  # of a chart: it shrinks little on a telephone, and two stand side by side elsewhere
SHOWN = 10  # columns that are told apart; the others are added up

# Together all that is not public; apart, so that the index leads to these rows without looking at the public ones.
NOT_PUBLIC = (
    Q(state__in=[state for state in ItemState if state != ItemState.PUBLISHED]),
    Q(
        state=ItemState.PUBLISHED,
        openness__in=[openness for openness in Openness if openness != Openness.PROACTIVE],
    ),
)


@dataclass(frozen=True)
class Chart:
    """Drawn, and told row by row for whoever wants it in words."""

    title: str
    unit: str
    rows: list[tuple[str, int]]
    svg: SafeString


@dataclass(frozen=True)
class YearInNumbers:
    year: int
    items: int
    charts: list[Chart]


def of_year(agency: Agency, columns: list[Category], year: int) -> YearInNumbers:
    """Public items by the day they were first published, publications by channel; four queries."""
    by_column, by_month = _items(columns, year)
    names = {column.pk: column.name for column in columns}
    ranked = [(names[pk], number) for pk, number in by_column.most_common()]
    if len(ranked) > SHOWN:
        ranked = [*ranked[: SHOWN - 1], ("其他栏目", sum(number for _, number in ranked[SHOWN - 1 :]))]
    last = max(by_month, default=0)
    months = [(f"{month}月", by_month[month]) for month in range(1, last + 1)]
    wanted = (
        ("channels", f"{year}年各渠道发布条数", by_channel(agency, year)),
        ("columns", f"{year}年各栏目公开条数", ranked),
        ("months", f"{year}年各月公开条数", months),
    )
    drawn = [
        Chart(title, "条", rows, mark_safe(charts.bar_chart(title, rows, unit="条", key=key, width=WIDTH)))
        for key, title, rows in wanted
        if rows
    ]
    return YearInNumbers(year, sum(by_column.values()), drawn)


def by_channel(agency: Agency, year: int) -> list[tuple[str, int]]:
    """Publications of public items: all of the channel's, less those of items that are not public.

    So both are read from indexes; asking of each publication whether its item is public would read every item.
    """
    first, last = year_of(year)
    made = Publication.objects.order_by().filter(published_on__range=(first, last))
    every = made.filter(channel__in=Channel.objects.filter(agency=agency)).values_list("channel").annotate(Count("pk"))
    not_public, not_open = (Item.objects.of(agency).filter(kind).order_by().values("pk") for kind in NOT_PUBLIC)
    hidden = made.filter(Q(item__in=not_public) | Q(item__in=not_open)).values_list("channel").annotate(Count("pk"))
    published = remembered(every, lambda: every)
    less = dict(remembered(hidden, lambda: hidden, through=sum(number for _, number in published)))
    numbers = {channel: number - less.get(channel, 0) for channel, number in published}
    names = Channel.objects.filter(pk__in=[channel for channel, number in numbers.items() if number])
    return sorted(((each.name, numbers[each.pk]) for each in names), key=lambda row: -row[1])


def by_column(columns: list[Category]) -> Counter[int]:
    """Public items of all years by column."""
    rows = Item.objects.public().filter(category__in=columns).order_by().values_list("category").annotate(Count("pk"))
    return Counter(dict(remembered(rows, lambda: rows)))


def _items(columns: list[Category], year: int) -> tuple[Counter[int], Counter[int]]:
    public = Item.objects.public().filter(category__in=columns, published_on__range=year_of(year)).order_by()
    rows = public.values_list("category", "published_on").annotate(Count("pk"))
    found: tuple[Counter[int], Counter[int]] = (Counter(), Counter())
    day: date
    for column, day, number in remembered(rows, lambda: rows):
        found[0][column] += number
        found[1][day.month] += number
    return found
