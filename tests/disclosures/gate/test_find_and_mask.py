"""What stands in place of each kind, what an agency says of itself, and where cells are joined or kept apart."""

import time
from datetime import date

import pytest

from disclosures.gate.patterns import Hit, Kind, find, mask
from tests.disclosures.gate import corpus
from tests.disclosures.gate.written_by_hand import HARMLESS

ID = "371002198001011232"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("371002198001011232", "371002********1232"),
        ("371002 19800101 1232", "371002 ******** 1232"),
        ("３７１００２-１９８００１０１-１２３２", "３７１００２-********-１２３２"),
        ("3710\u200b02198001011232", "3710\u200b02********1232"),
        ("371002800101123", "371002******123"),
        ("37100219800101123244", "371002**********3244"),
        ("138-0000-1234", "138-****-1234"),
        ("+8613800001234", "+86138****1234"),
        ("卡号6228 4800 1234 5678 911", "卡号**** **** **** ***8 911"),
        ("zhangsan@163.com", "z*******@163.com"),
        ("a@163.com", "*@163.com"),
        ("鲁K·12345", "鲁K·***45"),
        ("鲁KD12345", "鲁K****45"),
        ("护照号E12345678", "护照号E1*****78"),
        ("文登区葛家镇西谭家泊村12号", "文登区葛家镇西谭家泊村****"),
        ("峰山小区3号楼2单元501室", "峰山小区****"),
        ("住址：文登区文山路88号2单元301室", "住址：文登区文山路****"),
        ("住址：文登区宋村镇石羊村", "住址：文登区宋村镇****"),
    ],
)
def test_mask_keeps_what_may_be_seen_and_the_separators(text, masked):
    assert mask(text, find(text, on=corpus.DAY)) == masked


def test_a_hit_says_where_it_stands():
    assert find("张三13800001234。") == [Hit(Kind.PHONE, 2, 13, "13800001234", "138****1234")]


def test_mask_refuses_hits_of_another_text():
    hits = find("张三13800001234")

    with pytest.raises(ValueError, match="phone at 2"):
        mask("李四四13900001234", hits)
    with pytest.raises(ValueError, match="phone at 2"):
        mask("张三13800001234", [*hits, *hits])


@pytest.mark.parametrize("written", ["13800001234", "138-0000-1234", "+86 138 0000 1234", "１３８００００１２３４"])
def test_what_the_agency_publishes_of_itself_is_not_reported(written):
    text = "咨询电话138 0000 1234，邮箱WDZFJ@163.com，地址香水花园12号楼301室"

    assert [hit.kind for hit in find(text)] == [Kind.PHONE, Kind.EMAIL, Kind.ADDRESS]
    assert find(text, known=[written, "wdzfj@163.com", "威海市文登区香水花园12号楼301室"]) == []


def test_what_only_begins_as_the_agency_does_is_reported():
    known = ["威海市文登区香水花园", "zfj@163.com", "0631-8451120"]

    hits = find("香水花园12号楼301室，wdzfj@163.com，0631-8451120，13800001234", known=known)

    assert [hit.kind for hit in hits] == [Kind.ADDRESS, Kind.EMAIL, Kind.PHONE]


def test_nobody_is_born_after_the_day_of_publication():
    number = "37100220230116001"
    number += corpus.id_check(number)

    assert find(number, on=date(2023, 1, 15)) == []
    assert [hit.kind for hit in find(number, on=date(2023, 1, 16))] == [Kind.IDENTITY]


@pytest.mark.parametrize("gap", ["\t", "\n", "\r\n"])
def test_cells_of_a_table_make_no_number_unless_they_could_not_stand_alone(gap):
    region, day, tail = ID[:6], ID[6:14], ID[14:]

    assert find(f"代码{gap}{region}{gap}{day}{gap}{tail}{gap}合计") == []
    assert [hit.kind for hit in find(f"身份证号{gap}{region}{gap}{day}{gap}{tail}{gap}合计")] == [Kind.IDENTITY]
    assert [hit.kind for hit in find(f"张三{gap}{ID[:10]}{gap}{ID[10:]}{gap}合计")] == [Kind.IDENTITY]
    assert find(f"户数{gap}1380000{gap}1234{gap}合计") == []


def test_each_kind_has_a_name_to_show():
    assert {kind.label for kind in Kind} >= {"居民身份证号", "手机号码", "银行卡号", "电子邮箱", "车牌号码", "家庭住址"}


def test_a_megabyte_of_ordinary_text_takes_a_moment():
    """Measured: a tenth of a second."""
    text = "\n".join(HARMLESS)
    text *= 1_000_000 // len(text.encode()) + 1
    begun = time.process_time()

    assert find(text, on=corpus.DAY) == []
    assert time.process_time() - begun < 1
