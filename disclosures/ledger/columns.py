"""A column of a ledger sheet: header, widget, and where its value lives on the record."""

from typing import Any

from django.db.models import Model
from import_export.fields import Field

from disclosures import history
from disclosures.ledger.widgets import LedgerWidget, is_blank


class Column(Field):
    """``attribute`` as in import-export (``item__title`` walks a relation). A blank cell leaves the record as it is.
    A dash or 无 is a blank, except where a number is asked for.

    ``synonyms``: other headers that mean this column and no other of its sheet.
    """

    def __init__(
        self,
        name: str,
        attribute: str,
        widget: LedgerWidget,
        *,
        required: bool = False,
        note: str = "",
        synonyms: tuple[str, ...] = (),
        personal: bool = False,
        default: Any = None,
    ) -> None:
        super().__init__(attribute=attribute, column_name=name, widget=widget, default=default)
        self.required, self.note, self.personal = required, note, personal
        self.synonyms = synonyms

    def clean(self, row: Any, *, ours: bool = False, **kwargs: Any) -> Any:
        """The cell's value, ``None`` for a blank. Raises ``ValueError`` in Chinese.

        ``ours``: from a workbook that we exported; there a dash or 无 is what somebody entered, not their blank.
        """
        raw = row.get(self.column_name)
        if is_blank(raw) or (not ours and self.widget.is_nothing(raw)):
            if self.required:
                raise ValueError("必须填写")
            return None
        return self.widget.clean(raw, row=row)

    def told(self, before: Any, after: Any) -> list[str]:
        """Old and new for the trail; personal data only as changed."""
        if self.personal:
            return ["（不记录）", "（不记录）"]
        return [history.plain(self.widget.cell(value) if value not in (None, "") else "") for value in (before, after)]

    def put(self, instance: Model, value: Any) -> None:
        *path, last = self.attribute.split("__")
        target: Any = instance
        for step in path:
            target = getattr(target, step)
        setattr(target, last, value)

    def current(self, instance: Model) -> Any:
        target: Any = instance
        for step in self.attribute.split("__"):
            target = getattr(target, step)
        return target


class LinkColumn(Column):
    """Entered as the name (``shows``) of another record; the resource's ``relate`` finds that record."""

    def __init__(self, name: str, attribute: str, shows: str, widget: LedgerWidget, **options: Any) -> None:
        super().__init__(name, attribute, widget, **options)
        self.shows = shows

    def put(self, instance: Model, value: Any) -> None:
        """Left to ``relate``: a name is not yet a record."""

    def link(self, instance: Model, agency: Any, shown: Any) -> None:
        """Points to the agency's record that is shown so; to none for a blank."""
        *path, last = self.attribute.split("__")
        target: Any = instance
        for step in path:
            target = getattr(target, step)
        linked: Any = target._meta.get_field(last).related_model
        setattr(target, last, linked.objects.get(agency=agency, **{self.shows: shown}) if shown else None)

    def current(self, instance: Model) -> Any:
        linked = super().current(instance)
        return getattr(linked, self.shows) if linked else None
