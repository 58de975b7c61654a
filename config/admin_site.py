"""The back office: memberships decide who enters, not Django's staff flag."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from config import worklist
from disclosures import access
from disclosures.areas import Action, Area
from disclosures.back_office.base import Choices
from disclosures.inspection import admin_views as inspection
from disclosures.ledger import admin_views as ledger
from reports.back_office import batches, checking, rollup
from reports.rollup.reminders import reminders
from requests_app import calendar_feed
from requests_app.models import CalendarFeed


class Login(AuthenticationForm):
    def confirm_login_allowed(self, user):
        if not access.is_staff_member(user):
            raise ValidationError("该账号还没有分配岗位，请联系本机关负责人")


class BackOffice(UnfoldAdminSite):
    site_title = "公开"
    site_header = "公开·政府信息公开工作"
    index_title = "工作台"
    login_form = Login
    index_template = "admin/worklist.html"

    def has_permission(self, request):
        return access.is_staff_member(request.user)

    def get_urls(self):
        return [
            path("ledger/", self.admin_view(partial(ledger.ledger_page, site=self)), name="ledger"),
            path("ledger/template/", self.admin_view(ledger.template), name="ledger_template"),
            path("ledger/export/", self.admin_view(ledger.export), name="ledger_export"),
            path(
                "ledger/imports/<int:pk>/",
                self.admin_view(partial(ledger.import_page, site=self)),
                name="ledger_import",
            ),
            path("ledger/imports/<int:pk>/faults/", self.admin_view(ledger.faults), name="ledger_faults"),
            *(
                path(
                    f"ledger/imports/<int:pk>/{what}/",
                    self.admin_view(partial(ledger.import_step, what=what)),
                    name=f"ledger_{what}",
                )
                for what in ("confirm", "cancel", "again", "undo")
            ),
            path("reports/check/", self.admin_view(partial(checking.check_page, site=self)), name="check_report"),
            path("inspection/", self.admin_view(partial(inspection.page, site=self)), name="inspection"),
            path("inspection/download/", self.admin_view(inspection.download), name="inspection_download"),
            *self._rollup_urls(),
            path("calendar-feed/", self.admin_view(self.calendar_feed), name="calendar_feed"),
            *super().get_urls(),
        ]

    def _rollup_urls(self):
        """下级年报, and the batch printing of them."""
        pages = (
            ("rollup/", partial(rollup.page, site=self), "rollup"),
            ("rollup/download/", rollup.download, "rollup_download"),
            ("rollup/accept/", partial(rollup.accept_all, site=self), "rollup_accept"),
            ("rollup/receive/", rollup.receive, "rollup_receive"),
            ("rollup/day/", rollup.set_day, "rollup_day"),
            ("rollup/batch/", batches.start, "rollup_batch"),
            ("deliveries/<int:pk>/", partial(rollup.delivery_page, site=self), "delivery"),
            *(
                (f"deliveries/<int:pk>/{what}/", partial(rollup.delivery_step, what=what), f"delivery_{what}")
                for what in ("accept", "return")
            ),
            ("batches/<int:pk>/", partial(batches.batch_page, site=self), "batch"),
            ("batches/<int:pk>/download/", batches.download, "batch_download"),
            *(
                (f"batches/<int:pk>/{what}/", partial(batches.batch_step, what=what), f"batch_{what}")
                for what in ("cancel", "again")
            ),
        )
        return [
            path(f"reports/{address}", self.admin_view(view), name=f"reports_{name}") for address, view, name in pages
        ]

    def calendar_feed(self, request):
        """我的日历订阅: the address is shown once, when it is made."""
        context = {**self.each_context(request), "title": "我的日历订阅"}
        if request.method == "POST" and "revoke" in request.POST:
            calendar_feed.revoke(user=request.user)
            messages.success(request, "已停止订阅，原来的地址不再有效")
            return redirect("admin:calendar_feed")
        if request.method == "POST":
            context["address"] = calendar_feed.address(calendar_feed.renew(user=request.user))
        context["feed"] = CalendarFeed.objects.filter(user=request.user).first()
        response = TemplateResponse(request, "admin/requests_app/calendar_feed.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def search(self, request, extra_context=None):
        # The theme's search over page names is not offered, and its own view fails on a page number that is none.
        return HttpResponse()

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        day = timezone.localdate()
        scope = worklist.scope_of(request.user, request.GET.get("scope", ""))
        stale = worklist.stale_columns(request.user, day)
        context = {
            "day": day,
            "may_answer": access.can(request.user, Action.CHANGE, Area.CASES),
            "scope": scope,
            "tasks": worklist.tasks(request.user, day, scope),
            "month": worklist.month(request.user, day),
            "due_next": worklist.due_next(request.user, day),
            "stale_columns": stale,
            "several": len({state.column.agency_id for state in stale}) > 1,
            "calendar_alarm": worklist.calendar_alarm(request.user, day),
            "report_notice": worklist.report_notice(request.user, day),
            "reminders": reminders(request.user, day),
        }
        return super().index(request, {**context, **(extra_context or {})})
