"""The outline of an agency's report: the six fixed parts, with the place's own sub-items laid over the usual ones.

A row of an agency goes for those beneath it too; where several have a row with one key the nearest decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from disclosures.models import Agency
from reports.models import OutlineSection
from reports.text.parts import GOVERNMENTS, OUTLINE, PREAMBLE, SECTIONS, Part, Section

STEP = 10  # the usual sub-items stand at 10, 20, 30… of their part


@dataclass(frozen=True)
class Outline:
    """What a report of an agency consists of, in order."""

    preamble: Section
    parts: tuple[Part, ...]

    @property
    def sections(self) -> dict[str, Section]:
        """Every section that is printed, by its key."""
        return {
            section.key: section for section in (self.preamble, *(one for part in self.parts for one in part.sections))
        }


def of(agency: Agency) -> Outline:
    """One query: the rows of the agency and of those above it."""
    above = [int(key) for key in agency.path.split("/") if key] or [agency.pk]
    rows = OutlineSection.objects.filter(agency_id__in=above)
    return lay(sorted(rows, key=lambda row: above.index(row.agency_id)), government=agency.level in GOVERNMENTS)


def lay(rows: Iterable[OutlineSection], *, government: bool = False) -> Outline:
    """The rows laid over the usual outline, the last one of a key on top; pure."""
    nearest = {row.key: row for row in rows}
    parts = []
    for part in OUTLINE:
        placed = [
            (place * STEP, 0, _of_government(section) if government else section)
            for place, section in enumerate(part.sections, start=1)
            if section.key not in nearest
        ]
        placed += [
            (row.position, row.pk or 1, _section(row, government))
            for row in nearest.values()
            if row.part == part.number and row.is_shown
        ]
        sections = tuple(section for *_, section in sorted(placed, key=lambda entry: entry[:2]))
        parts.append(replace(part, sections=sections))
    return Outline(PREAMBLE, tuple(parts))


def usual_position(key: str) -> int:
    """Where a usual sub-item stands in its part. Raises ``StopIteration`` for another."""
    return next(place * STEP for part in OUTLINE for place, one in enumerate(part.sections, start=1) if one.key == key)


def _section(row: OutlineSection, government: bool) -> Section:
    usual = SECTIONS.get(row.key)
    fallback = (_of_government(usual) if government else usual).default if usual else "无。"
    return Section(row.key, row.heading, row.default.replace("\r\n", "\n").strip() or fallback)


def _of_government(section: Section) -> Section:
    return replace(section, default=section.government_default) if section.government_default else section


# Ready sets: (title, what it is, rows). A row is (part, key, heading) in printed order, or hidden where it has none.


@dataclass(frozen=True)
class ReadySet:
    title: str
    explains: str
    headings: tuple[tuple[str, str], ...]
    part: str = "六"


_USUAL = next(part for part in OUTLINE if part.number == "六").sections
READY_SETS = {
    "usual": ReadySet(
        "通用提纲", "第六部分按本系统通用的各项、名称和顺序排列", tuple((one.key, one.heading) for one in _USUAL)
    ),
    "seven": ReadySet(
        "七项提纲",
        "第六部分依次为收费、要点落实、建议提案、创新、数据说明、其他事项和专门要求报告的事项七项",
        (
            ("other.fees", "政府信息公开收费情况"),
            ("other.priorities", "落实上级年度政务公开工作要点情况"),
            ("other.proposals", "人大代表建议、政协委员提案办理结果公开情况"),
            ("other.innovation", "政务公开工作创新情况"),
            ("other.stat_notes", "政府信息公开工作年度报告数据统计需要说明的事项"),
            ("other.other", "本行政机关认为需要报告的其他事项"),
            ("other.mandated", "其他有关文件专门要求通过政府信息公开工作年度报告予以报告的事项"),
        ),
    ),
    "brief": ReadySet(
        "简要提纲",
        "第六部分只列信息处理费、数据说明和其他事项三项，其余不列入报告",
        (
            ("other.fees", "收取信息处理费情况"),
            ("other.stat_notes", "年度报告数据统计需要说明的事项"),
            ("other.other", "其他需要报告的事项"),
        ),
    ),
}


@transaction.atomic
def adopt(agency: Agency, name: str) -> list[OutlineSection]:
    """The agency's rows become those of the ready set; its own wording and the sub-items it added itself stay.

    Raises ``KeyError`` for an unknown set. What was written under a sub-item that is no longer shown is kept.
    """
    ready = READY_SETS[name]
    own = {row.key: row for row in OutlineSection.objects.filter(agency=agency, part=ready.part)}
    headings = dict(ready.headings)
    changed = []
    for place, section in enumerate(_USUAL, start=1):
        row = own.get(section.key) or OutlineSection(agency=agency, part=ready.part, key=section.key)
        row.is_shown = section.key in headings
        row.heading = headings.get(section.key, section.heading)
        row.position = (list(headings).index(section.key) + 1 if row.is_shown else place) * STEP
        row.save()
        changed.append(row)
    return changed
