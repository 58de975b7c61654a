"""The cells of a rendered report, found again by the labels that stand beside and above them: no layout is shared."""

import json
import re
from io import BytesIO

from docx import Document
from lxml import html as lxml_html
from openpyxl import load_workbook
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from reports.cells import (
    DISPUTE_COLUMNS,
    DISPUTE_GROUPS,
    DISPUTE_RESULTS,
    DOCUMENT_COLUMNS,
    REQUEST_COLUMNS,
    REQUEST_ROWS,
    TABLES,
)

PROACTIVE_ROWS = {
    "规章": "regulations",
    "行政规范性文件": "normative_documents",
    "行政许可": "licensing",
    "行政处罚": "penalties",
    "行政强制": "coercion",
    "行政事业性收费": "fees_wan_yuan",
}


def squeezed(path):
    """Labels from the outermost in, a merged one once."""
    return tuple(label for place, label in enumerate(path) if label and (not place or label != path[place - 1]))


def cells_of(grids):
    """code → printed text, from the three tables as full grids (a merged cell repeated wherever it reaches)."""
    proactive, requests, disputes = grids
    found = {}
    for row in proactive:
        if key := PROACTIVE_ROWS.get(row[0]):
            columns = (
                [column.key for column in DOCUMENT_COLUMNS] if key in ("regulations", "normative_documents") else [""]
            )
            for column, text in zip(columns, row[1:], strict=False):
                found[f"proactive.{key}.{column}".rstrip(".")] = text
    heads = [squeezed([row[column] for row in requests[:3]]) for column in range(3, 10)]
    labels = [squeezed(row[:3]) for row in requests]
    for row in REQUEST_ROWS:
        line = requests[labels.index(squeezed(row.path))]
        for column in REQUEST_COLUMNS:
            found[f"requests.{row.key}.{column.key}"] = line[3 + heads.index(squeezed(column.path))]
    heads = [squeezed([row[column] for row in disputes[:3]]) for column in range(15)]
    for column in DISPUTE_COLUMNS:
        found[f"disputes.{column.key}"] = disputes[3][heads.index(squeezed(column.path))]
    return found


def from_docx(content):
    tables = Document(BytesIO(content)).tables
    return cells_of([_rows([cell.text for cell in table._cells], len(table.columns)) for table in tables])


def _rows(flat, width):
    return [flat[start : start + width] for start in range(0, len(flat), width)]


def from_xlsx(content):
    """The values kept beside the formulas, as one library sees them; the other must see the same."""
    book = load_workbook(BytesIO(content), data_only=True)
    grids = [_merged(book[table.title]) for table in TABLES]
    other = CalamineWorkbook.from_filelike(BytesIO(content))
    for table, grid in zip(TABLES, grids, strict=True):
        seen = other.get_sheet_by_name(table.title).to_python()
        for row, line in enumerate(seen):
            for column, value in enumerate(line):
                if isinstance(value, float):
                    assert _text(value) == grid[row][column]
    return cells_of([grid[2:] for grid in grids])


def _merged(sheet):
    grid = [[_text(cell.value) for cell in row] for row in sheet.iter_rows()]
    for area in sheet.merged_cells.ranges:
        for row in range(area.min_row, area.max_row + 1):
            for column in range(area.min_col, area.max_col + 1):
                grid[row - 1][column - 1] = grid[area.min_row - 1][area.min_col - 1]
    return grid


def _text(value):
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def from_html(content):
    page = lxml_html.fromstring(content.decode())
    return cells_of([_spanned(table) for table in page.iter("table")])


def _spanned(table):
    places = {}
    rows = list(table.iter("tr"))
    for row, line in enumerate(rows):
        column = 0
        for cell in line.iterchildren("th", "td"):
            if "aside" in cell.get("class", ""):
                continue
            while (row, column) in places:
                column += 1
            for down in range(int(cell.get("rowspan", 1))):
                for along in range(int(cell.get("colspan", 1))):
                    places[row + down, column + along] = cell.text_content()
            column += int(cell.get("colspan", 1))
    width = max(column for _, column in places) + 1
    return [[places[row, column] for column in range(width)] for row in range(len(rows))]


def from_json(content):
    tables, found = json.loads(content)["tables"], {}

    def walk(code, value):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(f"{code}.{key}", inner)
        else:
            found[code] = "" if value is None else str(value)

    for key, table in tables.items():
        walk(key, table)
    return found


def lines_in_pdf(content, figures):
    """Rows of the tables that the PDF's text does not hold as label and numbers, one after the other."""
    text = "".join("".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)
    rows = [("规章", "proactive.regulations"), ("行政规范性文件", "proactive.normative_documents")]
    expected = [
        label + "".join(str(figures[f"{code}.{column.key}"]) for column in DOCUMENT_COLUMNS) for label, code in rows
    ]
    expected += [f"{label}{figures[f'proactive.{key}']}" for label, key in list(PROACTIVE_ROWS.items())[2:]]
    expected += [
        row.label + "".join(str(figures[f"requests.{row.key}.{column.key}"]) for column in REQUEST_COLUMNS)
        for row in REQUEST_ROWS
    ]
    expected.append(
        "".join(str(figures[f"disputes.{group}.{result}"]) for group in DISPUTE_GROUPS for result in DISPUTE_RESULTS)
    )
    return [line for line in expected if re.sub(r"\s", "", line) not in text]


READERS = {"docx": from_docx, "xlsx": from_xlsx, "html": from_html, "json": from_json}
