import secrets

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from disclosures.models import Membership, Role
from reports import demo
from reports.models import AnnualReport

PEOPLE = (
    (demo.SEED_CODE, Role.CLERK, "wd-luru"),
    (demo.SEED_CODE, Role.REVIEWER, "wd-shenhe"),
    (demo.SEED_CODE, Role.REPORT_OFFICER, "wd-nianbao"),
    (demo.SEED_CODE, Role.MANAGER, "wd-fuze"),
    (demo.PARENT_CODE, Role.REPORT_OFFICER, "wd-zhuguan"),
    (demo.BUSY_CODE, Role.CLERK, "sl-luru"),
    (demo.BUSY_CODE, Role.REVIEWER, "sl-shenhe"),
    (demo.BUSY_CODE, Role.CASE_OFFICER, "sl-jingban"),
    (demo.BUSY_CODE, Role.REPORT_OFFICER, "sl-nianbao"),
    (demo.BUSY_CODE, Role.MANAGER, "sl-fuze"),
)


class Command(BaseCommand):
    help = "载入演示数据（可重复执行；账号密码只在第一次显示）"

    @transaction.atomic
    def handle(self, **options):
        if AnnualReport.objects.filter(agency__code=demo.SEED_CODE, year=2022).exists():
            self.stdout.write("演示数据已经载入，未作改动")
            return
        bureau, lively = demo.agencies()
        by_code = {agency.code: agency for agency in (bureau, bureau.parent, lively)}
        accounts = get_user_model().objects
        people, printed = {}, []
        for code, role, username in PEOPLE:
            user = accounts.filter(username=username).first()
            if user is None:
                password = secrets.token_urlsafe(9)
                user = accounts.create_user(
                    username, password=password, is_staff=True, last_name="示例", first_name=role.label
                )
                printed.append(f"  {username}  {password}  {by_code[code].name} {role.label}")
            Membership.objects.get_or_create(user=user, agency=by_code[code], role=role)
            people[code, role.value] = user
        if not accounts.filter(username="admin").exists():
            password = secrets.token_urlsafe(12)
            accounts.create_superuser("admin", password=password)
            printed.append(f"  admin  {password}  系统管理员")
        examples = demo.load(timezone.localdate(), people)
        self.stdout.write("演示数据已载入。登录账号（密码只显示这一次，请记下）：")
        self.stdout.write("\n".join(printed))
        self.stdout.write(f"{lively.name}有下列例子，可以在专栏查询（查询码只显示这一次）：")
        self.stdout.write("\n".join(examples))
