"""The columns of an agency as the portal shows them: read once a page, asked in Python."""

from dataclasses import dataclass

from django.http import Http404

from disclosures.models import Agency, Article20, Article21, Category


class Columns:
    """All columns of an agency, each followed by those beneath it; what is beneath a column of rules is one too."""

    def __init__(self, agency: Agency) -> None:
        self._by_pk = {column.pk: column for column in Category.objects.filter(agency=agency)}
        self.all = sorted(
            self._by_pk.values(), key=lambda column: [(each.position, each.pk) for each in self.line(column)]
        )
        self.rules = [column for column in self.all if any(each.is_rules for each in self.line(column))]
        rules = {column.pk for column in self.rules}
        self.statutory = [column for column in self.all if column.pk not in rules]

    def get(self, pk: int) -> Category:
        """Raises ``Http404`` for a column that the agency does not have."""
        if pk not in self._by_pk:
            raise Http404("没有这个栏目")
        return self._by_pk[pk]

    def asked(self, text: str | None) -> Category | None:
        """The column that an address names; none where it names none."""
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 15):
            raise Http404("没有这个栏目")
        return self.get(int(text))

    def line(self, column: Category) -> list[Category]:
        """From the topmost column down to the column itself."""
        return [self._by_pk[int(pk)] for pk in column.path.split("/") if pk.isdigit() and int(pk) in self._by_pk]

    def within(self, column: Category) -> list[Category]:
        """The column and those beneath it."""
        return [each for each in self.all if each.path.startswith(column.path)]

    def beneath(self, column: Category) -> list[Category]:
        return [each for each in self.all if each.parent_id == column.pk]

    def serving(self) -> dict[str, list[Category]]:
        """Columns by the item of 条例 Art. 20 or 21 that they serve."""
        found: dict[str, list[Category]] = {}
        for column in self.all:
            found.setdefault(column.article_20, []).append(column)
        return found


@dataclass(frozen=True)
class Duty:
    """The item of 条例 Art. 20 or 21 that a column serves: where the law has it, and what it says."""

    place: str
    text: str

    @classmethod
    def of(cls, column: Category) -> "Duty | None":
        """None for a column that serves none."""
        label = column.get_article_20_display()
        if column.article_20 in Article20.values:
            number, _, text = label.partition("）")
            return cls(f"第二十条第{number}）项", text)
        return cls("第二十一条", label) if column.article_20 in Article21.values else None
