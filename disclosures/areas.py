"""The areas of work, the roles of the people in them, and what each role may do: one table.

A model names its area (``access_area``); nothing here knows the models, so the floors above add theirs freely.
"""

from django.db.models import TextChoices


class Area(TextChoices):
    SETUP = "setup", "机关与栏目"
    PEOPLE = "people", "人员与岗位"
    PUBLISHING = "publishing", "信息发布"
    CASES = "cases", "依申请公开与复议诉讼"
    PROPOSALS = "proposals", "建议提案"
    REPORTS = "reports", "年度报告"


class Role(TextChoices):
    CLERK = "clerk", "录入员"
    REVIEWER = "reviewer", "审核员"
    CASE_OFFICER = "case_officer", "经办人"
    REPORT_OFFICER = "report_officer", "年报编制人"
    AUDITOR = "auditor", "监督员"
    MANAGER = "manager", "负责人"


class Action(TextChoices):
    VIEW = "view", "查看"
    ADD = "add", "新增"
    CHANGE = "change", "修改"
    DELETE = "delete", "删除"
    IMPORT = "import", "导入"
    EXPORT = "export", "导出"
    EXPORT_PERSONAL = "export_personal", "导出申请人身份信息"
    REVIEW = "review", "审核"
    REVEAL = "reveal", "查看申请人身份信息"


KEEP = {Action.VIEW, Action.ADD, Action.CHANGE, Action.IMPORT, Action.EXPORT}  # enter and correct the records
READ = {Action.VIEW}
TAKE = {Action.VIEW, Action.EXPORT}

# Applicants' identity is for those who answer the request (个人信息保护法 Art. 6: the least that the purpose needs).
POWERS: dict[Role, dict[Area, set[Action]]] = {
    Role.CLERK: {Area.SETUP: READ, Area.PUBLISHING: KEEP, Area.PROPOSALS: KEEP, Area.REPORTS: READ},
    Role.REVIEWER: {
        Area.SETUP: READ,
        Area.PUBLISHING: TAKE | {Action.CHANGE, Action.REVIEW},
        Area.PROPOSALS: READ,
        Area.REPORTS: READ,
    },
    Role.CASE_OFFICER: {
        Area.SETUP: READ,
        Area.PUBLISHING: READ,
        Area.CASES: KEEP | {Action.REVEAL, Action.EXPORT_PERSONAL},
        Area.PROPOSALS: KEEP,
        Area.REPORTS: READ,
    },
    Role.REPORT_OFFICER: {
        Area.SETUP: READ,
        Area.PUBLISHING: TAKE,
        Area.CASES: READ,
        Area.PROPOSALS: TAKE,
        Area.REPORTS: {Action.VIEW, Action.ADD, Action.CHANGE, Action.EXPORT},
    },
    Role.AUDITOR: dict.fromkeys(Area, READ),
    Role.MANAGER: {
        Area.SETUP: {Action.VIEW, Action.ADD, Action.CHANGE},
        Area.PEOPLE: {Action.VIEW, Action.ADD, Action.CHANGE, Action.DELETE},
        Area.PUBLISHING: KEEP | {Action.DELETE, Action.REVIEW},
        Area.CASES: KEEP | {Action.DELETE, Action.REVEAL, Action.EXPORT_PERSONAL},
        Area.PROPOSALS: KEEP | {Action.DELETE},
        Area.REPORTS: {Action.VIEW, Action.ADD, Action.CHANGE, Action.EXPORT, Action.REVIEW},
    },
}


def roles_with(action: Action, area: Area) -> list[Role]:
    """The roles that may take ``action`` in ``area``, in the order of ``Role``."""
    return [role for role in Role if action in POWERS[role].get(area, ())]
