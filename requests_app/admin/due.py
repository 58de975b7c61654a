"""The light of a case and the filter by it, the same for requests and proposals."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from disclosures import calendars
from disclosures.lights import due_within, light
from requests_app.models import DisclosureRequest, Proposal

TONES = {"late": "danger", "soon": "warning", "fine": "success", "unknown": "info", "done": ""}


def told(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def light_of(case: DisclosureRequest | Proposal, day: date) -> tuple[str, str]:
    """(tone, words) of a case that is answered by a last day."""
    if case.answered_on:
        return "done", "已办结"
    found = light(case.due_on, day, calendar=calendars.current())
    return found.tone, found.words


class DueFilter(admin.SimpleListFilter):
    """The lights as filters; the 工作台 counts with the same method."""

    title, parameter_name = "答复期限", "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("open", "未办结"),
            ("late", "已超期"),
            ("today", "今日到期"),
            ("soon", "三个工作日内到期"),
            ("later", "三个工作日以后到期"),
            ("unknown", "待定"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return due_within(queryset, self.value(), timezone.localdate()) if self.value() else queryset
