"""The visit of an applicant to their own case: opened by number and code, closed by themselves or after a pause.

The session holds the case's key and the digest of the code that opened it; with another code it opens nothing more.
"""

from datetime import datetime, timedelta
from math import ceil

from django.http import HttpRequest

from disclosures.keyed_hash import same
from disclosures.models import Agency
from requests_app.models import DisclosureRequest

KEPT = "case_visit"
IDLE = timedelta(minutes=20)
NOTED_EVERY = timedelta(minutes=1)  # a page view is noted no more often: it would cost a write


def begin(request: HttpRequest, *, key: int, now: datetime) -> None:
    """Under a new session key: one that somebody planted before opens nothing."""
    digest = DisclosureRequest.objects.values_list("code_digest", flat=True).get(pk=key)
    request.session.cycle_key()
    request.session[KEPT] = [key, digest, now.timestamp()]


def told_of(request: HttpRequest, now: datetime) -> dict[str, int]:
    """For the pages of a visit that goes on: ``idle`` minutes are allowed, ``idle_seconds`` of them are left."""
    _, _, seen = request.session[KEPT]
    left = IDLE.total_seconds() - (now.timestamp() - seen)
    return {"idle": int(IDLE.total_seconds() // 60), "idle_seconds": ceil(left)}


def end(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)
    request.session.cycle_key()


def case_of(request: HttpRequest, agency: Agency, now: datetime) -> DisclosureRequest | None:
    """The case of the visit, if it is of ``agency`` and goes on."""
    kept = request.session.get(KEPT)
    if not kept:
        return None
    key, digest, seen = kept
    pause = now.timestamp() - seen
    if not 0 <= pause < IDLE.total_seconds():
        request.session.pop(KEPT)
        return None
    case = DisclosureRequest.objects.select_related("agency").filter(pk=key, agency=agency).first()
    if case is None or not case.code_digest or not same(case.code_digest, digest):
        return None
    if pause >= NOTED_EVERY.total_seconds():
        request.session[KEPT] = [key, digest, now.timestamp()]
    return case
