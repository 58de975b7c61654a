from django.core.management.base import BaseCommand

from disclosures.ledger import export_workbook
from disclosures.management.arguments import add_agency, agency_of


class Command(BaseCommand):
    help = "导出台账工作簿，可原样再导入"

    def add_arguments(self, parser):
        add_agency(parser)
        parser.add_argument("--year", type=int, help="只导出与这一年有关的记录")
        parser.add_argument("-o", "--output", required=True, metavar="文件.xlsx")

    def handle(self, *, agency, year, output, **options):
        for name, rows in export_workbook(output, agency=agency_of(agency), year=year).items():
            self.stdout.write(f"{name}：{rows}行")
        self.stdout.write(f"已导出：{output}")
