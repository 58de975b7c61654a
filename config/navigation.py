"""The side bar of the back office, by areas of work; each person sees their own."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from disclosures import access
from disclosures.areas import Action, Area
from disclosures.ledger.admin_views import agencies_with

# Area → (title, icon, admin page) of its pages.
PAGES: dict[Area, tuple[tuple[str, str, str], ...]] = {
    Area.PUBLISHING: (
        ("公开信息", "article", "disclosures_item"),
        ("规章、规范性文件", "description", "disclosures_normativedocument"),
        ("规范性文件清理", "rule", "disclosures_cleanup"),
        ("行政决定", "gavel", "disclosures_administrativedecision"),
        ("行政事业性收费", "payments", "disclosures_feecollection"),
        ("网民纠错", "feedback", "disclosures_complaint"),
    ),
    Area.CASES: (
        ("政府信息公开申请", "inbox", "requests_app_disclosurerequest"),
        ("文书", "mail", "requests_app_letter"),
        ("行政复议、行政诉讼", "balance", "requests_app_dispute"),
    ),
    Area.PROPOSALS: (("建议提案", "forum", "requests_app_proposal"),),
    Area.REPORTS: (
        ("年度报告", "summarize", "reports_annualreport"),
        ("报告提纲", "format_list_numbered", "reports_outlinesection"),
        ("以前年度报告", "history", "reports_formerreport"),
    ),
    Area.SETUP: (
        ("机关", "account_balance", "disclosures_agency"),
        ("栏目", "folder", "disclosures_category"),
        ("发布渠道", "campaign", "disclosures_channel"),
        ("办理结果类别", "label", "requests_app_resultclass"),
        ("建议提案办理期限", "schedule", "requests_app_proposalterm"),
        ("自查指标设置", "tune", "disclosures_inspectionsetting"),
        ("解读、公示期限", "timer", "disclosures_dutyterm"),
        ("节假日安排", "calendar_month", "disclosures_calendarnotice"),
    ),
    Area.PEOPLE: (
        ("岗位", "badge", "disclosures_membership"),
        ("接口令牌", "key", "disclosures_apitoken"),
    ),
}


def sections(request: HttpRequest) -> list[dict[str, Any]]:
    user = request.user
    first = [{"title": "工作台", "icon": "dashboard", "link": reverse("admin:index")}]
    if any(agencies_with(user, action).exists() for action in (Action.IMPORT, Action.EXPORT)):
        first.append({"title": "台账导入导出", "icon": "table_view", "link": reverse("admin:ledger")})
    if access.can(user, Action.VIEW, Area.PUBLISHING):
        first.append({"title": "更新监测", "icon": "monitor_heart", "link": reverse("admin:inspection")})
    shown = [{"title": "", "items": first}]
    for area, pages in PAGES.items():
        if access.can(user, Action.VIEW, area):
            items = [
                {"title": title, "icon": icon, "link": reverse(f"admin:{name}_changelist")}
                for title, icon, name in pages
            ]
            if area == Area.REPORTS:
                items.append({"title": "核对报告", "icon": "fact_check", "link": reverse("admin:check_report")})
                items.append({"title": "下级年报", "icon": "account_tree", "link": reverse("admin:reports_rollup")})
            if area == Area.PEOPLE and getattr(user, "is_superuser", False):
                items.append({"title": "用户账号", "icon": "person", "link": reverse("admin:auth_user_changelist")})
            shown.append({"title": str(area.label), "items": items})
    return shown
