"""What a letter's declaration is made of; pure. The letters themselves: ``procedural`` and ``answers``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from disclosures.dates import told
from requests_app.letters.document import Row


class Addressee(StrEnum):
    APPLICANT = "applicant"
    CONSULTED = "consulted"  # a third party or an organ, never told who asked
    FILE = "file"  # a sheet for the file or a proof: no 文号, not sent as a letter


class FieldKind(StrEnum):
    LINE = "line"
    TEXT = "text"
    DATE = "date"
    NUMBER = "number"
    CHOICE = "choice"


@dataclass(frozen=True)
class Field:
    """Something the officer fills in. ``help`` gives an example."""

    name: str
    label: str
    help: str = ""
    kind: FieldKind = FieldKind.LINE
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    longest: int = 1000


@dataclass(frozen=True)
class Facts:
    """What a letter's wording may draw on. Plain values; the applicant only where the letter is to the applicant."""

    agency: str
    number: str  # 登记编号
    applicant: str
    description: str
    on: date
    received_on: date | None = None
    channel: str = ""
    due_on: date | None = None
    is_person: bool = True
    corrected_on: date | None = None
    contact: str = ""
    enclosures: tuple[tuple[str, int | None], ...] = ()
    registered: tuple[Row, ...] = ()  # for the registration sheet
    values: dict[str, Any] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """A filled-in value without closing punctuation, so that the sentence around it can end it."""
        return str(self.values.get(name) or "").strip().rstrip("。；，、;,.")

    def day(self, name: str) -> str:
        value = self.values.get(name)
        if not value:
            return ""
        return told(value if isinstance(value, date) else date.fromisoformat(str(value)))

    def before(self, name: str) -> str:
        """A last day, said so that nobody wonders whether it counts."""
        return f"{self.day(name)}前（含当日）"

    def label(self, field_: Field) -> str:
        return dict(field_.choices).get(self.text(field_.name), self.text(field_.name))

    @property
    def recital(self) -> str:
        """Which request, of whom, received when and how (条例 Art. 31: the day of receipt, not of typing)."""
        corrected = f"，{told(self.corrected_on)}收到补正材料" if self.corrected_on else ""
        received = told(self.received_on) if self.received_on else ""
        return (
            f"{self.agency}于{received}收到您（单位）通过{self.channel}方式提交的政府信息公开申请"
            f"（登记编号：{self.number}）{corrected}。您（单位）申请公开的内容为：“{quoted(self.description)}”。"
        )


@dataclass(frozen=True)
class LetterKind:
    """``family`` is the counter and the word in the 文号: 告 (notices), 复 (answers), 函 (to others); "" has none."""

    code: str
    title: str
    article: str
    body: Callable[[Facts], Iterable[str]]
    family: str = "告"
    fields: tuple[Field, ...] = ()
    addressed: Addressee = Addressee.APPLICANT
    form_title: str = ""
    form: Callable[[Facts], Iterable[Row]] | None = None
    hint: str = ""


def quoted(text: str) -> str:
    """One line, inner quotation marks made single (GB/T 15834)."""
    return " ".join(text.split()).replace("“", "‘").replace("”", "’").rstrip("。")


LAW = "《中华人民共和国政府信息公开条例》"
