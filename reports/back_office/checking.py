"""核对报告: any office's report looked over on a page. Nothing of it is kept."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.models import AgencyLevel
from reports import checks
from reports.back_office.read_tables import compared, marked_tables
from reports.reading import MOST_BYTES, Reading, Unreadable, read
from reports.text import lint

ACCEPTED = ".json,.xlsx,.xls,.et,.docx,.html,.htm,.mht,.mhtml"
KINDS = (
    f"网页（在浏览器中另存为“网页，仅HTML”）、Word（.docx）、Excel（.xlsx）或JSON，不超过{MOST_BYTES // 1024 // 1024}MB"
)
WHOLE_TEXT = 500  # characters from which a text is taken for all of it
SHOWN = 300  # notes and verdicts that are listed


class ReportField(forms.FileField):
    """A report of any kind, as a ``Reading``."""

    widget = forms.FileInput(attrs={"accept": ACCEPTED})

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not upload:
            return None
        try:
            return read(upload.read(MOST_BYTES + 1), upload.name)
        except Unreadable as refused:
            raise ValidationError(str(refused)) from None


class CheckForm(forms.Form):
    file = ReportField(label="年度报告", help_text=KINDS, max_length=200)
    previous = ReportField(
        label="上年的年度报告", required=False, help_text="用来核对结转等衔接，可以不选", max_length=200
    )
    level = forms.ChoiceField(
        label="机关级别",
        required=False,
        choices=[("", "按报告里写的或名称判断"), *AgencyLevel.choices],
        help_text="县级部门、乡镇和县级政府没有规章制定权",
    )


def check_page(request: HttpRequest, site: Any) -> HttpResponse:
    """GET asks for a file; POST shows what it says and what does not hold."""
    if not access.can(request.user, Action.VIEW, Area.REPORTS):
        raise PermissionDenied
    form = CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {**site.each_context(request), "title": "核对报告", "form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        context |= checked(given["file"], given["previous"], given["level"] or None)
    response = TemplateResponse(request, "admin/reports/check.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def checked(reading: Reading, before: Reading | None, level: str | None) -> dict[str, Any]:
    """What the page shows of a report."""
    results = [*reading.check(before, level), *_of_text(reading)]
    failures = sorted(checks.failures(results), key=lambda result: result.level != "error")
    judged = level or reading.level
    return {
        "reading": reading,
        "before": before,
        "level": dict(AgencyLevel.choices).get(judged, "") if judged else "",
        "failures": failures[:SHOWN],
        "more": max(0, len(failures) - SHOWN),
        "held": sum(result.holds is True for result in results),
        "skipped": sum(result.holds is None for result in results),
        "unread": [note for note in reading.notes if note.kind in ("unread", "old")],
        "told": [note for note in reading.notes if note.kind not in ("unread", "old")][:SHOWN],
        "told_before": [note for note in before.notes if note.kind not in ("unread", "old")][:SHOWN] if before else [],
        "read_tables": marked_tables(reading.tables, reading.unread, results, reading.missing),
        "compared": compared(reading.tables, before.tables) if before else [],
    }


def _of_text(reading: Reading) -> list[checks.Result]:
    """What is to be said of the text; a short extract would only be told what it leaves out."""
    report = reading.document()
    length = sum(len(text) for text in report["narrative"].values() if isinstance(text, str))
    return lint.of_report(report) if length >= WHOLE_TEXT else []
