import sys

from django.core.management.base import BaseCommand, CommandError

from disclosures.management.arguments import add_agency, agency_of
from disclosures.models import AgencyLevel
from reports import checks
from reports import document as documents
from reports.management.commands.annual_report import report_of
from reports.reading import MOST_BYTES, Unreadable, read

BROKEN, UNREADABLE = 1, 2  # exit codes of the contract
LEVELS = {"error": "错误", "warning": "警告"}


class Command(BaseCommand):
    help = "核对年度报告的勾稽关系：自己的记录，或者任何一份报告（JSON、Excel、Word，或者另存的网页）"

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", metavar="报告文件")
        parser.add_argument("--previous", metavar="上年报告文件", help="同时核对与上年的衔接")
        parser.add_argument("--level", choices=AgencyLevel.values, help="机关级别；不填按报告里写的或名称看得出的")
        add_agency(parser, required=False)
        parser.add_argument("--year", type=int)

    def handle(self, *, file, previous, level, agency, year, **options):
        if file:
            reading = read_report(file)
            self.tell(reading, "")
            before = read_report(previous) if previous else None
            if before:
                self.tell(before, "上年报告")
            results = reading.check(before, level)
        elif agency and year:
            results = list(documents.of(report_of(agency_of(agency), year)).results)
        else:
            raise CommandError("请给出报告文件，或者 --agency 和 --year", returncode=UNREADABLE)
        failures = checks.failures(results)
        for failure in failures:
            self.stdout.write(f"{failure.id} {LEVELS[failure.level]} {failure.cell or '-'} {failure.message}")
        if not failures:
            self.stdout.write("各项勾稽关系全部成立")
        sys.exit(BROKEN if checks.failures(results, "error") else 0)

    def tell(self, reading, whose):
        """What could not be read, or was read in a way worth saying."""
        for note in reading.notes:
            self.stdout.write(f"READ 说明 {note.cell or '-'} {whose}{note.message}")


def read_report(path):
    """A report of any kind. Raises ``CommandError`` (exit code 2) for what cannot be read."""
    try:
        with open(path, "rb") as file:
            return read(file.read(MOST_BYTES + 1), str(path))
    except OSError as error:
        raise CommandError(f"无法打开 {path}：{error.strerror}", returncode=UNREADABLE) from None
    except Unreadable as error:
        raise CommandError(f"{path}：{error}", returncode=UNREADABLE) from None
