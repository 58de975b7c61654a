"""From a declaration and the facts to the letter's text; pure."""

from requests_app.letters.answers import FOR_OUTCOME, RECORD_CORRECTION
from requests_app.letters.document import LetterText, Row
from requests_app.letters.kinds import Addressee, Facts, LetterKind
from requests_app.letters.procedural import KINDS, OWN_NUMBER
from requests_app.letters.remedy import Organs, clause, is_partial
from requests_app.outcomes import Outcome, RemedyMode, remedy_mode

PROCEDURAL: dict[str, LetterKind] = {kind.code: kind for kind in (*KINDS, RECORD_CORRECTION)}


def kind_of(code: str, outcome: Outcome | None = None) -> LetterKind:
    """The declaration of a letter; answers are told apart by their outcome. Raises ``KeyError``."""
    return FOR_OUTCOME[outcome] if outcome else PROCEDURAL[code]


def remedy_of(kind: LetterKind, outcome: Outcome | None, facts: Facts) -> RemedyMode:
    """What the letter must tell: of answers by their outcome; a notice on the way cannot be sued (法释〔2025〕8号)."""
    if outcome:
        return remedy_mode(outcome, facts.on)
    # Opening against a third party's will (Art. 32) and a refused correction (Art. 41) can be contested.
    return RemedyMode.FREE_CHOICE if kind.code in {"P10", "O24"} else RemedyMode.NONE


def compose(
    kind: LetterKind,
    facts: Facts,
    *,
    organs: Organs,
    number: str = "",
    addressee: str = "",
    outcome: Outcome | None = None,
) -> LetterText:
    """The letter. Raises ``remedy.OrgansMissing`` where a remedy must be told and the agency has not said to whom."""
    document = kind.title[-3:] if kind.title[-3:] in {"答复书", "告知书", "确认书", "通知书"} else "文书"
    remedy = clause(
        remedy_of(kind, outcome, facts), organs, document=document, partial=outcome is not None and is_partial(outcome)
    )
    you = "您（单位）" if kind.addressed == Addressee.CONSULTED else "您" if facts.is_person else "贵单位"
    body = tuple(part.replace("您（单位）", you) for part in (*kind.body(facts), remedy) if part)
    filed = kind.addressed == Addressee.FILE
    return LetterText(
        agency=facts.agency,
        title=kind.title,
        number="" if filed else number,
        addressee="" if filed else addressee,
        paragraphs=body,
        enclosures=() if filed else tuple(_enclosure(name, pages) for name, pages in facts.enclosures),
        contact="" if filed else facts.contact,
        dated_on=None if filed else facts.on,
        form_title=kind.form_title,
        form=tuple(_numbered(row, number) for row in kind.form(facts)) if kind.form else (),
    )


def _numbered(row: Row, number: str) -> Row:
    """The tear-off reply names the letter it answers."""
    return Row(row.label, number) if row.label == OWN_NUMBER else row


def _enclosure(name: str, pages: int | None) -> str:
    return f"{name}（{pages}页）" if pages else name
