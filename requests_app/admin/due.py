"""The light of a case and the filter by it, the same for requests and proposals."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from disclosures import calendars
from disclosures.lights import BANDS, due_within, light, under_light
from requests_app import proposals
from requests_app.enums import Publicity, RequestState, Satisfaction
from requests_app.models import DisclosureRequest, Dispute, Proposal

TONES = {"late": "danger", "soon": "warning", "fine": "success", "unknown": "info", "done": ""}


SUSPENDED = {RequestState.CORRECTION, RequestState.CONSULTATION, RequestState.PAYMENT}


def light_of(case: DisclosureRequest | Proposal, day: date) -> tuple[str, str]:
    """(tone, words) of a case that is answered by a last day."""
    if case.answered_on:
        return "done", "已办结"
    if case.due_on is None and getattr(case, "state", "") in SUSPENDED:
        return "unknown", "已暂停"
    found = light(case.due_on, day, calendar=calendars.current())
    return found.tone, found.words


def light_of_proposal(proposal: Proposal, day: date) -> tuple[str, str]:
    """(tone, words); an answer that did not satisfy is not the end of it."""
    if proposal.satisfaction == Satisfaction.DISSATISFIED and proposals.may_redo(proposal):
        return "soon", "反馈不满意"
    return light_of(proposal, day)


def light_of_answer(dispute: Dispute, day: date) -> tuple[str, str]:
    """(tone, words) of our answer to the review organ or the court."""
    if dispute.answered_on:
        return "done", "已答复"
    if dispute.closed_on:
        return "done", "已审结"
    found = light(dispute.answer_due_on, day, calendar=calendars.current())
    return found.tone, found.words


def light_of_publication(proposal: Proposal, day: date) -> tuple[str, str]:
    """(tone, words) of the duty to publish the answer."""
    if proposal.is_public:
        return "done", "已公开"
    if proposal.publicity == Publicity.CLOSED:
        return "done", "不予公开"
    if not proposals.must_publish(proposal):
        return "done", "—"
    found = light(proposal.publish_due_on, day, calendar=calendars.current())
    return found.tone, found.words


class DueFilter(admin.SimpleListFilter):
    """The lights as filters; the 工作台 counts with the same method."""

    title, parameter_name = "答复期限", "due"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "未办结"), *((band.key, band.words) for band in BANDS)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return due_within(queryset, self.value(), timezone.localdate()) if self.value() else queryset


class AnswerFilter(DueFilter):
    """The same lights for our answer in a dispute."""

    title = "答复（答辩）期限"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return under_light(queryset.awaiting_answer(), self.value(), timezone.localdate(), due="answer_due_on")


class PublicationFilter(DueFilter):
    """The same lights for publishing the answer to a proposal."""

    title, parameter_name = "公开期限", "publish"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list({**dict(super().lookups(request, model_admin)), "open": "应当公开、尚未公开"}.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        return under_light(queryset.awaiting_publication(), self.value(), timezone.localdate(), due="publish_due_on")
