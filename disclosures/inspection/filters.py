"""A list narrowed to what an indicator of the self-check counts: the figure and the list are one question."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.http import HttpRequest
from django.utils import timezone

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.inspection.check import rows_under
from disclosures.inspection.indicators import INDICATORS, Indicator
from disclosures.inspection.scope import scope_of
from disclosures.models import Agency
from disclosures.working_days import CalendarNotCovered

PARAMETER = "finding"


def agencies_of(user: Any) -> Any:
    """The agencies whose column the person may look over."""
    return access.agencies_for(user, Action.VIEW, Area.PUBLISHING).filter(has_portal=True)


def value_of(indicator: Indicator, agency: Agency) -> str:
    """What stands in the address: an indicator is asked of one agency, by its thresholds."""
    return f"{indicator.code}.{agency.pk}"


class FindingFilter(SimpleListFilter):
    title, parameter_name = "自查发现的问题", PARAMETER

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        agency = self._agency(request)
        subject = model_admin.opts.model_name
        return [
            (value_of(indicator, agency), indicator.title)
            for indicator in INDICATORS
            if agency is not None and indicator.subject.value == subject
        ]

    def _agency(self, request: HttpRequest) -> Agency | None:
        """That of the address, or the only one there is."""
        _, _, key = (self.value() or "").partition(".")
        seen = agencies_of(request.user)
        if key:
            return seen.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 10 else None
        found = list(seen[:2])
        return found[0] if len(found) == 1 else None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        value = self.value()
        if value is None:
            return queryset
        agency = self._agency(request)
        if agency is None or value not in dict(self.lookup_choices):
            return queryset.none()
        try:
            rows = rows_under(value.partition(".")[0], scope_of(agency, timezone.localdate()))
        except CalendarNotCovered:
            return queryset.none()
        return queryset.filter(pk__in=rows.order_by().values("pk"))
