"""规范性文件清理: one decision keeps, amends, repeals or declares lapsed many documents; one step, undone as one.

What it feeds to Table A follows from the dates it sets: a repeal and a declaration of lapse end a document's force by
decision and are 本年废止件数 of their year (``models.documents.repealed_in``); an amendment leaves it in the stock.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.models import Agency, CleanUp, CleanUpEntry, CleanUpResult, NormativeDocument, Validity

TOUCHED = ("repealed_on", "declared_lapsed", "amended_on", "amended_by_id")
NAMED = 3  # documents named in a refusal


@dataclass(frozen=True)
class Choice:
    """What the decision says of a document, and from which day."""

    document: int
    result: CleanUpResult
    on: date
    note: str = ""


def refusal(document: NormativeDocument, result: CleanUpResult, on: date) -> str:
    """Why the result cannot be entered for the document on that day; empty where it can."""
    if on < document.issued_on:
        return f"日期早于制发日期{told(document.issued_on)}"
    if document.repealed_on:
        ended = "宣布失效" if document.declared_lapsed else "废止"
        return f"已于{told(document.repealed_on)}{ended}，不能再清理"
    keeps_force = result in (CleanUpResult.KEEP, CleanUpResult.AMEND)
    if keeps_force and document.validity_on(on) == Validity.LAPSED:
        return f"已于{told(document.lapsed_on)}失效，不能{result.label}"
    if result == CleanUpResult.AMEND and document.amended_on and on < document.amended_on:
        return f"日期早于上一次修改的日期{told(document.amended_on)}"
    return ""


def changes(result: CleanUpResult, on: date, amending: int | None) -> dict[str, Any]:
    """The fields that the result sets; ``amending``: the key of the amending document, where it is recorded."""
    if result == CleanUpResult.AMEND:
        return {"amended_on": on, "amended_by_id": amending}
    if result == CleanUpResult.KEEP:
        return {}
    return {"repealed_on": on, "declared_lapsed": result == CleanUpResult.DECLARE_LAPSED}


@transaction.atomic
def carry_out(*, agency: Agency, basis: str, choices: Iterable[Choice], by: Any) -> CleanUp:
    """Enters the whole decision, or nothing of it. Raises ``ValidationError`` with every refusal."""
    choices = list(choices)
    basis = basis.strip()
    if not 0 < len(basis) <= 60:
        raise ValidationError("请填写清理决定文号，不超过60字")
    if not choices:
        raise ValidationError("没有选择任何文件")
    if len({choice.document for choice in choices}) < len(choices):
        raise ValidationError("同一次清理中每份文件只能有一个结果")
    _require_power(agency, by)
    documents = _locked(agency, [choice.document for choice in choices])
    refusals = [
        f"《{documents[choice.document]}》{why}"
        for choice in choices
        if (why := refusal(documents[choice.document], choice.result, choice.on))
    ]
    if refusals:
        raise ValidationError(refusals)
    amending = NormativeDocument.objects.of(agency).filter(number=basis).values_list("pk", flat=True).first()
    before = {key: copy(document) for key, document in documents.items()}
    clean_up = CleanUp.objects.create(agency=agency, basis=basis, made_at=timezone.now(), by=by)
    entries = [_entry(clean_up, documents[choice.document], choice, amending) for choice in choices]
    NormativeDocument.objects.bulk_update(documents.values(), _columns(), batch_size=500)
    CleanUpEntry.objects.bulk_create(entries, batch_size=500)
    said: dict[Any, str] = {
        entry.document: f"清理：{entry.get_result_display()}，{told(entry.on)}（{basis}）{entry.note}"
        for entry in entries
    }
    history.record_many(said, by=by, step="clean-up", details=_edits(before, documents))
    history.record(clean_up, by=by, step="clean-up", what=f"登记{len(entries)}份文件的清理结果")
    return clean_up


def _edits(before: dict[int, NormativeDocument], after: dict[int, NormativeDocument]) -> dict[Any, dict[str, Any]]:
    """What became of the fields of each document; which document amended it is told in the words of the entry."""
    names = [name for name in TOUCHED if not name.endswith("_id")]
    return {after[key]: {"edits": history.edits(before[key], after[key], names)} for key in after}


def _entry(clean_up: CleanUp, document: NormativeDocument, choice: Choice, amending: int | None) -> CleanUpEntry:
    wanted = changes(choice.result, choice.on, None if amending == document.pk else amending)
    before = {name: _plain(getattr(document, name)) for name in wanted}
    for name, value in wanted.items():
        setattr(document, name, value)
    return CleanUpEntry(
        clean_up=clean_up,
        document=document,
        result=choice.result,
        on=choice.on,
        note=choice.note,
        before=before,
        after=as_left(document),
    )


def refusal_to_undo(clean_up: CleanUp, by: Any) -> str:
    """Why the person may not undo it; empty where they may try."""
    if clean_up.undone_at:
        return "这次清理已经撤销"
    if clean_up.by_id != by.pk:
        return "只能由登记这次清理的本人撤销"
    return ""


@transaction.atomic
def undo(*, clean_up: CleanUp, by: Any, reason: str) -> CleanUp:
    """Every document as it was before; the entry stays, marked as undone.

    Raises ``ValidationError`` without a reason, for another person, or once any of the documents was changed again.
    """
    reason = reason.strip()
    if not 0 < len(reason) <= 200:
        raise ValidationError("请填写撤销的理由，不超过200字")
    current = CleanUp.objects.select_for_update(of=("self",)).select_related("agency").get(pk=clean_up.pk)
    _require_power(current.agency, by)
    if why := refusal_to_undo(current, by):
        raise ValidationError(why)
    entries = list(current.entries.all())  # type: ignore[attr-defined]
    documents = _locked(current.agency, [entry.document_id for entry in entries])
    moved = [document for entry in entries if as_left(document := documents[entry.document_id]) != entry.after]
    if moved:
        names = "、".join(f"《{document}》" for document in moved[:NAMED])
        raise ValidationError(
            f"{names}{'等' if len(moved) > NAMED else ''}{len(moved)}份文件在这次清理以后又有改动，"
            "不能整批撤销，请逐份更正"
        )
    before = {key: copy(document) for key, document in documents.items()}
    for entry in entries:
        document = documents[entry.document_id]
        for name, value in entry.before.items():
            setattr(document, name, _field(name).to_python(value))
    NormativeDocument.objects.bulk_update(documents.values(), _columns(), batch_size=500)
    current.undone_at, current.undo_reason = timezone.now(), reason
    current.save(update_fields=["undone_at", "undo_reason"])
    said: dict[Any, str] = dict.fromkeys(documents.values(), f"撤销清理（{current.basis}）")
    history.record_many(said, by=by, step="clean-up-undo", reason=reason, details=_edits(before, documents))
    history.record(current, by=by, step="clean-up-undo", what="撤销这次清理，各份文件恢复原样", reason=reason)
    return current


def as_left(document: NormativeDocument) -> dict[str, str]:
    """The whole document as text, to be compared."""
    return {field.attname: field.value_to_string(document) for field in document._meta.concrete_fields}


def _locked(agency: Agency, keys: list[int]) -> dict[int, NormativeDocument]:
    found = NormativeDocument.objects.of(agency).filter(pk__in=keys).select_related("agency").order_by("pk")
    documents = {document.pk: document for document in found.select_for_update(of=("self",))}
    if len(documents) < len(set(keys)):
        raise ValidationError("有的文件不属于这个机关或者已被删除，请重新选择")
    return documents


def _require_power(agency: Agency, by: Any) -> None:
    if not access.can(by, Action.CHANGE, Area.PUBLISHING, agency):
        raise ValidationError("您没有清理这个机关文件的权限，请联系本机关录入员")


def _columns() -> list[str]:
    return [_field(name).name for name in TOUCHED]


def _field(name: str) -> Any:
    return NormativeDocument._meta.get_field(name.removesuffix("_id"))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
