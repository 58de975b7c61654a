"""Reports as other offices publish them: tables with their oddities, as web pages, Word documents and workbooks."""

from dataclasses import dataclass, replace
from html import escape
from io import BytesIO

from docx import Document
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from openpyxl import Workbook

from reports.cells import DISPUTES, PROACTIVE, REQUESTS
from reports.figures import Figures
from reports.rendering.html import printed

NAME, YEAR = "示例市示例区应急管理局", 2023


@dataclass(frozen=True)
class Cell:
    text: str
    rowspan: int = 1
    colspan: int = 1
    code: str = ""
    raw: str = ""  # markup instead of the text
    attributes: str = ""


def rows_of(table, tables):
    """The printed rows of one statutory table with its numbers, to be made odd."""
    shown = printed(table, Figures(YEAR, tables))
    return [
        [Cell(cell.text, cell.rowspan, cell.colspan, cell.code) for cell in row] for row in (*shown.head, *shown.body)
    ]


def all_rows(tables):
    return {table.key: rows_of(table, tables) for table in (PROACTIVE, REQUESTS, DISPUTES)}


def changed(rows, change):
    """Every cell through ``change``, which gives a cell, several, or none."""
    found = []
    for row in rows:
        line = []
        for cell in row:
            made = change(cell)
            line += made if isinstance(made, list) else [made] if made is not None else []
        found.append(line)
    return found


def texts(rows, change):
    return changed(rows, lambda cell: replace(cell, text=change(cell.text)))


def at(rows, code, **changes):
    return changed(rows, lambda cell: replace(cell, **changes) if cell.code == code else cell)


def find(rows, text):
    """Number of the first row that has a cell whose text ends so."""
    return next(number for number, row in enumerate(rows) if any(cell.text.endswith(text) for cell in row))


# Writers


def table_html(rows, *, cell="td", attributes="border=1"):
    lines = []
    for row in rows:
        cells = []
        for each in row:
            spans = f' rowspan="{each.rowspan}"' if each.rowspan != 1 else ""
            spans += f' colspan="{each.colspan}"' if each.colspan != 1 else ""
            cells.append(f"<{cell}{spans} {each.attributes}>{each.raw or escape(each.text)}</{cell}>")
        lines.append("<tr>" + "".join(cells) + "</tr>")
    return f"<table {attributes}>" + "\n".join(lines) + "</table>"


OVERVIEW = (
    "2023年，本机关认真贯彻落实条例。（一）主动公开。全年通过政府网站发布信息86条。（二）依申请公开。按规定办理。"
)
PROBLEMS = "公开内容不够丰富。下一步将加强学习。"
OTHER = "本年度未收取政府信息公开信息处理费。"
HEADS = {
    "proactive": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
}


def body_html(tables_html, *, name=NAME, year=YEAR, overview=OVERVIEW):
    """The article: ``tables_html`` maps a table's key to its markup."""
    return f"""<h1>{name}{year}年政府信息公开工作年度报告</h1>
<p>本报告由总体情况、主动公开政府信息情况、收到和处理政府信息公开申请情况、政府信息公开行政复议、行政诉讼情况、
存在的主要问题及改进情况、其他需要报告的事项六部分组成。所列数据的统计期限自{year}年1月1日起至{year}年12月31日止。</p>
<p>一、总体情况</p><p>{overview}</p>
<p>{HEADS["proactive"]}</p>{tables_html.get("proactive", "")}
<p>{HEADS["requests"]}</p>{tables_html.get("requests", "")}
<p>{HEADS["disputes"]}</p>{tables_html.get("disputes", "")}
<p>五、存在的主要问题及改进情况</p><p>{PROBLEMS}</p>
<p>六、其他需要报告的事项</p><p>{OTHER}</p>
<p>{name}</p><p>{year + 1}年1月18日</p>"""


def page(body, *, charset="utf-8", title="年度报告-示例市示例区人民政府"):
    return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}">
<title>{title}</title><style>td {{padding: 1px}}</style><script>var 表 = "<td>9</td>";</script></head><body>
<div class="nav"><a href="#">首页</a> &gt; <a href="#">政府信息公开年报</a></div>
<div class="article">{body}</div>
<div class="foot"><p>主办单位：示例区人民政府办公室</p><p>示ICP备00000000号</p></div></body></html>"""


def web(rows, *, charset="utf-8", **options):
    """A page with the three tables; ``rows``: key → rows, or markup as it is."""
    tables = {key: made if isinstance(made, str) else table_html(made) for key, made in rows.items()}
    return page(body_html(tables, **options), charset=charset).encode(charset, "xmlcharrefreplace")


def word(rows, *, nested=False, vertical=True):
    """A document with the three tables; cells merged as Word does it."""
    document = Document()
    document.add_paragraph(f"{NAME}")
    document.add_paragraph(f"{YEAR}年政府信息公开工作年度报告")
    document.add_paragraph("一、总体情况")
    document.add_paragraph(OVERVIEW)
    for key, head in HEADS.items():
        document.add_paragraph(head)
        if key in rows:
            _word_table(document.add_table(1, 1).cell(0, 0) if nested else document, rows[key], vertical)
    document.add_paragraph("五、存在的主要问题及改进情况")
    document.add_paragraph(PROBLEMS)
    document.add_paragraph("六、其他需要报告的事项")
    document.add_paragraph(OTHER)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def placed(rows):
    """(row, column) → (cell, its first row, its first column), for rows whose spans are right."""
    places = {}
    for number, row in enumerate(rows):
        column = 0
        for cell in row:
            while (number, column) in places:
                column += 1
            for down in range(cell.rowspan):
                for right in range(cell.colspan):
                    places[number + down, column + right] = (cell, number, column)
    return places


def _word_table(container, rows, merged):
    places = placed(rows)
    width = 1 + max(column for _, column in places)
    lines = []
    for number in range(len(rows)):
        cells, column = [], 0
        while column < width:
            cell, top, left = places.get((number, column), (Cell(""), number, column))
            text = escape(cell.text) if (top, left) == (number, column) else ""
            span = cell.colspan if merged else 1
            tall = merged and cell.rowspan > 1
            merge = f'<w:vMerge w:val="{"restart" if top == number else "continue"}"/>' if tall else ""
            cells.append(
                f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>'
                f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p></w:tc>'
            )
            column += span
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    grid = "<w:gridCol/>" * width
    table = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>")
    inner = getattr(container, "_tc", None)
    if inner is None:
        container.element.body.insert(len(container.element.body) - 1, table)
    else:
        inner.insert(len(inner) - 1, table)


def strike(cell, text):
    """A text that a revision has deleted, in a cell of a Word table."""
    run = cell.paragraphs[0].add_run()._r
    gone = OxmlElement("w:del")
    inner = OxmlElement("w:r")
    told = OxmlElement("w:delText")
    told.text = text
    inner.append(told)
    gone.append(inner)
    run.addprevious(gone)
    assert gone.tag == qn("w:del")


def book(rows, *, one_sheet=False, merge=True, offset=0):
    """A workbook with the three tables; numbers as numbers, blanks as nothing."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "年报"
    sheet["A1"] = f"{NAME}{YEAR}年政府信息公开工作年度报告"
    line = 3
    for key, made in rows.items():
        if not one_sheet and key != "proactive":
            sheet = workbook.create_sheet(key)
            line = 2
        for (number, column), (cell, top, left) in placed(made).items():
            if (top, left) != (number, column):
                continue
            target = sheet.cell(line + number, 1 + offset + column)
            target.value = _value(cell)
            if merge and (cell.rowspan, cell.colspan) != (1, 1):
                sheet.merge_cells(
                    start_row=line + number,
                    start_column=1 + offset + column,
                    end_row=line + number + cell.rowspan - 1,
                    end_column=offset + column + cell.colspan,
                )
        line += len(made) + 2
    buffer = BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def _value(cell):
    if cell.code and cell.text.isascii() and cell.text.replace(".", "", 1).isdigit():
        return float(cell.text) if "." in cell.text else int(cell.text)
    return cell.text
