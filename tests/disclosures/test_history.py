"""The trail of a record is written once, and a change behind the program's back shows."""

import pytest
from django.db import connection

from disclosures import history
from disclosures.models import AppendOnly, HistoryEntry
from tests.factories.disclosures import UserFactory
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    record = DisclosureRequestFactory()
    for what in ("登记", "告知补正", "收到补正"):
        history.record(record, by=UserFactory(last_name="李", first_name="示例"), step="x", what=what, reason="理由")
    return record


def test_entries_tell_who_and_what_in_order(record):
    found = history.entries_of(record)

    assert [(entry.by_name, entry.what, entry.reason) for entry in found] == [
        ("李示例", "登记", "理由"),
        ("李示例", "告知补正", "理由"),
        ("李示例", "收到补正", "理由"),
    ]
    assert history.first_broken(record) is None


def test_name_stays_when_the_account_goes(record):
    for entry in history.entries_of(record):
        entry.by.delete()

    assert {entry.by_name for entry in history.entries_of(record)} == {"李示例"}
    assert history.first_broken(record) is None


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE disclosures_historyentry SET what = '伪造' WHERE id = %s",
        "DELETE FROM disclosures_historyentry WHERE id = %s",
    ],
)
def test_tampering_in_the_database_shows(record, tampering):
    second = history.entries_of(record)[1]
    third = history.entries_of(record)[2]

    with connection.cursor() as cursor:
        cursor.execute(tampering, [second.pk])

    assert history.first_broken(record) == (second if "UPDATE" in tampering else third)


def test_entries_are_neither_changed_nor_deleted(record):
    entry = history.entries_of(record).first()

    for forbidden in (
        entry.save,
        entry.delete,
        lambda: HistoryEntry.objects.update(what="x"),
        HistoryEntry.objects.all().delete,
    ):
        with pytest.raises(AppendOnly):
            forbidden()


def test_many_are_told_at_once_and_each_chain_stays_whole(record, django_assert_num_queries):
    other = DisclosureRequestFactory()

    with django_assert_num_queries(2):
        history.record_many({record: "台账导入修改：申请内容", other: "台账导入修改：申请渠道"}, by=None, step="import")

    assert history.entries_of(record).last().what == "台账导入修改：申请内容"
    assert [entry.by_name for entry in history.entries_of(other)] == ["系统"]
    assert history.first_broken(record) is None and history.first_broken(other) is None
