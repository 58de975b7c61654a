from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.open_data.dump import Unusable, export


class Command(BaseCommand):
    help = (
        "把已经公开的全部数据写成JSON Lines和CSV文件，供下载；不写位置的，放在 DATA_DIR/open-data，网站在 /data/ 提供"
    )

    def add_arguments(self, parser):
        parser.add_argument("out", nargs="?", type=Path, default=None, metavar="OUT")

    def handle(self, *, out, **options):
        try:
            manifest = export(out or settings.OPEN_DATA_DIR, now=timezone.localtime())
        except (Unusable, OSError) as fault:
            raise CommandError(f"没有导出：{fault}") from None
        for kind in manifest["kinds"]:
            self.stdout.write(f"{kind['title']} {kind['records']}条")
