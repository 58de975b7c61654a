"""What the applicant may take home: the letters that went out to them, as they went out, and what came with these."""

import hashlib
from dataclasses import dataclass
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpResponse

from requests_app.correspondence import kept_pdf
from requests_app.letters.compose import kind_of
from requests_app.letters.document import LetterText
from requests_app.letters.kinds import Addressee
from requests_app.letters.remedy import is_partial, is_told
from requests_app.models import CaseFile, DisclosureRequest, FilePurpose, Letter, LetterState
from requests_app.outcomes import Outcome, RemedyMode, remedy_mode
from requests_app.progress import Remedy, remedy
from requests_app.standing import Case


class Changed(Exception):
    """What is stored is not what went out."""


@dataclass(frozen=True)
class Sent:
    """A letter that went out to the applicant, with its enclosures."""

    letter: Letter
    files: tuple[CaseFile, ...]


def is_for_applicant(letter: Letter) -> bool:
    """Sent, and to the applicant: no draft, no void, nothing to those who were consulted, no sheet of the file."""
    if letter.state != LetterState.SENT:
        return False
    try:
        kind = kind_of(letter.code, Outcome(letter.outcome) if letter.outcome else None)
    except (KeyError, ValueError):
        return False
    return kind.addressed == Addressee.APPLICANT and not letter.addressee


def sent_to_applicant(case: DisclosureRequest) -> list[Sent]:
    """In the order in which they went out; two queries."""
    letters = [
        letter
        for letter in case.letters.filter(state=LetterState.SENT).order_by("sent_on", "pk")
        if is_for_applicant(letter)
    ]
    enclosed = list(_enclosed(case).filter(letter__in=letters)) if letters else []
    return [Sent(letter, tuple(file for file in enclosed if file.letter_id == letter.pk)) for letter in letters]


def _enclosed(case: DisclosureRequest) -> QuerySet[CaseFile]:
    return CaseFile.objects.filter(request=case, purpose=FilePurpose.ENCLOSURE, letter__state=LetterState.SENT)


def letter_of(case: DisclosureRequest, pk: int) -> Letter | None:
    letter = case.letters.filter(pk=pk).first()
    return letter if letter and letter.printed and is_for_applicant(letter) else None


def file_of(case: DisclosureRequest, pk: int) -> CaseFile | None:
    file = _enclosed(case).select_related("letter").filter(pk=pk).first()
    return file if file and file.letter and is_for_applicant(file.letter) else None


def pdf_of(letter: Letter) -> bytes:
    """The very bytes that went out. Raises ``Changed``."""
    try:
        content = kept_pdf(letter)
    except FileNotFoundError:
        raise Changed from None
    if hashlib.sha256(content).hexdigest() != letter.digest:
        raise Changed
    return content


def download(content: object, name: str, *, content_type: str = "application/octet-stream") -> HttpResponse:
    """Saved, not shown; named in both forms of RFC 6266; no cache keeps it, no script in it runs."""
    response = HttpResponse(content, content_type=content_type)
    ending = name.rsplit(".", 1)[-1] if "." in name else "bin"
    plain = f"file.{ending}" if ending.isascii() and ending.isalnum() else "file"
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def remedy_of(case: Case, sent: list[Sent]) -> Remedy | None:
    """What the answer itself tells of review and suit; None where there is nothing to contest."""
    if not case.is_closed or case.answered_on is None:
        return None
    outcome = Outcome(case.outcome)
    answer = next((each.letter for each in reversed(sent) if each.letter.outcome), None)
    mode = remedy_mode(outcome, answer.dated_on if answer else case.answered_on)
    if mode == RemedyMode.NONE:
        return None
    if answer is None or not answer.content:
        return Remedy("", ())
    paragraphs = LetterText.from_json(answer.content).paragraphs
    clause = next((each for each in reversed(paragraphs) if is_told(each, mode, partial=is_partial(outcome))), "")
    return remedy(case, mode, clause, answer.delivered_on)
