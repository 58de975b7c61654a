"""The back office: memberships decide who enters, not Django's staff flag."""

from functools import partial

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from unfold.forms import AuthenticationForm
from unfold.sites import UnfoldAdminSite

from config import worklist
from disclosures import access
from disclosures.admin_base import Choices
from disclosures.ledger import admin_views as ledger


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
            path("ledger/imports/<int:pk>/confirm/", self.admin_view(ledger.confirm), name="ledger_confirm"),
            *super().get_urls(),
        ]

    def search(self, request, extra_context=None):
        # The theme's search over page names is not offered, and its own view fails on a page number that is none.
        return HttpResponse()

    def autocomplete_view(self, request):
        return Choices.as_view(admin_site=self)(request)

    def index(self, request, extra_context=None):
        day = timezone.localdate()
        context = {
            "day": day,
            "tasks": worklist.tasks(request.user, day),
            "due_next": worklist.due_next(request.user, day),
            "stale_columns": worklist.stale_columns(request.user, day),
            "calendar_alarm": worklist.calendar_alarm(request.user, day),
            "report_notice": worklist.report_notice(request.user, day),
        }
        return super().index(request, {**context, **(extra_context or {})})
