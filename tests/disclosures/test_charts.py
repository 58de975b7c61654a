"""Charts: what is said is drawn, what is drawn fits, and both are safe to put on a page."""

import re
from xml.etree import ElementTree

import pytest

from disclosures import charts

SVG = "{http://www.w3.org/2000/svg}"
SEED = [("机构职能", 2), ("业务动态", 55), ("政策文件", 2), ("重点领域信息公开", 19), ("其他信息", 20)]
LONG = [("关于优化营商环境和加强事中事后监管以及其他有关重点领域信息公开工作的情况说明", 3), ("其他", 12345)]


def pairs(title, data, **options):
    """The paired chart of data with one number a label: the year before has half of it."""
    rows = [(label, value // 2, value) for label, value in data]
    return charts.paired_chart(title, rows, names=("2021年", "2022年"), **options)


DRAWN = [charts.bar_chart, charts.comparison_chart, pairs]


def drawn(svg):
    return ElementTree.fromstring(svg)


def extent(text):
    """From where to where a label reaches, by the same measure of a character that the print shows."""
    width = charts._length(text.text) * float(text.get("font-size"))
    start = float(text.get("x")) - {"start": 0, "middle": width / 2, "end": width}[text.get("text-anchor")]
    return start, start + width


def contrast(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


@pytest.mark.parametrize("draw", DRAWN)
@pytest.mark.parametrize("data", [SEED, LONG, [("无", 0)], [], [(f"{year}年", year) for year in range(2010, 2026)]])
def test_every_label_lies_inside_the_drawing(draw, data):
    svg = drawn(draw("标题", data, unit="条"))
    _, _, width, height = map(float, svg.get("viewBox").split())

    for text in svg.iter(f"{SVG}text"):
        start, end = extent(text)
        assert start >= 0 and end <= width, text.text
        assert 0 < float(text.get("y")) < height
    for bar in svg.iter(f"{SVG}rect"):
        assert float(bar.get("width")) >= 0 and float(bar.get("height")) >= 0


@pytest.mark.parametrize("draw", DRAWN)
def test_labels_of_neighbours_do_not_touch(draw):
    svg = drawn(draw("标题", [(f"{year}年度", 10_000 + year) for year in range(2010, 2026)], unit="条"))
    rows = {}
    for text in svg.iter(f"{SVG}text"):
        rows.setdefault(text.get("y"), []).append(extent(text))

    for row in rows.values():
        row.sort()
        assert all(before[1] <= after[0] for before, after in zip(row, row[1:], strict=False))


def test_bars_are_as_long_as_their_numbers_and_numbers_stand_beyond_them():
    svg = drawn(charts.bar_chart("标题", SEED, unit="条"))
    bars = list(svg.iter(f"{SVG}rect"))
    numbers = [text for text in svg.iter(f"{SVG}text") if text.get("text-anchor") == "start"]

    for bar, number, (_, value) in zip(bars, numbers, SEED, strict=True):
        assert float(bar.get("width")) == pytest.approx(float(bars[1].get("width")) * value / 55, abs=0.1)
        assert float(number.get("x")) > float(bar.get("x")) + float(bar.get("width"))
        assert number.text == f"{value}条"


def test_columns_stand_on_the_base_line_and_the_last_is_the_strong_one():
    svg = drawn(charts.comparison_chart("微信", [("2021年", 150), ("2022年", 231)], unit="篇"))
    before, now = svg.iter(f"{SVG}rect")

    assert float(before.get("height")) == pytest.approx(float(now.get("height")) * 150 / 231, abs=0.1)
    assert float(before.get("y")) + float(before.get("height")) == float(now.get("y")) + float(now.get("height"))
    assert (before.get("fill"), now.get("fill")) == (charts.BAR_BEFORE, charts.BAR)


def test_fills_stand_out_from_paper():
    """WCAG 1.4.11: 3 : 1 for what must be seen, 4.5 : 1 for letters."""
    assert contrast(charts.BAR) >= 3 and contrast(charts.BAR_BEFORE) >= 3 and contrast(charts.INK) >= 4.5


def test_title_tells_everything_and_ids_do_not_clash():
    """WeasyPrint makes the title, and not a description, the figure's alternative text."""
    first = charts.bar_chart("发布", SEED, unit="条", key="a")
    second = charts.comparison_chart("微信", [("2022年", 231)], unit="篇", key="b")

    assert drawn(first).find(f"{SVG}title").text.startswith("发布：机构职能2条；业务动态55条")
    for svg in (first, second):
        assert drawn(svg).get("role") == "img"
        assert drawn(svg).get("aria-labelledby") == drawn(svg).find(f"{SVG}title").get("id")
    assert not set(re.findall(r'id="(.+?)"', first)) & set(re.findall(r'id="(.+?)"', second))


def test_hostile_words_stay_words():
    hostile = '"><script>alert(1)</script>&'
    svg = charts.bar_chart(hostile, [(hostile, 1)], unit=hostile, key=hostile)

    assert "<script" not in svg
    assert hostile in drawn(svg).find(f"{SVG}title").text


def test_nothing_to_draw_is_said():
    for draw in DRAWN:
        (text,) = drawn(draw("标题", [], unit="条")).iter(f"{SVG}text")
        assert text.text == "没有数据"


def test_number_below_zero_draws_no_bar():
    (bar,) = drawn(charts.bar_chart("标题", [("更正", -3)], unit="条")).iter(f"{SVG}rect")

    assert float(bar.get("width")) == 0


def test_bar_of_a_pair_says_its_year_and_stands_clear_of_the_other():
    """Greyscale and colour-blind readers need no colour."""
    svg = drawn(charts.paired_chart("对比", [("微信公众号", 150, 231)], names=("2021年", "2022年"), unit="篇"))
    before, now = svg.iter(f"{SVG}rect")

    assert [text.text for text in svg.iter(f"{SVG}text")] == ["微信公众号", "2021年 150篇", "2022年 231篇"]
    assert float(before.get("y")) + float(before.get("height")) < float(now.get("y"))
    assert svg.find(f"{SVG}title").text == "对比：微信公众号2021年150篇；微信公众号2022年231篇"
