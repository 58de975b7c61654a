from datetime import date
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from disclosures import calendars
from disclosures.dates import told
from disclosures.people import name_of
from disclosures.working_days import CalendarNotCovered
from requests_app.desk import Due, coming
from requests_app.models import DigestSent


class Command(BaseCommand):
    help = "给每位经办人发一封当日到期提醒（只在工作日，每人每天一封；适合放进定时任务）"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--date", type=date.fromisoformat, help="哪一天，默认今天，例如 2026-11-24")
        parser.add_argument("--dry-run", action="store_true", help="只显示，不发送")

    def handle(self, *args: Any, **options: Any) -> None:
        day = options["date"] or timezone.localdate()
        try:
            if not calendars.current().is_working_day(day):
                self.stdout.write(f"{day} 不是工作日，不发送")
                return
        except CalendarNotCovered as missing:
            raise CommandError(str(missing)) from None
        failed = 0
        with calendars.held():
            for person in self._people():
                failed += not self._tell(person, coming(person, day), day, options["dry_run"])
        if failed:
            raise CommandError(f"{failed}封没有发出，可以再次运行，已发出的不会重复")

    @staticmethod
    def _people() -> Any:
        return get_user_model().objects.filter(is_active=True, memberships__isnull=False).distinct().order_by("pk")

    def _tell(self, person: Any, work: list[Due], day: date, dry_run: bool) -> bool:
        """False where the mail failed."""
        if not work:
            return True
        if not person.email:
            self.stdout.write(f"{name_of(person)} 没有登记邮箱，有{len(work)}件到期事项未能提醒")
            return True
        message = mail(person, work, day)
        if dry_run:
            self.stdout.write(f"{person.email} {message.subject}\n{message.body}")
            return True
        try:
            # The row is taken back when the mail fails; a second run at the same time meets it and stops.
            with transaction.atomic():
                DigestSent.objects.create(user=person, day=day)
                message.send()
        except IntegrityError:
            return True
        except (SMTPException, OSError) as fault:
            self.stderr.write(f"{person.email} 没有发出：{fault}")
            return False
        self.stdout.write(f"已发送：{person.email}（{len(work)}件）")
        return True


def mail(person: Any, work: list[Due], day: date) -> EmailMessage:
    """Numbers and days only: mail is no place for applicants' names."""
    late = sum(due.due_on < day for due in work)
    lines = [
        f"{name_of(person)}，您好：",
        "",
        f"截至{told(day)}，您有{len(work)}件事项需要办理：",
    ]
    for due in work:
        lines += [
            f"- 【{due.light.words}】{due.name}，答复期限{told(due.due_on)}",
            f"  {settings.SITE_URL}{reverse(f'admin:requests_app_{due.kind}_change', args=[due.pk])}",
        ]
    lines += ["", f"工作台：{settings.SITE_URL}{reverse('admin:index')}", "本邮件由系统自动发送，请勿回复。"]
    subject = f"到期提醒：{len(work)}件" + (f"，其中{late}件已超期" if late else "")
    return EmailMessage(subject, "\n".join(lines), to=[person.email])
