"""行政决定 and 收费: publicity and withdrawal by light, rows pasted all or nothing, what the year counts."""

import re
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosures import duties
from disclosures.ledger import export_workbook, import_workbook, pasting, read
from disclosures.models import AdministrativeDecision, DutyKind, DutyTerm, FeeCollection, Role
from reports.figures import collect
from tests.disclosures.test_ledger import book
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    DutyTermFactory,
    FeeCollectionFactory,
    ItemFactory,
    MembershipFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 9)  # a Monday
LIST = "/admin/disclosures/administrativedecision/"
FEES = "/admin/disclosures/feecollection/"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def clerk(agency, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: DAY)
    return MembershipFactory(agency=agency, role=Role.CLERK).user


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def made(agency, on=DAY, **fields):
    return AdministrativeDecisionFactory(agency=agency, decided_on=on, **fields)


def publicity(decision, day=DAY):
    return duties.publicity_standing(AdministrativeDecision.objects.with_term().get(pk=decision.pk), day)


# Publicity


@pytest.mark.parametrize(
    "day, words, tone",
    [
        (DAY, "应于2026年3月18日前公示（还有7个工作日）", "fine"),
        (date(2026, 3, 13), "应于2026年3月18日前公示（还有3个工作日）", "soon"),
        (date(2026, 3, 18), "今日应公示", "late"),
        (date(2026, 3, 19), "已超期", "late"),
    ],
)
def test_publicity_is_a_reference_of_seven_working_days(agency, day, words, tone):
    found = publicity(made(agency), day)

    assert (found.words, found.tone) == (words, tone) and "参考期限" in found.why


def test_agencys_own_term(agency):
    DutyTermFactory(agency=agency, kind=DutyKind.PUBLICITY, days=5, since=date(2026, 3, 2))

    assert publicity(made(agency)).words == "应于2026年3月16日前公示（还有5个工作日）"
    assert publicity(made(agency, on=date(2026, 2, 27))).words == "不提醒"
    assert [found.decided_on for found in AdministrativeDecision.objects.with_term().unpublished()] == [DAY]


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"published_on": date(2026, 3, 18)}, "已公示"),
        ({"published_on": date(2026, 3, 19)}, "已公示，晚于参考期限"),
        ({"unpublished_reason": "涉及商业秘密"}, "不公示"),
        ({"annulled_on": DAY}, "不再公示"),
        ({"is_total": True}, "汇总，不计期限"),
        ({"quantity": 2}, "汇总，不计期限"),
    ],
)
def test_some_decisions_have_no_clock(agency, fields, words):
    assert publicity(made(agency, **fields)).words == words
    assert not AdministrativeDecision.objects.with_term().unpublished().exists()


@pytest.mark.parametrize("term", [None, 1, 5, 20])
def test_filter_and_light_agree_on_every_day(agency, clerk, term):
    if term is not None:
        DutyTermFactory(agency=agency, kind=DutyKind.PUBLICITY, days=term)
    DutyTermFactory(kind=DutyKind.PUBLICITY, days=3)
    decisions = [made(agency, on=DAY - timedelta(days=offset)) for offset in range(50)]
    rows = AdministrativeDecision.objects.with_term().unpublished()

    found = {
        each.key: set(
            rows.filter(duties.publicity_in(each.key, DAY, duties.terms_in_use())).values_list("pk", flat=True)
        )
        for each in duties.OPEN_BANDS
    }

    assert sum(map(len, found.values())) == len(decisions) == len(set().union(*found.values()))
    for decision in decisions:
        shown = publicity(decision)
        key = next(key for key, keys in found.items() if decision.pk in keys)
        expected = {"late": ("late", "已超期"), "today": ("late", "今日应公示"), "soon": ("soon", "应于")}
        tone, words = expected.get(key, ("fine", "应于"))
        assert shown.tone == tone and shown.words.startswith(words), (decision.decided_on, shown, key)


@pytest.mark.parametrize("days, valid", [(0, False), (1, True), (20, True), (21, False)])
def test_term_of_publicity_has_bounds(days, valid):
    """条例 Art. 26: twenty working days at most."""
    term = DutyTerm(agency=AgencyFactory(), kind=DutyKind.PUBLICITY, days=days)

    if valid:
        term.full_clean()
    else:
        with pytest.raises(ValidationError):
            term.full_clean()


# Withdrawal: 行政处罚法 Art. 48


@pytest.mark.parametrize(
    "day, words",
    [
        (DAY, "应于2026年3月12日前撤回（还有3个工作日）"),
        (date(2026, 3, 12), "今日应撤回"),
        (date(2026, 3, 13), "已超期"),
    ],
)
def test_published_decision_that_was_annulled_is_taken_down(agency, day, words):
    decision = made(agency, on=date(2026, 2, 2), published_on=date(2026, 2, 4), annulled_on=DAY, annulment="revoked")

    found = duties.withdrawal_standing(decision, day)

    assert found.words == words and "第四十八条" in found.why and "3月9日撤销" in found.why


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"annulled_on": DAY}, "—"),
        ({"published_on": DAY}, "—"),
        ({"published_on": DAY, "annulled_on": DAY, "withdrawn_on": date(2026, 3, 12)}, "已撤回"),
        ({"published_on": DAY, "annulled_on": DAY, "withdrawn_on": date(2026, 3, 13)}, "已撤回，晚于期限"),
    ],
)
def test_nothing_left_to_take_down(agency, fields, words):
    reason = {"withdrawal_reason": "原决定被撤销"} if "withdrawn_on" in fields else {}

    assert duties.withdrawal_standing(made(agency, **fields, **reason), DAY).words == words
    assert not AdministrativeDecision.objects.to_withdraw().exists()


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"published_on": date(2026, 3, 8)}, "published_on"),
        ({"annulled_on": date(2026, 3, 8)}, "annulled_on"),
        ({"annulment": "revoked"}, "annulled_on"),
        ({"withdrawn_on": DAY}, "withdrawn_on"),
        ({"withdrawal_reason": "原决定被撤销"}, "withdrawn_on"),
        ({"annulled_on": date(2026, 3, 10), "withdrawn_on": DAY, "withdrawal_reason": "撤销"}, "withdrawn_on"),
    ],
)
def test_impossible_entries_are_told_beside_their_field(agency, fields, field):
    decision = AdministrativeDecision(agency=agency, kind="penalty", decided_on=DAY, **fields)

    with pytest.raises(ValidationError) as fault:
        decision.full_clean()

    assert list(fault.value.message_dict) == [field]


def test_annulled_decision_stays_among_those_made(agency):
    """年度报告格式: 本年处理决定数量 counts the decisions made; it takes none away."""
    made(agency, annulled_on=DAY, annulment="revoked")
    made(agency, on=date(2025, 12, 31), annulled_on=DAY)

    assert collect(agency, 2026)["proactive.penalties"] == 1


def test_list_tells_lights_and_totals(desk, agency):
    made(agency, on=date(2026, 2, 2), number="示罚〔2026〕1号")
    made(agency, number="示罚〔2026〕2号")
    made(agency, quantity=36, number="汇总一")

    page = desk.get(LIST).content.decode()
    late = desk.get(f"{LIST}?publicity=late").content.decode()

    assert "已超期" in page and "36（汇总）" in page and "汇总，不计期限" in page
    assert "示罚〔2026〕1号" in late and "示罚〔2026〕2号" not in late
    assert desk.get(f"{LIST}?totals=yes").context["cl"].result_count == 1
    assert desk.get(f"{LIST}?totals=no").context["cl"].result_count == 2
    assert desk.get(f"{LIST}?withdraw=nonsense").context["cl"].result_count == 0


def test_desk_counts_what_the_lists_show(desk, agency):
    made(agency, on=date(2026, 2, 2))
    made(agency, on=date(2026, 2, 2), quantity=9)
    made(AgencyFactory(), on=date(2026, 2, 2))
    annulled = {"published_on": date(2026, 3, 2), "annulled_on": date(2026, 3, 6)}
    made(agency, on=date(2026, 3, 2), **annulled)

    tasks = {task.label: task for task in desk.get("/admin/").context["tasks"]}

    for label in ("行政决定公示已超期", "撤回行政决定公示三个工作日内到期"):
        assert tasks[label].count == 1
        assert desk.get(tasks[label].address).context["cl"].result_count == 1
    assert "撤回行政决定公示已超期" not in tasks


def test_page_tells_the_clock(desk, agency):
    page = desk.get(f"{LIST}{made(agency).pk}/change/").content.decode()

    assert "应于2026年3月18日前公示" in page and "参考期限" in page


def test_parties_reach_no_public_page(client, agency):
    made(agency, party="王小二", number="示罚〔2026〕1号")
    item = ItemFactory(agency=agency, public=True)

    pages = ["/bureau/", "/bureau/items/", f"/bureau/items/{item.pk}/", "/bureau/documents/", "/sitemap.xml"]
    pages += ["/bureau/documents/in-force/", "/api/v1/", "/api/v1/items/", "/api/v1/documents/", "/bureau/rules/"]

    assert not [address for address in pages if "王小二" in client.get(address).content.decode()]


# Rows pasted in


ROWS = (
    "行政处罚\t示罚〔2026〕1号\t2026-03-02\t示例公司\t1\t2026-03-05\thttps://example.gov.cn/1\n"
    "行政许可\t示许〔2026〕1号\t2026/3/3\t王某\n"
    "行政许可\t\t2026年3月31日\t业务系统汇总\t120\n"
)


def pasted(desk, agency, text, page=LIST, **also):
    return desk.post(f"{page}paste/", {"agency": agency.pk, "text": text, **also})


def test_rows_are_checked_then_written_together(desk, agency, clerk):
    checked = pasted(desk, agency, ROWS).content.decode()
    assert "检查通过，尚未写入" in checked and "新增3条" in checked and not AdministrativeDecision.objects.exists()

    done = pasted(desk, agency, ROWS, confirm="1")

    assert done.headers["Location"] == LIST
    penalty, licence, total = AdministrativeDecision.objects.order_by("pk")
    assert (penalty.kind, penalty.published_on, penalty.publicity_url) == (
        "penalty",
        date(2026, 3, 5),
        "https://example.gov.cn/1",
    )
    assert (licence.decided_on, licence.party, licence.quantity) == (date(2026, 3, 3), "王某", 1)
    assert total.quantity == 120 and total.counts_several
    assert LogEntry.objects.get(user=clerk).change_message == "批量录入行政决定：新增3条，更新0条，相同0条"


def test_one_fault_writes_nothing_and_is_told_in_its_row(desk, agency):
    text = ROWS + "行政奖励\t\t2026-02-30\t某\t0\t2026-01-01\tjavascript:x\n"

    page = pasted(desk, agency, text, confirm="1").content.decode()

    assert not AdministrativeDecision.objects.exists()
    for words in ("决定类别：“行政奖励”不在可选范围内", "没有“2026-02-30”这一天", "件数：应在1到"):
        assert words in page
    assert "示罚〔2026〕1号" in page, "what was pasted is there to be corrected"


@pytest.mark.parametrize(
    "text, words",
    [
        (ROWS + ROWS.splitlines()[0], "与第1行重复"),
        ("行政处罚\t1\t2026-03-02\t\t\t2026-03-01\t", "公示日期早于决定日期"),
        ("行政处罚\t1\t2026-03-02\t\t\t\tftp://x", "链接须以"),
        ("行政处罚\t1\t2026-03-02\t\t\t\t\t多余的", "这一行有8列，应为7列"),
        ("行政处罚\t1", "决定日期：必须填写"),
        ("行政处罚 1 2026-03-02", "不在可选范围内"),
        ('行政处罚\t"1\t2026-03-02\n', "引号没有成对"),
        ("\t\t\n \n", "没有任何内容"),
        ("类别\t文号\t日期\n", "没有任何内容"),
        ("类别\t文号\t乙\n行政处罚\t1\t2026-03-02", "乙：不认识的列"),
        ("行政处罚\t=1+1\t2026-03-02\t\x01", "控制字符"),
        ("行政处罚\t\t2026-03-02\n" * 2001, "超过2000行"),
    ],
)
def test_faulty_rows_are_told(desk, agency, text, words):
    page = pasted(desk, agency, text, confirm="1").content.decode()

    assert words in page and not AdministrativeDecision.objects.exists()


def test_headings_may_change_the_order(desk, agency):
    pasted(desk, agency, "日期\t类别\t文号*\n\n2026-03-02\t行政强制\t示强〔2026〕1号\n", confirm="1")

    decision = AdministrativeDecision.objects.get()
    assert (decision.kind, decision.number) == ("coercion", "示强〔2026〕1号")


def test_lines_are_numbered_as_they_were_pasted():
    layout = pasting.Layout("行政决定", {"类别": "决定类别", "文号": "决定书文号"})

    found = pasting.parse('\n行政处罚\t"一\n号"\n\n行政许可\t二号\n', layout)

    assert found.rows == [(2, ["行政处罚", "一\n号"]), (4, ["行政许可", "二号"])]


def test_form_that_comes_again_writes_nothing_more(desk, agency):
    """Rows without a number are always new: a second press or the back button must not count them twice."""
    ticket = re.search(r'name="ticket" value="(\w+)"', pasted(desk, agency, ROWS).content.decode())[1]
    pasted(desk, agency, ROWS, confirm="1", ticket=ticket)

    again = pasted(desk, agency, ROWS, confirm="1", ticket=ticket)

    assert again.headers["Location"] == LIST and AdministrativeDecision.objects.count() == 3
    assert "没有再写一遍" in desk.get(LIST).content.decode()
    other = re.search(r'name="ticket" value="(\w+)"', pasted(desk, agency, ROWS).content.decode())[1]
    pasted(desk, agency, ROWS, confirm="1", ticket=other)
    assert AdministrativeDecision.objects.count() == 4, "the row without a number, once more and on purpose"


def test_refused_form_may_come_again(desk, agency):
    pasted(desk, agency, "行政处罚\t\t昨天\n", confirm="1", ticket="a1")

    pasted(desk, agency, "行政处罚\t\t2026-03-02\n", confirm="1", ticket="a1")

    assert AdministrativeDecision.objects.count() == 1


def test_known_number_is_brought_up_to_date(desk, agency):
    known = made(agency, on=date(2026, 3, 2), number="示罚〔2026〕1号")

    checked = pasted(desk, agency, ROWS).content.decode()
    pasted(desk, agency, ROWS, confirm="1")

    assert "更新1条" in checked
    known.refresh_from_db()
    assert known.published_on == date(2026, 3, 5)


def test_nothing_is_pasted_for_another_agency(desk, agency):
    other = AgencyFactory()

    page = pasted(desk, other, ROWS, confirm="1")

    assert page.status_code == 200 and not AdministrativeDecision.objects.exists()


def test_pasted_text_is_kept_when_one_goes_back(desk, agency):
    page = pasted(desk, agency, ROWS, back="1").content.decode()

    assert "<textarea" in page and "示罚〔2026〕1号" in page and "检查通过" not in page


def test_many_rows_are_pasted_at_the_same_cost(desk, agency, django_assert_max_num_queries):
    for first, number in ((0, 2), (100, 300)):
        rows = "".join(f"行政处罚\t示罚〔2026〕{first + row}号\t2026-03-02\n" for row in range(number))
        with django_assert_max_num_queries(31):  # five of them keep the search index in step
            pasted(desk, agency, rows, confirm="1")
    assert AdministrativeDecision.objects.count() == 302


def test_fees_are_pasted_the_same_way(desk, agency):
    checked = pasted(desk, agency, "垃圾处理费\t2026-03-02\t¥1,200.50\t甲1\n停车费\t2026-3-3\t乱\n", FEES, confirm="1")
    assert "“乱”不是数字" in checked.content.decode() and not FeeCollection.objects.exists()

    pasted(desk, agency, "项目\t金额\t日期\n垃圾处理费\t¥1,200.50\t2026-03-02\n", FEES, confirm="1")

    assert FeeCollection.objects.get().amount == Decimal("1200.50")


# Fees by month


def test_fees_by_project_and_month_add_up_to_table_a(desk, agency):
    for name, on, amount in (
        ("垃圾处理费", date(2026, 1, 31), "10000.50"),
        ("垃圾处理费", date(2026, 1, 1), "0.50"),
        ("垃圾处理费", date(2026, 2, 1), "5"),
        ("停车费", date(2026, 2, 28), "7.25"),
        ("停车费", date(2025, 12, 31), "99"),
    ):
        FeeCollectionFactory(agency=agency, name=name, collected_on=on, amount=Decimal(amount))
    FeeCollectionFactory(amount=Decimal(1000), collected_on=DAY)

    months = FeeCollection.objects.of(agency).by_month(2026)
    response = desk.get(f"{FEES}monthly/?year=2026")

    assert months == {
        "停车费": {2: Decimal("7.25")},
        "垃圾处理费": {1: Decimal("10001.00"), 2: Decimal("5.00")},
    }
    assert response.context["total"] == Decimal("10013.25")
    assert collect(agency, 2026)["proactive.fees_wan_yuan"] == "1.001325"
    assert "10013.25" in response.content.decode()


def test_fees_of_a_month_cost_one_query(agency, django_assert_num_queries):
    FeeCollectionFactory.create_batch(30, agency=agency)

    with django_assert_num_queries(1):
        FeeCollection.objects.of(agency).by_month(2022)


@pytest.mark.parametrize("query", ["year=abc", "year=99999", "agency=x", "agency=%00", "agency=" + "9" * 30])
def test_odd_months_still_show_a_page(desk, query):
    assert desk.get(f"{FEES}monthly/?{query}").status_code == 200


# The ledger


DECISION = {
    "决定类别": "行政处罚",
    "决定书文号": "示罚〔2026〕1号",
    "决定日期": "2026-03-02",
    "相对人": "示例公司",
    "件数": 1,
}


def test_ledger_of_the_contract_still_comes_in(agency):
    """The columns that were there first are enough."""
    report = import_workbook(read(book(行政决定=[DECISION, {**DECISION, "决定书文号": ""}])), agency=agency)

    assert report.written and str(report.counts["行政决定"]) == "新增 2，更新 0，跳过 0，失败 0"


def test_ledger_round_trip_keeps_publicity_and_annulment(agency):
    made(agency, published_on=DAY, publicity_url="https://example.gov.cn/1", annulled_on=DAY, annulment="changed")
    made(agency, is_total=True)
    made(agency, quantity=3, number="示罚〔2026〕9号")
    before = list(AdministrativeDecision.objects.values())
    stream = BytesIO()
    export_workbook(stream, agency=agency)

    report = import_workbook(read(stream), agency=agency)

    assert str(report.counts["行政决定"]) == "新增 0，更新 0，跳过 3，失败 0"
    assert list(AdministrativeDecision.objects.values()) == before


def test_ledger_brings_publicity_to_a_known_decision(agency):
    known = made(agency, on=date(2026, 3, 2), number="示罚〔2026〕1号", party="示例公司")
    row = {**DECISION, "公示日期": "2026-03-05", "公示链接": "https://example.gov.cn/1", "撤销日期": "2026-03-09"}

    report = import_workbook(read(book(行政决定=[{**row, "是否汇总": "否"}])), agency=agency)

    assert report.written
    known.refresh_from_db()
    assert (known.published_on, known.annulled_on, known.is_total) == (date(2026, 3, 5), DAY, False)


def test_no_decision_is_made_public_ahead_of_its_day(desk, agency):
    tomorrow = timezone.localdate() + timedelta(days=1)
    decision = made(agency, on=date(2026, 3, 2))

    shown = desk.post(
        f"{LIST}{decision.pk}/change/",
        {
            "agency": agency.pk,
            "kind": "penalty",
            "decided_on": "2026-03-02",
            "quantity": 1,
            "published_on": f"{tomorrow:%Y-%m-%d}",
        },
    ).content.decode()
    pasted_ahead = pasted(desk, agency, f"行政处罚\t\t2026-03-02\t\t\t{tomorrow:%Y-%m-%d}\n").content.decode()

    assert "公示日期晚于今天，请在公示之后再填" in shown and "公示日期晚于今天，请在公示之后再填" in pasted_ahead
    decision.refresh_from_db()
    assert decision.published_on is None and not AdministrativeDecision.objects.public().exists()
