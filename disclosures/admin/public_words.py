"""Forms of what the public reads as soon as it is saved: the release gate looks at it first."""

from typing import Any, ClassVar

from disclosures.back_office.base import CheckedForm
from disclosures.gate.clearing import kinds_in, known_to_all


class PublicWordsForm(CheckedForm):
    """``public_words``: the fields that go out without a review; personal data in them is refused by name."""

    public_words: ClassVar[tuple[str, ...]] = ("name",)

    def clean(self) -> Any:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        agency = cleaned.get("agency") or (self.instance.agency if self.instance.agency_id else None)
        known = known_to_all(agency) if agency else []
        for field in self.public_words:
            for kind in kinds_in(cleaned.get(field) or "", known):
                self.add_error(field, f"含有{kind}。这一项保存后就公开，请删去或者遮盖")
        return cleaned
