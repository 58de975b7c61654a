"""Opening balances: reports of the years before this system, entered or read from a file, and carried over from.

``reports.former`` reads them beside the reports issued here.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.gate import clearing
from disclosures.models import Agency
from disclosures.years import year_of
from reports.cells import CELLS, DISPUTE_GROUPS, DOCUMENT_KINDS, REQUEST_COLUMNS, TOTAL, label_of
from reports.checks import Sheet
from reports.models import FIRST_YEAR, AnnualReport, FormerReport
from reports.reading import FORM_2019, Reading
from reports.reading.reading import LAST_YEAR_OF_2019_FORM, blank_tables
from requests_app.models import DisclosureRequest

KINDS = [column.key for column in REQUEST_COLUMNS if column.key != TOTAL]
CARRIED_OUT = [f"requests.carried_out.{kind}" for kind in KINDS]
PENDING = [f"disputes.{group}.pending" for group in DISPUTE_GROUPS]
IN_FORCE = [f"proactive.{row}.in_force" for row in DOCUMENT_KINDS]
# The cells that say something about the year after: what is asked of who has no file.
CARRYING = (*CARRIED_OUT, *PENDING, *IN_FORCE)
CHANNELS = {"website": "政府网站发布信息", "wechat": "微信公众号发布信息"}
LARGEST = 10**9


@dataclass(frozen=True)
class Carried:
    """An adjustment offered for the first year with this system: what the year before left to be done."""

    cell: str
    value: int
    reason: str
    source: str

    @property
    def label(self) -> str:
        return label_of(self.cell)


def document_of(reading: Reading) -> dict[str, Any]:
    """What is kept of a report that was read: the numbers of the form, nothing else of the file."""
    return _cleaned({"tables": reading.tables, "counts": reading.counts})


def typed(
    numbers: Mapping[str, int | None], channels: Mapping[str, int | None], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """A document with the given cells and counts of channels, over ``before`` where there is one.

    A cell that is given as None is blank. The total of 结转下年度 follows its parts once all are known.
    """
    document = deepcopy(dict(before)) if before else {"tables": blank_tables(), "counts": {}}
    for code, value in numbers.items():
        _put(document["tables"], code, value)
    parts = [Sheet(document["tables"]).number(code) for code in CARRIED_OUT]
    if set(CARRIED_OUT) & set(numbers) and None not in parts:
        _put(document["tables"], f"requests.carried_out.{TOTAL}", sum(part or 0 for part in parts))
    if channels:
        items = document["counts"].setdefault("items", {})
        items["by_channel_kind"] = {**items.get("by_channel_kind", {}), **channels}
    return _cleaned(document)


@transaction.atomic
def enter(
    *, agency: Agency, year: int, document: Mapping[str, Any], source: str, by: Any, form: str = ""
) -> FormerReport:
    """Enters the report of ``agency`` for ``year``, or replaces the one entered before.

    Raises ``PermissionDenied`` for who may not change reports there; ``ValidationError`` for a year that is none, a
    year whose report was issued here, the form of 2019 after its time, no number at all, or personal data in
    ``source``.
    """
    if not access.can(by, Action.CHANGE, Area.REPORTS, agency):
        raise PermissionDenied
    if not FIRST_YEAR <= year <= 2100:
        raise ValidationError({"year": f"年度应在{FIRST_YEAR}年至2100年之间"})
    if AnnualReport.objects.of(agency).final().filter(year=year).exists():
        raise ValidationError({"year": f"{year}年度的报告已经在本系统定稿，以定稿为准，不用另行录入"})
    if form == FORM_2019 and year > LAST_YEAR_OF_2019_FORM:
        told = f"{year}年度应使用2021年格式，文件用的是2019年格式"
        raise ValidationError({"file": f"{told}。请核对年度，或者不上传文件、直接填写下面的数字"})
    source = source.strip()
    if not source:
        raise ValidationError({"source": "请写明数据出自哪里，例如：区政府网站2022年1月20日公布的年度报告"})
    clearing.require_clean({"来源": source}, agency)
    document = _cleaned(document)
    if not _numbers(document):
        raise ValidationError("一个数字也没有，请上传年度报告文件，或者填写下面的数字")
    # The agency's row is held: of two people who enter the same year the second replaces, neither fails.
    Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    former = FormerReport.objects.filter(agency=agency, year=year).first()
    before = _numbers(former.document) if former else {}
    changes = _changes(before, _numbers(document))
    if former is None:
        former = FormerReport(agency=agency, year=year)
    elif not changes and former.source == source:
        return former
    former.document, former.source, former.entered_by = document, source, by
    former.full_clean(exclude=["document"])
    former.save()
    what = f"{'修改' if before else '录入'}{year}年度报告的数据，来源：{source}"
    history.record(former, by=by, step="edit" if before else "add", what=what, details={"edits": changes})
    return former


def carry_over_adjustments(report: AnnualReport) -> list[Carried]:
    """What to lay over 上年结转 of a report whose records begin with its year: one for each kind that carries over.

    None where the records know an earlier request (then they count for themselves), where the year before was issued
    here, or for a cell that is adjusted already.
    """
    former = FormerReport.objects.filter(agency=report.agency, year=report.year - 1).first()
    if former is None or AnnualReport.objects.of(report.agency).final().filter(year=report.year - 1).exists():
        return []
    first_day = year_of(report.year)[0]
    if DisclosureRequest.objects.of(report.agency).filter(received_on__lt=first_day).exists():
        return []
    adjusted = set(report.adjustments.values_list("cell", flat=True)) if report.pk else set()
    sheet = Sheet(former.document["tables"])
    return [
        Carried(
            cell=f"requests.carried_in.{kind}",
            value=value,
            reason=f"启用本系统以前收到、{former.year}年度报告结转到本年办理的申请",
            source=f"{former.year}年度报告（{former.source}）"[:200],
        )
        for kind in KINDS
        if (value := sheet.number(f"requests.carried_out.{kind}")) and f"requests.carried_in.{kind}" not in adjusted
    ]


# What is kept


def _cleaned(document: Mapping[str, Any]) -> dict[str, Any]:
    """Only cells of the form and known counts, each a number or None: nothing that somebody wrote lives on."""
    sheet = Sheet(document.get("tables") or {})
    tables = blank_tables()
    for code, cell in CELLS.items():
        if cell.is_money:
            amount = sheet.money(code)
            good = amount is not None and 0 <= amount < LARGEST and len(str(sheet.raw(code))) <= 20
            _put(tables, code, str(sheet.raw(code)) if good else None)
        else:
            number = sheet.number(code)
            _put(tables, code, number if number is not None and 0 <= number < LARGEST else None)
    counts = document.get("counts")
    items = counts.get("items") if isinstance(counts, Mapping) else None
    told = items.get("by_channel_kind") if isinstance(items, Mapping) else None
    kinds = {
        kind: told[kind]
        for kind in CHANNELS
        if isinstance(told, Mapping) and isinstance(told.get(kind), int) and 0 <= told[kind] < LARGEST
    }
    return {"tables": tables, "counts": {"items": {"by_channel_kind": kinds}} if kinds else {}}


def channel_counts(document: Mapping[str, Any]) -> dict[str, int]:
    return dict(document.get("counts", {}).get("items", {}).get("by_channel_kind", {}))


def _put(tables: dict[str, Any], code: str, value: Any) -> None:
    *path, last = code.split(".")
    target: Any = tables
    for key in path:
        target = target[key]
    target[last] = value


def _numbers(document: Mapping[str, Any]) -> dict[str, Any]:
    """Label → number of everything that has one."""
    sheet = Sheet(document["tables"])
    found = {label_of(code): sheet.raw(code) for code in CELLS if sheet.raw(code) is not None}
    return found | {CHANNELS[kind]: number for kind, number in channel_counts(document).items()}


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[str]]:
    return {
        label: [str(before.get(label, "")), str(after.get(label, ""))]
        for label in (*before, *(label for label in after if label not in before))
        if before.get(label) != after.get(label)
    }
