"""The self-check as a workbook: the columns, the indicators, and what was found row by row."""

from collections.abc import Iterable
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

from disclosures.dates import told
from disclosures.inspection.check import Inspection, rows_under
from disclosures.inspection.indicators import Subject
from disclosures.inspection.scope import scope_of

LISTED = 500  # rows of an indicator in the workbook; the rest is on its page
FILL = PatternFill("solid", fgColor="DCE6F1")
COLUMNS = (
    ("栏目", 24),
    ("栏目类型", 22),
    ("对应条例项", 40),
    ("最后更新", 18),
    ("期限（天）", 12),
    ("剩余（天）", 12),
    ("状态", 16),
    ("今年条数", 12),
)
INDICATORS = (("类别", 12), ("指标", 36), ("数量", 10), ("限值", 14), ("结果", 12), ("说明", 60), ("依据（参考）", 60))
FAULTS = (("指标", 36), ("名称", 60), ("日期", 18), ("怎样处理", 40))


def write(file: IO[bytes] | str, inspection: Inspection) -> None:
    """Writes the workbook; one query an indicator that found something."""
    book = Workbook(write_only=True)
    book.properties.creator = inspection.agency.name
    book.properties.title = f"{inspection.agency.name}信息公开专栏自查表"
    _sheet(book, "栏目更新情况", COLUMNS, _columns(inspection))
    _sheet(book, "自查指标", INDICATORS, _indicators(inspection))
    _sheet(book, "问题清单", FAULTS, _faults(inspection))
    book.save(file)


def _sheet(book: Workbook, name: str, headers: tuple[tuple[str, int], ...], rows: Iterable[list[Any]]) -> None:
    page = book.create_sheet(name)
    page.freeze_panes = "A2"
    page.print_title_rows = "1:1"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    for place, (_, width) in enumerate(headers):
        page.column_dimensions["ABCDEFGH"[place]].width = width
    head = [_cell(page, title) for title, _ in headers]
    for cell in head:
        cell.font, cell.fill = Font(bold=True), FILL
    page.append(head)
    for row in rows:
        page.append([_cell(page, value) for value in row])


def _cell(page: Any, value: Any) -> Any:
    cell = WriteOnlyCell(page, value)
    if isinstance(value, str):
        cell.data_type = "s"  # a title that begins with = is no formula
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell


def _columns(inspection: Inspection) -> Iterable[list[Any]]:
    for state in inspection.columns:
        column = state.column
        yield [
            "　" * column.depth + column.name,
            column.get_kind_display(),
            column.get_article_20_display(),
            told(state.last) or "没有内容",
            state.limit,
            state.left,
            state.light.words,
            state.this_year,
        ]


def _indicators(inspection: Inspection) -> Iterable[list[Any]]:
    for finding in inspection.findings:
        indicator = finding.indicator
        threshold = f"{finding.threshold}{indicator.unit}" if finding.threshold else ""
        basis = finding.note or indicator.basis
        result = (finding.count, threshold, finding.light.words, finding.words)
        yield [indicator.weight.value, indicator.title, *result, basis]


def _faults(inspection: Inspection) -> Iterable[list[Any]]:
    scope = scope_of(inspection.agency, inspection.day)
    for finding in inspection.faults:
        indicator = finding.indicator
        if not finding.count:
            continue
        day = {Subject.ITEM: "published_on", Subject.DOCUMENT: "issued_on"}.get(indicator.subject)
        for row in rows_under(indicator.code, scope)[:LISTED]:
            yield [indicator.title, str(row), told(getattr(row, day)) if day else "", indicator.remedy]
        if finding.count > LISTED:
            yield [indicator.title, f"另有{finding.count - LISTED}条，请在更新监测页面查看", "", ""]
