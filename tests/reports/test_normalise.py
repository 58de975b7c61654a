"""规范标点和数字: official typography, addresses untouched, and the same when done again."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reports.text.normalise import normalise


@pytest.mark.parametrize(
    ("typed", "proper"),
    [
        ("共１１３条", "共113条"),
        ("共 113 条", "共113条"),
        ("全年 共发布 信息", "全年共发布信息"),
        ("一是加强学习,二是落实责任;三是", "一是加强学习，二是落实责任；三是"),
        ("电话:0631-8451120", "电话：0631-8451120"),
        ("增长５４.０％", "增长54.0%"),
        ("国办公开办函[2021]30号", "国办公开办函〔2021〕30号"),
        ("国办公开办函（2021）30号", "国办公开办函〔2021〕30号"),
        ("鲁政发(2020)1-3号", "鲁政发〔2020〕1-3号"),
        ("国办发【2022】第8号", "国办发〔2022〕第8号"),
        ("（2022）鲁1081行初3号", "（2022）鲁1081行初3号"),
        ('参加"我为群众办实事"发布会', "参加“我为群众办实事”发布会"),
        ('半个"引号', '半个"引号'),
        ("(以下简称《条例》)", "（以下简称《条例》）"),
        ("工作落实到位.下一步", "工作落实到位。下一步"),
        ("工作落实到位.", "工作落实到位。"),
        ("完成。。", "完成。"),
        ("等等...", "等等……"),
        # Never touched.
        ("网址http://www.wendeng.gov.cn:8080/a,b?x=1;y=2查阅", "网址http://www.wendeng.gov.cn:8080/a,b?x=1;y=2查阅"),
        ("邮箱zwgk_1@example.gov.cn。", "邮箱zwgk_1@example.gov.cn。"),
        ("工作日8:30至17:00", "工作日8:30至17:00"),
        ("共1,113条,满意率99.5%", "共1,113条，满意率99.5%"),
        ("共{网站条数}条,{图:网站分类}", "共{网站条数}条，{图:网站分类}"),
        ("Version 2.0, beta (test): ok; yes", "Version 2.0, beta (test): ok; yes"),
        ("第一段。\n\n第二段。", "第一段。\n\n第二段。"),
        ("自2022年1月1日起至2022年12月31日止。", "自2022年1月1日起至2022年12月31日止。"),
        ("", ""),
    ],
)
def test_typography(typed, proper):
    assert normalise(typed) == proper


PIECES = [
    "中",
    "文",
    "，",
    ",",
    "。",
    ".",
    ":",
    "：",
    " ",
    "\u3000",
    "(",
    ")",
    "（",
    "）",
    "[2021]3号",
    '"',
    "“",
    "12",
    "１",
    "{年度}",
]
PIECES += ["http://a.cn/x,y", "a@b.cn", "8:30", "1.5", "\n", "A", "%", "...", "函", "\U00100000", "；", ";"]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
@example("中,,文")
@example("中((a))文")
def test_doing_it_again_changes_nothing(text):
    once = normalise(text)

    assert normalise(once) == once


KEPT = ["http://www.wendeng.gov.cn/a,b;c", "zwgk@example.gov.cn", "8:30", "99.5", "{网站条数}"]


@given(
    st.sampled_from(KEPT),
    st.sampled_from(["查阅", "，", "。", "（见", "共 "]),
    st.sampled_from(["查阅", "，见", "。", "）", " 条"]),
)
def test_addresses_times_and_decimals_survive_anywhere(kept, before, after):
    assert kept in normalise(f"{before}{kept}{after}")
