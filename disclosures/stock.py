"""现行有效规范性文件: the documents in force on a day, by the question that Table A's 现行有效件数 asks."""

from dataclasses import dataclass
from datetime import date
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from disclosures.dates import told
from disclosures.models import Agency, NormativeDocument

TITLE = "现行有效规范性文件"
COLUMNS = (
    ("序号", 8),
    ("标题", 60),
    ("发文字号", 24),
    ("文件类别", 16),
    ("制发日期", 14),
    ("失效日期", 14),
    ("有效性", 10),
)


@dataclass(frozen=True)
class Standing:
    document: NormativeDocument
    validity: str


def on(agency: Agency, day: date) -> list[Standing]:
    """The agency's documents in force on ``day``, rules first, newest first; one query."""
    found = NormativeDocument.objects.of(agency).in_force_on(day).order_by("-kind", "-issued_on", "-pk")
    return [Standing(document, document.validity_on(day).label) for document in found]


def workbook(agency: Agency, day: date, rows: list[Standing]) -> bytes:
    """The list as a workbook; text is typed as text, so no formula leaves."""
    book = Workbook(write_only=True)
    book.properties.creator = agency.name
    page = book.create_sheet("现行有效")
    for place, (_, width) in enumerate(COLUMNS, start=1):
        page.column_dimensions[get_column_letter(place)].width = width
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.freeze_panes, page.print_title_rows = "A3", "1:2"

    def cell(value: object, *, bold: bool = False) -> WriteOnlyCell:
        if isinstance(value, str):  # a title pasted from elsewhere may hold signs that no workbook takes
            value = ILLEGAL_CHARACTERS_RE.sub("", value)
        made = WriteOnlyCell(page, value)
        if isinstance(value, str):
            made.data_type = "s"
        if isinstance(value, date):
            made.number_format = "yyyy-mm-dd"
        made.font, made.alignment = Font(bold=bold), Alignment(vertical="center", wrap_text=True)
        return made

    page.append([cell(f"{agency.name}{TITLE}（截至{told(day)}，共{len(rows)}件）", bold=True)])
    page.append([cell(name, bold=True) for name, _ in COLUMNS])
    for number, row in enumerate(rows, start=1):
        found = row.document
        values = (
            number, found.title, found.number, found.get_kind_display(), found.issued_on, found.lapsed_on, row.validity
        )  # fmt: skip
        page.append([cell(value) for value in values])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def file_name(agency: Agency, day: date) -> str:
    return f"{agency.name}{TITLE}（{day:%Y%m%d}）.xlsx"
