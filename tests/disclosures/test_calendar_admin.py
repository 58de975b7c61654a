"""节假日安排 in the back office: loading a year, what it tells before and after, who may."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from config import worklist
from disclosures import calendars
from disclosures.calendar_entry import as_text, from_text
from disclosures.models import CalendarChange, CalendarNotice, Role
from disclosures.state_council_notices import NOTICES
from requests_app import actions
from tests.disclosures.test_calendars import Y2027
from tests.factories.disclosures import AgencyFactory, MembershipFactory, days_of
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db

LOAD = "/admin/disclosures/calendarnotice/add/"
LIST = "/admin/disclosures/calendarnotice/"
LINES = """2027-01-01至2027-01-02 放假 元旦
2027-01-03 调休上班
2027年5月1日 放假 劳动节

2027年10月1日 至 7日　放假　国庆节
"""


@pytest.fixture
def agency():
    return AgencyFactory()


@pytest.fixture
def manager(client, agency):
    user = MembershipFactory(agency=agency, role=Role.MANAGER).user
    client.force_login(user)
    return user


def given(**details):
    return {"year": "2027", "number": "国办发明电〔2026〕9号", "issued_on": "", "source": "", "lines": LINES, **details}


def workbook(*rows, headers=("日期", "类型", "名称")):
    book, buffer = Workbook(), BytesIO()
    for row in (headers, *rows):
        book.active.append(row)
    book.save(buffer)
    return SimpleUploadedFile("2027.xlsx", buffer.getvalue())


def problems(response):
    return [str(error) for errors in response.context["form"].errors.values() for error in errors]


def waiting_case(agency):
    return actions.refresh(request=DisclosureRequestFactory(agency=agency, received_on=date(2026, 12, 20)))


def test_lines_are_read_as_days():
    entry = from_text(LINES)

    assert entry.faults == []
    assert [(day.day, day.kind, day.name) for day in entry.days] == [(d.day, d.kind, d.name) for d in Y2027]
    assert [day.place for day in entry.days][:4] == [1, 1, 2, 3]


@pytest.mark.parametrize("notice", NOTICES, ids=lambda notice: str(notice.year))
def test_a_year_written_out_is_read_as_the_same_year(notice):
    days = sorted(days_of(notice), key=lambda day: day.day)
    again = from_text(as_text(days))

    assert again.faults == []
    assert [(day.day, day.kind, day.name) for day in again.days] == [(d.day, d.kind, d.name) for d in days]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("2027-01-01", "第2行：日期、类型、名称之间要用空格分开"),
        ("2027-02-30 放假 春节", "第2行：没有“2027-02-30”这一天"),
        ("春节 放假 春节", "第2行：“春节”不是日期"),
        ("2027-02-06 加班", "第2行："),
        ("2027-02-06至2027-02-01 放假 春节", "第2行：结束日期早于开始日期"),
        ("2027-02-01至2027-04-01 放假 春节", "第2行：从2027年2月1日起共60天，超过31天"),
        ("2027-02-06至 放假 春节", "第2行："),
        ("9999-02-06 放假 春节", "第2行：年份9999不合理"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_with_its_number(line, fault):
    (told,) = from_text(f"2027-01-01 放假 元旦\n{line}\n").faults

    assert told.startswith(fault)


def test_a_year_is_checked_shown_confirmed_and_tells_what_moved(client, manager, agency):
    case = waiting_case(agency)

    preview = client.post(LOAD, given())

    text = preview.content.decode()
    assert "检查通过，尚未保存" in text and "放假10天，调休上班1天" in text
    assert case.number in text and "2027年1月15日" in text
    assert not CalendarNotice.objects.filter(year=2027).exists()

    saved = client.post(LOAD, {**preview.context["again"], "confirm": "1"}, follow=True)

    text, change = saved.content.decode(), CalendarChange.objects.get()
    assert saved.redirect_chain == [(reverse("admin:disclosures_calendarchange", args=[change.pk]), 302)]
    assert case.number in text and "2027年1月15日" in text and "共1件" in text
    assert (change.year, change.by) == (2027, manager)
    case.refresh_from_db()
    assert case.due_on == date(2027, 1, 15)
    page = client.get(f"{LIST}2027/change/").content.decode()
    assert "国办发明电〔2026〕9号" in page and "2027年10月7日（星期四）" in page and "载入这一年的安排" in page
    assert "10天" in client.get(LIST).content.decode()


def test_a_workbook_is_read_like_the_lines(client, manager):
    rows = [("2027-01-01至2027-01-02", "放假", "元旦"), (datetime(2027, 1, 3), "调休上班", None)]
    rows += [("2027年5月1日", "放假", "劳动节"), ("2027-10-01至2027-10-07", "放假", "国庆节")]

    preview = client.post(LOAD, given(lines="", file=workbook(*rows)))

    assert preview.context["again"]["lines"] == as_text(Y2027)


@pytest.mark.parametrize(
    ("details", "fault"),
    [
        ({"lines": ""}, "没有任何日期，请填写这一年的放假和调休上班日期"),
        ({"lines": LINES + "2027-01-04 调休上班"}, "第6行：2027年1月4日是星期一，调休上班只能是星期六或星期日"),
        ({"lines": LINES + "2027-10-07 放假 国庆节"}, "第6行：2027年10月7日与第5行重复"),
        ({"year": "2026"}, "第1行：2027年1月1日不在2026年（可以从上一年12月开始），请核对年份"),
        ({"lines": "", "file": SimpleUploadedFile("a.xlsx", b"text")}, "不是Excel工作簿（.xlsx）"),
        ({"lines": "", "file": workbook(headers=("日子", "类型", "名称"))}, "第1行：表头缺少“日期”列"),
        ({"lines": "", "file": workbook(("2027-01-01", None, "元旦"))}, "第2行：日期和类型必须填写"),
        ({"file": workbook(("2027-01-01", "放假", "元旦"))}, "日期已经写在上面，又上传了工作簿；请只用其中一种"),
    ],
)  # fmt: skip
def test_a_fault_is_told_in_its_place_and_nothing_stored(client, manager, details, fault):
    for confirm in ({}, {"confirm": "1"}):
        if "file" in details:
            details["file"].seek(0)
        response = client.post(LOAD, given(**details, **confirm))

        assert response.status_code == 200 and any(told.startswith(fault) for told in problems(response))
    assert not CalendarNotice.objects.filter(year=2027).exists() and not CalendarChange.objects.exists()


def test_every_fault_is_told_in_the_order_of_the_lines(client, manager):
    told = problems(
        client.post(LOAD, given(lines="2027-01-04 调休上班\n元旦\n2026-01-01 放假 元旦\n2027-1-32 放假 元旦"))
    )

    assert [fault[:4] for fault in told] == ["第1行：", "第2行：", "第3行：", "第4行："]


def test_a_year_changed_meanwhile_is_not_overwritten(client, manager):
    preview = client.post(LOAD, given())
    calendars.replace_year(year=2027, days=Y2027, number="另一人", by=None)

    response = client.post(LOAD, {**preview.context["again"], "confirm": "1"})

    assert "刚刚被别人改过" in response.content.decode()
    assert CalendarNotice.objects.get(year=2027).number == "另一人"


def test_correcting_a_year_begins_with_what_is_stored(client, manager):
    form = client.get(f"{LOAD}?year=2026").context["form"]

    assert form["lines"].value() == as_text(days_of(NOTICES[-1]))
    assert form["number"].value() == NOTICES[-1].number
    assert client.get(f"{LOAD}?year=２０２６").status_code == client.get(f"{LOAD}?year=99999").status_code == 200


def test_a_change_shows_each_person_their_own_cases(client, manager, agency):
    mine, other = waiting_case(agency), waiting_case(AgencyFactory())
    calendars.replace_year(year=2027, days=Y2027, number="示例", by=None)

    text = client.get(reverse("admin:disclosures_calendarchange", args=[CalendarChange.objects.get().pk])).content
    assert mine.number in text.decode() and other.number not in text.decode()
    assert "另有1件未在此列出" in text.decode()


def test_a_year_that_open_cases_need_is_not_deleted(client, manager, agency):
    case = actions.refresh(request=DisclosureRequestFactory(agency=agency, received_on=date(2026, 11, 2)))

    for response in (
        client.get(f"{LIST}2026/delete/", follow=True),
        client.post(f"{LIST}2026/delete/", {"post": "yes"}, follow=True),
    ):
        assert f"1件未办结的案件要用2026年的安排计算期限（{case}）" in response.content.decode()
    assert CalendarNotice.objects.filter(year=2026).exists()


def test_a_year_that_nobody_needs_is_deleted(client, manager):
    response = client.post(f"{LIST}2021/delete/", {"post": "yes"})

    assert response.status_code == 302 and not CalendarNotice.objects.filter(year=2021).exists()
    assert CalendarChange.objects.get().by == manager
    # Nor does a page fail without any year at all.
    CalendarNotice.objects.all().delete()
    assert client.get("/admin/").status_code == client.get(LIST).status_code == 200
    DisclosureRequestFactory(due_on=date(2022, 3, 29))
    assert client.get("/admin/requests_app/disclosurerequest/?due=soon").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_everyone_looks_but_only_managers_of_a_root_load(client, agency, role):
    child = AgencyFactory(parent=agency)
    client.force_login(MembershipFactory(agency=child, role=Role.MANAGER).user)
    page = client.get(f"{LIST}2026/change/")
    assert client.get(LIST).status_code == page.status_code == 200
    assert "更正这一年的安排" not in page.content.decode()
    assert client.post(LOAD, given(confirm="1")).status_code == 403

    client.force_login(MembershipFactory(agency=agency, role=role).user)
    assert client.get(f"{LIST}2026/change/").status_code == 200
    assert client.post(LOAD, given(confirm="1")).status_code == 403
    assert client.post(f"{LIST}2021/delete/", {"post": "yes"}).status_code == 403
    assert CalendarNotice.objects.count() == len(NOTICES)


def test_a_list_of_lights_asks_for_the_calendar_once(client, manager, agency, django_assert_max_num_queries):
    page = "/admin/requests_app/disclosurerequest/?due=later"
    for _ in range(2):
        for _ in range(15):
            DisclosureRequestFactory(agency=agency, received_on=date(2026, 11, 2), due_on=date(2100, 1, 1))
        with django_assert_max_num_queries(12):
            assert client.get(page).status_code == 200


@pytest.mark.parametrize(
    ("day", "alarmed"), [(date(2026, 11, 1), False), (date(2026, 11, 2), True), (date(2027, 1, 2), True)]
)
def test_the_worklist_warns_60_days_before_the_years_end(manager, day, alarmed):
    assert (worklist.calendar_alarm(manager, day) is not None) == alarmed
    calendars.replace_year(year=2027, days=Y2027, number="示例", by=None)
    assert worklist.calendar_alarm(manager, day) is None


def test_the_worklist_says_what_to_do_while_cases_wait(client, manager, agency, django_assert_max_num_queries):
    day = date(2026, 9, 1)
    assert worklist.calendar_alarm(manager, day) is None
    waiting_case(agency), waiting_case(AgencyFactory())
    with django_assert_max_num_queries(4):
        alarm = worklist.calendar_alarm(manager, day)

    assert alarm.words.startswith("有1件未办结案件因缺少节假日安排，期限待定。2027年的节假日安排尚未载入")
    assert (alarm.link, alarm.address) == ("载入2027年的安排", f"{LOAD}?year=2027")
    assert client.get(alarm.address).context["form"]["year"].value() == "2027"
    assert "有1件未办结案件因缺少节假日安排，期限待定" in client.get("/admin/").content.decode()
    officer = MembershipFactory(agency=agency, role=Role.CASE_OFFICER).user
    alarm = worklist.calendar_alarm(officer, day)
    assert "请联系最上级机关的负责人" in alarm.words and alarm.address == LIST


def test_the_worklist_names_the_year_that_a_case_of_long_ago_waits_for(manager, agency):
    actions.refresh(request=DisclosureRequestFactory(agency=agency, received_on=date(2020, 5, 6)))

    assert worklist.calendar_alarm(manager, date(2026, 9, 1)).link == "载入2020年的安排"
