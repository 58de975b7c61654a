"""信息处理费 (条例 Art. 42; 国办函〔2020〕109号, in force 2021-01-01): two marginal tariffs, one to a request."""

from dataclasses import dataclass
from itertools import count, takewhile
from typing import Literal


@dataclass(frozen=True)
class Tier:
    """From which unit (件 or 页, included) each one costs ``yuan``."""

    starts_at: int
    yuan: int


@dataclass(frozen=True)
class Step:
    """The part of a sum that falls in one tier: units ``first`` to ``last``, both included."""

    first: int
    last: int
    yuan_each: int
    unit: Literal["件", "页"]

    @property
    def count(self) -> int:
        return self.last - self.first + 1

    @property
    def yuan(self) -> int:
        return self.count * self.yuan_each


FREE_REQUESTS = 10  # a calendar month, same applicant, this agency; Art. 4
FREE_PAGES = 30  # a single request, one side of A4 or smaller; Art. 5
PAGE_TIERS = (Tier(1, 0), Tier(FREE_PAGES + 1, 10), Tier(101, 20), Tier(201, 40))


def item_tiers(n: int) -> list[Tier]:
    """Art. 4: 10 free, 11–30 at 100 yuan, then every 10 requests 100 yuan more each."""
    rising = takewhile(lambda tier: tier.starts_at <= n, (Tier(31 + 10 * step, 200 + 100 * step) for step in count()))
    return [Tier(1, 0), Tier(FREE_REQUESTS + 1, 100), *rising]


def steps_by_item(n: int) -> tuple[Step, ...]:
    """How ``by_item(n)`` adds up, tier by tier (Art. 4). Raises ``ValueError`` for a negative number."""
    return _steps(n, item_tiers(n), "件")


def steps_by_page(pages: int) -> tuple[Step, ...]:
    """How ``by_page(pages)`` adds up, tier by tier (Art. 5). Raises ``ValueError`` for a negative number."""
    return _steps(pages, list(PAGE_TIERS), "页")


def told(step: Step) -> str:
    """第11至30件，20件×100元＝2000元; free units are said to be free. Art. 6: the notice states the standard."""
    span = f"第{step.first}{step.unit}" if step.count == 1 else f"第{step.first}至{step.last}{step.unit}"
    if not step.yuan_each:
        return f"{span}，不收费"
    return f"{span}，{step.count}{step.unit}×{step.yuan_each}元＝{step.yuan}元"


def by_item(n: int) -> int:
    """按件: yuan for all ``n`` requests of one applicant in one calendar month. Raises ``ValueError``."""
    return sum(step.yuan for step in steps_by_item(n))


def by_page(pages: int) -> int:
    """按量: yuan for one request of ``pages`` pages; pages are not added over requests. Raises ``ValueError``."""
    return sum(step.yuan for step in steps_by_page(pages))


def _steps(units: int, tiers: list[Tier], unit: Literal["件", "页"]) -> tuple[Step, ...]:
    if units < 0:
        raise ValueError("件数或页数不能为负数")
    ends = [tier.starts_at - 1 for tier in tiers[1:]] + [units]
    return tuple(
        Step(tier.starts_at, min(end, units), tier.yuan, unit)
        for tier, end in zip(tiers, ends, strict=True)
        if tier.starts_at <= units
    )
