"""Parties on public pages: organisations in full, people by the surname."""

import pytest

from disclosures.parties import shown


@pytest.mark.parametrize(
    ("party", "told"),
    [
        ("张三", "张＊"),
        ("欧阳娜娜", "欧＊"),
        ("李 雷", "李＊"),
        ("阿卜杜拉·买买提", "阿＊"),
        ("阿卜杜拉买买提", "阿＊"),
        ("John Smith", "J＊"),
        ("张三、李四", "张＊、李＊"),
        ("张三，示例有限公司", "张＊、示例有限公司"),
        ("张三等三人", "张＊等三人"),
        ("张三（身份证号37108119900101001X）", "张＊"),
        ("王店", "王＊"),
        ("张社会", "张＊"),
        ("（张三）", "＊"),
    ],
)
def test_a_person_is_told_by_the_surname(party, told):
    """个人信息保护法 Art. 6: no more than the purpose needs."""
    assert shown(party) == told


@pytest.mark.parametrize(
    "party",
    [
        "示例有限公司",
        "示例（山东）有限公司",
        "示例小商店",
        "便民店",
        "示例厂",
        "示例区种植专业合作社",
        "示例街道办事处",
        "张三餐馆",
        "示例村村民委员会",
        "示例区示例村",
    ],
)
def test_an_organisation_is_told_in_full(party):
    assert shown(party) == party


def test_the_person_behind_an_organisation_is_left_out():
    assert shown("示例区便民商店（经营者：张三）") == "示例区便民商店"


def test_no_party_is_nobody():
    assert shown("") == "" and shown(" 、") == ""
