"""Pages of long lists: the same rows as a plain slice, whatever is remembered and wherever the page lies."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.http import Http404

from disclosures.models import Item, ItemState
from disclosures.portal import paging
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau")


@pytest.fixture
def listed(agency):
    """95 items on 30 days, from one to five a day."""
    column = CategoryFactory(agency=agency)
    for number in range(95):
        day = date(2022, 12, 20) + timedelta(days=number * number % 30)
        ItemFactory(agency=agency, category=column, public=True, published_on=day)
    return Item.objects.of(agency).public()


@pytest.fixture
def long(monkeypatch):
    """Whatever has more than ten rows counts as long, and is read from its day on."""
    monkeypatch.setattr(paging, "LIVE", 10)
    monkeypatch.setattr(paging, "FRONT", 20)
    yield
    cache.clear()


def pages(listed):
    return [list(paging.page_of(listed, str(number), Item.objects.all())) for number in range(1, 6)]


def test_pages_are_the_list_cut_in_pieces(listed):
    assert [len(page) for page in pages(listed)] == [20, 20, 20, 20, 15]
    assert sum(pages(listed), []) == list(listed)


def test_pages_of_a_long_list_are_the_same(listed, long):
    assert sum(pages(listed), []) == list(listed)


def test_the_first_page_of_a_long_list_shows_what_came_after_it_was_counted(agency, listed, long):
    pages(listed)
    ItemFactory(agency=agency, public=True, published_on=date(2023, 2, 1), title="刚刚公开")

    assert paging.page_of(listed, None, Item.objects.all())[0].title == "刚刚公开"


def test_a_page_stays_full_when_rows_of_a_long_list_were_withdrawn(listed, long):
    pages(listed)
    Item.objects.filter(pk__in=[item.pk for item in listed[:5]]).update(state=ItemState.WITHDRAWN)

    assert len(list(paging.page_of(listed, None, Item.objects.all()))) == 20


def test_short_lists_are_counted_anew(agency, listed):
    assert paging.Days.of(listed).total == 95
    ItemFactory(agency=agency, public=True)

    assert paging.Days.of(listed).total == 96


@pytest.mark.parametrize(
    ("asked", "number"), [("3", 3), ("0", 5), ("-1", 5), ("9" * 12, 5), ("9" * 65_536, 1), ("x", 1)]
)
def test_odd_page_numbers_mean_a_page_that_there_is(listed, asked, number):
    assert paging.page_of(listed, asked, Item.objects.all()).number == number


def test_months_and_years_are_those_that_have_something(listed):
    days = paging.Days.of(listed)

    assert days.months() == {2023: [1], 2022: [12]}
    assert list(days.years()) == [2023, 2022] and sum(days.years().values()) == 95
    assert days.in_year(2022).total == days.years()[2022]


def test_a_sheet_beyond_the_last_is_not_there(listed, monkeypatch):
    monkeypatch.setattr(paging, "PER_SHEET", 50)

    assert len(list(paging.sheet_of(listed, 2, Item.objects.all()))) == 45
    for number in (0, 3):
        with pytest.raises(Http404):
            paging.sheet_of(listed, number, Item.objects.all())


def test_items_of_no_column_are_none():
    assert paging.Days.of(Item.objects.filter(category__in=[])).total == 0


def test_a_list_found_some_minutes_ago_shows_nothing_taken_down_since(client, agency, listed, long):
    gone = listed[0]
    listed.update(document_number="示例〔2022〕3号")
    address = "/bureau/items/?number=示例〔2022〕3号"
    assert gone.title in client.get(address).content.decode(), "the twin: it was there, and what was found is kept"

    Item.objects.filter(pk=gone.pk).update(state=ItemState.WITHDRAWN, title="撤下的标题")

    assert "撤下的标题" not in client.get(address).content.decode()
