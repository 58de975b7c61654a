"""Any tables come back as they were, and no file whatever brings down the reader."""

import json
import random
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from reports.cells import CELLS
from reports.checks import Sheet
from reports.reading import Unreadable, read
from reports.reading.reading import blank_tables
from tests.reports import published
from tests.reports.builders import CASES, tables_of_case

FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
MONEY = st.decimals(0, 10**8, places=6).map(lambda amount: format(amount.normalize(), "f"))


@st.composite
def any_tables(draw):
    tables = blank_tables()
    for code, cell in CELLS.items():
        *path, last = code.split(".")
        target = tables
        for key in path:
            target = target[key]
        target[last] = draw(MONEY) if cell.is_money else draw(st.integers(0, 10**9) | st.integers(0, 9))
    return tables


def told_apart():
    """Every cell another number: one that is read in a wrong place shows."""
    tables = blank_tables()
    for number, (code, cell) in enumerate(CELLS.items(), start=1000):
        *path, last = code.split(".")
        target = tables
        for key in path:
            target = target[key]
        target[last] = str(number) if cell.is_money else number
    return tables


APART = told_apart()


def opened(tables):
    return json.dumps({"schema": "annual-report/1", "year": 2023, "tables": tables}).encode()


@settings(FEW, max_examples=8)
@given(any_tables())
def test_any_tables_come_back_from_every_format(tables):
    rows = published.all_rows(tables)
    for data in (opened(tables), published.web(rows), published.word(rows)):
        assert read(data, "report").tables == tables


@settings(FEW, max_examples=4, phases=[Phase.explicit, Phase.generate])  # each costs a process
@given(any_tables())
@example(APART | {"proactive": APART["proactive"] | {"fees_wan_yuan": "99999999.999999"}})
def test_any_tables_come_back_from_a_workbook(tables):
    assert read(published.book(published.all_rows(tables)), "report.xlsx").tables == tables


LIVELY = published.all_rows(tables_of_case(CASES[0])[2])
FILES = {
    "report.html": published.web(LIVELY),
    "report.docx": published.word(LIVELY),
    "report.json": opened(tables_of_case(CASES[0])[2]),
}


def outcome(data, name):
    try:
        return read(data, name).check()
    except Unreadable as refused:
        assert str(refused), "a refusal says why"
    return None


@FEW
@given(st.binary(max_size=400), st.sampled_from(["a.html", "a.docx", "a.json", "a.mht", "a"]))
def test_random_bytes_are_refused_or_read(data, name):
    outcome(data, name)
    outcome(b"PK\x03\x04" + data, name)
    outcome(b"<table>" + data, name)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["new", "total", "other"]), inner),
    max_leaves=6,
)


@settings(FEW, max_examples=60)
@given(
    st.dictionaries(st.sampled_from(["proactive", "requests", "disputes", "小计"]), ANYTHING),
    st.dictionaries(st.sampled_from(["year", "agency", "narrative", "counts"]), ANYTHING),
)
def test_json_of_any_shape_is_refused_or_read(tables, rest):
    outcome(json.dumps({"tables": tables, **rest}).encode(), "a.json")


def test_json_within_json_is_refused():
    deep = '{"tables": ' + '{"a": ' * 500 + "1" + "}" * 501
    with pytest.raises(Unreadable, match="一层套一层"):
        read(deep.encode(), "a.json")


@pytest.mark.parametrize("name", FILES)
def test_truncated_files_are_refused_or_read(name):
    data = FILES[name]
    for part in range(1, 30):
        outcome(data[: len(data) * part // 30], name)


def test_a_truncated_workbook_is_refused():
    data = published.book(LIVELY)
    for part in (2, 5, 9):
        with pytest.raises(Unreadable):
            read(data[: len(data) * part // 10], "a.xlsx")


PIECES = [
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td colspan=3>", "<td rowspan=0>", "<td rowspan=-1>",
    "<td colspan='x'>", "<!--", "-->", "<script>", "</p>", "<p>", "&nbsp;", "&#0;", "&#xD800;", "自然人", "总计",
    "其他", "行政复议", "行政诉讼", "结果维持", "一、本年新收政府信息公开申请数量", "规章", "\0", "９", "<img>",
    "<td hidden>", "2023年政府信息公开工作年度报告", "<th style='display:none'>",
]  # fmt: skip


@FEW
@given(st.integers(0, 10**6))
def test_mutated_pages_are_refused_or_read(seed):
    """Pieces cut out, doubled, moved and put in at random: never another exception, never a number from nowhere."""
    chance = random.Random(seed)
    text = FILES["report.html"].decode()
    for _ in range(chance.randint(1, 12)):
        start = chance.randrange(len(text))
        end = min(len(text), start + chance.randint(0, 400))
        text = text[:start] + chance.choice(["", text[start:end] * 2, chance.choice(PIECES)]) + text[end:]
    outcome(text.encode(), "report.html")


# The command


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


def checked(capsys, *arguments):
    with pytest.raises(SystemExit) as ended:
        call_command("check_report", *arguments)
    return ended.value.code, capsys.readouterr().out.splitlines()


def test_a_sound_page_passes(tmp_path, capsys):
    page = published.web(published.all_rows(tables_of_case(CASES[2])[2]), year=2024)

    code, lines = checked(capsys, written(tmp_path, "a.html", page))

    assert code == 0
    assert [line for line in lines if " 错误 " in line] == []


def test_a_page_with_a_stroke_is_told_cell_by_cell(tmp_path, capsys):
    rows = published.all_rows(tables_of_case(CASES[3])[2])
    rows["requests"] = published.at(rows["requests"], "requests.new.other", text="/")

    code, lines = checked(capsys, written(tmp_path, "a.html", published.web(rows)))

    words = "requests.new.other 一、本年新收政府信息公开申请数量·其他：填的是“/”，不是数字"
    assert code == 1
    assert f"READ 说明 {words}" in lines
    assert f"B-NONNEG 错误 {words}" in lines


def test_last_year_may_be_of_another_kind(tmp_path, capsys):
    tables = tables_of_case(CASES[0])[2]
    page = written(tmp_path, "a.html", published.web(published.all_rows(tables)))
    before = written(tmp_path, "b.docx", published.word(published.all_rows(tables)))

    code, lines = checked(capsys, page, "--previous", before, "--level", "city")

    assert code == 1
    assert any(line.startswith("B-CARRY 错误 requests.carried_in.total") for line in lines)
    assert not any(line.startswith("A-RULE") for line in lines)


def test_rules_on_the_level_wait_for_a_level_that_nobody_knows(tmp_path, capsys):
    page = published.web(published.all_rows(tables_of_case(CASES[0])[2]), name="示例市人民政府")

    _, lines = checked(capsys, written(tmp_path, "a.html", page))
    _, as_county = checked(capsys, written(tmp_path, "a.html", page), "--level", "county")

    assert any("看不出机关级别" in line for line in lines)
    assert not any(line.startswith("A-RULE") for line in lines)
    assert any(line.startswith("A-RULE 错误") for line in as_county)


def test_a_missing_table_is_one_fault(tmp_path, capsys):
    rows = published.all_rows(tables_of_case(CASES[3])[2]) | {"requests": "<img src=a.png>"}

    code, lines = checked(capsys, written(tmp_path, "a.html", published.web(rows)))

    assert code == 1
    assert [line for line in lines if line.startswith("STRUCT")] == [
        "STRUCT 错误 requests 没有读到“收到和处理政府信息公开申请情况”表"
    ]
    assert not any(line.startswith("B-NONNEG") for line in lines)


@pytest.mark.parametrize("name", ["none.html", "a.pdf"])
def test_what_cannot_be_read_ends_with_2(tmp_path, name):
    written(tmp_path, "a.pdf", b"%PDF-1.7")

    with pytest.raises(CommandError) as refused:
        call_command("check_report", str(tmp_path / name))

    assert refused.value.returncode == 2


# Damaged tables


APART_ROWS = published.all_rows(APART)
DAMAGES = {
    "lost": lambda row, at: row[:at] + row[at + 1 :],
    "twice": lambda row, at: row[: at + 1] + row[at:],
    "blank": lambda row, at: [*row[:at], replace(row[at], text=""), *row[at + 1 :]],
    "taller": lambda row, at: [*row[:at], replace(row[at], rowspan=row[at].rowspan + 2), *row[at + 1 :]],
    "wider": lambda row, at: [*row[:at], replace(row[at], colspan=row[at].colspan + 1), *row[at + 1 :]],
    "no spans": lambda row, at: [*row[:at], replace(row[at], rowspan=1, colspan=1), *row[at + 1 :]],
    "shifted": lambda row, at: [*row[:at], published.Cell(""), *row[at:]],
}


@settings(FEW, max_examples=60)
@given(st.data())
def test_a_damaged_table_is_read_in_part_or_not_but_never_wrongly(data):
    rows = {key: [list(row) for row in made] for key, made in APART_ROWS.items()}
    table = data.draw(st.sampled_from(sorted(rows)))
    number = data.draw(st.integers(0, len(rows[table]) - 1))
    at = data.draw(st.integers(0, len(rows[table][number]) - 1))
    damage = data.draw(st.sampled_from(sorted(DAMAGES)))
    rows[table][number] = DAMAGES[damage](rows[table][number], at)

    reading = read(published.web(rows), "a.html")

    right = Sheet(APART)
    assert [code for code in CELLS if reading.value(code) not in (None, right.raw(code))] == []
    assert {code for code in CELLS if reading.value(code) is None} <= set(reading.unread)


@pytest.mark.parametrize("table", APART_ROWS)
def test_a_lost_row_moves_no_number(table):
    for number in range(len(APART_ROWS[table])):
        rows = APART_ROWS | {table: APART_ROWS[table][:number] + APART_ROWS[table][number + 1 :]}
        reading = read(published.web(rows), "a.html")
        right = Sheet(APART)
        wrong = [code for code in CELLS if reading.value(code) not in (None, right.raw(code))]
        assert wrong == [], APART_ROWS[table][number][0].text
