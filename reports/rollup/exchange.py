"""Opening a report that another installation issued: the JSON of the open format, or the package that holds it.

What cannot be added up exactly as it was issued is refused here, each fault in words of its own. Whether the report
belongs where it was handed in is asked in ``deliveries``.
"""

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import IO, Any

from django.core.exceptions import ValidationError

from disclosures.gate.files.container import Container, TooBig
from disclosures.gate.files.content import Unreadable
from reports import checks, narrative, schema, strict_json
from reports.cells import CELLS, label_of
from reports.document import NARRATIVE_PARTS, SCHEMA, PartText, ReportDocument, SectionText
from reports.figures import Figures
from reports.models import ReportState
from reports.sealing.digests import digest_of_file

MEGABYTES = 10
MOST = MEGABYTES * 1024 * 1024  # bytes, of the upload and of the report inside a package
MOST_PARTS = 100  # files in a package
LARGEST = 10**12  # no count of any agency comes near it
MONEY = re.compile(r"[0-9]{1,12}(\.[0-9]{1,6})?")
NAMED, LONGEST = 3, 200  # faults told at once, and characters of each
RESULT = ("id", "level", "holds", "cell", "message")
AGAIN = "请让报送机关重新下载交换文件，原样报送"

# Beyond what the schema asks of any report.
NEEDED: dict[str, type | tuple[type, ...]] = {
    "agency": dict,
    "year": int,
    "status": str,
    "issued_on": (str, type(None)),
    "tables": dict,
    "counts": dict,
    "narrative": dict,
    "checks": list,
    "sealed": (str, type(None)),
    "digest": (str, type(None)),
}


def opened(file: IO[bytes]) -> dict[str, Any]:
    """The issued report in ``file``, whole and unchanged since. Raises ``ValidationError``."""
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise ValidationError(f"文件超过{MEGABYTES}MB，年度报告的交换文件没有这么大，请核对是否选错了文件")
    report = _from_package(data) if data.startswith(b"PK") else _parsed(data)
    _require_members(report)
    _require_issued(report)
    if digest_of_file(report) != report["digest"]:
        raise ValidationError(f"校验码不符：内容与定稿时不一致，可能被改动过，或者没有传完。{AGAIN}")
    _require_numbers(report["tables"])
    if faults := schema.validate(report):
        raise ValidationError(["交换文件的内容不对", *faults[:NAMED], AGAIN])
    return report


def document_of(content: Mapping[str, Any]) -> ReportDocument:
    """A delivered report to be shown and printed: its text by part; preamble and charts are not handed in."""
    issued_on = date.fromisoformat(content["issued_on"]) if content["issued_on"] else None
    by_number = {
        number: SectionText(key, "", tuple(filter(None, content["narrative"].get(key, "").splitlines())))
        for number, key in NARRATIVE_PARTS.items()
    }
    return ReportDocument(
        agency_code=content["agency"]["code"],
        agency_name=content["agency"]["name"],
        agency_level=content["agency"]["level"],
        status=content["status"],
        issued_on=issued_on,
        signed_on=issued_on,
        figures=Figures(content["year"], content["tables"], content["counts"]),
        preamble=(),
        parts=tuple(
            PartText(part.number, part.heading, part.table, (by_number[part.number],))
            if part.number in by_number
            else PartText(part.number, part.heading, part.table, ())
            for part in narrative.OUTLINE
        ),
        results=tuple(checks.Result(**{key: each.get(key, "") for key in RESULT}) for each in content["checks"]),
        charts=(),
        digest=content["digest"],
    )


def _from_package(data: bytes) -> dict[str, Any]:
    try:
        package = Container(io.BytesIO(data), most_entries=MOST_PARTS)
        entries = [entry for entry in package.entries if entry.filename.lower().endswith(".json")]
        if any(entry.file_size > MOST for entry in entries):
            raise TooBig
        found = [_parsed(package.read(entry)) for entry in entries]
    except TooBig:
        raise ValidationError(f"压缩包解压后过大，疑似压缩炸弹，没有打开。{AGAIN}") from None
    except Unreadable:
        raise ValidationError(f"压缩包打不开：可能已经损坏，或者加了密码。{AGAIN}") from None
    reports = [each for each in found if each.get("schema") == SCHEMA]
    if len(reports) != 1:
        told = f"压缩包里有{len(reports)}份年度报告" if reports else "压缩包里没有年度报告的交换文件（JSON）"
        raise ValidationError(f"{told}，请一次报送一份")
    return reports[0]


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        report = strict_json.loads(data)
    except ValueError:
        raise ValidationError(f"文件不是年度报告的交换文件（JSON）。{AGAIN}，不要另存为其他格式") from None
    if not isinstance(report, dict):
        raise ValidationError(f"文件不是年度报告的交换文件（JSON）。{AGAIN}")
    return report


def _require_members(report: Mapping[str, Any]) -> None:
    if report.get("schema") != SCHEMA:
        raise ValidationError(f"文件不是年度报告的交换文件：格式应为“{SCHEMA}”。{AGAIN}")
    for name, kind in NEEDED.items():
        if name not in report or not isinstance(report[name], kind):
            raise ValidationError(f"交换文件缺少“{name}”，或者它的内容不对。{AGAIN}")
    if not report["agency"].get("level"):
        raise ValidationError(f"交换文件缺少报送机关的层级“agency.level”。{AGAIN}")


def _require_issued(report: Mapping[str, Any]) -> None:
    if report["status"] not in (ReportState.ISSUED, ReportState.PUBLISHED):
        raise ValidationError("这份报告还是草稿，没有定稿，不能报送。请报送机关审签定稿后，再下载交换文件")
    if not report["digest"] or not report["sealed"]:
        raise ValidationError(f"这份报告没有校验码，无法确认是否完整。{AGAIN}")


def _require_numbers(tables: Mapping[str, Any]) -> None:
    """Every cell of the form and no other, each with a number: a blank cannot be added."""
    broken = checks.failures(checks.run({"tables": tables}))
    told = [result.message for result in broken if result.id in ("STRUCT", "B-NONNEG")]
    sheet = checks.Sheet(tables)
    for code, cell in CELLS.items() if not told else ():
        value = sheet.raw(code)
        if not MONEY.fullmatch(value) if isinstance(value, str) else value >= LARGEST:
            what = "应为最多六位小数的金额（万元）" if cell.is_money else "数字过大"
            told.append(f"{label_of(code)}：{what}")
        elif cell.is_money and not isinstance(value, str):
            told.append(f'{label_of(code)}：金额应写成文字，例如 "0.5"')
    if told:
        more = f"等{len(told)}处" if len(told) > NAMED else ""
        raise ValidationError([f"表格数字有误{more}，无法汇总", *(each[:LONGEST] for each in told[:NAMED])])
