"""WeChat posts and press events: a line each, or a platform's list."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from disclosures import event_log
from disclosures.ledger import UnusableFile, read
from disclosures.models import ChannelKind, Item, Publication, Role
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ChannelFactory, MembershipFactory

PAGE = "/admin/disclosures/item/log/"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2026-11-03 普法进社区 https://mp.weixin.qq.com/s/a1", ["2026-11-03", "普法进社区", "https://mp.weixin.qq.com/s/a1"]),
        ("普法进社区\t2026/11/3\thttps://mp.weixin.qq.com/s/a1", ["2026/11/3", "普法进社区", "https://mp.weixin.qq.com/s/a1"]),
        ("2026年11月3日，新闻发布会：2026年工作安排", ["2026年11月3日", "新闻发布会：2026年工作安排", None]),
        ("2026-11-03 09:30 早安，文登", ["2026-11-03", "早安，文登", None]),
        ("20261103 垃圾分类问答100题", ["20261103", "垃圾分类问答100题", None]),
        ("没有日期的一行", [None, "没有日期的一行", None]),
    ],
)  # fmt: skip
def test_line_is_read_in_any_order(line, expected):
    assert event_log.of_lines(f"\n{line}\n") == [(2, expected)]


def test_too_many_lines_are_refused():
    with pytest.raises(UnusableFile, match="2000行"):
        event_log.of_lines("2026-11-03 标题\n" * 2001)


def platform_list(rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    stream.seek(0)
    return stream


def test_list_of_a_platform_is_read_by_its_own_headers():
    rows = [
        ["内容标题", "发表时间", "阅读人数", "内容url"],
        ["普法进社区", "2026-11-03 10:22:31", 120, "https://mp.weixin.qq.com/s/a1"],
        ["渣土整治", datetime(2026, 11, 4, 9, 0), 33, None],
    ]

    assert event_log.of_list(read(platform_list(rows))) == [
        (2, ["2026-11-03", "普法进社区", "https://mp.weixin.qq.com/s/a1"]),
        (3, [date(2026, 11, 4), "渣土整治", None]),
    ]


def test_list_without_a_day_is_refused():
    with pytest.raises(UnusableFile, match="标题和日期"):
        event_log.of_list(read(platform_list([["序号", "题目", "阅读"], [1, "普法", 2]])))


@pytest.fixture
def agency(db):
    agency = AgencyFactory()
    CategoryFactory(agency=agency, name="业务动态")
    ChannelFactory(agency=agency, name="微信公众号", kind=ChannelKind.WECHAT)
    return agency


def form(agency, **more):
    return {"channel": agency.channels.get().pk, "category": agency.categories.get().pk, **more}


def test_day_of_the_clerk(client, agency):
    client.force_login(MembershipFactory(agency=agency, role=Role.CLERK).user)
    lines = "2026-11-03 普法进社区 https://mp.weixin.qq.com/s/a1\n2026-11-04 渣土整治"

    client.post(PAGE, form(agency, lines=lines))
    again = client.post(PAGE, form(agency, lines=lines + "\n2026-11-05 供热走访"), follow=True).content.decode()

    assert "新增1条" in again and "原来已有2条" in again
    assert list(Publication.objects.order_by("published_on").values_list("item__title", "published_on", "url")) == [
        ("普法进社区", date(2026, 11, 3), "https://mp.weixin.qq.com/s/a1"),
        ("渣土整治", date(2026, 11, 4), ""),
        ("供热走访", date(2026, 11, 5), ""),
    ]
    assert set(Item.objects.values_list("state", flat=True)) == {"submitted"}


def test_one_bad_line_and_nothing_is_written(client, agency):
    client.force_login(MembershipFactory(agency=agency, role=Role.CLERK).user)

    page = client.post(PAGE, form(agency, lines="2026-11-03 普法进社区\n2026-02-30 没有这一天")).content.decode()

    assert "第2行" in page and "没有写入" in page and not Item.objects.exists()


def test_list_is_uploaded(client, agency):
    client.force_login(MembershipFactory(agency=agency, role=Role.CLERK).user)
    file = SimpleUploadedFile(
        "图文分析.xlsx", platform_list([["标题", "发布时间", "阅读"], ["普法", "2026-11-03", 1]]).read()
    )

    client.post(PAGE, form(agency, file=file))

    assert Item.objects.get().title == "普法"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR, Role.CASE_OFFICER, Role.REPORT_OFFICER])
def test_page_is_for_those_who_enter(client, agency, role):
    client.force_login(MembershipFactory(agency=agency, role=role).user)

    assert client.get(PAGE).status_code == client.post(PAGE, form(agency, lines="x")).status_code == 403


def test_channels_of_others_are_not_offered_nor_taken(client, agency):
    other = ChannelFactory(name="别人的公众号")
    client.force_login(MembershipFactory(agency=agency, role=Role.CLERK).user)

    assert "别人的公众号" not in client.get(PAGE).content.decode()
    client.post(PAGE, {**form(agency, lines="2026-11-03 普法"), "channel": other.pk})
    assert not Item.objects.exists()
