"""下级年报: who has handed in, who is late, and what the parent does about it; the 工作台 of the child."""

import io
import json
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import load_workbook

from disclosures import calendars
from reports.models import Delivery, DeliveryState, ReportState
from reports.rollup import deliveries, reminders, standings
from tests.factories.disclosures import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.reports import AnnualReportFactory, DeliveryFactory
from tests.reports.test_exchange import content, file_of  # noqa: F401
from tests.reports.test_rollup import corrected, issued

pytestmark = pytest.mark.django_db
DAY = date(2023, 1, 20)
PAGE = "/admin/reports/rollup/"


@pytest.fixture
def district():
    return AgencyFactory(code="district", name="示例区人民政府", level="county", has_portal=False)


@pytest.fixture
def officer(district):
    return MembershipFactory(agency=district, role="report_officer").user


@pytest.fixture
def desk(client, officer, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda value=None, *_: DAY if value is None else value.date())
    client.force_login(officer)
    return client


def child(district, name, **given):
    return AgencyFactory(parent=district, name=name, **given)


def states(district, day=DAY, **options):
    return {row.agency.name: row for row in standings.standings(district, 2022, day, **options).rows}


# Where each stands


def test_every_state_has_its_words(district, officer):
    child(district, "未开始局")
    AnnualReportFactory(agency=child(district, "编制局"))
    AnnualReportFactory(agency=child(district, "退回修改局"), state=ReportState.RETURNED)
    AnnualReportFactory(agency=child(district, "待审局"), state=ReportState.SUBMITTED)
    issued(child(district, "定稿局"))
    DeliveryFactory(to_agency=district, agency=child(district, "报送局"))
    DeliveryFactory(to_agency=district, agency=child(district, "接收局"), state="accepted")
    DeliveryFactory(to_agency=district, agency=child(district, "退回局"), state="returned", comment="核对收费")

    found = states(district)

    assert {name: row.state.label for name, row in found.items()} == {
        "未开始局": "未开始",
        "编制局": "编制中",
        "退回修改局": "编制中",
        "待审局": "待审签",
        "定稿局": "已定稿未报送",
        "报送局": "已报送",
        "接收局": "已接收",
        "退回局": "已退回",
    }
    told = standings.sentence(standings.standings(district, 2022, DAY))
    assert told == "应报送8个：已接收1个，待接收1个，未报送5个，已退回、待重新报送1个。"


def test_corrections_are_told_beside_the_state(district, officer):
    bureau = child(district, "更正局")
    report = issued(bureau)
    deliveries.accept(delivery=deliveries.deliver(report=report, by=None), by=officer)
    newer = corrected(report)
    assert states(district)["更正局"].note == "下级有更正版，尚未报送"

    waiting = deliveries.deliver(report=newer, by=None)

    row = states(district)["更正局"]
    assert (row.state.label, row.note, row.waits) == ("已接收", "有更正版待接收", True)
    deliveries.return_delivery(delivery=waiting, by=officer, comment="更正有误")
    row = states(district)["更正局"]
    assert (row.state.label, row.note, row.waits) == ("已接收", "更正版已退回", False)


def test_returned_report_that_was_corrected_is_told(district, officer):
    report = issued(child(district, "退回局"))
    delivery = deliveries.deliver(report=report, by=None)
    deliveries.return_delivery(delivery=delivery, by=officer, comment="核对")
    newer = corrected(report)
    assert states(district)["退回局"].note == "已更正，尚未报送"

    deliveries.deliver(report=newer, by=None)

    assert states(district)["退回局"].state.label == "已报送"


def test_who_owes_a_report(district):
    """Those that report to the district; an institution without a portal only once it handed in."""
    bureau = child(district, "局")
    child(bureau, "局属中心", level="institution", has_portal=False)
    quiet = child(district, "直属中心", level="institution", has_portal=False)
    child(district, "直属医院", level="institution")
    child(bureau, "下级队")

    assert set(states(district)) == {"局", "直属医院"}
    assert set(states(district, everyone=True)) == {"局", "直属医院", "下级队"}
    DeliveryFactory(to_agency=district, agency=quiet)
    assert set(states(district)) == {"局", "直属医院", "直属中心"}


@pytest.mark.parametrize(
    ("level", "set_by_parent", "day", "words", "tone"),
    [
        ("department", None, date(2023, 1, 20), "还有11天", "fine"),  # 31 January 2023, a Tuesday
        ("department", None, date(2023, 1, 30), "还有1天", "soon"),
        ("department", None, date(2023, 1, 31), "今天截止", "late"),
        ("department", None, date(2023, 2, 3), "逾期3天", "late"),
        ("department", date(2023, 1, 13), date(2023, 1, 20), "逾期7天", "late"),
        ("county", None, date(2023, 2, 3), "还有56天", "fine"),  # 条例 Art. 49 ¶2: 31 March
        ("county", date(2023, 1, 13), date(2023, 1, 20), "逾期7天", "late"),
    ],
)
def test_days_left_follow_the_parents_day_or_the_law(district, level, set_by_parent, day, words, tone):
    child(district, "局", level=level)
    AnnualReportFactory(agency=district, children_due_on=set_by_parent)

    row = states(district, day)["局"]

    assert (row.light.words, row.light.tone) == (words, tone)


def test_day_of_rest_is_planned_for_earlier(district):
    """31 January 2022 was New Year's Eve of the lunar calendar, and the day before a make-up day."""
    assert standings.due_on(AgencyFactory(), 2021, None) == date(2022, 1, 30)
    assert standings.due_on(AgencyFactory(), 2095, None) == date(2096, 1, 31)


def test_handed_in_late_stays_told(district):
    delivery = DeliveryFactory(to_agency=district, agency=child(district, "迟报局"))
    Delivery.objects.filter(pk=delivery.pk).update(delivered_at=timezone.make_aware(timezone.datetime(2023, 2, 2, 9)))

    assert states(district, date(2023, 3, 1))["迟报局"].light.words == "迟报2天"


def test_list_is_narrowed(district):
    child(district, "甲局")
    failing = [{"id": "B-ROW", "level": "error", "cell": "", "message": "不平"}]
    DeliveryFactory(to_agency=district, agency=child(district, "乙局"), failures=failing)
    rows = standings.standings(district, 2022, DAY).rows

    def names(**asked):
        return [row.agency.name for row in standings.narrowed(rows, **asked)]

    assert names(state="owing") == ["甲局"] and names(state="waiting") == ["乙局"] and names(state="late") == []
    assert names(find="甲") == ["甲局"] and names(failing="error") == ["乙局"] and names(failing="any") == ["乙局"]
    assert names(state="delivered") == ["乙局"] and names(state="no such") == []


# The page


def test_page_shows_and_does(desk, district, officer):
    bureau = child(district, "示例局")
    delivery = deliveries.deliver(report=issued(bureau), by=None)

    shown = desk.get(PAGE).content.decode()

    assert "已报送" in shown and "接收示例局的报告" in shown and "应报送1个：已接收0个，待接收1个" in shown
    answer = desk.post(f"/admin/reports/deliveries/{delivery.pk}/return/", {"comment": ""}, follow=True)
    assert "请写明退回的意见" in answer.content.decode()
    desk.post(f"/admin/reports/deliveries/{delivery.pk}/return/", {"comment": "请核对收费"})
    assert "退回意见：请核对收费" in desk.get(PAGE).content.decode()
    answer = desk.post(f"/admin/reports/deliveries/{delivery.pk}/accept/", follow=True)
    assert "已接收示例局的报告" in answer.content.decode()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.decided_by) == (DeliveryState.ACCEPTED, officer)
    page = desk.get(f"/admin/reports/deliveries/{delivery.pk}/").content.decode()
    assert (
        "三、收到和处理政府信息公开申请情况" in page and "接收：示例局2022年度报告" in page and delivery.digest in page
    )


def test_all_clean_ones_after_a_look(desk, district):
    good = [DeliveryFactory(to_agency=district) for _ in range(2)]
    DeliveryFactory(to_agency=district, failures=[{"id": "B-ROW", "level": "error", "cell": "", "message": "不平"}])
    address = f"{PAGE}accept/?agency={district.pk}&year=2022"

    assert "确认接收2份" in desk.get(address).content.decode()
    answer = desk.post(address, {"delivery": [good[0].pk]}, follow=True)
    assert "名单刚刚有变化" in answer.content.decode() and not Delivery.objects.accepted().exists()
    answer = desk.post(address, {"delivery": [each.pk for each in good] + ["x"]}, follow=True)

    assert "已接收2份报告" in answer.content.decode()
    assert Delivery.objects.accepted().count() == 2


def test_upload_is_received_or_refused_in_words(desk, district, content):  # noqa: F811
    address = f"{PAGE}receive/?agency={district.pk}&year=2022"

    def post(data):
        return desk.post(address, {"file": SimpleUploadedFile("报告.json", data)}, follow=True).content.decode()

    assert "文件不是年度报告的交换文件" in post(b"{")
    assert "请选择文件" in desk.post(address, follow=True).content.decode()
    assert "校验码不符" in post(json.dumps({**content, "digest": "0" * 64}).encode())
    assert "已收到示例局2022年度报告" in post(file_of(content).read())
    assert "以文件报送" in desk.get(f"{PAGE}?year=2022").content.decode()
    shown = desk.get(f"/admin/reports/deliveries/{Delivery.objects.get().pk}/").content.decode()
    assert "一、总体情况" in shown


@pytest.mark.parametrize("query", ["year=abc", "year=1999", "year=99999", "agency=0", "agency=x"])
def test_address_made_up_is_not_there(desk, district, query):
    child(district, "局")

    assert desk.get(f"{PAGE}?{query}").status_code == 404
    assert desk.get(f"{PAGE}download/?{query}").status_code == 404


def test_pages_of_fifty_and_a_page_that_is_none(desk, district):
    for place in range(60):
        child(district, f"第{place}局")

    assert "第1页，共2页，60个机关" in desk.get(PAGE).content.decode()
    assert "第2页" in desk.get(f"{PAGE}?page=2").content.decode()
    assert desk.get(f"{PAGE}?page=x&state=zzz").status_code == 200


def test_queries_do_not_grow(desk, district, django_assert_max_num_queries):
    for number in (1, 60):
        for place in range(number):
            bureau = child(district, f"{number}之{place}")
            DeliveryFactory(to_agency=district, agency=bureau)
            AnnualReportFactory(agency=bureau)
        with django_assert_max_num_queries(15):
            assert desk.get(f"{PAGE}?scope=all").status_code == 200


def test_other_agencies_are_not_seen(client, district):
    child(district, "局")
    stranger = MembershipFactory(role="manager").user
    client.force_login(stranger)

    assert "没有下级机关" in client.get(PAGE).content.decode()
    assert client.get(f"{PAGE}?agency={district.pk}").status_code in (200, 404)
    delivery = DeliveryFactory(to_agency=district)
    assert client.post(f"/admin/reports/deliveries/{delivery.pk}/accept/").status_code == 404


def test_auditor_looks_and_does_nothing(client, district):
    delivery = DeliveryFactory(to_agency=district, agency=child(district, "局"))
    client.force_login(MembershipFactory(agency=district, role="auditor").user)

    shown = client.get(f"{PAGE}?year=2022").content.decode()

    assert "确认退回" not in shown and "检查并收下" not in shown and "批量生成" not in shown
    assert client.post(f"/admin/reports/deliveries/{delivery.pk}/accept/").status_code == 403


def test_list_as_a_workbook(desk, district):
    failing = [{"id": "B-ROW", "level": "error", "cell": "", "message": "不平"}]
    DeliveryFactory(to_agency=district, agency=child(district, "=乙局"), failures=failing)
    child(district, "甲局")

    answer = desk.get(f"{PAGE}download/?agency={district.pk}&year=2022&state=")

    sheet = load_workbook(io.BytesIO(answer.content)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("机关", "层级", "状态", "应报日期", "时限") and sheet.freeze_panes == "A2"
    by_name = {row[0]: row for row in rows[1:]}
    assert by_name["=乙局"][2] == "已报送" and by_name["=乙局"][6:9] == (1, 0, "B-ROW 不平")
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert by_name["甲局"][:5] == ("甲局", "政府部门", "未开始", "2023年1月31日", "还有11天")


# 工作台


def test_child_is_reminded_of_what_it_owes(district):
    bureau = child(district, "局")
    clerk = MembershipFactory(agency=bureau, role="report_officer").user

    def words(day=DAY):
        return [each.words for each in reminders.reminders(clerk, day)]

    assert words() == ["本机关2022年度报告尚未报送示例区人民政府，应于2023年1月31日前报送，还有11天"]
    AnnualReportFactory(agency=district, children_due_on=date(2023, 1, 13))
    assert words()[0].endswith("应于2023年1月13日前报送，逾期7天")
    delivery = deliveries.deliver(report=issued(bureau), by=clerk)
    assert words() == []
    deliveries.return_delivery(delivery=delivery, by=None, comment="请核对收费")
    assert words() == ["本机关2022年度报告被示例区人民政府退回：请核对收费"]
    newer = deliveries.deliver(report=corrected(delivery.report), by=clerk)
    assert words() == []
    deliveries.accept(delivery=newer, by=None)
    assert words() == [] and words(date(2023, 8, 1)) == []


def test_parent_is_told_what_waits(district, officer, desk):
    DeliveryFactory(to_agency=district)

    found = reminders.reminders(officer, DAY)

    assert [each.words for each in found] == ["下级报送的2022年度报告有1份待接收"]
    assert "有1份待接收" in desk.get("/admin/").content.decode()
    assert desk.get(found[0].address).context["page"].paginator.count == 1


def test_reader_is_not_reminded(district):
    bureau = child(district, "局")
    reader = MembershipFactory(agency=bureau, role="auditor").user

    assert reminders.reminders(reader, DAY) == []


def test_reminders_cost_the_same(district, django_assert_max_num_queries):
    person = UserFactory()
    for place in range(4):
        MembershipFactory(user=person, agency=child(district, f"第{place}局"), role="report_officer")
        with django_assert_max_num_queries(9), calendars.held():
            assert len(reminders.reminders(person, DAY)) == place + 1
        del person._membership_paths
