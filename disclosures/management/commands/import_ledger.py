import sys
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from disclosures.ledger import UnusableFile, for_commands, import_workbook, read
from disclosures.management.arguments import add_agency, agency_of

FAULTS, UNUSABLE = 1, 2  # exit codes of the contract


class Command(BaseCommand):
    help = "导入台账（.xlsx、.xls、.et或CSV）：全部写入，或者一行也不写"

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="文件")
        add_agency(parser)
        parser.add_argument("--dry-run", action="store_true", help="只检查，不写入")
        parser.add_argument("--year", type=int, help="只导入与这一年有关的记录，其余跳过")

    def handle(self, *, file, agency, dry_run, year, **options):
        target = agency_of(agency)
        try:
            with open(file, "rb") as stream:
                workbook = read(stream, name=Path(file).name, limits=for_commands())
        except OSError as error:
            raise CommandError(f"无法打开文件 {file}：{error.strerror}", returncode=UNUSABLE) from None
        except UnusableFile as error:
            raise CommandError(f"{file}：{error}", returncode=UNUSABLE) from None
        report = import_workbook(workbook, agency=target, dry_run=dry_run, year=year)
        for name, counts in report.counts.items():
            self.stdout.write(f"{name}：{counts}")
        for fault in report.faults:
            self.stdout.write(str(fault))
        if report.faults:
            self.stderr.write(f"共{len(report.faults)}处错误，没有写入任何数据。请改正后重新导入。")
            sys.exit(FAULTS)
        for note in report.notes:
            self.stdout.write(note)
        self.stdout.write("检查通过，未写入（--dry-run）" if dry_run else "导入完成")
