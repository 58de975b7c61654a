"""The back office: memberships decide who enters, not Django's staff flag."""

from unfold.sites import UnfoldAdminSite

from disclosures import access


class BackOffice(UnfoldAdminSite):
    site_title = "公开"
    site_header = "公开"
    index_title = "工作台"

    def has_permission(self, request):
        return access.is_staff_member(request.user)
