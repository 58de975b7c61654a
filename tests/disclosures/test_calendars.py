"""The calendar kept as data: the rows make it, a change is whole or not at all, faults are told with their line."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from disclosures import calendars
from disclosures.calendars import Day
from disclosures.models import CalendarChange, CalendarDay, CalendarNotice, DayKind
from disclosures.state_council_notices import NOTICES
from disclosures.working_days import PUBLISHED, CalendarNotCovered
from tests.factories.disclosures import UserFactory, days_of

pytestmark = pytest.mark.django_db

Y2027 = [
    Day(date(2027, 1, 1), "rest", "元旦"),
    Day(date(2027, 1, 2), "rest", "元旦"),
    Day(date(2027, 1, 3), "work"),
    Day(date(2027, 5, 1), "rest", "劳动节"),
    *(Day(date(2027, 10, day), "rest", "国庆节") for day in range(1, 8)),
]


def load(days=Y2027, year=2027, **details):
    return calendars.replace_year(year=year, days=days, number="示例", by=None, **details)


def test_rows_of_the_migration_are_the_published_notices():
    stored, day = calendars.current(), date(2021, 1, 1)

    assert stored.years == PUBLISHED.years
    assert dict(CalendarNotice.objects.values_list("year", "number")) == {n.year: n.number for n in NOTICES}
    while day.year < 2027:
        assert stored.is_working_day(day) == PUBLISHED.is_working_day(day), day
        assert stored.name_of_rest(day) == PUBLISHED.name_of_rest(day), day
        assert stored.is_make_up_day(day) == PUBLISHED.is_make_up_day(day), day
        day += timedelta(days=1)


def test_every_published_notice_is_accepted_as_an_entry():
    for notice in NOTICES:
        assert calendars.faults_of(notice.year, days_of(notice)) == []


def test_a_year_without_rows_is_not_guessed():
    with pytest.raises(CalendarNotCovered, match="2027"):
        calendars.current().is_working_day(date(2027, 1, 4))
    load()

    assert calendars.current().is_working_day(date(2027, 1, 3))
    assert not calendars.current().is_working_day(date(2027, 1, 1))
    CalendarNotice.objects.all().delete()
    with pytest.raises(CalendarNotCovered, match="2022"):
        calendars.current().after(date(2022, 3, 1), 20)


def test_the_calendar_costs_one_query_and_one_a_page(django_assert_num_queries):
    calendars.current()

    with django_assert_num_queries(1):
        calendars.current()
    with django_assert_num_queries(1), calendars.held():
        assert calendars.current() is calendars.current()


def test_what_another_process_stored_is_seen():
    """Another process shares the rows, not our memory."""
    before = calendars.current()
    notice = CalendarNotice.objects.get(year=2026)
    CalendarDay.objects.create(notice=notice, day=date(2026, 11, 23), kind=DayKind.REST, name="示例")
    notice.save()

    assert before.is_working_day(date(2026, 11, 23))
    assert not calendars.current().is_working_day(date(2026, 11, 23))


def test_what_was_rolled_back_is_forgotten():
    with pytest.raises(RuntimeError), transaction.atomic():
        load()
        assert 2027 in calendars.current().years
        raise RuntimeError

    assert 2027 not in calendars.current().years


def test_a_change_inside_a_page_is_seen_by_the_rest_of_the_page():
    with calendars.held():
        assert 2027 not in calendars.current().years
        load()
        assert 2027 in calendars.current().years


def test_a_change_leaves_who_and_what():
    user = UserFactory()
    calendars.replace_year(year=2027, days=Y2027, number="国办发明电〔2026〕9号", by=user)
    calendars.replace_year(year=2027, days=Y2027[:-1], number="国办发明电〔2026〕9号", by=user)

    changes = CalendarChange.objects.values_list("year", "what", "by")
    assert list(changes) == [(2027, "更正这一年的安排", user.pk), (2027, "载入这一年的安排", user.pk)]
    assert CalendarDay.objects.filter(notice=2027).count() == len(Y2027) - 1


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Day(date(2027, 1, 4), "work", place=3), "第3行：2027年1月4日是星期一，调休上班只能是星期六或星期日"),
        (Day(date(2028, 1, 1), "rest", "元旦", place=3), "第3行：2028年1月1日不在2027年"),
        (Day(date(2026, 11, 30), "rest", "元旦", place=3), "不在2027年"),
        (Day(date(2027, 10, 7), "rest", "国庆节", place=3), "重复"),
        (Day(date(2027, 2, 6), "rest", "", place=3), "第3行：2027年2月6日放假须写节日名称"),
        (Day(date(2027, 2, 6), "rest", "节" * 21, place=3), "超过20个字"),
        (Day(date(2027, 2, 6), "day", "春节", place=3), "类型应为“放假”或“调休上班”"),
    ],
)
def test_a_wrong_day_is_told_and_nothing_stored(wrong, message):
    with pytest.raises(ValidationError, match=message):
        load([*Y2027, wrong])

    assert not CalendarNotice.objects.filter(year=2027).exists()


@pytest.mark.parametrize(
    ("year", "days", "message"),
    [
        (2027, [], "没有任何日期"),
        (2027, Y2027[1:], "缺少1月1日（元旦）放假"),  # 全国年节及纪念日放假办法 Art. 2
        (1027, Y2027, "年度1027不合理"),
    ],
)
def test_an_arrangement_that_cannot_be_is_refused(year, days, message):
    with pytest.raises(ValidationError, match=message):
        load(days, year)


def test_a_day_is_arranged_by_one_notice_only():
    with pytest.raises(ValidationError, match="2022年12月31日已列在2023年的安排中"):
        load([*days_of(NOTICES[1]), Day(date(2022, 12, 31), "rest", "元旦")], 2022)


def test_a_notice_may_begin_in_december():
    """2019: 30 December 2018 off, 29 December 2018 (a Saturday) worked."""
    load([*Y2027, Day(date(2026, 12, 31), "rest", "元旦"), Day(date(2026, 12, 27), "work")])

    assert calendars.current().is_working_day(date(2026, 12, 27))
    assert not calendars.current().is_working_day(date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "kind"), [(date(2027, 11, 30), "rest"), (date(2025, 11, 30), "rest"), (date(2026, 11, 23), "work")]
)
def test_the_database_keeps_the_rules_of_a_day(day, kind):
    row = CalendarDay(notice_id=2026, day=day, kind=kind, name="示例")

    with pytest.raises(ValidationError):
        row.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_year_that_nobody_needs_may_be_removed():
    calendars.remove_year(year=2021, by=None)

    assert 2021 not in calendars.current().years
    assert CalendarChange.objects.get().what == "删除这一年的安排"
