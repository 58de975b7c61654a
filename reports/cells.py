"""The three statutory tables, declared once (国办公开办函〔2021〕30号).

Every rendering, check, figure and drill-down reads this declaration; no table is laid out twice. A cell's code never
changes: ``proactive.regulations.issued``, ``requests.granted.natural_person``, ``disputes.review.upheld``.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from disclosures.models import (
    AdministrativeDecision,
    Agency,
    DecisionKind,
    DocumentKind,
    FeeCollection,
    NormativeDocument,
)
from requests_app.enums import ApplicantKind, DisputeKind, DisputeResult
from requests_app.models import DisclosureRequest, Dispute
from requests_app.outcomes import outcomes_in_row

Records = Callable[[Agency, int], QuerySet[Any]]
Path = tuple[str | None, ...]


@dataclass(frozen=True)
class Line:
    """A row or a column: its key, its printed labels from the outermost in, and the article it comes from.

    All paths of a table have one length; ``None`` continues the label before it (a merged cell).
    """

    key: str
    path: Path
    article: str = ""

    @property
    def label(self) -> str:
        """The innermost label, without its number."""
        return [part for part in self.path if part][-1]

    @property
    def full_label(self) -> str:
        return "".join(part for part in self.path if part)


@dataclass(frozen=True)
class Cell:
    """A printed number: its code, the lines it stands on, and the records it counts.

    ``weight``: the field whose sum is the number, where it is not the number of records.
    """

    code: str
    row: Line
    column: Line
    records: Records
    is_total: bool = False
    weight: str = ""

    @property
    def label(self) -> str:
        return f"{self.row.full_label}·{self.column.label}"

    @property
    def is_money(self) -> bool:
        return self.weight == "amount"

    @property
    def unit(self) -> str:
        return "万元" if self.is_money else "件"


@dataclass(frozen=True)
class Heading:
    """A header cell of the printed grid; ``scope`` as in HTML (col, row, colgroup…)."""

    text: str
    scope: str
    rowspan: int = 1
    colspan: int = 1


@dataclass(frozen=True)
class Slot:
    """Where the number of a cell is printed."""

    code: str
    colspan: int = 1


GridRow = tuple[Heading | Slot, ...]


@dataclass(frozen=True)
class Table:
    """A statutory table: name, heading of its part, cells in reading order and the printed grid."""

    key: str
    title: str
    cells: tuple[Cell, ...]
    head: tuple[GridRow, ...]
    body: tuple[GridRow, ...]
    widths: int


# Laying out: merged header cells follow from the paths.


def _blocks(paths: Sequence[Path]) -> Iterator[tuple[int, int, str, int, int]]:
    """(line, depth, label, lines spanned, depths spanned) for each label that starts a header cell."""
    for line, path in enumerate(paths):
        for depth, label in enumerate(path):
            prefix = path[: depth + 1]
            if label is None or (line and paths[line - 1][: depth + 1] == prefix):
                continue
            lines = 1
            while line + lines < len(paths) and paths[line + lines][: depth + 1] == prefix:
                lines += 1
            depths = 1
            while depth + depths < len(path) and path[depth + depths] is None:
                depths += 1
            yield line, depth, label, lines, depths


def _head(columns: Sequence[Line], corner: Heading | None = None) -> tuple[GridRow, ...]:
    rows: list[list[Heading | Slot]] = [[] for _ in columns[0].path]
    if corner:
        rows[0].append(corner)
    for _, depth, label, width, height in _blocks([column.path for column in columns]):
        rows[depth].append(Heading(label, "colgroup" if width > 1 else "col", height, width))
    return tuple(map(tuple, rows))


def _body(rows: Sequence[Line], columns: Sequence[Line], table: str) -> tuple[GridRow, ...]:
    lines: list[list[Heading | Slot]] = [[] for _ in rows]
    for line, _, label, height, width in _blocks([row.path for row in rows]):
        lines[line].append(Heading(label, "rowgroup" if height > 1 else "row", height, width))
    for row, line_cells in zip(rows, lines, strict=True):
        line_cells.extend(Slot(f"{table}.{row.key}.{column.key}") for column in columns)
    return tuple(map(tuple, lines))


# Table A: 二、主动公开政府信息情况 (条例 Art. 20 items 1, 5, 6, 8).


@dataclass(frozen=True)
class Band:
    """A full-width strip of Table A with columns of its own."""

    title: str
    columns: tuple[Line, ...]
    rows: tuple[Line, ...]


DOCUMENT_COLUMNS = (
    Line("issued", ("本年制发件数",)),
    Line("repealed", ("本年废止件数",)),
    Line("in_force", ("现行有效件数",)),
)
DECISION_COLUMNS = (Line("", ("本年处理决定数量",)),)
FEE_COLUMNS = (Line("", ("本年收费金额（单位：万元）",)),)

BANDS = (
    Band(
        "第二十条第（一）项",
        DOCUMENT_COLUMNS,
        (
            Line("regulations", ("规章",), "第二十条第（一）项"),
            Line("normative_documents", ("行政规范性文件",), "第二十条第（一）项"),
        ),
    ),
    Band("第二十条第（五）项", DECISION_COLUMNS, (Line("licensing", ("行政许可",), "第二十条第（五）项"),)),
    Band(
        "第二十条第（六）项",
        DECISION_COLUMNS,
        (
            Line("penalties", ("行政处罚",), "第二十条第（六）项"),
            Line("coercion", ("行政强制",), "第二十条第（六）项"),
        ),
    ),
    Band("第二十条第（八）项", FEE_COLUMNS, (Line("fees_wan_yuan", ("行政事业性收费",), "第二十条第（八）项"),)),
)
INFORMATION_CONTENT = "信息内容"
DOCUMENT_KINDS = {"regulations": DocumentKind.REGULATION, "normative_documents": DocumentKind.NORMATIVE}
DECISION_KINDS = {
    "licensing": DecisionKind.LICENCE,
    "penalties": DecisionKind.PENALTY,
    "coercion": DecisionKind.COERCION,
}


def _documents(row: Line, column: Line) -> Records:
    kind = DOCUMENT_KINDS[row.key]

    def records(agency: Agency, year: int) -> QuerySet[Any]:
        documents = NormativeDocument.objects.of(agency).filter(kind=kind)
        return {
            "issued": lambda: documents.issued_in(year),
            "repealed": lambda: documents.repealed_in(year),
            "in_force": lambda: documents.in_force_on(date(year, 12, 31)),
        }[column.key]()

    return records


def _decisions(row: Line) -> Records:
    kind = DECISION_KINDS[row.key]
    return lambda agency, year: AdministrativeDecision.objects.of(agency).made_in(year).filter(kind=kind)


def _fees(agency: Agency, year: int) -> QuerySet[Any]:
    return FeeCollection.objects.of(agency).collected_in(year)


def _proactive_cell(row: Line, column: Line) -> Cell:
    if row.key in DOCUMENT_KINDS:
        return Cell(f"proactive.{row.key}.{column.key}", row, column, _documents(row, column))
    if row.key in DECISION_KINDS:
        return Cell(f"proactive.{row.key}", row, column, _decisions(row), weight="quantity")
    return Cell(f"proactive.{row.key}", row, column, _fees, weight="amount")


def _proactive_rows() -> Iterator[GridRow]:
    for band in BANDS:
        span = len(DOCUMENT_COLUMNS) // len(band.columns)
        yield (Heading(band.title, "colgroup", 1, 1 + len(DOCUMENT_COLUMNS)),)
        yield (
            Heading(INFORMATION_CONTENT, "col"),
            *(Heading(column.label, "col", 1, span) for column in band.columns),
        )
        for row in band.rows:
            slots = (Slot(_proactive_cell(row, column).code, span) for column in band.columns)
            yield (Heading(row.label, "row"), *slots)


PROACTIVE = Table(
    key="proactive",
    title="主动公开政府信息情况",
    cells=tuple(_proactive_cell(row, column) for band in BANDS for row in band.rows for column in band.columns),
    head=(),
    body=tuple(_proactive_rows()),
    widths=4,
)


# Table B: 三、收到和处理政府信息公开申请情况.

CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_APPLICANTS = "申请人情况"
_ORGANISATIONS = "法人或其他组织"
TOTAL = "total"

REQUEST_COLUMNS = (
    Line("natural_person", (_APPLICANTS, "自然人", None)),
    Line("commercial_enterprise", (_APPLICANTS, _ORGANISATIONS, "商业企业")),
    Line("research_institution", (_APPLICANTS, _ORGANISATIONS, "科研机构")),
    Line("public_welfare", (_APPLICANTS, _ORGANISATIONS, "社会公益组织")),
    Line("legal_service", (_APPLICANTS, _ORGANISATIONS, "法律服务机构")),
    Line("other", (_APPLICANTS, _ORGANISATIONS, "其他")),
    Line(TOTAL, (_APPLICANTS, "总计", None)),
)

_RESULTS = "三、本年度办理结果"
_REFUSED = "（三）不予公开"
_UNABLE = "（四）无法提供"
_NOT_HANDLED = "（五）不予处理"
_OTHERWISE = "（六）其他处理"

REQUEST_ROWS = (
    Line("new", ("一、本年新收政府信息公开申请数量", None, None), "第二十九条、第三十一条"),
    Line("carried_in", ("二、上年结转政府信息公开申请数量", None, None)),
    Line("granted", (_RESULTS, "（一）予以公开", None), "第三十六条第（一）、（二）项"),
    Line("partial", (_RESULTS, "（二）部分公开（区分处理的，只计这一情形，不计其他情形）", None), "第三十七条"),
    Line("state_secret", (_RESULTS, _REFUSED, "1.属于国家秘密"), "第十四条"),
    Line("prohibited_by_law", (_RESULTS, _REFUSED, "2.其他法律行政法规禁止公开"), "第十四条"),
    Line("security_stability", (_RESULTS, _REFUSED, "3.危及“三安全一稳定”"), "第十四条"),
    Line("third_party", (_RESULTS, _REFUSED, "4.保护第三方合法权益"), "第十五条、第三十二条"),
    Line("internal_affairs", (_RESULTS, _REFUSED, "5.属于三类内部事务信息"), "第十六条第一款"),
    Line("process_information", (_RESULTS, _REFUSED, "6.属于四类过程性信息"), "第十六条第二款"),
    Line("enforcement_file", (_RESULTS, _REFUSED, "7.属于行政执法案卷"), "第十六条第二款"),
    Line("administrative_query", (_RESULTS, _REFUSED, "8.属于行政查询事项"), "第三十六条第（七）项"),
    Line("not_held", (_RESULTS, _UNABLE, "1.本机关不掌握相关政府信息"), "第三十六条第（四）、（五）项"),
    Line("needs_creation", (_RESULTS, _UNABLE, "2.没有现成信息需要另行制作"), "第三十八条"),
    Line("still_unclear", (_RESULTS, _UNABLE, "3.补正后申请内容仍不明确"), "第三十条"),
    Line("petition", (_RESULTS, _NOT_HANDLED, "1.信访举报投诉类申请"), "第三十九条第一款"),
    Line("repeated", (_RESULTS, _NOT_HANDLED, "2.重复申请"), "第三十六条第（六）项"),
    Line("publication", (_RESULTS, _NOT_HANDLED, "3.要求提供公开出版物"), "第三十九条第二款"),
    Line("excessive", (_RESULTS, _NOT_HANDLED, "4.无正当理由大量反复申请"), "第三十五条"),
    Line("reconfirmation", (_RESULTS, _NOT_HANDLED, "5.要求行政机关确认或重新出具已获取信息")),
    Line(
        "correction_lapsed",
        (_RESULTS, _OTHERWISE, "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
        "第三十条",
    ),
    Line(
        "fee_lapsed",
        (_RESULTS, _OTHERWISE, "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
        "第四十二条",
    ),
    Line("other_handling", (_RESULTS, _OTHERWISE, "3.其他")),
    Line("answered_total", (_RESULTS, "（七）总计", None)),
    Line("carried_out", ("四、结转下年度继续办理", None, None)),
)
OUTCOME_ROWS = tuple(row.key for row in REQUEST_ROWS if row.path[0] == _RESULTS and row.key != "answered_total")
# 予以公开, 部分公开, 不予公开…: the groups of the form → the rows in each, as texts add them up.
OUTCOME_GROUPS: dict[str, tuple[str, ...]] = {}
for _row in REQUEST_ROWS:
    if _row.key in OUTCOME_ROWS:
        _name = re.sub(r"（.*?）", "", str(_row.path[1]))
        OUTCOME_GROUPS[_name] = (*OUTCOME_GROUPS.get(_name, ()), _row.key)


def _requests(row: Line, column: Line) -> Records:
    def records(agency: Agency, year: int) -> QuerySet[Any]:
        requests = DisclosureRequest.objects.of(agency)
        if column.key != TOTAL:
            requests = requests.filter(applicant_kind=ApplicantKind(column.key))
        if row.key in OUTCOME_ROWS:
            return requests.answered_in(year).filter(outcome__in=outcomes_in_row(row.key))
        return {
            "new": lambda: requests.received_in(year),
            "carried_in": lambda: requests.carried_into(year),
            "answered_total": lambda: requests.answered_in(year),
            "carried_out": lambda: requests.carried_out_of(year),
        }[row.key]()

    return records


REQUESTS = Table(
    key="requests",
    title="收到和处理政府信息公开申请情况",
    cells=tuple(
        Cell(
            f"requests.{row.key}.{column.key}",
            row,
            column,
            _requests(row, column),
            is_total=TOTAL in (row.key, column.key) or row.key == "answered_total",
        )
        for row in REQUEST_ROWS
        for column in REQUEST_COLUMNS
    ),
    head=_head(REQUEST_COLUMNS, Heading(CORNER, "col", 3, 3)),
    body=_body(REQUEST_ROWS, REQUEST_COLUMNS, "requests"),
    widths=3 + len(REQUEST_COLUMNS),
)


# Table C: 四、政府信息公开行政复议、行政诉讼情况.

_SUITS = "行政诉讼"
DISPUTE_GROUPS: dict[str, Path] = {
    "review": ("行政复议", None),
    "litigation_direct": (_SUITS, "未经复议直接起诉"),
    "litigation_after_review": (_SUITS, "复议后起诉"),
}
DISPUTE_RESULTS = {
    "upheld": "结果维持",
    "corrected": "结果纠正",
    "other": "其他结果",
    "pending": "尚未审结",
    TOTAL: "总计",
}
DISPUTE_COLUMNS = tuple(
    Line(f"{group}.{result}", (*path, label))
    for group, path in DISPUTE_GROUPS.items()
    for result, label in DISPUTE_RESULTS.items()
)
_CASES = Line("disputes", ("件数",))


def _disputes(group: str, result: str) -> Records:
    def records(agency: Agency, year: int) -> QuerySet[Any]:
        disputes = Dispute.objects.of(agency).filter(kind=DisputeKind(group))
        if result == "pending":
            return disputes.pending_after(year)
        if result == TOTAL:
            return disputes.counted_in(year)
        return disputes.concluded_in(year).filter(result=DisputeResult(result))

    return records


DISPUTES = Table(
    key="disputes",
    title="政府信息公开行政复议、行政诉讼情况",
    cells=tuple(
        Cell(
            f"disputes.{group}.{result}",
            _CASES,
            Line(f"{group}.{result}", (*path, label)),
            _disputes(group, result),
            is_total=result == TOTAL,
        )
        for group, path in DISPUTE_GROUPS.items()
        for result, label in DISPUTE_RESULTS.items()
    ),
    head=_head(DISPUTE_COLUMNS),
    body=(tuple(Slot(f"disputes.{column.key}") for column in DISPUTE_COLUMNS),),
    widths=len(DISPUTE_COLUMNS),
)

TABLES = (PROACTIVE, REQUESTS, DISPUTES)
CELLS: dict[str, Cell] = {cell.code: cell for table in TABLES for cell in table.cells}


def parts_of(code: str) -> tuple[str, ...]:
    """The cells of which ``code`` is the sum, side by side or one below another; none where it is counted itself.

    The grand total of Table B (七)·总计 is taken along its row.
    """
    table, *_ = path = code.split(".")
    if table == "requests" and path[2] == TOTAL:
        return tuple(f"requests.{path[1]}.{column.key}" for column in REQUEST_COLUMNS if column.key != TOTAL)
    if table == "requests" and path[1] == "answered_total":
        return tuple(f"requests.{row}.{path[2]}" for row in OUTCOME_ROWS)
    if table == "disputes" and path[2] == TOTAL:
        return tuple(f"disputes.{path[1]}.{result}" for result in DISPUTE_RESULTS if result != TOTAL)
    return ()


def label_of(code: str) -> str:
    """How a cell is called to a person: 三、本年度办理结果（一）予以公开·自然人."""
    cell = CELLS.get(code)
    if cell is None:
        return code
    if code.startswith("disputes."):
        return "·".join(part for part in cell.column.path if part)
    return cell.label
