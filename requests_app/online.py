"""An application sent on the portal becomes a case: once, however often it is sent, and whatever happens between.

The number comes from the counter, the 查询码 from the sending's own random key; of both the key and the code only keyed
hashes are kept. It has arrived, and counts as received on the day both sides confirm (条例 Art. 31).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from disclosures import history, quotas
from disclosures.code_entry import digest_of
from disclosures.keyed_hash import code_of, keyed_hash
from disclosures.models import Agency
from requests_app import actions
from requests_app.models import CaseFile, DisclosureRequest, FilePurpose

FAMILY = "ask"

# How many applications are taken: house rules, far above what a person needs. Beyond, other ways are shown.
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PER_ADDRESS_AND_HOUR, PER_ADDRESS_AND_DAY = 5, 20
PER_IDENTITY_AND_DAY = 10

# What looks like a program's doing; noted for the officer, and the application is handled as any other.
TOO_FAST = timedelta(seconds=20)
SAME_TEXT_A_DAY = 2
TRAPPED, FAST, REPEATED = "填写了隐藏项", "填写过快", "相同内容多次提交"


class QuotaExceeded(Exception):
    """More applications from one address, or by one applicant, than are taken in a time."""


@dataclass(frozen=True)
class Sent:
    """What the applicant is told. The code is stored nowhere."""

    request: DisclosureRequest
    code: str


def submission_of(key: str) -> str:
    """What the case keeps of the key of its sending."""
    return keyed_hash(FAMILY, key)


def digest_of_code(code: str) -> str:
    """What the case keeps of its 查询码, however somebody copied it."""
    return digest_of(FAMILY, code)


def sent_with(agency: Agency, key: str) -> Sent | None:
    """The case that was made of the sending, if it was."""
    if not key:
        return None
    request = DisclosureRequest.objects.filter(agency=agency, submission=submission_of(key)).first()
    return Sent(request, code_of(FAMILY, key)) if request else None


def receive(
    *,
    request: DisclosureRequest,
    key: str,
    files: Iterable[dict[str, str]],
    signs: Iterable[str],
    begun_at: datetime,
    now: datetime,
    address: str,
) -> Sent:
    """Stores the case with number, code, files and trail; ``files`` are in the store already.

    Must run inside the transaction that ends the draft: a refusal, ``QuotaExceeded``, leaves nothing of it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("An application is received inside the transaction that ends its draft.")
    _count(request, address, now)
    code = code_of(FAMILY, key)
    request.submission, request.code_digest = submission_of(key), digest_of_code(code)
    request.spam_signs = "、".join(dict.fromkeys([*signs, *_signs(request, begun_at, now)]))
    actions.register(request=request, by=None)
    kept = [_adopt(request, file) for file in files]
    if kept:
        history.record(request, by=None, step="file", what=f"申请人随申请上传材料{len(kept)}份")
    return Sent(request, code)


def _count(request: DisclosureRequest, address: str, now: datetime) -> None:
    limits: list[tuple[str, str, int, timedelta]] = [
        ("ask-hour", address, PER_ADDRESS_AND_HOUR, HOUR),
        ("ask-day", address, PER_ADDRESS_AND_DAY, DAY),
        ("ask-identity", request.id_number, PER_IDENTITY_AND_DAY, DAY),
    ]
    for family, who, most, within in limits:
        if not quotas.take(family, who, most=most, within=within, now=now):
            raise QuotaExceeded


def _signs(request: DisclosureRequest, begun_at: datetime, now: datetime) -> list[str]:
    text = f"{request.agency.pk} {request.description}"
    repeated = not quotas.take("ask-text", text, most=SAME_TEXT_A_DAY, within=DAY, now=now)
    return [*([FAST] if now - begun_at < TOO_FAST else []), *([REPEATED] if repeated else [])]


def _adopt(request: DisclosureRequest, file: dict[str, str]) -> Any:
    return CaseFile.objects.create(
        request=request, purpose=FilePurpose.FROM_APPLICANT, file=file["stored"], name=file["name"]
    )
