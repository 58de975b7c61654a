"""Titles longer than a line: broken by sense, never with a remnant."""

import pytest

from reports.rendering.titles import CHARACTERS_A_LINE, broken, width


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("威海市文登区综合行政执法局", ["威海市文登区综合行政执法局"]),
        ("2022年政府信息公开工作年度报告", ["2022年政府信息公开工作年度报告"]),
        (
            "新疆维吾尔自治区克孜勒苏柯尔克孜自治州人民政府",
            ["新疆维吾尔自治区", "克孜勒苏柯尔克孜自治州人民政府"],
        ),
        ("甲" * 21, ["甲" * 10, "甲" * 11]),
    ],
)
def test_title_is_broken_by_sense(name, lines):
    assert broken(name) == lines


@pytest.mark.parametrize("length", [*range(1, 70)])
def test_no_line_is_too_long_or_a_remnant(length):
    lines = broken("市" * length)

    assert "".join(lines) == "市" * length
    assert all(width(line) <= CHARACTERS_A_LINE for line in lines)
    assert len(lines) == 1 or min(map(len, lines)) >= 5
