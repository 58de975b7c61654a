import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from disclosures.dates import told
from disclosures.management.arguments import add_agency, agency_of
from reports.models import FIRST_YEAR
from reports.rollup import deliveries, standings

INCOMPLETE = 1  # exit code while someone has not handed in or an error stands


class Command(BaseCommand):
    help = "下级年报：谁没有报送、谁逾期、哪些勾稽关系不成立"

    def add_arguments(self, parser):
        add_agency(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("--all", action="store_true", help="全部下级，不只是直接下级")
        parser.add_argument("--accept-clean", action="store_true", help="接收全部没有错误的报告")

    def handle(self, *, agency, year, **options):
        if not FIRST_YEAR <= year <= 2100:
            raise CommandError(f"年度{year}不合理，请填 {FIRST_YEAR} 至 2100 之间的年份", returncode=2)
        parent = agency_of(agency)
        if options["accept_clean"]:
            self.accept(parent, year)
        found = standings.standings(parent, year, timezone.localdate(), everyone=options["all"])
        self.stdout.write(f"{parent.name}的下级，{year}年度：{standings.sentence(found)}")
        for row in found.rows:
            note = f"（{row.note}）" if row.note else ""
            owing = f"，应于{told(row.due_on)}前报送" if row.state in standings.OWING else ""
            line = f"{row.agency.code} {row.agency.name} {row.state.label}{note} {row.light.words}{owing}"
            self.stdout.write(line)
            for failure in row.failures:
                level = "错误" if failure["level"] == "error" else "警告"
                self.stdout.write(f"  {failure['id']} {level} {failure['cell'] or '-'} {failure['message']}")
        complete = all(row.state not in standings.OWING and not row.errors for row in found.rows)
        sys.exit(0 if complete else INCOMPLETE)

    def accept(self, parent, year):
        expected = [delivery.pk for delivery in deliveries.clean(parent, year)]
        try:
            taken = deliveries.accept_all(to_agency=parent, year=year, expected=expected, by=None)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"已接收{len(taken)}份没有错误的报告")
