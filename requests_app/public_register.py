"""申请办理登记公布: the summary that an officer writes of a closed case, released to the public and withdrawn.

The register shows the case's number, days, outcome and this summary; of the applicant it shows nothing.
"""

import re
import unicodedata
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from disclosures import history
from disclosures.dates import told
from disclosures.gate import clearing
from requests_app.actions import locked, require_power, require_version
from requests_app.enums import ApplicantKind
from requests_app.models import DisclosureRequest

LONGEST_REASON = 200
SHORTEST_CONTACT = 5  # characters of an address or number that can tell somebody


@transaction.atomic
def release(*, request: DisclosureRequest, by: Any, summary: str, today: date, version: int | None = None) -> None:
    """公布内容提要, or another text in the place of the one that is public.

    Raises ``ValidationError`` unless the agency keeps a register, the case is closed, and the text has neither
    personal data (as the release gate looks for it) nor anything that names the applicant.
    """
    current = locked(request)
    require_power(current, by)
    require_version(current, version)
    if not current.agency.shows_request_register:
        raise ValidationError("本机关没有公布申请办理登记，请联系负责人在机关设置中开通")
    if current.answered_on is None:
        raise ValidationError("办结以后才能公布内容提要")
    summary = " ".join(summary.split())
    if fault := fault_of(summary, current):
        raise ValidationError({"summary": fault})
    what = "更改公布的内容提要" if current.summary_released_on else "公布内容提要"
    _store(current, by, "release_summary", what, summary=summary, on=today)
    request.refresh_from_db()


@transaction.atomic
def withdraw(*, request: DisclosureRequest, by: Any, reason: str, version: int | None = None) -> None:
    """Off the register; the text stays in the file. Raises ``ValidationError`` without a reason."""
    current = locked(request)
    require_power(current, by)
    require_version(current, version)
    if current.summary_released_on is None:
        raise ValidationError("内容提要没有公布，不需要撤下")
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise ValidationError({"reason": f"请写明撤下的理由，不超过{LONGEST_REASON}字"})
    _store(
        current, by, "withdraw_summary", "撤下公布的内容提要", summary=current.public_summary, on=None, reason=reason
    )
    request.refresh_from_db()


def fault_of(summary: str, request: DisclosureRequest) -> str:
    """Why the text cannot be published, in Chinese; empty where it can."""
    if not summary:
        return "请用一两句话概括申请的内容"
    if kinds := clearing.kinds_in(summary, clearing.known_to_all(request.agency)):
        return f"内容提要中有个人信息（{'、'.join(kinds)}），请删去后再公布"
    if named := names_applicant(summary, request):
        return f"内容提要中有{named}，请删去；不写可以认出申请人的内容"
    return ""


def names_applicant(summary: str, request: DisclosureRequest) -> str:
    """What of the applicant stands in the text, in Chinese, however it is spaced; empty where nothing does."""
    folded = _folded(summary)
    names = [re.sub(r"等.*", "", request.applicant_name) or request.applicant_name]
    if request.applicant_kind == ApplicantKind.NATURAL_PERSON:
        names += [part for part in re.split(r"[\W_]+", request.applicant_name) if len(part) > 1]
    told = {
        "申请人名称": names,
        "申请人的证件号码": [request.id_number],
        "申请人的联系方式": [
            part for part in re.split(r"[\s,，;；、]+", request.contact) if len(part) >= SHORTEST_CONTACT
        ],
    }
    return next((what for what, words in told.items() if any(_folded(word) in folded for word in words if word)), "")


def _folded(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", text).casefold() if sign.isalnum())


def _store(
    current: DisclosureRequest, by: Any, step: str, what: str, *, summary: str, on: date | None, reason: str = ""
) -> None:
    edits = {
        "公布的内容提要": [current.public_summary, summary],
        "提要公布日期": [told(current.summary_released_on), told(on)],
    }
    current.public_summary, current.summary_released_on = summary, on
    current.version += 1
    current.clean_fields(exclude={field.name for field in current._meta.fields} - {"public_summary"})
    current.save(update_fields=["public_summary", "summary_released_on", "version", "updated_at"])
    changed = {label: values for label, values in edits.items() if values[0] != values[1]}
    history.record(current, by=by, step=step, what=what, reason=reason, details={"edits": changed})
