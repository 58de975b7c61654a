"""What a self-check is asked about: an agency on a day, by its own thresholds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from disclosures import calendars
from disclosures.inspection.indicators import BY_CODE, Indicator
from disclosures.models import Agency, InspectionSetting
from disclosures.working_days import Calendar


@dataclass(frozen=True)
class Setting:
    """``threshold`` None: that of the indicator."""

    watched: bool = True
    threshold: int | None = None
    note: str = ""


@dataclass(frozen=True)
class Scope:
    agency: Agency
    day: date
    calendar: Calendar
    settings: Mapping[str, Setting]

    def watches(self, indicator: Indicator) -> bool:
        return self.setting(indicator).watched

    def setting(self, indicator: Indicator) -> Setting:
        return self.settings.get(indicator.code, Setting())

    def threshold(self, code: str) -> int:
        """In the indicator's unit; raises ``LookupError`` for an indicator that has none."""
        found = self.setting(BY_CODE[code]).threshold or BY_CODE[code].threshold
        if found is None:
            raise LookupError(code)
        return found


def scope_of(agency: Agency, day: date) -> Scope:
    """The agency's settings, or those of the nearest agency above it that has some; one query and the calendar's."""
    above = [int(key) for key in agency.path.rstrip("/").split("/")]
    rows = InspectionSetting.objects.filter(agency_id__in=above)
    nearest_last = sorted(rows, key=lambda row: above.index(row.agency_id))
    settings = {row.indicator: Setting(row.watched, row.threshold, row.note) for row in nearest_last}
    return Scope(agency, day, calendars.current(), settings)
