from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from disclosures import actions
from disclosures.management.arguments import add_agency, agency_of
from disclosures.models import Agency
from disclosures.static_edition.assets import gathered
from disclosures.static_edition.publishing import publish
from disclosures.static_edition.slots import Refused
from disclosures.static_edition.sources import Edition

MOST_TOLD = 20  # pages that could not be written


class Command(BaseCommand):
    help = "将门户的公开页面写成静态文件，供任何网站服务器发布；只写有变化的页面"
    requires_system_checks = []  # half a second of checks that the site itself makes at its start

    def add_arguments(self, parser):
        parser.add_argument("out", metavar="输出位置", help="网站服务器的根目录；它是一个链接，整套页面写好后一次切换")
        add_agency(parser, required=False)
        parser.add_argument("--full", action="store_true", help="重新生成每一个页面")
        parser.add_argument("--jobs", type=int, default=2, metavar="进程数", help="同时生成页面的进程，默认2")

    def handle(self, *, out, agency, full, jobs, **options):
        if jobs < 1:
            raise CommandError("--jobs 至少为1", returncode=2)
        agencies = Agency.objects.with_portal()
        if agency:
            agencies = agencies.filter(pk=agency_of(agency).pk)
            if not agencies:
                raise CommandError(f"“{agency}”没有开设信息公开专栏", returncode=2)
        now = timezone.now()
        while actions.release(now):
            pass
        gathered()
        edition = Edition(list(agencies), timezone.localdate(now))
        try:
            outcome = publish(Path(out), edition, scope=agency or "", full=full, jobs=jobs)
        except Refused as told:
            raise CommandError(str(told), returncode=2) from None
        except OSError as error:
            raise CommandError(f"无法写入 {error.filename or out}：{error.strerror}") from None
        self.stdout.write(
            f"静态版已发布到 {out}：写出{outcome.written}页，未变{outcome.unchanged}页，撤下{outcome.removed}页，"
            f"用时{outcome.seconds:.1f}秒"
        )
        for path, reason in outcome.failed[:MOST_TOLD]:
            self.stderr.write(f"没有写出 {path}：{reason}")
        if outcome.failed:
            raise CommandError(f"有{len(outcome.failed)}页没有写出，请处理上面的问题后重新运行")
