"""The back office: memberships decide who enters, not Django's staff flag."""

from functools import partial

from django import forms
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.urls import path
from django.utils import timezone
from unfold.sites import UnfoldAdminSite

from config import worklist
from disclosures import access
from disclosures.ledger import admin_views as ledger


class Login(AdminAuthenticationForm):
    username = forms.CharField(label="用户名", widget=forms.TextInput(attrs={"autofocus": True}))

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

    def index(self, request, extra_context=None):
        day = timezone.localdate()
        context = {
            "day": day,
            "tasks": worklist.tasks(request.user, day),
            "report_notice": worklist.report_notice(request.user, day),
        }
        return super().index(request, {**context, **(extra_context or {})})
