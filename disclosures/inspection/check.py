"""The self-check of one agency: its columns as the inspection form lists them, and what was found by indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from disclosures.inspection import items
from disclosures.inspection.columns import ColumnState, states, under
from disclosures.inspection.indicators import BY_CODE, INDICATORS, Indicator, Subject, Weight
from disclosures.inspection.scope import Scope, scope_of
from disclosures.lights import Light
from disclosures.models import Agency, Category, Item


@dataclass(frozen=True)
class Finding:
    """An indicator and how many rows are under it; ``count`` None where it cannot be told or nothing is counted."""

    indicator: Indicator
    count: int | None
    light: Light
    words: str
    threshold: int | None
    note: str

    @property
    def faulty(self) -> bool:
        return self.light.tone in ("late", "soon")


@dataclass(frozen=True)
class Inspection:
    agency: Agency
    day: date
    columns: Sequence[ColumnState]
    findings: Sequence[Finding]

    @property
    def faults(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.faulty]

    @property
    def vetoes(self) -> list[Finding]:
        """What alone fails the site."""
        return [finding for finding in self.findings if finding.light.tone == "late"]


def columns_of(agency: Agency) -> QuerySet[Category]:
    return Category.objects.filter(agency=agency)


def inspect(agency: Agency, day: date) -> Inspection:
    """Everything anew from the records, so that it is right though no nightly job ran; a fixed number of queries."""
    scope = scope_of(agency, day)
    columns = states(columns_of(agency), day, with_numbers=True)
    watched = [indicator for indicator in INDICATORS if scope.watches(indicator)]
    counts: dict[str, int | None] = {}
    for subject in (Subject.ITEM, Subject.DOCUMENT):
        codes = [indicator.code for indicator in watched if indicator.subject is subject]
        counts |= items.counted(subject, codes, scope) if codes else {}
    for indicator in watched:
        if indicator.subject is Subject.COLUMN:
            counts[indicator.code] = len(under(indicator.code, columns))
    findings = [_finding(indicator, counts, scope) for indicator in watched]
    return Inspection(agency, day, columns, findings)


def rows_under(code: str, scope: Scope) -> QuerySet[Any]:
    """The rows that the figure of an indicator counts. Raises ``CalendarNotCovered`` as ``items.listed``."""
    if BY_CODE[code].subject is Subject.COLUMN:
        found = under(code, states(columns_of(scope.agency), scope.day))
        return Category.objects.filter(pk__in=[state.column.pk for state in found])
    return items.listed(code, scope)


def _finding(indicator: Indicator, counts: dict[str, int | None], scope: Scope) -> Finding:
    threshold = scope.threshold(indicator.code) if indicator.threshold is not None else None
    if indicator.subject is Subject.AGENCY:
        count, light, words = None, *_home(scope)
    else:
        count = counts[indicator.code]
        light, words = judged(indicator, count, threshold)
    return Finding(indicator, count, light, words, threshold, scope.setting(indicator).note)


def judged(indicator: Indicator, count: int | None, threshold: int | None) -> tuple[Light, str]:
    """The light of a figure, and a sentence. ``threshold``: how many columns fail the site."""
    if count is None:
        return Light("待定", "unknown"), "缺少当年的节假日安排，暂时无法核对，请先载入"
    if not count:
        return Light("正常", "fine"), "没有发现问题"
    if indicator.subject is Subject.COLUMN and indicator.weight is Weight.VETO and threshold is not None:
        if count >= threshold:
            return Light("不合格", "late"), f"已达到{threshold}个，按单项否决处理。{indicator.remedy}"
        return Light("请整改", "soon"), f"再有{threshold - count}个就达到单项否决的{threshold}个。{indicator.remedy}"
    return Light("请整改", "soon"), indicator.remedy


def _home(scope: Scope) -> tuple[Light, str]:
    """The newest item of all: the portal's first page lists what was published last."""
    public = Item.objects.of(scope.agency).public().filter(published_on__lte=scope.day)
    last = public.order_by("-published_on").values_list("published_on", flat=True).first()
    limit = scope.threshold("home_stale")
    if last is None:
        return Light("不合格", "late"), f"还没有发布过信息。{BY_CODE['home_stale'].remedy}"
    days = (scope.day - last).days
    if days > limit:
        return Light("不合格", "late"), f"已{days}天没有发布新的信息（期限{limit}天）。{BY_CODE['home_stale'].remedy}"
    return Light("正常", "fine"), f"{days}天前发布过信息" if days else "今天发布过信息"
