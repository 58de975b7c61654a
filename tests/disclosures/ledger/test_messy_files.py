"""Files as offices really send them: imported right, value by value, or refused with place and reason (A03)."""

from datetime import date, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from openpyxl.workbook.properties import CalcProperties

from disclosures.ledger import UnusableFile, for_commands, for_pages, import_workbook, read, sheets
from disclosures.ledger.headers import ColumnNames
from disclosures.ledger.recognition import names_of
from tests.disclosures.ledger.makers import package, sheet_xml, xls
from tests.factories.disclosures import AgencyFactory

DAY = date(2022, 3, 1)
PUBLISHED = ["标题", "栏目", "发布渠道", "发布日期"]
ROW = ["示例公告", "业务动态", "政府网站", "2022-03-01"]
STORED = {"标题": "示例公告", "栏目": "业务动态", "发布渠道": "政府网站", "发布日期": DAY}
SECOND = ["示例通知", "通知公告", "政府网站", "2022-03-02"]
STORED_SECOND = {"标题": "示例通知", "栏目": "通知公告", "发布日期": date(2022, 3, 2)}
FEES = ["收费项目", "收费日期", "金额（元）", "票据号"]
FEE = ["示例费", "2022-03-01", "1234.50", "P1"]
STORED_FEE = {"收费项目": "示例费", "收费日期": DAY, "金额（元）": Decimal("1234.50"), "票据号": "P1"}
REQUESTS = ["登记编号", "申请人类型", "申请人名称", "申请渠道", "收到日期", "申请内容"]
REQUEST = ["2022-0001", "自然人", "示例申请人", "当面", "2022-03-01", "申请公开示例材料"]
STORED_REQUEST = dict(zip(REQUESTS, [*REQUEST[:1], "natural_person", "示例申请人", "in_person", DAY, REQUEST[5]], strict=True))  # noqa: E501  # fmt: skip


def xlsx(*rows, sheet="公开信息", merge=(), hidden=(), **others):
    """A workbook with one sheet of rows, and ``others`` by name."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    book.calculation = CalcProperties()
    for name, lines in {sheet: rows, **others}.items():
        page = book.create_sheet(name)
        for line in lines:
            page.append(line)
        for row in page.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
    for reference in merge:
        book[sheet].merge_cells(reference)
    for name in hidden:
        book[name].sheet_state = "hidden"
    return saved(book)


def saved(book):
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv(*rows, encoding="utf-8", delimiter=",", end="\r\n"):
    return (end.join(delimiter.join(row) for row in rows) + end).encode(encoding)


def formatted(value, form):
    book = openpyxl.load_workbook(BytesIO(xlsx(PUBLISHED, ROW)))
    book["公开信息"]["D2"].value, book["公开信息"]["D2"].number_format = value, form
    return saved(book)


def with_result(result, kind="str"):
    """The title is a formula that was calculated when the file was saved."""
    xml = sheet_xml({1: PUBLISHED, 2: [None, *ROW[1:]]})
    cell = f"<c r='A2' t='{kind}'><f>B2&amp;\"!\"</f>{result}</c>"
    return package({"公开信息": xml.replace("<row r='2'>", f"<row r='2'>{cell}")})


# name → (content, file's name, ledger, what is stored)
RIGHT = {
    "template order": (xlsx(PUBLISHED, ROW), "", "公开信息", [STORED]),
    "columns in another order": (xlsx(PUBLISHED[::-1], ROW[::-1]), "", "公开信息", [STORED]),
    "stars, blanks and line breaks in headers": (
        xlsx([" 标 题*", "栏目\n（必填）", "＊发布渠道", "发布日期（yyyy-mm-dd）"], ROW), "", "公开信息", [STORED]),
    "full-width header forms": (
        xlsx(["收费项目", "收费日期", "金额(元)", "票据号"], FEE, sheet="事业性收费"), "", "事业性收费", [STORED_FEE]),
    "other names": (xlsx(["名称", "所属栏目", "发布平台", "发布时间"], ROW), "", "公开信息", [STORED]),
    "other names of fees": (
        xlsx(["项目名称", "收费时间", "收费金额", "票据号码"], FEE, sheet="事业性收费"),
        "", "事业性收费", [STORED_FEE]),
    "other names of requests": (
        xlsx(["受理编号", "申请人类别", "申请人", "申请方式", "收到申请日期", "申请公开内容"], REQUEST,
             sheet="依申请公开"),
        "", "依申请公开", [STORED_REQUEST]),
    "title merged above": (
        xlsx(["某局2022年信息公开台账", None, None, None], PUBLISHED, ROW, merge=["A1:D1"]), "", "公开信息", [STORED]),
    "title, unit and date above": (
        xlsx(["某局信息公开台账"], ["填报单位：某局", None, "填报时间：2022年3月"], [], PUBLISHED, ROW),
        "", "公开信息", [STORED]),
    "header of two merged rows": (
        xlsx(PUBLISHED, [None] * 4, ROW, merge=["A1:A2", "B1:B2", "C1:C2", "D1:D2"]), "", "公开信息", [STORED]),
    "header of two rows, names below a group": (
        xlsx(["标题", "栏目", "发布情况", None], [None, None, "发布渠道", "发布日期"], ROW,
             merge=["A1:A2", "B1:B2", "C1:D1"]), "", "公开信息", [STORED]),
    "numbers of rows": (xlsx(["序号", *PUBLISHED], [1, *ROW], [2, *SECOND]), "", "公开信息", [STORED, STORED_SECOND]),
    "numbers of rows that outlast the table": (
        xlsx(["No.", *PUBLISHED], ["1", *ROW]), "", "公开信息", [STORED]),
    "blank rows between": (xlsx(PUBLISHED, ROW, [], [" ", None], SECOND), "", "公开信息", [STORED, STORED_SECOND]),
    "table that starts further in": (
        xlsx([], [], [None, None, *PUBLISHED], [None, None, *ROW]), "", "公开信息", [STORED]),
    "header again on the second page": (
        xlsx(PUBLISHED, ROW, PUBLISHED, SECOND), "", "公开信息", [STORED, STORED_SECOND]),
    "totals below": (
        xlsx(FEES, FEE, ["合计", None, 1234.5, None], sheet="事业性收费"), "", "事业性收费", [STORED_FEE]),
    "subtotals between": (
        xlsx(FEES, FEE, ["小 计：", None, "1234.50"], ["示例费", "2022-03-02", 5, "P2"], ["总计", None, 1239.5],
             sheet="事业性收费"), "", "事业性收费", [STORED_FEE, {"票据号": "P2", "金额（元）": Decimal("5.00")}]),
    "total under the numbers of rows": (
        xlsx(["序号", *FEES], [1, *FEE], ["合计", None, None, 1234.5], sheet="事业性收费"),
        "", "事业性收费", [STORED_FEE]),
    "remarks below": (
        xlsx(PUBLISHED, ROW, [], ["填表人：张某", None, "审核人：李某"], ["注：1.本表每月填报。"],
             ["2.发布渠道填全称。"]),
        "", "公开信息", [STORED]),
    "merged column": (
        xlsx(PUBLISHED, ROW, ["示例通知", None, "政府网站", "2022-03-02"], merge=["B2:B3"]),
        "", "公开信息", [STORED, {"标题": "示例通知", "栏目": "业务动态"}]),
    "merged day": (
        xlsx(PUBLISHED, ROW, ["示例通知", "通知公告", "政府网站", None], merge=["D2:D3"]),
        "", "公开信息", [STORED, {"标题": "示例通知", "发布日期": DAY}]),
    "sheet with a number before its name": (xlsx(PUBLISHED, ROW, sheet="1.公开信息"), "", "公开信息", [STORED]),
    "sheet with the year after its name": (
        xlsx(REQUESTS, REQUEST, sheet="依申请公开（2022年）"), "", "依申请公开", [STORED_REQUEST]),
    "sheet called a ledger of the year": (
        xlsx(FEES, FEE, sheet="2022年度 事业性收费台账"), "", "事业性收费", [STORED_FEE]),
    "sheet called an annex": (xlsx(PUBLISHED, ROW, sheet="附件1：公开信息登记表"), "", "公开信息", [STORED]),
    "sheet with a Chinese number": (xlsx(PUBLISHED, ROW, sheet="（一）公开信息"), "", "公开信息", [STORED]),
    "only sheet is Sheet1": (xlsx(PUBLISHED, ROW, sheet="Sheet1"), "", "公开信息", [STORED]),
    "only sheet is 工作表1": (xlsx(REQUESTS, REQUEST, sheet="工作表1"), "", "依申请公开", [STORED_REQUEST]),
    "only filled sheet among three": (
        xlsx(FEES, FEE, sheet="Sheet1", Sheet2=[], Sheet3=[]), "", "事业性收费", [STORED_FEE]),
    "hidden sheet beside": (
        xlsx(PUBLISHED, ROW, 字典=[["政府网站"], ["微信公众号"]], hidden=["字典"]), "", "公开信息", [STORED]),
    "sheet of notes beside": (xlsx(PUBLISHED, ROW, 填写说明=[["标题必须填写"]]), "", "公开信息", [STORED]),
    "day as a cell's date": (xlsx(PUBLISHED, [*ROW[:3], datetime(2022, 3, 1)]), "", "公开信息", [STORED]),
    "day as a Chinese date format": (formatted(44621, 'yyyy"年"m"月"d"日"'), "", "公开信息", [STORED]),
    "day as a regional date format": (formatted(44621, "[$-804]yyyy/m/d;@"), "", "公开信息", [STORED]),
    "day as a serial number": (formatted(44621, "General"), "", "公开信息", [STORED]),
    **{
        f"day as {written}": (xlsx(PUBLISHED, [*ROW[:3], written]), "", "公开信息", [STORED])
        for written in (
            "2022/3/1", "2022.3.1", "2022年3月1日", "20220301", "2022年3月1号", "2022-3-1 00:00:00", "2022/3/1 0:00",
            "２０２２年３月１日", "2022、3、1", " 2022 - 03 - 01 ", "二〇二二年三月一日", "2022．03．01", 20220301,
        )
    },
    **{
        f"amount as {written}": (
            xlsx(FEES, [*FEE[:2], written, "P1"], sheet="事业性收费"), "", "事业性收费", [STORED_FEE])
        for written in (
            "¥1,234.50", "￥1234.5", "1,234.5元", "１２３４．５０", "1234.50 元整", "人民币1,234.50元",
            "1，234.50", 1234.5,
        )
    },
    "number as text, text as number": (
        xlsx(["决定类别", "决定书文号", "决定日期", "件数"], ["行政处罚", 20220001, "2022-03-01", "3件"],
             sheet="行政决定"),
        "", "行政决定", [{"决定书文号": "20220001", "件数": 3}]),
    "working days with their unit": (
        xlsx([*REQUESTS, "延期工作日"], [*REQUEST, "10个工作日"], sheet="依申请公开"),
        "", "依申请公开", [STORED_REQUEST]),
    "result of a formula": (with_result("<v>示例公告</v>"), "", "公开信息", [STORED]),
    "parts with a prefix": (
        package({"公开信息": sheet_xml({1: PUBLISHED, 2: ROW}, prefix="x")}), "", "公开信息", [STORED]),
    "cells without references": (
        package({"公开信息": sheet_xml({1: PUBLISHED, 2: ROW}).replace(" r='A2'", "").replace(" r='B2'", "")}),
        "", "公开信息", [STORED]),
    "old workbook": (
        xls({"公开信息": {1: PUBLISHED, 2: [*ROW[:3], ("day", 44621)]}}), "台账.xls", "公开信息", [STORED]),
    "old workbook of WPS": (
        xls({"Sheet1": {1: ["某局台账"], 2: FEES, 3: [*FEE[:2], 1234.5, "P1"], 4: ["合计", None, 1234.5]}}),
        "台账.et", "事业性收费", [STORED_FEE]),
    "old workbook, full sheet name": (
        xls({"2.依申请公开": {1: REQUESTS, 2: REQUEST}}), "a.xls", "依申请公开", [STORED_REQUEST]),
    "CSV in UTF-8": (csv(PUBLISHED, ROW), "a.csv", "公开信息", [STORED]),
    "CSV in UTF-8 with its mark": (csv(PUBLISHED, ROW, encoding="utf-8-sig"), "a.csv", "公开信息", [STORED]),
    "CSV in GBK": (csv(PUBLISHED, ROW, encoding="gbk"), "a.csv", "公开信息", [STORED]),
    "CSV in GB18030": (
        csv(PUBLISHED, ["示例𠮷公告", *ROW[1:]], encoding="gb18030"), "a.csv", "公开信息", [{"标题": "示例𠮷公告"}]),
    "text of Excel in UTF-16": (
        csv(PUBLISHED, ROW, encoding="utf-16", delimiter="\t"), "a.txt", "公开信息", [STORED]),
    "UTF-16 without its mark": (csv(["URL", *PUBLISHED], ["", *ROW], encoding="utf-16-le"), "", "公开信息", [STORED]),
    "tabs": (csv(PUBLISHED, ROW, delimiter="\t"), "a.tsv", "公开信息", [STORED]),
    "semicolons": (csv(PUBLISHED, ROW, delimiter=";", end="\n"), "a.csv", "公开信息", [STORED]),
    "full-width commas": (csv(PUBLISHED, ROW, delimiter="，"), "a.csv", "公开信息", [STORED]),
    "commas inside quotes and a line break": (
        csv([*PUBLISHED, "内容概述"], [*ROW, '"第一行\n第二行，""引""，完"']), "a.csv", "公开信息",
        [{**STORED, "内容概述": "第一行\n第二行，\"引\"，完"}]),
    "CSV with a title and a total": (
        csv(["收费台账", "", "", ""], FEES, FEE, ["合计", "", "1234.50", ""]), "a.csv", "事业性收费", [STORED_FEE]),
    "CSV, escaped formula": (
        csv(PUBLISHED, ["'=1+1", *ROW[1:]]), "a.csv", "公开信息", [{"标题": "=1+1"}]),
    "CSV, a quote that is no escape": (
        csv(PUBLISHED, ["'示例'公告", *ROW[1:]]), "a.csv", "公开信息", [{"标题": "'示例'公告"}]),
    "CSV, numbers kept as text": (
        csv([*REQUESTS, "证件号码", "联系方式"], [*REQUEST, "'37000019900101001X", '"=""05310000000"""']), "a.csv",
        "依申请公开", [{**STORED_REQUEST, "证件号码": "37000019900101001X", "联系方式": "05310000000"}]),
    "CSV with many empty columns": (csv([*PUBLISHED, *[""] * 200], [*ROW, *[""] * 200]), "", "公开信息", [STORED]),
    "CSV by its file's name": (csv(PUBLISHED, ROW), "2022年公开信息台账(1).csv", "公开信息", [STORED]),
}  # fmt: skip

# name → (content, file's name, the faults, each from its start)
AT_FAULT = {
    **{
        f"day as {written}": (xlsx(PUBLISHED, [*ROW[:3], written]), "", [f"公开信息 第2行 发布日期：{reason}"])
        for written, reason in {
            "2022年3月": "“2022年3月”只有年月", "1/5/2022": "“1/5/2022”分不清月和日",
            "22.1.5": "“22.1.5”的年份不是四位",
            "3月1日": "“3月1日”没有年份", "44621": "“44621”是电子表格的日期序号",
            "2022-02-30": "没有“2022-02-30”这一天",
            "2022-03-01 10:30": "只填日期，不要带时间", datetime(2022, 3, 1, 10, 30): "只填日期，不要带时间",
            "昨天": "“昨天”不是日期",
        }.items()
    },
    **{
        f"amount as {written}": (
            xlsx(FEES, [*FEE[:2], written, "P1"], sheet="事业性收费"), "", [f"事业性收费 第2行 金额（元）：{reason}"])
        for written, reason in {
            "1.2万元": "“1.2万元”以万为单位，请换算", "1,2": "“1,2”不是数字", "1.230,00": "“1.230,00”不是数字",
            "壹元": "“壹元”不是数字", "-5": "金额不能为负数", "1_000": "“1_000”不是数字",
            "0.001": "“0.001”的小数超过两位",
        }.items()
    },
    "unit of ten thousand above the table": (
        xlsx(["收费台账", None, "单位：万元"], FEES, FEE, sheet="事业性收费"), "",
        ["事业性收费 第1行 金额（元）：表头上方写着单位是万元"]),
    "unit of ten thousand in the header": (
        xlsx(["收费项目", "收费日期", "金额（万元）"], FEE[:3], sheet="事业性收费"), "",
        ["事业性收费 第1行 金额(万元)：金额以元填写", "事业性收费 第1行 金额（元）：缺少这一列"]),
    "two columns of one name": (
        xlsx([*PUBLISHED, "名称"], [*ROW, "别名"]), "", ["公开信息 第1行 标题：“名称”和“标题”是同一列"]),
    "one column twice": (xlsx([*PUBLISHED, "标题"], [*ROW, "别名"]), "", ["公开信息 第1行 标题：列名重复"]),
    "unknown column": (xlsx([*PUBLISHED, "备注"], [*ROW, "无"]), "", ["公开信息 第1行 备注：不认识的列"]),
    "column without a name": (
        xlsx([*PUBLISHED, None, "链接"], [*ROW, "甲", None]), "", ["公开信息 第1行：第5列有内容但没有列名"]),
    "column missing, only sheet": (
        xlsx(PUBLISHED[:3], ROW[:3], sheet="Sheet1"), "", ["公开信息 第1行 发布日期：缺少这一列"]),
    "number of a merged cell": (
        xlsx(FEES, FEE, ["示例费", "2022-03-02", None, "P2"], sheet="事业性收费", merge=["C2:C3"]), "",
        ["事业性收费 第3行 金额（元）：必须填写", "事业性收费 第3行 金额（元）：数字所在的单元格是合并的"]),
    "count of a merged cell": (
        xlsx(["决定类别", "决定日期", "件数"], ["行政处罚", DAY, 5], ["行政许可", DAY, None], sheet="行政决定",
             merge=["C2:C3"]), "", ["行政决定 第3行 件数：数字所在的单元格是合并的"]),
    "blank below that is not merged": (
        xlsx(PUBLISHED, ROW, ["示例通知", None, "政府网站", "2022-03-02"]), "", ["公开信息 第3行 栏目：必须填写"]),
    "row number under titles and blank rows": (
        xlsx(["台账"], [], PUBLISHED, ROW, [], [*ROW[:3], "昨天"]), "", ["公开信息 第6行 发布日期："]),
    "row number in a CSV with a line break": (
        csv([*PUBLISHED, "内容概述"], [*ROW, '"一\n二"'], ["", "", "", "", ""], [*SECOND[:3], "昨天", ""]), "a.csv",
        ["公开信息 第4行 发布日期："]),
    "long number destroyed": (
        xlsx([*REQUESTS, "身份证号"], [*REQUEST, 3.70000199001010e17], sheet="依申请公开"), "",
        ["依申请公开 第2行 证件号码：长数字已被电子表格改写"]),
    "long number destroyed in CSV": (
        csv([*REQUESTS, "证件号码"], [*REQUEST, "3.70E+17"]), "a.csv",
        ["依申请公开 第2行 证件号码：长数字已被电子表格改写"]),
    "error value": (
        package({"公开信息": sheet_xml({1: [*PUBLISHED, "链接"], 2: [*ROW, "#REF!"]}, errors=["E2"])}), "",
        ["公开信息 第2行 链接：单元格是错误值 #REF!"]),
    "error value alone in its row": (
        package({"公开信息": sheet_xml({1: PUBLISHED, 2: ROW, 7: ["#N/A"]}, errors=["A7"])}), "",
        ["公开信息 第7行 标题：单元格是错误值 #N/A",
         *(f"公开信息 第7行 {name}：必须填写" for name in PUBLISHED[1:])]),
    "error value of an old workbook": (
        xls({"公开信息": {1: [*PUBLISHED, "链接", "内容概述"], 2: [*ROW, ("error", 0x17), ("formula error", 0x2A)]}}),
        "a.xls", ["公开信息 第2行 内容概述：单元格是错误值 #N/A", "公开信息 第2行 链接：单元格是错误值 #REF!"]),
    "result of a formula is an error": (
        with_result("<v>#DIV/0!</v>", "e"), "", ["公开信息 第2行 标题：单元格是错误值 #DIV/0!"]),
    "days of 1904": (
        package({"公开信息": sheet_xml({1: PUBLISHED, 2: [*ROW[:3], 43159]})}, book="<workbookPr date1904='1'/>"), "",
        ["公开信息 第2行 发布日期：日期是数字，而工作簿用的是1904日期系统"]),
    "two sheets of one ledger": (
        xlsx(PUBLISHED, ROW, sheet="公开信息（上半年）", **{"公开信息（下半年）": [PUBLISHED, SECOND]}), "",
        ["公开信息（上半年）：工作表“公开信息（上半年）”、“公开信息（下半年）”都是“公开信息”，请合并",
         "公开信息（下半年）：工作表“公开信息（上半年）”、“公开信息（下半年）”都是“公开信息”，请合并"]),
    "unknown sheet beside others": (
        xlsx(PUBLISHED, ROW, Sheet2=[FEES, FEE]), "", ["Sheet2：不认识的工作表；看列名应是“事业性收费”"]),
    "headers of no ledger": (xlsx(["甲", "乙", "丙"], ["1", "2", "3"], sheet="Sheet1"), "", ["Sheet1：不认识的工作表"]),
    "name of one ledger, headers of another": (
        csv(FEES, FEE), "公开信息.csv", ["CSV：文件名是“公开信息”，而列名是“事业性收费”的"]),
    "hidden sheet only": (xlsx(PUBLISHED, ROW, Sheet2=[], hidden=["公开信息"]), "", ["工作簿：没有任何内容"]),
    "row that only seems a remark": (
        xlsx(PUBLISHED, ["说明会纪要", None, "政府网站", "2022-03-01"], ROW), "", ["公开信息 第2行 栏目：必须填写"]),
    "single cell below that is no remark": (
        xlsx(PUBLISHED, ROW, ["示例通知"]), "",
        [f"公开信息 第3行 {name}：必须填写" for name in ("发布渠道", "发布日期", "栏目")]),
    "content right of the table": (
        xlsx(PUBLISHED, [*ROW, None, "旁注"]), "", ["公开信息 第2行：表头右侧的空列里有内容"]),
}  # fmt: skip

# name → (content, the reason)
UNUSABLE = {
    "formula never calculated": (with_result("<v></v>", "n"), "工作表“公开信息”A2是还没有计算结果的公式"),
    "formula without any result": (with_result("", "n"), "还没有计算结果的公式"),
    "61 columns": (xlsx([*PUBLISHED, *[None] * 56, "远"], ROW), "第61列还有内容，超过60列"),
    "61 columns of CSV": (csv([*PUBLISHED, *[""] * 56, "远"], ROW), "超过60列"),
    "quote not closed": (csv(PUBLISHED, ['"示例公告', *ROW[1:]]), "第2行的引号不成对"),
    "letter": ("关于报送台账的函".encode("gbk"), "不是Excel工作簿"),
}


def stored(agency, ledger):
    sheet = next(one for one in sheets() if one.name == ledger)
    records = [record for batch in sheet.resource(agency).in_batches() for record in batch]
    return [{column.column_name: column.current(record) for column in sheet.columns} for record in records]


def bring_in(agency, content, name=""):
    return import_workbook(read(BytesIO(content), name=name), agency=agency)


@pytest.fixture
def agency(db):
    return AgencyFactory()


@pytest.mark.parametrize("case", RIGHT)
def test_honest_file_is_imported_right(agency, case):
    content, name, ledger, expected = RIGHT[case]

    report = bring_in(agency, content, name)

    assert [str(fault) for fault in report.faults] == []
    found = stored(agency, ledger)
    assert [{key: row[key] for key in wanted} for row, wanted in zip(found, expected, strict=True)] == expected


@pytest.mark.parametrize("case", AT_FAULT)
def test_doubtful_file_is_refused_in_its_place(agency, case):
    content, name, expected = AT_FAULT[case]

    report = bring_in(agency, content, name)

    told = sorted(str(fault) for fault in report.faults)
    assert not report.written and len(told) == len(expected), told
    assert all(line.startswith(start) for line, start in zip(told, sorted(expected), strict=True)), told


@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_file_says_why(case):
    content, reason = UNUSABLE[case]

    with pytest.raises(UnusableFile, match=reason):
        read(BytesIO(content))


def test_corpus_is_large_enough():
    assert len(RIGHT) + len(AT_FAULT) + len(UNUSABLE) >= 60


def test_what_is_passed_over_or_read_otherwise_is_told(agency):
    content = xlsx(
        ["某局收费台账"],
        ["项目名称", *FEES[1:]],
        FEE,
        ["项目名称", *FEES[1:]],
        ["合计", None, 1234.5],
        ["填表人：张某"],
        sheet="1.事业性收费",
        字典=[["甲"]],
        hidden=["字典"],
    )

    report = bring_in(agency, content)

    assert report.written
    assert report.notes == [
        "隐藏的工作表“字典”没有导入；需要导入的，请取消隐藏后重新上传",
        "工作表“1.事业性收费”按“事业性收费”导入",
        "事业性收费：“项目名称”列读作“收费项目”",
        "事业性收费：第1行在表头上方，未导入",
        "事业性收费：第4行是重复的表头，未导入",
        "事业性收费：第5行是合计，未导入",
        "事业性收费：第6行是表格下方的说明，未导入",
    ]


def test_no_header_means_two_columns():
    for sheet in sheets():
        assert names_of(sheet).count([column.column_name for column in sheet.columns]) == len(sheet.columns)
    with pytest.raises(ValueError, match="two columns"):
        ColumnNames({"标题": ["名称"], "题名": ["名称"]})


def test_command_takes_old_workbooks_and_csv_by_its_own_limits(agency, tmp_path, settings, capsys):
    settings.LEDGER_MAX_ROWS = 1
    files = {"公开信息.csv": csv(PUBLISHED, ROW, encoding="gbk"), "a.xls": xls({"Sheet1": {1: FEES, 2: FEE}})}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
        call_command("import_ledger", str(tmp_path / name), agency=agency.code)
    (tmp_path / "long.csv").write_bytes(csv(PUBLISHED, ROW, SECOND))

    assert "公开信息：新增 1" in (told := capsys.readouterr().out) and "事业性收费：新增 1" in told
    with pytest.raises(CommandError, match="超过1行"):
        call_command("import_ledger", str(tmp_path / "long.csv"), agency=agency.code)


def test_settings_widen_the_command_and_never_the_page(settings):
    settings.LEDGER_MAX_ROWS, settings.LEDGER_MAX_MEGABYTES = 200_000, 80

    assert (for_pages().rows, for_pages().megabytes, for_pages().unpacked_megabytes) == (20_000, 10, 100)
    assert (for_commands().rows, for_commands().megabytes, for_commands().unpacked_megabytes) == (200_000, 80, 800)

    settings.LEDGER_MAX_ROWS, settings.LEDGER_MAX_MEGABYTES = 500, 2

    assert (for_pages().rows, for_pages().megabytes, for_pages().unpacked_megabytes) == (500, 2, 20)
