"""A letter as one value, before it is HTML, PDF or DOCX. Pure."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Row:
    """A line of a form that is filled in by hand or by us: a tear-off reply, a delivery record."""

    label: str
    value: str = ""


@dataclass(frozen=True)
class LetterText:
    """``paragraphs`` are printed as they are, each indented. A ``form`` after a body has a page of its own.

    ``dated_on`` and ``number`` are empty on internal sheets (登记表, 送达回证), which carry neither.
    """

    agency: str
    title: str
    number: str = ""
    addressee: str = ""
    paragraphs: tuple[str, ...] = ()
    enclosures: tuple[str, ...] = ()
    contact: str = ""
    dated_on: date | None = None
    form_title: str = ""
    form: tuple[Row, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, kept with the letter."""
        lists = {"paragraphs": list(self.paragraphs), "enclosures": list(self.enclosures)}
        form = [asdict(row) for row in self.form]
        day = self.dated_on.isoformat() if self.dated_on else None
        return {**asdict(self), **lists, "form": form, "dated_on": day}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "LetterText":
        return cls(
            **{
                **kept,
                "paragraphs": tuple(kept["paragraphs"]),
                "enclosures": tuple(kept["enclosures"]),
                "form": tuple(Row(**row) for row in kept["form"]),
                "dated_on": date.fromisoformat(kept["dated_on"]) if kept["dated_on"] else None,
            }
        )

    @property
    def everything(self) -> str:
        """All that is printed, for the checks."""
        parts = [self.title, self.addressee, *self.paragraphs, *self.enclosures, self.contact, self.form_title]
        return "\n".join([*parts, *(f"{row.label} {row.value}" for row in self.form)])
