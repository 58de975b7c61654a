"""Saving the text of a report, so that of two officers who write at once neither loses a word."""

import json
import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from django.db import transaction

from disclosures import history
from reports import actions
from reports.models import AnnualReport, ReportText
from reports.text import outline
from reports.text.normalise import normalise


class Overtaken(Exception):
    """The text was saved by somebody else since this officer opened it; nothing was changed."""

    def __init__(self, stored: Mapping[str, str], edits: int) -> None:
        super().__init__("别人刚刚保存过这份报告的文字，您的修改还没有保存")
        self.stored, self.edits = stored, edits


@transaction.atomic
def save(
    *, report: AnnualReport, by: Any, texts: Mapping[str, str], signed_on: date | None, seen: int | None
) -> list[str]:
    """Stores what differs and returns the names of what was changed; a section that is not sent stays as it is.

    A text equal to its default is not stored, so that a better default reaches it. ``seen`` is the number of savings
    that the officer saw; raises ``Overtaken`` where it is not the present one, ``ValidationError`` where the report is
    no longer being written.
    """
    report = actions.editable(report)
    sections, stored = outline.of(report.agency).sections, texts_of(report)
    if seen is not None and seen != report.edits:
        raise Overtaken(stored, report.edits)
    edits: dict[str, list[str]] = {}
    for key, text in texts.items():
        if key not in sections or text == stored[key]:
            continue
        edits[sections[key].heading or "报告开头"] = [history.plain(stored[key]), history.plain(text)]
        if text == sections[key].default:
            ReportText.objects.filter(report=report, section=key).delete()
        else:
            ReportText.objects.update_or_create(report=report, section=key, defaults={"text": text})
    if signed_on != report.signed_on:
        edits["落款日期"] = [history.plain(report.signed_on), history.plain(signed_on)]
    if edits:
        report.signed_on, report.edits = signed_on, report.edits + 1
        report.save(update_fields=["signed_on", "edits", "updated_at"])
        history.record(report, by=by, step="text", what=f"修改文字：{'、'.join(edits)}", details={"edits": edits})
    return list(edits)


def texts_of(report: AnnualReport) -> dict[str, str]:
    """Section → its text, stored or default, of all that the outline shows."""
    written = {text.section: text.text for text in report.texts.all()}
    return {key: written.get(key, section.default) for key, section in outline.of(report.agency).sections.items()}


def as_stored(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def tidy(texts: Mapping[str, str]) -> dict[str, str]:
    return {key: as_stored(normalise(text)) for key, text in texts.items()}


def marks_of(texts: Mapping[str, str]) -> str:
    """A mark of each text as it was shown, by which a later saving knows what the officer has changed."""
    return json.dumps({key: _mark(text) for key, text in texts.items()})


def _mark(text: str) -> int:
    return zlib.crc32(as_stored(text).encode())


@dataclass(frozen=True)
class Clash:
    """A section that both have changed: runs of ("same" | "mine" | "theirs", text)."""

    section: str
    runs: tuple[tuple[str, str], ...]


def reconcile(mine: Mapping[str, str], stored: Mapping[str, str], basis: str) -> tuple[dict[str, str], list[Clash]]:
    """(the texts to go on with, what both have changed): what only the other changed is taken over from there."""
    shown = _read(basis)
    merged, clashes = dict(mine), []
    for key, text in mine.items():
        saved = as_stored(stored.get(key, text))
        if text == saved:
            continue
        if shown.get(key) == _mark(text):
            merged[key] = saved
        elif shown.get(key) != _mark(saved):
            clashes.append(Clash(key, tuple(compare(text, saved))))
    return merged, clashes


def compare(mine: str, theirs: str) -> Iterable[tuple[str, str]]:
    """Clause by clause, in the order of the text."""
    first, second = (re.findall(r"[^，。；：！？\n]*[，。；：！？\n]?", text) for text in (mine, theirs))
    for tag, a, b, c, d in SequenceMatcher(None, first, second, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "same", "".join(first[a:b])
            continue
        if a < b:
            yield "mine", "".join(first[a:b])
        if c < d:
            yield "theirs", "".join(second[c:d])


def _read(basis: str) -> dict[str, Any]:
    try:
        shown = json.loads(basis)
    except (ValueError, RecursionError):
        return {}
    return shown if isinstance(shown, dict) else {}
