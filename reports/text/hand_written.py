"""Numbers that the officer wrote by hand where a placeholder could stand; pure."""

import re
from dataclasses import dataclass

from reports.text.claims import claims_in, clause_of, is_of_another_time, normalised
from reports.text.facts import Facts
from reports.text.placeholders import PLACEHOLDERS, literal_parts


@dataclass(frozen=True)
class HandWritten:
    """A number in the text that a placeholder could stand for."""

    section: str
    words: str
    number: int
    name: str
    unit: str
    figures: tuple[int, ...]

    @property
    def agrees(self) -> bool:
        return self.number in self.figures


# How texts tell of the counts beside the tables: words, units, the placeholder, and others that may be meant.
_COUNTED = (
    (r"(?:制发|制定|出台|印发)了?(?:行政)?规范性文件(\d{1,9})件", "文件制发", ()),
    (r"废止(?:行政)?规范性文件(\d{1,9})件", "文件废止", ()),
    (r"(?:作出|实施|办理)行政许可(?:决定)?(\d{1,9})件", "许可件数", ()),
    (r"(?:作出|实施)[^，。；0-9]{0,8}?行政处罚(?:决定)?(\d{1,9})件", "处罚件数", ()),
    (r"(?:作出|实施)[^，。；0-9]{0,8}?行政强制(?:决定)?(\d{1,9})件", "强制件数", ()),
    (r"收费通知(?:书)?(\d{1,9})件", "收费通知件数", ()),
    (r"(?:实际收取|实收)(?:信息处理费)?(\d{1,9})元", "信息处理费实收", ()),
    (r"(?:政府|政务|门户|官方|本局|我局)?网站[^，。；：0-9]{0,24}?(\d{1,9})条", "网站条数", ("公开总条数",)),
    (r"(?:微信|公众号)[^，。；：0-9]{0,16}?(\d{1,9})[篇条]", "微信篇数", ()),
    (r"微博[^，。；：0-9]{0,12}?(\d{1,9})条", "微博条数", ()),
    (r"(?:发布会|访谈)[^，。；：0-9]{0,12}?(\d{1,9})[次场]", "发布会次数", ()),
    (r"(?:协办|协助办理)[^，。；：、0-9]{0,8}?建议(\d{1,9})件", "协办建议件数", ()),
    (r"(?:协办|协助办理)[^，。；：0-9]{0,8}?提案(\d{1,9})件", "协办提案件数", ()),
    (r"(?<!协)(?<!协助)办理?[^，。；：、0-9协]{0,8}?建议(\d{1,9})件", "建议件数", ()),
    (r"(?<![协助])(?:^|(?<=[，、；。和及])|办理?)(?:政协)?(?:委员)?提案(\d{1,9})件", "提案件数", ()),
)


def hand_written(section: str, text: str, facts: Facts) -> list[HandWritten]:
    """Numbers between the placeholders of ``text`` that tell what a placeholder tells, right or wrong."""
    literal = normalised("□".join(literal_parts(text)))
    found = []
    for told in claims_in(literal, facts.figures.year):
        sums = tuple(int(facts.total(*cells)) for cells in told.claim.sums)
        if told.claim.placeholder:
            found.append(HandWritten(section, told.words, told.number, told.claim.placeholder, "件", sums))
    for pattern, name, others in _COUNTED:
        for match in re.finditer(pattern, literal):
            clause = clause_of(literal, match)
            if "其中" in clause or is_of_another_time(clause, facts.figures.year):
                continue
            figures = tuple(int(PLACEHOLDERS[one].quantity(facts)) for one in (name, *others))  # type: ignore[misc]
            unit = PLACEHOLDERS[name].unit
            found.append(
                HandWritten(section, match.group(0).lstrip("，、；。"), int(match.group(1)), name, unit, figures)
            )
    for category, number in facts.items["website_by_category"].items():
        for match in re.finditer(rf"{re.escape(category)}”?(?:类|栏目|信息)?(\d{{1,9}})条", literal):
            found.append(HandWritten(section, match.group(0), int(match.group(1)), "网站分类", "条", (number,)))
    return found
