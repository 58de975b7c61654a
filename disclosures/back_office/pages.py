"""What lists of the back office share here: links to the pages beside them, and a filter by what is owed."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from disclosures import duties

# Tones of ``duties`` as the theme colours them; the words beside them say the same.
TONES = {"late": "danger", "soon": "warning", "fine": "success", "unknown": "info", "done": ""}


class LinkedPages:
    """A list with links to the pages beside it."""

    list_before_template = "admin/disclosures/list_links.html"

    def pages(self, request: HttpRequest) -> list[tuple[str, str]]:
        """(words, address) of each that the person may open."""
        raise NotImplementedError

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {**(extra_context or {}), "pages": self.pages(request)})  # type: ignore[misc]


class DutyFilter(admin.SimpleListFilter):
    """The rows that owe something, by light; the 工作台 counts with the same question."""

    open_words: str

    def owing(self, queryset: Any, day: date) -> Any:
        raise NotImplementedError

    def band(self, key: str, day: date, used: dict[str, set[int]]) -> Q | None:
        raise NotImplementedError

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", self.open_words), *((each.key, each.words) for each in duties.OPEN_BANDS)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        day = timezone.localdate()
        waiting = self.owing(queryset, day)
        if self.value() == "open":
            return waiting
        found = self.band(str(self.value()), day, duties.terms_in_use())
        return queryset.none() if found is None else waiting.filter(found)
