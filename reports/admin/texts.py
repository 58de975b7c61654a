"""The text part of the workspace: each section with its field and all that is to be said beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from reports import document, narrative
from reports.forms import TextsForm
from reports.models import AnnualReport
from reports.text import blocks, lint, outline, phrases, placeholders, similarity, statements, texts
from reports.text.facts import as_number
from reports.text.hand_written import HandWritten, hand_written
from reports.text.normalise import normalise

LONGEST_VALUE = 46  # characters of a sentence in the menu


@dataclass(frozen=True)
class Offer:
    """A text that may take the place of what stands in the field."""

    value: str
    title: str
    text: str
    filled: str


@dataclass(frozen=True)
class SectionDesk:
    key: str
    field: Any
    is_default: bool
    messages: tuple[tuple[str, str], ...]
    bindable: tuple[HandWritten, ...]
    likeness: int | None
    tone: str
    printed: tuple[tuple[str, str], ...]
    offers: tuple[Offer, ...]
    restore: Offer
    is_untidy: bool
    clash: texts.Clash | None


@dataclass
class Desk:
    """What the page shows of the text, and whether it has just been saved."""

    form: TextsForm
    draft: document.Draft | None
    changed: list[str] | None = None
    notice: str = ""
    clashes: tuple[texts.Clash, ...] = ()

    @property
    def live(self) -> document.ReportDocument:
        return self.draft.document if self.draft else document.of(self.form.report)

    def context(self, live: document.ReportDocument) -> dict[str, Any]:
        if self.draft is None:
            return {"form": self.form, "printed_parts": [part for part in live.parts if part.sections]}
        desks = {desk.key: desk for desk in self._sections(self.draft)}
        groups = [("报告开头", [desks["preamble"]])]
        groups += [
            (f"{part.number}、{part.heading}", [desks[section.key] for section in part.sections])
            for part in self.draft.outline.parts
            if not part.table
        ]
        return {
            "form": self.form,
            "text_groups": groups,
            "text_notice": self.notice,
            "clashes": [(clash.section, self.form.fields[clash.section].label) for clash in self.clashes],
            "data_menu": [
                (group, [(name, explains, _short(value)) for name, explains, value in entries])
                for group, entries in placeholders.menu(self.draft.facts)
            ],
            "chart_marks": [f"{{图:{name}}}" for name in blocks.CHARTS],
            "untidy": any(desk.is_untidy for desk in desks.values()),
        }

    def _sections(self, draft: document.Draft) -> Iterator[SectionDesk]:
        before = lint.last_year_texts(draft.facts.previous)
        printed = {section.key: section for part in draft.document.parts for section in part.sections}
        clashes = {clash.section: clash for clash in self.clashes}
        for key, section in draft.outline.sections.items():
            text = draft.texts[key]
            likeness = None if key == "preamble" else lint.likeness(key, text, before)
            shown = printed[key].blocks() if key in printed else ((line, "") for line in draft.document.preamble)
            yield SectionDesk(
                key=key,
                field=self.form[key],
                is_default=texts.as_stored(text) == section.default,
                messages=tuple(_messages(draft, key)),
                bindable=tuple(found for found in hand_written(key, text, draft.facts) if found.agrees),
                likeness=likeness,
                tone="late"
                if (likeness or 0) >= similarity.TOO_ALIKE
                else "soon"
                if (likeness or 0) >= similarity.ALIKE
                else "",
                printed=tuple(shown),
                offers=tuple(_offers(draft, key)),
                restore=Offer(f"{key}:default", "恢复默认文字", section.default, ""),
                is_untidy=normalise(text) != text,
                clash=clashes.get(key),
            )


def open_desk(request: HttpRequest, report: AnnualReport) -> Desk:
    """Shows the text, or takes what was sent: saves it, puts another text in a field, or says why not."""
    if report.is_final:
        return Desk(TextsForm(report=report, sections={}, written={}), None)
    if request.method != "POST":
        draft = document.draft(report)
        return Desk(TextsForm(report=report, sections=draft.outline.sections, written=draft.texts), draft)
    form = TextsForm(request.POST, report=report, sections=outline.of(report.agency).sections, written={})
    if "put" in request.POST:
        return _put(form, request.POST["put"])
    if not form.is_valid():
        return Desk(form, document.draft(report, form.submitted), notice="没有保存，请先改正标出的问题。")
    sent = texts.tidy(form.submitted) if "tidy" in request.POST else form.submitted
    try:
        changed = texts.save(
            report=report,
            by=request.user,
            texts=sent,
            signed_on=form.cleaned_data["signed_on"],
            seen=form.cleaned_data["edits"],
        )
    except texts.Overtaken as fault:
        return _overtaken(form, sent, fault)
    except ValidationError as fault:
        return Desk(form, document.draft(report, sent), notice="没有保存：" + "；".join(fault.messages))
    return Desk(form, None, changed=changed)


def _put(form: TextsForm, chosen: str) -> Desk:
    """Without a script: the same page with another text in one field, not yet saved."""
    key, _, which = chosen.partition(":")
    draft = document.draft(form.report, form.submitted)
    offers = {offer.value: offer.text for offer in _offers(draft, key)} if key in form.sections else {}
    if key in form.sections:
        offers[f"{key}:default"] = form.sections[key].default
    if chosen not in offers:
        return Desk(form, draft, notice="没有这段常用文字，请重新选择。")
    merged = {**form.submitted, key: offers[chosen]}
    again = _with(form, merged)
    heading = form.sections[key].heading or "报告开头"
    return Desk(again, document.draft(form.report, merged), notice=f"“{heading}”已换上所选文字，保存后生效。")


def _overtaken(form: TextsForm, sent: dict[str, str], fault: texts.Overtaken) -> Desk:
    merged, clashes = texts.reconcile(sent, fault.stored, form.cleaned_data["basis"])
    again = _with(form, merged, edits=str(fault.edits), basis=texts.marks_of(fault.stored))
    told = "别人刚刚保存过这份报告，您的修改还没有保存，也没有丢失。"
    told += (
        "下面标出双方都改过的段落，请核对；再次保存将以输入框中的文字为准，对方的文字留在办理记录中。"
        if clashes
        else "双方改的不是同一段，对方的修改已经合到下面，核对后请再次保存。"
    )
    return Desk(again, document.draft(form.report, merged), notice=told, clashes=tuple(clashes))


def _with(form: TextsForm, merged: dict[str, str], **hidden: str) -> TextsForm:
    data = form.data.copy()  # type: ignore[attr-defined]
    for name, value in {**merged, **hidden}.items():
        data[name] = value
    return TextsForm(data, report=form.report, sections=form.sections, written={})


def _offers(draft: document.Draft, key: str) -> Iterator[Offer]:
    for place, phrase in enumerate(phrases.PHRASES.get(key, ())):
        if phrase.fits(draft.facts):
            yield Offer(f"{key}:{place}", phrase.title, phrase.text, narrative.fill(phrase.text, draft.facts))


def _messages(draft: document.Draft, key: str) -> Iterator[tuple[str, str]]:
    """(level, what is wrong) of this section; names that cannot be filled are told by the form."""
    for result in draft.document.results:
        if result.cell == key and result.holds is False:
            yield result.level, result.message
    if key not in draft.texts or key == "preamble":
        return
    printed = narrative.fill(draft.texts[key], draft.facts)

    def number(code: str) -> int | None:
        value = as_number(draft.document.figures[code])
        return value if isinstance(value, int) else None

    year = draft.document.year
    for _, told in (
        *statements.contradictions(printed, number, year),
        *statements.zero_contradictions(printed, number, year),
    ):
        yield "error", told


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}…"
