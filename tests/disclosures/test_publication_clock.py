"""条例 Art. 26: the light of an item and the list under that light say the same, whatever the day."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from disclosures import publication_clock
from disclosures.lights import BANDS, SOON, WEEK, after_working_days
from disclosures.models import Item, ItemState, Openness
from disclosures.terms import publication_due
from disclosures.working_days import PUBLISHED, CalendarNotCovered
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ItemFactory

DAY = date(2026, 9, 28)


def band_of(formed_on, day):
    """Counted forwards from the day it was made, the way the law says it."""
    try:
        due = publication_due(formed_on, calendar=PUBLISHED)
    except CalendarNotCovered as missing:
        return "late" if missing.year < 2021 else "unknown"
    if due <= day:
        return "late" if due < day else "today"
    soon, week = (after_working_days(day, n, calendar=PUBLISHED) for n in (SOON, WEEK))
    return "soon" if due <= soon else "week" if due <= week else "later"


class Lists(TestCase):
    def setUp(self):
        self.category = CategoryFactory(agency=AgencyFactory())

    @settings(deadline=None, max_examples=60)
    @given(
        st.lists(st.dates(date(2020, 11, 1), date(2026, 12, 31)), min_size=1, max_size=4),
        st.dates(date(2021, 3, 1), date(2026, 12, 31)),
    )
    def test_each_item_is_under_exactly_its_light(self, days, today):
        Item.objects.all().delete()
        items = [ItemFactory(agency=self.category.agency, category=self.category, formed_on=day) for day in days]

        for item in items:
            under = [
                each.key
                for each in BANDS
                if publication_clock.under_light(Item.objects.filter(pk=item.pk), each.key, today).exists()
            ]
            assert under == [band_of(item.formed_on, today)], item.formed_on


@pytest.mark.django_db
@pytest.mark.parametrize(
    "details",
    [
        {"state": ItemState.PUBLISHED},
        {"state": ItemState.WITHDRAWN},
        {"openness": Openness.ON_REQUEST},
        {"openness": Openness.CLOSED},
        {"formed_on": None},
    ],
)
def test_no_clock_runs_for_what_is_public_or_stays_closed(details):
    item = ItemFactory(**{"formed_on": DAY - timedelta(days=90), **details})

    assert publication_clock.light_of(item, DAY) is None
    assert not publication_clock.under_light(Item.objects.all(), "open", DAY).exists()


@pytest.mark.django_db
def test_light_on_the_list_and_count_on_the_work_list_agree(client, django_user_model):
    item = ItemFactory(formed_on=timezone.localdate() - timedelta(days=120), title="早该发布的示例")
    client.force_login(django_user_model.objects.create_superuser("keeper"))

    task = next(task for task in client.get("/admin/").context["tasks"] if task.label == "信息发布已超期")
    page = client.get(task.address)

    assert task.count == 1 and item.title in page.content.decode() and "已超期" in page.content.decode()


@pytest.mark.django_db
def test_unknown_light_shows_nothing():
    ItemFactory(formed_on=DAY)

    assert not publication_clock.under_light(Item.objects.all(), "nonsense", DAY).exists()
