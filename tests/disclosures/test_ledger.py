"""The workbook in and out: every fault named, all or nothing, found again by its keys, unchanged by a round trip."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from disclosures.ledger import UnusableFile, export_workbook, import_workbook, read, sheets, template_workbook
from disclosures.ledger.widgets import DITTO, NOTHING, Day, Money, Text
from disclosures.models import AdministrativeDecision, Channel, ChannelKind, Item, ItemState, Publication
from requests_app.enums import ApplicantKind, EventKind, RequestState
from requests_app.models import DisclosureRequest, Dispute
from requests_app.outcomes import Outcome
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.requests_app import DisclosureRequestFactory, RequestEventFactory

ITEM = {"标题": "示例公告", "栏目": "业务动态", "发布渠道": "政府网站", "发布日期": "2022-03-01"}
REQUEST = {
    "登记编号": "2022-0001",
    "申请人类型": "自然人",
    "申请人名称": "示例申请人",
    "申请渠道": "当面",
    "收到日期": "2022-03-01",
    "申请内容": "申请公开示例材料",
}


def book(**rows_by_sheet):
    """A workbook with the given rows (dicts by header) on each sheet."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in rows_by_sheet.items():
        headers = list(dict.fromkeys(header for row in rows for header in row))
        sheet = workbook.create_sheet(name)
        sheet.append(headers)
        for number, row in enumerate(rows, start=2):
            for place, header in enumerate(headers, start=1):
                cell = sheet.cell(number, place, row.get(header))
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # as a person types it into a text column
    return stream_of(workbook)


def stream_of(workbook):
    stream = BytesIO()
    workbook.save(stream)
    stream.seek(0)
    return stream


def bring_in(agency, stream, **options):
    return import_workbook(read(stream), agency=agency, **options)


def exported(agency):
    stream = BytesIO()
    export_workbook(stream, agency=agency)
    stream.seek(0)
    return stream


def cells_of(stream):
    workbook = openpyxl.load_workbook(stream)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in workbook}


def faults(report):
    return [str(fault) for fault in report.faults]


@pytest.fixture
def agency(db):
    return AgencyFactory()


def test_sheets_and_columns_are_those_of_the_contract():
    required = {
        "公开信息": "标题* 栏目* 发布渠道* 发布日期* 索引号 发文字号 成文日期 公开属性 内容概述 链接 责任科室",
        "规范性文件": "标题* 文件类别* 发文字号* 制发日期* 废止日期 失效日期 起草科室",
        "行政决定": "决定类别* 决定书文号 决定日期* 相对人 件数 公示日期 公示链接 撤销日期 是否汇总",
        "事业性收费": "收费项目* 收费日期* 金额（元）* 票据号",
        "依申请公开": "登记编号 申请人类型* 申请人名称* 证件号码 联系方式 申请渠道* 收到日期* 申请内容* "
        "补正告知日期 补正收到日期 征求意见发出日期 征求意见收到日期 延期工作日 办理结果 答复日期",
        "复议诉讼": "案件类型* 案号* 登记编号 受理日期* 案件结果 审结日期",
        "建议提案": "类别* 编号* 标题* 届次 办理方式* 交办日期* 答复日期 办理结果类别 满意度 是否公开",
    }

    found = {
        sheet.name: " ".join(column.column_name + "*" * column.required for column in sheet.columns)
        for sheet in sheets()
    }

    assert found == required


def test_rows_are_written_with_what_they_found(agency):
    report = bring_in(agency, book(公开信息=[ITEM, {**ITEM, "发布渠道": "微信公众号"}]))

    assert str(report.counts["公开信息"]) == "新增 2，更新 0，跳过 0，失败 0"
    assert report.notes == ["新建栏目：业务动态", "新建发布渠道：政府网站", "新建发布渠道：微信公众号"]
    assert Item.objects.public().count() == 2
    assert Channel.objects.get(name="微信公众号").kind == ChannelKind.WECHAT


def test_same_file_again_changes_nothing(agency):
    stream = book(公开信息=[ITEM], 依申请公开=[REQUEST])
    bring_in(agency, stream)

    report = bring_in(agency, stream)

    assert [str(counts) for counts in report.counts.values()] == ["新增 0，更新 0，跳过 1，失败 0"] * 2
    assert (Publication.objects.count(), DisclosureRequest.objects.count()) == (1, 1)


def test_row_found_by_its_key_is_updated(agency):
    bring_in(agency, book(公开信息=[{**ITEM, "索引号": "A/2022-1"}], 依申请公开=[REQUEST]))

    report = bring_in(
        agency,
        book(
            公开信息=[{**ITEM, "标题": "更正后的标题", "索引号": "A/2022-1"}],
            依申请公开=[{**REQUEST, "办理结果": "予以公开", "答复日期": "2022-03-20"}],
        ),
    )

    assert [counts.updated for counts in report.counts.values()] == [1, 1]
    assert Item.objects.get().title == "更正后的标题"
    request = DisclosureRequest.objects.get()
    assert (request.outcome, request.answered_on, request.state) == (
        Outcome.GRANT,
        date(2022, 3, 20),
        RequestState.CLOSED,
    )


def test_blank_cell_leaves_the_record_as_it_is(agency):
    bring_in(agency, book(依申请公开=[{**REQUEST, "办理结果": "予以公开", "答复日期": "2022-03-20"}]))

    report = bring_in(agency, book(依申请公开=[{**REQUEST, "办理结果": None, "答复日期": None}]))

    assert report.counts["依申请公开"].skipped == 1
    assert DisclosureRequest.objects.get().answered_on == date(2022, 3, 20)


def test_one_item_on_two_channels_is_one_item(agency):
    row = {**ITEM, "索引号": "A/2022-1"}

    bring_in(agency, book(公开信息=[row, {**row, "发布渠道": "微信公众号", "发布日期": "2022-03-05"}]))

    assert (Item.objects.count(), Publication.objects.count()) == (1, 2)
    assert Item.objects.get().published_on == date(2022, 3, 1)


def test_every_fault_is_named_and_nothing_is_written(agency):
    stream = book(
        公开信息=[ITEM, {**ITEM, "发布日期": "2022-02-30", "标题": None}, {**ITEM, "标题": "丙", "公开属性": "公开"}],
        依申请公开=[
            {**REQUEST, "证件号码": 3.7e17},
            {**REQUEST, "登记编号": "2022-0002", "办理结果": "予以公开", "答复日期": "2022-02-01"},
            {**REQUEST, "登记编号": "2022-0003", "办理结果": "予以公开"},
            {**REQUEST, "登记编号": "2022-0004", "延期工作日": 21},
            {**REQUEST, "登记编号": "2022-0005", "补正收到日期": "2022-03-10"},
        ],
        复议诉讼=[{"案件类型": "行政复议", "案号": "示1号", "登记编号": "没有", "受理日期": "2022-04-01"}],
    )

    report = bring_in(agency, stream)

    assert faults(report) == [
        "公开信息 第3行 标题：必须填写",
        "公开信息 第3行 发布日期：没有“2022-02-30”这一天，请核对",
        "公开信息 第4行 公开属性：“公开”不在可选范围内，请填：主动公开、依申请公开、不予公开",
        "依申请公开 第2行 证件号码：长数字已被电子表格改写（如 3.7E+17），请把该列设为文本格式后重新填写",
        "依申请公开 第3行 答复日期：答复日期早于收到日期",
        "依申请公开 第4行 答复日期：办理结果和答复日期必须同时填写，或者都不填",
        "依申请公开 第5行 延期工作日：应在1到20之间，而填的是21",
        "依申请公开 第6行 补正收到日期：填了补正收到日期，须先填补正告知日期",
        "复议诉讼 第2行 登记编号：没有登记编号为“没有”的申请，请核对",
    ]
    assert not report.written
    assert not any(model.objects.exists() for model in (Item, Channel, DisclosureRequest, Dispute))


def test_duplicate_rows_in_one_file_are_refused(agency):
    report = bring_in(agency, book(依申请公开=[REQUEST, REQUEST]))

    assert faults(report) == ["依申请公开 第3行 登记编号：与第2行重复，请删除其中一行"]


def test_unknown_columns_sheets_and_missing_columns_are_faults(agency):
    report = bring_in(
        agency, book(公开信息=[{**ITEM, "备注": "无"}], 台帐=[{"标题": "无"}], 规范性文件=[{"标题": "甲"}])
    )

    assert "公开信息 第1行 备注：不认识的列，请删除该列或使用模板中的列名" in faults(report)
    assert "规范性文件 第1行 发文字号：缺少这一列" in faults(report)
    assert any(fault.startswith("台帐：不认识的工作表") for fault in faults(report))


def test_misspelt_column_of_an_agency_that_has_it_is_asked_back(agency):
    bring_in(agency, book(公开信息=[{**ITEM, "栏目": "重点领域信息公开"}]))

    report = bring_in(agency, book(公开信息=[{**ITEM, "标题": "另一条", "栏目": "重点领域公开"}]))

    assert "没有“重点领域公开”，是否为“重点领域信息公开”？" in faults(report)[0]


def test_dry_run_reports_and_writes_nothing(agency):
    report = bring_in(agency, book(公开信息=[ITEM]), dry_run=True)

    assert (report.counts["公开信息"].new, report.written, Item.objects.count()) == (1, False, 0)


def test_year_passes_over_what_does_not_concern_it(agency):
    rows = [REQUEST, {**REQUEST, "登记编号": "2021-0009", "收到日期": "2021-12-30"}]

    assert bring_in(agency, book(公开信息=[ITEM]), year=2021).counts["公开信息"].skipped == 1
    assert bring_in(agency, book(依申请公开=rows), year=2022).counts["依申请公开"].new == 2


def test_headers_in_any_order_with_stars_widths_and_a_title_above(agency):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "事业性收费"
    sheet.append(["2022年收费台账"])
    sheet.append(["票据号", "金额(元)*", "收费项目 ", "收费日期*"])
    sheet.append(["P1", "¥1,234.50", "示例费", "2022年1月5日"])

    report = bring_in(agency, stream_of(workbook))

    assert faults(report) == []
    assert agency.fee_collections.get().amount == Decimal("1234.50")


def test_request_steps_become_events_and_the_due_date_follows(agency):
    """C06 of the worked examples: corrected on 2024-03-01, due on 2024-03-29 (条例 Art. 30)."""
    row = {**REQUEST, "收到日期": "2024-02-05", "补正告知日期": "2024-02-19", "补正收到日期": "2024-03-01"}

    bring_in(agency, book(依申请公开=[row]))

    request = DisclosureRequest.objects.get()
    assert [event.kind for event in request.events.all()] == [EventKind.CORRECTION_ASKED, EventKind.CORRECTION_RECEIVED]
    assert (request.due_on, request.state) == (date(2024, 3, 29), RequestState.HANDLING)


def test_request_without_number_gets_the_next_of_its_year(agency):
    unnumbered = {header: value for header, value in REQUEST.items() if header != "登记编号"}
    bring_in(agency, book(依申请公开=[{**REQUEST, "登记编号": "2022-0007"}]))

    bring_in(agency, book(依申请公开=[unnumbered, {**unnumbered, "收到日期": "2023-01-05"}]))

    assert sorted(DisclosureRequest.objects.values_list("number", flat=True)) == ["2022-0007", "2022-0008", "2023-0001"]


def test_second_consultation_is_not_lost_by_an_import(agency):
    request = DisclosureRequestFactory(agency=agency, number="2022-0001")
    for day in (3, 5):
        RequestEventFactory(request=request, kind=EventKind.CONSULTATION_SENT, on=date(2022, 3, day))

    report = bring_in(agency, book(依申请公开=[{**REQUEST, "征求意见发出日期": "2022-03-09"}]))

    assert "有多次征求意见" in faults(report)[0]
    assert bring_in(agency, exported(agency)).counts["依申请公开"].skipped == 1


def test_rows_without_number_are_always_new_but_not_those_of_our_own_export(agency):
    stream = book(行政决定=[{"决定类别": "行政处罚", "决定日期": "2022-06-01"}])
    for _ in range(2):
        bring_in(agency, stream)
    assert AdministrativeDecision.objects.count() == 2

    report = bring_in(agency, exported(agency))

    assert report.counts["行政决定"].skipped == 2


def test_rows_of_a_clerk_wait_for_the_reviewer(agency):
    clerk = MembershipFactory(agency=agency).user
    bring_in(agency, book(公开信息=[ITEM]))

    bring_in(agency, book(公开信息=[{**ITEM, "标题": "录入员导入的"}]), by=clerk)

    assert Item.objects.get(title="录入员导入的").state == ItemState.SUBMITTED


def test_formulas_leave_as_text_and_come_back_unchanged(agency):
    hostile = ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "＝1", "==1+1"]
    bring_in(agency, book(公开信息=[{**ITEM, "标题": f"'{text}"} for text in hostile]))
    for item, text in zip(Item.objects.order_by("pk"), hostile, strict=True):
        Item.objects.filter(pk=item.pk).update(title=text)

    stream = exported(agency)

    column = [row[0] for row in openpyxl.load_workbook(stream)["公开信息"].iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in column] == [(text, "s") for text in hostile]
    stream.seek(0)
    assert bring_in(agency, stream).counts["公开信息"].skipped == len(hostile)


def test_identity_is_left_out_for_those_who_may_not_see_it(agency):
    DisclosureRequestFactory(agency=agency, applicant_name="张三", id_number="370000199001010000")
    stream = BytesIO()

    export_workbook(stream, agency=agency, reveal=False)

    row = cells_of(stream)["依申请公开"][1]
    assert row[2:5] == [None, None, None]


def test_template_is_empty_explains_itself_and_imports_without_a_fault(agency):
    stream = BytesIO()
    template_workbook(stream, agency)
    stream.seek(0)

    workbook = openpyxl.load_workbook(stream)
    assert workbook.sheetnames == ["填写说明", *(sheet.name for sheet in sheets())]
    assert workbook["依申请公开"].data_validations.dataValidation
    stream.seek(0)
    report = bring_in(agency, stream)
    assert not report.faults and all(counts.new == 0 for counts in report.counts.values())


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_unusable_file_is_said_so(content):
    with pytest.raises(UnusableFile):
        read(BytesIO(content))


def test_too_many_rows_are_refused_before_they_are_read(agency, settings):
    settings.LEDGER_MAX_ROWS = 3

    with pytest.raises(UnusableFile, match="超过3行"):
        read(book(公开信息=[ITEM] * 5))


def test_bomb_is_refused_by_its_unpacked_size(settings):
    settings.LEDGER_MAX_MEGABYTES = 1
    import zipfile

    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    stream.seek(0)

    with pytest.raises(UnusableFile, match="解压后过大"):
        read(stream)


def test_formula_without_its_result_is_refused():
    workbook = openpyxl.load_workbook(book(公开信息=[ITEM]))
    workbook["公开信息"]["E1"], workbook["公开信息"]["E2"] = "内容概述", '="a"&"b"'

    with pytest.raises(UnusableFile, match="还没有计算结果的公式"):
        read(stream_of(workbook))


def test_commands_exit_codes(agency, tmp_path, capsys):
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    good.write_bytes(book(公开信息=[ITEM]).getvalue())
    bad.write_bytes(book(公开信息=[{**ITEM, "发布日期": "昨天"}]).getvalue())

    call_command("import_ledger", str(good), agency=agency.code)
    assert "公开信息：新增 1，更新 0，跳过 0，失败 0" in capsys.readouterr().out
    with pytest.raises(SystemExit) as faulty:
        call_command("import_ledger", str(bad), agency=agency.code)
    assert faulty.value.code == 1
    assert "公开信息 第2行 发布日期：“昨天”不是日期" in capsys.readouterr().out
    for arguments in ((str(tmp_path / "none.xlsx"), agency.code), (str(good), "nobody")):
        with pytest.raises(CommandError) as unusable:
            call_command("import_ledger", arguments[0], agency=arguments[1])
        assert unusable.value.returncode == 2


@pytest.mark.parametrize(
    "written", ["2022-01-05", "2022/1/5", "2022.1.5", "2022年1月5日", "20220105", 20220105, 44566, datetime(2022, 1, 5)]
)
def test_ways_of_writing_a_day(written):
    assert Day().clean(written) == date(2022, 1, 5)


@pytest.mark.parametrize("written", ["2022-13-01", "2022-02-30", "昨天", "1800-01-01", True, 12, "2022-1"])
def test_what_is_no_day(written):
    with pytest.raises(ValueError):
        Day().clean(written)


def test_money_is_exact():
    assert Money().clean(0.1) == Decimal("0.10")
    assert Money().clean("￥１,２３４.５０") == Decimal("1234.50")
    for wrong in ("-1", "1.001", "壹元", float("inf"), True):
        with pytest.raises(ValueError):
            Money().clean(wrong)


def test_error_cells_and_control_characters_are_refused():
    for wrong in ("#N/A", "a\x00b", "3.7E+17", 370102199001011234):
        with pytest.raises(ValueError):
            Text().clean(wrong)
    assert Text().clean(20220001) == "20220001"


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=30,
).filter(
    # What stands for an empty cell in other people's tables (a dash, 无) or for the one above (〃) says nothing itself.
    lambda text: text == text.strip() and text and not text.startswith("#") and text not in NOTHING | DITTO
)
days_of_2024 = st.dates(date(2024, 1, 1), date(2024, 12, 31))


@st.composite
def request_rows(draw):
    received = draw(days_of_2024)
    answered = draw(st.none() | st.dates(received, date(2025, 12, 31)))
    return {
        "申请人类型": draw(st.sampled_from(ApplicantKind.labels)),
        "申请人名称": draw(texts),
        "证件号码": draw(st.none() | st.from_regex(r"[1-9][0-9]{16}[0-9X]", fullmatch=True)),
        "申请渠道": "网络",
        "收到日期": received,
        "申请内容": draw(texts),
        "征求意见发出日期": received if draw(st.booleans()) else None,
        "延期工作日": draw(st.none() | st.integers(1, 20)),
        "办理结果": draw(st.sampled_from(Outcome.labels)) if answered else None,
        "答复日期": answered,
    }


@given(st.lists(request_rows(), min_size=1, max_size=5))
@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_round_trip_changes_nothing(agency, rows):
    numbered = [{"登记编号": f"R-{DisclosureRequest.objects.count()}-{place}", **row} for place, row in enumerate(rows)]
    report = bring_in(agency, book(依申请公开=numbered))
    assert faults(report) == []

    first = exported(agency)
    again = bring_in(agency, first)

    assert again.counts["依申请公开"].skipped == DisclosureRequest.objects.count()
    assert cells_of(exported(agency)) == cells_of(first)
