"""What an applicant sends on the status page, and what the office makes of it. The step itself stays the officer's."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from disclosures import history
from disclosures.dates import told
from disclosures.keyed_hash import keyed_hash
from disclosures.models import HistoryEntry
from requests_app import actions
from requests_app.enums import EventKind
from requests_app.models import ApplicantMessage, CaseFile, DisclosureRequest, MessageKind
from requests_app.standing import Case

DECLINED = "decline_message"
# What an officer takes a message for, and the step of theirs that answers it.
STEP_OF = {MessageKind.CORRECTION: "receive_correction", MessageKind.WITHDRAWAL: "withdraw"}


def refusal(kind: str, case: Case, day: date, *, withdrawing: bool = False) -> str:
    """Why the applicant cannot send this now; "" where they can. ``withdrawing``: a withdrawal waits already."""
    if case.is_closed:
        return "这件申请已经办结"
    if kind == MessageKind.WITHDRAWAL:
        return "您已经提交过撤回，本机关正在办理" if withdrawing else ""
    asked = case.first(EventKind.CORRECTION_ASKED)
    if asked is None:
        return "本机关没有要求您补正"
    if case.has(EventKind.CORRECTION_RECEIVED):
        return "补正已经收到"
    if asked.until is not None and day > asked.until:
        return f"补正的期限到{told(asked.until)}为止，已经届满；有正当理由的，请联系本机关"
    return ""


@transaction.atomic
def send(
    *,
    request: DisclosureRequest,
    kind: MessageKind,
    token: str,
    at: datetime,
    text: str = "",
    files: Iterable[UploadedFile] = (),
) -> ApplicantMessage:
    """Stored with its files, told in the trail; the form of ``token`` sent again is the same message.

    Raises ``ValidationError`` where it cannot be sent any more, or a field does not hold.
    """
    current = actions.locked(request)
    submission = keyed_hash("message", f"{current.pk} {kind} {token}")
    if known := ApplicantMessage.objects.filter(submission=submission).first():
        return known
    waiting = ApplicantMessage.objects.waiting().filter(request=current, kind=MessageKind.WITHDRAWAL).exists()
    why_not = refusal(kind, actions.case_of(current), timezone.localdate(at), withdrawing=waiting)
    if why_not:
        raise ValidationError(why_not)
    message = ApplicantMessage(request=current, kind=kind, text=text, submission=submission, sent_at=at)
    message.full_clean(exclude=["request", "submission"])
    message.save()
    stored = _keep(message, list(files))
    DisclosureRequest.objects.filter(pk=current.pk).update(version=F("version") + 1)
    with_files = f"（材料{len(stored)}份）" if stored else ""
    what = f"申请人网上{message.get_kind_display()}{with_files}"
    history.record(current, by=None, step="message", what=what, details={"message": message.pk})
    return message


def _keep(message: ApplicantMessage, files: list[UploadedFile]) -> list[CaseFile]:
    """Nothing stays on the disk of a message that was not stored."""
    stored: list[CaseFile] = []
    try:
        for file in files:
            kept = CaseFile(request=message.request, message=message, file=file, name=file.name or "")
            kept.full_clean(exclude=["request", "message"])
            kept.save()
            stored.append(kept)
    except Exception:
        for kept in stored:
            kept.file.delete(save=False)
        raise
    return stored


def decline(*, message: ApplicantMessage, by: Any, reason: str, version: int | None = None) -> None:
    """Not taken for what it was sent as; the applicant reads the reason. Raises ``ValidationError``."""
    if not reason.strip():
        raise ValidationError({"reason": "请写明理由，申请人在网上会看到"})
    what = f"网上“{message.get_kind_display()}”不作为{'补正' if message.kind == MessageKind.CORRECTION else '撤回'}处理"
    with actions.taking(
        DECLINED, request=message.request, by=by, what=what, reason=reason.strip(), version=version
    ) as step:
        if not step.settle_messages(pk=message.pk):
            raise ValidationError("这次提交已经处理过")


def reasons_declined(request: DisclosureRequest) -> dict[int, str]:
    """The reason of each message that was declined, by its key; what was taken back is left out."""
    entries = HistoryEntry.objects.of(request).filter(step=DECLINED, undone_by=None)
    return {
        key: reason
        for details, reason in entries.values_list("details", "reason")
        for key in details.get("messages", ())
    }
