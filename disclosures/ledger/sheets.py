"""A sheet of the workbook: which records, which columns, how a row is found again; and the list of all sheets."""

from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from import_export import resources
from import_export.instance_loaders import BaseInstanceLoader

from disclosures import history
from disclosures.areas import Area
from disclosures.constraints import broken_row_rules
from disclosures.ledger.columns import Column, LinkColumn
from disclosures.models import Agency
from disclosures.years import year_of

IMPORTED = "import"  # the step under which imported rows stand in the trail
SAMPLES = 5  # rows of each kind shown before an import is confirmed
BATCH = 500  # rows a statement; SQLite allows 32 766 variables

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Touched:
    """A record that an import added (``before`` is None) or changed, and the record in whose trail it is told."""

    record: int
    subject: int
    before: dict[str, Any] | None


class LedgerLoader(BaseInstanceLoader):
    """The records that the rows of this file can mean, read by key in a few queries."""

    def __init__(self, resource: "LedgerResource", dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        self.known = resource.existing(dataset) if dataset is not None else {}
        self.same = resource.keyless(dataset) if dataset is not None and resource.ours and resource.without_key else {}

    def get_instance(self, row: Any) -> Model | None:
        keys = self.resource.keys_of_row(row)
        for key in keys:
            if key in self.known:
                return self.known[key]
        if not keys and (alike := self.same.get(self.resource.content_of_row(row))):
            return alike.pop()
        return None


class LedgerResource(resources.ModelResource):
    """An import-export resource that writes in bulk, compares before it writes and names every fault by its column.

    Subclasses declare ``columns`` and say how rows are found again; the admin, the commands and the tests use the same.
    """

    columns: ClassVar[tuple[Column, ...]] = ()
    # The first and last day on which a record counts; without an end it counts on its first day only.
    begins: ClassVar[str]
    ends: ClassVar[tuple[str, ...] | None] = None
    # The look-up of records that have no key of their own, where a sheet allows such.
    without_key: ClassVar[dict[str, Any] | None] = None

    class Meta:
        fields: tuple[str, ...] = ()
        use_bulk = True
        batch_size = None
        skip_diff = True
        report_skipped = True
        use_transactions = False
        instance_loader_class = LedgerLoader

    def __init__(self, agency: Agency, by: Any = None, year: int | None = None, *, ours: bool = False) -> None:
        super().__init__()
        self.fields = {column.column_name: column for column in self.columns}
        self.agency, self.by, self.year, self.ours = agency, by, year, ours
        self.notes: list[str] = []
        self.create_instances: list[Any] = []
        self.update_instances: list[Any] = []
        self.seen: dict[Key, int] = {}
        self.changed: dict[int, set[str]] = {}
        self.edits: dict[int, dict[str, list[str]]] = {}
        self.before: dict[int, dict[str, Any]] = {}
        self.on_row: Callable[[], None] = lambda: None
        self.dry = False
        # At most ``SAMPLES`` each: cells of new rows; key and edits of changed ones.
        self.new_samples: list[list[Any]] = []
        self.changed_samples: list[tuple[str, dict[str, list[str]]]] = []
        self.touched: list[Touched] = []
        self.cleaned: dict[str, dict[Any, Any]] = {}
        self.said_nothing: dict[str, set[str]] = {}  # column → how a blank was written

    # How rows are found again

    def keys_of_row(self, row: Any) -> list[Key]:
        """The keys under which the row's record may already be known, best first; empty for one that is always new."""
        raise NotImplementedError

    def key_of(self, instance: Any) -> list[Key]:
        """The keys under which a stored record can be asked for."""
        raise NotImplementedError

    def candidates(self, dataset: Any) -> Iterator[QuerySet[Any]]:
        """Querysets that together hold every stored record that a row of the file can mean."""
        raise NotImplementedError

    def existing(self, dataset: Any) -> dict[Key, Model]:
        return {key: found for records in self.candidates(dataset) for found in records for key in self.key_of(found)}

    # A row without a key is always new, except in a workbook that we wrote: there it is the record it was written from.

    def keyless(self, dataset: Any) -> dict[Key, list[Model]]:
        """The stored records without a key that fall on a day of the file, by their whole content."""
        begins = next(column for column in self.columns if column.attribute == self.begins)
        days = sorted({day for cell in dataset[begins.column_name] if (day := self.value(begins.column_name, cell))})
        alike: dict[Key, list[Model]] = {}
        for start in range(0, len(days), BATCH):
            records = self._meta.model.objects.filter(
                agency=self.agency, **{f"{self.begins}__in": days[start : start + BATCH]}
            )
            for record in records.filter(**(self.without_key or {})):
                content = tuple(column.current(record) or None for column in self.columns)
                alike.setdefault(content, []).append(record)
        return alike

    def content_of_row(self, row: Any) -> Key:
        return tuple(self.value(column.column_name, row.get(column.column_name)) or None for column in self.columns)

    def texts(self, dataset: Any, column: str) -> list[str]:
        """The distinct texts of a column of the file, as its widget reads them."""
        if column not in (dataset.headers or ()):
            return []
        values = {self.value(column, cell) for cell in dataset[column]}
        return sorted(str(value) for value in values if value not in (None, ""))

    def value(self, column: str, cell: Any) -> Any:
        """A key cell as its widget reads it; None for blank or faulty ones (the row itself will name the fault)."""
        memo = self.cleaned.setdefault(column, {})
        if cell not in memo:
            try:
                memo[cell] = self.fields[column].clean({column: cell})
            except ValueError:
                memo[cell] = None
        return memo[cell]

    # Reading a row

    def new_instance(self, row: Any) -> Model:
        return self._meta.model(agency=self.agency)

    def get_instance(self, instance_loader: Any, row: Any) -> Model | None:
        return instance_loader.get_instance(row)

    def init_instance(self, row: Any = None) -> Model:
        return self.new_instance(row)

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """Every cell read, every fault gathered; only what differs is written to the instance."""
        self.on_row()
        faults: dict[str, list[str]] = {}
        new = instance._state.adding
        before_values: dict[str, Any] = {}
        changed: set[str] = set()
        edits: dict[str, list[str]] = {}
        for column in self.columns:
            if column.column_name not in row and not column.required:
                continue
            try:
                value = column.clean(row, ours=self.ours)
                if value is None:
                    if column.widget.is_nothing(written := row.get(column.column_name)):
                        self.said_nothing.setdefault(column.column_name, set()).add(written.strip())
                    continue
                before = None if new else column.current(instance)
                if new or before != value:
                    column.put(instance, value)
                    changed.add(column.column_name)
                    if not new:
                        edits[column.column_name] = column.told(before, value)
                        before_values[column.column_name] = None if before is None else column.widget.cell(before)
            except ValueError as fault:
                faults.setdefault(column.column_name, []).append(str(fault))
        number = kwargs["numbers"][kwargs["row_number"] - 1]
        for key in self.keys_of_row(row)[:1]:
            if key in self.seen:
                faults.setdefault(self.key_column(row), []).append(f"与第{self.seen[key]}行重复，请删除其中一行")
            self.seen.setdefault(key, number)
        self.look_up(row, faults)
        if not faults:
            self.relate(instance, row, faults)
            for attribute, message in self.rules(instance):
                faults.setdefault(self.column_of(attribute), []).append(message)
        if faults:
            raise ValidationError(faults)
        self.changed[id(instance)] = changed
        self.edits[id(instance)] = edits
        self.before[id(instance)] = before_values

    def look_up(self, row: Any, faults: dict[str, list[str]]) -> None:
        """Names of records that must exist, whatever else is wrong in the row. Adds to ``faults``."""

    def relate(self, instance: Any, row: Any, faults: dict[str, list[str]]) -> None:
        """What needs more than one cell: links to other records. Adds to ``faults``."""

    def rules(self, instance: Any) -> list[tuple[str, str]]:
        """(attribute, message) of the row rules broken; the database keeps the same ones."""
        return broken_row_rules(instance)

    def key_column(self, row: Any) -> str:
        raise NotImplementedError

    def column_of(self, attribute: str) -> str:
        """The header under which an attribute is entered."""
        named = (column.column_name for column in self.columns if column.attribute.split("__")[-1] == attribute)
        return next(named, self.columns[0].column_name)

    def skip_row(self, instance: Model, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        if import_validation_errors:
            return False
        if not self.changed.get(id(instance)) and not instance._state.adding:
            return True
        return self.year is not None and not self.concerns(instance, self.year)

    # Which year a record concerns

    @classmethod
    def of_year(cls, records: QuerySet[Any], year: int) -> QuerySet[Any]:
        """The records that a report of the year may count."""
        first, last = year_of(year)
        if cls.ends is None:
            return records.filter(**{f"{cls.begins}__range": (first, last)})
        for end in cls.ends:
            records = records.filter(Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": first}))
        return records.filter(**{f"{cls.begins}__lte": last})

    @classmethod
    def concerns(cls, instance: Model, year: int) -> bool:
        """``of_year`` for one record, without the database."""
        first, last = year_of(year)
        begun: date = getattr(instance, cls.begins)
        if cls.ends is None:
            return first <= begun <= last
        return begun <= last and all(
            getattr(instance, end) is None or getattr(instance, end) >= first for end in cls.ends
        )

    # Writing: in bulk, parents before children

    def validate_instance(self, instance: Any, import_validation_errors: Any = None, **kwargs: Any) -> None:
        """The faults found while reading; Django's own validation would ask the database once a rule and row."""
        if import_validation_errors:
            raise ValidationError(import_validation_errors)

    def save_m2m(self, *args: Any, **kwargs: Any) -> None:
        """No many-to-many columns."""

    def bulk_create(self, *args: Any, **kwargs: Any) -> None:
        created, self.create_instances = self.create_instances, []
        self.new_samples += [self.cells(instance, reveal=False) for instance in created[:SAMPLES]]
        if created and not self.dry:
            self.store_new(created)
            self._leave_trail(created, lambda row: "台账导入")
            self.touched += [Touched(row.pk, self.subject_of(row).pk, None) for row in created]

    def bulk_update(self, *args: Any, **kwargs: Any) -> None:
        updated, self.update_instances = self.update_instances, []
        self.changed_samples += [(str(instance), self.edits[id(instance)]) for instance in updated[:SAMPLES]]
        if updated and not self.dry:
            self.store_changed(updated)
            self._leave_trail(updated, lambda row: f"台账导入修改：{'、'.join(sorted(self.changed[id(row)]))}")
            self.touched += [Touched(row.pk, self.subject_of(row).pk, self.before[id(row)]) for row in updated]

    def bulk_delete(self, *args: Any, **kwargs: Any) -> None:
        """A ledger never deletes."""

    @classmethod
    def subject_model(cls) -> type[Model]:
        return cls._meta.model

    @classmethod
    def related(cls, records: QuerySet[Any]) -> QuerySet[Any]:
        """With the records that its columns read."""
        return records

    def subject_of(self, instance: Any) -> Model:
        """The record in whose trail an imported row is told."""
        return instance

    def _leave_trail(self, instances: list[Any], what: Callable[[Any], str]) -> None:
        told, details = {}, {}
        for instance in instances:
            subject = self.subject_of(instance)
            told[subject] = what(instance)
            if edits := self.edits.get(id(instance)):
                details[subject] = {"edits": edits}
        history.record_many(told, by=self.by, step=IMPORTED, details=details)

    def store_new(self, instances: list[Any]) -> None:
        self._meta.model.objects.bulk_create(instances, batch_size=BATCH)

    def store_changed(self, instances: list[Any]) -> None:
        fields = {
            column.attribute
            for column in self.columns
            for instance in instances
            if column.column_name in self.changed[id(instance)]
        }
        self._meta.model.objects.bulk_update(instances, sorted(fields), batch_size=BATCH)

    # Taking back

    def take_back_new(self, records: QuerySet[Any]) -> None:
        """Deletes what an import added. Raises ``ProtectedError`` where something depends on it."""
        records.delete()

    def take_back_changes(self, instances: list[Any], before: dict[int, dict[str, Any]]) -> None:
        """Puts back the cells that an import changed: primary key → column → cell as it was."""
        self.attach(instances)
        for instance in instances:
            for name, cell in before[instance.pk].items():
                self.put_back(instance, self.fields[name], cell)
            self.changed[id(instance)] = set(before[instance.pk])
            self.rules(instance)  # what is derived from the cells follows them
        self.store_changed(instances)

    def put_back(self, instance: Any, column: Column, cell: Any) -> None:
        if isinstance(column, LinkColumn):
            column.link(instance, self.agency, cell)
            return
        column.put(instance, cell if cell in (None, "") else column.widget.clean(cell))

    # Writing out

    def records(self) -> QuerySet[Any]:
        """The agency's records in a fixed order."""
        records = self._meta.model.objects.filter(agency=self.agency).order_by("pk")
        return records if self.year is None else self.of_year(records, self.year)

    def in_batches(self, size: int = 2000) -> Iterator[list[Any]]:
        """The records a batch at a time; a subclass attaches children by the batch."""
        rows = iter(self.records().iterator(chunk_size=size))
        while batch := list(islice(rows, size)):
            self.attach(batch)
            yield batch

    def attach(self, batch: list[Any]) -> None:
        """Children that columns read, fetched for the whole batch."""

    @classmethod
    def cells(cls, instance: Any, *, reveal: bool) -> list[Any]:
        """The record as a row of the sheet; personal columns stay empty without ``reveal``."""
        return [None if column.personal and not reveal else cls._cell(column, instance) for column in cls.columns]

    @staticmethod
    def _cell(column: Column, instance: Any) -> Any:
        value = column.current(instance)
        return None if value is None or value == "" else column.widget.cell(value)


@dataclass(frozen=True)
class Sheet:
    """A ledger: its name in the workbook, the area of work it belongs to, and the resource that reads and writes it."""

    name: str
    area: Area
    resource: type[LedgerResource]
    # Sheets whose rows of the same workbook the rows of this one may point to.
    points_to: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.resource.columns

    @property
    def model(self) -> type[Model]:
        return self.resource._meta.model


_registered: dict[str, Sheet] = {}


def register(sheet: Sheet) -> None:
    """Adds a sheet; the workbook lists sheets in the order of registration."""
    _registered[sheet.name] = sheet


def sheets() -> list[Sheet]:
    return list(_registered.values())
