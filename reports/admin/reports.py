"""The report workspace: live tables with their checks, the text, and the way to a signed and published document."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.back_office.base import BackOfficeAdmin, CheckedForm
from disclosures.people import name_of
from disclosures.printing.fonts import FontsMissing
from disclosures.printing.pdf import RenderingFailed
from reports import actions, document, justifications, opening, rollup, workspace
from reports.admin import records
from reports.admin.steps import BY_NAME, offered
from reports.admin.texts import open_desk
from reports.cells import label_of
from reports.downloads import file_response, files_of
from reports.former import is_former
from reports.forms import AdjustmentForm, JustificationForm
from reports.kept_files import DamagedFile
from reports.models import EDITABLE, AnnualReport, ReportState
from reports.rendering.chart_set import CHARTS
from reports.rendering.html import context as printed_context
from reports.sealing.seal import SealUnusable


class BeginForm(CheckedForm):
    """A report is begun for a year that has come; what it will count is already being entered."""

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year > timezone.localdate().year:
            raise ValidationError(f"{year}年还没有开始，请填写已经开始的年度")
        return year


@admin.register(AnnualReport)
class AnnualReportAdmin(BackOfficeAdmin):
    form = BeginForm
    list_display = ["agency", "year", "version", "state", "signed_on", "issued_on", "published_on"]
    list_filter = ["state", "year"]
    search_fields = ["agency__name"]
    list_select_related = ["agency"]
    fields = ["agency", "year"]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        posted = {
            "adjust": self.adjust,
            "carry": self.carry_over,
            "reset": self.reset,
            "charts": self.choose_charts,
            "justify": self.justify,
            "unjustify": self.withdraw_justification,
        }
        return [
            path("<int:pk>/pdf/", view(self.file), {"key": "pdf"}, name="reports_annualreport_pdf"),
            path("<int:pk>/files/<slug:key>/", view(self.file), name="reports_annualreport_file"),
            path("<int:pk>/changes/", view(self.changes), name="reports_annualreport_changes"),
            path("<int:pk>/cells/<path:code>/", view(self.cell), name="reports_annualreport_cell"),
            path("<int:pk>/step/<slug:name>/", view(require_POST(self.step)), name="reports_annualreport_step"),
            *(
                path(f"<int:pk>/{name}/", view(require_POST(act)), name=f"reports_annualreport_{name}")
                for name, act in posted.items()
            ),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def response_add(self, request: HttpRequest, obj: AnnualReport, post_url_continue: Any = None) -> HttpResponse:
        return redirect(page_of(obj))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = self._visible(request, object_id)
        may_edit = report.state in EDITABLE and access.can(request.user, Action.CHANGE, Area.REPORTS, report.agency)
        if request.method == "POST" and not may_edit:
            raise PermissionDenied
        desk = open_desk(request, report)
        if desk.changed is not None:
            told = f"已保存，改动：{'、'.join(desk.changed)}" if desk.changed else "文字没有改动"
            self.message_user(request, told, messages.SUCCESS)
            return redirect(f"{page_of(report)}?saved=1#texts")
        live = desk.live
        faults = workspace.faults_of(live)
        may_justify = may_edit or (
            report.state == ReportState.SUBMITTED
            and access.can(request.user, Action.REVIEW, Area.REPORTS, report.agency)
        )
        context = {
            **self.admin_site.each_context(request),
            **printed_context(live),
            "title": str(report),
            "opts": self.model._meta,
            "report": report,
            "people": {
                "created": name_of(report.created_by),
                "submitted": name_of(report.submitted_by),
                "issued": name_of(report.issued_by),
            },
            **desk.context(live),
            "tables": workspace.live_tables(live, faults),
            "faults": faults,
            "has_past": workspace.last_year(live) is not None,
            "looked": any(fault.result.level == "warning" for fault in faults),
            "blocking": sum(fault.blocks for fault in faults),
            "held": sum(result.holds is True for result in live.results),
            "may_edit": may_edit,
            "may_justify": may_justify,
            "steps": [
                (reverse("admin:reports_annualreport_step", args=[report.pk, step.name]), step)
                for step in offered(report, request.user)
            ],
            "files": [
                (reverse("admin:reports_annualreport_file", args=[report.pk, form.key]), form)
                for form, _ in files_of(report)
            ],
            "comment": _last_comment(report),
            "moved": workspace.moved_since(report),
            "delivery": _delivery_of(report),
            "is_unchanged": document.is_unchanged(report),
            "rollup": rollup.context_of(report, desk.draft.below if desk.draft else None),
            "carried": opening.carry_over_adjustments(report)
            if may_edit and is_former(live.previous) and not live.rollup
            else [],
            "adjustments": [{**each, "label": label_of(each["cell"])} for each in live.adjustments],
            "adjustment_form": AdjustmentForm(initial=request.GET.dict()) if may_edit else None,
            "chart_choices": [(key, choice.name, key in live.charts) for key, choice in CHARTS.items()],
        }
        return TemplateResponse(request, "admin/reports/workspace.html", context)

    def file(self, request: HttpRequest, pk: int, key: str) -> HttpResponse:
        """A format of the report: as issued, or of a draft as it is now."""
        report = self._visible(request, pk)
        if key not in {form.key for form, _ in files_of(report)}:
            raise Http404("没有这种格式的文件")
        try:
            return file_response(report, key)
        except (RenderingFailed, FontsMissing, DamagedFile) as error:
            self.message_user(request, str(error), messages.ERROR)
            return redirect(page_of(report))

    def changes(self, request: HttpRequest, pk: int) -> HttpResponse:
        """定稿后变更: what the records say now that they did not say when the report was issued."""
        report = self._visible(request, pk)
        if not report.is_final:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": f"定稿后变更：{report}",
            "opts": self.model._meta,
            "report": report,
            "moved": workspace.moved_since(report),
            "changed": workspace.changed_records(report),
            "lists_whole": workspace.lists_are_whole(report),
        }
        return TemplateResponse(request, "admin/reports/changes.html", context)

    # What the officer says beside the figures

    def cell(self, request: HttpRequest, pk: int, code: str) -> HttpResponse:
        return records.page(request, self._visible(request, pk), code, self.admin_site)

    def adjust(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._editable(request, pk)
        form = AdjustmentForm(request.POST)
        if form.is_valid():
            return self._done(
                request,
                report,
                lambda: actions.adjust(report=report, by=request.user, **form.cleaned_data),
                "已记录数据调整，原因将印在“年度报告数据统计需要说明的事项”中",
            )
        self._refused(request, report, form)
        # What was typed stands in the form again.
        typed = {name: request.POST.get(name, "")[:200] for name in form.fields}
        return redirect(f"{page_of(report)}?{urlencode(typed)}#adjust")

    def carry_over(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._editable(request, pk)
        return self._done(
            request,
            report,
            lambda: actions.carry_over(report=report, by=request.user),
            "已按上年报告填入上年结转，来源记在“数据调整”中",
        )

    def reset(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._editable(request, pk)
        cell = _told(request, "cell")
        return self._done(
            request,
            report,
            lambda: actions.reset(report=report, by=request.user, cell=cell),
            "已恢复为台账统计的数",
        )

    def choose_charts(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._editable(request, pk)
        keys = request.POST.getlist("chart")
        return self._done(
            request,
            report,
            lambda: actions.choose_charts(report=report, by=request.user, keys=keys),
            "已保存图表的选择，没有数据的图表不印",
        )

    def justify(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._answerable(request, pk)
        form = JustificationForm(request.POST)
        if form.is_valid():
            return self._done(
                request,
                report,
                lambda: actions.justify(report=report, by=request.user, **form.cleaned_data),
                "已记录说明，将印在“年度报告数据统计需要说明的事项”中",
            )
        return self._refused(request, report, form)

    def withdraw_justification(self, request: HttpRequest, pk: int) -> HttpResponse:
        report = self._answerable(request, pk)
        rule, cell = _told(request, "rule"), _told(request, "cell")
        return self._done(
            request,
            report,
            lambda: actions.withdraw_justification(report=report, by=request.user, rule=rule, cell=cell),
            "已撤回说明",
        )

    def step(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        report = self._visible(request, pk)
        step = BY_NAME.get(name)
        if step is None:
            raise Http404
        if not access.can(request.user, step.power, Area.REPORTS, report.agency):
            raise PermissionDenied
        answer = self._done(
            request, report, lambda: step.act(report, request.user, _told(request, "reason")), step.done
        )
        if name == "submit":
            self._warn_of_open_errors(request, report)
        return answer

    def _warn_of_open_errors(self, request: HttpRequest, report: AnnualReport) -> None:
        live = document.assemble(report)
        if number := len(justifications.open_errors(live.results, live.justifications)):
            told = f"还有{number}项“错误”没有改正或者说明，审签定稿以前须处理；可以撤回提交后修改"
            self.message_user(request, told, messages.WARNING)

    def _done(self, request: HttpRequest, report: AnnualReport, act: Any, told: str) -> HttpResponse:
        """Takes the step and says so, or why not; a step that leads to another report leads to its page."""
        try:
            result = act()
        except ValidationError as error:
            for message in error.messages:
                self.message_user(request, message, messages.ERROR)
            return redirect(page_of(report))
        except (RenderingFailed, FontsMissing, SealUnusable) as error:
            self.message_user(request, f"没有定稿：{error}", messages.ERROR)
            return redirect(page_of(report))
        except OSError as error:
            told = f"没有定稿：文件无法写入存储（{error.strerror}），请管理员检查磁盘空间和权限后再试"
            self.message_user(request, told, messages.ERROR)
            return redirect(page_of(report))
        self.message_user(request, told, messages.SUCCESS)
        return redirect(page_of(result if isinstance(result, AnnualReport) else report))

    def _refused(self, request: HttpRequest, report: AnnualReport, form: Any) -> HttpResponse:
        for name, errors in form.errors.items():
            label = f"{form.fields[name].label}：" if name in form.fields else ""
            self.message_user(request, label + "；".join(map(str, errors)), messages.ERROR)
        return redirect(page_of(report))

    def _visible(self, request: HttpRequest, pk: Any) -> AnnualReport:
        if not (str(pk).isascii() and str(pk).isdigit() and len(str(pk)) < 19):
            raise Http404
        found = AnnualReport.objects.select_related(
            "agency", "issued_by", "created_by", "submitted_by", "corrects", "corrected_by"
        )
        report = get_object_or_404(found, pk=pk)
        if not access.can(request.user, Action.VIEW, Area.REPORTS, report.agency):
            raise Http404  # what is not the person's is not there
        return report

    def _editable(self, request: HttpRequest, pk: int) -> AnnualReport:
        report = self._visible(request, pk)
        if not access.can(request.user, Action.CHANGE, Area.REPORTS, report.agency):
            raise PermissionDenied
        return report

    def _answerable(self, request: HttpRequest, pk: int) -> AnnualReport:
        """The officer answers for a broken identity, and so may the person who signs."""
        report = self._visible(request, pk)
        if not any(
            access.can(request.user, power, Area.REPORTS, report.agency) for power in (Action.CHANGE, Action.REVIEW)
        ):
            raise PermissionDenied
        return report


def _told(request: HttpRequest, name: str) -> str:
    """What was sent; PostgreSQL has no character zero."""
    return request.POST.get(name, "").replace("\0", "")


def page_of(report: AnnualReport) -> str:
    return reverse("admin:reports_annualreport_change", args=[report.pk])


def _delivery_of(report: AnnualReport) -> Any:
    """Where the report stands with the agency above, once it was handed up."""
    if not report.is_final:
        return None
    return report.deliveries.select_related("to_agency").defer("document").first()


def _last_comment(report: AnnualReport) -> Any:
    """The entry of the trail that says why the report was returned, while it is."""
    if report.state != ReportState.RETURNED:
        return None
    return history.entries_of(report).filter(step="return").last()
