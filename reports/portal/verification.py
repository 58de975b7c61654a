"""核验: anyone may ask whether a report they hold is the one that was issued. Nothing of what is sent is kept."""

import threading
import time

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from disclosures.portal.agencies import agency_or_404
from disclosures.quotas import address_of
from reports.models import AnnualReport
from reports.sealing import verification

A_MINUTE = 20  # files from one address
AT_ONCE = threading.BoundedSemaphore(2)  # in one process: reading a signature takes a second of a processor
PATIENCE = 5  # seconds for a turn
FORM_BYTES = 64 * 1024  # what a form adds to its file

TOO_LARGE = "文件超过10MB。本站发布的年度报告都小于10MB，请检查是否选错了文件。"
NO_FILE = "请先选择要核验的文件，再按“核验”。"
BUSY = "现在核验的人较多，请稍后再试。"
TOO_OFTEN = "核验得太频繁，请一分钟后再试。"


# It changes nothing and knows nobody, so there is nothing to forge; without a token no cookie is set either.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest, agency: str, year: int) -> HttpResponse:
    found = agency_or_404(agency)
    versions = verification.published_versions(found, year)
    if not versions:
        raise Http404("没有这一年度的报告")
    verdict, fault, status = _answer(request, versions) if request.method == "POST" else (None, "", 200)
    context = {
        "agency": found,
        "here": "reports",
        "year": year,
        "versions": [
            (one, [(verification.kind_label(file.kind), file) for file in one.files.all()]) for one in versions
        ],
        "verdict": verdict,
        "fault": fault,
    }
    return render(request, "reports/verify.html", context, status=status)


def _answer(request: HttpRequest, versions: list[AnnualReport]) -> tuple[verification.Verdict | None, str, int]:
    """The verdict, or why there is none and the status that says so."""
    fault, status = _refusal(request)
    if fault:
        return None, fault, status
    if not AT_ONCE.acquire(timeout=PATIENCE):
        return None, BUSY, 503
    try:
        file = request.FILES["file"]
        assert not isinstance(file, list)
        return verification.verify(file.read(), versions), "", 200
    finally:
        AT_ONCE.release()


def _refusal(request: HttpRequest) -> tuple[str, int]:
    """Why the file is not looked at, in Chinese, and the status; asked before the body is read."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > verification.LARGEST + FORM_BYTES:
        return TOO_LARGE, 413
    if _too_often(address_of(request)):
        return TOO_OFTEN, 429
    file = request.FILES.get("file")
    if file is None or not file.size:
        return NO_FILE, 400
    return (TOO_LARGE, 413) if file.size > verification.LARGEST else ("", 200)


def _too_often(address: str) -> bool:
    key = f"verify:{address}:{int(time.time() // 60)}"
    cache.add(key, 0, 120)
    return cache.incr(key) > A_MINUTE
