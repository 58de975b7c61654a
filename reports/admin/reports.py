from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from reports import actions, checks, document, narrative
from reports.cells import label_of
from reports.downloads import pdf_response
from reports.forms import AdjustmentForm, TextsForm
from reports.models import Adjustment, AnnualReport, ReportState
from reports.rendering.html import context as printed_context

# Step in the address → (what to do, which power it needs, what it says when done).
STEPS = {
    "submit": (lambda report, user: actions.submit(report=report, by=user), Action.CHANGE, "已提交审签"),
    "return": (lambda report, user: actions.return_to_officer(report=report, by=user), Action.REVIEW, "已退回编制人"),
    "issue": (
        lambda report, user: actions.issue(report=report, by=user, on=timezone.localdate()),
        Action.REVIEW,
        "已定稿，数据和文字不再随台账变化",
    ),
    "publish": (lambda report, user: actions.publish(report=report, by=user), Action.REVIEW, "已在门户发布"),
}
OFFERED = {
    ReportState.DRAFT: [("submit", "提交审签"), ("issue", "审签定稿")],
    ReportState.RETURNED: [("submit", "提交审签")],
    ReportState.SUBMITTED: [("issue", "审签定稿"), ("return", "退回修改")],
    ReportState.ISSUED: [("publish", "发布到门户")],
    ReportState.PUBLISHED: [],
}


@admin.register(AnnualReport)
class AnnualReportAdmin(BackOfficeAdmin):
    list_display = ["agency", "year", "version", "state", "signed_on", "issued_on"]
    list_filter = ["state", "year"]
    search_fields = ["agency__name"]
    list_select_related = ["agency"]
    fields = ["agency", "year"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/pdf/", view(self.pdf), name="reports_annualreport_pdf"),
            path("<int:pk>/adjust/", view(require_POST(self.adjust)), name="reports_annualreport_adjust"),
            path(
                "<int:pk>/adjust/<int:adjustment>/reset/",
                view(require_POST(self.reset)),
                name="reports_annualreport_reset",
            ),
            path("<int:pk>/step/<slug:name>/", view(require_POST(self.step)), name="reports_annualreport_step"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_add(self, request: HttpRequest, obj: AnnualReport, post_url_continue: Any = None) -> HttpResponse:
        return redirect(_page(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The workspace: live tables, verdicts, the text and the way to the PDF."""
        report = self._visible(request, object_id)
        may_edit = not report.is_final and access.can(request.user, Action.CHANGE, Area.REPORTS, report.agency)
        form = TextsForm(request.POST or None, report=report)
        if request.method == "POST":
            if not may_edit:
                raise PermissionDenied
            if form.is_valid():
                form.save()
                self.message_user(request, "已保存", messages.SUCCESS)
                return redirect(_page(report))
        live = document.of(report)
        adjustments = report.adjustments.select_related("by")
        context = {
            **self.admin_site.each_context(request),
            **printed_context(live),
            "title": str(report),
            "opts": self.model._meta,
            "report": report,
            "form": form,
            "groups": _groups(form),
            "may_edit": may_edit,
            "steps": self._steps(request, report),
            "failures": checks.failures(live.results),
            "held": sum(result.holds is True for result in live.results),
            "placeholders": narrative.PLACEHOLDERS.items(),
            "adjustments": [(adjustment, label_of(adjustment.cell)) for adjustment in adjustments],
            "adjustment_form": AdjustmentForm() if may_edit else None,
        }
        return TemplateResponse(request, "admin/reports/workspace.html", context)

    def pdf(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._visible(request, pk)
        if not access.can(request.user, Action.VIEW, Area.REPORTS, report.agency):
            raise PermissionDenied
        try:
            return pdf_response(report)
        except (RenderingFailed, FontsMissing) as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(_page(report))

    def adjust(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._editable(request, pk)
        form = AdjustmentForm(request.POST, instance=Adjustment(report=report, by_id=request.user.pk))
        if form.is_valid():
            form.save()
            self.message_user(request, "已记录数据调整，原因将印在“年度报告数据统计需要说明的事项”中", messages.SUCCESS)
        else:
            for errors in form.errors.values():
                self.message_user(request, "；".join(map(str, errors)), messages.ERROR)
        return redirect(_page(report))

    def reset(self, request: HttpRequest, pk: int, adjustment: int) -> HttpResponse:
        report = self._editable(request, pk)
        report.adjustments.filter(pk=adjustment).delete()
        self.message_user(request, "已恢复为台账统计的数", messages.SUCCESS)
        return redirect(_page(report))

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        report = self._visible(request, pk)
        if name not in STEPS:
            raise Http404
        act, power, done = STEPS[name]
        if not access.can(request.user, power, Area.REPORTS, report.agency):
            raise PermissionDenied
        try:
            act(report, request.user)
            self.message_user(request, done, messages.SUCCESS)
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
        return redirect(_page(report))

    def _visible(self, request: HttpRequest, pk: Any) -> AnnualReport:
        if not str(pk).isdigit():
            raise Http404
        return get_object_or_404(self.get_queryset(request).select_related("agency", "issued_by"), pk=pk)

    def _editable(self, request: HttpRequest, pk: int) -> AnnualReport:
        report = self._visible(request, pk)
        if report.is_final or not access.can(request.user, Action.CHANGE, Area.REPORTS, report.agency):
            raise PermissionDenied
        return report

    def _steps(self, request: HttpRequest, report: AnnualReport) -> list[tuple[str, str]]:
        return [
            (reverse("admin:reports_annualreport_step", args=[report.pk, name]), label)
            for name, label in OFFERED[ReportState(report.state)]
            if access.can(request.user, STEPS[name][1], Area.REPORTS, report.agency)
        ]


def _page(report: AnnualReport) -> str:
    return reverse("admin:reports_annualreport_change", args=[report.pk])


def _groups(form: TextsForm) -> list[tuple[str, str, list[Any]]]:
    """(part heading, table key, bound fields) in the order of the report; the preamble first."""
    groups: list[tuple[str, str, list[Any]]] = [("引言", "", [form["preamble"]])]
    for part in narrative.OUTLINE:
        fields = [form[section.key] for section in part.sections]
        groups.append((f"{part.number}、{part.heading}", part.table, fields))
    return groups
