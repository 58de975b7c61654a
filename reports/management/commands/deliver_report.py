from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from disclosures.management.arguments import add_agency, agency_of
from reports.models import AnnualReport
from reports.rollup import deliveries


class Command(BaseCommand):
    help = "把定稿的年度报告报送给上级机关"

    def add_arguments(self, parser):
        add_agency(parser)
        parser.add_argument("--year", type=int, required=True)

    def handle(self, *, agency, year, **options):
        sender = agency_of(agency)
        report = AnnualReport.objects.of(sender).final().filter(year=year).order_by("-version").first()
        if report is None:
            raise CommandError(f"{sender.name}没有{year}年定稿的报告，请先审签定稿")
        try:
            delivery = deliveries.deliver(report=report, by=None)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"已报送给{delivery.to_agency.name}，校验码 {delivery.digest}")
