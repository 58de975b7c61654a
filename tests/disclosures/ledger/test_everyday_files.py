"""A second folder of real-looking files: everyday habits of offices, read right or refused with place, reason, cure."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from disclosures.ledger import import_workbook, read
from disclosures.models import Category, Channel
from tests.disclosures.ledger.makers import xls
from tests.disclosures.ledger.test_messy_files import (
    DAY,
    FEES,
    PUBLISHED,
    REQUESTS,
    ROW,
    SECOND,
    STORED,
    STORED_SECOND,
    saved,
    stored,
    xlsx,
)
from tests.factories.disclosures import AgencyFactory

DECISIONS = ["决定类别", "决定书文号", "决定日期", "相对人", "件数"]
PENALTY = {"决定类别": "penalty", "决定书文号": "罚1", "决定日期": DAY}
LICENCE = {"决定类别": "licence", "决定日期": DAY}
OFFICE_SHEET = [
    ["某局行政处罚决定统计表（2022年）"],
    ["填报单位：某局", None, None, None, None, "单位：件"],
    ["序号", "决定类别", "决定书", None, "相对人", "件数"],
    [None, None, "决定书文号", "决定日期", None, None],
    [1, "行政处罚", "罚1", "2022年3月1日", "某公司", "1件"],
    [2, "行政处罚", "罚2", "2022年3月1日", "某厂", "１"],
    ["合计", None, None, None, None, 2],
    ["填表人：张某　审核人：李某"],
]
TWO_ROWS = ["A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:E4", "F3:F4"]


def column_hidden(column, *rows):
    book = openpyxl.load_workbook(BytesIO(xlsx(*rows)))
    book["公开信息"].column_dimensions[column].hidden = True
    return saved(book)


# name → (content, file's name, ledger, what is stored)
RIGHT = {
    "titles, unit, header of two rows, numbers, total, signatures": (
        xlsx(*OFFICE_SHEET, sheet="行政决定统计表", merge=TWO_ROWS),
        "",
        "行政决定",
        [{**PENALTY, "相对人": "某公司", "件数": 1}, {**PENALTY, "决定书文号": "罚2", "件数": 1}],
    ),
    "short names of kinds and columns": (
        xlsx(
            ["类别", "文号", "日期", "当事人", "数量"],
            ["处罚", "罚1", "2022.3.1", "甲", "1"],
            ["许可", "许1", "2022.3.1", "乙", "1"],
            sheet="行政决定",
        ),
        "",
        "行政决定",
        [PENALTY, LICENCE],
    ),
    "amounts and days with blanks, signs and wide digits": (
        xlsx(
            ["收费项目 ", "收费日期", "金额(元)", "票号"],
            ["占道费  ", "２０２２－０３－０１ ", " ￥１，２３４．００元 ", " 0001"],
            sheet="收费",
        ),
        "",
        "事业性收费",
        [{"收费项目": "占道费", "收费日期": DAY, "金额（元）": Decimal(1234), "票据号": "0001"}],
    ),
    "GBK with every cell in quotes": (
        '"标题","栏目","发布渠道","发布日期"\r\n"关于""三项""整治的通知，示例","业务动态","政府网站","2022/3/1"\r\n'.encode(
            "gbk"
        ),
        "公开信息.csv",
        "公开信息",
        [{**STORED, "标题": '关于"三项"整治的通知，示例'}],
    ),
    "category merged over a blank row": (
        xlsx(
            ["栏目", "标题", "发布渠道", "发布日期"],
            ["业务动态", "示例公告", *ROW[2:]],
            [],
            [None, "示例通知", "政府网站", "2022-03-02"],
            merge=["A2:A4"],
        ),
        "",
        "公开信息",
        [STORED, {**STORED_SECOND, "栏目": "业务动态"}],
    ),
    "remarks column without a remark": (
        xlsx(["序号", *PUBLISHED, "备注"], [1, *ROW, None], [2, *SECOND, " "]),
        "",
        "公开信息",
        [STORED, STORED_SECOND],
    ),
    "days with their weekday": (
        xlsx(PUBLISHED, [*ROW[:3], "2022年03月01日 星期二"], [*SECOND[:3], "2022-3-2（周三）"]),
        "",
        "公开信息",
        [STORED, STORED_SECOND],
    ),
    "workbook of WPS with a title and old days": (
        xls(
            {
                "公开信息": {
                    1: ["2022年度信息公开台账"],
                    2: ["序号", *PUBLISHED],
                    3: [1, *ROW[:3], ("day", 44621)],
                    4: [2, *SECOND[:3], "2022年3月2日"],
                }
            }
        ),
        "2022台账.et",
        "公开信息",
        [STORED, STORED_SECOND],
    ),
    "names of a website's back office": (
        xlsx(["信息标题", "信息类别", "公开渠道", "公开时间"], ROW, sheet="主动公开"),
        "",
        "公开信息",
        [STORED],
    ),
    "another name of the sheet": (xlsx(PUBLISHED, ROW, sheet="主动公开信息"), "", "公开信息", [STORED]),
    "no day of lapse": (
        xlsx(
            ["标题", "发文字号", "类别", "印发日期", "失效日期"],
            ["示例办法", "示〔2022〕1号", "规范性文件", "2022-3-1", "长期有效"],
            sheet="规范性文件",
        ),
        "",
        "规范性文件",
        [{"文件类别": "normative", "制发日期": DAY, "失效日期": None}],
    ),
    "proposals by their usual names": (
        xlsx(
            ["序号", "类别", "编号", "标题", "届次", "办理方式", "交办日期", "满意度"],
            [1, "人大建议", "第12号", "示例建议", "十九届一次", "主办", "2022.3.1", "/"],
            sheet="建议提案",
        ),
        "",
        "建议提案",
        [{"类别": "npc", "编号": "第12号", "满意度": ""}],
    ),
    "applicants and channels in other words": (
        xlsx(
            REQUESTS,
            ["1", "公民", "示例甲", "信函", "2022.3.1", "房屋"],
            ["2", "企业", "示例公司", "电子邮件", "2022.3.1", "房屋"],
            sheet="依申请公开",
        ),
        "",
        "依申请公开",
        [
            {"申请人类型": "natural_person", "申请渠道": "mail"},
            {"申请人类型": "commercial_enterprise", "申请渠道": "online"},
        ],
    ),
    "dashes and 无 where there is nothing": (
        xlsx(
            DECISIONS,
            ["行政处罚", "罚1", DAY, "-", 1],
            ["行政许可", "/", DAY, "无", 2],
            ["行政许可", "/", DAY, "——", 3],
            sheet="行政决定",
        ),
        "",
        "行政决定",
        [{**PENALTY, "相对人": ""}, {**LICENCE, "决定书文号": "", "件数": 2}, {**LICENCE, "决定书文号": "", "件数": 3}],
    ),
    "counts with their units": (
        xlsx(
            DECISIONS,
            ["行政处罚", "罚1", DAY, "甲", "1,200件"],
            ["行政许可", "", DAY, "", "120起"],
            ["行政许可", "", DAY, "", "1宗"],
            sheet="行政决定",
        ),
        "",
        "行政决定",
        [{"件数": 1200}, {"件数": 120}, {"件数": 1}],
    ),
    "header below a page of notes": (
        xlsx(*([f"填报要求第{line}条"] for line in range(1, 12)), PUBLISHED, ROW),
        "",
        "公开信息",
        [STORED],
    ),
    "two tables below each other with their titles": (
        xlsx(
            ["一、行政处罚"],
            DECISIONS,
            ["行政处罚", "罚1", DAY, "甲", 1],
            ["二、行政许可"],
            DECISIONS,
            ["行政许可", "许1", DAY, "乙", 1],
            sheet="行政决定",
        ),
        "",
        "行政决定",
        [PENALTY, {**LICENCE, "决定书文号": "许1"}],
    ),
    "months as lines across the table": (
        xlsx(PUBLISHED, ["1月份信息"], ROW, ["三月份信息", None, None, None], SECOND, merge=["A4:D4"]),
        "",
        "公开信息",
        [STORED, STORED_SECOND],
    ),
    "attributes in short": (
        xlsx([*PUBLISHED, "公开属性", "链接"], [*ROW, "主动", "无"], [*SECOND, "不公开", "—"]),
        "",
        "公开信息",
        [{**STORED, "公开属性": "proactive", "链接": ""}, {**STORED_SECOND, "公开属性": "closed"}],
    ),
    "line breaks and unseen blanks in cells": (
        xlsx(
            ["标题\n", "栏\u00a0目", "发布渠道", "发布\n日期"],
            ["示例\n公告", "业务动态\u00a0", "\u200b政府网站", "2022-03-01\n"],
        ),
        "",
        "公开信息",
        [STORED],
    ),
    "unit of yuan above the table": (
        xlsx(
            ["收费统计", None, None, "单位：元"],
            ["收费项目", "收费日期", "金额", "票据号"],
            ["占道费", DAY, 1234, "1"],
            sheet="事业性收费",
        ),
        "",
        "事业性收费",
        [{"金额（元）": Decimal(1234)}],
    ),
}

# name → (content, file's name, the faults, each from its start)
AT_FAULT = {
    "the cell above is meant": (
        xlsx(PUBLISHED, ROW, ["示例通知", "同上", "〃", "2022-03-02"]),
        "",
        [
            "公开信息 第3行 栏目：“同上”没有写明内容，请逐行填写",
            "公开信息 第3行 发布渠道：“〃”没有写明内容，请逐行填写",
        ],
    ),
    "nothing where something must be": (
        xlsx(PUBLISHED, ROW, ["示例通知", "—", "政府网站", "无"]),
        "",
        ["公开信息 第3行 栏目：必须填写", "公开信息 第3行 发布日期：必须填写"],
    ),
    "a count of nothing": (
        xlsx(DECISIONS, ["行政许可", "", DAY, "", "无"], sheet="行政决定"),
        "",
        ["行政决定 第2行 件数：“无”不是数字"],
    ),
    "a month for a day": (
        xlsx(
            DECISIONS, ["行政许可", "", "2022年1月", "", 50], ["行政许可", "", "2022年一季度", "", 50], sheet="行政决定"
        ),
        "",
        [
            "行政决定 第2行 决定日期：“2022年1月”只有年月，请补上日",
            "行政决定 第3行 决定日期：“2022年一季度”不是日期，请写成",
        ],
    ),
    "ten thousands in the header of a sheet called 收费": (
        xlsx(["收费项目", "收费时间", "金额（万元）", "票号"], ["占道费", "2022-03-01", "1.2", "1"], sheet="收费"),
        "",
        ["事业性收费 第1行 金额(万元)：金额以元填写，请换算", "事业性收费 第1行 金额（元）：缺少这一列"],
    ),
    "hidden column with content": (
        column_hidden("D", [*PUBLISHED[:3], "内部编号", PUBLISHED[3]], [*ROW[:3], "甲1", ROW[3]]),
        "",
        ["公开信息 第1行 内部编号：不认识的列"],
    ),
    "sheets of months": (
        xlsx(PUBLISHED, ROW, sheet="1月", **{"2月": [PUBLISHED, SECOND]}),
        "公开信息.xlsx",
        [f"{month}：看列名，工作表“1月”、“2月”都是“公开信息”，请合并成一张" for month in ("1月", "2月")],
    ),
    "sheets that are no ledgers": (
        xlsx(PUBLISHED, ROW, 领导讲话=[["时间", "内容"], ["2022", "甲"]]),
        "",
        ["领导讲话：不认识的工作表：不导入的请删除或隐藏"],
    ),
    "last day of force, which is not the first without": (
        xlsx(
            ["标题", "发文字号", "类别", "印发日期", "有效期至"],
            ["示例办法", "示〔2022〕1号", "规范性文件", "2022-3-1", "2027-2-28"],
            sheet="规范性文件",
        ),
        "",
        ["规范性文件 第1行 有效期至：不认识的列"],
    ),
    "two tables side by side": (
        xlsx([*PUBLISHED, None, *PUBLISHED], [*ROW, None, *SECOND]),
        "",
        [f"公开信息 第1行 {name}：列名重复，请只保留一列" for name in sorted(PUBLISHED)],
    ),
    "a refusal that is none of the outcomes": (
        xlsx(
            [*REQUESTS, "办理结果", "答复日期"],
            ["1", "自然人", "示例甲", "当面", "2022.3.1", "房屋", "不予公开", "2022.3.10"],
            sheet="依申请公开",
        ),
        "",
        ["依申请公开 第2行 办理结果：“不予公开”不是办理结果，请填："],
    ),
    "a moment for a day": (
        xlsx(PUBLISHED, [*ROW[:3], datetime(2022, 3, 1, 9, 30)]),
        "",
        ["公开信息 第2行 发布日期：只填日期，不要带时间"],
    ),
    "amounts of accountants": (
        xlsx(
            FEES,
            ["占道费", DAY, "(1,234.00)", "1"],
            ["占道费", DAY, "1234元5角", "2"],
            ["占道费", DAY, "$12", "3"],
            sheet="事业性收费",
        ),
        "",
        [
            f"事业性收费 第{row}行 金额（元）：“{written}”不是数字"
            for row, written in ((2, "(1,234.00)"), (3, "1234元5角"), (4, "$12"))
        ],
    ),
    "every fault of a row at once": (
        xlsx(PUBLISHED, ROW, [None, "业务动态", "政府网站", "2022-02-30"]),
        "",
        ["公开信息 第3行 标题：必须填写", "公开信息 第3行 发布日期：没有“2022-02-30”这一天"],
    ),
}


@pytest.fixture
def agency(db):
    return AgencyFactory()


def bring_in(agency, content, name="", **options):
    return import_workbook(read(BytesIO(content), name=name), agency=agency, **options)


@pytest.mark.parametrize("case", RIGHT)
def test_everyday_file_is_imported_right(agency, case):
    content, name, ledger, expected = RIGHT[case]

    report = bring_in(agency, content, name)

    assert [str(fault) for fault in report.faults] == []
    found = stored(agency, ledger)
    assert [{key: row[key] or "" for key in wanted} for row, wanted in zip(found, expected, strict=True)] == [
        {key: value or "" for key, value in wanted.items()} for wanted in expected
    ]


@pytest.mark.parametrize("case", AT_FAULT)
def test_everyday_doubt_is_refused_in_its_place(agency, case):
    content, name, expected = AT_FAULT[case]

    report = bring_in(agency, content, name)

    told = sorted(str(fault) for fault in report.faults)
    assert not report.written and len(told) == len(expected), told
    assert all(line.startswith(start) for line, start in zip(told, sorted(expected), strict=True)), told


def test_what_was_read_as_blank_or_passed_over_is_told(agency):
    content = xlsx(
        ["一、行政处罚"],
        [*DECISIONS, "备注"],
        ["行政处罚", "罚1", DAY, "-", 1],
        ["二、行政许可"],
        ["行政许可", "/", DAY, "无", 2],
        sheet="行政决定",
    )

    report = bring_in(agency, content)

    assert report.written and report.notes == [
        "行政决定：第1行在表头上方，未导入",
        "行政决定：第4行是分段标题，未导入",
        "行政决定：“备注”列没有内容，未导入",
        "行政决定：“相对人”列的“-”、“无”按空白处理",
        "行政决定：“决定书文号”列的“/”按空白处理",
    ]


def test_line_of_a_record_is_no_title(agency):
    report = bring_in(agency, xlsx(PUBLISHED, ["一、示例公告", None, "政府网站", "2022-03-01"], ROW))

    assert [str(fault) for fault in report.faults] == ["公开信息 第2行 栏目：必须填写"]


def test_names_that_do_not_exist_are_told_with_the_other_faults(agency, django_user_model):
    """A clerk founds no columns: all that is wrong is told in one look, not in two."""
    Category.objects.create(agency=agency, name="业务动态")
    Channel.objects.create(agency=agency, name="政府网站", kind="website")
    clerk = django_user_model.objects.create_user("clerk")

    report = bring_in(agency, xlsx(PUBLISHED, ["示例公告", "通知公告", "广播电视", "2022-02-30"]), by=clerk)

    assert sorted(fault.column for fault in report.faults) == sorted(["栏目", "发布渠道", "发布日期"])
