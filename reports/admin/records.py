"""The records behind a figure of a report: exactly those that it counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import F, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from disclosures import access
from disclosures.areas import Action
from disclosures.asked import workbook_response
from reports import indicators, rollup
from reports.adjustments import adjusted
from reports.admin.record_columns import LEDGERS, WEIGHTS, Ledger, day_of
from reports.admin.record_pages import PAGE, page_of
from reports.admin.record_workbook import MOST, workbook
from reports.cells import Cell
from reports.figures import NAMED, Figures, collect
from reports.models import AnnualReport, CountedRecords
from reports.money import decimal_text, wan_yuan
from reports.records import leaves_of

SHOWN_CHANGES = 200


@dataclass(frozen=True)
class Line:
    """A record as listed; ``mark``: what has happened to it since the report was issued."""

    values: list[str]
    weight: str
    address: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Counted:
    """A figure of a report, and the records that it counts now."""

    report: AnnualReport
    code: str
    figure: Cell | indicators.Indicator
    records: Any

    @classmethod
    def of(cls, report: AnnualReport, code: str) -> "Counted":
        """Raises ``Http404`` for a code that counts no records."""
        if "\0" in code:  # PostgreSQL has no such character
            raise Http404("没有这个数据")
        try:
            figure = indicators.find(code)
        except KeyError:
            raise Http404("没有这个数据") from None
        if figure.records is None:
            raise Http404("这个数据是计算出来的，没有对应的记录")
        return cls(report, code, figure, figure.records(report.agency, report.year))

    @property
    def model(self) -> Any:
        return self.records.model

    @property
    def ledger(self) -> Ledger:
        return LEDGERS[self.model]

    @property
    def name(self) -> str:
        return indicators.name_of(self.code)

    @property
    def weight(self) -> str:
        return self.figure.weight

    @property
    def day(self) -> str:
        return day_of(self.code, self.model)

    def rows(self) -> Any:
        return self.records.select_related(*self.ledger.related)

    def weighed(self) -> Any:
        """(key, weight) of the records that count now."""
        return self.records.order_by().values_list("pk", F(self.weight) if self.weight else F("pk"))

    def sum(self) -> Decimal:
        """The number of the records now, or the sum of what they weigh."""
        if not self.weight:
            return Decimal(self.records.count())
        return Decimal(self.records.aggregate(sum=Sum(self.weight))["sum"] or 0)

    def written(self, value: Decimal) -> str:
        """As the report prints it."""
        return wan_yuan(value) if self.figure.unit == "万元" else decimal_text(value)

    def weight_of(self, record: Any) -> str:
        return decimal_text(Decimal(getattr(record, self.weight) or 0)) if self.weight else "1"


def page(request: HttpRequest, report: AnnualReport, code: str, site: Any) -> HttpResponse:
    """The list, with paging; ``?download=1`` as a workbook for those who may export the ledger."""
    counted = Counted.of(report, code)
    may_export = access.can(request.user, Action.EXPORT, counted.model.access_area, report.agency)
    kept = _kept(counted) if report.is_final else None
    if "download" in request.GET:
        if not may_export:
            raise PermissionDenied
        return _download(counted, kept)
    may_open = access.can(request.user, Action.VIEW, counted.model.access_area, report.agency)
    total = counted.sum()
    below = None if report.is_final else rollup.accepted(report.agency, report.year)
    context = {
        **site.each_context(request),
        "title": f"{counted.name}的记录",
        "counted": counted,
        "report": report,
        "headings": [heading for heading, _ in counted.ledger.columns],
        "weight_heading": WEIGHTS.get(counted.weight, ""),
        "now": counted.written(total),
        "yuan": decimal_text(total) if counted.figure.unit == "万元" else "",
        "printed": _printed(counted, counted.written(total), below),
        "has_children": bool(report.frozen.get("rollup") if report.frozen else below and below.sources),
        "adjustments": list(report.adjustments.filter(cell__in=[*leaves_of(code), code])) if report.pk else [],
        "may_export": may_export,
        "not_kept": report.is_final and kept is None,
        "may_list": may_open,
        **_lines(counted, kept, request, may_open),
    }
    return TemplateResponse(request, "admin/reports/records.html", context)


def _lines(counted: Counted, kept: Mapping[int, str] | None, request: HttpRequest, may_list: bool) -> dict[str, Any]:
    """The records, for whoever may see the ledger they stand in; the figure is for whoever sees the report."""
    if not may_list:
        return {}
    return _live_page(counted, request) if kept is None else _kept_page(counted, kept, request)


def _printed(counted: Counted, now: str, below: rollup.Sum | None) -> str:
    """What the report says: as issued, with its adjustments and what was added from below, or as counted."""
    report = counted.report
    try:
        if report.is_final and report.frozen:
            frozen = Figures(report.frozen["year"], report.frozen["tables"], report.frozen["counts"])
            return str(frozen[counted.code])
        adjustments = list(report.adjustments.all())
        own = not any(adjustment.cell in leaves_of(counted.code) for adjustment in adjustments)
        if not own or (below and below.sources):
            figures = adjusted(collect(report.agency, report.year), adjustments)
            return str((rollup.with_children(figures, below) if below else figures)[counted.code])
    except KeyError:
        return ""  # issued before this was counted
    return now


def _line(counted: Counted, record: Any, mark: str = "") -> Line:
    subject = counted.ledger.subject(record)
    address = reverse(f"admin:{subject._meta.app_label}_{subject._meta.model_name}_change", args=[subject.pk])
    return Line(counted.ledger.values(record), counted.weight_of(record), address, mark)


def _live_page(counted: Counted, request: HttpRequest) -> dict[str, Any]:
    asked = request.GET
    found = page_of(
        counted.rows(),
        counted.day,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
        last="last" in asked,
    )
    links = []
    if found.before:
        links += [("第一页", "?"), ("上一页", f"?{urlencode({'before': found.before})}")]
    if found.after:
        links += [("下一页", f"?{urlencode({'after': found.after})}"), ("最后一页", "?last=1")]
    return {"lines": [_line(counted, record) for record in found.rows], "links": links}


# An issued report: the records as they were counted, and what has changed since.


def _kept(counted: Counted) -> Mapping[int, str] | None:
    """Key → weight as issued; None where these were not kept (reports of before, and the office's own names)."""
    if counted.code.startswith(NAMED):
        return None
    rows = {row.cell: row for row in counted.report.counted.filter(cell__in=leaves_of(counted.code))}
    if not rows and not CountedRecords.objects.filter(report=counted.report).exists():
        return None
    return {key: weight for row in rows.values() for key, weight in row.weights.items()}


def _kept_page(counted: Counted, kept: Mapping[int, str], request: HttpRequest) -> dict[str, Any]:
    keys = sorted(kept)
    pages = max(1, -(-len(keys) // PAGE))
    asked = request.GET.get("page", "1")
    number = min(int(asked), pages) if asked.isascii() and asked.isdigit() and 0 < len(asked) < 10 else 1
    number = max(number, 1)
    live = dict(counted.weighed().iterator())
    added = sorted(key for key in live if key not in kept)
    links = [("上一页", f"?page={number - 1}")] if number > 1 else []
    links += [("下一页", f"?page={number + 1}")] if number < pages else []
    return {
        "lines": _as_issued(counted, keys[(number - 1) * PAGE : number * PAGE], kept, live),
        "links": links,
        "where": f"第{number}页，共{pages}页" if pages > 1 else "",
        "added": [_line(counted, record, "定稿后新增") for record in _rows(counted, added[:SHOWN_CHANGES])],
        "added_number": len(added),
        "removed_number": sum(key not in live for key in kept),
        "reweighed_number": sum(_differs(counted, weight, live.get(key)) for key, weight in kept.items()),
        "kept_sum": counted.written(sum(map(Decimal, kept.values()), Decimal(0))),
        "is_kept": True,
    }


def _differs(counted: Counted, before: str, now: Any) -> bool:
    return bool(counted.weight) and now is not None and Decimal(before) != Decimal(now)


def _as_issued(counted: Counted, keys: Iterable[int], kept: Mapping[int, str], live: Mapping[int, Any]) -> list[Line]:
    keys = list(keys)
    found = {record.pk: record for record in _rows(counted, keys)}
    lines = []
    for key in keys:
        record = found.get(key)
        if record is None:
            lines.append(Line(_gone(counted, key), kept[key], mark="定稿后删除"))
            continue
        mark = "" if key in live else "定稿后不再计入"
        if _differs(counted, kept[key], live.get(key)):
            mark = f"定稿后由{kept[key]}改为{decimal_text(Decimal(live[key]))}"
        line = _line(counted, record, mark)
        lines.append(Line(line.values, kept[key], line.address, mark))
    return lines


def _gone(counted: Counted, key: int) -> list[str]:
    return [f"（记录号{key}，定稿后删除）", *[""] * (len(counted.ledger.columns) - 1)]


def _rows(counted: Counted, keys: Iterable[int]) -> Any:
    """The records of these keys, whether or not they still count."""
    return counted.model.objects.filter(pk__in=list(keys)).select_related(*counted.ledger.related).order_by("pk")


def _download(counted: Counted, kept: Mapping[int, str] | None) -> HttpResponse:
    number = counted.records.count() if kept is None else len(kept)
    if number > MOST:
        words = f"这个数据有{number}条记录，一次最多导出{MOST}条，请到台账的导出页面按年度导出"
        return HttpResponse(words, status=413, content_type="text/plain; charset=utf-8")
    rows: Iterator[tuple[str, ...]]
    if kept is None:
        records = counted.rows().order_by(counted.day, "pk").iterator(chunk_size=2000)
        rows = ((*counted.ledger.values(record), counted.weight_of(record)) for record in records)
    else:
        rows = _rows_as_issued(counted, kept)
    report = counted.report
    title = f"{report.agency.name}{report.year}年{counted.name}"
    headings = [heading for heading, _ in counted.ledger.columns]
    content = workbook(title, headings, WEIGHTS.get(counted.weight, ""), rows)
    return workbook_response(content, f"{title}.xlsx")


def _rows_as_issued(counted: Counted, kept: Mapping[int, str]) -> Iterator[tuple[str, ...]]:
    """Every record that was counted, those deleted since too: the rows add up to the figure."""
    keys = sorted(kept)
    for start in range(0, len(keys), 2000):
        some = keys[start : start + 2000]
        found = {record.pk: record for record in _rows(counted, some)}
        for key in some:
            yield (*(counted.ledger.values(found[key]) if key in found else _gone(counted, key)), kept[key])
