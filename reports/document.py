"""The report as one value: figures, filled text and verdicts, live or frozen. Every rendering starts from it."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from disclosures.people import name_of
from reports import checks, former, justifications, narrative, rollup
from reports.adjustments import adjusted, notes
from reports.cells import TABLES, Table
from reports.figures import Figures
from reports.models import AnnualReport, ReportState
from reports.money import decimal_text
from reports.rendering import chart_set
from reports.sealing.digests import is_whole
from reports.text import blocks, lint, outline

logger = logging.getLogger(__name__)
SCHEMA = "annual-report/1"
FORMAT = "国办公开办函〔2021〕30号"
NARRATIVE_PARTS = {"一": "overview", "五": "problems", "六": "other"}
STATISTICAL_NOTES = "other.stat_notes"


@dataclass(frozen=True)
class SectionText:
    """A section as printed: numbered heading (may be empty), paragraphs, and the charts placed among them.

    A chart is (after how many paragraphs, key of the chart).
    """

    key: str
    heading: str
    paragraphs: tuple[str, ...]
    charts: tuple[tuple[int, str], ...] = ()

    def blocks(self) -> Iterator[tuple[str, str]]:
        """(paragraph, "") and ("", key of a chart), in printed order."""
        for place in range(len(self.paragraphs) + 1):
            yield from (("", key) for after, key in self.charts if after == place)
            yield from ((paragraph, "") for paragraph in self.paragraphs[place : place + 1])


@dataclass(frozen=True)
class PartText:
    number: str
    heading: str
    table: str
    sections: tuple[SectionText, ...]

    @property
    def printed_heading(self) -> str:
        return f"{self.number}、{self.heading}"


@dataclass(frozen=True)
class ReportDocument:
    agency_code: str
    agency_name: str
    agency_level: str
    status: str
    issued_on: date | None
    signed_on: date | None
    figures: Figures
    preamble: tuple[str, ...]
    parts: tuple[PartText, ...]
    results: tuple[checks.Result, ...]
    version: int = 1
    correction_reason: str = ""
    # As they are frozen: {"cell", "value", "computed", "reason", "source", "by"}.
    adjustments: tuple[Mapping[str, str], ...] = ()
    # {"rule", "cell", "message", "reason", "by"} of each broken identity that a named person answers for.
    justifications: tuple[Mapping[str, str], ...] = ()
    # Keys of the charts that were chosen.
    charts: tuple[str, ...] = chart_set.DEFAULT
    digest: str | None = None
    # Of what is kept beside the open format.
    sealed: str | None = None
    # The reports from below whose tables were added: {"code", "name", "year", "digest", "source"}.
    rollup: tuple[Mapping[str, Any], ...] = ()
    # Beside the report, not part of it: the records' own figures without adjustments, and those of the year before.
    computed: Figures | None = field(default=None, compare=False)
    previous: Mapping[str, Any] | Figures | None = field(default=None, compare=False)

    @property
    def year(self) -> int:
        return self.figures.year

    @property
    def title_lines(self) -> tuple[str, str]:
        return self.agency_name, f"{self.year}年政府信息公开工作年度报告"

    @property
    def title(self) -> str:
        return "".join(self.title_lines)

    @property
    def is_draft(self) -> bool:
        return self.status not in (ReportState.ISSUED, ReportState.PUBLISHED)

    @property
    def placed_charts(self) -> set[str]:
        """Keys of the charts that stand in the text; the others follow the signature."""
        return {key for part in self.parts for section in part.sections for _, key in section.charts}

    def table(self, key: str) -> Table:
        return next(table for table in TABLES if table.key == key)


def is_unchanged(report: AnnualReport) -> bool:
    """Whether what an issued report says is still what was signed: its digest and that of the row agree with it.

    What is not is told to the log and to nobody as the report.
    """
    if report.frozen is None or (is_whole(report.frozen) and report.frozen.get("digest") == report.digest):
        return True
    logger.error("report %s is not what was issued: its digest does not fit", report.pk)
    return False


def of(report: AnnualReport) -> ReportDocument:
    """An issued report from what was frozen, any other from the records as they are now."""
    return thaw(report.frozen, report.state) if report.is_final and report.frozen else assemble(report)


@dataclass(frozen=True)
class Draft:
    """A report that is being written: as it would print, what its text may speak of, and its sections' own words."""

    document: ReportDocument
    facts: narrative.Facts
    outline: outline.Outline
    texts: Mapping[str, str]
    below: rollup.Sum


def assemble(report: AnnualReport) -> ReportDocument:
    """The report from live records, with its adjustments, its texts and the verdicts of every rule."""
    return draft(report).document


def draft(report: AnnualReport, texts: Mapping[str, str] | None = None) -> Draft:
    """``assemble`` with what it is made of; with the given ``texts`` in place of those stored."""
    # A year that nobody has begun has neither, and still has its figures and default text.
    adjustments = list(report.adjustments.select_related("by")) if report.pk else []
    reasons = list(report.justifications.all()) if report.pk else []
    written = {text.section: text.text for text in report.texts.all()} if report.pk else {}
    written |= texts or {}
    computed, previous = former.collect_beside(report.agency, report.year)
    received = rollup.accepted_of_years(report.agency, (report.year, report.year - 1))
    below = received[report.year]
    if isinstance(previous, Figures):
        previous = rollup.with_children(previous, received[report.year - 1])
    # An adjustment is about the agency's own number; what came from below is added to it.
    figures = rollup.with_children(adjusted(computed, adjustments), below)
    told = notes(adjustments, own="本机关" if below.sources else "")
    arranged = outline.of(report.agency)
    facts = narrative.Facts.of(report.agency, figures, told, previous)
    document = ReportDocument(
        agency_code=report.agency.code,
        agency_name=report.agency.name,
        agency_level=report.agency.level,
        status=report.state,
        issued_on=report.issued_on,
        signed_on=report.signed_on,
        figures=figures,
        preamble=_section(arranged.preamble, written, facts).paragraphs,
        parts=tuple(_part(part, written, facts) for part in arranged.parts),
        results=(),
        version=report.version,
        correction_reason=report.correction_reason,
        adjustments=tuple(
            {
                "cell": adjustment.cell,
                "value": decimal_text(adjustment.value),
                "computed": str(computed[adjustment.cell]),
                "reason": adjustment.reason,
                "source": adjustment.source,
                "by": name_of(adjustment.by),
            }
            for adjustment in adjustments
        ),
        charts=chart_set.read(written.pop(chart_set.SECTION, None)),
        computed=computed,
        previous=previous,
        rollup=below.sources,
    )
    shown = {key: text_of(section, written) for key, section in arranged.sections.items()}
    results = (
        *checks.run(as_json(document), previous, agency_level=report.agency.level),
        *lint.run(document, shown, facts),
    )
    justified = justifications.used(results, reasons)
    document = replace(
        document,
        results=results,
        justifications=justified,
        parts=with_notes(document.parts, (*told, *justifications.notes(justified))),
    )
    return Draft(document, facts, arranged, shown, below)


def with_notes(parts: tuple[PartText, ...], told: tuple[str, ...]) -> tuple[PartText, ...]:
    """The parts with every note of ``told`` in part six, whatever the officer wrote there or left out."""
    last = parts[-1]
    printed = "".join(paragraph for section in last.sections for paragraph in section.paragraphs)
    missing = tuple(note for note in told if note not in printed)
    if not missing:
        return parts
    if not any(section.key == STATISTICAL_NOTES for section in last.sections):
        heading = narrative.SECTIONS[STATISTICAL_NOTES].heading
        others = tuple(section for section in last.sections if section.key)
        numbered = f"（{_chinese(len(others) + 1)}）{heading}"
        last = replace(last, sections=(*others, SectionText(STATISTICAL_NOTES, numbered, missing)))
        return (*parts[:-1], last)
    sections = tuple(
        replace(section, paragraphs=(*(each for each in section.paragraphs if each != "无。"), *missing))
        if section.key == STATISTICAL_NOTES
        else section
        for section in last.sections
    )
    return (*parts[:-1], replace(last, sections=sections))


def printed_texts(document: ReportDocument) -> dict[str, str]:
    """The running text under the heading it stands beneath, and the names by which the open format counts items."""
    told = {"报告开头": "\n".join(document.preamble)}
    for part in document.parts:
        for section in part.sections:
            heading = f"{part.printed_heading}{section.heading}"
            told[heading] = "\n".join([*filter(None, [told.get(heading)]), *section.paragraphs])
    told["更正原因"] = document.correction_reason
    counts = document.figures.counts["items"]
    told["栏目和渠道的名称"] = "\n".join([*counts["by_channel"], *counts["by_category"]])
    return told


def text_of(section: narrative.Section, written: Mapping[str, str]) -> str:
    return written.get(section.key, section.default)


def _part(part: narrative.Part, written: Mapping[str, str], facts: narrative.Facts) -> PartText:
    sections = tuple(
        _section(section, written, facts, f"（{_chinese(place)}）{section.heading}")
        for place, section in enumerate(part.sections, start=1)
    )
    if not sections and not part.table:
        sections = (SectionText("", "", ("无。",)),)  # 条例 Art. 50: a part without content says so
    return PartText(part.number, part.heading, part.table, sections)


def _section(
    section: narrative.Section, written: Mapping[str, str], facts: narrative.Facts, heading: str = ""
) -> SectionText:
    lines, charts = blocks.split(narrative.fill(text_of(section, written), facts))
    paragraphs = narrative.paragraphs("\n".join(lines))
    return SectionText(section.key, heading, paragraphs or (() if charts else ("无。",)), charts)


def _chinese(number: int) -> str:
    """1–99 in Chinese numerals: 九, 十, 十一, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    digits = " 一二三四五六七八九"
    return f"{digits[tens] if tens > 1 else ''}{'十' if tens else ''}{digits[ones]}".replace(" ", "")


# The open report format (docs/report-format.md).


def as_json(document: ReportDocument) -> dict[str, Any]:
    parts = {
        NARRATIVE_PARTS[part.number]: "\n".join(
            line for section in part.sections for line in (section.heading, *section.paragraphs) if line
        )
        for part in document.parts
        if part.number in NARRATIVE_PARTS
    }
    return {
        "schema": SCHEMA,
        "format": FORMAT,
        "agency": {"code": document.agency_code, "name": document.agency_name, "level": document.agency_level},
        "year": document.year,
        "version": document.version,
        "status": str(ReportState(document.status).value),
        "issued_on": document.issued_on.isoformat() if document.issued_on else None,
        "tables": document.figures.tables,
        "counts": document.figures.counts,
        "narrative": parts,
        "checks": [result.as_dict() for result in document.results],
        "sealed": document.sealed,
        "digest": document.digest,
    }


def freeze(document: ReportDocument) -> dict[str, Any]:
    """The open format plus the printed text and what was added: enough to print the same report again."""
    return {
        **as_json(document),
        "correction_reason": document.correction_reason,
        "adjustments": [dict(each) for each in document.adjustments],
        "justifications": [dict(each) for each in document.justifications],
        # Of the records alone, where adjustments make that another number.
        "computed": None
        if document.computed is None or document.computed.tables == document.figures.tables
        else {"tables": document.computed.tables},
        **({"rollup": [dict(row) for row in document.rollup]} if document.rollup else {}),
        "printed": {
            "signed_on": document.signed_on.isoformat() if document.signed_on else None,
            "preamble": list(document.preamble),
            "charts": list(document.charts),
            "parts": [
                {
                    "number": part.number,
                    "heading": part.heading,
                    "table": part.table,
                    "sections": [
                        {
                            "key": section.key,
                            "heading": section.heading,
                            "paragraphs": list(section.paragraphs),
                            # Reports issued before charts could be placed have no such key.
                            **({"charts": [list(chart) for chart in section.charts]} if section.charts else {}),
                        }
                        for section in part.sections
                    ],
                }
                for part in document.parts
            ],
        },
    }


def thaw(frozen: Mapping[str, Any], status: str) -> ReportDocument:
    """The inverse of ``freeze``; ``status`` moves on from issued to published without touching what was frozen."""
    printed = frozen["printed"]
    return ReportDocument(
        agency_code=frozen["agency"]["code"],
        agency_name=frozen["agency"]["name"],
        agency_level=frozen["agency"]["level"],
        status=status,
        issued_on=date.fromisoformat(frozen["issued_on"]) if frozen["issued_on"] else None,
        signed_on=date.fromisoformat(printed["signed_on"]) if printed["signed_on"] else None,
        figures=Figures(frozen["year"], frozen["tables"], frozen["counts"]),
        preamble=tuple(printed["preamble"]),
        parts=tuple(
            PartText(
                part["number"],
                part["heading"],
                part["table"],
                tuple(
                    SectionText(
                        text["key"],
                        text["heading"],
                        tuple(text["paragraphs"]),
                        tuple((after, key) for after, key in text.get("charts", ())),
                    )
                    for text in part["sections"]
                ),
            )
            for part in printed["parts"]
        ),
        results=tuple(checks.Result(**result) for result in frozen["checks"]),
        version=frozen.get("version", 1),
        correction_reason=frozen.get("correction_reason", ""),
        adjustments=tuple(frozen.get("adjustments", ())),
        justifications=tuple(frozen.get("justifications", ())),
        charts=tuple(printed.get("charts", chart_set.DEFAULT)),
        digest=frozen["digest"],
        sealed=frozen.get("sealed"),
        rollup=tuple(frozen.get("rollup", ())),
        computed=Figures(frozen["year"], frozen["computed"]["tables"]) if frozen.get("computed") else None,
    )
