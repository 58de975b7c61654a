"""Deputies' contact data goes; what only looks like it stays."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from requests_app.contact_data import strip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("联系电话：0631-8452345", ""),
        ("联系方式：13812345678。感谢您的支持！", "感谢您的支持！"),
        ("手机号码：１３８１２３４５６７８", ""),
        ("联　系　电　话：8452345", ""),
        ("电话：（0631）8452345转801", ""),
        ("办公电话：010-12345678-801", ""),
        ("请致电13812345678联系。", "请致电联系。"),
        ("+86 138-1234-5678", ""),
        ("联系电话为 138 1234 5678。", ""),
        ("邮箱：a.b@example.com，谢谢", "谢谢"),
        ("请发至 deputy_01@mail.example.cn", "请发至"),
        ("联系人：张某 电话：0631-8452345 邮箱 zhang@example.com", ""),
        ("通讯地址：文登区文山路1号；邮编：264400", ""),
        ("代表姓名：李某　通信地址：文登区文山路1号　电话：13812345678", "代表姓名：李某"),
        ("家庭住址：文登区米山路38号2号楼101室", ""),
        ("李某委员（联系人：张某，联系电话：0631-8452345）：", "李某委员："),
        ("　　您提出的建议收悉（电话：13812345678），现答复如下：", "　　您提出的建议收悉，现答复如下："),
        ("联系电话：13812345678、13912345678", ""),
        ("传真：0631-8452346", ""),
        ("通讯地址：文登区文山路1号，邮编264400，感谢您的支持！", "感谢您的支持！"),
        ("地址：文登区文山路1号邮编：264400电话：0631-8452345", ""),
        ("联系人：张某电话：0631-8452345", ""),
    ],
)
def test_contact_data_goes(text, left):
    found = strip(text)

    assert found.text == left and found.removed


@pytest.mark.parametrize(
    "text",
    [
        "我们进一步畅通了联系方式，欢迎监督。",
        "拨打12345热线、12319热线反映问题。",
        "举报电话：0631-8451234",
        "服务热线：0631-8451234、0631-8451235",
        "客服电话400-810-0000",
        "总投资13800000000元",
        "占地13800000000平方米",
        "文综执发〔2022〕3号",
        "自2022-03-01至2022-12-31",
        "20220301",
        "统一社会信用代码11371081004301234B",
        "索引号11371081004301234B/2022-00017",
        "项目地址：文登区龙山路",
        "电话回访满意率达98%",
        "电话投诉12000余件，办结率100%",
        "受理电话120000件",
        "全年受理电话：1234567件",
        "微信公众号：文登城管",
        "新建邮箱路、地址牌更换1200块",
        "按照GB 50016-2014执行",
        "0-3岁婴幼儿照护，010示范区",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert strip(text).text == text and strip(text).removed == []


def test_lines_keep_their_order_and_lines_of_contact_data_leave_no_gap():
    text = "关于第12号建议的答复\n\n李某代表：\n　　您的建议收悉。\n联系人：张某\n联系电话：0631-8452345\n2022年5月6日"

    assert strip(text).text == "关于第12号建议的答复\n\n李某代表：\n　　您的建议收悉。\n2022年5月6日"


PIECES = [
    "联系电话",
    "：",
    "13812345678",
    "0631-8452345",
    " ",
    "，",
    "（",
    "）",
    "地址",
    "邮箱",
    "a@b.cn",
    "联系人",
    "张某",
]
PIECES += ["转", "、", "。", "举报电话", "元", "8452345", "手机", "1", "-"]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_twice_is_once(text):
    once = strip(text).text

    assert strip(once).text == once


@given(st.text(st.characters(categories=["L", "P", "Z"], exclude_characters=":：@＠"), max_size=80))
def test_prose_without_numbers_is_left_alone(text):
    assert strip(text).text == text


@pytest.mark.parametrize(
    "filling", ["1", "a.", "（", "，", " ", "138", "电话：", "联 系 ", "地址：路", "a@b.", "联系人：张"]
)
def test_a_page_of_anything_is_read_at_once(filling):
    """Nothing here grows with the square of the text."""
    text = f"电话：0631-8452345{filling * (20000 // len(filling))}）"
    started = process_time()

    strip(text)

    assert process_time() - started < 1
