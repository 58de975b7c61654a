"""批量录入: rows pasted from a spreadsheet, checked line by line, then written all together or not at all."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office import once
from disclosures.ledger import ImportReport, sheets
from disclosures.ledger.pasting import Layout, Pasted, bring_in, parse
from disclosures.models import Agency

SHOWN = 200  # rows on the page of the check


class PasteForm(forms.Form):
    agency = forms.ModelChoiceField(Agency.objects.none(), label="机关")
    text = forms.CharField(
        label="从电子表格复制的行",
        max_length=400_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "class": "paste", "spellcheck": "false", "wrap": "off"}),
    )

    def __init__(self, *args: Any, agencies: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["agency"]
        field.queryset, field.empty_label = agencies, None


class PasteEntry:
    """The page of an admin whose records may be pasted; ``layout`` says which sheet they are."""

    layout: Layout
    opts: Any
    admin_site: Any

    def get_urls(self) -> list[Any]:
        page = self.admin_site.admin_view(self.paste_page)
        return [path("paste/", page, name=f"disclosures_{self.opts.model_name}_paste"), *super().get_urls()]  # type: ignore[misc]

    def paste_link(self, request: HttpRequest) -> list[tuple[str, str]]:
        may = access.can(request.user, Action.IMPORT, Area.PUBLISHING)
        return [("批量录入", reverse(f"admin:disclosures_{self.opts.model_name}_paste"))] if may else []

    def paste_page(self, request: HttpRequest) -> HttpResponse:
        agencies = access.agencies_for(request.user, Action.IMPORT, Area.PUBLISHING)
        if not agencies.exists():
            raise PermissionDenied
        form = PasteForm(request.POST or None, agencies=agencies)
        context: dict[str, Any] = {"form": form, "columns": self._columns()}
        if request.method == "POST" and form.is_valid():
            agency, pasted = form.cleaned_data["agency"], parse(form.cleaned_data["text"], self.layout)
            with transaction.atomic():
                dry = "confirm" not in request.POST
                report = bring_in(pasted, self.layout, agency=agency, by=request.user, dry_run=dry)
                again = report.written and not once.spend(request, request.POST.get("ticket", ""))
                if again:
                    transaction.set_rollback(True)
            if again:
                messages.warning(request, "这一批已经写入过，没有再写一遍")
            elif report.written:
                self._tell(request, agency, report)
            if report.written:
                return redirect(f"admin:disclosures_{self.opts.model_name}_changelist")
            if "back" not in request.POST:
                context |= self._checked(pasted, report)
        title = f"批量录入{self.opts.verbose_name}"
        context |= {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        return TemplateResponse(request, "admin/disclosures/paste.html", context)

    def _columns(self) -> list[tuple[str, bool, str]]:
        """(short name, must be filled, note) in the order of pasting."""
        known = {
            column.column_name: column
            for sheet in sheets()
            if sheet.name == self.layout.sheet
            for column in sheet.columns
        }
        return [(short, known[name].required, known[name].note) for short, name in self.layout.columns.items()]

    @staticmethod
    def _checked(pasted: Pasted, report: ImportReport) -> dict[str, Any]:
        faults: dict[int, list[str]] = {}
        for fault in report.faults:
            words = f"{fault.column}：{fault.reason}" if fault.column else fault.reason
            faults.setdefault(fault.row, []).append(words)
        # What is at fault comes first where there are too many rows to show.
        rows = sorted(pasted.rows, key=lambda row: row[0] not in faults)[:SHOWN]
        lines = {number for number, _ in pasted.rows}
        return {
            "checked": not report.faults,
            "ticket": once.ticket(),
            "headers": pasted.headers,
            "rows": [(number, cells, faults.get(number, [])) for number, cells in sorted(rows)],
            "total": len(pasted.rows),
            "more": len(pasted.rows) - len(rows),
            "wrong": len(report.faults),
            "general": [words for row, said in faults.items() if row not in lines for words in said],
            "counts": list(report.counts.values()),
        }

    def _tell(self, request: HttpRequest, agency: Agency, report: ImportReport) -> None:
        counts = report.counts[self.layout.sheet]
        said = f"批量录入{self.opts.verbose_name}：新增{counts.new}条，更新{counts.updated}条，相同{counts.skipped}条"
        assert request.user.pk is not None
        LogEntry.objects.log_actions(request.user.pk, [agency], CHANGE, said, single_object=True)
        messages.success(request, said)
