"""Reading reports made elsewhere: each oddity of published reports, with what must come of it."""

import copy
import re
from dataclasses import replace
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from reports.cells import CELLS, OUTCOME_ROWS, REQUEST_COLUMNS
from reports.checks import Sheet
from reports.reading import Unreadable, read, words
from reports.reading.reading import blank_tables
from tests.reports import published
from tests.reports.builders import CASES, tables_of_case
from tests.reports.published import Cell, at, body_html, changed, find, page, table_html, texts, web

LIVELY = tables_of_case(CASES[0])[2]  # many different numbers: a cell read in the wrong place shows
COLUMN_KEYS = [column.key for column in REQUEST_COLUMNS]
VARIANTS = {}


@pytest.fixture
def tables():
    return copy.deepcopy(LIVELY)


def variant(made):
    VARIANTS[made.__name__] = made
    return made


class Odd:
    """A file and what is expected of it: ``blank`` cells have no number, ``says`` are words of notes or faults."""

    def __init__(self, data, name="report.html", *, blank=(), says=(), faults=0, missing=(), values=None):
        self.data, self.name = data, name
        self.blank, self.says, self.faults, self.missing = set(blank), says, faults, missing
        self.values = values or {}


def row_codes(row):
    return [f"requests.{row}.{column}" for column in COLUMN_KEYS]


def lively():
    return published.all_rows(copy.deepcopy(LIVELY))


def with_rows(**rows):
    return web(lively() | rows)


# Shapes of the file


@variant
def plain_page():
    return Odd(web(lively()))


@variant
def page_with_header_cells():
    return Odd(web({key: table_html(rows, cell="th") for key, rows in lively().items()}))


@variant
def gb2312_declared():
    return Odd(web(lively(), charset="gb2312"))


@variant
def gbk_but_declares_utf8():
    return Odd(web(lively()).decode().encode("gbk"))


@variant
def gb18030_without_declaration():
    return Odd(web(lively()).decode().replace("charset=utf-8", "").encode("gb18030"))


@variant
def utf8_but_declares_gb2312():
    return Odd(web(lively()).decode().replace("charset=utf-8", "charset=gb2312").encode())


@variant
def utf8_with_a_mark_and_a_stray_byte():
    return Odd(b"\xef\xbb\xbf" + web(lively()) + b"\xff<!-- -->")


@variant
def utf16():
    return Odd(web(lively()).decode().encode("utf-16"))


@variant
def xhtml_with_a_declaration():
    return Odd(b'<?xml version="1.0" encoding="GB2312"?>' + web(lively()))


@variant
def page_saved_as_xls():
    return Odd(web(lively()), "年报.xls")


@variant
def single_file_page():
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    head += "Content-Type: text/html; charset=gbk\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return Odd(head.encode() + web(lively(), charset="gbk") + b"\r\n--b--\r\n", "年报.mht")


@variant
def word_document():
    return Odd(published.word(lively()), "年报.docx")


@variant
def word_document_without_an_ending():
    return Odd(published.word(lively()), "年报")


@variant
def word_tables_inside_a_table():
    return Odd(published.word(lively(), nested=True), "年报.docx")


@variant
def word_cells_not_merged():
    return Odd(published.word(lively(), vertical=False), "年报.docx")


@variant
def workbook_of_three_sheets():
    return Odd(published.book(lively()), "年报.xlsx")


@variant
def workbook_of_one_sheet():
    return Odd(published.book(lively(), one_sheet=True, offset=1), "年报.xlsx")


@variant
def workbook_cells_not_merged():
    return Odd(published.book(lively(), one_sheet=True, merge=False), "年报.xlsx")


@variant
def layout_tables_around():
    inner = {key: table_html(rows) for key, rows in lively().items()}
    article = f"<table><tr><td>{body_html(inner)}</td></tr></table>"
    return Odd(page(f"<table><tr><td>菜单<br>一、总体情况</td><td>{article}</td></tr></table>").encode())


@variant
def nothing_closed():
    made = {key: table_html(rows).replace("</td>", "").replace("</tr>", "") for key, rows in lively().items()}
    return Odd(web(made))


@variant
def rows_without_a_table_body_and_upper_case():
    made = {key: table_html(rows).replace("<td", "<TD").replace("<tr", "\n<TR") for key, rows in lively().items()}
    return Odd(web(made))


@variant
def paragraphs_and_spans_in_cells():
    def dress(cell):
        half = len(cell.text) // 2
        text = cell.text if cell.code else cell.text[:half] + "<br/>" + cell.text[half:]
        return replace(cell, raw=f'<p class=MsoNormal>\n<span lang="EN-US">{text}</span><o:p></o:p>\n</p>')

    return Odd(web({key: changed(rows, dress) for key, rows in lively().items()}))


@variant
def blanks_that_are_not_seen():
    return Odd(
        web({key: texts(rows, lambda text: f"\u00a0\u200b{text}\u3000\n\ufeff") for key, rows in lively().items()})
    )


@variant
def a_number_that_nests_a_table():
    def dress(cell):
        return replace(cell, raw=f"<table><tr><td>{cell.text}</td></tr></table>") if cell.code else cell

    return Odd(web({key: changed(rows, dress) for key, rows in lively().items()}))


# Labels


@variant
def labels_without_numbers_and_punctuation():
    def bare(cell):
        text = re.sub(r"^(?:（?[一二三四五六七]）|[一二三四]、|[1-8]\.)", "", cell.text)
        return cell if cell.code else replace(cell, text=re.sub(r"[（）、.“”，：]", "", text))

    rows = lively()
    rows["requests"] = changed(rows["requests"], bare)
    return Odd(web(rows))


@variant
def labels_in_other_signs():
    def other(text):
        for mine, theirs in (("（", "("), ("）", ")"), ("、", "，"), (".", "．"), ("“", '"'), ("”", '"')):
            text = text.replace(mine, theirs)
        return text

    return Odd(web({key: texts(rows, other) for key, rows in lively().items()}))


@variant
def labels_with_blanks_inside():
    return Odd(
        web(
            {
                key: changed(rows, lambda c: c if c.code else replace(c, text=" ".join(c.text)))
                for key, rows in lively().items()
            }
        )
    )


@variant
def labels_a_little_otherwise():
    words = {
        "其他法律行政法规禁止公开": "其他法律、行政法规等禁止公开",
        "行政规范性文件": "规范性文件",
        "结果维持": "维持",
        "结果纠正": "纠正",
        "其他结果": "其他",
        "尚未审结": "未审结",
        "本年制发件数": "本年制修发件数",
        "3.其他": "3．其它",
    }

    def other(text):
        for mine, theirs in words.items():
            text = text.replace(mine, theirs)
        return text

    return Odd(web({key: texts(rows, other) for key, rows in lively().items()}), says=["略有不同"])


@variant
def labels_run_together():
    """Each row one label: group and row in one cell, no merged cells; each column one label too."""
    rows = lively()["requests"]
    body = [row for row in rows if any(cell.code for cell in row)]
    head = ["", *(f"{'法人或其他组织' if 0 < n < 6 else ''}{c.label}" for n, c in enumerate(REQUEST_COLUMNS))]
    group = ""
    made = [[Cell(text) for text in head]]
    for row in body:
        labels = [cell.text for cell in row if not cell.code]
        if len(labels) > 1 or labels[0].startswith(("（", "一", "二", "四")):
            group = "".join(labels[:-1]) or group
            made.append([Cell("".join(labels)), *[cell for cell in row if cell.code]])
        else:
            made.append([Cell(group + labels[0]), *[cell for cell in row if cell.code]])
    return Odd(with_rows(requests=made))


@variant
def header_of_one_row():
    rows = lively()["requests"]
    body = [row for row in rows if any(cell.code for cell in row)]
    head = [Cell("申请情况", colspan=3), *(Cell(column.label) for column in REQUEST_COLUMNS)]
    return Odd(with_rows(requests=[head, *body]))


@variant
def header_without_row_spans():
    """The second and third header row then begin at the left edge; the order of the labels is still plain."""
    rows = lively()["requests"]
    head = find(rows, "一、本年新收政府信息公开申请数量")
    return Odd(with_rows(requests=[[replace(c, rowspan=1) for c in row] for row in rows[:head]] + rows[head:]))


@variant
def columns_in_another_order():
    rows = lively()["requests"]
    head = [Cell("项目", colspan=3), Cell("总计"), *(Cell(column.label) for column in REQUEST_COLUMNS[:-1])]
    body = [
        [c for c in row if not c.code] + [row[-1]] + [c for c in row[:-1] if c.code] for row in rows if row[-1].code
    ]
    return Odd(with_rows(requests=[head, *body]))


# Spans and splits


@variant
def row_spans_too_long():
    def longer(cell):
        return replace(cell, rowspan=cell.rowspan + 3) if cell.rowspan > 1 and "（" in cell.text[:1] else cell

    return Odd(with_rows(requests=changed(lively()["requests"], longer)))


@variant
def row_spans_lost():
    return Odd(
        with_rows(
            requests=changed(
                lively()["requests"],
                lambda c: replace(c, rowspan=1) if c.rowspan > 1 and not c.text.startswith(("（本列", "自然")) else c,
            )
        )
    )


@variant
def spans_past_the_table():
    def longer(cell):
        return replace(cell, rowspan=500) if cell.text.startswith(("三、", "复议后")) else cell

    return Odd(web({key: changed(rows, longer) for key, rows in lively().items()}))


@variant
def split_by_page_breaks():
    rows = lively()["requests"]
    cuts = [0, find(rows, "3.危及“三安全一稳定”"), find(rows, "2.重复申请"), len(rows)]
    pieces = [table_html(rows[a:b]) for a, b in zip(cuts, cuts[1:], strict=False)]
    return Odd(with_rows(requests="<p>—2—</p>".join(pieces)))


@variant
def split_with_the_header_again():
    rows = lively()["requests"]
    cut = find(rows, "2.重复申请")
    pieces = table_html(rows[:cut]) + table_html([*rows[:3], *rows[cut:]])
    return Odd(with_rows(requests=pieces))


@variant
def header_again_within_the_table():
    rows = lively()["requests"]
    cut = find(rows, "1.信访举报投诉类申请")
    return Odd(with_rows(requests=[*rows[:cut], *rows[:3], *rows[cut:]]))


@variant
def header_in_a_table_of_its_own():
    rows = lively()["requests"]
    return Odd(with_rows(requests=table_html(rows[:3]) + table_html(rows[3:])))


@variant
def proactive_table_split_in_bands():
    rows = lively()["proactive"]
    bands = [n for n, row in enumerate(rows) if row[0].text.startswith("第二十条")] + [len(rows)]
    return Odd(
        with_rows(
            proactive="".join(table_html(rows[a:b]) for a, b in zip(bands, bands[1:], strict=False)),
        )
    )


@variant
def a_trailing_blank_column():
    return Odd(web({key: [[*row, Cell("")] for row in rows] for key, rows in lively().items()}))


@variant
def an_empty_first_column():
    return Odd(web({key: [[Cell(""), *row] for row in rows] for key, rows in lively().items()}))


@variant
def empty_rows_between():
    return Odd(web({key: [line for row in rows for line in (row, [])] for key, rows in lively().items()}))


@variant
def all_in_one_table():
    rows = [row for made in lively().values() for row in made]
    return Odd(with_rows(proactive=table_html(rows), requests="", disputes=""))


# Disputes


def numbers_of_disputes():
    return [cell.text for cell in lively()["disputes"][-1] if cell.code]


RESULTS = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]


@variant
def disputes_in_the_header_of_the_form():
    head = [
        [Cell("行政复议", colspan=5), Cell("行政诉讼", colspan=10)],
        [*(Cell(r, rowspan=2) for r in RESULTS), Cell("未经复议直接起诉", colspan=5), Cell("复议后起诉", colspan=5)],
        [Cell(r) for r in RESULTS * 2],
        [Cell(n) for n in numbers_of_disputes()],
    ]
    return Odd(with_rows(disputes=head))


@variant
def disputes_with_spans_lost():
    head = [
        [Cell("行政复议"), Cell("行政诉讼")],
        [*(Cell(r) for r in RESULTS), Cell("未经复议直接起诉"), Cell("复议后起诉")],
        [Cell(r) for r in RESULTS * 2],
        [Cell(n) for n in numbers_of_disputes()],
    ]
    return Odd(with_rows(disputes=head))


@variant
def disputes_in_two_tables():
    n = numbers_of_disputes()
    review = [[Cell("行政复议", colspan=5)], [Cell(r) for r in RESULTS], [Cell(x) for x in n[:5]]]
    suits = [
        [Cell("行政诉讼", colspan=10)],
        [Cell("未经复议直接起诉", colspan=5), Cell("复议后起诉", colspan=5)],
        [Cell(r) for r in RESULTS * 2],
        [Cell(x) for x in n[5:]],
    ]
    return Odd(with_rows(disputes=table_html(review) + "<p>　</p>" + table_html(suits)))


@variant
def disputes_on_their_side():
    n = iter(numbers_of_disputes())
    groups = [("行政复议", ""), ("行政诉讼", "未经复议直接起诉"), ("", "复议后起诉")]
    rows = []
    for outer, inner in groups:
        for place, result in enumerate(RESULTS):
            labels = [Cell(outer, rowspan=10 if inner else 5, colspan=1 if inner else 2)] if outer and not place else []
            labels += [Cell(inner, rowspan=5)] if inner and not place else []
            rows.append([*labels, Cell(result), Cell(next(n))])
    return Odd(with_rows(disputes=rows))


@variant
def disputes_a_group_each_row():
    n = numbers_of_disputes()
    rows = [[Cell("类型"), *(Cell(r) for r in RESULTS)]]
    for place, group in enumerate(("行政复议", "未经复议直接起诉", "复议后起诉")):
        rows.append([Cell(group), *(Cell(x) for x in n[5 * place : 5 * place + 5])])
    return Odd(with_rows(disputes=rows))


@variant
def disputes_with_a_label_that_reaches_under_the_next_group():
    """A word processor that splits its columns finely writes such pages."""
    wide = {4: 2}
    head = [
        [Cell("行政复议", colspan=5, rowspan=2), Cell("行政诉讼", colspan=11)],
        [Cell("未经复议直接起诉", colspan=6), Cell("复议后起诉", colspan=5)],
        [Cell(r, colspan=wide.get(n, 1)) for n, r in enumerate(RESULTS * 3)],
        [Cell(x, colspan=wide.get(n, 1)) for n, x in enumerate(numbers_of_disputes())],
    ]
    return Odd(with_rows(disputes=head))


@variant
def disputes_merged_across_columns():
    made = changed(
        lively()["disputes"],
        lambda c: (
            None
            if c.code == "disputes.review.corrected"
            else replace(c, colspan=2)
            if c.code == "disputes.review.upheld"
            else c
        ),
    )
    blank = ["disputes.review.upheld", "disputes.review.corrected"]
    return Odd(with_rows(disputes=made), blank=blank, says=["合并"])


@variant
def disputes_with_a_title_row():
    rows = [[Cell("因政府信息公开工作被申请行政复议、提起行政诉讼情况", colspan=15)], *lively()["disputes"]]
    return Odd(with_rows(disputes=rows))


@variant
def suits_not_divided():
    head = [
        [Cell("行政复议", colspan=5), Cell("行政诉讼", colspan=5)],
        [Cell(r) for r in RESULTS * 2],
        [Cell(x) for x in numbers_of_disputes()[:10]],
    ]
    suits = [code for code in CELLS if code.startswith("disputes.litigation")]
    return Odd(with_rows(disputes=head), blank=suits)


# Numbers


@variant
def numbers_in_wide_digits():
    wide = {ord(str(n)): chr(ord("０") + n) for n in range(10)}
    rows = {
        key: changed(made, lambda c: replace(c, text=c.text.translate(wide)) if c.code else c)
        for key, made in lively().items()
    }
    return Odd(web(rows), says=["全角数字"])


@variant
def numbers_with_separators_and_units():
    rows = lively()
    rows["proactive"] = at(rows["proactive"], "proactive.licensing", text="447,228件")
    rows["proactive"] = at(rows["proactive"], "proactive.penalties", text="3，985，758")
    rows["requests"] = at(rows["requests"], "requests.new.natural_person", text="3001.00")
    rows["proactive"] = at(rows["proactive"], "proactive.fees_wan_yuan", text="96171.6万元")
    return Odd(web(rows), says=["千分位", "小数位", "单位“件”"])


UNREADABLE = {
    "": "空白",
    "&nbsp;": "空白",
    "/": "填的是“/”",
    "／": "填的是“／”",
    "-": "填的是“-”",
    "—": "填的是“—”",
    "——": "填的是“——”",
    "无": "填的是“无”",
    "零": "填的是“零”",
    "3宗": "单位是“宗”",
    "约3": "填的是“约3”",
    "3.5": "不是整数",
    "1 2": "中间有空格",
    "1,2": "1,2",
    "3²": "3²",
    "*": "填的是“*”",
}


@variant
def cells_that_are_no_number():
    rows = lively()
    blank = []
    codes = iter(code for code in CELLS if code.startswith("requests.") and code.endswith(".other"))
    for raw in UNREADABLE:
        code = next(codes)
        rows["requests"] = at(rows["requests"], code, text=raw, raw=raw)
        blank.append(code)
    return Odd(web(rows), blank=blank, says=list(UNREADABLE.values()))


@variant
def a_picture_and_a_hidden_number():
    rows = lively()
    rows["requests"] = at(rows["requests"], "requests.new.other", raw='<img src="3.png" alt="3">')
    rows["requests"] = at(rows["requests"], "requests.new.total", attributes='style="visibility:hidden"')
    return Odd(web(rows), blank=["requests.new.other", "requests.new.total"], says=["图片", "隐藏"])


@variant
def cells_not_displayed():
    rows = lively()
    rows["requests"] = [[Cell("9", attributes='style="display: none"'), *row] for row in rows["requests"]]
    return Odd(web(rows), says=["看不到的单元格"])


@variant
def numbers_merged_across_columns():
    rows = lively()["requests"]
    made = changed(
        rows,
        lambda c: (
            None
            if c.code == "requests.new.commercial_enterprise"
            else replace(c, colspan=2)
            if c.code == "requests.new.natural_person"
            else c
        ),
    )
    return Odd(
        with_rows(requests=made),
        blank=["requests.new.natural_person", "requests.new.commercial_enterprise"],
        says=["合并"],
    )


@variant
def numbers_merged_across_rows():
    rows = lively()["requests"]
    made = changed(
        rows,
        lambda c: (
            None
            if c.code == "requests.carried_in.other"
            else replace(c, rowspan=2)
            if c.code == "requests.new.other"
            else c
        ),
    )
    return Odd(with_rows(requests=made), blank=["requests.new.other", "requests.carried_in.other"], says=["合并"])


@variant
def a_number_too_few_in_a_row():
    made = changed(lively()["requests"], lambda c: None if c.code == "requests.granted.other" else c)
    return Odd(
        with_rows(requests=made),
        # Which of the seven is lacking cannot be told; by their places the last six are under other columns.
        blank=row_codes("granted"),
        says=["对不上"],
    )


# Lines that are not of the form


@variant
def subtotal_rows():
    rows = lively()["requests"]
    cut = find(rows, "1.本机关不掌握相关政府信息")
    extra = [Cell("小计"), *(Cell(str(n)) for n in range(7))]
    return Odd(with_rows(requests=[*rows[:cut], extra, *rows[cut:]]), says=["小计"], faults=1)


@variant
def a_subtotal_column():
    rows = lively()["requests"]
    head = [Cell("", colspan=3), *(Cell(c.label) for c in REQUEST_COLUMNS[:-1]), Cell("小计"), Cell("总计")]
    body = [[*row[:-1], Cell("99"), row[-1]] for row in rows if row[-1].code]
    return Odd(with_rows(requests=[head, *body]), says=["多了一列“小计”"], faults=1)


@variant
def missing_rows():
    rows = lively()["requests"]
    made = [row for row in rows if not any(cell.text == "4.无正当理由大量反复申请" for cell in row)]
    return Odd(with_rows(requests=made), blank=row_codes("excessive"), says=["表中没有这一格"])


@variant
def a_missing_total_column():
    made = changed(lively()["requests"], lambda c: None if c.code.endswith(".total") or c.text == "总计" else c)
    return Odd(
        with_rows(requests=made),
        blank=[code for code in CELLS if code.startswith("requests.") and code.endswith(".total")],
        says=["没有“总计”这一列"],
    )


@variant
def two_rows_of_disputes():
    rows = lively()["disputes"]
    return Odd(with_rows(disputes=[*rows, [replace(cell, text="7") for cell in rows[-1]]]), says=["多了一行"], faults=1)


@variant
def last_years_table_too():
    rows = lively()["requests"]
    blank = changed(rows, lambda c: replace(c, text="") if c.code else c)
    other = changed(rows, lambda c: replace(c, text="1") if c.code and "total" not in c.code else c)
    return Odd(with_rows(requests=table_html(blank) + table_html(rows) + table_html(other)), says=["有2张"])


@variant
def figures_in_the_text_are_no_table():
    table = table_html([[Cell("类型"), Cell("件数")], [Cell("予以公开"), Cell("7")], [Cell("其他"), Cell("8")]])
    return Odd(web(lively(), overview=published.OVERVIEW + table))


@variant
def a_table_as_picture():
    codes = [code for code in CELLS if code.startswith("requests.")]
    return Odd(
        with_rows(requests='<p><img src="table2.jpg"></p>'), blank=codes, missing=("requests",), says=["只有图片"]
    )


@variant
def a_missing_table():
    codes = [code for code in CELLS if code.startswith("disputes.")]
    return Odd(with_rows(disputes=""), blank=codes, missing=("disputes",), says=["没有找到"])


@variant
def fees_in_yuan():
    rows = lively()
    rows["proactive"] = texts(rows["proactive"], lambda text: text.replace("单位：万元", "单位：元"))
    return Odd(web(rows), blank=["proactive.fees_wan_yuan"], says=["没有换算"])


@variant
def proactive_cells_not_merged():
    """Single numbers under the first of three columns, the others blank."""
    rows = lively()["proactive"]
    made = [
        [part for cell in row for part in ([replace(cell, colspan=1)] + [Cell("")] * (cell.colspan - 1))]
        for row in rows
    ]
    return Odd(with_rows(proactive=made))


# The form of 2019


def old_proactive(**row):
    def three(label, *numbers):
        return [Cell(label), *(Cell(str(n)) for n in numbers)]

    projects = ["上一年项目数量", "本年增/减", "处理决定数量"]
    return [
        [Cell("第二十条第（一）项", colspan=4)],
        [Cell(t) for t in ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")],
        three("规章", 1, 2, 3),
        three("规范性文件", 4, 5, 6),
        [Cell("第二十条第（五）项", colspan=4)],
        [Cell(t) for t in ("信息内容", *projects)],
        three("行政许可", 30, "-2", 447228),
        three("其他对外管理服务事项", 7, 0, 99),
        [Cell("第二十条第（六）项", colspan=4)],
        [Cell(t) for t in ("信息内容", *projects)],
        three("行政处罚", 8, 0, 3985758),
        three("行政强制", 9, "+1", 88283),
        [Cell("第二十条第（八）项", colspan=4)],
        [Cell("信息内容"), Cell("上一年项目数量"), Cell("本年增/减", colspan=2)],
        [Cell("行政事业性收费"), Cell("5"), Cell("0", colspan=2)],
        [Cell("第二十条第（九）项", colspan=4)],
        [Cell("信息内容"), Cell("采购项目数量"), Cell("采购总金额", colspan=2)],
        [Cell("政府集中采购"), Cell("3"), Cell("12.5万元", colspan=2)],
    ]


def old_requests():
    rows = lively()["requests"]
    first = find(rows, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请")
    made = [*rows[:first], [Cell("（六）其他处理", colspan=2), *(Cell(str(n)) for n in range(7))], *rows[first + 3 :]]
    return changed(made, lambda c: replace(c, rowspan=20) if c.text.startswith("三、") else c)


OLD_BLANK = [
    *(code for code in CELLS if code.startswith("proactive.") and code.count(".") == 2),
    "proactive.fees_wan_yuan",
    *(code for row in ("correction_lapsed", "fee_lapsed", "other_handling") for code in row_codes(row)),
]


@variant
def form_of_2019_in_its_time():
    rows = {"proactive": old_proactive(), "requests": old_requests(), "disputes": lively()["disputes"]}
    return Odd(
        web(rows, year=2020), blank=OLD_BLANK, says=["2019年格式没有“本年制发件数”", "合为一行", "用的是2019年格式"]
    )


@variant
def form_of_2019_after_its_time():
    rows = {"proactive": old_proactive(), "requests": old_requests(), "disputes": lively()["disputes"]}
    return Odd(web(rows), blank=OLD_BLANK, says=["应使用国办公开办函〔2021〕30号的格式"], faults=1)


@pytest.mark.parametrize("name", VARIANTS)
def test_an_oddity_is_read_as_it_should(name):
    odd = VARIANTS[name]()

    reading = read(odd.data, odd.name)

    expected = {code: None if code in odd.blank else Sheet(LIVELY).raw(code) for code in CELLS} | odd.values
    found = {code: reading.value(code) for code in CELLS}
    wrong = {code: (found[code], expected[code]) for code in CELLS if found[code] != expected[code]}
    told = [note.message for note in reading.notes] + [fault.message for fault in reading.faults]
    assert wrong == {}, told
    assert reading.missing == odd.missing
    assert len(reading.faults) == odd.faults, reading.faults
    for said in odd.says:
        assert any(said in message for message in told), (said, told)
    unnoted = {code for code in odd.blank if code.split(".")[0] not in odd.missing} - set(reading.unread)
    assert unnoted == set(), "cells without a number and without a word why"
    if not odd.says and not odd.blank:
        assert [note.message for note in reading.notes if note.kind != "text"] == []


def test_shape_of_what_is_read_is_the_open_format():
    assert {code for code in CELLS if Sheet(blank_tables()).raw(code) is None} == set(CELLS) and set(
        blank_tables()["requests"]
    ) >= set(OUTCOME_ROWS)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
@pytest.mark.parametrize("write", [web, published.word, published.book], ids=["web", "word", "book"])
def test_real_numbers_come_back(path, write):
    tables = tables_of_case(path)[2]

    assert read(write(published.all_rows(tables)), "report").tables == tables


def test_title_year_level_and_text_are_read(tables):
    reading = read(web(published.all_rows(tables)), "年报.html")

    assert (reading.agency, reading.level, reading.year) == (published.NAME, "department", 2023)
    assert reading.narrative == {
        "overview": published.OVERVIEW,
        "problems": published.PROBLEMS,
        "other": published.OTHER,
    }


MENU = "".join(f"<li>示例市示例区应急管理局{year}年政府信息公开工作年度报告</li>" for year in (2025, 2024, 2022))


def test_a_menu_of_other_years_does_not_mislead():
    data = web(lively()).decode().replace('<div class="nav">', f'<div class="nav"><ul>{MENU}</ul>').encode()

    assert read(data, "a.html").year == 2023


def test_two_years_in_one_report_are_told():
    data = web(lively()).decode().replace("自2023年1月1日起至2023年12月31日", "自2022年1月1日起至2022年12月31日")

    reading = read(data.encode(), "a.html")

    assert reading.year == 2023
    assert any("标题写的是2023年，统计期限是2022年" in note.message for note in reading.notes)


@pytest.mark.parametrize(
    ("title", "agency", "level", "year"),
    [
        ("示例县财政局2023年政府信息公开工作年度报告", "示例县财政局", "department", 2023),
        ("2023年示例镇政府信息公开工作年度报告", "示例镇", "township", 2023),
        ("示例区人民政府示例街道办事处2021年度政府信息公开年报", "示例区人民政府示例街道办事处", "township", 2021),
        ("示例市人民政府二〇二二年政府信息公开工作年度报告", "示例市人民政府", None, 2022),
        ("关于示例省示例厅２０２４年度政府信息公开工作年度报告", "示例省示例厅", "department", 2024),
        ("2022年上海市政府信息公开工作年度报告", "上海市", "province", 2022),
        ("示例州示例县人民政府2023年政府信息公开工作年度报告-示例网", "示例州示例县人民政府", "county", 2023),
        ("国家示例局2023年政府信息公开工作年度报告", "国家示例局", "ministry", 2023),
        ("信息公开年报", "", None, None),
    ],
)
def test_titles(title, agency, level, year):
    tables = "".join(map(table_html, lively().values()))

    reading = read(page(f"<h1>{title}</h1>{tables}").encode(), "a.html")

    assert (reading.agency, reading.level, reading.year) == (agency, level, year)


def test_a_heading_run_into_its_text():
    body = "<p>一、总体情况 2023年，本机关发布信息3条。</p><p>二、主动公开政府信息情况</p>"

    reading = read(page(body + "".join(map(table_html, lively().values()))).encode(), "a.html")

    assert reading.narrative == {"overview": "2023年，本机关发布信息3条。"}


def test_a_folded_part_is_read_and_told():
    data = web(lively()).decode().replace('<div class="article">', '<div class="article" style="display:none">')

    reading = read(data.encode(), "a.html")

    assert reading.tables == LIVELY
    assert any("收起的部分" in note.message for note in reading.notes)


def test_a_report_of_2020_in_the_form_of_its_time_is_sound():
    """What the form of 2019 does not have is no fault of it."""
    tables = copy.deepcopy(LIVELY)
    rows = published.all_rows(tables)
    data = web(rows | {"proactive": old_proactive(), "requests": old_requests()}, year=2020, name="示例市人民政府")

    failed = [result for result in read(data, "a.html").check(level="city") if result.holds is False]

    assert [result.id for result in failed if result.id in ("B-NONNEG", "STRUCT", "B-BAL")] == []


def test_deleted_text_of_a_word_document_is_not_read():
    document = Document(BytesIO(published.word(lively())))
    cell = document.tables[1].cell(3, 3)
    published.strike(cell, "9")
    buffer = BytesIO()
    document.save(buffer)

    assert read(buffer.getvalue(), "a.docx").tables == LIVELY


def test_a_formula_without_a_result_is_told():
    workbook = load_workbook(BytesIO(published.book(lively())))
    sheet = workbook["requests"]
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == 3119)
    place.value = "=SUM(D1:I1)"
    buffer = BytesIO()
    workbook.save(buffer)

    with pytest.raises(Unreadable, match="J5是还没有计算结果的公式"):
        read(buffer.getvalue(), "a.xlsx")


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("00", 0), ("１２", 12), ("1,234", 1234), ("12.00", 12), ("-3", -3), ("3件", 3), ("一", None),
     ("٣", None), ("1e3", None), ("3（件）", None), ("3+4", None), ("0x1", None), ("1" * 16, None), ("－", None),
     ("〇", None)],
)  # fmt: skip
def test_counts_as_written(text, value):
    assert words.whole(text).value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", "0"),
        ("0.5", "0.5"),
        ("12.340", "12.340"),
        ("1,234.5", "1234.5"),
        ("3万元", "3"),
        ("3元", None),
        ("", None),
    ],
)
def test_amounts_as_written(text, value):
    assert words.money(text).value == value


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "a.html", "空的"),
        (b"%PDF-1.7 ...", "a.pdf", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "旧格式"),
        (b"PK\x03\x04" + b"\0" * 100, "a.docx", "文件"),
        (b"PK\x03\x04" + b"\0" * 100, "a.xlsx", "文件"),
        (b"hello", "a.txt", "不认识"),
        (b"{", "a.json", "不是JSON文件"),
        (b"[" * 100_000, "a.json", "不是JSON文件"),
        (b"{}", "a.json", "缺少 tables"),
        (b"<html><body><p>x</p></body></html>", "a.html", "没有找到年度报告的表格"),
        (b" " * 11_000_000 + b"x", "a.html", "超过10MB"),
        ("<p>三、收到和处理政府信息公开申请情况</p><img src=a.png>".encode(), "a.html", "表格是图片"),
        (b"<table><tr><td colspan=100000>1</td></tr></table>", "a.html", "横跨100000列"),
        (b"<table>" + b"<tr>" + b"<td colspan=1000 rowspan=9999>1</td>" * 5 + b"<tr>" * 500, "a.html", "过大"),
        (b"<table><tr>" + b"<td>1" * 70_000, "a.html", "超过20000格"),
        (b"<div>" * 250_000, "a.html", "过于复杂"),
        (b"<div>" * 5_000 + b"x", "a.html", "嵌套太深"),
        (b"<table><tr><td>" * 40 + b"x", "a.html", "嵌套太深"),
    ],
)
def test_what_is_no_report_is_refused_with_the_reason(data, name, words):
    with pytest.raises(Unreadable, match=words):
        read(data, name)
