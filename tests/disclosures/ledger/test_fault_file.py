"""The rows at fault, given back to be corrected: what was right stays as it was, and the corrected file imports."""

from datetime import date, datetime
from io import BytesIO

import openpyxl
import pytest

from disclosures.ledger import export_workbook, fault_workbook, import_workbook, read
from disclosures.models import AdministrativeDecision, FeeCollection, Item
from requests_app.models import DisclosureRequest
from tests.disclosures.ledger.makers import xls
from tests.disclosures.ledger.test_messy_files import FEES, PUBLISHED, REQUEST, REQUESTS, ROW, SECOND, csv, xlsx
from tests.factories.disclosures import AgencyFactory


@pytest.fixture
def agency(db):
    return AgencyFactory()


def faulty(agency, content, name="", every_row=False, **options):
    """The fault file of what is uploaded, opened, and the report."""
    original = read(BytesIO(content), name=name)
    report = import_workbook(original, agency=agency, **options)
    out = BytesIO()
    fault_workbook(out, original, report, every_row=every_row)
    return openpyxl.load_workbook(BytesIO(out.getvalue())), report


def again(agency, book):
    out = BytesIO()
    book.save(out)
    return import_workbook(read(BytesIO(out.getvalue())), agency=agency)


def lines(page):
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_only_the_rows_at_fault_are_given_back_and_import_once_corrected(agency):
    content = xlsx(
        ["某局台账"],
        ["序号", "发布时间", "名称", "栏目", "发布平台", "成文日期"],
        [1, "2022-03-01", ROW[0], ROW[1], ROW[2], None],
        [2, "昨天", "=1+1", ROW[1], ROW[2], datetime(2022, 2, 1)],
        [3, "2022-03-02", None, ROW[1], ROW[2], date(2022, 2, 2)],
        sheet="1.公开信息",
    )

    book, _ = faulty(agency, content)

    assert book.sheetnames == ["说明", "公开信息"]
    page = book["公开信息"]
    rows = [row[:9] for row in lines(page)]
    assert rows[0][:8] == ["错误原因", "标题*", "栏目*", "发布渠道*", "发布日期*", "索引号", "发文字号", "成文日期"]
    assert rows[1][1:5] == ["=1+1", "业务动态", "政府网站", "昨天"] and rows[1][7] == datetime(2022, 2, 1)
    assert rows[1][0].startswith("原第4行　发布日期：“昨天”不是日期")
    assert rows[2][0] == "原第5行　标题：必须填写" and len(rows) == 3
    assert page["B2"].data_type == "s" and page["E2"].data_type == "s"
    assert page["E2"].fill.fgColor.rgb == "00FFD9D9" and "不是日期" in page["E2"].comment.text
    assert page["B2"].comment is None and page["B3"].comment is not None
    page["E2"], page["B3"] = "2022-03-01", "示例通知"

    report = again(agency, book)

    assert report.faults == [] and report.written
    assert sorted(Item.objects.values_list("title", "formed_on")) == [
        ("=1+1", date(2022, 2, 1)),
        ("示例通知", date(2022, 2, 2)),
    ]


def test_every_row_is_given_back_where_asked_for(agency):
    """Nothing was written: with the other rows in it too, one file brings in all."""
    content = xlsx(PUBLISHED, ROW, [*SECOND[:3], "昨天"])

    book, _ = faulty(agency, content, every_row=True)

    assert [row[0] for row in lines(book["公开信息"])][1:] == [
        None,
        "原第3行　发布日期：“昨天”不是日期，请写成 2022-01-05 这样",
    ]
    book["公开信息"]["E3"] = "2022-03-02"
    assert again(agency, book).counts["公开信息"].new == 2


def test_uncorrected_it_has_the_same_faults(agency):
    content = xlsx(PUBLISHED, [*ROW[:3], "昨天"], [None, *SECOND[1:]])

    book, first = faulty(agency, content)
    second = again(agency, book)

    assert [(fault.column, fault.reason) for fault in second.faults] == [
        (fault.column, fault.reason) for fault in first.faults
    ]


def test_sheet_whose_header_is_at_fault_is_given_back_whole(agency):
    content = xlsx([*PUBLISHED[:3], "备注"], [*ROW[:3], "无"], [*SECOND[:3], "无"])

    book, _ = faulty(agency, content)

    page = book["公开信息"]
    head = [cell.value for cell in page[1]]
    assert head[-1] == "备注" and len(lines(page)) == 3
    assert "不认识的列" in page.cell(1, len(head)).comment.text
    assert "缺少这一列" in page["E1"].comment.text and page["A1"].comment is None
    told = [row[0] for row in lines(book["说明"])]
    assert "公开信息 第1行 备注：不认识的列，请删除该列或使用模板中的列名" in told
    page.delete_cols(len(head))
    page["E2"], page["E3"] = "2022-03-01", "2022-03-02"

    assert again(agency, book).counts["公开信息"].new == 2


def test_unknown_sheet_is_given_back_under_its_own_name_to_be_renamed(agency):
    content = xlsx(PUBLISHED, ROW, Sheet2=[FEES, ["示例费", "2022-03-01", 5, "P1"]])

    book, _ = faulty(agency, content)

    assert book.sheetnames == ["说明", "Sheet2"]
    book["Sheet2"].title = "事业性收费"
    assert again(agency, book).written
    assert FeeCollection.objects.count() == 1


def test_sheet_without_the_right_to_it_is_not_given_back(agency):
    content = xlsx(PUBLISHED, [*ROW[:3], "昨天"], 依申请公开=[REQUESTS, REQUEST])

    book, _ = faulty(agency, content, only=["公开信息"])

    assert book.sheetnames == ["说明", "公开信息"]
    assert any("没有导入这张表的权限" in row[0] for row in lines(book["说明"]))


def test_long_numbers_and_csv_texts_stay_texts(agency):
    number = "370000199001010011"
    content = csv([*REQUESTS, "证件号码"], [*REQUEST[:4], "昨天", REQUEST[5], f"'{number}"])

    book, _ = faulty(agency, content, "a.csv")

    page = book["依申请公开"]
    assert (page["E2"].value, page["E2"].data_type, page["E2"].number_format) == (number, "s", "@")
    page["H2"] = "2022-03-01"
    assert again(agency, book).written
    assert DisclosureRequest.objects.get().id_number == number


def test_error_values_and_hostile_texts_do_no_harm(agency):
    hostile = "#REF!"
    content = xlsx(PUBLISHED, [hostile, "＝cmd|' /C calc'!A0", "@SUM(1)", "+1"])

    book, _ = faulty(agency, content)

    assert [(cell.value, cell.data_type) for cell in book["公开信息"][2][1:5]] == [
        (hostile, "s"),
        ("＝cmd|' /C calc'!A0", "s"),
        ("@SUM(1)", "s"),
        ("+1", "s"),
    ]


def test_control_characters_do_not_stand_in_the_way(agency):
    rows = {1: PUBLISHED, 2: [*ROW[:3], "昨\x01天"]}

    book, report = faulty(agency, xls({"公开信息": rows, "台\x02帐": rows}), "a.xls")

    assert len(report.faults) == 2 and book.sheetnames == ["说明", "公开信息", "台帐"]
    assert book["公开信息"]["E2"].value == "昨天"
    assert "不是日期" in book["公开信息"]["E2"].comment.text


def test_rows_of_our_own_export_stay_the_records_they_were(agency):
    AdministrativeDecision.objects.create(agency=agency, kind="penalty", decided_on=date(2022, 6, 1))
    out = BytesIO()
    export_workbook(out, agency=agency)
    exported = openpyxl.load_workbook(BytesIO(out.getvalue()))
    exported["行政决定"]["E2"] = "许多"
    out = BytesIO()
    exported.save(out)

    book, _ = faulty(agency, out.getvalue())
    book["行政决定"]["F2"] = 1

    assert again(agency, book).counts["行政决定"].skipped == 1
