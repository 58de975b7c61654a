from django.core.management.base import BaseCommand

from disclosures.ledger import template_workbook
from disclosures.management.arguments import add_agency, agency_of


class Command(BaseCommand):
    help = "生成空白台账工作簿（含填写说明和下拉选项）"

    def add_arguments(self, parser):
        parser.add_argument("-o", "--output", required=True, metavar="文件.xlsx")
        add_agency(parser, required=False)

    def handle(self, *, output, agency, **options):
        template_workbook(output, agency_of(agency) if agency else None)
        self.stdout.write(f"已生成空白台账：{output}")
