from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from disclosures.management.arguments import agency_of
from reports.rollup import deliveries


class Command(BaseCommand):
    help = "接收下级在其他系统定稿的年度报告：开放格式（JSON）或者报告包（zip）"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="报告.json或报告.zip")
        parser.add_argument("--parent", required=True, metavar="机关代码", help="接收报告的主管部门")
        parser.add_argument("--year", type=int, help="只接收这一年的报告")

    def handle(self, *, file, parent, year, **options):
        receiver = agency_of(parent)
        try:
            with open(file, "rb") as opened:
                delivery = deliveries.receive_package(
                    file=opened, parent=receiver, by=None, on=timezone.localdate(), year=year
                )
        except OSError as error:
            raise CommandError(f"无法打开 {file}：{error.strerror}", returncode=2) from None
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"已收到{delivery.agency.name}{delivery.year}年度报告，校验码 {delivery.digest}")
        for failure in delivery.failures:
            level = "错误" if failure["level"] == "error" else "警告"
            self.stdout.write(f"{failure['id']} {level} {failure['cell'] or '-'} {failure['message']}")
