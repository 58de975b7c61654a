"""What a file of the report says of itself: its day, its standing, its name. Never who made it or when."""

import re
from datetime import date

from disclosures.printing.text import printable
from reports.document import ReportDocument

DRAFT = "草稿"
# Forbidden in file names by one system or another; a dot at the front hides a file, one at the end is lost.
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f\x7f]+')
LONGEST_AGENCY = 50  # characters: a name may have 255 bytes, and a Chinese character has three


def day_of(document: ReportDocument) -> date:
    """The day in the properties: never the day the file was made, which would differ each time."""
    return document.issued_on or document.signed_on or date(document.year, 12, 31)


def standing(document: ReportDocument) -> str:
    return DRAFT if document.is_draft else "已定稿"


def edition(version: int) -> str:
    """（更正版） of every version but the first."""
    return "（更正版）" if version > 1 else ""


def file_stem(agency: str, year: int, *, version: int = 1, is_draft: bool = False) -> str:
    """示例局2022年政府信息公开工作年度报告（草稿）: fit for every system, without an ending."""
    name = NOT_IN_NAMES.sub("", printable(agency)).strip(".")[:LONGEST_AGENCY] or "本机关"
    draft = f"（{DRAFT}）" if is_draft else ""
    return f"{name}{year}年政府信息公开工作年度报告{edition(version)}{draft}"
