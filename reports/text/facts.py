"""All that the text may speak of, as one value: the agency as it introduces itself, and the year's figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from disclosures.models import Agency, ChannelKind
from reports.figures import Figures


@dataclass(frozen=True)
class Facts:
    name: str
    self_reference: str
    website_name: str
    website_url: str
    office: str
    address: str
    postcode: str
    phone: str
    figures: Figures
    adjustments: tuple[str, ...] = ()
    # Last year's figures: as issued (the open report format) or from the records; None where nothing is known.
    previous: Mapping[str, Any] | Figures | None = None

    @classmethod
    def of(cls, agency: Agency, figures: Figures, adjustments: tuple[str, ...] = (), previous: Any = None) -> "Facts":
        return cls(
            name=agency.name,
            self_reference=agency.self_reference,
            website_name=agency.website_name,
            website_url=agency.website_url,
            office=agency.office,
            address=agency.address,
            postcode=agency.postcode,
            phone=agency.phone,
            figures=figures,
            adjustments=adjustments,
            previous=previous,
        )

    @property
    def items(self) -> Mapping[str, Any]:
        return self.figures.counts["items"]

    def on(self, kind: ChannelKind) -> int:
        """Publications of the year on a kind of channel."""
        return int(self.items["by_channel_kind"][kind])

    def last_year_on(self, kind: ChannelKind) -> int:
        return int(self.items["last_year_by_channel_kind"][kind])

    @property
    def published_last_year(self) -> bool:
        """Has the year before any publication at all? If none, the records most likely begin later."""
        return any(self.items["last_year_by_channel_kind"].values())

    def total(self, *cells: str) -> int | Decimal:
        """The sum of these cells of the tables."""
        return sum((as_number(self.figures[cell]) or 0 for cell in cells), 0)

    def total_before(self, *cells: str) -> int | Decimal | None:
        """The same of last year; None where a cell is not known.

        Records that have nothing at all of that year most likely begin later; a report that says 0 means it.
        """
        if self.previous is None:
            return None
        if isinstance(self.previous, Figures):
            tables: Mapping[str, Any] = self.previous.tables
            if not any(as_number(value) for value in self.previous.cells().values()):
                return None
        else:
            tables = self.previous.get("tables", {})
        numbers = [as_number(_at(tables, cell)) for cell in cells]
        return sum((number for number in numbers if number is not None), 0) if None not in numbers else None

    def count(self, path: str) -> int | Decimal:
        """A count beside the tables, ``proposals.npc``; 0 where there is none."""
        return as_number(_at(self.figures.counts, path)) or 0

    def count_before(self, path: str) -> int | Decimal | None:
        if self.previous is None:
            return None
        counts = self.previous.counts if isinstance(self.previous, Figures) else self.previous.get("counts")
        return as_number(_at(counts or {}, path))


def as_number(value: Any) -> int | Decimal | None:
    """A cell or count as a number; money is kept as text."""
    if isinstance(value, str):
        return Decimal(value)
    return value if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else None


def _at(values: Any, path: str) -> Any:
    for key in path.split("."):
        if not isinstance(values, Mapping) or key not in values:
            return None
        values = values[key]
    return values
